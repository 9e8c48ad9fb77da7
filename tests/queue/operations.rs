//! Bulk actions, operations and notices from end to end, on the embedded mode.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::fleet::{Caller, Fleet};

async fn bulk(caller: &Caller, body: Value) -> (StatusCode, Value) {
    caller.send(Method::POST, "/jobs/bulk", &body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_action_on_all_that_match() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    dana.send(Method::POST, "/operations/pause", &json!({"extract": "probe"})).await;
    let mut ids = Vec::new();
    for label in ["red", "red", "blue"] {
        let body = json!({"extract": "probe", "request": {}, "label": label});
        let (_, job) = dana.send(Method::POST, "/jobs", &body).await;
        ids.push(job["id"].clone());
    }
    dana.send(Method::POST, &format!("/jobs/{}/cancel", ids[0].as_str().expect("an id")), &json!({})).await;
    for filter in [json!({}), json!({"view": "all"}), json!({"state": []})] {
        let (status, problem) = bulk(&dana, json!({"action": "cancel", "filter": filter})).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("filter"))
        );
    }
    let (status, _) = bulk(&dana, json!({"action": "download", "filter": {"label": "red"}})).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let (status, _) = bulk(&dana, json!({"action": "cancel", "filter": {"color": "red"}})).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let (status, done) = bulk(&dana, json!({"action": "cancel", "filter": {"label": "red"}})).await;
    assert_eq!(status, StatusCode::OK, "{done}");
    assert_eq!((&done["matched"], &done["done"], &done["refused"][0]["id"]), (&json!(2), &json!(1), &ids[0]));
    assert!(done["refused"][0]["reason"].as_str().expect("a sentence").contains("canceled"), "{done}");
    // D on batch-queue-admin is enough, and without it nothing is done.
    let boss = fleet.token("boss", "ky-099", "batch-queue-admin:D").await;
    let lee = fleet.token("lee", "ky-099", "R,W,D").await;
    let every = json!({"action": "delete", "filter": {"extract": "probe", "state": ["canceled", "queued"]}});
    assert_eq!(bulk(&lee, every.clone()).await.0, StatusCode::FORBIDDEN);
    let (_, done) = bulk(&boss, every.clone()).await;
    assert_eq!((&done["matched"], &done["done"]), (&json!(3), &json!(3)), "{done}");
    let other = fleet.token("other", "ky-001", "all").await;
    assert_eq!(bulk(&other, every).await.1["matched"], 0, "another tenant's jobs do not match");
}

