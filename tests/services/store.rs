//! Conformance of the store: the same suite on Postgres and on SQLite.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;
use shared::clock;
use shared::job::fairness::Waiting;
use shared::job::{Failure, FailureClass, Job, Lane, Progress, ResultFile, ResultSet, State, Submission};
use shared::store::{
    Acted, Ask, AuditFilter, Beat, Claimed, Done, Error, Filter, Leader, Line, NewSnapshot, Patch, Person,
    Settlement, Store, Submitted, Zones,
};
use uuid::Uuid;

use super::engines;

const LEASE: Duration = Duration::from_secs(30);
const ALIVE: Duration = Duration::from_secs(10);
const NOW: Duration = Duration::ZERO;

pub fn submission(tenant: &str) -> Submission {
    Submission {
        id: clock::new_id(),
        tenant: tenant.to_owned(),
        extract: "probe".to_owned(),
        request: json!({"steps": 1}).as_object().expect("an object").clone(),
        label: Some("before July 1".to_owned()),
        lane: Lane::Batch,
        high_priority: false,
        keep_until_deleted: false,
        run_at: None,
        school_year: Some(2026),
        submitter: "dana".to_owned(),
        idempotency: None,
        schedule: None,
        max_attempts: 3,
        estimate: 0,
    }
}

pub async fn submit(store: &Store, new: &Submission) -> Job {
    match store.submit(new).await.expect("submits") {
        Submitted::New(job) => *job,
        other => panic!("not a new job: {other:?}"),
    }
}

async fn get(store: &Store, id: Uuid) -> Job {
    store.job(id).await.expect("reads").expect("a job")
}

pub fn zones() -> Zones {
    Zones::from([(String::new(), ("America/New_York".to_owned(), -18_000))])
}

/// Leadership, which the session before may not have given up yet.
pub async fn leader(store: &Store) -> Leader {
    loop {
        match store.lead().await.expect("asks for leadership") {
            Some(leader) => return leader,
            None => tokio::task::yield_now().await,
        }
    }
}

async fn lines(store: &Store, most: i64) -> BTreeMap<Lane, Line> {
    let ahead = BTreeMap::new();
    leader(store).await.lines(ALIVE, Duration::from_secs(900), &ahead, most).await.expect("lines")
}

/// Who waits first in the batch lane while a worker is free.
async fn heads(store: &Store, most: i64) -> Vec<Waiting> {
    let free = beat(1000);
    store.worker_seen(&free).await.expect("beats");
    let mut lines = lines(store, most).await;
    store.worker_gone(free.id).await.expect("goes");
    lines.remove(&Lane::Batch).expect("the lane").heads
}

fn beat(slots: i64) -> Beat {
    Beat {
        id: clock::new_run(),
        host: "host".to_owned(),
        program: "registrar test".to_owned(),
        batch_slots: slots,
        interactive_slots: 1,
        batch_free: slots,
        interactive_free: 1,
        memory: 1 << 30,
        memory_free: 1 << 30,
        started: 0,
    }
}

/// Admits a job and returns its message.
pub async fn admit(store: &Store, job: &Job) -> Ask {
    let picked = [(job.id, job.tenant.clone(), 1)];
    let admitted = leader(store).await.admit(&picked).await.expect("admits");
    let mine = admitted.into_iter().find(|a| a.job == job.id).expect("the job is admitted");
    Ask { job: job.id, dispatch: mine.dispatch, run: clock::new_run() }
}

pub async fn claim(store: &Store, asks: &[Ask]) -> Vec<Claimed> {
    store.claim(asks, clock::new_run(), LEASE, "registrar test", &zones()).await.expect("claims")
}

pub async fn running(store: &Store, new: &Submission) -> Claimed {
    let job = submit(store, new).await;
    let ask = admit(store, &job).await;
    claim(store, &[ask]).await.pop().expect("the job is ours")
}

