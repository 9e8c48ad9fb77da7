//! The table at the end: what became of the jobs, by durable facts.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use shared::clock;

use crate::checker;
use crate::fleet::Fleet;
use crate::load::{Person, Told};
use crate::processes::Processes;

/// Counts, and one sentence for each thing that must not be.
#[derive(Default)]
pub struct Table {
    rows: Vec<(String, usize)>,
    wrong: Vec<String>,
}

impl Table {
    /// Nothing is as it must not be.
    pub fn good(&self) -> bool {
        self.wrong.is_empty()
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (what, count) in &self.rows {
            writeln!(f, "| {what} | {count} |")?;
        }
        for wrong in self.wrong.iter().take(50) {
            writeln!(f, "WRONG: {wrong}")?;
        }
        Ok(())
    }
}

/// Waits for rest, looks at everything, and counts.
pub async fn look(
    fleet: &Arc<Mutex<Fleet>>,
    processes: &mut Processes,
    people: &[Person],
    told: Told,
    rest: Duration,
) -> Table {
    let mut table = Table::default();
    let open = "select id from jobs where state in ('scheduled', 'queued', 'processing')";
    let start = clock::monotonic();
    let rows = |statement: &str| -> Vec<String> {
        let fleet = fleet.lock().expect("no panic holds it");
        fleet.rows().sql(statement).lines().map(str::to_owned).collect()
    };
    let mut stuck = rows(open);
    while !stuck.is_empty() && start.elapsed() < rest {
        tokio::time::sleep(Duration::from_millis(200)).await;
        stuck = rows(open);
    }
    let took = start.elapsed();
    let there: BTreeSet<String> = rows("select id from jobs").into_iter().collect();
    let lost: Vec<_> = told.accepted.keys().filter(|id| !there.contains(*id)).collect();
    let finished = told.accepted.keys().filter(|id| there.contains(*id) && !stuck.contains(id)).count();
    let unknown = rows("select id from jobs where extract <> 'import'")
        .into_iter()
        .filter(|id| !told.accepted.contains_key(id));
    table.wrong.extend(unknown.map(|id| format!("{id} was never accepted by a reply")));
    table.wrong.extend(told.doubled.iter().map(|ids| format!("one key made two jobs: {ids}")));
    table.wrong.extend(stuck.iter().map(|id| format!("stuck: {id}")));
    table.wrong.extend(lost.iter().map(|id| format!("lost: {id}")));
    let (claims, violations) = {
        let fleet = fleet.lock().expect("no panic holds it");
        let mut found = checker::violations(&fleet);
        let most = checker::most_at_once(&fleet);
        found.extend(
            most.iter().filter(|(_, most)| **most > 4).map(|(t, n)| format!("I6: {t} ran {n} at once")),
        );
        (checker::claims(&fleet), found)
    };
    let twice = violations.iter().filter(|v| v.contains("published twice")).count();
    table.wrong.extend(violations);
    let more =
        |(id, claims): (&String, &usize)| *claims > 1 + told.restarts.get(id).copied().unwrap_or_default();
    let again = claims.iter().filter(|(id, claims)| more((*id, *claims))).count();
    let (read, wrong_bytes) = downloads(&rows, people, &told, &mut table.wrong).await;
    let orphans = swept(fleet, processes).await;
    table.wrong.extend(orphans.iter().map(|object| format!("I8: {object} was not swept")));
    table.rows = [
        ("submitted", told.submitted),
        ("accepted", told.accepted.len()),
        ("finished", finished),
        ("lost", lost.len()),
        ("executed more than once", again),
        ("published more than once", twice),
        ("files compared", read),
        ("wrong bytes", wrong_bytes),
        ("stuck", stuck.len()),
        ("requests sent again by the callers", told.again),
        ("seconds from the last fault to rest", took.as_secs() as usize),
    ]
    .map(|(what, count)| (what.to_owned(), count))
    .to_vec();
    for row in
        rows("select state, count(*) from jobs where extract <> 'import' group by state order by state")
    {
        push(&mut table.rows, "state: ", &row);
    }
    let failed =
        "select failure::jsonb ->> 'class', count(*) from jobs where state = 'failed' group by 1 order by 1";
    for row in rows(failed) {
        push(&mut table.rows, "failed with class ", &row);
    }
    table.rows.extend(told.faults.iter().map(|(what, count)| (format!("fault: {what}"), *count)));
    table
}

