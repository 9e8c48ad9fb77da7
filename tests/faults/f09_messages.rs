//! Row 9: duplicate, reordered, stale and malformed messages, ten at once, also during a retry's delay.

use serde_json::json;

use crate::checker::{QUEUES, check};
use crate::fleet::Fleet;
use crate::jobs::{SHORT, all_complete, claims, sleepers};
use crate::support::signals::{LONG, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn f9_doubled_stale_and_malformed_messages() {
    let (mut fleet, _scheduler) = Fleet::distributed(SHORT).await;
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let ids = sleepers(&dana, 4, 0.5).await;
    let broker = fleet.dispatch();
    for id in ids.iter().rev() {
        for dispatch in [1, 1, 1, 1, 2, 7, 0] {
            broker.put(QUEUES[0], &json!({"version": 1, "job": id, "dispatch": dispatch}).to_string());
        }
    }
    broker.put(QUEUES[0], "not a pointer");
    broker.put(QUEUES[0], &json!({"version": 9, "job": ids[0]}).to_string());
    all_complete(&dana, &ids).await;
    assert!(ids.iter().all(|id| claims(&fleet, id) == 1), "each job was claimed once");
    eventually("the two malformed messages are noted", LONG, async || {
        (fleet.rows().sql("select count(*) from dead_letters") == "2").then_some(())
    })
    .await;
    check(&fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f9_ten_messages_at_once_during_a_retrys_delay() {
    let settings = [SHORT, &[("queue.retry_first", "3 s"), ("queue.attempts", "2")]].concat();
    let (mut fleet, _scheduler) = Fleet::distributed(&settings).await;
    let _workers = [fleet.start("worker"), fleet.start("worker")];
    let dana = fleet.token("dana", "ky-099", "all").await;
    let id = dana.submit("probe", json!({"act": "exit"})).await;
    let next = eventually("the first attempt is over", LONG, async || {
        Some(fleet.rows().sql("select dispatch from outbox where dispatch > 1")).filter(|row| !row.is_empty())
    })
    .await;
    // The message that will be right once the delay is over, and its neighbours.
    let next: i64 = next.trim().parse().expect("a number");
    for dispatch in [next, next + 1, next - 1, next, next, next, next, next, next, next] {
        fleet.dispatch().put(QUEUES[0], &json!({"version": 1, "job": id, "dispatch": dispatch}).to_string());
    }
    dana.wait(&id, &["failed"]).await;
    let pause = fleet.rows().sql(
        "select extract(epoch from (max(at) filter (where action = 'claim')) - min(at) filter (where state_to = 'queued'
         and state_from = 'processing')) >= 3 from audit",
    );
    assert_eq!((claims(&fleet, &id), pause.as_str()), (2, "t"), "one execution, and not before its time");
    check(&fleet).await;
}
