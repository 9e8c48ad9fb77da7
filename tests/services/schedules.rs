//! Conformance of schedules in the store: the same suite on Postgres and on SQLite.

use std::time::Duration;

use serde_json::json;
use shared::clock;
use shared::job::schedule::{Missed, Overlap, Schedule};
use shared::job::{Job, ResultSet, State};
use shared::store::{Ask, AuditFilter, Done, Filter, Fired, NewSnapshot, Refreshed, Store, Submitted, Zones};
use uuid::Uuid;

use super::engines;

fn hour() -> chrono::Duration {
    chrono::Duration::hours(1)
}

fn schedule(tenant: &str, now: chrono::DateTime<chrono::Utc>) -> Schedule {
    Schedule {
        id: clock::new_id(),
        tenant: tenant.to_owned(),
        extract: "probe".to_owned(),
        request: json!({"steps": 1}).as_object().expect("an object").clone(),
        label: Some("each night".to_owned()),
        high_priority: true,
        keep_until_deleted: true,
        school_year: Some(2026),
        owner: "dana".to_owned(),
        cron: Some("0 * * * *".to_owned()),
        time_zone: Some("America/New_York".to_owned()),
        after: None,
        missed: Missed::All,
        overlap: Overlap::Skip,
        jitter: 30,
        enabled: true,
        next_fire_at: Some(now - hour()),
        last_fire_at: None,
        made_at: now,
        changed_at: now,
        shipped: None,
        version: 1,
    }
}

async fn jobs(store: &Store, tenant: &str) -> Vec<Job> {
    let filter = Filter { tenants: vec![tenant.to_owned()], limit: 50, ..Filter::default() };
    store.jobs(&filter).await.expect("lists")
}

async fn suite(store: &Store) {
    rows_come_back(store).await;
    one_job_for_each_fire_time(store).await;
    overlap(store).await;
    shipped_once(store).await;
    refresh(store).await;
}

async fn rows_come_back(store: &Store) {
    let now = store.now().await.expect("the time");
    let made = store.add_schedule(&schedule("rows", now), "dana").await.expect("adds").expect("a schedule");
    assert_eq!((made.missed, made.overlap, made.jitter, made.version), (Missed::All, Overlap::Skip, 30, 1));
    assert_eq!((made.school_year, made.time_zone.as_deref()), (Some(2026), Some("America/New_York")));
    let tenants = ["rows".to_owned()];
    assert_eq!(store.schedules(&tenants, Some(made.id)).await.expect("reads").len(), 1);
    assert!(store.schedules(&["other".to_owned()], Some(made.id)).await.expect("reads").is_empty());
    let changed =
        Schedule { cron: None, after: Some("lead-refresh".to_owned()), next_fire_at: None, ..made.clone() };
    let stored = store.put_schedule(&changed, "lee").await.expect("stores").expect("a schedule");
    assert_eq!((stored.version, stored.after.as_deref(), stored.cron), (2, Some("lead-refresh"), None));
    assert!(store.put_schedule(&changed, "lee").await.expect("stores").is_none(), "it was changed since");
    assert!(store.delete_schedule(made.id, "lee").await.expect("deletes").is_some_and(|s| !s.enabled));
    assert!(store.delete_schedule(made.id, "lee").await.expect("deletes").is_none());
    assert!(store.schedules(&tenants, None).await.expect("reads").is_empty());
    let log = AuditFilter { tenants: tenants.to_vec(), limit: 9, ..AuditFilter::default() };
    let log = store.audit_log(&log).await.expect("reads");
    let said: Vec<_> = log.iter().map(|a| (a.person.as_str(), a.action.as_str())).collect();
    assert_eq!(said, [("dana", "schedule"), ("lee", "edit schedule"), ("lee", "delete schedule")]);
}

