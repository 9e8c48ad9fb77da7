//! Row 8: memory and disk alarm, unroutable messages, lost confirms: the line holds the jobs, health says so, nothing is
//! dropped.

use serde_json::{Value, json};

use crate::checker::check;
use crate::fleet::Fleet;
use crate::jobs::{BYTES, SHORT, all_complete, claims, sleepers};
use crate::support::postgres::Database;
use crate::support::rabbitmq::Private;
use crate::support::s3::S3;
use crate::support::signals::{LONG, eventually};
use crate::support::wire::{Place, Snap, Wire};

/// Waits until `/readyz` says this of the broker, and that the service is ready all the same.
async fn broker_is(url: &str, well: bool) -> Value {
    eventually("health says so", LONG, async || {
        let answer = reqwest::get(format!("{url}/readyz")).await.ok()?;
        let status = answer.status().as_u16();
        let body: Value = answer.json().await.ok()?;
        (status == 200 && body["parts"]["broker"]["ok"] == well).then_some(body)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn f8_an_alarm_holds_jobs_in_the_line_and_health_says_so() {
    let mut server = tokio::task::spawn_blocking(Private::start).await.expect("a broker");
    let mut fleet = Fleet::on(Database::create(), server.virtual_host(), S3::start().await, SHORT);
    fleet.front_with(&[]);
    let _scheduler = fleet.start("scheduler");
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let before = sleepers(&dana, 2, 0.1).await;
    all_complete(&dana, &before).await;
    for alarm in [Private::memory_alarm, Private::disk_alarm] {
        alarm(&server, true);
        broker_is(&dana.url, false).await;
        let ids = sleepers(&dana, 3, 0.1).await;
        // Longer than the relay waits for anything.
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        assert_eq!(fleet.rows().sql("select count(*) from outbox"), "3", "the line holds them");
        assert_eq!(fleet.rows().sql("select count(*) from jobs where state = 'queued'"), "3");
        alarm(&server, false);
        broker_is(&dana.url, true).await;
        all_complete(&dana, &ids).await;
        for id in &ids {
            assert_eq!(claims(&fleet, id), 1);
        }
    }
    check(&fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f8_messages_without_a_queue_are_not_dropped() {
    let (mut fleet, _scheduler) = Fleet::distributed(SHORT).await;
    let dana = fleet.token("dana", "ky-099", "all").await;
    let _worker = fleet.start("worker");
    for _ in 0..3 {
        fleet.dispatch().delete_queue("registrar.v1.batch");
        let ids = sleepers(&dana, 4, 0.05).await;
        all_complete(&dana, &ids).await;
    }
    check(&fleet).await;
}

/// The scheduler's confirm is lost: cut off at once, or never coming.
async fn lost_confirm(snap: Snap) {
    let (mut fleet, mut first) = Fleet::distributed(SHORT).await;
    first.kill();
    let address = fleet.dispatch().address.clone();
    let wire = Wire::to(&address).await;
    let _scheduler = fleet.start_with("scheduler", &[("REGISTRAR_BROKER_URL", wire.through(&address))]);
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let first = sleepers(&dana, 1, 0.0).await;
    all_complete(&dana, &first).await;
    wire.trap("\"dispatch\":", Place::Answer, snap, 1);
    let id = dana.submit("probe", json!({"act": "no-op", "bytes": BYTES})).await;
    wire.sprung(1).await;
    all_complete(&dana, std::slice::from_ref(&id)).await;
    let more = sleepers(&dana, 3, 0.1).await;
    all_complete(&dana, &more).await;
    assert_eq!(claims(&fleet, &id), 1, "published twice, run once");
    check(&fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f8_a_confirm_is_cut_off() {
    lost_confirm(Snap::Cut).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f8_a_confirm_never_comes() {
    lost_confirm(Snap::Hold).await;
}
