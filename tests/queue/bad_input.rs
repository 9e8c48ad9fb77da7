//! What a newcomer can get wrong: one plain sentence each, and nothing is lost.

use std::fs;
use std::net::TcpListener;
use std::process::Output;

use serde_json::json;

use crate::fleet::{Fleet, program};

fn said(out: &Output) -> String {
    String::from_utf8_lossy(&out.stderr).into_owned()
}

#[test]
fn settings_with_a_typo_name_the_key_and_a_near_one() {
    let out = program().args(["all", "--set", "databse.url=x"]).output().expect("runs");
    assert_eq!(out.status.code(), Some(2));
    assert!(said(&out).contains("`database.url`"), "{}", said(&out));
    let out = program().arg("all").env("REGISTRAR_WORKER_SLOT", "2").output().expect("runs");
    assert_eq!(out.status.code(), Some(2));
    assert!(said(&out).contains("REGISTRAR_WORKER_SLOT"), "{}", said(&out));
}

#[test]
fn a_role_of_its_own_needs_servers() {
    for role in ["api", "worker", "scheduler"] {
        let out = program().arg(role).output().expect("runs");
        assert_eq!(out.status.code(), Some(2));
        assert!(said(&out).contains("role `all`"), "{}", said(&out));
    }
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = taken.local_addr().expect("an address").to_string();
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let out = program()
        .arg("all")
        .env("REGISTRAR_DATABASE_URL", format!("sqlite://{}", path("q.db")))
        .env("REGISTRAR_STORAGE_URL", format!("file://{}", folder.path().display()))
        .env("REGISTRAR_TOKENS_FILE", path("tokens"))
        .env("REGISTRAR_WORKER_SCRATCH", path("scratch"))
        .env("REGISTRAR_API_LISTEN", &at)
        .output()
        .expect("runs");
    assert_eq!(out.status.code(), Some(1));
    assert!(said(&out).contains(&format!("api.listen: {at}")), "{}", said(&out));
}

#[test]
fn no_database_no_tables_no_broker_no_storage() {
    let nowhere = "postgres://app@127.0.0.1:1/none";
    let out = program()
        .args(["migrate", "--set", &format!("database.url={nowhere}"), "--set", "database.time_out=1 s"])
        .output();
    let out = out.expect("runs");
    assert_eq!(out.status.code(), Some(1));
    assert!(said(&out).contains("database.url"), "{}", said(&out));
    let database = crate::support::postgres::Database::create();
    let base = |words: &[&str]| {
        program()
            .args(words)
            .env("REGISTRAR_DATABASE_URL", &database.address)
            .env("REGISTRAR_BROKER_URL", "amqp://guest:guest@127.0.0.1:1/%2f")
            .env("REGISTRAR_STORAGE_URL", "file:///proc/nowhere")
            .env("REGISTRAR_WORKER_SCRATCH", "/proc/nowhere")
            .env("REGISTRAR_TOKENS_FILE", "/proc/nowhere/tokens")
            .env("REGISTRAR_API_LISTEN", "127.0.0.1:0")
            .output()
            .expect("runs")
    };
    let out = base(&["api"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(said(&out).contains("registrar migrate"), "{}", said(&out));
    let doctor = base(&["doctor"]);
    assert_eq!(doctor.status.code(), Some(1));
    let shown = String::from_utf8_lossy(&doctor.stdout).into_owned();
    for part in ["database", "broker", "storage", "scratch", "tokens"] {
        assert!(shown.contains(part), "{shown}");
    }
    assert!(shown.contains("no tables") && shown.contains("registrar token new"), "{shown}");
}

#[test]
fn the_doctor_finds_nothing_wrong_where_nothing_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let run = |words: &[&str]| {
        program()
            .args(words)
            .env("REGISTRAR_DATABASE_URL", format!("sqlite://{}", path("q.db")))
            .env("REGISTRAR_STORAGE_URL", format!("file://{}", folder.path().display()))
            .env("REGISTRAR_TOKENS_FILE", path("tokens"))
            .env("REGISTRAR_WORKER_SCRATCH", path("scratch"))
            .env("REGISTRAR_API_LISTEN", "127.0.0.1:0")
            .output()
            .expect("runs")
    };
    assert!(run(&["token", "new", "--tenant", "ky-1", "--rights", "all"]).status.success());
    let out = run(&["doctor"]);
    assert!(out.status.success(), "{}{}", String::from_utf8_lossy(&out.stdout), said(&out));
    let out = run(&["token", "new", "--tenant", "../x", "--rights", "all"]);
    assert_eq!(out.status.code(), Some(2));
    let out = run(&["token", "new", "--tenant", "x", "--rights", "everything"]);
    assert_eq!(out.status.code(), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_bundle_fails_its_import_with_the_place() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let folder = tempfile::tempdir().expect("a folder");
    for entry in fs::read_dir("tests/golden/kecs-lead/bundle").expect("a bundle") {
        let path = entry.expect("an entry").path();
        fs::copy(&path, folder.path().join(path.file_name().expect("a name"))).expect("copies");
    }
    let school = folder.path().join("School.csv");
    let text = fs::read_to_string(&school).expect("a table").replacen('\n', "\nnot-a-number,x\n", 1);
    fs::write(&school, text).expect("writes");
    let out = program()
        .args(["upload", &folder.path().display().to_string(), "--progress", "none"])
        .env("REGISTRAR_URL", &dana.url)
        .env("REGISTRAR_TOKEN", &dana.token)
        .output()
        .expect("runs");
    assert_eq!(out.status.code(), Some(1));
    assert!(said(&out).contains("School.csv:2"), "{}", said(&out));
    let (_, snapshots) = dana.get("/snapshots").await;
    assert_eq!(snapshots["snapshots"], json!([]));
    let (_, page) = dana.get("/jobs").await;
    assert_eq!(page["jobs"][0]["failure"]["class"], "data", "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_graceful_stop_gives_the_job_back_without_an_attempt() {
    let settings = [("worker.drain", "200 ms")];
    let (mut fleet, _scheduler) = Fleet::distributed(&settings).await;
    let mut first = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let gate = fleet.folder.path().join("gate");
    let id = dana.submit("probe", json!({"act": "hold", "file": gate})).await;
    dana.wait(&id, &["processing"]).await;
    assert_eq!(first.terminate(), 0, "{}", first.log());
    let waiting = dana.wait(&id, &["queued"]).await;
    assert_eq!(waiting["attempt"], 0, "the attempt is given back");
    fs::write(&gate, b"go").expect("writes");
    let _second = fleet.start("worker");
    assert_eq!(dana.completed(&id).await["attempt"], 1);
    assert_eq!(fleet.front().terminate(), 0);
}

/// Names in a folder.
fn names(path: &std::path::Path) -> Vec<String> {
    let entries = fs::read_dir(path).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn ctrl_c_during_an_import_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let temporary = folder.path().join("tmp");
    fs::create_dir(&temporary).expect("a folder");
    let mut import = program()
        .args(["import", "tests/data/odin-ky", "--progress", "none", "--out"])
        .arg(folder.path().join("snapshot"))
        .env("TMPDIR", &temporary)
        .spawn()
        .expect("the program starts");
    // Its hidden folder tells that it is in the middle.
    for _ in 0..10_000 {
        if names(folder.path()).iter().any(|name| name.starts_with('.')) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let sent = std::process::Command::new("kill").args(["-INT", &import.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
    assert_eq!(import.wait().expect("ends").code(), Some(130));
    assert_eq!(names(folder.path()), ["tmp"]);
    assert_eq!(names(&temporary), Vec::<String>::new());
}
