//! Explanations through the API: the words of the command line, for those who may ask, and nothing of them stays.

use std::fs;
use std::path::Path;
use std::process::Output;

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::clock;

use crate::fleet::{Caller, Fleet, program};

const GOLDEN: &str = "tests/golden/kecs-lead";
const AS_OF: &str = "2026-02-01T12:00";
/// Dropped by P11 in the worked example.
const STUDENT: &str = "1000000003";

fn request() -> Value {
    let text = fs::read(format!("{GOLDEN}/request.json")).expect("a request");
    serde_json::from_slice(&text).expect("JSON")
}

async fn completed(caller: &Caller) -> Value {
    caller.upload(Path::new(&format!("{GOLDEN}/bundle")), AS_OF).await;
    let id = caller.submit("kecs-lead", request()).await;
    caller.completed(&id).await
}

fn id(job: &Value) -> &str {
    job["id"].as_str().expect("an id")
}

/// What `registrar extract --explain` prints at the job's own time.
fn printed(job: &Value, subject: &str, more: &[&str]) -> Vec<u8> {
    let generated_at = job["generated_at"].as_str().expect("a time");
    let (bundle, request) = (format!("{GOLDEN}/bundle"), format!("{GOLDEN}/request.json"));
    let out: Output = program()
        .args(["extract", "kecs-lead", "--bundle", &bundle, "--as-of", AS_OF, "--request", &request])
        .args(["--generated-at", generated_at, "--progress", "none", "--explain", subject])
        .args(more)
        .output()
        .expect("the program runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    out.stdout
}

async fn told(caller: &Caller, job: &Value, query: &str, media_type: &str) -> Vec<u8> {
    let path = format!("/jobs/{}/explain?{query}", id(job));
    let answer = caller.call(Method::GET, &path).header(ACCEPT, media_type).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK, "{query}");
    assert!(answer.headers()[CONTENT_TYPE].to_str().expect("text").starts_with(media_type));
    assert_eq!(answer.headers()["cache-control"], "no-store");
    answer.bytes().await.expect("a body").to_vec()
}