async fn one_job_for_each_fire_time(store: &Store) {
    let now = store.now().await.expect("the time");
    let made = store.add_schedule(&schedule("fires", now), "dana").await.expect("adds").expect("a schedule");
    let due = store.due_schedules().await.expect("looks");
    let (seen, at) = due.iter().find(|(s, _)| s.id == made.id).expect("it is due");
    assert!(*at >= now);
    let first = made.next_fire_at.expect("a fire time");
    let fires = [(first, first), (now, now + hour())];
    let schedulers = (0..8).map(|_| store.fire(seen, &fires, Some(now), Some(now + hour()), 3));
    let fired: Vec<Fired> =
        futures::future::join_all(schedulers).await.into_iter().map(|f| f.expect("fires")).collect();
    assert_eq!(fired.iter().filter(|f| **f == Fired::Jobs(2)).count(), 1, "{fired:?}");
    assert_eq!(fired.iter().filter(|f| **f == Fired::Elsewhere).count(), 7, "{fired:?}");
    let mut made_jobs = jobs(store, "fires").await;
    made_jobs.sort_by_key(|job| job.run_at);
    let [late, jittered] = made_jobs.as_slice() else { panic!("two jobs: {made_jobs:?}") };
    assert_eq!((late.state, jittered.state), (State::Queued, State::Scheduled));
    assert_eq!((late.schedule, late.submitter.as_str()), (Some(made.id), "dana"));
    assert!(late.high_priority && late.keep_until_deleted && late.label.as_deref() == Some("each night"));
    assert!(!store.due_schedules().await.expect("looks").iter().any(|(s, _)| s.id == made.id));
    let again = store.schedules(&["fires".to_owned()], None).await.expect("reads");
    assert_eq!((again[0].last_fire_at, again[0].next_fire_at), (Some(now), Some(now + hour())));
    // Whoever set the clock back: a fire time that has its job makes no second one.
    let repeated = Schedule { overlap: Overlap::Queue, ..again[0].clone() };
    let fired = store.fire(&repeated, &fires, None, None, 3).await.expect("fires");
    assert_eq!((fired, jobs(store, "fires").await.len()), (Fired::Jobs(0), 2));
}

async fn overlap(store: &Store) {
    let now = store.now().await.expect("the time");
    let made =
        store.add_schedule(&schedule("overlap", now), "dana").await.expect("adds").expect("a schedule");
    let fired = store.fire(&made, &[(now - hour(), now)], Some(now), Some(now), 3).await.expect("fires");
    assert_eq!(fired, Fired::Jobs(1));
    let read = async || store.schedules(&["overlap".to_owned()], None).await.expect("reads").remove(0);
    let fired = store.fire(&read().await, &[(now, now)], Some(now), Some(now), 3).await.expect("fires");
    assert_eq!(fired, Fired::Busy);
    let queueing = Schedule { overlap: Overlap::Queue, ..read().await };
    let queueing = store.put_schedule(&queueing, "dana").await.expect("stores").expect("a schedule");
    let fired = store.fire(&queueing, &[(now, now)], Some(now), Some(now), 3).await.expect("fires");
    assert_eq!(fired, Fired::Jobs(1));
    let off = Schedule { enabled: false, next_fire_at: None, ..read().await };
    let off = store.put_schedule(&off, "dana").await.expect("stores").expect("a schedule");
    let fired = store.fire(&off, &[(now + hour(), now)], None, None, 3).await.expect("fires");
    assert_eq!(fired, Fired::Elsewhere, "a disabled schedule does not fire");
}

async fn shipped_once(store: &Store) {
    let now = store.now().await.expect("the time");
    let new =
        || Schedule { shipped: Some("lead-refresh".to_owned()), time_zone: None, ..schedule("shipped", now) };
    let first = store.add_schedule(&new(), "dana").await.expect("adds").expect("a schedule");
    assert!(store.add_schedule(&new(), "dana").await.expect("adds").is_none());
    assert!(store.zoned_schedules().await.expect("reads").iter().any(|(s, _)| s.id == first.id));
    store.delete_schedule(first.id, "dana").await.expect("deletes");
    assert!(store.add_schedule(&new(), "dana").await.expect("adds").is_none(), "a deleted one stays away");
}

