//! The same bytes in all three ways of running: `extract`, embedded, distributed.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::fleet::{Caller, Fleet, Process, program};
use crate::support::process::{all_gone, children};

const GOLDEN: &str = "tests/golden/kecs-lead";
const ODIN: &str = "tests/data/odin-ky";

/// A job's file without the column that prints the time of the run.
fn without_time(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
    text.split("\r\n").map(|line| line.split_once(',').map_or(line, |(_, rest)| rest).to_owned()).collect()
}

async fn golden_files(caller: &Caller) {
    caller.upload(Path::new(&format!("{GOLDEN}/bundle")), "2026-02-01T12:00").await;
    let request: Value =
        serde_json::from_slice(&fs::read(format!("{GOLDEN}/request.json")).expect("a request"))
            .expect("JSON");
    let id = caller.submit("kecs-lead", request).await;
    let job = caller.completed(&id).await;
    let files = job["result"]["files"].as_array().expect("files");
    assert!(!files.is_empty());
    for file in files {
        let name = file["name"].as_str().expect("a name");
        let made = caller.download(&id, name).await;
        let expected = fs::read(format!("{GOLDEN}/expected/{name}")).expect("an expected file");
        assert_eq!(made.len() as u64, file["bytes"].as_u64().expect("a size"));
        let same = if name.contains("Issues") {
            made == expected
        } else {
            without_time(&made) == without_time(&expected)
        };
        assert!(same, "{name} is not as the worked example");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worked_example_embedded() {
    let fleet = Fleet::embedded(&[]);
    let caller = fleet.token("dana", "ky-099", "all").await;
    golden_files(&caller).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worked_example_distributed() {
    let (mut fleet, _scheduler) = Fleet::distributed(&[]).await;
    let _worker = fleet.start("worker");
    let caller = fleet.token("dana", "ky-099", "all").await;
    golden_files(&caller).await;
}

/// What `registrar extract` makes at a job's own time.
fn extracted(folder: &Path, request: &Value, generated_at: &str) {
    let request_file = folder.join("request.json");
    fs::write(&request_file, request.to_string()).expect("writes");
    let out = program()
        .args(["extract", "kecs-lead", "--bundle", ODIN, "--as-of", "2014-05-29T00:00", "--progress", "none"])
        .args(["--generated-at", generated_at])
        .arg("--request")
        .arg(&request_file)
        .arg("--out")
        .arg(folder.join("out"))
        .output()
        .expect("the program runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

async fn same_as_extract(caller: &Caller, id: &str, request: &Value) -> Vec<(String, Vec<u8>)> {
    let job = caller.completed(id).await;
    let folder = tempfile::tempdir().expect("a folder");
    extracted(folder.path(), request, job["generated_at"].as_str().expect("a time"));
    let mut made = Vec::new();
    for file in job["result"]["files"].as_array().expect("files") {
        let name = file["name"].as_str().expect("a name").to_owned();
        let bytes = caller.download(id, &name).await;
        let expected = fs::read(folder.path().join("out").join(&name)).expect("the file of extract");
        assert!(bytes == expected, "{name} differs from what `extract` makes");
        made.push((name, bytes));
    }
    assert_eq!(made.len(), 2);
    made
}

#[tokio::test(flavor = "multi_thread")]
async fn odin_through_two_workers_of_which_one_is_killed() {
    let request = json!({"reports": ["classes", "detail"], "calendars": {"all": true}});
    let settings = [("queue.lease", "2 s"), ("queue.renew", "500 ms"), ("worker.slots", "1")];
    let (mut fleet, _scheduler) = Fleet::distributed(&settings).await;
    let mut workers = [fleet.start("worker"), fleet.start("worker")];
    let caller = fleet.token("dana", "ky-odin", "all").await;
    caller.upload(Path::new(ODIN), "2014-05-29T00:00").await;

    // A probe in front holds one of the two workers, which is then killed together with what it runs.
    let gate = fleet.folder.path().join("gate");
    let held = caller.submit("probe", json!({"act": "hold", "file": gate, "bytes": 100})).await;
    caller.wait(&held, &["processing"]).await;
    let id = caller.submit("kecs-lead", request.clone()).await;
    let victim = holding(&fleet, &workers.iter().map(Process::id).collect::<Vec<_>>());
    let executors = children(workers[victim].id());
    assert!(!executors.is_empty());
    workers[victim].kill();
    fs::write(&gate, b"go").expect("writes");
    let probe = caller.completed(&held).await;
    assert_eq!(probe["attempt"], 2, "the probe was taken over");
    let distributed = same_as_extract(&caller, &id, &request).await;
    assert!(all_gone(&executors), "no executor outlives its worker");

    let alone = Fleet::embedded(&[]);
    let dana = alone.token("dana", "ky-odin", "all").await;
    dana.upload(Path::new(ODIN), "2014-05-29T00:00").await;
    let id = dana.submit("kecs-lead", request.clone()).await;
    let embedded = same_as_extract(&dana, &id, &request).await;
    for ((name, one), (_, other)) in distributed.iter().zip(&embedded) {
        assert!(without_time(one) == without_time(other), "{name} differs between the modes");
    }
}

/// Which of these worker processes runs the held probe: the one whose id the database has for the job.
fn holding(fleet: &Fleet, workers: &[u32]) -> usize {
    let database = fleet.database.as_ref().expect("a database");
    let worker = database.sql("select worker from jobs where state = 'processing' and extract = 'probe'");
    let worker = worker.trim();
    assert!(!worker.is_empty(), "a worker holds the probe");
    let scratch = fleet.folder.path().join("scratch").join(format!("worker-{worker}.lock"));
    let holds = |pid: &u32| {
        let entries = fs::read_dir(format!("/proc/{pid}/fd")).expect("a running process");
        entries.filter_map(Result::ok).any(|fd| fs::read_link(fd.path()).is_ok_and(|to| to == scratch))
    };
    workers.iter().position(holds).expect("one of the workers")
}
