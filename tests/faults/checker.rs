//! What must hold after every fault (reliability, section 8), from durable facts only: rows, objects, the audit log.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};
use shared::job::State;

use crate::fleet::Fleet;
use crate::support::signals;

/// Names of the queues that hold jobs.
pub const QUEUES: [&str; 2] = ["registrar.v1.batch", "registrar.v1.interactive"];

/// Waits until a fleet is at rest and fails the test when an invariant does not hold; its processes may still run.
pub async fn check(fleet: &Fleet) {
    at_rest(fleet, signals::LONG).await;
    let found = violations(fleet);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// I1 and the rest of the queues: waits until no job is open and no message is left.
pub async fn at_rest(fleet: &Fleet, within: Duration) {
    let open = "select count(*) from jobs where state in ('scheduled', 'queued', 'processing')";
    signals::eventually("no job is open", within, async || (number(fleet, open) == 0).then_some(())).await;
    for queue in QUEUES {
        signals::eventually("no message is left", signals::LONG, async || {
            (fleet.dispatch().queue(queue)["messages"].as_u64().unwrap_or_default() == 0).then_some(())
        })
        .await;
    }
}

fn number(fleet: &Fleet, statement: &str) -> i64 {
    fleet.rows().sql(statement).trim().parse().expect("a number")
}

/// One sentence for each thing that must not be.
pub fn violations(fleet: &Fleet) -> Vec<String> {
    let mut found = Vec::new();
    let none = [
        ("I8: the line is not empty", "select count(*) from outbox"),
        (
            "I4: a lease is held at rest",
            "select count(*) from jobs where lease_until is not null or worker is not null",
        ),
        ("I5: more attempts than allowed", "select count(*) from jobs where attempt > max_attempts"),
        (
            "I2: completed without a result",
            "select count(*) from jobs where state = 'completed' and (result is null or result_run is null)",
        ),
        (
            "I3: a result of a job that is not completed",
            "select count(*) from jobs where state <> 'completed' and (result is not null or result_run is not null)",
        ),
        (
            "I7: a job that ended has no time of its end",
            "select count(*) from jobs where (state in ('completed', 'failed', 'canceled')) <> (finished_at is not null)",
        ),
        (
            "a failed job does not say why",
            "select count(*) from jobs where state = 'failed' and failure is null",
        ),
        (
            "an accepted key has no job",
            "select count(*) from idempotency i where not exists (select 1 from jobs j where j.id = i.job)",
        ),
    ];
    for (what, statement) in none {
        let rows = number(fleet, statement);
        if rows != 0 {
            found.push(format!("{what}: {rows}"));
        }
    }
    found.extend(walks(fleet));
    found.extend(wrong_bytes(fleet));
    found
}

/// I2, I4, I7, I9: the audit rows of a job form one walk of legal steps that ends in its state; every end names the run of
/// the claim before it, so a stale run changed nothing; a notice stands for each end.
fn walks(fleet: &Fleet) -> Vec<String> {
    let mut found = Vec::new();
    let rows = fleet.rows().sql(
        "select a.job, coalesce(a.state_from, ''), a.state_to, a.action, coalesce(a.detail, ''), j.state,
            (select count(*) from notices n where n.job = j.id),
            a.at > (select installed_on from _sqlx_migrations where version = 3)
         from audit a join jobs j on j.id = a.job where a.state_to is not null order by a.job, a.seq",
    );
    let mut walks: BTreeMap<&str, Walk> = BTreeMap::new();
    for row in rows.lines() {
        let cells: Vec<&str> = row.split('|').collect();
        let [job, from, to, action, run, now, notices, noticed] = cells[..] else {
            panic!("eight columns: {row}")
        };
        let walk = walks.entry(job).or_insert_with(|| Walk { now, notices, ..Walk::default() });
        walk.step(job, from, to, action, run, &mut found);
        // Before the migration that brought them, ends had no notices.
        let finished = |word: &str| State::parse(word).is_some_and(State::finished);
        walk.ends += usize::from(finished(to) && !finished(from) && noticed == "t");
    }
    for (job, walk) in &walks {
        if walk.last != walk.now {
            found.push(format!("I9: the log of {job} ends in {}, the job is {}", walk.last, walk.now));
        }
        if walk.notices.parse() != Ok(walk.ends) {
            found.push(format!("I9: {job} ended {} times and has {} notices", walk.ends, walk.notices));
        }
    }
    let silent = "select count(*) from jobs j where not exists (select 1 from audit a where a.job = j.id)";
    if number(fleet, silent) != 0 {
        found.push("I9: a job has no audit row".to_owned());
    }
    found
}

#[derive(Default)]
struct Walk<'a> {
    last: &'a str,
    now: &'a str,
    notices: &'a str,
    run: &'a str,
    ends: usize,
    published: bool,
}