/// The same words as the command line, in both forms. Its scratch snapshot has an id of its own.
async fn same_words(caller: &Caller, job: &Value) {
    for (query, subject) in [
        (format!("student={STUDENT}"), format!("student:{STUDENT}")),
        ("section=702".into(), "section:702".into()),
    ] {
        let lines = told(caller, job, &query, "text/plain").await;
        assert_eq!(String::from_utf8_lossy(&lines), String::from_utf8_lossy(&printed(job, &subject, &[])));
        let told = String::from_utf8(told(caller, job, &query, "application/json").await).expect("UTF-8");
        let alone = String::from_utf8(printed(job, &subject, &["--json"])).expect("UTF-8");
        let scratch: Value = serde_json::from_str(&alone).expect("JSON");
        let own = scratch["snapshot"]["id"].as_str().expect("an id");
        assert_eq!(told, alone.replace(own, job["snapshot"]["id"].as_str().expect("an id")));
    }
    let person = told(caller, job, "person=3", "text/plain").await;
    assert_eq!(person, printed(job, "person:3", &[]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_explanation_has_the_words_of_the_command_line_embedded() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let job = completed(&dana).await;
    same_words(&dana, &job).await;
    let out = program()
        .args(["explain", id(&job), "--student", STUDENT])
        .env("REGISTRAR_URL", &dana.url)
        .env("REGISTRAR_TOKEN", &dana.token)
        .output()
        .expect("the program runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert_eq!(out.stdout, printed(&job, &format!("student:{STUDENT}"), &[]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_explanation_has_the_words_of_the_command_line_distributed_and_nothing_of_it_stays() {
    let (mut fleet, scheduler) = Fleet::distributed(&[]).await;
    let mut worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let job = completed(&dana).await;
    same_words(&dana, &job).await;

    let database = fleet.database.as_ref().expect("a database");
    assert_eq!(
        database.sql("select count(*) from explanations").trim(),
        "0",
        "an answer goes when it is read"
    );
    let (_, list) = dana.get("/jobs").await;
    assert_eq!(list["jobs"].as_array().map(Vec::len), Some(2), "an import and the report: {list}");
    let asked = "select count(*) || ' ' || coalesce(max(detail), '') from audit where action = 'explain'";
    assert_eq!(database.sql(asked).trim(), "5", "who asked about which job, and no word more");
    let front = fleet.front().log();
    for log in [worker.log(), scheduler.log(), front] {
        assert!(!log.contains(STUDENT) && !log.contains("Cole"), "a log names the student");
    }

    worker.terminate();
    let path = format!("/jobs/{}/explain?student={STUDENT}", id(&job));
    let call = dana.call(Method::GET, &path).header("Prefer", "wait=1").send().await.expect("an answer");
    assert_eq!(call.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(call.headers().contains_key("retry-after"));
    let problem: Value = call.json().await.expect("JSON");
    assert_eq!(problem["detail"], "No worker answered within 1 s; try again later.");
    let database = fleet.database.as_ref().expect("a database");
    assert_eq!(database.sql("select count(*) from explanations").trim(), "0", "nor does a question stay");

    database.sql("update snapshots set gone_at = now()");
    let (status, problem) = dana.get(&path).await;
    assert_eq!(
        (status, &problem["detail"]),
        (StatusCode::GONE, &json!("The snapshot that the job read has expired."))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_ask_and_for_what() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    let job = completed(&dana).await;
    let path = |query: &str| format!("/jobs/{}/explain?{query}", id(&job));
    let detail = async |caller: &Caller, path: &str| {
        let (status, problem) = caller.get(path).await;
        (status.as_u16(), problem["detail"].as_str().unwrap_or_default().to_owned())
    };

    let nobody = detail(&dana, &path("student=1999999999")).await;
    assert_eq!(nobody, (404, "Nothing in the job's data has this id.".to_owned()));
    for query in ["", "student=1&person=2", "person=abc", "teacher=1", "student="] {
        assert_eq!(detail(&dana, &path(query)).await.0, 400, "{query}");
    }
    let import = dana.get("/jobs").await.1["jobs"][1]["id"].as_str().expect("an import").to_owned();
    assert_eq!(detail(&dana, &format!("/jobs/{import}/explain?student={STUDENT}")).await.0, 404);
    let later = json!({"extract": "kecs-lead", "request": request(), "run_at": "2999-01-01T00:00:00Z"});
    let (status, _) = dana.send(Method::POST, "/jobs", &later).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "so far ahead nothing is planned");
    let soon = clock::now() + chrono::Duration::hours(1);
    let soon = json!({"extract": "kecs-lead", "request": request(), "run_at": soon.to_rfc3339()});
    let (_, scheduled) = dana.send(Method::POST, "/jobs", &soon).await;
    let waits = format!("/jobs/{}/explain?student={STUDENT}", id(&scheduled));
    assert_eq!(detail(&dana, &waits).await.0, 409, "it has read nothing yet");

    // Of another tenant: as if there were no such job.
    let foreign = fleet.token("sam", "ky-100", "all").await;
    let missing =
        detail(&foreign, &format!("/jobs/019a0000-0000-7000-8000-000000000000/explain?student={STUDENT}"))
            .await;
    assert_eq!(detail(&foreign, &path(&format!("student={STUDENT}"))).await, missing);
    assert_eq!(missing.0, 404);
    // Of the same tenant, without the right on the extract, and with some schools only.
    let admin = fleet.token("lee", "ky-099", "batch-queue-admin:R").await;
    assert_eq!(detail(&admin, &path(&format!("student={STUDENT}"))).await.0, 403);
    let schools = fleet.limited("kim", "ky-099", "all", &[1]).await;
    assert_eq!(detail(&schools, &path(&format!("student={STUDENT}"))).await.0, 403);
    let both = fleet.limited("kay", "ky-099", "all", &[1, 2]).await;
    assert_eq!(detail(&both, &path(&format!("student={STUDENT}"))).await.0, 200);

    let (status, _) = dana.send(Method::DELETE, &format!("/jobs/{}", id(&job)), &json!({})).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(detail(&dana, &path(&format!("student={STUDENT}"))).await.0, 410);
}
