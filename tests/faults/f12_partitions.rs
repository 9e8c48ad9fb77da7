//! Row 12: a worker is cut off from the database for longer than its lease, in both directions or in one; or from the
//! broker only; a scheduler that leads is cut off.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use shared::clock;
use shared::job::Time;

use crate::checker::check;
use crate::fleet::{Fleet, Process};
use crate::jobs::{all_complete, claims, held, open, sleepers};
use crate::support::signals::{LONG, eventually};
use crate::support::wire::{Flow, Wire};

const SETTINGS: &[(&str, &str)] = &[
    ("queue.lease", "4 s"),
    ("queue.renew", "1 s"),
    ("queue.redispatch", "3 s"),
    ("queue.acknowledge_after", "300 ms"),
    ("database.time_out", "2 s"),
    ("worker.slots", "1"),
];

/// When a process logged these words for the first time.
fn said(process: &Process, words: &str) -> Option<Time> {
    let log = process.log();
    let line = log.lines().find(|line| line.contains(words))?;
    let line: Value = serde_json::from_str(line).expect("a line of JSON");
    Some(line["timestamp"].as_str().expect("a time").parse().expect("a time"))
}

/// The last end of the lease that the database knew for a job's first run, once another run has the job.
async fn last_lease(fleet: &Fleet, id: &str) -> Time {
    let columns = format!(
        "select run, to_char(lease_until at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') from jobs where id = '{id}'"
    );
    let first = fleet.rows().sql(&columns);
    let run = first.split('|').next().expect("a run").to_owned();
    let mut last = String::new();
    eventually("another worker takes over", LONG, async || {
        let row = fleet.rows().sql(&columns);
        let (now, until) = row.split_once('|').expect("two columns");
        if now != run {
            return Some(());
        }
        if !until.is_empty() {
            until.clone_into(&mut last);
        }
        None
    })
    .await;
    last.parse().expect("a time")
}

/// Cuts a worker off while it holds a job, and mends the line again.
async fn cut_off(harm: impl Fn(&Wire), mend: impl Fn(&Wire)) {
    let (mut fleet, _scheduler) = Fleet::distributed(SETTINGS).await;
    let address = fleet.rows().address.clone();
    let wire = Wire::to(&address).await;
    let first = fleet.start_with("worker", &[("REGISTRAR_DATABASE_URL", wire.through(&address))]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let id = held(&fleet, &dana, "gate").await;
    harm(&wire);
    let mut second = fleet.start("worker");
    let until = last_lease(&fleet, &id).await;
    let over = "the lease is over; nothing was published";
    let stopped = eventually("the first worker stops", LONG, async || said(&first, over)).await;
    assert!(stopped <= until, "it stopped at {stopped}, its lease ended at {until}");
    open(&fleet, "gate");
    all_complete(&dana, std::slice::from_ref(&id)).await;
    assert_eq!(claims(&fleet, &id), 2);
    mend(&wire);
    assert_eq!(second.terminate(), 0);
    // The first one alone is left, and works again.
    let more = sleepers(&dana, 2, 0.1).await;
    all_complete(&dana, &more).await;
    check(&fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f12_silence_between_worker_and_database() {
    cut_off(|wire| wire.flow(Flow::Nothing), |wire| wire.flow(Flow::Both)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f12_only_the_workers_words_reach_the_database() {
    cut_off(|wire| wire.flow(Flow::Requests), |wire| wire.flow(Flow::Both)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f12_connections_to_the_database_that_stay_open_and_silent_for_ever() {
    let harm = |wire: &Wire| {
        wire.flow(Flow::Nothing);
        wire.strand();
    };
    cut_off(harm, |wire| wire.flow(Flow::Both)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f12_silence_between_worker_and_broker() {
    let settings = [&SETTINGS[..], &[("queue.lease", "30 s"), ("queue.redispatch", "60 s")]].concat();
    let (mut fleet, _scheduler) = Fleet::distributed(&settings).await;
    let address = fleet.dispatch().address.clone();
    let wire = Wire::to(&address).await;
    let _worker = fleet.start_with("worker", &[("REGISTRAR_BROKER_URL", wire.through(&address))]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let id = held(&fleet, &dana, "one").await;
    wire.flow(Flow::Nothing);
    let waiting = sleepers(&dana, 2, 0.1).await;
    open(&fleet, "one");
    all_complete(&dana, std::slice::from_ref(&id)).await;
    wire.flow(Flow::Both);
    all_complete(&dana, &waiting).await;
    // Silent again while the acknowledgement of a long job is due; a cancel is still heard.
    let id = held(&fleet, &dana, "two").await;
    wire.flow(Flow::Nothing);
    tokio::time::sleep(Duration::from_millis(600)).await;
    let asked = clock::monotonic();
    dana.send(Method::POST, &format!("/jobs/{id}/cancel"), &json!({})).await;
    dana.wait(&id, &["canceled"]).await;
    assert!(asked.elapsed() < Duration::from_secs(2), "stopped after {:?}", asked.elapsed());
    wire.flow(Flow::Both);
    let more = sleepers(&dana, 2, 0.1).await;
    all_complete(&dana, &more).await;
    assert_eq!(fleet.rows().sql("select max(attempt) from jobs"), "1", "nothing ran again");
    check(&fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f12_a_leading_scheduler_that_falls_silent_is_followed_by_another() {
    let (mut fleet, mut first) = Fleet::distributed(SETTINGS).await;
    first.kill();
    let address = fleet.rows().address.clone();
    let wire = Wire::to(&address).await;
    let leader = fleet.start_with("scheduler", &[("REGISTRAR_DATABASE_URL", wire.through(&address))]);
    eventually("it leads", LONG, async || said(&leader, "this process relays")).await;
    let _second = fleet.start("scheduler");
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let ids = sleepers(&dana, 2, 0.1).await;
    all_complete(&dana, &ids).await;
    wire.flow(Flow::Nothing);
    wire.strand();
    let ids = sleepers(&dana, 3, 0.1).await;
    all_complete(&dana, &ids).await;
    wire.flow(Flow::Both);
    let more = sleepers(&dana, 3, 0.1).await;
    all_complete(&dana, &more).await;
    check(&fleet).await;
}