impl<'a> Walk<'a> {
    fn step(
        &mut self,
        job: &str,
        from: &'a str,
        to: &'a str,
        action: &str,
        run: &'a str,
        found: &mut Vec<String>,
    ) {
        let mut must = |holds: bool, what: &str| {
            if !holds {
                found.push(format!("{what}: {job}, {action} from {from:?} to {to}"));
            }
        };
        must(self.last == from, "I9: the log is no walk");
        let state = |word: &str| State::parse(word);
        let legal = match (state(from), state(to)) {
            (None, Some(State::Queued | State::Scheduled)) => from.is_empty(),
            (Some(from), Some(to)) if from == to => ["edit", "cancel", "delete"].contains(&action),
            (Some(from), Some(to)) => from.leads_to(to),
            _ => false,
        };
        must(legal, "I7: no step of the state machine");
        let finished = |word: &str| state(word).is_some_and(State::finished);
        must(
            !finished(from) || ["restart", "edit", "delete"].contains(&action),
            "I7: a finished job changed",
        );
        if action == "claim" {
            self.run = run;
        } else if from == "processing" && to != "processing" {
            must(run == self.run, "I4: a stale run changed the job");
        }
        if action == "restart" {
            self.published = false;
        }
        if to == "completed" && from == "processing" {
            must(!self.published, "I2: published twice");
            self.published = true;
        }
        self.last = to;
    }
}

/// I2: each file of each result is there with its size and SHA-256.
pub fn wrong_bytes(fleet: &Fleet) -> Vec<String> {
    let rows = fleet.rows().sql(
        "select 'results/' || tenant || '/' || id || '/' || result_run || '/' || (f ->> 'name'), f ->> 'sha256'
         from jobs, jsonb_array_elements(result::jsonb -> 'files') f
         where state = 'completed' and deleted_at is null and expired_at is null",
    );
    let folder = fleet.objects().folder().join("registrar");
    rows.lines()
        .filter_map(|row| {
            let (key, sha256) = row.split_once('|').expect("two columns");
            match fs::read(folder.join(key)) {
                Err(_) => Some(format!("I2: {key} is not in storage")),
                Ok(bytes) if hash(&bytes) != sha256 => Some(format!("I2: {key} has other bytes")),
                Ok(_) => None,
            }
        })
        .collect()
}

/// SHA-256 in hex.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// I6: most jobs of one tenant that ran at the same moment, by the audit log.
pub fn most_at_once(fleet: &Fleet) -> BTreeMap<String, i64> {
    let rows = fleet.rows().sql(
        "select tenant, case when state_to = 'processing' then 1 else -1 end from audit
         where (state_from = 'processing') <> (state_to = 'processing') and state_from is not null order by seq",
    );
    let mut running: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for row in rows.lines() {
        let (tenant, step) = row.split_once('|').expect("two columns");
        let (now, most) = running.entry(tenant.to_owned()).or_default();
        *now += step.parse::<i64>().expect("a number");
        *most = (*most).max(*now);
    }
    running.into_iter().map(|(tenant, (_, most))| (tenant, most)).collect()
}

/// I8: objects under `results/` that no completed job names, uploads that nobody completed.
pub fn orphans(fleet: &Fleet) -> Vec<String> {
    let folder = fleet.objects().folder().join("registrar").join("results");
    let rows = fleet.rows().sql(
        "select tenant || '/' || id || '/' || result_run from jobs
         where result_run is not null and state = 'completed' and deleted_at is null and expired_at is null",
    );
    let named: BTreeSet<&str> = rows.lines().collect();
    let mut found = fleet.objects().unfinished();
    for file in files(&folder) {
        let key = file.strip_prefix(&folder).expect("below it").parent().expect("a run's folder");
        if !named.contains(key.to_str().expect("text")) {
            found.push(file.display().to_string());
        }
    }
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Times that jobs were claimed, by job: executions as durable facts tell them.
pub fn claims(fleet: &Fleet) -> BTreeMap<String, usize> {
    let rows = fleet.rows().sql("select job, count(*) from audit where action = 'claim' group by job");
    let pair = |row: &str| {
        let (job, claims) = row.split_once('|').expect("two columns");
        (job.to_owned(), claims.parse().expect("a number"))
    };
    rows.lines().map(pair).collect()
}
