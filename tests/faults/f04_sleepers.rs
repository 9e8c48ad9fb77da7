//! Row 4: SIGSTOP for more than a lease, then SIGCONT.

use crate::checker::check;
use crate::fleet::Fleet;
use crate::jobs::{SHORT, all_complete, held, open};
use crate::support::signals::{LONG, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn f4_a_worker_that_slept_past_its_lease_is_fenced() {
    let (mut fleet, _scheduler) = Fleet::distributed(SHORT).await;
    let first = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let ids = [held(&fleet, &dana, "gate").await, held(&fleet, &dana, "gate").await];
    first.signal("-STOP");
    // Its executors go on and end; their words wait until it wakes.
    open(&fleet, "gate");
    let _second = fleet.start("worker");
    all_complete(&dana, &ids).await;
    let runs = fleet.rows().sql("select id, result_run from jobs order by id");
    first.signal("-CONT");
    eventually("the woken worker sees that it lost both", LONG, async || {
        (first.log().matches("the lease is over; nothing was published").count() == 2).then_some(())
    })
    .await;
    let later = fleet.rows().sql("select id, result_run from jobs order by id");
    assert_eq!(runs, later, "the other worker's results stand");
    check(&fleet).await;
}