pub fn result() -> ResultSet {
    let file = ResultFile {
        name: "probe.csv".to_owned(),
        media_type: "text/csv".to_owned(),
        bytes: 3,
        rows: 1,
        sha256: "00".to_owned(),
    };
    ResultSet { rows: 1, warnings: 0, errors: 0, files: vec![file], summary: None }
}

pub async fn complete(store: &Store, run: &Claimed) -> bool {
    let done = Done { job: run.job.id, run: run.run, result: result(), expiry: Duration::from_secs(60) };
    store.complete(&[done]).await.expect("completes").contains(&run.run)
}

fn end(run: &Claimed, next: State) -> Settlement {
    let failure = Failure {
        class: FailureClass::Data,
        message: "The snapshot cannot be read.".to_owned(),
        next_step: FailureClass::Data.next_step().to_owned(),
    };
    Settlement {
        job: run.job.id,
        run: run.run,
        next,
        failure: (next == State::Failed).then_some(failure),
        attempts: None,
        delay: NOW,
        give_back: false,
        fault: false,
    }
}

/// Runs every test of the suite on one database.
pub async fn suite(store: &Store) {
    submit_and_list(store).await;
    idempotency(store).await;
    claims(store).await;
    fences(store).await;
    cancel_and_finish(store).await;
    retries_and_rescue(store).await;
    edits_restarts_deletes(store).await;
    due_and_expiry(store).await;
    snapshots(store).await;
    records(store).await;
    fire_times(store).await;
    notices(store).await;
}

async fn submit_and_list(store: &Store) {
    let mut ids = Vec::new();
    for n in 0..5 {
        let mut new = submission("list");
        new.submitter = if n % 2 == 0 { "dana".to_owned() } else { "lee".to_owned() };
        new.label = Some(format!("Label {n}"));
        let job = submit(store, &new).await;
        assert_eq!((job.state, job.attempt, job.dispatch, job.max_attempts), (State::Queued, 0, 1, 3));
        ids.push(job.id);
    }
    ids.reverse();
    let filter = Filter { tenants: vec!["list".to_owned()], limit: 2, ..Filter::default() };
    let first = store.jobs(&filter).await.expect("lists");
    let last = first.last().expect("two rows");
    let next = Filter { after: Some((last.submitted_at, last.id)), limit: 50, ..filter.clone() };
    let rest = store.jobs(&next).await.expect("lists");
    let seen: Vec<Uuid> = first.iter().chain(&rest).map(|j| j.id).collect();
    assert_eq!(seen, ids, "newest first, nothing twice");
    let all = Filter { limit: 50, ..filter };
    let count = async |f: Filter| store.jobs(&f).await.expect("lists").len();
    assert_eq!(count(Filter { owner: Some("lee".to_owned()), ..all.clone() }).await, 2);
    assert_eq!(count(Filter { label: Some("lAbEl 3".to_owned()), ..all.clone() }).await, 1);
    assert_eq!(count(Filter { label: Some("%".to_owned()), ..all.clone() }).await, 0);
    assert_eq!(count(Filter { states: vec![State::Failed], ..all.clone() }).await, 0);
    assert_eq!(count(Filter { states: vec![State::Failed, State::Queued], ..all.clone() }).await, 5);
    assert_eq!(count(Filter { extracts: vec!["kias".to_owned()], ..all.clone() }).await, 0);
    assert_eq!(count(Filter { school_year: Some(2025), ..all.clone() }).await, 0);
    assert_eq!(count(Filter { submitted_after: Some(first[0].submitted_at), ..all.clone() }).await, 0);
    assert_eq!(count(Filter { submitted_before: Some(first[0].submitted_at), ..all.clone() }).await, 4);
    assert_eq!(count(Filter { deleted: true, ..all.clone() }).await, 0);
    assert_eq!(count(Filter { tenants: vec!["other".to_owned()], ..all }).await, 0);
    assert_eq!(store.waiting("list", 3).await.expect("counts"), 3);
    assert_eq!(store.submitted_lately("list", 100).await.expect("counts"), 5);
    let first = heads(store, 2).await;
    assert_eq!(first.iter().filter(|h| h.tenant == "list").count(), 2);
    store.rank(1, Duration::from_secs(60), i64::MAX).await.expect("ranks");
    let oldest = get(store, ids[4]).await;
    assert!(oldest.position.is_some() && oldest.estimated_start_at.is_some());
}

