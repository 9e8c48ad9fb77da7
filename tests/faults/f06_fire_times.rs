//! Row 6: kill -9 the scheduler, also at a fire time; two schedulers at once.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::checker::check;
use crate::fleet::Fleet;
use crate::jobs::{SHORT, all_complete, sleepers};
use crate::support::signals::{LONG, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn f6_two_schedulers_of_which_one_is_killed() {
    let (mut fleet, mut first) = Fleet::distributed(SHORT).await;
    let _second = fleet.start("scheduler");
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let ids = sleepers(&dana, 12, 0.1).await;
    dana.completed(&ids[0]).await;
    first.kill();
    all_complete(&dana, &ids).await;
    let more = sleepers(&dana, 3, 0.1).await;
    all_complete(&dana, &more).await;
    check(&fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f6_a_scheduler_is_killed_at_a_fire_time() {
    let settings = [SHORT, &[("queue.timer", "100 ms")]].concat();
    let (mut fleet, mut first) = Fleet::distributed(&settings).await;
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    for _ in 0..20 {
        let daily =
            json!({"extract": "probe", "request": {"bytes": 50}, "cron": "0 3 * * *", "overlap": "queue"});
        let (status, made) = dana.send(Method::POST, "/schedules", &daily).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
    }
    // Three fire times for all of them; at each of them the scheduler that is in the middle is killed.
    for round in 1..=3 {
        let mut second = fleet.start("scheduler");
        fleet.rows().sql("update schedules set next_fire_at = clock_timestamp() + interval '300 ms'");
        eventually("the first job of this fire time", LONG, async || {
            (fleet.rows().sql("select count(*) from jobs").parse::<i64>().ok()? > (round - 1) * 20)
                .then_some(())
        })
        .await;
        first.kill();
        if round == 2 {
            second.kill();
            second = fleet.start("scheduler");
        }
        eventually("one job for each schedule", LONG, async || {
            let jobs = fleet.rows().sql("select count(*), count(distinct (schedule, fire_at)) from jobs");
            (jobs == format!("{0}|{0}", round * 20)).then_some(())
        })
        .await;
        first = second;
    }
    check(&fleet).await;
}
