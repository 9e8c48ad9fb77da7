//! What the API and the queue refuse, and how they say so.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::clock;

use crate::fleet::{Caller, Fleet};
use crate::support::signals::{LONG, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_are_missing_wrong_or_expired() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let expired = fleet.token("lee", "ky-099", "all").await;
    let file = fleet.folder.path().join("tokens.jsonl");
    let text = std::fs::read_to_string(&file).expect("the tokens");
    let lines = text.lines().map(|line| {
        let mut line: Value = serde_json::from_str(line).expect("JSON");
        if line["name"] == "lee" {
            line["expires_at"] = json!("2026-01-01T00:00:00Z");
        }
        line.to_string() + "\n"
    });
    std::fs::write(&file, lines.collect::<String>()).expect("writes");
    eventually("the token expires", LONG, async || {
        (expired.get("/me").await.0 == StatusCode::UNAUTHORIZED).then_some(())
    })
    .await;
    let address = format!("{}/api/v1/me", dana.url);
    let call = || dana.client.get(&address);
    let token = &dana.token;
    for (call, said) in [
        (call(), "Send a token"),
        (call().header("Authorization", "Bearer"), "does not hold a bearer token"),
        (call().header("Authorization", format!("Basic {token}")), "does not hold a bearer token"),
        (call().bearer_auth("rgr_0000"), "unknown or has expired"),
        (call().bearer_auth(token.to_uppercase()), "unknown or has expired"),
        (call().bearer_auth(&expired.token), "unknown or has expired"),
    ] {
        let answer = call.send().await.expect("an answer");
        assert_eq!(
            (answer.status(), &answer.headers()["www-authenticate"]),
            (StatusCode::UNAUTHORIZED, &"Bearer".parse().expect("a header"))
        );
        let problem: Value = answer.json().await.expect("JSON");
        assert!(problem["detail"].as_str().expect("a sentence").contains(said), "{problem}");
        assert!(!problem.to_string().contains(token.as_str()));
    }
}