async fn idempotency(store: &Store) {
    let with = |key: &str, body: &str| Submission {
        idempotency: Some((key.to_owned(), body.to_owned())),
        ..submission("idem")
    };
    let first = submit(store, &with("k", "body")).await;
    match store.submit(&with("k", "body")).await.expect("submits") {
        Submitted::Before(job) => assert_eq!(job.id, first.id),
        other => panic!("a second job: {other:?}"),
    }
    assert!(matches!(store.submit(&with("k", "other")).await, Err(Error::KeyReused)));
    let mut lee = with("k", "other");
    lee.submitter = "lee".to_owned();
    assert_ne!(submit(store, &lee).await.id, first.id, "the key is the submitter's own");
    let racing = (0..8).map(|_| with("race", "body")).collect::<Vec<_>>();
    let made = futures::future::join_all(racing.iter().map(|new| store.submit(new))).await;
    let new = made.iter().filter(|m| matches!(m, Ok(Submitted::New(_)))).count();
    let before = made.iter().filter(|m| matches!(m, Ok(Submitted::Before(_)))).count();
    assert_eq!((new, before), (1, 7));
    store.forget_keys().await.expect("forgets");
}

async fn claims(store: &Store) {
    let job = submit(store, &submission("claims")).await;
    let early = Ask { job: job.id, dispatch: 1, run: clock::new_run() };
    assert!(claim(store, &[early]).await.is_empty(), "not admitted yet");
    let ask = admit(store, &job).await;
    let stale = Ask { dispatch: ask.dispatch + 1, ..ask };
    assert!(claim(store, &[stale]).await.is_empty(), "another dispatch number");
    let asks: Vec<Ask> = (0..10).map(|_| Ask { run: clock::new_run(), ..ask }).collect();
    let ten = futures::future::join_all(asks.iter().map(|a| claim(store, std::slice::from_ref(a)))).await;
    let won: Vec<_> = ten.into_iter().flatten().collect();
    assert_eq!(won.len(), 1, "ten messages, one run");
    let claimed = &won[0];
    assert_eq!((claimed.job.state, claimed.job.attempt), (State::Processing, 1));
    assert_eq!(claimed.job.generated_at.as_ref().map(String::len), Some(16));
    assert_eq!(lines(store, 0).await[&Lane::Batch].room.running, 1);
    let busy = store.busy().await.expect("busy");
    assert!(busy.of_tenant("claims") == 1 && busy.of_extract("probe") >= 1);
    assert!(complete(store, claimed).await);
    let done = get(store, job.id).await;
    assert_eq!((done.state, done.result_run), (State::Completed, Some(claimed.run)));
    assert!(done.offers_files() && done.expires_at.is_some() && done.finished_at.is_some());
    assert_eq!(done.result, Some(result()));
}

async fn fences(store: &Store) {
    let mine = running(store, &submission("fences")).await;
    let kept = store.renew(&[mine.run, clock::new_run()], LEASE).await.expect("renews");
    assert_eq!(kept, [(mine.run, false)]);
    let step = Progress { phase: Some("Writing".to_owned()), done: Some(2), total: Some(4) };
    let kept = store.progress(&[(mine.job.id, mine.run, step.clone())]).await.expect("notes");
    assert_eq!(kept, [mine.run]);
    assert_eq!(get(store, mine.job.id).await.progress, step);
    let other = clock::new_run();
    assert!(store.progress(&[(mine.job.id, other, step)]).await.expect("notes").is_empty());
    let false_run = Claimed { job: mine.job.clone(), run: other, grants: None };
    assert!(!complete(store, &false_run).await, "another run completes nothing");
    assert!(!store.settle(&end(&false_run, State::Failed)).await.expect("settles"));
    assert!(store.settle(&end(&mine, State::Failed)).await.expect("settles"));
    let failed = get(store, mine.job.id).await;
    assert_eq!(failed.failure.expect("a failure").class, FailureClass::Data);
    assert!(!complete(store, &mine).await, "a failed job stays failed");
}

