//! The HTTP contract, on the embedded mode.

use std::path::Path;
use std::time::Duration;

use futures::StreamExt;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::fleet::Fleet;

const GOLDEN: &str = "tests/golden/kecs-lead/bundle";

/// Every key that a job has.
const KEYS: &[&str] = &[
    "id",
    "tenant",
    "extract",
    "label",
    "request",
    "state",
    "submitted_by",
    "submitted_at",
    "run_at",
    "started_at",
    "finished_at",
    "duration_seconds",
    "generated_at",
    "cancel_requested_at",
    "attempt",
    "max_attempts",
    "progress",
    "position",
    "estimated_start_at",
    "high_priority",
    "keep_until_deleted",
    "expires_at",
    "snapshot",
    "schedule",
    "program",
    "result",
    "failure",
    "submitted_to_state_at",
    "deleted_at",
    "allowed_actions",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_job_from_submit_to_download() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    dana.upload(Path::new(GOLDEN), "2026-02-01T12:00").await;
    let body = json!({"extract": "kecs-lead", "label": "before July 1",
        "request": {"reports": ["classes", "issues"], "calendars": {"active_year": true}}});
    let call = dana
        .call(Method::POST, "/jobs")
        .header("Prefer", "wait=60")
        .header("Idempotency-Key", "k1")
        .json(&body);
    let response = call.send().await.expect("an answer");
    assert_eq!(response.status(), StatusCode::OK, "it finished while waiting");
    let location = response.headers()["location"].to_str().expect("text").to_owned();
    let job: Value = response.json().await.expect("JSON");
    let keys: Vec<&str> = job.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(keys, KEYS);
    let id = job["id"].as_str().expect("an id");
    assert_eq!(location, format!("/api/v1/jobs/{id}"));
    assert_eq!(
        (&job["state"], &job["attempt"], &job["progress"]["percent"]),
        (&json!("completed"), &json!(1), &json!(100))
    );
    assert_eq!(job["snapshot"]["as_of"], "2026-02-01T12:00");
    assert_eq!(job["allowed_actions"], json!(["restart", "edit", "delete", "download"]));

    let again = dana.call(Method::POST, "/jobs").header("Idempotency-Key", "k1").json(&body);
    let again = again.send().await.expect("an answer");
    assert_eq!(again.status(), StatusCode::OK);
    assert_eq!(again.json::<Value>().await.expect("JSON")["id"], job["id"]);
    let other = dana
        .call(Method::POST, "/jobs")
        .header("Idempotency-Key", "k1")
        .json(&json!({"extract": "probe", "request": {}}));
    assert_eq!(other.send().await.expect("an answer").status(), StatusCode::UNPROCESSABLE_ENTITY);

    let name = "KECS_LEAD_Classes.csv";
    let whole = dana.download(id, name).await;
    let file = dana.call(Method::GET, &format!("/jobs/{id}/files/{name}"));
    let part =
        file.try_clone().expect("a call").header("Range", "bytes=5-9").send().await.expect("an answer");
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.headers()["content-range"], format!("bytes 5-9/{}", whole.len()));
    let sha256 = job["result"]["files"][0]["sha256"].as_str().expect("a hash");
    assert_eq!(part.headers()["etag"], format!("\"{sha256}\""));
    assert_eq!(part.bytes().await.expect("a body"), whole[5..10]);
    let same = file.try_clone().expect("a call").header("If-None-Match", format!("\"{sha256}\""));
    assert_eq!(same.send().await.expect("an answer").status(), StatusCode::NOT_MODIFIED);
    let behind = file.header("Range", "bytes=99999999-").send().await.expect("an answer");
    assert_eq!(behind.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    let zip = dana.call(Method::GET, &format!("/jobs/{id}/files.zip")).send().await.expect("an answer");
    let length: usize = zip.headers()["content-length"].to_str().expect("text").parse().expect("a number");
    let zip = zip.bytes().await.expect("a body");
    assert_eq!(zip.len(), length);
    assert!(zip.windows(whole.len()).any(|w| w == whole), "stored without compressing");
    assert_eq!(dana.get(&format!("/jobs/{id}/files/summary.json")).await.0, StatusCode::NOT_FOUND);

    let tag =
        dana.call(Method::GET, &format!("/jobs/{id}")).send().await.expect("an answer").headers()["etag"]
            .clone();
    let unchanged = dana.call(Method::GET, &format!("/jobs/{id}")).header("If-None-Match", tag);
    assert_eq!(unchanged.send().await.expect("an answer").status(), StatusCode::NOT_MODIFIED);

    let (status, edited) = dana
        .send(Method::PATCH, &format!("/jobs/{id}"), &json!({"label": null, "submitted_to_state": true}))
        .await;
    assert_eq!((status, &edited["label"]), (StatusCode::OK, &Value::Null));
    assert!(edited["submitted_to_state_at"].is_string());
    let (status, problem) = dana.send(Method::PATCH, &format!("/jobs/{id}"), &json!({"run_at": null})).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(problem["detail"].as_str().expect("a sentence").contains("completed"), "{problem}");
    let (status, deleted) = dana.send(Method::DELETE, &format!("/jobs/{id}"), &json!({})).await;
    assert_eq!((status, &deleted["allowed_actions"]), (StatusCode::OK, &json!([])));
    assert_eq!(dana.get(&format!("/jobs/{id}/files/{name}")).await.0, StatusCode::GONE);
    assert_eq!(dana.get(&format!("/jobs/{id}")).await.0, StatusCode::OK, "a deleted job can be looked at");
    let (_, page) = dana.get("/jobs?view=deleted").await;
    assert_eq!(page["jobs"][0]["id"], json!(id));
}

