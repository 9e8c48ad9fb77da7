//! Row 5: kill -9 the API before and after its commit, and a lost reply: the same key finds the same job.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::checker::check;
use crate::fleet::{Caller, Fleet};
use crate::jobs::{BYTES, all_complete};
use crate::support::wire::{Place, Snap, Wire};

async fn submit(caller: &Caller) -> Option<(StatusCode, Value)> {
    let body = json!({"extract": "probe", "request": {"act": "no-op", "bytes": BYTES}});
    let call = caller.call(Method::POST, "/jobs").header("Idempotency-Key", "the-key").json(&body);
    let answer = call.send().await.ok()?;
    let status = answer.status();
    Some((status, answer.json().await.ok()?))
}

/// Kills the API while its commit is at `place`, and submits again elsewhere.
async fn killed(place: Place, expected: StatusCode) {
    let (mut fleet, _scheduler) = Fleet::distributed(&[]).await;
    let address = fleet.rows().address.clone();
    let wire = Wire::to(&address).await;
    fleet.front_with(&[("REGISTRAR_DATABASE_URL", wire.through(&address))]);
    let mut dana = fleet.token("dana", "ky-099", "all").await;
    wire.trap("COMMIT", place, Snap::Hold, 1);
    let asking = tokio::spawn({
        let dana = dana.clone();
        async move { submit(&dana).await }
    });
    wire.sprung(1).await;
    fleet.front().kill();
    assert!(asking.await.expect("the task ends").is_none(), "the caller has no answer");
    let made = fleet.rows().sql("select count(*) from jobs");
    assert_eq!(made, if place == Place::Request { "0" } else { "1" });
    fleet.front_with(&[]);
    dana.url.clone_from(&fleet.url);
    let (status, job) = submit(&dana).await.expect("an answer");
    assert_eq!(status, expected, "{job}");
    assert_eq!(fleet.rows().sql("select id from jobs"), job["id"].as_str().expect("an id"), "one job");
    let _worker = fleet.start("worker");
    all_complete(&dana, &[job["id"].as_str().expect("an id").to_owned()]).await;
    check(&fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f5_the_front_is_killed_before_its_commit() {
    killed(Place::Request, StatusCode::ACCEPTED).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f5_the_front_is_killed_after_its_commit() {
    killed(Place::Answer, StatusCode::OK).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f5_the_reply_is_lost_on_its_way_to_the_caller() {
    let (mut fleet, _scheduler) = Fleet::distributed(&[]).await;
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let wire = Wire::to(&dana.url).await;
    let far = Caller { url: wire.through(&dana.url), client: reqwest::Client::new(), ..dana.clone() };
    wire.trap("the-key", Place::Answer, Snap::Cut, 1);
    assert!(submit(&far).await.is_none());
    let (status, job) = submit(&dana).await.expect("an answer");
    assert_eq!(status, StatusCode::OK);
    assert_eq!(fleet.rows().sql("select id from jobs"), job["id"].as_str().expect("an id"), "one job");
    all_complete(&dana, &[job["id"].as_str().expect("an id").to_owned()]).await;
    check(&fleet).await;
}