async fn cancel_and_finish(store: &Store) {
    let waiting = submit(store, &submission("cancel")).await;
    assert_eq!(store.cancel(waiting.id, "dana").await.expect("cancels"), Acted::Done);
    assert_eq!(store.cancel(waiting.id, "dana").await.expect("cancels"), Acted::Refused);
    assert_eq!(get(store, waiting.id).await.state, State::Canceled);
    let mine = running(store, &submission("cancel")).await;
    assert_eq!(store.cancel(mine.job.id, "dana").await.expect("cancels"), Acted::Asked);
    assert_eq!(get(store, mine.job.id).await.state, State::Processing);
    assert_eq!(store.renew(&[mine.run], LEASE).await.expect("renews"), [(mine.run, true)]);
    assert!(!complete(store, &mine).await, "the cancel came first");
    assert!(store.settle(&end(&mine, State::Canceled)).await.expect("settles"));
    assert_eq!(get(store, mine.job.id).await.state, State::Canceled);
    let quick = running(store, &submission("cancel")).await;
    assert!(complete(store, &quick).await);
    assert_eq!(
        store.cancel(quick.job.id, "dana").await.expect("cancels"),
        Acted::Refused,
        "the finish came first"
    );
}

async fn retries_and_rescue(store: &Store) {
    let mine = running(store, &submission("retry")).await;
    let again = Settlement { give_back: true, fault: true, ..end(&mine, State::Queued) };
    assert!(store.settle(&again).await.expect("settles"));
    let job = get(store, mine.job.id).await;
    assert_eq!((job.state, job.attempt, job.faults, job.dispatch), (State::Queued, 0, 1, 2));
    let later = Settlement {
        delay: Duration::from_secs(60),
        ..end(&running_again(store, &job).await, State::Queued)
    };
    assert!(store.settle(&later).await.expect("settles"));
    let ask = admit(store, &job).await;
    assert!(claim(store, &[ask]).await.is_empty(), "not before its delay is over");
    assert_eq!(store.readmit(Some(&[job.id]), NOW).await.expect("readmits"), 1);

    let mut new = submission("rescue");
    new.max_attempts = 2;
    let first = submit(store, &new).await;
    let crashed = Failure {
        class: FailureClass::Crash,
        message: "The worker was lost.".to_owned(),
        next_step: FailureClass::Crash.next_step().to_owned(),
    };
    for (attempt, state) in [(1, State::Queued), (2, State::Failed)] {
        let job = get(store, first.id).await;
        let ask = admit(store, &job).await;
        let short =
            store.claim(&[ask], clock::new_run(), NOW, "registrar test", &zones()).await.expect("claims");
        assert_eq!(short[0].job.attempt, attempt);
        let rescued = store.rescue(NOW, NOW, &crashed).await.expect("rescues");
        assert!(rescued.contains(&(first.id, state)), "{rescued:?}");
        assert!(!complete(store, &short[0]).await, "the lost run is fenced");
    }
    let failed = get(store, first.id).await;
    assert_eq!((failed.attempts.len(), failed.failure.map(|f| f.class)), (2, Some(FailureClass::Crash)));
}

async fn running_again(store: &Store, job: &Job) -> Claimed {
    let ask = admit(store, job).await;
    claim(store, &[ask]).await.pop().expect("the job is ours again")
}

