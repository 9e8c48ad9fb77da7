//! The school scope of LEAD Data: what the reports print decides, not which calendars the year has.

use std::fs;
use std::path::Path;
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::clock;

use crate::fleet::{Caller, Fleet, PATIENCE};

/// School 1 has all sections, 702 among them; school 2 has none and is not reported.
const GOLDEN: &str = "tests/golden/lead-data/bundle";

async fn refreshed(dana: &Caller) {
    dana.upload(Path::new(GOLDEN), "2026-02-01T12:00").await;
    let (_, page) = dana.get("/schedules").await;
    let weekly = page["schedules"][0]["id"].as_str().expect("the weekly refresh");
    let (_, job) = dana.send(Method::POST, &format!("/schedules/{weekly}/run"), &json!({})).await;
    dana.completed(job["id"].as_str().expect("an id")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lead_data_of_ones_own_schools_is_made_and_of_others_refused() {
    let fleet = Fleet::embedded(&[]);
    let dana = fleet.token("dana", "ky-099", "all").await;
    refreshed(&dana).await;
    let kim = fleet.limited("kim", "ky-099", "all", &[1]).await;
    let lee = fleet.limited("lee", "ky-099", "all", &[2]).await;
    let send = async |caller: &Caller, request: &Value| {
        let body = json!({"extract": "lead-data", "request": request});
        let (status, job) = caller.send(Method::POST, "/jobs", &body).await;
        (status, job["id"].as_str().map(str::to_owned))
    };
    let (accepted, refused) = (StatusCode::ACCEPTED, StatusCode::FORBIDDEN);
    for (request, for_kim, for_lee) in [
        (json!({"reports": ["classes", "staff", "schoolwide"], "schools": [1]}), accepted, refused),
        (json!({"reports": ["classes"], "schools": [2]}), refused, accepted),
        // All schools, said or meant.
        (json!({"reports": ["classes"]}), refused, refused),
        (json!({"reports": ["classes"], "schools": {"all": true}}), refused, refused),
        // Caseload is of the district, whatever schools are named.
        (json!({"reports": ["caseload"], "schools": [1]}), refused, refused),
        // Detail is of its section, whatever schools are named.
        (json!({"reports": ["detail"], "schools": [2], "section_id": 702}), accepted, refused),
        (json!({"reports": ["classes", "detail"], "schools": [2], "section_id": 702}), refused, refused),
    ] {
        for (caller, expected) in [(&kim, for_kim), (&lee, for_lee)] {
            let (status, id) = send(caller, &request).await;
            assert_eq!(status, expected, "{request}");
            if let Some(id) = id.filter(|_| status == accepted) {
                let job = caller.completed(&id).await;
                let name = job["result"]["files"][0]["name"].as_str().expect("a file");
                assert!(!caller.download(&id, name).await.is_empty());
            }
        }
    }
    // A result is downloaded by those alone who have all of its schools.
    let (_, id) = send(&dana, &json!({"reports": ["classes"], "schools": [1]})).await;
    let id = id.expect("an id");
    dana.completed(&id).await;
    let get = async |caller: &Caller| caller.get(&format!("/jobs/{id}/files/LEAD_Data.xlsx")).await.0;
    assert_eq!((get(&kim).await, get(&lee).await), (StatusCode::OK, StatusCode::FORBIDDEN));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scope_is_looked_at_again_when_a_job_starts() {
    let (mut fleet, _scheduler) = Fleet::distributed(&[]).await;
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    refreshed(&dana).await;
    let kim = fleet.limited("kim", "ky-099", "all", &[1, 2]).await;
    let soon = clock::now() + chrono::Duration::hours(1);
    let body = json!({"extract": "lead-data", "run_at": soon, "request": {"reports": ["caseload"]}});
    let (status, job) = kim.send(Method::POST, "/jobs", &body).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{job}");
    let id = job["id"].as_str().expect("an id");
    let tokens = fleet.folder.path().join("tokens.jsonl");
    let narrowed =
        fs::read_to_string(&tokens).expect("tokens").replace("\"schools\":[1,2]", "\"schools\":[1]");
    fs::write(&tokens, narrowed).expect("writes");
    let database = fleet.database.as_ref().expect("a database");
    let start = clock::monotonic();
    while !database.sql("select grants from people where name = 'kim'").contains("\"schools\":[1]") {
        assert!(start.elapsed() < PATIENCE, "the tokens file was not read again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let (status, _) = dana.send(Method::PATCH, &format!("/jobs/{id}"), &json!({"run_at": null})).await;
    assert_eq!(status, StatusCode::OK);
    let job = dana.wait(id, &["completed", "failed"]).await;
    assert_eq!(
        (&job["state"], &job["failure"]["message"]),
        (
            &json!("failed"),
            &json!("The submitter's scope no longer covers the school of a calendar that is selected.")
        )
    );
}
