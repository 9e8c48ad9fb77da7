//! Row 17: what an earlier program left, and what a later one will leave: databases of earlier migrations with a job in
//! every state (`tests/data/queue`), messages of other versions, tables of a later migration. There is no released program
//! yet; from the first release on, its own binary takes part.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::checker::{QUEUES, check};
use crate::fleet::{Caller, Fleet, program};
use crate::jobs::{BYTES, SHORT, all_complete, claims, sleepers};
use crate::support::postgres::Database;
use crate::support::rabbitmq::VirtualHost;
use crate::support::s3::S3;
use crate::support::signals::{LONG, eventually};

fn fixture(name: &str) -> String {
    format!("tests/data/queue/{name}.sql")
}

/// Puts the file of the completed job where an earlier program stored it.
fn store_file(results: &Path, id: &str, run: &str) {
    let folder = results.join("ky-099").join(id).join(run);
    std::fs::create_dir_all(&folder).expect("a folder");
    let bytes: Vec<u8> = (0..BYTES as u64).map(extracts::probe::byte).collect();
    std::fs::write(folder.join("probe.bin"), bytes).expect("writes");
}

/// The jobs of the fixture by their labels, which say the state that they were left in.
async fn jobs_by_label(dana: &Caller) -> BTreeMap<String, Value> {
    let (status, page) = dana.get("/jobs").await;
    assert_eq!(status, StatusCode::OK, "{page}");
    let jobs = page["jobs"].as_array().expect("jobs").clone();
    jobs.into_iter().map(|job| (job["label"].as_str().expect("a label").to_owned(), job)).collect()
}

/// Every job that an earlier program left is carried on by this one.
async fn carried_on(dana: &Caller) {
    let jobs = jobs_by_label(dana).await;
    let id = |label: &str| jobs[label]["id"].as_str().expect("an id").to_owned();
    assert_eq!(jobs.len(), 6);
    all_complete(dana, &[id("completed"), id("scheduled"), id("queued"), id("processing")]).await;
    let taken = dana.completed(&id("processing")).await;
    assert_eq!(taken["attempt"], 2, "its worker was lost");
    // The key of an earlier program still finds its job.
    let body = json!({"extract": "probe", "label": "completed", "request": {"act": "no-op", "bytes": 50}});
    let call = dana.call(Method::POST, "/jobs").header("Idempotency-Key", "key-1").json(&body);
    // A key is good for 24 hours, and this one is older: it may make a new job, but not fail.
    assert!(call.send().await.expect("an answer").status().is_success());
    assert_eq!(jobs["failed"]["failure"]["class"], "crash");
    for label in ["canceled", "failed", "completed"] {
        let (status, job) =
            dana.send(Method::POST, &format!("/jobs/{}/restart", id(label)), &json!({})).await;
        assert_eq!(status, StatusCode::OK, "{job}");
    }
    all_complete(dana, &[id("completed")]).await;
    dana.wait(&id("failed"), &["failed"]).await;
    dana.wait(&id("canceled"), &["processing"]).await;
    dana.send(Method::POST, &format!("/jobs/{}/cancel", id("canceled")), &json!({})).await;
    dana.wait(&id("canceled"), &["canceled"]).await;
    let daily = json!({"extract": "probe", "request": {}, "cron": "0 3 * * *"});
    assert_eq!(dana.send(Method::POST, "/schedules", &daily).await.0, StatusCode::CREATED);
    assert_eq!(dana.get("/notices").await.0, StatusCode::OK);
}

