//! What all handlers share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use campus_choices::Choices;
use extracts::kit::choices as campus_choices;
use shared::batch::Batcher;
use shared::clock;
use shared::files::Files;
use shared::job::Submission;
use shared::settings::Settings;
use shared::store::{Error, Signals, Store, Submitted};
use tokio::sync::watch;
use uuid::Uuid;

use crate::auth::Tokens;
use crate::health::BrokerHealth;
use crate::problem::Problem;

/// What the front works with.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// Wake-up calls.
    pub signals: Signals,
    /// Bundles and results.
    pub files: Files,
    /// Settings.
    pub settings: Arc<Settings>,
    /// Who may call.
    pub tokens: Tokens,
    /// How dispatch is, for the health page. It is in no request's path.
    pub broker: Option<BrokerHealth>,
}

/// Shared state. Cheap to clone.
#[derive(Clone)]
pub struct Api {
    /// The database.
    pub(crate) store: Store,
    /// Wake-up calls.
    pub(crate) signals: Signals,
    /// Bundles and results.
    pub(crate) files: Files,
    /// Settings.
    pub(crate) settings: Arc<Settings>,
    /// Who may call.
    pub(crate) tokens: Tokens,
    /// How dispatch is.
    pub(crate) broker: Option<BrokerHealth>,
    /// True when the process stops.
    pub(crate) ending: watch::Sender<bool>,
    /// Submits that share statements.
    submits: Batcher<Submission, Result<Submitted, Arc<Error>>>,
    choices: Arc<Mutex<HashMap<Uuid, Arc<Choices>>>>,
    waiting: Arc<Mutex<HashMap<String, Waiting>>>,
}

/// Jobs of a tenant that wait, as counted a moment ago.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    at: Instant,
    jobs: i64,
}

/// How long a count is good enough, far from the limit.
const COUNTED: Duration = Duration::from_secs(1);

/// Choices kept in memory.
const KEPT: usize = 256;

impl Api {
    /// From its parts.
    pub fn new(parts: Parts) -> Api {
        let Parts { store, signals, files, settings, tokens, broker } = parts;
        let (ending, choices, waiting) = (watch::Sender::new(false), Arc::default(), Arc::default());
        let submits = submits(&store);
        Api { store, signals, files, settings, tokens, broker, ending, submits, choices, waiting }
    }

    /// Makes a job. Those without an idempotency key share a statement with others of the same moment.
    pub(crate) async fn submit(&self, new: Submission) -> Result<Submitted, Problem> {
        if new.idempotency.is_some() {
            return Ok(self.store.submit(&new).await?);
        }
        match self.submits.ask(new).await {
            Some(made) => made.map_err(|error| Problem::from(&*error)),
            None => Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "The server stops.").retry(1)),
        }
    }

    /// Whether a tenant has as many waiting jobs as it may. The line is counted once a second, and each time when nine tenths
    /// of the limit are reached: counting a long line for every submit would cost more than the submit.
    pub(crate) async fn line_is_full(&self, tenant: &str, most: i64) -> Result<bool, Problem> {
        let lock = || self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get_mut(tenant)
            && known.jobs < most / 10 * 9
        {
            known.jobs += 1;
            if known.at.elapsed() < COUNTED {
                return Ok(false);
            }
            // One request counts again; the others go on meanwhile.
            known.at = clock::monotonic();
        }
        let jobs = self.store.waiting(tenant, most).await?;
        lock().insert(tenant.to_owned(), Waiting { at: clock::monotonic(), jobs });
        Ok(jobs >= most)
    }

    /// What requests may name in a snapshot of a tenant.
    pub(crate) async fn choices(
        &self,
        tenant: &str,
        snapshot: Uuid,
    ) -> Result<Option<Arc<Choices>>, Problem> {
        let lock = || self.choices.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(choices) = lock().get(&snapshot) {
            return Ok(Some(Arc::clone(choices)));
        }
        let tenants = [tenant.to_owned()];
        let Some(stored) = self.store.snapshots(&tenants, Some(snapshot), 1).await?.pop() else {
            return Ok(None);
        };
        let choices = Arc::new(stored.choices::<Choices>()?);
        let mut kept = lock();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(snapshot, Arc::clone(&choices));
        Ok(Some(choices))
    }
}

fn submits(store: &Store) -> Batcher<Submission, Result<Submitted, Arc<Error>>> {
    let store = store.clone();
    Batcher::start(move |new: Vec<Submission>| {
        let store = store.clone();
        async move {
            match store.submit_all(&new.iter().collect::<Vec<_>>()).await {
                Ok(made) => made.into_iter().map(Ok).collect(),
                Err(error) => {
                    let error = Arc::new(error);
                    new.iter().map(|_| Err(Arc::clone(&error))).collect()
                }
            }
        }
    })
}
