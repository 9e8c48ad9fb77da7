//! The client's commands against a running API: what the pages do can be done on the command line.

use std::io::{BufRead, BufReader};
use std::path::Path;

use serde_json::{Value, json};

use crate::fleet::{Caller, Fleet, program};
use crate::support::receiver::Receiver;
use crate::support::signals::{LONG, eventually};

/// Runs a command; exit status, standard output, standard error.
fn run(caller: &Caller, words: &[&str]) -> (i32, String, String) {
    let out = program()
        .args(words)
        .env("REGISTRAR_URL", &caller.url)
        .env("REGISTRAR_TOKEN", &caller.token)
        .output()
        .expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text").trim().to_owned();
    (out.status.code().expect("an exit status"), text(out.stdout), text(out.stderr))
}

/// What a command prints that must work.
fn said(caller: &Caller, words: &[&str]) -> String {
    let (status, out, err) = run(caller, words);
    assert_eq!(status, 0, "{words:?}: {out}{err}");
    out
}

fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_job_from_edit_to_delete() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    said(&dana, &["pause", "--extract", "probe"]);
    let id = dana.submit("probe", json!({"bytes": 10})).await;
    let later = (shared::clock::now() + chrono::Duration::days(30)).to_rfc3339();
    let changed = said(&dana, &["edit", &id, "--label", "before July 1", "--keep", "--run-at", &later]);
    assert!(changed.ends_with("is changed; it is Scheduled"), "{changed}");
    let (status, _, err) = run(&dana, &["edit", &id]);
    assert!(status == 2 && err.contains("--label"), "{err}");
    assert!(said(&dana, &["edit", &id, "--run-now"]).ends_with("it is Queued"));
    let (_, job) = dana.get(&format!("/jobs/{id}")).await;
    assert_eq!((&job["label"], &job["keep_until_deleted"]), (&json!("before July 1"), &json!(true)));
    let shown = said(&dana, &["show", &id]);
    for part in ["probe of ky-099", "before July 1", "submitted", "by dana", "cancel, edit, delete"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(said(&dana, &["cancel", &id]).ends_with("is canceled"));
    let (status, _, err) = run(&dana, &["cancel", &id]);
    assert!(status == 1 && err.contains("canceled"), "{err}");
    assert!(said(&dana, &["restart", &id]).ends_with("waits again"));
    said(&dana, &["resume", "--extract", "probe"]);
    dana.completed(&id).await;
    assert!(said(&dana, &["submitted", &id]).contains("is marked as submitted to the state at 2"));
    assert!(said(&dana, &["submitted", &id, "--undo"]).ends_with("is not marked as submitted to the state"));
    let one: Value = serde_json::from_str(&said(&dana, &["show", &id, "--json"])).expect("JSON");
    assert_eq!((&one["state"], &one["submitted_to_state_at"]), (&json!("completed"), &Value::Null));
    assert!(said(&dana, &["delete", &id]).ends_with("is deleted"));
    let history = json_lines(&said(&dana, &["jobs", "--view", "deleted", "--json"]));
    assert_eq!(history[0]["id"], json!(id));
    let (status, _, err) = run(&dana, &["show", "nothing"]);
    assert_eq!((status, err.as_str()), (2, "There is no such job."));
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_bulk_notices_and_the_log() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let lee = fleet.token("lee", "ky-099", "R,W,A,D").await;
    said(&dana, &["pause", "--tenant", "ky-099"]);
    let mut ids = Vec::new();
    for label in ["red", "red", "blue"] {
        let body = json!({"extract": "probe", "request": {}, "label": label});
        let (_, job) = lee.send(reqwest::Method::POST, "/jobs", &body).await;
        ids.push(job["id"].as_str().expect("an id").to_owned());
    }
    let listed = |words: &[&str]| {
        json_lines(&said(&dana, &[&["jobs", "--view", "all", "--json"], words].concat())).len()
    };
    assert_eq!(listed(&["--submitter", "lee", "--state", "queued,processing"]), 3);
    assert_eq!((listed(&["--limit", "1", "--all"]), listed(&["--limit", "2"])), (3, 2));
    assert_eq!(listed(&["--submitted-before", "2020-01-01T00:00:00Z"]), 0);
    assert_eq!(listed(&["--label", "blue", "--extract", "probe", "--tenant", "ky-099"]), 1);
    assert!(said(&dana, &["cancel", &ids[0]]).ends_with("is canceled"));
    let (status, out, err) = run(&dana, &["bulk", "cancel", "--label", "red"]);
    assert_eq!((status, out.as_str()), (1, "1 of 2 jobs that match"));
    assert!(err.contains(&ids[0]) && err.contains("canceled"), "{err}");
    let done: Value = serde_json::from_str(&said(&dana, &["bulk", "delete", "--submitter", "lee", "--json"]))
        .expect("JSON");
    assert_eq!((&done["matched"], &done["done"]), (&json!(3), &json!(3)));
    let (status, _, err) = run(&dana, &["bulk", "delete"]);
    assert!(status == 2 && err.contains("Name at least one of"), "{err}");
    let (status, _, err) = run(&lee, &["bulk", "delete", "--label", "red"]);
    assert!(status == 1 && err.contains("D on batch-queue-admin"), "{err}");

    let inbox = json_lines(&said(&lee, &["notices", "--json"]));
    assert_eq!(inbox.len(), 3);
    assert!(said(&lee, &["notices"]).ends_with("3 not read"));
    let first = inbox[0]["id"].as_str().expect("an id");
    assert_eq!(said(&lee, &["notices", "read", first]), format!("{first} is read"));
    assert_eq!(json_lines(&said(&lee, &["notices", "--unread", "--json"])).len(), 2);
    assert_eq!(said(&lee, &["notices", "read", "--all"]), "2 are read");
    assert!(said(&lee, &["notices"]).ends_with("0 not read"));

    let log = json_lines(&said(&dana, &["audit", "--job", &ids[0]]));
    let actions: Vec<_> = log.iter().map(|row| row["action"].as_str().expect("a word")).collect();
    assert_eq!(actions, ["submit", "cancel", "delete"]);
    let file = fleet.folder.path().join("log.csv");
    let path = file.display().to_string();
    assert_eq!(said(&dana, &["audit", "--person", "dana", "--action", "pause", "--csv", "--out", &path]), "");
    let text = std::fs::read_to_string(&file).expect("the log");
    assert!(text.starts_with("seq,at,job,") && text.lines().count() == 2, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_followed_prints_each_change() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let first = dana.submit("probe", json!({})).await;
    dana.completed(&first).await;
    let mut follower = program()
        .args(["jobs", "--json", "--follow"])
        .env("REGISTRAR_URL", &dana.url)
        .env("REGISTRAR_TOKEN", &dana.token)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut lines = BufReader::new(follower.stdout.take().expect("a pipe")).lines();
    let mut next =
        || -> Value { serde_json::from_str(&lines.next().expect("a line").expect("text")).expect("JSON") };
    assert_eq!(next()["id"], json!(first), "first what is there");
    let second = dana.submit("probe", json!({})).await;
    while {
        let job = next();
        job["id"] != json!(second) || job["state"] != "completed"
    } {}
    follower.kill().expect("it runs");
    follower.wait().expect("it ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_its_workers_and_who_may_look() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let lee = fleet.token_with("lee", "ky-099", "probe:R,batch-queue:RW", &["--school", "7"]).await;
    dana.upload(Path::new("tests/golden/kecs-lead/bundle"), "2026-02-01T12:00").await;
    said(&dana, &["pause", "--extract", "probe"]);
    dana.submit("probe", json!({})).await;
    let queue: Value = serde_json::from_str(&said(&dana, &["queue", "--json"])).expect("JSON");
    let worker = queue["workers"][0]["id"].as_str().expect("a worker").to_owned();
    let shown = said(&dana, &["queue"]);
    for part in ["oldest wait", "extracts: probe", "queued", &worker, " of 2"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(said(&dana, &["drain", &worker]).ends_with("takes no more jobs"));
    for words in [&["queue"][..], &["audit"], &["pause", "--tenant", "ky-099"], &["drain", &worker]] {
        let (status, _, err) = run(&lee, words);
        assert!(status == 1 && err.contains("on operations"), "{words:?}: {err}");
    }
    let (status, _, err) = run(&dana, &["pause"]);
    assert!(status == 2 && err.contains("--tenant"), "{err}");
    let me = said(&lee, &["me"]);
    assert!(
        me.contains("lee of ky-099") && me.contains("RW on batch-queue") && me.contains("only schools 7"),
        "{me}"
    );
    assert!(said(&dana, &["catalogue"]).contains("kecs-lead"));
    let one: Value = serde_json::from_str(&said(&dana, &["catalogue", "kecs-lead"])).expect("JSON");
    assert!(one["choices"]["calendars"].is_array());
    let snapshots = said(&dana, &["snapshots"]);
    assert!(snapshots.contains("2026-02-01T12:00") && snapshots.contains("current"), "{snapshots}");
    let id = json_lines(&said(&dana, &["snapshots", "--json"]))[0]["id"].as_str().expect("an id").to_owned();
    assert!(said(&dana, &["snapshots", "--findings", &id, "--csv"]).starts_with("severity,file,"));
    let schedule = said(&dana, &["schedules", "add", "probe", "--cron", "0 2 * * 0"]);
    assert!(
        said(&dana, &["schedules", "edit", &schedule, "--cron", "0 3 * * 0", "--label", "late"])
            .ends_with("is changed")
    );
    assert!(said(&dana, &["schedules", "list"]).contains("0 3 * * 0"));
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_on_the_command_line() {
    let receiver = Receiver::start().await;
    let origin = receiver.origin();
    let fleet = Fleet::embedded(&[("webhooks.allow", &origin), ("webhooks.networks", "127.0.0.0/8")]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let (status, _, err) = run(&dana, &["webhooks", "add", "https://elsewhere.example.org/"]);
    assert!(status == 2 && err.contains("webhooks.allow"), "{err}");
    let made = said(&dana, &["webhooks", "add", &format!("{origin}/in")]);
    let (id, secret) = made.split_once('\n').expect("two lines");
    assert!(secret.starts_with("whsec_"));
    let listed = said(&dana, &["webhooks", "list"]);
    assert!(listed.contains(id) && listed.contains("/in") && !listed.contains(secret), "{listed}");
    assert!(said(&dana, &["webhooks", "test", id]).contains("is on its way"));
    receiver.wait(1).await;
    eventually("the delivery is noted", LONG, async || {
        said(&dana, &["webhooks", "deliveries", id]).contains("delivered  1").then_some(())
    })
    .await;
    let told = json_lines(&said(&dana, &["webhooks", "deliveries", id, "--json"]));
    assert_eq!((&told[0]["job"], &told[0]["last_error"]), (&Value::Null, &Value::Null));
    assert!(said(&dana, &["webhooks", "delete", id]).ends_with("is deleted"));
    assert_eq!(json_lines(&said(&dana, &["webhooks", "list", "--json"])).len(), 0);
}