async fn edits_restarts_deletes(store: &Store) {
    let job = submit(store, &submission("edit")).await;
    let expiry = Duration::from_secs(60);
    let tomorrow = job.submitted_at + chrono::Duration::days(1);
    let patch = Patch { label: Some(None), run_at: Some(Some(tomorrow)), ..Patch::default() };
    assert_eq!(store.patch(job.id, &patch, expiry, "dana").await.expect("edits"), Acted::Done);
    let edited = get(store, job.id).await;
    assert_eq!((edited.state, edited.label, edited.run_at), (State::Scheduled, None, tomorrow));
    let now = Patch { run_at: Some(None), ..Patch::default() };
    assert_eq!(store.patch(job.id, &now, expiry, "dana").await.expect("edits"), Acted::Done);
    assert_eq!(get(store, job.id).await.state, State::Queued);
    let mark = Patch { submitted_to_state: Some(true), ..Patch::default() };
    assert_eq!(
        store.patch(job.id, &mark, expiry, "dana").await.expect("edits"),
        Acted::Refused,
        "not completed"
    );
    let edited = get(store, job.id).await;
    let run = running_again(store, &edited).await;
    assert!(complete(store, &run).await);
    assert_eq!(store.patch(job.id, &mark, expiry, "dana").await.expect("edits"), Acted::Done);
    assert_eq!(
        store.patch(job.id, &now, expiry, "dana").await.expect("edits"),
        Acted::Refused,
        "no longer waiting"
    );
    let keep = Patch { keep_until_deleted: Some(true), ..Patch::default() };
    assert_eq!(store.patch(job.id, &keep, expiry, "dana").await.expect("edits"), Acted::Done);
    let kept = get(store, job.id).await;
    assert!(kept.submitted_to_state_at.is_some() && kept.expires_at.is_none() && kept.keep_until_deleted);
    assert_eq!(store.restart(job.id, "dana").await.expect("restarts"), Acted::Done);
    let again = get(store, job.id).await;
    assert_eq!((again.state, again.attempt, &again.result), (State::Queued, 0, &None));
    assert!(again.generated_at.is_none() && again.dispatch > run.job.dispatch);
    assert_eq!(store.restart(job.id, "dana").await.expect("restarts"), Acted::Refused);
    let run = running_again(store, &again).await;
    assert_eq!(store.delete(job.id, "dana").await.expect("deletes"), Acted::Asked);
    assert!(store.settle(&end(&run, State::Canceled)).await.expect("settles"));
    let deleted = get(store, job.id).await;
    assert!(deleted.deleted_at.is_some() && deleted.deleted_by.as_deref() == Some("dana"));
    assert_eq!(store.delete(job.id, "dana").await.expect("deletes"), Acted::Refused);
    let log = store
        .audit_log(&AuditFilter {
            tenants: vec!["edit".to_owned()],
            job: Some(job.id),
            limit: 100,
            ..AuditFilter::default()
        })
        .await
        .expect("reads the log");
    let actions: Vec<&str> = log.iter().map(|a| a.action.as_str()).collect();
    let expected = [
        "submit", "edit", "edit", "claim", "complete", "edit", "edit", "restart", "claim", "delete",
        "canceled",
    ];
    assert_eq!(actions, expected);
}

