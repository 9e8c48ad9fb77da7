//! Faults as ordinary tests, on real services, each followed by the checker.

use std::process::Command;
use std::time::Duration;

use serde_json::json;

use crate::checker::check;
use crate::fleet::{Caller, Fleet, Process};
use crate::support::proxy::Mode;

/// Short leases: the tests are not about their length.
const SHORT: &[(&str, &str)] =
    &[("queue.lease", "2 s"), ("queue.renew", "500 ms"), ("queue.redispatch", "3 s")];

fn signal(process: &Process, name: &str) {
    let sent = Command::new("kill").args([name, &process.id().to_string()]).status().expect("kill runs");
    assert!(sent.success());
}

async fn sleepers(caller: &Caller, count: usize, seconds: f64) -> Vec<String> {
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(caller.submit("probe", json!({"act": "sleep", "seconds": seconds, "bytes": 50})).await);
    }
    ids
}

async fn all_complete(caller: &Caller, ids: &[String]) {
    for id in ids {
        caller.completed(id).await;
        assert_eq!(caller.download(id, "probe.bin").await.len(), 50);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn f4_a_worker_that_slept_past_its_lease_is_fenced() {
    let (mut fleet, _scheduler) = Fleet::distributed(SHORT).await;
    let first = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let gate = fleet.folder.path().join("gate");
    let mut ids = Vec::new();
    for _ in 0..2 {
        let id = dana.submit("probe", json!({"act": "hold", "file": gate, "bytes": 50})).await;
        dana.wait(&id, &["processing"]).await;
        ids.push(id);
    }
    signal(&first, "-STOP");
    // Its executors go on and end; their words wait until it wakes.
    std::fs::write(&gate, b"go").expect("writes");
    let _second = fleet.start("worker");
    all_complete(&dana, &ids).await;
    let runs =
        fleet.database.as_ref().expect("a database").sql("select id, result_run from jobs order by id");
    signal(&first, "-CONT");
    tokio::time::sleep(Duration::from_secs(3)).await;
    let later =
        fleet.database.as_ref().expect("a database").sql("select id, result_run from jobs order by id");
    assert_eq!(runs, later, "the other worker's results stand");
    check(&fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f6_two_schedulers_of_which_one_is_killed() {
    let (mut fleet, mut first) = Fleet::distributed(SHORT).await;
    let _second = fleet.start("scheduler");
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let ids = sleepers(&dana, 12, 0.1).await;
    dana.completed(&ids[0]).await;
    first.kill();
    all_complete(&dana, &ids).await;
    let more = sleepers(&dana, 3, 0.1).await;
    all_complete(&dana, &more).await;
    check(&fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f7_queues_deleted_while_jobs_wait_and_run() {
    let (mut fleet, _scheduler) = Fleet::distributed(SHORT).await;
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let ids = sleepers(&dana, 10, 0.5).await;
    dana.wait(&ids[0], &["processing", "completed"]).await;
    for queue in ["registrar.v1.batch", "registrar.v1.interactive"] {
        fleet.broker.as_ref().expect("a broker").delete_queue(queue);
    }
    let more = sleepers(&dana, 3, 0.1).await;
    all_complete(&dana, &ids).await;
    all_complete(&dana, &more).await;
    let attempts = fleet.database.as_ref().expect("a database").sql("select max(attempt) from jobs");
    assert_eq!(attempts.trim(), "1", "running jobs were not run again");
    check(&fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f9_doubled_stale_and_malformed_messages() {
    let (mut fleet, _scheduler) = Fleet::distributed(SHORT).await;
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let ids = sleepers(&dana, 4, 0.5).await;
    let broker = fleet.broker.as_ref().expect("a broker");
    for id in &ids {
        for dispatch in [1, 1, 1, 1, 2, 7, 0] {
            broker.put(
                "registrar.v1.batch",
                &json!({"version": 1, "job": id, "dispatch": dispatch}).to_string(),
            );
        }
    }
    broker.put("registrar.v1.batch", "not a pointer");
    broker.put("registrar.v1.batch", &json!({"version": 9, "job": ids[0]}).to_string());
    all_complete(&dana, &ids).await;
    let database = fleet.database.as_ref().expect("a database");
    let claims = database
        .sql("select max(n) from (select count(*) n from audit where action = 'claim' group by job) c");
    assert_eq!(claims.trim(), "1", "each job was claimed once");
    crate::support::signals::eventually(
        "the two malformed messages are noted",
        crate::support::signals::LONG,
        async || (database.sql("select count(*) from dead_letters").trim() == "2").then_some(()),
    )
    .await;
    check(&fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f10_connections_cut_again_and_again() {
    let (mut fleet, _scheduler) = Fleet::distributed(SHORT).await;
    let _workers = [fleet.start("worker"), fleet.start("worker")];
    let dana = fleet.token("dana", "ky-099", "all").await;
    let ids = sleepers(&dana, 20, 0.1).await;
    for _ in 0..10 {
        fleet.database.as_ref().expect("a database").cut_connections();
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    for id in &ids {
        let job = loop {
            let (status, job) = dana.get(&format!("/jobs/{id}")).await;
            if status == 200 && job["state"] == "completed" {
                break job;
            }
            assert!(status == 200 || status == 503, "{status} {job}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        assert_eq!(job["result"]["files"].as_array().map(Vec::len), Some(1));
    }
    check(&fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f11_storage_refuses_and_hangs_and_comes_back() {
    let (mut fleet, _scheduler) = Fleet::distributed(SHORT).await;
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let storage = fleet.storage.as_ref().expect("storage");
    for mode in [Mode::Refuse, Mode::Unavailable, Mode::Hang] {
        storage.set(mode);
        let ids = sleepers(&dana, 2, 0.1).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        storage.set(Mode::Forward);
        all_complete(&dana, &ids).await;
    }
    let lost = fleet.database.as_ref().expect("a database").sql("select max(attempt) from jobs");
    assert_eq!(lost.trim(), "1", "a fault of storage takes no attempt");
    check(&fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f16_cancel_restart_delete_and_edit_at_the_same_moment() {
    let (mut fleet, _scheduler) = Fleet::distributed(SHORT).await;
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let ids = sleepers(&dana, 6, 0.2).await;
    let none = json!({});
    let label = json!({"label": "edited"});
    for round in 0..4 {
        let calls = ids.iter().map(|id| {
            let dana = dana.clone();
            let (none, label) = (&none, &label);
            async move {
                let cancel = format!("/jobs/{id}/cancel");
                let restart = format!("/jobs/{id}/restart");
                let own = format!("/jobs/{id}");
                let answers = futures::join!(
                    dana.send(reqwest::Method::POST, &cancel, none),
                    dana.send(reqwest::Method::POST, &restart, none),
                    dana.send(reqwest::Method::PATCH, &own, label),
                    dana.send(reqwest::Method::POST, &restart, none),
                );
                for (status, body) in [answers.0, answers.1, answers.2, answers.3] {
                    assert!(status == 200 || status == 409, "{status} {body}");
                }
            }
        });
        futures::future::join_all(calls).await;
        tokio::time::sleep(Duration::from_millis(100 * round)).await;
    }
    for id in &ids {
        dana.wait(id, &["completed", "canceled", "failed"]).await;
        dana.send(reqwest::Method::DELETE, &format!("/jobs/{id}"), &none).await;
    }
    let database = fleet.database.as_ref().expect("a database");
    let walks = database.sql("select count(*) from audit a where a.state_to is not null and a.state_from = 'completed' and a.action not in ('restart', 'delete', 'edit')");
    assert_eq!(walks.trim(), "0", "a finished job changes only by a person");
}
