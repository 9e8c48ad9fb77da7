//! Row 2: kill -9 between two steps, found by what goes over the line to the database; and lost replies.

use std::time::{Duration, SystemTime};

use serde_json::json;
use shared::clock;

use crate::checker::{check, orphans};
use crate::fleet::{Caller, Fleet, Process};
use crate::jobs::{BYTES, SHORT, all_complete, claims};
use crate::support::signals::{LONG, eventually};
use crate::support::wire::{Place, Snap, Wire};

/// Stands in the parameters of a claim and of a finish, and in no other statement of a worker.
const CLAIM: &str = "\"dispatch\":";
const FINISH: &str = "\"expiry\":";

/// A fleet with one worker whose line to the database has a trap, and a job that springs it.
struct Scene {
    fleet: Fleet,
    wire: Wire,
    worker: Process,
    dana: Caller,
    id: String,
    _scheduler: Process,
}

async fn scene(word: &str, place: Place, snap: Snap) -> Scene {
    let settings = [SHORT, &[("retention.orphan", "1 s")]].concat();
    let (mut fleet, scheduler) = Fleet::distributed(&settings).await;
    let address = fleet.rows().address.clone();
    let wire = Wire::to(&address).await;
    let worker = fleet.start_with("worker", &[("REGISTRAR_DATABASE_URL", wire.through(&address))]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    wire.trap(word, place, snap, 1);
    let id = dana.submit("probe", json!({"act": "no-op", "bytes": BYTES})).await;
    wire.sprung(1).await;
    Scene { fleet, wire, worker, dana, id, _scheduler: scheduler }
}

#[tokio::test(flavor = "multi_thread")]
async fn f2_killed_between_the_claim_and_its_acknowledgement() {
    let mut scene = scene(CLAIM, Place::Answer, Snap::Hold).await;
    scene.worker.kill();
    let _second = scene.fleet.start("worker");
    all_complete(&scene.dana, std::slice::from_ref(&scene.id)).await;
    assert_eq!(claims(&scene.fleet, &scene.id), 2, "once more at most");
    check(&scene.fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f2_killed_after_the_upload_and_before_the_finish() {
    let mut scene = scene(FINISH, Place::Request, Snap::Hold).await;
    let left = orphans(&scene.fleet);
    assert_eq!(left.len(), 1, "the file was uploaded: {left:?}");
    scene.worker.kill();
    let _second = scene.fleet.start("worker");
    all_complete(&scene.dana, std::slice::from_ref(&scene.id)).await;
    assert_eq!(claims(&scene.fleet, &scene.id), 2, "once more at most");
    // A scheduler sweeps when it starts; what it may remove has to be older than a second.
    let old = |path: &str| {
        let stored = std::fs::metadata(path).and_then(|m| m.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        clock::now() - chrono::DateTime::<chrono::Utc>::from(stored) > chrono::Duration::seconds(2)
    };
    eventually("the orphan is old", LONG, async || old(&left[0]).then_some(())).await;
    let _sweeper = scene.fleet.start("scheduler");
    eventually("the orphan is removed", LONG, async || orphans(&scene.fleet).is_empty().then_some(())).await;
    all_complete(&scene.dana, std::slice::from_ref(&scene.id)).await;
    check(&scene.fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f2_killed_after_the_finish_and_before_anybody_heard_of_it() {
    let mut scene = scene(FINISH, Place::Answer, Snap::Hold).await;
    scene.worker.kill();
    let _second = scene.fleet.start("worker");
    all_complete(&scene.dana, std::slice::from_ref(&scene.id)).await;
    assert_eq!(claims(&scene.fleet, &scene.id), 1, "it was finished");
    let (_, inbox) = scene.dana.get("/notices").await;
    assert_eq!(inbox["notices"][0]["job"], json!(scene.id), "the notice still comes");
    // Longer than a lease: nobody takes it up again.
    let more = scene.dana.submit("probe", json!({"act": "sleep", "seconds": 2.5, "bytes": BYTES})).await;
    all_complete(&scene.dana, &[more, scene.id.clone()]).await;
    assert_eq!(claims(&scene.fleet, &scene.id), 1);
    check(&scene.fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f2_the_reply_to_the_finish_is_lost() {
    let scene = scene(FINISH, Place::Answer, Snap::Cut).await;
    all_complete(&scene.dana, std::slice::from_ref(&scene.id)).await;
    assert_eq!(claims(&scene.fleet, &scene.id), 1);
    let more = scene.dana.submit("probe", json!({"act": "no-op", "bytes": BYTES})).await;
    all_complete(&scene.dana, &[more]).await;
    check(&scene.fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f2_the_finish_itself_is_lost() {
    let scene = scene(FINISH, Place::Request, Snap::Cut).await;
    all_complete(&scene.dana, std::slice::from_ref(&scene.id)).await;
    assert_eq!(claims(&scene.fleet, &scene.id), 1, "it is sent again under the same lease");
    check(&scene.fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f2_the_reply_to_the_claim_is_lost() {
    let scene = scene(CLAIM, Place::Answer, Snap::Cut).await;
    all_complete(&scene.dana, std::slice::from_ref(&scene.id)).await;
    assert_eq!(claims(&scene.fleet, &scene.id), 1, "the row says whose it is");
    check(&scene.fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f2_the_reply_to_the_finish_never_comes() {
    let scene = scene(FINISH, Place::Answer, Snap::Hold).await;
    // The line is open and silent; the worker gives it up after `database.time_out` and looks at the row.
    scene.dana.completed(&scene.id).await;
    let more = scene.dana.submit("probe", json!({"act": "no-op", "bytes": BYTES})).await;
    eventually("the worker works on", Duration::from_secs(40), async || {
        (scene.dana.get(&format!("/jobs/{more}")).await.1["state"] == "completed").then_some(())
    })
    .await;
    scene.wire.release();
    check(&scene.fleet).await;
}