async fn due_and_expiry(store: &Store) {
    let mut new = submission("due");
    let now = store.now().await.expect("the time");
    new.run_at = Some(now + chrono::Duration::milliseconds(300));
    let job = submit(store, &new).await;
    assert_eq!(job.state, State::Scheduled);
    assert_eq!(store.waiting("due", 10).await.expect("counts"), 0);
    for _ in 0..200 {
        store.due().await.expect("looks");
        if get(store, job.id).await.state == State::Queued {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let due = get(store, job.id).await;
    assert_eq!(due.state, State::Queued);
    let run = running_again(store, &due).await;
    let done = Done { job: job.id, run: run.run, result: result(), expiry: NOW };
    assert_eq!(store.complete(&[done]).await.expect("completes"), [run.run]);
    assert!(store.expire().await.expect("expires") >= 1);
    let expired = get(store, job.id).await;
    assert!(!expired.offers_files() && expired.expired_at.is_some() && expired.state == State::Completed);
    let known = store.runs(&[job.id]).await.expect("runs");
    assert_eq!((known[0].leased, known[0].committed), (None, None));
}

async fn snapshots(store: &Store) {
    let add = async |number: u128| {
        let id = Uuid::from_u128(number);
        let new = NewSnapshot {
            id,
            tenant: "snap",
            job: None,
            district: "099",
            as_of: "2026-02-01T12:00",
            choices: "{}",
            manifest: "{}",
            bytes: 9,
            findings: "[]",
        };
        store.add_snapshot(&new).await.expect("adds");
        id
    };
    let (first, second) = (add(0x51).await, add(0x52).await);
    let current = store.snapshot_named("snap", "current").await.expect("reads").expect("a snapshot");
    assert_eq!(current.id, second);
    assert!(store.snapshot_named("snap", "lead").await.expect("reads").is_none());
    store.name_lead("snap", first).await.expect("names");
    let lead = store.snapshot_named("snap", "lead").await.expect("reads").expect("a snapshot");
    assert_eq!(lead.id, first);
    let all = store.snapshots(&["snap".to_owned()], None, 10).await.expect("reads");
    let marks: Vec<_> = all.iter().map(|s| (s.id, s.current, s.lead)).collect();
    assert_eq!(marks, [(second, true, false), (first, false, true)]);
    assert!(store.snapshot_named("other", &first.to_string()).await.expect("reads").is_none());
    let mut new = submission("snap");
    new.extract = "kecs-lead".to_owned();
    new.request = json!({"snapshot": "lead"}).as_object().expect("an object").clone();
    let run = running(store, &new).await;
    assert_eq!(run.job.snapshot.as_ref().map(|s| s.id), Some(first), "the name is pinned at the claim");
    store.name_lead("snap", second).await.expect("names");
    assert!(store.settle(&end(&run, State::Queued)).await.expect("settles"));
    let again = running_again(store, &get(store, run.job.id).await).await;
    assert_eq!(again.job.snapshot.map(|s| s.id), Some(first), "later attempts keep it");
    assert_eq!(again.job.generated_at, run.job.generated_at);
}

async fn records(store: &Store) {
    let beat = beat(2);
    let before = lines(store, 0).await[&Lane::Batch].room.slots;
    assert!(!store.worker_seen(&beat).await.expect("beats"));
    assert_eq!(lines(store, 0).await[&Lane::Batch].room.slots, before + 2);
    assert!(store.drain(beat.id).await.expect("drains"));
    assert!(store.worker_seen(&beat).await.expect("beats"), "it hears that it is to drain");
    assert!(store.workers(ALIVE).await.expect("workers").iter().any(|w| w.draining));
    store.worker_gone(beat.id).await.expect("goes");
    let dana = Person { tenant: "p".to_owned(), name: "dana".to_owned(), grants: "{}".to_owned() };
    store.set_people(std::slice::from_ref(&dana)).await.expect("sets");
    let mut new = submission("p");
    new.submitter = "dana".to_owned();
    let run = running(store, &new).await;
    assert_eq!(run.grants.as_deref(), Some("{}"));
    store.set_people(&[]).await.expect("sets");
    store.pause_tenant("paused", true).await.expect("pauses");
    let waiting = submit(store, &submission("paused")).await;
    let first = heads(store, 50).await;
    assert!(!first.iter().any(|h| h.job == waiting.id));
    store.pause_tenant("paused", false).await.expect("resumes");
    store.pause_extract("probe", true).await.expect("pauses");
    assert_eq!(store.paused().await.expect("reads").extracts, ["probe"]);
    assert!(heads(store, 50).await.is_empty());
    store.pause_extract("probe", false).await.expect("resumes");
    let first = heads(store, 50).await;
    assert!(first.iter().any(|h| h.job == waiting.id));
    for times in 1..=3 {
        assert_eq!(store.dead_letter(Some(waiting.id), "delivery_limit").await.expect("notes"), times);
    }
    let failure = Failure {
        class: FailureClass::Internal,
        message: "The message died.".to_owned(),
        next_step: FailureClass::Internal.next_step().to_owned(),
    };
    assert!(store.fail_dead(waiting.id, &failure).await.expect("fails"));
    assert_eq!(get(store, waiting.id).await.state, State::Failed);
    let counts = store.counts(&["list".to_owned()]).await.expect("counts");
    assert_eq!(counts.iter().map(|c| c.jobs).sum::<i64>(), 5);
}

async fn fire_times(store: &Store) {
    let mut new = submission("fire");
    let at = store.now().await.expect("the time");
    new.schedule = Some((Uuid::from_u128(7), Some(at)));
    submit(store, &new).await;
    new.id = clock::new_id();
    assert!(
        matches!(store.submit(&new).await.expect("submits"), Submitted::Fired),
        "one job for each fire time"
    );
    let changed =
        store.changed(at - chrono::Duration::seconds(1), &["fire".to_owned()], 10).await.expect("reads");
    assert_eq!(changed.len(), 1);
}

async fn notices(store: &Store) {
    let tenants = ["notices".to_owned()];
    let mine = async || store.notices(&tenants, "dana", None, 50).await.expect("reads");
    let states = async || mine().await.iter().map(|n| n.state.clone()).collect::<Vec<_>>();
    let done = running(store, &submission("notices")).await;
    assert!(mine().await.is_empty(), "a running job says nothing");
    assert!(complete(store, &done).await && !complete(store, &done).await);
    assert_eq!(states().await, ["completed"]);
    let again = running(store, &submission("notices")).await;
    assert!(store.settle(&end(&again, State::Queued)).await.expect("settles"));
    assert_eq!(mine().await.len(), 1, "another attempt is no end");
    let failed = running_again(store, &get(store, again.job.id).await).await;
    assert!(store.settle(&end(&failed, State::Failed)).await.expect("settles"));
    let waiting = submit(store, &submission("notices")).await;
    store.cancel(waiting.id, "lee").await.expect("cancels");
    assert_eq!(store.cancel(waiting.id, "lee").await.expect("cancels"), Acted::Refused);
    let asked = running(store, &submission("notices")).await;
    store.cancel(asked.job.id, "lee").await.expect("asks");
    assert_eq!(states().await, ["canceled", "failed", "completed"]);
    assert!(store.settle(&end(&asked, State::Canceled)).await.expect("settles"));
    let crashed = Failure {
        class: FailureClass::Crash,
        message: "The worker was lost.".to_owned(),
        next_step: FailureClass::Crash.next_step().to_owned(),
    };
    let once = Submission { max_attempts: 1, ..submission("notices") };
    let ask = admit(store, &submit(store, &once).await).await;
    store.claim(&[ask], clock::new_run(), NOW, "registrar test", &zones()).await.expect("claims");
    store.rescue(NOW, NOW, &crashed).await.expect("rescues");
    let dead = submit(store, &submission("notices")).await;
    assert!(store.fail_dead(dead.id, &crashed).await.expect("fails"));
    assert_eq!(states().await, ["failed", "failed", "canceled", "canceled", "failed", "completed"]);
    let all = mine().await;
    assert_eq!((all[5].job, all[5].extract.as_str()), (done.job.id, "probe"));
    assert_eq!(store.unread(&tenants, "dana").await.expect("counts"), 6);
    assert!(store.read_notice(all[0].seq, &tenants, "lee").await.expect("reads").is_none(), "not lee's");
    let read = store.read_notice(all[0].seq, &tenants, "dana").await.expect("reads").expect("a notice");
    assert!(read.read_at.is_some() && store.unread(&tenants, "dana").await.expect("counts") == 5);
    let page = store.notices(&tenants, "dana", Some(all[1].seq), 2).await.expect("reads");
    assert_eq!(page.iter().map(|n| n.seq).collect::<Vec<_>>(), [all[2].seq, all[3].seq]);
    store.forget_notices(Duration::from_secs(3600)).await.expect("forgets");
    assert_eq!(mine().await.len(), 6);
    store.forget_notices(NOW).await.expect("forgets");
    assert!(mine().await.is_empty());
}

#[tokio::test]
async fn store_on_sqlite() {
    let (opened, _folder) = engines::sqlite().await;
    suite(&opened).await;
}

#[tokio::test]
async fn store_on_postgres() {
    let (opened, _database) = engines::postgres().await;
    suite(&opened).await;
    opened.close().await;
}
