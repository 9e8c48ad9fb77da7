//! The state machine under chance, on both stores: relay, workers, sweepers and people act on a few jobs at the same
//! moment, in any order, with stale messages and stale runs. Whatever comes, only legal steps are taken, the audit log is
//! complete, and every job can still be brought to its end (reliability, row 16).

use std::sync::Mutex;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use shared::clock;
use shared::job::{Failure, FailureClass, State};
use shared::store::{Ask, AuditFilter, Claimed, Done, Patch, Settlement, Store, Submitted};
use uuid::Uuid;

use super::engines;
use super::store::{result, submission, zones};

const JOBS: usize = 3;
const NOW: Duration = Duration::ZERO;
const HOUR: Duration = Duration::from_secs(3600);

/// What somebody does; numbers choose a job, a message or a run among those there ever were.
#[derive(Clone, Debug)]
enum Act {
    Admit(usize),
    /// With a lease, or with one that is over at once.
    Claim(usize, bool),
    Complete(usize),
    Settle(usize, State),
    Renew(usize),
    Rescue,
    Readmit,
    Due,
    Cancel(usize),
    Restart(usize),
    Delete(usize),
    Label(usize),
    Now(usize),
    Later(usize),
}

fn act() -> impl Strategy<Value = Act> {
    let job = 0..JOBS;
    let any = 0..64_usize;
    let next = prop_oneof![Just(State::Queued), Just(State::Failed), Just(State::Canceled)];
    prop_oneof![
        4 => job.clone().prop_map(Act::Admit),
        6 => (any.clone(), proptest::bool::ANY).prop_map(|(n, held)| Act::Claim(n, held)),
        4 => any.clone().prop_map(Act::Complete),
        3 => (any.clone(), next).prop_map(|(n, next)| Act::Settle(n, next)),
        1 => any.prop_map(Act::Renew),
        2 => Just(Act::Rescue),
        1 => Just(Act::Readmit),
        2 => Just(Act::Due),
        3 => job.clone().prop_map(Act::Cancel),
        3 => job.clone().prop_map(Act::Restart),
        1 => job.clone().prop_map(Act::Delete),
        1 => job.clone().prop_map(Act::Label),
        1 => job.clone().prop_map(Act::Now),
        1 => job.prop_map(Act::Later),
    ]
}

/// Everything that was ever sent or claimed, as careless brokers and sleeping workers keep it.
struct World<'a> {
    store: &'a Store,
    tenant: String,
    jobs: Vec<Uuid>,
    asks: Mutex<Vec<Ask>>,
    runs: Mutex<Vec<(Uuid, Uuid)>>,
}

fn failure() -> Failure {
    Failure {
        class: FailureClass::Crash,
        message: "The worker was lost.".to_owned(),
        next_step: FailureClass::Crash.next_step().to_owned(),
    }
}