fn push(rows: &mut Vec<(String, usize)>, what: &str, row: &str) {
    let (name, count) = row.split_once('|').expect("two columns");
    rows.push((format!("{what}{name}"), count.parse().expect("a number")));
}

/// Downloads every file that is offered, compares it with what the request must make, and checks that nothing else is
/// offered and that each download has its audit row; returns files read and files that differ.
async fn downloads(
    rows: &impl Fn(&str) -> Vec<String>,
    people: &[Person],
    told: &Told,
    wrong: &mut Vec<String>,
) -> (usize, usize) {
    let (mut read, mut differ, mut again) = (0, 0, 0);
    let mut expected = BTreeMap::new();
    let audited = |rows: &dyn Fn(&str) -> Vec<String>| -> usize {
        rows("select count(*) from audit where action = 'download'")[0].parse().expect("a number")
    };
    let before = audited(rows);
    for row in rows("select id, tenant, state, deleted_at is not null from jobs where extract <> 'import'") {
        let cells: Vec<&str> = row.split('|').collect();
        let [id, tenant, state, deleted] = cells[..] else { panic!("four columns: {row}") };
        let Some(person) = people.iter().find(|p| p.tenant == tenant) else { continue };
        let Some(body) = told.accepted.get(id) else { continue };
        let (_, job) = person.ask(Method::GET, &format!("/jobs/{id}"), None, &Value::Null, &mut again).await;
        let files = job["result"]["files"].as_array().cloned().unwrap_or_default();
        if state != "completed" || deleted == "t" {
            let path = format!("/jobs/{id}/files/probe.bin");
            let (status, _) = person.ask(Method::GET, &path, None, &Value::Null, &mut again).await;
            if status.is_success() {
                wrong.push(format!("I3: {id} is {state} and offers a file"));
            }
            continue;
        }
        if files.is_empty() {
            wrong.push(format!("I2: {id} is completed and has no file"));
        }
        for file in files {
            let name = file["name"].as_str().expect("a name");
            let bytes = person.download(id, name).await;
            read += 1;
            let right = match body["request"]["bytes"].as_u64() {
                Some(long) => bytes == (0..long).map(extracts::probe::byte).collect::<Vec<_>>(),
                None => {
                    // The first such file is compared with the worked example, all others with it.
                    let golden = || golden_lines(name);
                    lines(name, &bytes) == *expected.entry(name.to_owned()).or_insert_with(golden)
                }
            };
            if !right {
                differ += 1;
                wrong.push(format!("wrong bytes: {id}/{name}"));
            }
        }
    }
    let noted = audited(rows) - before;
    if noted != read {
        wrong.push(format!("I9: {read} downloads have {noted} audit rows"));
    }
    (read, differ)
}

/// A file's lines without the column that prints the time of the run.
fn lines(name: &str, bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let cut = |line: &str| match line.split_once(',') {
        Some((_, rest)) if !name.contains("Issues") => rest.to_owned(),
        _ => line.to_owned(),
    };
    text.split("\r\n").map(cut).collect()
}

fn golden_lines(name: &str) -> Vec<String> {
    let bytes = std::fs::read(format!("tests/golden/kecs-lead/expected/{name}")).expect("the worked example");
    lines(name, &bytes)
}

/// What is left in storage after the reconciler had its time.
async fn swept(fleet: &Arc<Mutex<Fleet>>, processes: &mut Processes) -> Vec<String> {
    let look = || {
        let fleet = fleet.lock().expect("no panic holds it");
        let mut left = checker::orphans(&fleet);
        left.extend(fleet.rows().sql("select 'upload ' || upload from uploads").lines().map(str::to_owned));
        left
    };
    let start = clock::monotonic();
    let mut left = look();
    while !left.is_empty() && start.elapsed() < Duration::from_secs(60) {
        // Objects must be older than retention.orphan, which is 10 s here.
        tokio::time::sleep(Duration::from_secs(6)).await;
        processes.sweep();
        left = look();
    }
    left
}