#[tokio::test(flavor = "multi_thread")]
async fn problems_come_together() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let fields = |problem: &Value| -> Vec<String> {
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        errors
            .iter()
            .map(|e| format!("{} {}", e["field"].as_str().unwrap_or("?"), e["code"].as_str().unwrap_or("?")))
            .collect()
    };
    let post = async |body: Value| dana.send(Method::POST, "/jobs", &body).await;
    let (status, problem) =
        post(json!({"color": 1, "label": 7, "high_priority": "yes", "request": {}})).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(
        fields(&problem),
        ["color unknown_field", "label invalid", "high_priority invalid", "extract required"]
    );
    for key in ["type", "title", "status", "detail", "instance"] {
        assert!(!problem[key].is_null(), "{key} is missing in {problem}");
    }
    let (status, problem) =
        post(json!({"extract": "fall-membership", "request": {}, "label": "x".repeat(81)})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(fields(&problem), ["extract not_found", "label range"]);
    let (_, problem) = post(json!({"extract": "probe", "request": {}, "label": "one\u{0}two"})).await;
    assert_eq!(fields(&problem), ["label invalid"]);
    let (_, problem) =
        post(json!({"extract": "probe", "request": {}, "run_at": "2001-01-01T00:00:00Z"})).await;
    assert_eq!(fields(&problem), ["run_at range"]);
    let (_, problem) =
        post(json!({"extract": "probe", "request": {}, "run_at": "2040-01-01T00:00:00Z"})).await;
    assert_eq!(fields(&problem), ["run_at range"]);
    let (status, problem) = post(json!({"extract": "kecs-lead", "request": {}})).await;
    assert_eq!(
        (status, fields(&problem)),
        (StatusCode::UNPROCESSABLE_ENTITY, vec!["snapshot not_found".to_owned()])
    );
    dana.upload(Path::new(GOLDEN), "2026-02-01T12:00").await;
    let request = json!({"reports": ["detial"], "zeta": 1, "calendars": [], "format": "pdf"});
    let (status, problem) = post(json!({"extract": "kecs-lead", "request": request})).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        fields(&problem),
        ["reports choice", "format choice", "calendars required", "zeta unknown_field"]
    );
    assert_eq!(problem["errors"][2]["message"], "Must Select 1 or More Calendars.");
    let (status, problem) = dana.get("/jobs?state=lost&limit=0&color=red").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(fields(&problem), ["color unknown_field", "state invalid", "limit invalid"]);
    let not_json = dana.call(Method::POST, "/jobs").body("{").send().await.expect("an answer");
    assert_eq!(not_json.status(), StatusCode::BAD_REQUEST);
    assert_eq!(not_json.headers()["content-type"], "application/problem+json");
    let large = dana.call(Method::POST, "/jobs").body("x".repeat(2 << 20)).send().await.expect("an answer");
    assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let text = dana.call(Method::POST, "/bundles").header("Content-Type", "text/csv").body("x").send().await;
    assert_eq!(text.expect("an answer").status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(dana.get("/extracts/nothing").await.0, StatusCode::NOT_FOUND);
    assert_eq!(dana.get("/nothing").await.0, StatusCode::NOT_FOUND);
    let stranger = crate::fleet::Caller { token: "wrong".to_owned(), ..dana.clone() };
    assert_eq!(stranger.get("/me").await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_and_rights() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "probe:R,batch-queue:RW").await;
    let lee = fleet.token("lee", "ky-099", "probe:R,batch-queue:R").await;
    let boss = fleet.token("boss", "ky-099", "all").await;
    let other = fleet.token("other", "ky-001", "all").await;
    let id = dana.submit("probe", json!({})).await;
    let done = dana.completed(&id).await;
    assert_eq!(done["allowed_actions"], json!(["restart", "edit"]));
    let address = format!("/jobs/{id}");
    assert_eq!(other.get(&address).await.0, StatusCode::NOT_FOUND, "another tenant's job answers as missing");
    assert_eq!(lee.get(&address).await.0, StatusCode::FORBIDDEN);
    assert_eq!(boss.get(&address).await.1["allowed_actions"], json!(["restart", "edit", "delete"]));
    let (status, problem) = dana.send(Method::DELETE, &address, &json!({})).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(problem["detail"].as_str().expect("a sentence").contains("D on batch-queue"), "{problem}");
    let (status, _) = lee.send(Method::POST, "/jobs", &json!({"extract": "kecs-lead", "request": {}})).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let high = json!({"extract": "probe", "request": {}, "high_priority": true});
    assert_eq!(lee.send(Method::POST, "/jobs", &high).await.0, StatusCode::FORBIDDEN);
    assert_eq!(dana.send(Method::POST, "/jobs", &high).await.0, StatusCode::ACCEPTED);
    assert_eq!(lee.get("/jobs?view=all").await.0, StatusCode::FORBIDDEN);
    assert_eq!(boss.get("/jobs?view=all").await.1["jobs"].as_array().map(Vec::len), Some(2));
    assert_eq!(boss.get("/jobs").await.1["jobs"].as_array().map(Vec::len), Some(0), "the own view");
    assert_eq!(boss.get("/jobs?tenant=ky-001").await.0, StatusCode::NOT_FOUND);
    let foreign = json!({"extract": "probe", "request": {}, "tenant": "ky-001"});
    assert_eq!(dana.send(Method::POST, "/jobs", &foreign).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn cancel_restart_and_faults_of_a_job() {
    let settings =
        [("worker.job_memory", "256 MiB"), ("queue.progress_deadline", "1 s"), ("queue.attempts", "2")];
    let fleet = Fleet::embedded(&settings);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let id = dana.submit("probe", json!({"act": "ignore-cancel", "seconds": 60})).await;
    dana.wait(&id, &["processing"]).await;
    let (status, asked) = dana.send(Method::POST, &format!("/jobs/{id}/cancel"), &json!({})).await;
    assert_eq!(status, StatusCode::OK);
    assert!(asked["cancel_requested_at"].is_string());
    let canceled = dana.wait(&id, &["canceled"]).await;
    assert_eq!(canceled["result"], Value::Null);
    let (status, _) = dana.send(Method::POST, &format!("/jobs/{id}/cancel"), &json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT);
    for (act, class, attempts) in
        [("panic", "crash", 2), ("exit", "crash", 2), ("allocate", "memory", 2), ("loop", "time limit", 2)]
    {
        let id = dana.submit("probe", json!({"act": act})).await;
        let failed = dana.wait(&id, &["failed"]).await;
        assert_eq!(failed["failure"]["class"], class, "{failed}");
        assert_eq!(failed["attempt"], attempts, "{failed}");
        assert_eq!(failed["failure"]["attempts"].as_array().map(Vec::len), Some(2));
        assert!(failed["failure"]["next_step"].is_string());
        let next = dana.submit("probe", json!({})).await;
        dana.completed(&next).await;
    }
    let id = dana.submit("probe", json!({"bytes": 10})).await;
    let first = dana.completed(&id).await;
    let (status, again) = dana.send(Method::POST, &format!("/jobs/{id}/restart"), &json!({})).await;
    assert_eq!(
        (status, &again["result"], &again["generated_at"]),
        (StatusCode::OK, &Value::Null, &Value::Null)
    );
    let second = dana.completed(&id).await;
    assert_eq!(second["result"]["files"][0]["sha256"], first["result"]["files"][0]["sha256"]);
    assert_eq!(dana.download(&id, "probe.bin").await, b"abcdefghij");
}

#[tokio::test(flavor = "multi_thread")]
async fn scheduled_jobs_wait_and_can_be_moved() {
    let fleet = Fleet::embedded(&[("queue.timer", "100 ms")]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let later = shared::clock::now() + chrono::Duration::days(30);
    let body = json!({"extract": "probe", "request": {}, "run_at": later.to_rfc3339()});
    let (_, job) = dana.send(Method::POST, "/jobs", &body).await;
    assert_eq!(job["state"], "scheduled");
    let id = job["id"].as_str().expect("an id");
    let (_, now) = dana.send(Method::PATCH, &format!("/jobs/{id}"), &json!({"run_at": null})).await;
    assert!(now["state"] == "queued" || now["state"] == "processing", "{now}");
    dana.completed(id).await;
    let soon = shared::clock::now() + chrono::Duration::milliseconds(700);
    let body = json!({"extract": "probe", "request": {}, "run_at": soon.to_rfc3339()});
    let (_, job) = dana.send(Method::POST, "/jobs", &body).await;
    let done = dana.completed(job["id"].as_str().expect("an id")).await;
    assert!(done["started_at"].as_str() >= done["run_at"].as_str(), "{done}");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_tell_every_change() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let response = dana.call(Method::GET, "/jobs/events").send().await.expect("an answer");
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut stream = response.bytes_stream();
    let id = dana.submit("probe", json!({"act": "sleep", "seconds": 0.3})).await;
    let mut text = String::new();
    let read = async {
        while !text.contains("\"state\":\"completed\"") {
            let bytes = stream.next().await.expect("the stream goes on").expect("bytes");
            text.push_str(&String::from_utf8_lossy(&bytes));
        }
    };
    tokio::time::timeout(Duration::from_secs(20), read).await.expect("the job's end is told");
    assert!(text.contains("event: job") && text.contains(&id));
    let last = text.lines().rev().find_map(|l| l.strip_prefix("id: ")).expect("an event id").to_owned();
    let resumed = dana.call(Method::GET, "/jobs/events").header("Last-Event-ID", last).send().await;
    let mut stream = resumed.expect("an answer").bytes_stream();
    let first =
        tokio::time::timeout(Duration::from_secs(20), stream.next()).await.expect("repeats rather than gaps");
    assert!(String::from_utf8_lossy(&first.expect("goes on").expect("bytes")).contains(&id));
}

#[tokio::test(flavor = "multi_thread")]
async fn events_take_the_filters_of_the_list() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    dana.upload(Path::new(GOLDEN), "2026-02-01T12:00").await;
    let response = dana.call(Method::GET, "/jobs/events?school_year=2026").send().await.expect("an answer");
    let mut stream = response.bytes_stream();
    let without = dana.submit("probe", json!({})).await;
    dana.completed(&without).await;
    let id = dana.submit("kecs-lead", json!({"reports": ["classes"], "calendars": [100]})).await;
    let mut text = String::new();
    let read = async {
        while !text.contains(&id) {
            let bytes = stream.next().await.expect("the stream goes on").expect("bytes");
            text.push_str(&String::from_utf8_lossy(&bytes));
        }
    };
    tokio::time::timeout(Duration::from_secs(20), read).await.expect("the job is told");
    assert!(!text.contains(&without) && !text.contains("\"import\""), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_openapi_document_is_the_checked_in_one() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let (status, served) = dana.get("/openapi.json").await;
    assert_eq!(status, StatusCode::OK);
    assert!(served["openapi"].as_str().is_some_and(|v| v.starts_with("3.1")));
    let path = Path::new("docs/openapi.json");
    let pretty = serde_json::to_string_pretty(&served).expect("JSON") + "\n";
    if std::env::var_os("REGISTRAR_TEST_WRITE_OPENAPI").is_some() {
        std::fs::write(path, &pretty).expect("writes");
    }
    let checked_in = std::fs::read_to_string(path).expect("docs/openapi.json");
    assert!(
        checked_in == pretty,
        "docs/openapi.json is old: run the test with REGISTRAR_TEST_WRITE_OPENAPI=1"
    );
    // Every call of the document answers something else than "no such address".
    for (address, calls) in served["paths"].as_object().expect("paths") {
        for method in calls.as_object().expect("calls").keys() {
            let address = address
                .replace("{id}", "00000000-0000-0000-0000-000000000000")
                .replace("{name}", "x")
                .replace("{code}", "kias");
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
            if address.ends_with("/jobs/events") {
                continue;
            }
            let answer = dana.call(method.clone(), &address).send().await.expect("an answer");
            let status = answer.status();
            let problem: Value = answer.json().await.unwrap_or_default();
            assert_ne!(status, StatusCode::METHOD_NOT_ALLOWED, "{method} {address}");
            assert_ne!(problem["detail"], "There is no such address.", "{method} {address}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn health_and_catalogue() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let plain = |path: &str| dana.client.get(format!("{}{path}", dana.url)).send();
    assert_eq!(plain("/healthz").await.expect("an answer").status(), StatusCode::OK);
    let ready: Value = plain("/readyz").await.expect("an answer").json().await.expect("JSON");
    assert_eq!(ready["ok"], true, "{ready}");
    let metrics = plain("/metrics").await.expect("an answer").text().await.expect("text");
    assert!(metrics.contains("registrar_database_up 1"), "{metrics}");
    for name in ["registrar_relay_lag_seconds 0", "registrar_dead_letters 0", "registrar_webhooks_failing 0"]
    {
        assert!(metrics.contains(name), "{name}: {metrics}");
    }
    dana.upload(Path::new(GOLDEN), "2026-02-01T12:00").await;
    let (_, list) = dana.get("/extracts").await;
    let codes: Vec<_> =
        list["extracts"].as_array().expect("a list").iter().map(|e| e["code"].clone()).collect();
    assert!(codes.contains(&json!("kecs-lead")) && codes.contains(&json!("kias")));
    let (_, one) = dana.get("/extracts/kecs-lead").await;
    assert_eq!(one["schema"]["additionalProperties"], false);
    assert_eq!(one["defaults"]["format"], "csv");
    assert!(one["choices"]["calendars"].as_array().is_some_and(|c| !c.is_empty()));
    let (_, snapshots) = dana.get("/snapshots").await;
    let id = snapshots["snapshots"][0]["id"].as_str().expect("an id");
    assert_eq!(snapshots["snapshots"][0]["current"], true);
    let (status, findings) = dana.get(&format!("/snapshots/{id}/findings")).await;
    assert!(status == StatusCode::OK && findings["first"].is_array());
    let csv = dana.call(Method::GET, &format!("/snapshots/{id}/findings")).header("Accept", "text/csv");
    let csv = csv.send().await.expect("an answer").text().await.expect("text");
    assert!(csv.starts_with("severity,file,line,column,rule,message\r\n"));
}
