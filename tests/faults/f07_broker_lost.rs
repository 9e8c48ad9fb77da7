//! Row 7: broker restart, kill -9, queues deleted, data wiped.

use crate::checker::{QUEUES, check};
use crate::fleet::Fleet;
use crate::jobs::{SHORT, all_complete, held, open, sleepers};
use crate::support::postgres::Database;
use crate::support::rabbitmq::Private;
use crate::support::s3::S3;
use crate::support::signals::{LONG, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn f7_queues_deleted_while_jobs_wait_and_run() {
    let (mut fleet, _scheduler) = Fleet::distributed(SHORT).await;
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let ids = sleepers(&dana, 10, 0.5).await;
    dana.wait(&ids[0], &["processing", "completed"]).await;
    for queue in QUEUES {
        fleet.dispatch().delete_queue(queue);
    }
    let more = sleepers(&dana, 3, 0.1).await;
    all_complete(&dana, &ids).await;
    all_complete(&dana, &more).await;
    assert_eq!(fleet.rows().sql("select max(attempt) from jobs"), "1", "running jobs were not run again");
    check(&fleet).await;
}

#[derive(Clone, Copy, Debug)]
enum Loss {
    Restart,
    Kill,
    Wipe,
}

#[tokio::test(flavor = "multi_thread")]
async fn f7_the_broker_is_restarted_killed_and_wiped() {
    let mut server = tokio::task::spawn_blocking(Private::start).await.expect("a broker");
    let mut fleet = Fleet::on(Database::create(), server.virtual_host(), S3::start().await, &[]);
    fleet.front_with(&[]);
    let _scheduler = fleet.start("scheduler");
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    for loss in [Loss::Restart, Loss::Kill, Loss::Wipe] {
        let gate = format!("{loss:?}");
        let running = held(&fleet, &dana, &gate).await;
        let mut waiting = sleepers(&dana, 6, 0.1).await;
        match loss {
            Loss::Restart => server.stop(),
            Loss::Kill | Loss::Wipe => server.kill(),
        }
        // Submits go on without a broker, and what runs goes on.
        waiting.extend(sleepers(&dana, 3, 0.1).await);
        let (_, ready) = ready(&dana.url).await;
        assert_eq!(ready["parts"]["broker"]["ok"], false, "{ready}");
        if matches!(loss, Loss::Wipe) {
            server.wipe();
        }
        server = tokio::task::spawn_blocking(move || {
            server.start_again();
            server
        })
        .await
        .expect("it starts again");
        if matches!(loss, Loss::Wipe) {
            fleet.dispatch().make_again();
        }
        all_complete(&dana, &waiting).await;
        open(&fleet, &gate);
        all_complete(&dana, &[running]).await;
        assert_eq!(fleet.rows().sql("select max(attempt) from jobs"), "1", "{loss:?}: nothing runs again");
    }
    check(&fleet).await;
}

/// What `/readyz` answers once it knows that the broker is away.
async fn ready(url: &str) -> (u16, serde_json::Value) {
    eventually("health says so", LONG, async || {
        let answer = reqwest::get(format!("{url}/readyz")).await.ok()?;
        let status = answer.status().as_u16();
        let body: serde_json::Value = answer.json().await.ok()?;
        (body["parts"]["broker"]["ok"] == false).then_some((status, body))
    })
    .await
}