impl World<'_> {
    fn ask(&self, number: usize) -> Option<Ask> {
        let asks = self.asks.lock().expect("no panic holds it");
        (!asks.is_empty()).then(|| Ask { run: clock::new_run(), ..asks[number % asks.len()] })
    }

    fn run(&self, number: usize) -> Option<(Uuid, Uuid)> {
        let runs = self.runs.lock().expect("no panic holds it");
        (!runs.is_empty()).then(|| runs[number % runs.len()])
    }

    async fn admit(&self, job: Uuid) {
        let admitted = crate::store::leader(self.store)
            .await
            .admit(&[(job, self.tenant.clone(), 1)])
            .await
            .expect("admits");
        let asks = admitted.iter().map(|a| Ask { job: a.job, dispatch: a.dispatch, run: clock::new_run() });
        self.asks.lock().expect("no panic holds it").extend(asks);
    }

    async fn claim(&self, ask: Ask, lease: Duration) -> Vec<Claimed> {
        let worker = clock::new_run();
        let claimed =
            self.store.claim(&[ask], worker, lease, "registrar test", &zones()).await.expect("claims");
        let runs = claimed.iter().map(|c| (c.job.id, c.run));
        self.runs.lock().expect("no panic holds it").extend(runs);
        claimed
    }

    async fn complete(&self, job: Uuid, run: Uuid) {
        let done = Done { job, run, result: result(), expiry: HOUR };
        self.store.complete(&[done]).await.expect("completes");
    }

    async fn act(&self, act: &Act) {
        let store = self.store;
        let edit = async |job: usize, patch: Patch| {
            store.patch(self.jobs[job], &patch, HOUR, "dana").await.expect("edits");
        };
        match act {
            Act::Admit(job) => self.admit(self.jobs[*job]).await,
            Act::Claim(number, held) => {
                if let Some(ask) = self.ask(*number) {
                    self.claim(ask, if *held { HOUR } else { NOW }).await;
                }
            }
            Act::Complete(number) => {
                if let Some((job, run)) = self.run(*number) {
                    self.complete(job, run).await;
                }
            }
            Act::Settle(number, next) => {
                if let Some((job, run)) = self.run(*number) {
                    let end = Settlement {
                        job,
                        run,
                        next: *next,
                        failure: (*next == State::Failed).then(failure),
                        attempts: None,
                        delay: NOW,
                        // A worker asks for another attempt only while there are some; here they are given back.
                        give_back: *next == State::Queued,
                        fault: false,
                    };
                    store.settle(&end).await.expect("settles");
                }
            }
            Act::Renew(number) => {
                if let Some((_, run)) = self.run(*number) {
                    store.renew(&[run], HOUR).await.expect("renews");
                }
            }
            Act::Rescue => drop(store.rescue(NOW, NOW, &failure()).await.expect("rescues")),
            Act::Readmit => drop(store.readmit(None, NOW).await.expect("readmits")),
            Act::Due => drop(store.due().await.expect("looks")),
            Act::Cancel(job) => drop(store.cancel(self.jobs[*job], "dana").await.expect("cancels")),
            Act::Restart(job) => drop(store.restart(self.jobs[*job], "dana").await.expect("restarts")),
            Act::Delete(job) => drop(store.delete(self.jobs[*job], "dana").await.expect("deletes")),
            Act::Label(job) => {
                edit(*job, Patch { label: Some(Some("edited".to_owned())), ..Patch::default() }).await;
            }
            Act::Now(job) => edit(*job, Patch { run_at: Some(None), ..Patch::default() }).await,
            Act::Later(job) => {
                let later = clock::now() + chrono::Duration::milliseconds(30);
                edit(*job, Patch { run_at: Some(Some(later)), ..Patch::default() }).await;
            }
        }
    }

    /// Brings every job to an end as a healthy fleet would.
    async fn rest(&self) -> Result<(), TestCaseError> {
        for _ in 0..2000 {
            let mut open = 0;
            for id in &self.jobs {
                let job = self.store.job(*id).await.expect("reads").expect("a job");
                match job.state {
                    State::Completed | State::Failed | State::Canceled => continue,
                    State::Scheduled => drop(self.store.due().await.expect("looks")),
                    State::Queued => {
                        self.store.readmit(None, NOW).await.expect("readmits");
                        self.admit(*id).await;
                        let last = self.asks.lock().expect("no panic holds it").last().copied();
                        if let Some(ask) = last.filter(|ask| ask.job == *id) {
                            self.claim(ask, HOUR).await;
                        }
                    }
                    State::Processing => {
                        let run = job.run.expect("a running job has a run");
                        self.complete(*id, run).await;
                        let canceled = Settlement {
                            job: *id,
                            run,
                            next: State::Canceled,
                            failure: None,
                            attempts: None,
                            delay: NOW,
                            give_back: false,
                            fault: false,
                        };
                        // Finds nothing unless a cancel was asked, which a finish does not pass.
                        if job.cancel_requested_at.is_some() {
                            self.store.settle(&canceled).await.expect("settles");
                        }
                    }
                }
                open += 1;
            }
            if open == 0 {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Err(TestCaseError::fail("a job cannot be brought to its end"))
    }

    /// The log of each job is one legal walk that ends where the job stands.
    async fn check(&self) -> Result<(), TestCaseError> {
        for id in &self.jobs {
            let job = self.store.job(*id).await.expect("reads").expect("a job");
            let filter = AuditFilter {
                tenants: vec![self.tenant.clone()],
                job: Some(*id),
                limit: 10_000,
                ..AuditFilter::default()
            };
            let log = self.store.audit_log(&filter).await.expect("reads");
            let (mut last, mut run, mut published) = (None, None, false);
            for entry in &log {
                let parse = |word: &Option<String>| word.as_deref().and_then(State::parse);
                let (from, to) = (parse(&entry.state_from), parse(&entry.state_to));
                let to = to.ok_or_else(|| TestCaseError::fail(format!("no state: {entry:?}")))?;
                prop_assert_eq!(from, last, "one walk: {:?}", entry);
                let action = entry.action.as_str();
                let legal = match from {
                    None => action == "submit",
                    Some(from) if from == to => ["edit", "cancel", "delete"].contains(&action),
                    Some(from) => from.leads_to(to),
                };
                prop_assert!(legal, "a legal step: {:?}", entry);
                if action == "restart" {
                    published = false;
                }
                if action == "claim" {
                    run.clone_from(&entry.detail);
                } else if from == Some(State::Processing) && to != State::Processing {
                    prop_assert_eq!(&entry.detail, &run, "by its own run: {:?}", entry);
                }
                if from == Some(State::Processing) && to == State::Completed {
                    prop_assert!(!published, "published once: {:?}", entry);
                    published = true;
                }
                last = Some(to);
            }
            prop_assert_eq!(last, Some(job.state), "the log ends where the job stands");
            prop_assert_eq!(job.result.is_some(), job.state == State::Completed);
            prop_assert!(job.attempt <= job.max_attempts, "attempts are bounded: {:?}", job);
        }
        let line = self.store.waiting(&self.tenant, 10).await.expect("counts");
        prop_assert_eq!(line, 0, "no place in the line outlives its job");
        Ok(())
    }
}

async fn case(store: &Store, moments: &[Vec<Act>]) -> Result<(), TestCaseError> {
    let tenant = clock::new_id().to_string();
    let mut world = World { store, tenant, jobs: Vec::new(), asks: Mutex::default(), runs: Mutex::default() };
    for _ in 0..JOBS {
        let Submitted::New(job) = store.submit(&submission(&world.tenant)).await.expect("submits") else {
            return Err(TestCaseError::fail("no new job"));
        };
        world.jobs.push(job.id);
    }
    for moment in moments {
        futures::future::join_all(moment.iter().map(|act| world.act(act))).await;
    }
    world.rest().await?;
    world.check().await
}

fn property(runtime: &tokio::runtime::Runtime, store: &Store, cases: u32) {
    let moments = vec(vec(act(), 1..5), 0..24);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let tested = TestRunner::new(config).run(&moments, |moments| runtime.block_on(case(store, &moments)));
    if let Err(error) = tested {
        panic!("{error}");
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

#[test]
fn f16_only_legal_steps_on_sqlite() {
    let runtime = runtime();
    let (store, _folder) = runtime.block_on(engines::sqlite());
    property(&runtime, &store, 64);
}

#[test]
fn f16_only_legal_steps_on_postgres() {
    let runtime = runtime();
    let (store, _database) = runtime.block_on(engines::postgres());
    property(&runtime, &store, 64);
    runtime.block_on(store.close());
}
