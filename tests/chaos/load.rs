//! People of several districts who submit jobs and change their minds, and who try again until they have an answer.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::clock;

use crate::fleet::Fleet;

const TENANTS: [&str; 4] = ["ky-001", "ky-002", "ky-003", "ky-004"];
const GOLDEN: &str = "tests/golden/kecs-lead";
/// Longest time without any answer before the run is given up.
const PATIENCE: Duration = Duration::from_secs(180);

/// Somebody who knows all APIs.
#[derive(Clone)]
pub struct Person {
    urls: Vec<String>,
    token: String,
    pub tenant: &'static str,
    client: reqwest::Client,
}

/// What one person does.
pub struct Plan {
    pub jobs: usize,
    pub within: Duration,
    pub seed: u64,
}

/// What people know afterwards.
#[derive(Default)]
pub struct Told {
    /// Submits, each with a key of its own.
    pub submitted: usize,
    /// Ids of accepted jobs with the request, and whether a person restarted them.
    pub accepted: BTreeMap<String, Value>,
    /// Two answers to one key named two jobs.
    pub doubled: Vec<String>,
    /// Restarts that were accepted.
    pub restarts: BTreeMap<String, usize>,
    /// Requests that had no answer or a 503 and were sent again.
    pub again: usize,
    /// How often each fault came.
    pub faults: BTreeMap<&'static str, usize>,
}

impl Told {
    pub fn merge(&mut self, other: Told) {
        self.submitted += other.submitted;
        self.accepted.extend(other.accepted);
        self.doubled.extend(other.doubled);
        for (id, restarts) in other.restarts {
            *self.restarts.entry(id).or_default() += restarts;
        }
        self.again += other.again;
    }
}

/// Makes one person for each tenant and uploads a bundle for each, before the faults begin.
pub async fn callers(fleet: &Arc<Mutex<Fleet>>, urls: &[String]) -> Vec<Person> {
    let mut people = Vec::new();
    for tenant in TENANTS {
        let made = {
            let fleet = fleet.lock().expect("no panic holds it");
            fleet.run(&["token", "new", "--tenant", tenant, "--rights", "all", "--name", "dana"])
        };
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let token = String::from_utf8(made.stdout).expect("text").trim().to_owned();
        let client = reqwest::Client::builder().timeout(Duration::from_secs(6)).build().expect("a client");
        people.push(Person { urls: urls.to_vec(), token, tenant, client });
    }
    for person in &people {
        for url in urls {
            let caller = crate::fleet::Caller {
                url: url.clone(),
                token: person.token.clone(),
                client: person.client.clone(),
            };
            crate::support::signals::eventually(
                "the token works",
                crate::support::signals::LONG,
                async || (caller.get("/me").await.0 == StatusCode::OK).then_some(()),
            )
            .await;
            if *url == urls[0] {
                caller.upload(Path::new(&format!("{GOLDEN}/bundle")), "2026-02-01T12:00").await;
            }
        }
    }
    people
}

impl Person {
    /// One try at one of the APIs; none without an answer that decides.
    async fn try_once(
        &self,
        at: usize,
        method: &Method,
        path: &str,
        key: Option<&str>,
        body: &Value,
    ) -> Option<(StatusCode, Value)> {
        let url = format!("{}/api/v1{path}", self.urls[at % self.urls.len()]);
        let mut call = self.client.request(method.clone(), url).bearer_auth(&self.token);
        if let Some(key) = key {
            call = call.header("Idempotency-Key", key);
        }
        if *method != Method::GET {
            call = call.json(body);
        }
        let answer = call.send().await.ok()?;
        let status = answer.status();
        let bytes = answer.bytes().await.ok()?;
        if status.is_server_error() {
            assert!(
                status == StatusCode::SERVICE_UNAVAILABLE,
                "{status}: {}",
                String::from_utf8_lossy(&bytes)
            );
            return None;
        }
        Some((status, serde_json::from_slice(&bytes).unwrap_or_default()))
    }

