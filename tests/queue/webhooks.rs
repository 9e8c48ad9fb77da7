//! Webhooks from end to end: a real receiver, real processes.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::webhook::message::signature;

use crate::fleet::{Caller, Fleet};
use crate::support::receiver::{Call, Receiver, Reply};
use crate::support::signals::{LONG, eventually};

async fn add(caller: &Caller, url: &str) -> (StatusCode, Value) {
    caller.send(Method::POST, "/webhooks", &json!({"url": url})).await
}

/// What a webhook was told, once all of it is over.
async fn settled(caller: &Caller, id: &str, count: usize) -> Vec<Value> {
    eventually("deliveries", LONG, async || {
        let (_, page) = caller.get(&format!("/webhooks/{id}/deliveries")).await;
        let told = page["deliveries"].as_array().expect("deliveries").clone();
        (told.len() == count && told.iter().all(|d| d["state"] != "waiting")).then_some(told)
    })
    .await
}

fn body(call: &Call) -> Value {
    serde_json::from_str(&call.body).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_is_told_signed_and_again_after_a_500() {
    let receiver = Receiver::start().await;
    let settings = [
        ("webhooks.allow", receiver.origin()),
        ("webhooks.networks", "127.0.0.0/8".to_owned()),
        ("webhooks.retry_first", "100 ms".to_owned()),
    ];
    let settings: Vec<(&str, &str)> = settings.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let fleet = Fleet::embedded(&settings);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let (status, made) = add(&dana, &format!("{}/in", receiver.origin())).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let (id, secret) = (made["id"].as_str().expect("an id"), made["secret"].as_str().expect("a secret"));
    receiver.plan([Reply::Status(500)]);
    let labelled = json!({"extract": "probe", "request": {"bytes": 3}, "label": "Ada Lovelace"});
    let (_, job) = dana.send(Method::POST, "/jobs", &labelled).await;
    let job = job["id"].as_str().expect("an id");
    dana.completed(job).await;
    let (_, inbox) = dana.get("/notices").await;
    let calls = receiver.wait(2).await;
    let told = body(&calls[1]);
    assert_eq!(told["type"], "job.completed");
    assert_eq!(told["data"], json!({"job": job, "state": "completed", "at": inbox["notices"][0]["at"]}));
    assert_eq!(told.as_object().expect("an object").len(), 3, "ids, state and time alone");
    for call in &calls {
        let seconds = call.header("webhook-timestamp").parse().expect("a number");
        let signed = signature(secret, call.header("webhook-id"), seconds, &call.body);
        assert_eq!(call.header("webhook-signature"), signed);
        assert!(!call.body.contains("Ada") && !call.body.contains("ky-099"));
    }
    assert_eq!(calls[0].header("webhook-id"), calls[1].header("webhook-id"));
    let log = settled(&dana, id, 1).await;
    assert_eq!(
        (&log[0]["attempts"], &log[0]["state"], &log[0]["last_status"]),
        (&json!(2), &json!("delivered"), &json!(204))
    );
    assert_eq!(log[0]["id"], calls[0].header("webhook-id"));
    let (_, list) = dana.get("/webhooks").await;
    assert_eq!((&list["webhooks"][0]["secret"], list.to_string().contains(secret)), (&Value::Null, false));
    let (status, test) = dana.send(Method::POST, &format!("/webhooks/{id}/test"), &json!({})).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let calls = receiver.wait(3).await;
    assert_eq!(
        (&body(&calls[2])["type"], calls[2].header("webhook-id")),
        (&json!("webhook.test"), test["id"].as_str().expect("an id"))
    );
    assert_eq!(dana.send(Method::DELETE, &format!("/webhooks/{id}"), &json!({})).await.0, StatusCode::OK);
    let last = dana.submit("probe", json!({})).await;
    dana.completed(&last).await;
    let rows = dana
        .call(Method::GET, "/audit?person=dana")
        .send()
        .await
        .expect("an answer")
        .text()
        .await
        .expect("text");
    for action in ["add webhook", "test webhook", "delete webhook"] {
        let row =
            rows.lines().find(|row| row.contains(action)).unwrap_or_else(|| panic!("no {action}: {rows}"));
        assert!(row.contains(id) && row.contains("ky-099"), "{row}");
    }
    assert!(!rows.contains(secret) && !rows.contains("/in"));
    assert_eq!(receiver.calls().len(), 3, "a deleted webhook hears nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn places_that_nobody_allows_and_addresses_that_are_not_public_are_refused() {
    let allow =
        "hooks.example.org, http://localhost:9, http://10.1.2.3, http://169.254.169.254, http://[::1]:9";
    let fleet = Fleet::embedded(&[("webhooks.allow", allow)]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    for (url, sentence) in [
        ("http://10.1.2.3/x", "not public"),
        ("http://169.254.169.254/latest/meta-data", "not public"),
        ("http://[::1]:9/", "not public"),
        ("http://localhost:9/", "not public"),
        ("http://hooks.example.org/", "webhooks.allow"),
        ("https://elsewhere.example.org/", "webhooks.allow"),
        ("https://127.0.0.1/", "webhooks.allow"),
        ("https://me:pw@hooks.example.org/", "no user"),
        ("gopher://hooks.example.org/", "https://"),
    ] {
        let (status, problem) = add(&dana, url).await;
        let said = problem["errors"][0]["message"].as_str().unwrap_or_default();
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("url")),
            "{url}"
        );
        assert!(said.contains(sentence), "{url}: {said}");
    }
    assert_eq!(dana.send(Method::POST, "/webhooks", &json!({})).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(dana.get("/webhooks").await.1["webhooks"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_belong_to_administrators_of_the_tenant() {
    let receiver = Receiver::start().await;
    let origin = receiver.origin();
    let fleet = Fleet::embedded(&[("webhooks.allow", &origin), ("webhooks.networks", "127.0.0.0/8")]);
    let boss = fleet.token("boss", "ky-099", "batch-queue-admin:RWAD").await;
    let lee = fleet.token("lee", "ky-099", "R,W,A,D").await;
    let other = fleet.token("other", "ky-001", "all").await;
    let (_, made) = add(&boss, &origin).await;
    let address = format!("/webhooks/{}", made["id"].as_str().expect("an id"));
    let (test, log) = (format!("{address}/test"), format!("{address}/deliveries"));
    let calls = [
        (Method::GET, "/webhooks"),
        (Method::POST, "/webhooks"),
        (Method::POST, test.as_str()),
        (Method::GET, log.as_str()),
        (Method::DELETE, address.as_str()),
    ];
    for (method, path) in &calls {
        let (status, _) = lee.send(method.clone(), path, &json!({"url": origin})).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{method} {path}");
    }
    for (method, path) in &calls[2..] {
        let (status, _) = other.send(method.clone(), path, &json!({})).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path}");
    }
    assert_eq!(other.get("/webhooks").await.1["webhooks"], json!([]));
    assert_eq!(boss.get(&log).await.0, StatusCode::OK);
    assert_eq!(boss.send(Method::DELETE, &address, &json!({})).await.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn f2_the_notice_still_comes_though_scheduler_and_worker_are_killed_after_the_end() {
    let receiver = Receiver::start().await;
    let origin = receiver.origin();
    let settings = [
        ("webhooks.allow", origin.as_str()),
        ("webhooks.networks", "127.0.0.0/8"),
        ("webhooks.time_out", "2 s"),
    ];
    let (mut fleet, mut scheduler) = Fleet::distributed(&settings).await;
    let mut worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let (_, made) = add(&dana, &origin).await;
    receiver.plan([Reply::Hang]);
    let job = dana.submit("probe", json!({})).await;
    let cut = receiver.wait(1).await.remove(0);
    scheduler.kill();
    worker.kill();
    dana.completed(&job).await;
    let (_, inbox) = dana.get("/notices").await;
    assert_eq!((&inbox["notices"][0]["job"], &inbox["unread"]), (&json!(job), &json!(1)));
    let _next = fleet.start("scheduler");
    let again = receiver.wait(2).await.remove(1);
    assert_eq!(again.header("webhook-id"), cut.header("webhook-id"));
    assert_eq!(again.body, cut.body);
    let log = settled(&dana, made["id"].as_str().expect("an id"), 1).await;
    assert_eq!((&log[0]["state"], &log[0]["attempts"]), (&json!("delivered"), &json!(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_schedulers_tell_each_end_under_one_id() {
    let receiver = Receiver::start().await;
    let origin = receiver.origin();
    let settings = [
        ("webhooks.allow", origin.as_str()),
        ("webhooks.networks", "127.0.0.0/8"),
        ("webhooks.retry_first", "50 ms"),
        ("worker.slots", "4"),
    ];
    let (mut fleet, _first) = Fleet::distributed(&settings).await;
    let (_second, _worker) = (fleet.start("scheduler"), fleet.start("worker"));
    let dana = fleet.token("dana", "ky-099", "all").await;
    let (_, made) = add(&dana, &origin).await;
    receiver.plan((0..40).map(|n| Reply::Status(if n % 3 == 0 { 503 } else { 204 })));
    let mut jobs = BTreeSet::new();
    for _ in 0..30 {
        jobs.insert(dana.submit("probe", json!({})).await);
    }
    let log = settled(&dana, made["id"].as_str().expect("an id"), 30).await;
    assert!(log.iter().all(|d| d["state"] == "delivered"), "{log:?}");
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for call in receiver.calls() {
        let job = body(&call)["data"]["job"].as_str().expect("an id").to_owned();
        told.entry(job).or_default().insert(call.header("webhook-id").to_owned());
    }
    assert_eq!(told.keys().cloned().collect::<BTreeSet<_>>(), jobs);
    assert!(told.values().all(|ids| ids.len() == 1), "{told:?}");
    let calls: i64 = log.iter().map(|d| d["attempts"].as_i64().expect("a number")).sum();
    assert_eq!(receiver.calls().len() as i64, calls, "nobody called but who noted it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_leads_to_a_private_address_later_is_not_called() {
    let receiver = Receiver::start().await;
    let origin = format!("http://localhost:{}", receiver.address.port());
    let (fleet, _scheduler) = Fleet::distributed(&[("webhooks.allow", &origin)]).await;
    let dana = fleet.token("dana", "ky-099", "all").await;
    assert_eq!(add(&dana, &origin).await.0, StatusCode::UNPROCESSABLE_ENTITY, "at creation");
    // As if the name had led elsewhere when the webhook was made.
    let id = shared::clock::new_id();
    fleet.database.as_ref().expect("a database").sql(&format!(
        "insert into webhooks (id, tenant, url, secret, made_by, made_at) values ('{id}', 'ky-099', '{origin}', 'whsec_eA==', 'dana', now())"
    ));
    dana.send(Method::POST, &format!("/webhooks/{id}/test"), &json!({})).await;
    let told = eventually("a try", LONG, async || {
        let (_, page) = dana.get(&format!("/webhooks/{id}/deliveries")).await;
        let told = page["deliveries"][0].clone();
        told["last_error"].is_string().then_some(told)
    })
    .await;
    assert_eq!(told["last_error"], "localhost is or leads to an address that is not public.");
    assert_eq!((&told["state"], &told["last_status"]), (&json!("waiting"), &Value::Null));
    assert!(receiver.calls().is_empty());
}
