//! What must hold after every fault, from durable facts only: rows, objects, the audit log.

use std::collections::BTreeMap;
use std::fs;

use crate::fleet::Fleet;
use crate::support::signals;

/// Checks the rows of a fleet that is at rest; the API and the workers may still run.
pub async fn check(fleet: &Fleet) {
    let database = fleet.database.as_ref().expect("a database");
    let count = |statement: &str| database.sql(statement).trim().parse::<i64>().expect("a number");
    signals::eventually("no job is open", signals::LONG, async || {
        (count("select count(*) from jobs where state in ('scheduled', 'queued', 'processing')") == 0)
            .then_some(())
    })
    .await;
    assert_eq!(count("select count(*) from outbox"), 0, "the line is empty");
    let leased = "select count(*) from jobs where lease_until is not null or worker is not null";
    assert_eq!(count(leased), 0, "nobody holds a lease");
    assert_eq!(count("select count(*) from jobs where attempt > max_attempts"), 0, "attempts are bounded");
    let unpublished =
        "select count(*) from jobs where state = 'completed' and (result is null or result_run is null)";
    assert_eq!(count(unpublished), 0, "each completed job has its result");
    let leaked = "select count(*) from jobs where state <> 'completed' and result is not null";
    assert_eq!(count(leaked), 0, "no other job has one");
    audit_matches(fleet);
    objects_match(fleet);
}

/// Each job's audit rows form one walk through the states that ends in its state, with one completion a run at most.
fn audit_matches(fleet: &Fleet) {
    let database = fleet.database.as_ref().expect("a database");
    let rows = database.sql(
        "select a.job, coalesce(a.state_from, ''), coalesce(a.state_to, ''), j.state from audit a join jobs j on j.id = a.job
         where a.state_to is not null order by a.job, a.seq",
    );
    let mut walks: BTreeMap<&str, (String, &str, usize)> = BTreeMap::new();
    for row in rows.lines() {
        let cells: Vec<&str> = row.split('|').collect();
        let [job, from, to, now] = cells[..] else { panic!("four columns: {row}") };
        let walk = walks.entry(job).or_insert_with(|| (String::new(), now, 0));
        assert_eq!(walk.0, from, "the audit rows of {job} form one walk");
        to.clone_into(&mut walk.0);
        walk.2 += usize::from(to == "completed" && from != "completed");
    }
    for (job, (last, now, completions)) in walks {
        assert_eq!(last, now, "the log of {job} ends where the job stands");
        assert!(completions <= 1, "{job} was published {completions} times");
    }
}

/// Each file of each result is there with its size.
fn objects_match(fleet: &Fleet) {
    let database = fleet.database.as_ref().expect("a database");
    let folder = fleet.storage.as_ref().expect("storage").folder();
    let rows = database.sql(
        "select 'results/' || tenant || '/' || id || '/' || result_run || '/' || (f ->> 'name'), f ->> 'bytes'
         from jobs, jsonb_array_elements(result::jsonb -> 'files') f where state = 'completed'",
    );
    for row in rows.lines() {
        let (key, bytes) = row.split_once('|').expect("two columns");
        let stored = fs::metadata(folder.join("registrar").join(key)).expect("the object is there").len();
        assert_eq!(stored.to_string(), bytes, "{key}");
    }
}