#[tokio::test(flavor = "multi_thread")]
async fn pause_resume_drain_and_the_log() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let lee = fleet.token("lee", "ky-099", "R,W,A,D").await;
    for (method, path) in [
        (Method::GET, "/queue"),
        (Method::GET, "/audit"),
        (Method::POST, "/operations/pause"),
        (Method::POST, "/operations/resume"),
    ] {
        let (status, _) = lee.send(method, path, &json!({"tenant": "ky-099"})).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
    }
    let (status, _) = dana.send(Method::POST, "/operations/pause", &json!({"tenant": "ky-001"})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    for wrong in [json!({}), json!({"tenant": "ky-099", "extract": "probe"})] {
        assert_eq!(dana.send(Method::POST, "/operations/pause", &wrong).await.0, StatusCode::BAD_REQUEST);
    }
    // One job runs in each slot, and more are handed out; those wait again when the tenant is paused.
    let gate = fleet.folder.path().join("gate");
    let held = json!({"act": "hold", "file": gate});
    let running = [dana.submit("probe", held.clone()).await, dana.submit("probe", held).await];
    for id in &running {
        dana.wait(id, &["processing"]).await;
    }
    let waiting = dana.submit("probe", json!({})).await;
    let (status, paused) = dana.send(Method::POST, "/operations/pause", &json!({"tenant": "ky-099"})).await;
    assert_eq!((status, &paused["tenants"]), (StatusCode::OK, &json!(["ky-099"])));
    std::fs::write(&gate, b"go").expect("writes");
    for id in &running {
        dana.completed(id).await;
    }
    let (_, queue) = dana.get("/queue").await;
    let counts: Vec<_> = queue["counts"].as_array().expect("counts").iter().map(|c| &c["jobs"]).collect();
    assert_eq!((counts, &queue["paused"]["tenants"]), (vec![&json!(1)], &json!(["ky-099"])));
    assert_eq!(queue["workers"].as_array().map(Vec::len), Some(1), "{queue}");
    assert!(queue["oldest_wait_seconds"].as_f64() > Some(0.0));
    assert_eq!(queue["relay_lag_seconds"], 0.0, "what is paused does not wait for the relay");
    assert_eq!(queue["dead_letters"], 0);
    let (_, still) = dana.get(&format!("/jobs/{waiting}")).await;
    assert_eq!(still["state"], "queued");
    let (_, resumed) = dana.send(Method::POST, "/operations/resume", &json!({"tenant": "ky-099"})).await;
    assert_eq!(resumed["tenants"], json!([]));
    dana.completed(&waiting).await;

    let log = dana.call(Method::GET, &format!("/audit?job={waiting}")).send().await.expect("an answer");
    assert_eq!(log.headers()["content-type"], "application/x-ndjson");
    let text = log.text().await.expect("text");
    let rows: Vec<Value> = text.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
    let actions: Vec<_> = rows.iter().map(|r| r["action"].as_str().expect("a word")).collect();
    assert_eq!(actions, ["submit", "claim", "complete"]);
    let csv = dana.call(Method::GET, "/audit?person=dana&action=pause").header("Accept", "text/csv");
    let csv = csv.send().await.expect("an answer").text().await.expect("text");
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("seq,at,job,tenant,person,action,state_from,state_to,detail"));
    assert!(lines.next().is_some_and(|l| l.ends_with(",ky-099,dana,pause,,,")), "{csv}");
    assert_eq!(lines.next(), None);

    let worker = queue["workers"][0]["id"].clone();
    let (status, _) = dana.send(Method::POST, "/operations/drain", &json!({"worker": "nobody"})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, told) = dana.send(Method::POST, "/operations/drain", &json!({"worker": worker})).await;
    assert_eq!((status, &told["draining"]), (StatusCode::OK, &json!(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_for_each_end() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let lee = fleet.token("lee", "ky-099", "all").await;
    let first = dana.submit("probe", json!({})).await;
    dana.completed(&first).await;
    let held = dana.submit("probe", json!({"act": "sleep", "seconds": 60})).await;
    dana.wait(&held, &["processing"]).await;
    lee.send(Method::POST, &format!("/jobs/{held}/cancel"), &json!({})).await;
    dana.wait(&held, &["canceled"]).await;
    let (_, inbox) = dana.get("/notices").await;
    let told: Vec<_> =
        inbox["notices"].as_array().expect("notices").iter().map(|n| (&n["job"], &n["state"])).collect();
    let (canceled, completed) = (json!("canceled"), json!("completed"));
    assert_eq!(told, [(&json!(held), &canceled), (&json!(first), &completed)]);
    assert_eq!((&inbox["unread"], &inbox["next"]), (&json!(2), &Value::Null));
    let id = inbox["notices"][0]["id"].as_str().expect("an id");
    assert_eq!(
        lee.send(Method::POST, &format!("/notices/{id}/read"), &json!({})).await.0,
        StatusCode::NOT_FOUND
    );
    let (status, read) = dana.send(Method::POST, &format!("/notices/{id}/read"), &json!({})).await;
    assert!(status == StatusCode::OK && read["read_at"].is_string(), "{read}");
    let (_, page) = dana.get("/notices?limit=1").await;
    assert_eq!((&page["unread"], page["notices"].as_array().map(Vec::len)), (&json!(1), Some(1)));
    let (_, rest) =
        dana.get(&format!("/notices?limit=1&cursor={}", page["next"].as_str().expect("a cursor"))).await;
    assert_eq!(rest["notices"][0]["job"], json!(first));
    assert_eq!(lee.get("/notices").await.1["unread"], 0);
}
