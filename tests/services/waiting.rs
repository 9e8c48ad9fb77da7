//! Positions and estimated starts of waiting jobs, the same on Postgres and on SQLite.

use std::time::Duration;

use shared::job::{Job, Submission};
use shared::store::Store;

use super::engines;
use super::store::{submission, submit};

const EACH: Duration = Duration::from_secs(10);

async fn position(store: &Store, job: &Job) -> Option<i64> {
    store.rank(1, EACH, i64::MAX).await.expect("ranks");
    let job = store.job(job.id).await.expect("reads").expect("a job");
    assert_eq!(job.position.is_some(), job.estimated_start_at.is_some());
    job.position
}

async fn suite(store: &Store) {
    let first = submit(store, &submission("a")).await;
    let second = submit(store, &submission("a")).await;
    let other = submit(store, &submission("b")).await;
    let kias = submit(store, &Submission { extract: "kias".to_owned(), ..submission("b") }).await;
    assert_eq!(position(store, &first).await, Some(1));
    assert_eq!(position(store, &other).await, Some(2), "districts take turns");
    assert_eq!((position(store, &second).await, position(store, &kias).await), (Some(3), Some(4)));
    store.pause_tenant("a", true).await.expect("pauses");
    assert_eq!((position(store, &first).await, position(store, &second).await), (None, None));
    assert_eq!(
        (position(store, &other).await, position(store, &kias).await),
        (Some(1), Some(2)),
        "a district that is paused is in nobody's way"
    );
    let now = store.now().await.expect("the time");
    let start = store.job(kias.id).await.expect("reads").expect("a job").estimated_start_at.expect("a time");
    let ahead = (start - now).num_seconds();
    assert!((5..=10).contains(&ahead), "one job of ten seconds is before it: {ahead} s");
    store.pause_extract("probe", true).await.expect("pauses");
    assert_eq!((position(store, &other).await, position(store, &kias).await), (None, Some(1)));
    store.pause_tenant("a", false).await.expect("resumes");
    assert_eq!(position(store, &first).await, None, "its extract is paused");
    store.pause_extract("probe", false).await.expect("resumes");
    assert_eq!((position(store, &first).await, position(store, &kias).await), (Some(1), Some(4)));
}

/// A plan that compares each with each would need minutes, and the store's limit for a statement ends it.
async fn a_long_line(store: &Store) {
    const JOBS: usize = 30_000;
    let new: Vec<Submission> = (0..JOBS).map(|n| submission(["a", "b", "c"][n % 3])).collect();
    for part in new.chunks(1000) {
        let made = store.submit_all(&part.iter().collect::<Vec<_>>()).await.expect("submits");
        assert_eq!(made.len(), part.len());
    }
    assert_eq!(store.rank(1, EACH, i64::MAX).await.expect("ranks"), JOBS as u64);
    assert_eq!(store.rank(1, EACH, i64::MAX).await.expect("ranks"), 0, "nothing has moved");
}

#[tokio::test]
async fn a_long_line_is_ranked_on_sqlite() {
    let (opened, _folder) = engines::sqlite().await;
    a_long_line(&opened).await;
}

#[tokio::test]
async fn a_long_line_is_ranked_on_postgres() {
    let (opened, _database) = engines::postgres().await;
    a_long_line(&opened).await;
    opened.close().await;
}

#[tokio::test]
async fn ranks_on_sqlite() {
    let (opened, _folder) = engines::sqlite().await;
    suite(&opened).await;
}

#[tokio::test]
async fn ranks_on_postgres() {
    let (opened, _database) = engines::postgres().await;
    suite(&opened).await;
    opened.close().await;
}
