//! Schedules from end to end, on the embedded mode.

use std::path::Path;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::clock;

use crate::fleet::{Caller, Fleet, PATIENCE, program};

const GOLDEN: &str = "tests/golden/kecs-lead/bundle";

async fn add(caller: &Caller, body: &Value) -> Value {
    let (status, made) = caller.send(Method::POST, "/schedules", body).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    made
}

/// Waits until a schedule has so many jobs, and returns them.
async fn jobs_of(caller: &Caller, schedule: &Value, count: usize) -> Vec<Value> {
    let start = clock::monotonic();
    loop {
        let (_, page) = caller.get("/jobs").await;
        let jobs = page["jobs"].as_array().expect("jobs");
        let mine: Vec<Value> = jobs.iter().filter(|j| j["schedule"] == schedule["id"]).cloned().collect();
        if mine.len() >= count {
            return mine;
        }
        assert!(start.elapsed() < PATIENCE * 2, "the schedule has {} jobs", mine.len());
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_fires_each_minute_and_runs_at_once_when_asked() {
    let fleet = Fleet::embedded(&[("queue.timer", "100 ms")]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let made =
        add(&dana, &json!({"extract": "probe", "request": {}, "cron": "* * * * *", "label": "often"})).await;
    let address = format!("/schedules/{}", made["id"].as_str().expect("an id"));
    assert_eq!(
        (&made["missed"], &made["overlap"], &made["enabled"]),
        (&json!("once"), &json!("skip"), &json!(true))
    );
    assert_eq!((&made["time_zone"], &made["owner"]), (&json!("America/New_York"), &json!("dana")));
    let (status, job) = dana.send(Method::POST, &format!("{address}/run"), &json!({})).await;
    assert_eq!((status, &job["schedule"]), (StatusCode::ACCEPTED, &made["id"]));
    dana.completed(job["id"].as_str().expect("an id")).await;
    let (_, now) = dana.get(&address).await;
    assert_eq!(now["next_fire_at"], made["next_fire_at"], "run now does not move the next fire time");
    let (_, next) = dana.get(&format!("{address}/next?count=2")).await;
    assert_eq!(next["next"][0], made["next_fire_at"]);
    assert_eq!(next["next"].as_array().map(Vec::len), Some(2));
    let jobs = jobs_of(&dana, &made, 2).await;
    let fired = dana.completed(jobs[0]["id"].as_str().expect("an id")).await;
    assert_eq!((&fired["run_at"], &fired["label"]), (&made["next_fire_at"], &json!("often")));
    let (status, off) = dana.send(Method::PATCH, &address, &json!({"enabled": false})).await;
    assert_eq!((status, &off["next_fire_at"]), (StatusCode::OK, &Value::Null));
    let (status, _) = dana.send(Method::DELETE, &address, &json!({})).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(dana.get(&address).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn problems_and_rights_of_schedules() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let fields = |problem: &Value| -> Vec<String> {
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|e| e["field"].as_str().unwrap_or("?").to_owned()).collect()
    };
    let post = async |body: Value| dana.send(Method::POST, "/schedules", &body).await;
    let (status, problem) = post(json!({"missed": "never", "jitter": -1, "color": 1})).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(fields(&problem), ["color", "missed", "jitter", "extract", "request"]);
    let wrong = json!({"extract": "probe", "request": {"zeta": 1}, "cron": "0 0 30 2 *", "time_zone": "Mars",
        "label": "x".repeat(81)});
    let (status, problem) = post(wrong).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(fields(&problem), ["label", "time_zone", "cron", "zeta"]);
    assert!(
        problem["errors"][2]["message"].as_str().expect("a sentence").contains("never fires"),
        "{problem}"
    );
    for (body, field) in [
        (json!({"extract": "probe", "request": {}}), "cron"),
        (json!({"extract": "probe", "request": {}, "cron": "* * * * *", "after": "lead-refresh"}), "after"),
        (json!({"extract": "probe", "request": {}, "after": "import"}), "after"),
        (json!({"extract": "lead-refresh", "request": {}, "after": "lead-refresh"}), "after"),
        (json!({"extract": "lead-refresh", "request": {"x": 1}, "cron": "* * * * *"}), "x"),
        (json!({"extract": "import", "request": {}, "cron": "* * * * *"}), "extract"),
    ] {
        let (status, problem) = post(body.clone()).await;
        assert_eq!(
            (status, fields(&problem)),
            (StatusCode::UNPROCESSABLE_ENTITY, vec![field.to_owned()]),
            "{body}"
        );
    }
    let nightly =
        json!({"extract": "probe", "request": {}, "cron": "0 3 * * *", "time_zone": "America/Chicago"});
    let made = add(&dana, &nightly).await;
    let address = format!("/schedules/{}", made["id"].as_str().expect("an id"));
    let (_, moved) = dana.send(Method::PATCH, &address, &json!({"cron": "0 4 * * *", "label": "late"})).await;
    assert_ne!(moved["next_fire_at"], made["next_fire_at"]);
    let (_, named) = dana.send(Method::PATCH, &address, &json!({"label": null})).await;
    assert_eq!((&named["label"], &named["next_fire_at"]), (&Value::Null, &moved["next_fire_at"]));
    let lee = fleet.token("lee", "ky-099", "schedules:R,probe:R").await;
    assert_eq!(lee.get(&address).await.0, StatusCode::OK);
    for (method, path) in [
        (Method::POST, "/schedules".to_owned()),
        (Method::PATCH, address.clone()),
        (Method::DELETE, address.clone()),
        (Method::POST, format!("{address}/run")),
    ] {
        let body = if path == "/schedules" { nightly.clone() } else { json!({"enabled": true}) };
        assert_eq!(lee.send(method.clone(), &path, &body).await.0, StatusCode::FORBIDDEN, "{method} {path}");
    }
    let sam = fleet.token("sam", "ky-099", "schedules:RWAD").await;
    assert_eq!(
        sam.send(Method::POST, "/schedules", &nightly).await.0,
        StatusCode::FORBIDDEN,
        "no R on the extract"
    );
    let (status, off) = sam.send(Method::PATCH, &address, &json!({"enabled": false})).await;
    assert_eq!((status, &off["owner"]), (StatusCode::OK, &json!("dana")), "to stop it needs no more");
    let other = fleet.token("other", "ky-001", "all").await;
    assert_eq!(other.get(&address).await.0, StatusCode::NOT_FOUND);
    let boss = fleet.token("boss", "ky-099", "all").await;
    let (_, taken) = boss.send(Method::PATCH, &address, &json!({"enabled": true})).await;
    assert_eq!(taken["owner"], "boss", "whoever changes a schedule owns it");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_of_schedules() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let said = |words: &[&str]| -> String {
        let out = program()
            .arg("schedules")
            .args(words)
            .env("REGISTRAR_URL", &dana.url)
            .env("REGISTRAR_TOKEN", &dana.token)
            .output()
            .expect("the program runs");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).expect("text").trim().to_owned()
    };
    let id = said(&["add", "probe", "--cron", "0 2 * * 0", "--label", "weekly"]);
    assert!(said(&["list"]).contains("0 2 * * 0") && said(&["list", "--json"]).contains(&id));
    assert_eq!(said(&["next", &id, "--count", "3"]).lines().count(), 3);
    assert!(said(&["disable", &id]).ends_with("is disabled"));
    assert!(said(&["enable", &id]).contains("fires next at"));
    let job = said(&["run", &id]);
    dana.completed(&job).await;
    assert!(said(&["delete", &id]).ends_with("is deleted"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_weekly_lead_refresh_names_the_newest_snapshot_and_what_follows_runs() {
    let fleet = Fleet::embedded(&[("time_zone", "America/Chicago")]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    dana.upload(Path::new(GOLDEN), "2026-02-01T12:00").await;
    let (_, page) = dana.get("/schedules").await;
    let schedules = page["schedules"].as_array().expect("schedules");
    let [weekly] = schedules.as_slice() else { panic!("one schedule: {page}") };
    let (line, zone) = (&weekly["cron"], &weekly["time_zone"]);
    assert_eq!((line, zone), (&json!("0 2 * * 0"), &json!("America/Chicago")));
    assert_eq!((&weekly["extract"], &weekly["owner"]), (&json!("lead-refresh"), &json!("dana")));
    assert_eq!(weekly["enabled"], true);
    let address = format!("/schedules/{}", weekly["id"].as_str().expect("an id"));
    let refresh = async || {
        let (status, job) = dana.send(Method::POST, &format!("{address}/run"), &json!({})).await;
        assert_eq!((status, &job["extract"]), (StatusCode::ACCEPTED, &json!("lead-refresh")));
        dana.completed(job["id"].as_str().expect("an id")).await
    };
    let lead = async || {
        let (_, page) = dana.get("/snapshots").await;
        let all = page["snapshots"].as_array().expect("snapshots").clone();
        all.iter().find(|s| s["lead"] == true).map(|s| s["id"].clone())
    };
    assert_eq!(lead().await, None);
    let first = refresh().await;
    assert_eq!(lead().await.as_ref(), Some(&first["snapshot"]["id"]));
    let after = json!({"extract": "kecs-lead", "after": "lead-refresh", "label": "weekly", "request":
        {"snapshot": "lead", "reports": ["classes"], "calendars": {"active_year": true}}});
    let after = add(&dana, &after).await;
    assert_eq!((&after["cron"], &after["next_fire_at"]), (&Value::Null, &Value::Null));
    let same = refresh().await;
    assert_eq!(same["snapshot"], first["snapshot"]);
    let followed = jobs_of(&dana, &after, 1).await;
    let report = dana.completed(followed[0]["id"].as_str().expect("an id")).await;
    assert_eq!((&report["snapshot"], &report["label"]), (&first["snapshot"], &json!("weekly")));

    dana.upload(Path::new(GOLDEN), "2026-02-08T12:00").await;
    assert_eq!(lead().await.as_ref(), Some(&first["snapshot"]["id"]), "an import names nothing");
    let second = refresh().await;
    assert_eq!(second["snapshot"]["as_of"], "2026-02-08T12:00");
    assert_eq!(lead().await.as_ref(), Some(&second["snapshot"]["id"]));
    let followed = jobs_of(&dana, &after, 2).await;
    let report = dana.completed(followed[0]["id"].as_str().expect("an id")).await;
    assert_eq!(report["snapshot"], second["snapshot"]);
    dana.send(Method::DELETE, &address, &json!({})).await;
    dana.upload(Path::new(GOLDEN), "2026-02-15T12:00").await;
    let (_, page) = dana.get("/schedules").await;
    assert_eq!(page["schedules"].as_array().map(Vec::len), Some(1), "a deleted refresh stays away");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_without_a_snapshot_says_so() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let made = add(&dana, &json!({"extract": "lead-refresh", "request": {}, "cron": "0 5 * * 0"})).await;
    let (_, job) = dana
        .send(Method::POST, &format!("/schedules/{}/run", made["id"].as_str().expect("an id")), &json!({}))
        .await;
    let failed = dana.wait(job["id"].as_str().expect("an id"), &["failed"]).await;
    assert_eq!(failed["failure"]["class"], "request");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fire_time_has_its_job_though_one_of_two_schedulers_is_killed() {
    let (mut fleet, mut first) = Fleet::distributed(&[("queue.timer", "100 ms")]).await;
    let _second = fleet.start("scheduler");
    let dana = fleet.token("dana", "ky-099", "all").await;
    for _ in 0..30 {
        let hourly = json!({"extract": "probe", "request": {}, "cron": "0 * * * *", "missed": "all", "overlap": "queue"});
        add(&dana, &hourly).await;
    }
    // Both were away for five hours; all thirty are due at one moment.
    let database = fleet.database.as_ref().expect("a database");
    database.sql(
        "update schedules set next_fire_at = date_trunc('hour', now()) - interval '5 hours', version = version + 1",
    );
    let fired =
        || database.sql("select count(*) from schedules where next_fire_at > now()").trim().to_owned();
    let start = clock::monotonic();
    while fired() == "0" {
        assert!(start.elapsed() < PATIENCE, "no schedule fires");
    }
    first.kill();
    while fired() != "30" {
        assert!(start.elapsed() < PATIENCE, "{} schedules fired", fired());
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let odd = "select count(*) from (select schedule from jobs group by schedule having count(*) not in (6, 7)) as odd";
    assert_eq!(database.sql(odd).trim(), "0");
    let schedules = database.sql("select count(distinct schedule) from jobs");
    assert_eq!(schedules.trim(), "30");
}
