//! Row 10: Postgres restart and kill, connections cut, also at COMMIT; pool exhausted.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use futures::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::checker::check;
use crate::fleet::{Caller, Fleet};
use crate::jobs::{BYTES, SHORT, all_complete, claims, held, open, sleepers};
use crate::support::postgres::Private;
use crate::support::rabbitmq::VirtualHost;
use crate::support::s3::S3;
use crate::support::signals::{LONG, eventually};
use crate::support::wire::{Place, Snap, Wire};

/// Waits for an end although the API may answer 503 meanwhile.
async fn completed(dana: &Caller, id: &str) -> Value {
    eventually("the job completes", LONG, async || {
        let (status, job) = dana.get(&format!("/jobs/{id}")).await;
        assert!(status == StatusCode::OK || status == StatusCode::SERVICE_UNAVAILABLE, "{status} {job}");
        (status == StatusCode::OK && job["state"] == "completed").then_some(job)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn f10_connections_cut_again_and_again() {
    let (mut fleet, _scheduler) = Fleet::distributed(SHORT).await;
    let _workers = [fleet.start("worker"), fleet.start("worker")];
    let dana = fleet.token("dana", "ky-099", "all").await;
    let ids = sleepers(&dana, 20, 0.1).await;
    for _ in 0..10 {
        fleet.rows().cut_connections();
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    for id in &ids {
        completed(&dana, id).await;
    }
    all_complete(&dana, &ids).await;
    check(&fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f10_postgres_is_restarted_and_killed() {
    let mut server = tokio::task::spawn_blocking(Private::start).await.expect("a database");
    let mut fleet = Fleet::on(server.database(), VirtualHost::create(), S3::start().await, &[]);
    fleet.front_with(&[]);
    let _scheduler = fleet.start("scheduler");
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    for kill in [false, true] {
        let gate = format!("kill {kill}");
        let running = held(&fleet, &dana, &gate).await;
        let ids = sleepers(&dana, 6, 0.3).await;
        dana.wait(&ids[0], &["processing", "completed"]).await;
        server = tokio::task::spawn_blocking(move || {
            if kill {
                server.kill();
            } else {
                server.stop();
            }
            server
        })
        .await
        .expect("it stops");
        let answer = dana.call(Method::GET, "/jobs").send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.headers().contains_key("retry-after"));
        let body: Value = answer.json().await.expect("a problem");
        assert_eq!(body["detail"], "The database is away.");
        server = tokio::task::spawn_blocking(move || {
            server.start_again();
            server
        })
        .await
        .expect("it starts again");
        for id in &ids {
            completed(&dana, id).await;
        }
        open(&fleet, &gate);
        completed(&dana, &running).await;
        all_complete(&dana, &ids).await;
        assert_eq!(claims(&fleet, &running), 1, "its lease survived");
        assert_eq!(fleet.rows().sql("select max(attempt) from jobs"), "1");
    }
    check(&fleet).await;
    drop(fleet);
}

/// A submit whose commit is cut off; the same key finds the truth.
async fn cut_submit(place: Place, expected: StatusCode) {
    let (mut fleet, _scheduler) = Fleet::distributed(&[]).await;
    let address = fleet.rows().address.clone();
    let wire = Wire::to(&address).await;
    fleet.front_with(&[("REGISTRAR_DATABASE_URL", wire.through(&address))]);
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let submit = async || {
        let body = json!({"extract": "probe", "request": {"act": "no-op", "bytes": BYTES}});
        let call = dana.call(Method::POST, "/jobs").header("Idempotency-Key", "k").json(&body);
        call.send().await.expect("an answer")
    };
    wire.trap("COMMIT", place, Snap::Cut, 1);
    let lost = submit().await;
    assert_eq!(lost.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(lost.headers().contains_key("retry-after"));
    let found = submit().await;
    assert_eq!(found.status(), expected);
    let job: Value = found.json().await.expect("a job");
    assert_eq!(fleet.rows().sql("select id from jobs"), job["id"].as_str().expect("an id"), "one job");
    all_complete(&dana, &[job["id"].as_str().expect("an id").to_owned()]).await;
    check(&fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f10_a_submit_is_cut_before_its_commit() {
    cut_submit(Place::Request, StatusCode::ACCEPTED).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f10_a_submit_is_cut_after_its_commit() {
    cut_submit(Place::Answer, StatusCode::OK).await;
}

/// An import ends in a transaction of several statements; it is cut off at its commit.
async fn cut_import(place: Place) {
    let (mut fleet, _scheduler) = Fleet::distributed(&[]).await;
    let address = fleet.rows().address.clone();
    let wire = Wire::to(&address).await;
    let _worker = fleet.start_with("worker", &[("REGISTRAR_DATABASE_URL", wire.through(&address))]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    wire.trap("COMMIT", place, Snap::Cut, 1);
    let job = dana.upload(Path::new("tests/golden/kecs-lead/bundle"), "2026-02-01T12:00").await;
    wire.sprung(1).await;
    assert_eq!(job["attempt"], 1);
    assert_eq!(fleet.rows().sql("select count(*) from snapshots"), "1", "one snapshot");
    assert_eq!(claims(&fleet, job["id"].as_str().expect("an id")), 1);
    check(&fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f10_an_import_is_cut_before_its_commit() {
    cut_import(Place::Request).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f10_an_import_is_cut_after_its_commit() {
    cut_import(Place::Answer).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f10_a_pool_without_a_free_connection_answers_503() {
    let settings = [("database.connections", "3"), ("database.time_out", "1 s")];
    let (mut fleet, _scheduler) = Fleet::distributed(&settings).await;
    let dana = fleet.token("dana", "ky-099", "all").await;
    let before = sleepers(&dana, 1, 0.0).await;
    // Somebody's long transaction: every submit waits for it, with its connection.
    let mut lock = Command::new("psql")
        .args(["-X", "-q", "-c", "begin; lock table jobs in access exclusive mode; select pg_sleep(30)"])
        .arg(&fleet.rows().address)
        .stdout(Stdio::null())
        .spawn()
        .expect("psql runs");
    eventually("the table is locked", LONG, async || {
        let locks = "select count(*) from pg_locks where mode = 'AccessExclusiveLock' and granted
            and relation = 'jobs'::regclass";
        (fleet.rows().sql(locks) != "0").then_some(())
    })
    .await;
    let calls = (0..12).map(|_| {
        let body = json!({"extract": "probe", "request": {"act": "no-op", "bytes": BYTES}});
        dana.call(Method::POST, "/jobs").json(&body).send()
    });
    for answer in join_all(calls).await {
        let answer = answer.expect("an answer");
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.headers().contains_key("retry-after"));
    }
    lock.kill().expect("it runs");
    lock.wait().expect("it ends");
    fleet.rows().sql(
        "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(30)%' and pid <> pg_backend_pid()",
    );
    let _worker = fleet.start("worker");
    let after = eventually("the API takes submits again", LONG, async || {
        let body = json!({"extract": "probe", "request": {"act": "no-op", "bytes": BYTES}});
        let (status, job) = dana.send(Method::POST, "/jobs", &body).await;
        (status == StatusCode::ACCEPTED).then(|| job["id"].as_str().expect("an id").to_owned())
    })
    .await;
    all_complete(&dana, &[before[0].clone(), after]).await;
    assert_eq!(fleet.rows().sql("select count(*) from jobs"), "2", "a refused submit made no job");
    check(&fleet).await;
}