async fn postgres_of(migration: &str) {
    let database = Database::create();
    let loaded = Command::new("psql")
        .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", &fixture(&format!("{migration}.postgres"))])
        .arg(&database.address)
        .output()
        .expect("psql runs");
    assert!(loaded.status.success(), "{}", String::from_utf8_lossy(&loaded.stderr));
    let left = database.sql("select id, result_run from jobs where state = 'completed'");
    let (id, run) = left.split_once('|').expect("two columns");
    let mut fleet = Fleet::on(database, VirtualHost::create(), S3::start().await, SHORT);
    store_file(&fleet.objects().folder().join("registrar/results"), id, run);
    // The submitter has rights before anything starts.
    let made = fleet.run(&["token", "new", "--tenant", "ky-099", "--rights", "all", "--name", "dana"]);
    assert!(made.status.success());
    fleet.front_with(&[]);
    let _scheduler = fleet.start("scheduler");
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    carried_on(&dana).await;
    check(&fleet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f17_postgres_of_the_first_migration() {
    postgres_of("0001").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f17_postgres_of_the_second_migration() {
    postgres_of("0002").await;
}

async fn sqlite_of(migration: &str) {
    let load = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(open(sys.argv[2]).read())";
    let read = "import sqlite3, sys; print('|'.join(sqlite3.connect(sys.argv[1]).execute(
        \"select id, result_run from jobs where state = 'completed'\").fetchone()))";
    let python = |words: &[&str]| {
        let out = Command::new("python3").args(words).output().expect("python3 runs");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).expect("text")
    };
    let fleet = Fleet::embedded_after(SHORT, |database, storage| {
        let database = database.display().to_string();
        python(&["-c", load, &database, &fixture(&format!("{migration}.sqlite"))]);
        let left = python(&["-c", read, &database]);
        let (id, run) = left.trim().split_once('|').expect("two columns");
        store_file(&storage.join("results"), id, run);
        let made = program()
            .args(["token", "new", "--tenant", "ky-099", "--rights", "all", "--name", "dana"])
            .env("REGISTRAR_TOKENS_FILE", storage.with_file_name("tokens.jsonl"))
            .status();
        assert!(made.expect("the program runs").success());
    });
    let dana = fleet.token("dana", "ky-099", "all").await;
    carried_on(&dana).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f17_sqlite_of_the_first_migration() {
    sqlite_of("0001").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f17_sqlite_of_the_second_migration() {
    sqlite_of("0002").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f17_messages_of_other_versions() {
    let (mut fleet, _scheduler) = Fleet::distributed(SHORT).await;
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let ids = sleepers(&dana, 1, 0.1).await;
    all_complete(&dana, &ids).await;
    // The stored form of version 1, with and without a field that a later program may add: known, and stale.
    let known = [
        format!(r#"{{"version":1,"job":"{}","dispatch":1}}"#, ids[0]),
        format!(r#"{{"version":1,"job":"{}","dispatch":1,"trace":"00-1-2-01","color":"red"}}"#, ids[0]),
    ];
    let unknown = [r#"{"version":2,"jobs":[]}"#.to_owned(), r#"{"version":300}"#.to_owned()];
    for message in known.iter().chain(&unknown) {
        fleet.dispatch().put(QUEUES[0], message);
    }
    eventually("the unknown ones are noted", LONG, async || {
        (fleet.rows().sql("select count(*) from dead_letters") == "2").then_some(())
    })
    .await;
    check(&fleet).await;
    assert_eq!(
        fleet.rows().sql("select count(*), count(job) from dead_letters"),
        "2|0",
        "only the unknown ones"
    );
    assert_eq!(claims(&fleet, &ids[0]), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn f17_this_program_works_on_tables_of_a_later_migration() {
    let (mut fleet, mut scheduler) = Fleet::distributed(SHORT).await;
    scheduler.kill();
    fleet.rows().sql(
        "alter table jobs add column color text; alter table outbox add column weight bigint not null default 7;
         alter table audit add column place text; create table later (id bigint primary key);
         insert into _sqlx_migrations values (9999, 'later', now(), true, '\\x00', 1)",
    );
    fleet.front_with(&[]);
    let _scheduler = fleet.start("scheduler");
    let _worker = fleet.start("worker");
    let dana = fleet.token("dana", "ky-099", "all").await;
    let ids = sleepers(&dana, 4, 0.1).await;
    all_complete(&dana, &ids).await;
    let (status, _) = dana.send(Method::POST, &format!("/jobs/{}/restart", ids[0]), &json!({})).await;
    assert_eq!(status, StatusCode::OK);
    all_complete(&dana, &ids).await;
    let migrated = fleet.run(&["migrate"]);
    assert!(!migrated.status.success(), "an earlier program does not touch the tables of a later one");
    check(&fleet).await;
}

/// Columns of a database: table, column, type, whether it may be null or has a default.
fn columns(database: &Database) -> BTreeMap<String, (String, bool)> {
    let rows = database.sql(
        "select table_name || '.' || column_name, data_type, is_nullable = 'YES' or column_default is not null
            or is_identity = 'YES' from information_schema.columns where table_schema = 'public'",
    );
    let row = |row: &str| {
        let cells: Vec<&str> = row.split('|').collect();
        (cells[0].to_owned(), (cells[1].to_owned(), cells[2] == "t"))
    };
    rows.lines().map(row).collect()
}

#[test]
fn f17_migrations_only_add() {
    let files = || {
        let entries = std::fs::read_dir("migrations/postgres").expect("the migrations");
        let mut paths: Vec<_> = entries.map(|e| e.expect("an entry").path()).collect();
        paths.sort();
        paths
    };
    let database = Database::create();
    let mut before: BTreeMap<String, (String, bool)> = BTreeMap::new();
    for path in files() {
        database.sql(&std::fs::read_to_string(&path).expect("a migration"));
        let after = columns(&database);
        for (name, (kind, optional)) in &before {
            let (now, still) = after.get(name).unwrap_or_else(|| panic!("{} removes {name}", path.display()));
            assert_eq!(now, kind, "{} changes the type of {name}", path.display());
            assert!(*still || !*optional, "{} makes {name} required", path.display());
        }
        let tables: Vec<&str> = before.keys().filter_map(|name| name.split('.').next()).collect();
        for (name, (_, optional)) in &after {
            let table = name.split('.').next().expect("a table");
            let added = !before.contains_key(name) && tables.contains(&table);
            assert!(
                !added || *optional,
                "{} adds {name}, which an earlier program does not fill",
                path.display()
            );
        }
        before = after;
    }
}
