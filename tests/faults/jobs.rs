//! Jobs with a known result, and settings that the rows share.

use serde_json::json;

use crate::fleet::{Caller, Fleet, Process};

/// Short leases: most tests are not about their length.
pub const SHORT: &[(&str, &str)] =
    &[("queue.lease", "2 s"), ("queue.renew", "500 ms"), ("queue.redispatch", "3 s")];

/// Size of the file of each of these jobs.
pub const BYTES: usize = 50;

/// Submits jobs that sleep.
pub async fn sleepers(caller: &Caller, count: usize, seconds: f64) -> Vec<String> {
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(caller.submit("probe", json!({"act": "sleep", "seconds": seconds, "bytes": BYTES})).await);
    }
    ids
}

/// Submits a job that waits for the file `gate` and waits until it runs.
pub async fn held(fleet: &Fleet, caller: &Caller, gate: &str) -> String {
    let gate = fleet.folder.path().join(gate);
    let id = caller.submit("probe", json!({"act": "hold", "file": gate, "bytes": BYTES})).await;
    caller.wait(&id, &["processing"]).await;
    id
}

/// Lets the jobs go on that wait for `gate`.
pub fn open(fleet: &Fleet, gate: &str) {
    std::fs::write(fleet.folder.path().join(gate), b"go").expect("writes");
}

/// Waits until jobs have completed, and compares their bytes.
pub async fn all_complete(caller: &Caller, ids: &[String]) {
    let expected: Vec<u8> = (0..BYTES as u64).map(extracts::probe::byte).collect();
    for id in ids {
        caller.completed(id).await;
        assert_eq!(caller.download(id, "probe.bin").await, expected);
    }
}

/// How often a job was claimed.
pub fn claims(fleet: &Fleet, id: &str) -> usize {
    crate::checker::claims(fleet).get(id).copied().unwrap_or_default()
}

/// Which of these workers holds a job; none when nobody does.
pub fn holder(fleet: &Fleet, id: &str, workers: &[Process]) -> Option<usize> {
    let worker = fleet.rows().sql(&format!("select worker from jobs where id = '{id}'"));
    let lock = fleet.folder.path().join("scratch").join(format!("worker-{}.lock", worker.trim()));
    workers.iter().position(|process| {
        let Ok(entries) = std::fs::read_dir(format!("/proc/{}/fd", process.id())) else { return false };
        entries.filter_map(Result::ok).any(|fd| std::fs::read_link(fd.path()).is_ok_and(|to| to == lock))
    })
}
