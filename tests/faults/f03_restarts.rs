//! Row 3: SIGTERM under load, rolling restart of every process.

use crate::checker::check;
use crate::fleet::Fleet;
use crate::jobs::{all_complete, sleepers};

#[tokio::test(flavor = "multi_thread")]
async fn f3_every_process_is_restarted_in_turn_under_load() {
    let (mut fleet, first) = Fleet::distributed(&[("worker.drain", "100 ms")]).await;
    let mut workers = vec![fleet.start("worker"), fleet.start("worker")];
    let mut schedulers = vec![first, fleet.start("scheduler")];
    let mut dana = fleet.token("dana", "ky-099", "all").await;
    let mut ids = sleepers(&dana, 30, 0.4).await;
    dana.wait(&ids[0], &["processing", "completed"]).await;
    for place in 0..2 {
        assert_eq!(workers[place].terminate(), 0, "{}", workers[place].log());
        workers[place] = fleet.start("worker");
        assert_eq!(schedulers[place].terminate(), 0, "{}", schedulers[place].log());
        schedulers[place] = fleet.start("scheduler");
    }
    assert_eq!(fleet.front().terminate(), 0);
    fleet.front_with(&[]);
    dana.url.clone_from(&fleet.url);
    ids.extend(sleepers(&dana, 3, 0.1).await);
    all_complete(&dana, &ids).await;
    assert_eq!(fleet.rows().sql("select max(attempt) from jobs"), "1", "no attempt is charged");
    check(&fleet).await;
}
