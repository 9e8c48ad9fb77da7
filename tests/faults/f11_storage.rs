//! Row 11: storage refuses, hangs, answers 503, tears an upload, loses a reply; and the end when it stays so.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::checker::{check, orphans};
use crate::fleet::Fleet;
use crate::jobs::{BYTES, SHORT, all_complete, claims, sleepers};
use crate::support::proxy::Mode;
use crate::support::signals::{LONG, eventually};
use crate::support::wire::{Place, Snap, Wire};

#[tokio::test(flavor = "multi_thread")]
async fn f11_storage_refuses_and_hangs_and_comes_back() {
    let (mut fleet, _scheduler) = Fleet::distributed(SHORT).await;
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    for mode in [Mode::Refuse, Mode::Unavailable, Mode::Hang] {
        fleet.objects().set(mode);
        let ids = sleepers(&dana, 2, 0.1).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        fleet.objects().set(Mode::Forward);
        all_complete(&dana, &ids).await;
    }
    assert_eq!(fleet.rows().sql("select max(attempt) from jobs"), "1", "a fault of storage takes no attempt");
    check(&fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f11_a_torn_upload_is_never_published() {
    let (mut fleet, _scheduler) = Fleet::distributed(SHORT).await;
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    // In parts, and in one piece.
    for (bytes, cut) in [(12_000_000_u64, 3_000_000), (200_000, 100_000)] {
        fleet.objects().set(Mode::CutAfter(cut));
        let id = dana.submit("probe", json!({"act": "no-op", "bytes": bytes})).await;
        dana.wait(&id, &["processing"]).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let (_, torn) = dana.get(&format!("/jobs/{id}")).await;
        assert_ne!(torn["state"], "completed", "{torn}");
        let early = dana.get(&format!("/jobs/{id}/files/probe.bin")).await.0;
        assert_eq!(early, StatusCode::NOT_FOUND, "nothing partial is visible");
        fleet.objects().set(Mode::Forward);
        dana.completed(&id).await;
        let expected: Vec<u8> = (0..bytes).map(extracts::probe::byte).collect();
        assert!(dana.download(&id, "probe.bin").await == expected);
        assert_eq!(claims(&fleet, &id), 1, "tried again under the lease");
    }
    assert_eq!(fleet.rows().sql("select count(*) from uploads"), "0", "no upload is left");
    assert_eq!(orphans(&fleet), Vec::<String>::new());
    check(&fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f11_the_storages_reply_is_lost() {
    let (mut fleet, _scheduler) = Fleet::distributed(SHORT).await;
    let endpoint = fleet.objects().endpoint();
    let wire = Wire::to(&endpoint).await;
    let _worker = fleet.start_with("worker", &[("AWS_ENDPOINT_URL", wire.through(&endpoint))]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    wire.trap("PUT /", Place::Answer, Snap::Cut, 2);
    let id = dana.submit("probe", json!({"act": "no-op", "bytes": BYTES})).await;
    wire.sprung(2).await;
    all_complete(&dana, std::slice::from_ref(&id)).await;
    assert_eq!(claims(&fleet, &id), 1);
    check(&fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f11_a_storage_that_goes_on_refusing_ends_the_job_and_a_restart_completes_it() {
    let settings = [SHORT, &[("queue.faults", "3")]].concat();
    let (mut fleet, _scheduler) = Fleet::distributed(&settings).await;
    let mut refused = fleet.start_with("worker", &[("AWS_SECRET_ACCESS_KEY", "another".to_owned())]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let id = dana.submit("probe", json!({"act": "no-op", "bytes": BYTES})).await;
    let failed = dana.wait(&id, &["failed"]).await;
    assert_eq!(failed["failure"]["class"], "storage", "{failed}");
    assert_eq!(claims(&fleet, &id), 3, "its own bound, not that of attempts");
    refused.kill();
    let _worker = fleet.start("worker");
    let (status, _) = dana.send(Method::POST, &format!("/jobs/{id}/restart"), &json!({})).await;
    assert_eq!(status, StatusCode::OK);
    eventually("it waits or runs", LONG, async || {
        (dana.get(&format!("/jobs/{id}")).await.1["state"] != "failed").then_some(())
    })
    .await;
    all_complete(&dana, &[id]).await;
    check(&fleet).await;
}