/// A run of the tenant's refresh.
async fn refreshing(store: &Store, refresh: &Schedule) -> Done {
    let new = refresh.submission(None, None, 3);
    let Submitted::New(job) = store.submit(&new).await.expect("submits") else { panic!("a new job") };
    let admitted =
        crate::store::leader(store).await.admit(&[(job.id, job.tenant.clone(), 1)]).await.expect("admits");
    let ask = Ask { job: job.id, dispatch: admitted[0].dispatch, run: clock::new_run() };
    let zones = Zones::from([(String::new(), ("America/New_York".to_owned(), -18_000))]);
    let lease = Duration::from_secs(30);
    let claimed =
        store.claim(&[ask], clock::new_run(), lease, "registrar test", &zones).await.expect("claims");
    Done { job: job.id, run: claimed[0].run, result: ResultSet::default(), expiry: lease }
}

async fn refresh(store: &Store) {
    let now = store.now().await.expect("the time");
    let zone = "America/New_York".parse().expect("a zone");
    let weekly = Schedule::weekly(clock::new_id(), "weekly", "dana", zone, now);
    let weekly = store.add_schedule(&weekly, "dana").await.expect("adds").expect("a schedule");
    let follower = Schedule {
        cron: None,
        after: Some("lead-refresh".to_owned()),
        next_fire_at: None,
        overlap: Overlap::Queue,
        ..schedule("weekly", now)
    };
    let follower = store.add_schedule(&follower, "dana").await.expect("adds").expect("a schedule");
    let end = async |done: &Done| store.complete_refresh(done, "weekly", 3).await.expect("ends");
    let lead = async || store.snapshot_named("weekly", "lead").await.expect("reads").map(|s| s.id);
    let followed = async || {
        let all = jobs(store, "weekly").await;
        all.iter().filter(|job| job.schedule == Some(follower.id)).count()
    };
    let run = refreshing(store, &weekly).await;
    assert_eq!(end(&run).await, Refreshed::NoSnapshot);
    let still = store.job(run.job).await.expect("reads").expect("a job");
    assert_eq!((still.state, followed().await), (State::Processing, 0), "nothing was done");
    for number in [0x71, 0x72] {
        let new = NewSnapshot {
            id: Uuid::from_u128(number),
            tenant: "weekly",
            job: None,
            district: "099",
            as_of: "2026-02-01T12:00",
            choices: "{}",
            manifest: "{}",
            bytes: 9,
            findings: "[]",
        };
        store.add_snapshot(&new).await.expect("adds");
    }
    let lost = Done { run: clock::new_run(), job: run.job, result: ResultSet::default(), expiry: run.expiry };
    assert_eq!(end(&lost).await, Refreshed::Lost);
    assert_eq!((end(&run).await, lead().await), (Refreshed::Named, Some(Uuid::from_u128(0x72))));
    assert_eq!((end(&run).await, followed().await), (Refreshed::Lost, 1), "once for each end");
    let done = store.job(run.job).await.expect("reads").expect("a job");
    assert_eq!((done.state, done.snapshot.map(|s| s.id)), (State::Completed, Some(Uuid::from_u128(0x72))));
    let again = refreshing(store, &weekly).await;
    assert_eq!((end(&again).await, followed().await), (Refreshed::Named, 2), "also for the same snapshot");
}

#[tokio::test]
async fn schedules_on_sqlite() {
    let (opened, _folder) = engines::sqlite().await;
    suite(&opened).await;
}

#[tokio::test]
async fn schedules_on_postgres() {
    let (opened, _database) = engines::postgres().await;
    suite(&opened).await;
    opened.close().await;
}
