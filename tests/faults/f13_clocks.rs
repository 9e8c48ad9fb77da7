//! Row 13: the clock of a worker or a scheduler is off by ten minutes; daylight saving begins and ends.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::clock;
use shared::job::Time;

use crate::checker::check;
use crate::fleet::{Fleet, Process};
use crate::jobs::{BYTES, SHORT, all_complete, claims, held, open, sleepers};
use crate::support::postgres::Private;
use crate::support::rabbitmq::VirtualHost;
use crate::support::s3::S3;
use crate::support::shifted_clock;
use crate::support::signals::{LONG, eventually};

/// How far a process's own clock is ahead, by its log.
fn ahead(process: &Process) -> chrono::Duration {
    let log = process.log();
    let line = log.lines().last().expect("it logs");
    let line: Value = serde_json::from_str(line).expect("a line of JSON");
    let said: Time = line["timestamp"].as_str().expect("a time").parse().expect("a time");
    said - clock::now()
}

async fn off(roles: [&'static str; 2], shift: &str, minutes: i64) {
    let settings = [SHORT, &[("queue.retry_first", "2 s")]].concat();
    let (mut fleet, mut first) = Fleet::distributed(&settings).await;
    first.kill();
    let mut processes = Vec::new();
    for role in ["scheduler", "worker"] {
        let variables = if roles.contains(&role) { shifted_clock(shift) } else { Vec::new() };
        processes.push(fleet.start_with(role, &variables));
    }
    let dana = fleet.token("dana", "ky-099", "all").await;
    let ids = sleepers(&dana, 4, 0.1).await;
    all_complete(&dana, &ids).await;
    for (process, role) in processes.iter().zip(["scheduler", "worker"]) {
        let (ahead, expected) = (ahead(process), if roles.contains(&role) { minutes } else { 0 });
        let close = (ahead - chrono::Duration::minutes(expected)).abs() < chrono::Duration::minutes(5);
        assert!(close, "the clock of the {role} is {ahead} ahead");
    }
    // A lease is counted by the database, and renewed.
    let running = held(&fleet, &dana, "gate").await;
    let meanwhile = dana.submit("probe", json!({"act": "sleep", "seconds": 5, "bytes": BYTES})).await;
    // A job of later is not started early or late; nor is the second attempt of one that failed.
    let later = clock::now() + chrono::Duration::seconds(3);
    let body = json!({"extract": "probe", "request": {"bytes": BYTES}, "run_at": later.to_rfc3339()});
    let (status, scheduled) = dana.send(Method::POST, "/jobs", &body).await;
    assert_eq!((status, &scheduled["state"]), (StatusCode::ACCEPTED, &json!("scheduled")));
    let scheduled = scheduled["id"].as_str().expect("an id").to_owned();
    all_complete(&dana, &[meanwhile, scheduled.clone()]).await;
    open(&fleet, "gate");
    all_complete(&dana, std::slice::from_ref(&running)).await;
    assert_eq!(claims(&fleet, &running), 1, "longer than two leases, and still its own");
    let retried = dana.submit("probe", json!({"act": "exit"})).await;
    dana.wait(&retried, &["failed"]).await;
    let facts = format!(
        "select started_at >= run_at and started_at < run_at + interval '10 s' from jobs where id = '{scheduled}'"
    );
    assert_eq!(fleet.rows().sql(&facts), "t", "it started at its time");
    let pauses = format!(
        "select bool_and(pause between interval '2 s' and interval '20 s') from (select at - lag(at) over (order by seq) as pause,
         action from audit where job = '{retried}') a where action = 'claim' and pause > interval '1 s'"
    );
    assert_eq!(fleet.rows().sql(&pauses), "t", "a retry waits as long as it should");
    let printed = "select bool_and(generated_at = to_char(started_at at time zone 'America/New_York',
        'YYYY-MM-DD\"T\"HH24:MI')) from jobs where state = 'completed'";
    assert_eq!(fleet.rows().sql(printed), "t", "reports print the database's time");
    let mut killed = processes.pop().expect("a worker");
    let taken = held(&fleet, &dana, "other").await;
    killed.kill();
    let _worker = fleet.start("worker");
    open(&fleet, "other");
    all_complete(&dana, &[taken]).await;
    check(&fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f13_the_clock_of_a_worker_is_ten_minutes_ahead() {
    off(["worker", ""], "+10m", 10).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f13_the_clock_of_a_scheduler_is_ten_minutes_ahead() {
    off(["scheduler", ""], "+10m", 10).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f13_the_clocks_of_both_are_ten_minutes_behind() {
    off(["worker", "scheduler"], "-10m", -10).await;
}

/// A database whose clock is set, and a front and a scheduler whose clocks are not.
struct Wall {
    fleet: Fleet,
    server: Option<Private>,
    schedules: Vec<String>,
    _scheduler: Process,
}

const LINES: [&str; 3] = ["30 1 * * *", "0 2 * * *", "30 2 * * *"];

impl Wall {
    /// Starts everything at a moment (UTC) with one schedule for each line.
    async fn at(moment: &str) -> Wall {
        let mut server = tokio::task::spawn_blocking(Private::start).await.expect("a database");
        let mut fleet = Fleet::on(server.database(), VirtualHost::create(), S3::start().await, &[]);
        server.stop();
        let mut server = started(server, moment).await;
        server.wait();
        fleet.front_with(&[]);
        let scheduler = fleet.start("scheduler");
        let dana = fleet.token("dana", "ky-099", "all").await;
        let mut schedules = Vec::new();
        for line in LINES {
            let body =
                json!({"extract": "probe", "request": {}, "cron": line, "time_zone": "America/New_York"});
            let (status, made) = dana.send(Method::POST, "/schedules", &body).await;
            assert_eq!(status, StatusCode::CREATED, "{made}");
            schedules.push(made["id"].as_str().expect("an id").to_owned());
        }
        Wall { fleet, server: Some(server), schedules, _scheduler: scheduler }
    }

    /// Sets the database's clock to three seconds before a moment, waits until it has passed, and returns the fire times
    /// of each schedule so far.
    async fn pass(&mut self, before: &str, moment: &str) -> [String; 3] {
        let mut server = self.server.take().expect("it runs");
        server.stop();
        self.server = Some(started(server, before).await);
        let passed = format!("select clock_timestamp() > timestamptz '{moment}+00' + interval '3 s'");
        eventually("the moment passes", LONG, async || (self.fleet.rows().sql(&passed) == "t").then_some(()))
            .await;
        let fired = |id: &String| {
            self.fleet.rows().sql(&format!(
                "select coalesce(string_agg(to_char(fire_at at time zone 'UTC', 'MM-DD HH24:MI'), ' ' order by fire_at), '')
                 from jobs where schedule = '{id}'"
            ))
        };
        [fired(&self.schedules[0]), fired(&self.schedules[1]), fired(&self.schedules[2])]
    }
}

async fn started(mut server: Private, moment: &str) -> Private {
    server.set_clock(moment);
    tokio::task::spawn_blocking(move || {
        server.start_again();
        server
    })
    .await
    .expect("it starts again")
}

#[tokio::test(flavor = "multi_thread")]
async fn f13_the_hour_that_comes_twice_fires_in_its_first_pass() {
    // At 06:00 UTC the clock in New York goes back from 02:00 to 01:00.
    let mut wall = Wall::at("2026-11-01 05:10:00").await;
    let fired = wall.pass("2026-11-01 05:29:57", "2026-11-01 05:30:00").await;
    assert_eq!(fired, ["11-01 05:30", "", ""], "01:30, the first time");
    let fired = wall.pass("2026-11-01 06:29:57", "2026-11-01 06:30:00").await;
    assert_eq!(fired, ["11-01 05:30", "", ""], "01:30, the second time");
    let fired = wall.pass("2026-11-01 06:59:57", "2026-11-01 07:00:00").await;
    assert_eq!(fired, ["11-01 05:30", "11-01 07:00", ""], "02:00");
    let fired = wall.pass("2026-11-01 07:29:57", "2026-11-01 07:30:00").await;
    assert_eq!(fired, ["11-01 05:30", "11-01 07:00", "11-01 07:30"], "02:30");
}

#[tokio::test(flavor = "multi_thread")]
async fn f13_the_hour_that_is_skipped_fires_at_the_next_valid_minute() {
    // At 07:00 UTC the clock in New York goes from 02:00 to 03:00.
    let mut wall = Wall::at("2026-03-08 06:10:00").await;
    let fired = wall.pass("2026-03-08 06:29:57", "2026-03-08 06:30:00").await;
    assert_eq!(fired, ["03-08 06:30", "", ""], "01:30");
    let fired = wall.pass("2026-03-08 06:59:57", "2026-03-08 07:00:00").await;
    assert_eq!(fired, ["03-08 06:30", "03-08 07:00", "03-08 07:00"], "02:00 and 02:30 are 03:00");
    let fired = wall.pass("2026-03-08 07:29:57", "2026-03-08 07:30:00").await;
    assert_eq!(fired, ["03-08 06:30", "03-08 07:00", "03-08 07:00"], "and only once");
}

#[tokio::test(flavor = "multi_thread")]
async fn f13_two_schedulers_of_which_one_is_ten_minutes_ahead_make_one_job() {
    let settings = [SHORT, &[("queue.timer", "100 ms")]].concat();
    let (mut fleet, _right) = Fleet::distributed(&settings).await;
    let _ahead = fleet.start_with("scheduler", &shifted_clock("+10m"));
    let dana = fleet.token("dana", "ky-099", "all").await;
    let daily = json!({"extract": "probe", "request": {}, "cron": "0 3 * * *", "overlap": "queue"});
    let (status, made) = dana.send(Method::POST, "/schedules", &daily).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    // In five minutes, which is past for one of the two.
    fleet.rows().sql("update schedules set next_fire_at = clock_timestamp() + interval '5 minutes'");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(fleet.rows().sql("select count(*) from jobs"), "0", "not before its time");
    fleet.rows().sql("update schedules set next_fire_at = clock_timestamp() + interval '200 ms'");
    let one = async || (fleet.rows().sql("select count(*) from jobs") == "1").then_some(());
    eventually("it fires", LONG, one).await;
    let _worker = fleet.start("worker");
    check(&fleet).await;
    assert_eq!(fleet.rows().sql("select count(*) from jobs"), "1");
}
