//! Row 14: a job that panics, exits, allocates without end, hangs, or ignores a cancel harms only itself.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use shared::clock;

use crate::checker::check;
use crate::fleet::{Caller, Fleet};
use crate::jobs::{all_complete, claims, held, open};

const SETTINGS: &[(&str, &str)] = &[
    ("queue.progress_deadline", "1 s"),
    ("queue.attempts", "2"),
    ("worker.job_memory", "256 MiB"),
    ("worker.memory", "2 GiB"),
];

/// A no-op is done within two seconds: the slot works again.
async fn slot_works(dana: &Caller) {
    let start = clock::monotonic();
    let id = dana.submit("probe", json!({})).await;
    dana.completed(&id).await;
    assert!(start.elapsed() < Duration::from_secs(2), "the slot is free after {:?}", start.elapsed());
}

/// Runs a bad job beside a good one.
async fn beside_a_good_one(act: &str, class: &str) {
    let (mut fleet, _scheduler) = Fleet::distributed(SETTINGS).await;
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    // One of two slots is taken by the neighbour all the time.
    let neighbour = held(&fleet, &dana, "gate").await;
    let id = dana.submit("probe", json!({"act": act})).await;
    let failed: Value = dana.wait(&id, &["failed"]).await;
    slot_works(&dana).await;
    assert_eq!(failed["failure"]["class"], class, "{failed}");
    assert_eq!(claims(&fleet, &id), 2, "attempts are bounded");
    open(&fleet, "gate");
    all_complete(&dana, std::slice::from_ref(&neighbour)).await;
    assert_eq!(claims(&fleet, &neighbour), 1, "the neighbour is unharmed");
    check(&fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f14_a_job_that_panics() {
    beside_a_good_one("panic", "crash").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f14_a_job_that_leaves_its_process() {
    beside_a_good_one("exit", "crash").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f14_a_job_that_allocates_without_end() {
    beside_a_good_one("allocate", "memory").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f14_a_job_that_hangs() {
    beside_a_good_one("loop", "time limit").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f14_a_job_that_ignores_a_cancel() {
    let (mut fleet, _scheduler) = Fleet::distributed(&[]).await;
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let neighbour = held(&fleet, &dana, "gate").await;
    let id = dana.submit("probe", json!({"act": "ignore-cancel", "seconds": 300})).await;
    dana.wait(&id, &["processing"]).await;
    let asked = clock::monotonic();
    dana.send(Method::POST, &format!("/jobs/{id}/cancel"), &json!({})).await;
    dana.wait(&id, &["canceled"]).await;
    assert!(asked.elapsed() < Duration::from_secs(2), "stopped after {:?}", asked.elapsed());
    slot_works(&dana).await;
    open(&fleet, "gate");
    all_complete(&dana, &[neighbour]).await;
    check(&fleet).await;
}