    /// Tries until there is an answer; counts the tries that had none.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: &Value,
        again: &mut usize,
    ) -> (StatusCode, Value) {
        let start = clock::monotonic();
        loop {
            if let Some(answer) = self.try_once(*again, &method, path, key, body).await {
                return answer;
            }
            *again += 1;
            assert!(start.elapsed() < PATIENCE, "no API answers {method} {path}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The bytes of a file, whichever API gives them.
    pub async fn download(&self, id: &str, name: &str) -> Vec<u8> {
        let start = clock::monotonic();
        for url in self.urls.iter().cycle() {
            let url = format!("{url}/api/v1/jobs/{id}/files/{name}");
            if let Ok(answer) = self.client.get(url).bearer_auth(&self.token).send().await
                && answer.status() == StatusCode::OK
                && let Ok(bytes) = answer.bytes().await
            {
                return bytes.to_vec();
            }
            assert!(start.elapsed() < PATIENCE, "{id}/{name} cannot be downloaded");
        }
        unreachable!("there is an API")
    }
}

fn request(rng: &mut StdRng) -> Value {
    let bytes = rng.random_range(1..4000);
    let probe = |request: Value| json!({"extract": "probe", "request": request});
    match rng.random_range(0..100) {
        0..50 => probe(json!({"act": "no-op", "bytes": bytes})),
        50..80 => {
            let seconds = f64::from(rng.random_range(1..20)) / 10.0;
            probe(json!({"act": "sleep", "seconds": seconds, "bytes": bytes}))
        }
        80..83 => probe(json!({"act": "no-op", "bytes": 9_000_000})),
        83..85 => probe(json!({"act": "exit"})),
        85..87 => probe(json!({"act": "panic"})),
        _ => {
            let reports = if rng.random_bool(0.5) { json!(["classes"]) } else { json!(["issues"]) };
            json!({"extract": "kecs-lead", "request": {"reports": reports, "calendars": [100, 101]}})
        }
    }
}

/// Submits jobs at a steady pace, each until it is accepted, and acts on some of them.
pub async fn submit(person: Person, plan: Plan) -> Told {
    let mut rng = StdRng::seed_from_u64(plan.seed);
    let mut told = Told::default();
    let start = clock::monotonic();
    let mut ids: Vec<String> = Vec::new();
    for number in 0..plan.jobs {
        let due = plan.within.mul_f64(number as f64 / plan.jobs.max(1) as f64);
        if let Some(rest) = due.checked_sub(start.elapsed()) {
            tokio::time::sleep(rest).await;
        }
        let mut body = request(&mut rng);
        if rng.random_bool(0.05) {
            let later = clock::now() + chrono::Duration::milliseconds(rng.random_range(500..4000));
            body["run_at"] = json!(later.to_rfc3339());
        }
        let key = format!("{}-{}-{number}", person.tenant, plan.seed);
        told.submitted += 1;
        let (status, job) = person.ask(Method::POST, "/jobs", Some(&key), &body, &mut told.again).await;
        assert!(status == StatusCode::ACCEPTED || status == StatusCode::OK, "{status} {job}");
        let id = job["id"].as_str().expect("an id").to_owned();
        if rng.random_bool(0.1) {
            let (_, again) = person.ask(Method::POST, "/jobs", Some(&key), &body, &mut told.again).await;
            if again["id"] != json!(id) {
                told.doubled.push(format!("{id} and {}", again["id"]));
            }
        }
        told.accepted.insert(id.clone(), body);
        ids.push(id);
        act(&person, &ids, &mut rng, &mut told).await;
    }
    told
}

/// Now and then somebody cancels, restarts, edits or deletes one of the last jobs.
async fn act(person: &Person, ids: &[String], rng: &mut StdRng, told: &mut Told) {
    let id = &ids[ids.len() - 1 - rng.random_range(0..ids.len().min(10))];
    let own = format!("/jobs/{id}");
    let (method, path, body) = match rng.random_range(0..100) {
        0..6 => (Method::POST, format!("{own}/cancel"), json!({})),
        6..12 => (Method::POST, format!("{own}/restart"), json!({})),
        12..16 => (Method::PATCH, own, json!({"label": "edited"})),
        16..18 => (Method::PATCH, own, json!({"run_at": null})),
        18..19 => (Method::DELETE, own, json!({})),
        _ => return,
    };
    let (status, answer) = person.ask(method, &path, None, &body, &mut told.again).await;
    assert!(status == StatusCode::OK || status == StatusCode::CONFLICT, "{path}: {status} {answer}");
    if path.ends_with("/restart") && status == StatusCode::OK {
        *told.restarts.entry(id.clone()).or_default() += 1;
    }
}
