//! Row 15: a full scratch disk under a worker, a full disk under the database.

use std::path::Path;
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::clock;

use crate::checker::check;
use crate::fleet::{Caller, Fleet, program};
use crate::jobs::{BYTES, SHORT, all_complete, claims, held, open};
use crate::support::disk::Small;
use crate::support::postgres::Private;
use crate::support::rabbitmq::VirtualHost;
use crate::support::s3::S3;
use crate::support::signals::{LONG, eventually};

const GOLDEN: &str = "tests/golden/kecs-lead/bundle";

#[tokio::test(flavor = "multi_thread")]
async fn f15_the_scratch_disk_is_full() {
    let disk = Small::mount(8);
    let settings = [SHORT, &[("queue.faults", "2")]].concat();
    let (mut fleet, _scheduler) = Fleet::distributed(&settings).await;
    let scratch = disk.path().join("scratch").display().to_string();
    let _worker = fleet.start_with("worker", &[("REGISTRAR_WORKER_SCRATCH", scratch)]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    dana.upload(Path::new(GOLDEN), "2026-02-01T12:00").await;
    let neighbour = held(&fleet, &dana, "gate").await;
    disk.fill(32 << 10);
    let request = json!({"reports": ["detail", "classes"], "calendars": [100, 101]});
    let big = json!({"act": "no-op", "bytes": 20_000_000});
    let failed = [dana.submit("probe", big).await, dana.submit("kecs-lead", request).await];
    for id in &failed {
        let job = dana.wait(id, &["completed", "failed"]).await;
        assert_eq!(job["failure"]["class"], "storage", "{job}");
        assert!(job["failure"]["message"].as_str().expect("a sentence").contains("disk"), "{job}");
        assert_eq!(claims(&fleet, id), 2, "its own bound");
    }
    let import = import_fails(&dana).await;
    assert_eq!(import["failure"]["class"], "storage", "{import}");
    // The worker is well, and cancels.
    let asked = clock::monotonic();
    dana.send(Method::POST, &format!("/jobs/{neighbour}/cancel"), &json!({})).await;
    dana.wait(&neighbour, &["canceled"]).await;
    assert!(asked.elapsed() < Duration::from_secs(2));
    let small = dana.submit("probe", json!({"act": "no-op"})).await;
    dana.completed(&small).await;
    disk.empty();
    let (status, _) = dana.send(Method::POST, &format!("/jobs/{}/restart", failed[1]), &json!({})).await;
    assert_eq!(status, StatusCode::OK);
    dana.completed(&failed[1]).await;
    dana.upload(Path::new(GOLDEN), "2026-02-01T12:00").await;
    open(&fleet, "gate");
    check(&fleet).await;
}

/// Uploads a bundle whose import fails.
async fn import_fails(dana: &Caller) -> Value {
    let out = program()
        .args(["upload", GOLDEN, "--no-watch", "--progress", "none"])
        .env("REGISTRAR_URL", &dana.url)
        .env("REGISTRAR_TOKEN", &dana.token)
        .output()
        .expect("the program runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    dana.wait(String::from_utf8_lossy(&out.stdout).trim(), &["completed", "failed"]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn f15_the_databases_disk_is_full() {
    let disk = Small::mount(32);
    let mut server = tokio::task::spawn_blocking(Private::start).await.expect("a database");
    let database = server.database_on(disk.path());
    let mut fleet = Fleet::on(database, VirtualHost::create(), S3::start().await, &[]);
    fleet.front_with(&[]);
    let _scheduler = fleet.start("scheduler");
    let mut worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let running = held(&fleet, &dana, "gate").await;
    disk.fill(0);
    let mut accepted = vec![running.clone()];
    let body = json!({"extract": "probe", "request": {"act": "no-op", "bytes": BYTES}});
    let refused = eventually("a submit is refused", LONG, async || {
        let answer = dana.call(Method::POST, "/jobs").json(&body).send().await.ok()?;
        if answer.status() == StatusCode::ACCEPTED {
            let job: Value = answer.json().await.ok()?;
            accepted.push(job["id"].as_str().expect("an id").to_owned());
            return None;
        }
        Some(answer)
    })
    .await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.headers().contains_key("retry-after"));
    assert!(worker.runs(), "{}", worker.log());
    disk.empty();
    open(&fleet, "gate");
    all_complete(&dana, &accepted).await;
    let stopped = held(&fleet, &dana, "never").await;
    dana.send(Method::POST, &format!("/jobs/{stopped}/cancel"), &json!({})).await;
    dana.wait(&stopped, &["canceled"]).await;
    assert_eq!(fleet.rows().sql("select count(*) from jobs"), (accepted.len() + 1).to_string());
    check(&fleet).await;
    drop(fleet);
}
