//! Progress with rows and their total while a report is written (batch-queue, section 3).

use reqwest::Method;
use serde_json::{Value, json};
use shared::clock;

use crate::fleet::{Fleet, PATIENCE};

/// Detail of the preset has 43,617 lines, which take a while even where nothing else runs.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_tells_the_rows_of_its_report_before_all_are_written() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-001", "all").await;
    let bundle = fleet.folder.path().join("bundle");
    synth::write(synth::Preset::District, 1, synth::State::Ky, None, &bundle).expect("a district");
    dana.upload(&bundle, "2026-02-01T12:00").await;
    let request = json!({"reports": ["detail"], "calendars": {"active_year": true}, "format": "html"});
    let id = dana.submit("kecs-lead", request).await;
    let (start, mut seen, mut tag) = (clock::monotonic(), Vec::new(), String::new());
    let job = loop {
        let call = dana.call(Method::GET, &format!("/jobs/{id}")).header("Prefer", "wait=5");
        let answer = call.header("If-None-Match", &tag).send().await.expect("an answer");
        assert!(start.elapsed() < PATIENCE, "the job does not end");
        if answer.status() == reqwest::StatusCode::NOT_MODIFIED {
            continue;
        }
        tag = answer.headers()["etag"].to_str().expect("text").to_owned();
        let job: Value = answer.json().await.expect("JSON");
        if job["state"] == "completed" {
            break job;
        }
        seen.push(job["progress"].clone());
    };
    let rows = job["result"]["rows"].as_u64().expect("rows");
    assert!(rows > 40_000, "{rows}");
    let writing: Vec<&Value> = seen.iter().filter(|p| p["phase"] == "Writing Detail").collect();
    assert!(!writing.is_empty(), "{seen:?}");
    for progress in writing {
        assert_eq!(progress["total"], rows, "{progress}");
        assert!(progress["done"].as_u64().is_none_or(|done| done <= rows), "{progress}");
    }
    let whole = json!({"phase": "Writing Detail", "done": rows, "total": rows, "percent": 100});
    assert_eq!(job["progress"], whole);
}
