//! Row 1: kill -9 a worker at random progress. REGISTRAR_TEST_KILLS and REGISTRAR_TEST_KILLS_DEFAULT say how often, with
//! a lease of 2 s and with the default one; CI does few of them, 90 and 10 are done by hand.

use std::time::Duration;

use serde_json::json;
use shared::clock;

use crate::checker::check;
use crate::fleet::Fleet;
use crate::jobs::{BYTES, SHORT, all_complete, claims, holder};
use crate::support::process::{all_gone, children};

fn times(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number in the environment"))
}

async fn kills(settings: &[(&str, &str)], times: usize, lease: Duration) {
    let settings = [settings, &[("worker.slots", "1")]].concat();
    let (mut fleet, _scheduler) = Fleet::distributed(&settings).await;
    let mut workers = vec![fleet.start("worker"), fleet.start("worker")];
    let dana = fleet.token("dana", "ky-099", "all").await;
    let long = Duration::from_secs(1);
    let mut taken_over = 0;
    for kill in 0..times {
        let request = json!({"act": "sleep", "seconds": long.as_secs_f64(), "bytes": BYTES});
        let id = dana.submit("probe", request).await;
        dana.wait(&id, &["processing"]).await;
        // A moment of its progress; now and then after its end.
        tokio::time::sleep(long.mul_f64(clock::jitter() * 1.1)).await;
        let Some(victim) = holder(&fleet, &id, &workers) else {
            all_complete(&dana, &[id]).await;
            continue;
        };
        let executors = children(workers[victim].id());
        workers[victim].kill();
        let killed = clock::monotonic();
        let again = fleet.start("worker");
        workers[victim] = again;
        all_complete(&dana, std::slice::from_ref(&id)).await;
        assert!(
            killed.elapsed() < lease + Duration::from_secs(10) + long,
            "kill {kill}: taken over within the lease and 10 s, not {:?}",
            killed.elapsed()
        );
        assert!(all_gone(&executors), "no executor outlives its worker");
        assert!(claims(&fleet, &id) <= 2);
        taken_over += usize::from(claims(&fleet, &id) == 2);
    }
    assert!(taken_over > 0 || times < 3, "some of {times} jobs were taken over");
    println!("{taken_over} of {times} jobs were taken over");
    check(&fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f1_workers_are_killed_at_random_progress() {
    kills(SHORT, times("REGISTRAR_TEST_KILLS", 4), Duration::from_secs(2)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f1_a_worker_is_killed_with_the_default_lease() {
    kills(&[], times("REGISTRAR_TEST_KILLS_DEFAULT", 1), Duration::from_secs(30)).await;
}
