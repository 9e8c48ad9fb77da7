//! What is hidden stays readable for an hour, so that a download that has begun can end; then it goes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use scheduler::Parts;
use scheduler::reconciler::objects;
use shared::broker::InProcess;
use shared::clock;
use shared::files::Files;
use shared::job::{Job, result_key};
use shared::settings::Settings;
use shared::store::{Claimed, Done, Signals, Store};
use uuid::Uuid;

use super::engines;
use super::store::{complete, result, running, submission};
use crate::support::postgres::Database;

const HOUR: Duration = Duration::from_secs(3600);

/// The folder of a run.
fn folder(run: &Claimed) -> String {
    result_key(&run.job.tenant, run.job.id, run.run, "").trim_end_matches('/').to_owned()
}

/// Marks are written by whatever hides a result, and by nothing else.
async fn marks(store: &Store) {
    let marked = async |run: &Claimed| {
        let folders = [folder(run)];
        assert!(
            store.hidden_within(&folders, Duration::ZERO).await.expect("reads").is_empty(),
            "behind the hour"
        );
        store.hidden_within(&folders, HOUR).await.expect("reads") == folders
    };
    let deleted = running(store, &submission("marks")).await;
    assert!(complete(store, &deleted).await && !marked(&deleted).await, "it is offered");
    store.delete(deleted.job.id, "dana").await.expect("deletes");
    assert!(marked(&deleted).await);
    let restarted = running(store, &submission("marks")).await;
    assert!(complete(store, &restarted).await);
    store.restart(restarted.job.id, "dana").await.expect("restarts");
    assert!(marked(&restarted).await);
    let expired = running(store, &submission("marks")).await;
    let done = Done { job: expired.job.id, run: expired.run, result: result(), expiry: Duration::ZERO };
    assert_eq!(store.complete(&[done]).await.expect("completes"), [expired.run]);
    assert!(!marked(&expired).await);
    store.expire().await.expect("expires");
    assert!(marked(&expired).await);
    store.delete(expired.job.id, "dana").await.expect("deletes");
    let lost = running(store, &submission("marks")).await;
    store.delete(lost.job.id, "dana").await.expect("asks");
    assert!(!marked(&lost).await, "a run that offered nothing hides nothing");
    store.forget_marks(HOUR).await.expect("forgets");
    assert!(marked(&deleted).await, "a young mark stays");
    store.forget_marks(Duration::ZERO).await.expect("forgets");
    assert!(!marked(&deleted).await);
}

#[tokio::test]
async fn marks_on_sqlite() {
    let (opened, _folder) = engines::sqlite().await;
    marks(&opened).await;
}

#[tokio::test]
async fn marks_on_postgres() {
    let (opened, _database) = engines::postgres().await;
    marks(&opened).await;
    opened.close().await;
}

/// A reconciler's parts: Postgres, and a folder of files.
struct Place {
    database: Database,
    folder: tempfile::TempDir,
    parts: Parts,
}

impl Place {
    async fn new() -> Place {
        let (store, database) = engines::postgres().await;
        let folder = tempfile::tempdir().expect("a folder");
        let files = Files::open(&format!("file://{}", folder.path().display()), false).expect("a storage");
        let parts = Parts {
            signals: Signals::start(&store).await.expect("signals"),
            store,
            broker: Arc::new(InProcess::default()),
            files,
            settings: Arc::new(Settings::read(None, [], &[]).expect("defaults")),
        };
        Place { database, folder, parts }
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.path().join(key)
    }

    /// A file of a run that was stored so many minutes ago.
    async fn put(&self, job: &Job, run: Uuid, minutes: u64) -> String {
        let key = result_key(&job.tenant, job.id, run, "probe.csv");
        self.parts.files.put_bytes(&key, Bytes::from(vec![b'x'; 1 << 20])).await.expect("stores");
        age(&self.path(&key), minutes);
        key
    }

    async fn sweep(&self) {
        objects(&self.parts).await.expect("sweeps");
    }

    /// Lets a job's mark be so many minutes old.
    fn mark(&self, job: &Job, minutes: u64) {
        let moved = self.database.sql(&format!(
            "update trash set marked_at = now() - interval '{minutes} minutes' where object_key like '%{}%' returning 1",
            job.id
        ));
        assert_eq!(moved, "1", "it is marked");
    }
}

fn age(path: &Path, minutes: u64) {
    let file = std::fs::File::options().write(true).open(path).expect("the object");
    let then = std::time::SystemTime::from(clock::now()) - Duration::from_secs(minutes * 60);
    file.set_modified(then).expect("sets the time");
}

#[tokio::test]
async fn a_download_that_began_before_its_result_was_hidden_can_end_within_the_hour() {
    let place = Place::new().await;
    let store = &place.parts.store;
    for hidden_by in ["delete", "restart", "expiry"] {
        let run = running(store, &submission("hour")).await;
        let key = place.put(&run.job, run.run, 600).await;
        assert!(complete(store, &run).await);
        place.sweep().await;
        assert!(place.path(&key).exists(), "a result that is offered stays, however old it is");
        let mut download = place.parts.files.stream(&key, None).await.expect("opens").body;
        let mut read = download.next().await.expect("bytes").expect("bytes").len();
        match hidden_by {
            "delete" => drop(store.delete(run.job.id, "dana").await.expect("deletes")),
            "restart" => drop(store.restart(run.job.id, "dana").await.expect("restarts")),
            _ => {
                let now = "update jobs set expires_at = now() where id =";
                place.database.sql(&format!("{now} '{}'", run.job.id));
                assert_eq!(store.expire().await.expect("expires"), 1);
            }
        }
        place.sweep().await;
        place.mark(&run.job, 59);
        place.sweep().await;
        assert!(place.path(&key).exists(), "{hidden_by}: within the hour");
        while let Some(bytes) = download.next().await {
            read += bytes.expect("the download goes on").len();
        }
        assert_eq!(read, 1 << 20, "{hidden_by}");
        place.mark(&run.job, 61);
        place.sweep().await;
        assert!(!place.path(&key).exists(), "{hidden_by}: behind the hour");
        assert_eq!(place.database.sql("select count(*) from trash"), "0", "the mark is forgotten");
    }
}

#[tokio::test]
async fn what_a_lost_run_left_goes_an_hour_after_it_was_stored() {
    let place = Place::new().await;
    let store = &place.parts.store;
    let run = running(store, &submission("lost")).await;
    let (young, old) = (clock::new_run(), clock::new_run());
    let leased = place.put(&run.job, run.run, 600).await;
    let young = place.put(&run.job, young, 59).await;
    let old = place.put(&run.job, old, 61).await;
    place.sweep().await;
    assert!(place.path(&leased).exists(), "a leased run's");
    assert!(place.path(&young).exists(), "within the hour");
    assert!(!place.path(&old).exists(), "behind the hour");
}
