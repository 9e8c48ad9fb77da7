//! Row 16: cancel, restart, delete and edit at the same moment. The same on both stores, at random, is
//! `tests/services/state_machine.rs`.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::checker::check;
use crate::fleet::Fleet;
use crate::jobs::{SHORT, sleepers};

#[tokio::test(flavor = "multi_thread")]
async fn f16_cancel_restart_delete_and_edit_at_the_same_moment() {
    let (mut fleet, _scheduler) = Fleet::distributed(SHORT).await;
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let ids = sleepers(&dana, 6, 0.2).await;
    let none = json!({});
    let label = json!({"label": "edited"});
    for round in 0..4 {
        let calls = ids.iter().map(|id| {
            let dana = dana.clone();
            let (none, label) = (&none, &label);
            async move {
                let cancel = format!("/jobs/{id}/cancel");
                let restart = format!("/jobs/{id}/restart");
                let own = format!("/jobs/{id}");
                let answers = futures::join!(
                    dana.send(Method::POST, &cancel, none),
                    dana.send(Method::POST, &restart, none),
                    dana.send(Method::PATCH, &own, label),
                    dana.send(Method::POST, &restart, none),
                );
                for (status, body) in [answers.0, answers.1, answers.2, answers.3] {
                    assert!(status == StatusCode::OK || status == StatusCode::CONFLICT, "{status} {body}");
                }
            }
        });
        futures::future::join_all(calls).await;
        tokio::time::sleep(Duration::from_millis(100 * round)).await;
    }
    let deletes = ids.iter().map(|id| {
        let dana = dana.clone();
        let none = &none;
        async move {
            let own = format!("/jobs/{id}");
            let restart = format!("{own}/restart");
            let (deleted, _, again) = futures::join!(
                dana.send(Method::DELETE, &own, none),
                dana.send(Method::POST, &restart, none),
                dana.send(Method::DELETE, &own, none),
            );
            assert!([deleted.0, again.0].contains(&StatusCode::OK), "{deleted:?} {again:?}");
        }
    });
    futures::future::join_all(deletes).await;
    check(&fleet).await;
    let alive = fleet.rows().sql("select count(*) from jobs where deleted_at is null");
    assert_eq!(alive, "0", "whoever deleted a job found it deleted in the end");
}