/// Every call that takes an id.
fn with_ids(id: &str) -> Vec<(Method, String)> {
    let get =
        ["", "/events", "/files/x.csv", "/files.zip"].map(|rest| (Method::GET, format!("/jobs/{id}{rest}")));
    let mut calls = get.to_vec();
    calls.extend([
        (Method::PATCH, format!("/jobs/{id}")),
        (Method::DELETE, format!("/jobs/{id}")),
        (Method::POST, format!("/jobs/{id}/cancel")),
        (Method::POST, format!("/jobs/{id}/restart")),
        (Method::POST, format!("/notices/{id}/read")),
        (Method::POST, format!("/webhooks/{id}/test")),
        (Method::DELETE, format!("/webhooks/{id}")),
    ]);
    for kind in ["snapshots", "schedules"] {
        calls.push((Method::GET, format!("/{kind}/{id}")));
    }
    calls.extend([
        (Method::GET, format!("/snapshots/{id}/findings")),
        (Method::GET, format!("/schedules/{id}/next")),
        (Method::PATCH, format!("/schedules/{id}")),
        (Method::DELETE, format!("/schedules/{id}")),
        (Method::POST, format!("/schedules/{id}/run")),
        (Method::GET, format!("/webhooks/{id}/deliveries")),
    ]);
    calls
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_of_others_answer_as_ids_of_nothing() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let other = fleet.token("other", "ky-001", "all").await;
    let job = dana.submit("probe", json!({})).await;
    dana.completed(&job).await;
    let nightly = json!({"extract": "probe", "request": {}, "cron": "0 3 * * *"});
    let (_, schedule) = dana.send(Method::POST, "/schedules", &nightly).await;
    let (_, inbox) = dana.get("/notices").await;
    let nothing = "00000000-0000-0000-0000-000000000000";
    let ids = [
        job.as_str(),
        schedule["id"].as_str().expect("an id"),
        inbox["notices"][0]["id"].as_str().expect("an id"),
        nothing,
        "no-id",
        "1 or 1=1",
    ];
    for id in ids {
        for ((method, path), (_, of_nothing)) in with_ids(id).into_iter().zip(with_ids(nothing)) {
            let answer = async |path: &str| {
                let (status, mut problem) = other.send(method.clone(), path, &json!({})).await;
                problem["instance"] = Value::Null;
                (status, problem)
            };
            let (status, problem) = answer(&path).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path}: {problem}");
            assert_eq!((status, problem), answer(&of_nothing).await, "{method} {path}");
        }
    }
    assert_eq!(dana.get(&format!("/jobs/{job}")).await.1["state"], "completed", "nothing was done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transition_that_is_not_allowed_names_the_state() {
    let fleet = Fleet::embedded(&[("queue.attempts", "1")]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let gate = fleet.folder.path().join("gate");
    let completed = dana.submit("probe", json!({})).await;
    dana.completed(&completed).await;
    let failed = dana.submit("probe", json!({"act": "exit"})).await;
    dana.wait(&failed, &["failed"]).await;
    let running = dana.submit("probe", json!({"act": "hold", "file": gate})).await;
    dana.wait(&running, &["processing"]).await;
    dana.send(Method::POST, "/operations/pause", &json!({"extract": "probe"})).await;
    let queued = dana.submit("probe", json!({})).await;
    let later = (clock::now() + chrono::Duration::days(1)).to_rfc3339();
    let (_, scheduled) =
        dana.send(Method::POST, "/jobs", &json!({"extract": "probe", "request": {}, "run_at": later})).await;
    let scheduled = scheduled["id"].as_str().expect("an id").to_owned();
    let run_at = json!({"run_at": later});
    let mark = json!({"submitted_to_state": true});
    let none = json!({});
    for (id, state, method, call, body) in [
        (&completed, "completed", Method::POST, "/cancel", &none),
        (&completed, "completed", Method::PATCH, "", &run_at),
        (&failed, "failed", Method::POST, "/cancel", &none),
        (&failed, "failed", Method::PATCH, "", &mark),
        (&running, "processing", Method::POST, "/restart", &none),
        (&running, "processing", Method::PATCH, "", &run_at),
        (&running, "processing", Method::PATCH, "", &mark),
        (&queued, "queued", Method::POST, "/restart", &none),
        (&queued, "queued", Method::PATCH, "", &mark),
        (&scheduled, "scheduled", Method::POST, "/restart", &none),
    ] {
        let (status, problem) = dana.send(method, &format!("/jobs/{id}{call}"), body).await;
        let said = problem["detail"].as_str().unwrap_or_default();
        assert_eq!(status, StatusCode::CONFLICT, "{state} {call} {body}: {problem}");
        assert!(said.contains(state) && said.contains("it allows:"), "{said}");
        assert_eq!(dana.get(&format!("/jobs/{id}")).await.1["state"], state);
    }
    dana.send(Method::DELETE, &format!("/jobs/{completed}"), &none).await;
    for (method, call, body) in
        [(Method::POST, "/restart", &none), (Method::DELETE, "", &none), (Method::PATCH, "", &mark)]
    {
        let (status, problem) = dana.send(method, &format!("/jobs/{completed}{call}"), body).await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert!(problem["detail"].as_str().expect("a sentence").contains("deleted"), "{problem}");
    }
}

async fn refused(caller: &Caller, method: Method, path: &str, body: Value, field: &str) {
    let (status, problem) = caller.send(method, path, &body).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {problem}");
    assert_eq!(problem["errors"][0]["field"], field, "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn times_in_the_past_or_years_ahead_and_lines_that_never_fire() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let in_days = |days: i64| (clock::now() + chrono::Duration::days(days)).to_rfc3339();
    let job = |run_at: String| json!({"extract": "probe", "request": {}, "run_at": run_at});
    for days in [-1, -3650, 3650, 367] {
        refused(&dana, Method::POST, "/jobs", job(in_days(days)), "run_at").await;
    }
    let (status, waiting) = dana.send(Method::POST, "/jobs", &job(in_days(365))).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let address = format!("/jobs/{}", waiting["id"].as_str().expect("an id"));
    for days in [-1, 3650] {
        refused(&dana, Method::PATCH, &address, json!({"run_at": in_days(days)}), "run_at").await;
    }
    for (days, said) in [("yesterday", "a time such as"), ("2026-13-01T00:00:00Z", "a time such as")] {
        let (status, problem) = dana.send(Method::POST, "/jobs", &job(days.to_owned())).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(problem["errors"][0]["message"].as_str().expect("a sentence").contains(said), "{problem}");
    }
    let schedule =
        |cron: &str, zone: &str| json!({"extract": "probe", "request": {}, "cron": cron, "time_zone": zone});
    for line in
        ["0 0 31 2 *", "0 0 31 4,6,9,11 *", "60 * * * *", "* * * *", "* * * * * *", "@hourly often", ""]
    {
        refused(&dana, Method::POST, "/schedules", schedule(line, "America/New_York"), "cron").await;
    }
    for zone in ["America/Frankfort", "EST5EDT6", "+05:00", ""] {
        refused(&dana, Method::POST, "/schedules", schedule("0 2 * * 0", zone), "time_zone").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_too_long_or_no_json_and_keys_that_were_used() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    // A connection of its own each: the server hangs up on a body that is too long.
    let post = |body: String| {
        let apart = Caller { client: reqwest::Client::new(), ..dana.clone() };
        apart.call(Method::POST, "/jobs").body(body).send()
    };
    for (body, wanted) in [
        ("{".to_owned(), StatusCode::BAD_REQUEST),
        ("[]".to_owned(), StatusCode::BAD_REQUEST),
        (format!("{{\"label\": \"{}\"}}", "x".repeat(2 << 20)), StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        assert_eq!(post(body).await.expect("an answer").status(), wanted);
    }
    let bundle =
        dana.call(Method::POST, "/bundles").header("Content-Type", "text/csv").body("a,b").send().await;
    assert_eq!(bundle.expect("an answer").status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let keyed = async |bytes: i64| {
        let body = json!({"extract": "probe", "request": {"bytes": bytes}});
        let call = dana.call(Method::POST, "/jobs").header("Idempotency-Key", "one").json(&body);
        call.send().await.expect("an answer")
    };
    assert_eq!(keyed(1).await.status(), StatusCode::ACCEPTED);
    assert_eq!(keyed(1).await.status(), StatusCode::OK);
    let other = keyed(2).await;
    assert_eq!(other.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(other.json::<Value>().await.expect("JSON")["errors"][0]["field"], "Idempotency-Key");
    // A refused submit uses up no key.
    let call =
        |body: Value| dana.call(Method::POST, "/jobs").header("Idempotency-Key", "two").json(&body).send();
    let wrong = call(json!({"extract": "probe", "request": {"zeta": 1}})).await.expect("an answer");
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let right = call(json!({"extract": "probe", "request": {}})).await.expect("an answer");
    assert_eq!(right.status(), StatusCode::ACCEPTED);
    assert_eq!(dana.get("/jobs").await.1["jobs"].as_array().map(Vec::len), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_are_no_pointers_die_with_a_reason_and_the_queue_goes_on() {
    let (mut fleet, _scheduler) = Fleet::distributed(&[]).await;
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let broker = fleet.broker.as_ref().expect("a broker");
    let job = shared::clock::new_id();
    for message in [
        "Ada Lovelace".to_owned(),
        format!("{{\"version\": 1, \"job\": \"{job}\"}}"),
        format!("{{\"version\": 7, \"jobs\": [\"{job}\"]}}"),
        format!(
            "{{\"version\": 1, \"job\": \"{job}\", \"dispatch\": 1, \"pad\": \"{}\"}}",
            "x".repeat(100_000)
        ),
        String::new(),
    ] {
        broker.put("registrar.v1.batch", &message);
    }
    let database = fleet.database.as_ref().expect("a database");
    let reasons = eventually("five dead letters", LONG, async || {
        let reasons = database.sql("select reason from dead_letters order by reason");
        (reasons.lines().count() == 5).then_some(reasons)
    })
    .await;
    assert!(reasons.lines().all(|reason| reason.starts_with("rejected: the message ")), "{reasons}");
    let count = |words: &str| reasons.lines().filter(|reason| reason.contains(words)).count();
    assert_eq!(count("is not a pointer to a job"), 3, "{reasons}");
    assert_eq!(count("has version 7, this program reads version 1"), 1, "{reasons}");
    assert_eq!(count("a pointer has at most 4096"), 1, "{reasons}");
    assert!(!reasons.contains("Ada"), "a reason repeats nothing of a message");
    let id = dana.submit("probe", json!({})).await;
    dana.completed(&id).await;
    assert_eq!(dana.get("/queue").await.1["dead_letters"], 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_is_held_while_its_tenant_has_as_many_waiting_jobs_as_it_may() {
    // No worker: what waits goes on waiting.
    let (fleet, _scheduler) = Fleet::distributed(&[("limits.tenant_waiting", "2")]).await;
    let dana = fleet.token("dana", "ky-099", "all").await;
    let waiting = [dana.submit("probe", json!({})).await, dana.submit("probe", json!({})).await];
    let (status, problem) =
        dana.send(Method::POST, "/jobs", &json!({"extract": "probe", "request": {}})).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert!(
        problem["detail"].as_str().expect("a sentence").contains("2 waiting jobs of a tenant"),
        "{problem}"
    );
    let yearly = json!({"extract": "probe", "request": {}, "cron": "0 0 1 1 *", "overlap": "queue"});
    let (_, schedule) = dana.send(Method::POST, "/schedules", &yearly).await;
    let id = schedule["id"].as_str().expect("an id");
    let address = format!("/schedules/{id}");
    let database = fleet.database.as_ref().expect("a database");
    database
        .sql(&format!("update schedules set next_fire_at = now() - interval '5 seconds' where id = '{id}'"));
    let held = eventually("it is held", LONG, async || {
        let (_, schedule) = dana.get(&address).await;
        schedule["held"].is_string().then_some(schedule)
    })
    .await;
    assert_eq!(held["held"], "The limit of 2 waiting jobs of a tenant is reached.");
    let jobs = format!("select count(*) from jobs where schedule = '{id}'");
    assert_eq!(database.sql(&jobs), "0");
    let (status, _) = dana.send(Method::POST, &format!("{address}/run"), &json!({})).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "a person is refused");
    dana.send(Method::POST, &format!("/jobs/{}/cancel", waiting[0]), &json!({})).await;
    eventually("it fires", LONG, async || (database.sql(&jobs) == "1").then_some(())).await;
    let (_, fired) = dana.get(&address).await;
    assert_eq!(fired["held"], Value::Null);
    assert!(fired["next_fire_at"].as_str() > held["next_fire_at"].as_str(), "{fired}");
}
