//! Who may do what: every combination against a table written from the specification (batch-queue, section 4), and the
//! API's answers for a sample of every kind of cell; rights that are withdrawn.

use std::collections::BTreeSet;
use std::path::Path;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::clock;
use shared::job::rights::{Caller as Holder, Rights};
use shared::job::{Action, Job, Lane, Progress, ResultFile, ResultSet, State};
use shared::settings::units::time;
use uuid::Uuid;

use crate::fleet::{Caller, Fleet};
use crate::support::signals::{LONG, eventually};

/// Action; tool for one's own jobs; tool for others'; right; what must hold of the job.
const TABLE: &str = "
    cancel    batch-queue  batch-queue-admin  R  scheduled queued processing
    edit      batch-queue  batch-queue-admin  W  scheduled queued processing completed expired failed canceled
    restart   batch-queue  batch-queue-admin  W  completed expired failed canceled
    delete    batch-queue  batch-queue-admin  D  scheduled queued processing completed expired failed canceled
    download  extract      extract            R  completed
";

/// What a job may be, as far as the table goes.
const KINDS: [&str; 8] =
    ["scheduled", "queued", "processing", "completed", "expired", "failed", "canceled", "deleted"];

/// Letters on the extract's tool, on batch-queue and on batch-queue-admin.
type Letters<'a> = [&'a str; 3];

/// What the table says of one cell.
fn expected(action: &str, letters: Letters<'_>, own: bool, same_tenant: bool, kind: &str) -> Cell {
    let [extract, queue, admin] = letters;
    let line = TABLE.lines().find(|line| line.split_whitespace().next() == Some(action)).expect("an action");
    let words: Vec<&str> = line.split_whitespace().collect();
    let tool = if own { words[1] } else { words[2] };
    let held = match tool {
        "extract" => extract,
        "batch-queue" => queue,
        _ => admin,
    };
    // "View own jobs: any right on the extract"; "the same on others' jobs: the same right on batch-queue-admin".
    let seen = if own { !extract.is_empty() } else { !admin.is_empty() };
    match (same_tenant, seen && held.contains(words[3]), words[4..].contains(&kind)) {
        (false, _, _) => Cell::Missing,
        (true, false, _) => Cell::Forbidden,
        (true, true, false) => Cell::NotOffered,
        (true, true, true) => Cell::Allowed,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    Missing,
    Forbidden,
    NotOffered,
    Allowed,
}

fn job(extract: &str, tenant: &str, submitter: &str, kind: &str) -> Job {
    let now = clock::now();
    let state = State::parse(kind).unwrap_or(State::Completed);
    let file = ResultFile {
        name: "probe.csv".to_owned(),
        media_type: "text/csv".to_owned(),
        bytes: 1,
        rows: 1,
        sha256: String::new(),
    };
    Job {
        id: Uuid::from_u128(7),
        tenant: tenant.to_owned(),
        extract: extract.to_owned(),
        request: serde_json::Map::new(),
        label: None,
        lane: Lane::Batch,
        high_priority: false,
        keep_until_deleted: false,
        school_year: None,
        state,
        submitter: submitter.to_owned(),
        submitted_at: now,
        run_at: now,
        started_at: None,
        finished_at: None,
        generated_at: None,
        cancel_requested_at: None,
        attempt: 0,
        max_attempts: 3,
        attempts: Vec::new(),
        faults: 0,
        progress: Progress::default(),
        position: None,
        estimated_start_at: None,
        expires_at: None,
        expired_at: (kind == "expired").then_some(now),
        snapshot: None,
        schedule: None,
        program: None,
        result: (state == State::Completed).then(|| ResultSet { files: vec![file], ..ResultSet::default() }),
        result_run: None,
        failure: None,
        submitted_to_state_at: None,
        deleted_at: (kind == "deleted").then_some(now),
        deleted_by: None,
        dispatch: 1,
        run: None,
        version: 1,
        changed_at: now,
    }
}

/// All subsets of R, W, A, D.
fn subsets() -> Vec<String> {
    let letters = ['R', 'W', 'A', 'D'];
    (0..16_usize)
        .map(|set| (0..4).filter(|bit| set >> bit & 1 == 1).map(|bit| letters[bit]).collect())
        .collect()
}

fn rights(tools: &[(&str, &str)]) -> Rights {
    let parts: Vec<String> = tools
        .iter()
        .filter(|(_, l)| !l.is_empty())
        .map(|(tool, letters)| format!("{tool}:{letters}"))
        .collect();
    if parts.is_empty() { Rights::default() } else { Rights::parse(&parts.join(",")).expect("rights") }
}

#[test]
fn every_combination_is_as_the_table_says() {
    let subsets = subsets();
    let (mut cells, mut seen) = (0_u32, BTreeSet::new());
    for (extract, tool) in [("kecs-lead", "kecs-lead"), ("import", "snapshots")] {
        let jobs: Vec<(bool, bool, &str, Job)> = [(true, true), (true, false), (false, true), (false, false)]
            .into_iter()
            .flat_map(|(own, same)| {
                let (submitter, tenant) =
                    (if own { "dana" } else { "lee" }, if same { "ky-099" } else { "ky-001" });
                KINDS.map(|kind| (own, same, kind, job(extract, tenant, submitter, kind)))
            })
            .collect();
        for on_extract in &subsets {
            for on_queue in &subsets {
                for on_admin in &subsets {
                    let letters = [on_extract.as_str(), on_queue, on_admin];
                    let tools =
                        [(tool, letters[0]), ("batch-queue", letters[1]), ("batch-queue-admin", letters[2])];
                    let holder = Holder {
                        name: "dana".to_owned(),
                        tenants: vec!["ky-099".to_owned()],
                        rights: rights(&tools),
                        schools: Vec::new(),
                    };
                    for (own, same, kind, job) in &jobs {
                        let allowed = holder.allowed_actions(job);
                        for action in Action::ALL {
                            let mut cell = expected(action.word(), letters, *own, *same, kind);
                            // An import is not run again: its bundle is gone.
                            if extract == "import" && action == Action::Restart && cell == Cell::Allowed {
                                cell = Cell::NotOffered;
                            }
                            assert_eq!(
                                allowed.contains(&action),
                                cell == Cell::Allowed,
                                "{extract} {kind} {} {letters:?} own {own} same tenant {same}",
                                action.word()
                            );
                            seen.insert((action.word(), *own, cell));
                            cells += 1;
                        }
                    }
                }
            }
        }
    }
    assert_eq!(cells, 2 * 4 * 8 * 4096 * 5);
    assert_eq!(seen.len(), 5 * 2 * 4, "each kind of cell was met: {seen:?}");
}

async fn act(caller: &Caller, id: &str, action: &str) -> StatusCode {
    let (method, path, body) = match action {
        "edit" => (Method::PATCH, format!("/jobs/{id}"), json!({"label": "x"})),
        "delete" => (Method::DELETE, format!("/jobs/{id}"), json!({})),
        "download" => (Method::GET, format!("/jobs/{id}/files/probe.bin"), json!({})),
        other => (Method::POST, format!("/jobs/{id}/{other}"), json!({})),
    };
    caller.call(method, &path).json(&body).send().await.expect("an answer").status()
}

/// A job of each kind, of `owner`.
async fn one_of_each(fleet: &Fleet, owner: &Caller) -> Vec<(&'static str, String)> {
    let gate = fleet.folder.path().join("gate");
    let boss = fleet.token("boss", "ky-099", "all").await;
    let submit = async |request: Value, keep: bool, later: bool| {
        let run_at = later.then(|| (clock::now() + chrono::Duration::days(30)).to_rfc3339());
        let body =
            json!({"extract": "probe", "request": request, "keep_until_deleted": keep, "run_at": run_at});
        let (status, job) = owner.send(Method::POST, "/jobs", &body).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{job}");
        job["id"].as_str().expect("an id").to_owned()
    };
    let scheduled = submit(json!({}), true, true).await;
    let completed = submit(json!({"bytes": 10}), true, false).await;
    let expired = submit(json!({"bytes": 10}), false, false).await;
    let deleted = submit(json!({"bytes": 10}), true, false).await;
    let failed = submit(json!({"act": "exit"}), true, false).await;
    for id in [&completed, &expired, &deleted] {
        boss.completed(id).await;
    }
    boss.wait(&failed, &["failed"]).await;
    assert_eq!(act(&boss, &deleted, "delete").await, StatusCode::OK);
    eventually("the result expires", LONG, async || {
        (act(&boss, &expired, "download").await == StatusCode::GONE).then_some(())
    })
    .await;
    let processing = submit(json!({"act": "hold", "file": gate}), true, false).await;
    boss.wait(&processing, &["processing"]).await;
    boss.send(Method::POST, "/operations/pause", &json!({"extract": "probe"})).await;
    let canceled = submit(json!({}), true, false).await;
    assert_eq!(act(&boss, &canceled, "cancel").await, StatusCode::OK);
    let queued = submit(json!({}), true, false).await;
    vec![
        ("scheduled", scheduled),
        ("queued", queued),
        ("processing", processing),
        ("completed", completed),
        ("expired", expired),
        ("failed", failed),
        ("canceled", canceled),
        ("deleted", deleted),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_answers_each_kind_of_cell_as_the_table_says() {
    let settings = [("queue.attempts", "1"), ("retention.result", "1 s"), ("queue.timer", "100 ms")];
    assert_eq!(time("1 s"), Some(std::time::Duration::from_secs(1)));
    let fleet = Fleet::embedded(&settings);
    let owner = fleet.token("dana", "ky-099", "probe:R,batch-queue:RWD").await;
    let jobs = one_of_each(&fleet, &owner).await;
    let mut seen = BTreeSet::new();
    let mut allowed = Vec::new();
    // Tokens of the owner's name hold the owner's jobs; each leaves one letter out, or brings it alone.
    let own: [Letters<'_>; 7] = [
        ["R", "RWD", ""],
        ["", "RWD", ""],
        ["W", "RWD", ""],
        ["R", "WD", ""],
        ["R", "RD", ""],
        ["R", "RW", ""],
        ["R", "", "RWAD"],
    ];
    let others: [Letters<'_>; 7] = [
        ["R", "", "RWD"],
        ["R", "RWAD", ""],
        ["", "", "RWD"],
        ["R", "", "WD"],
        ["R", "", "RD"],
        ["R", "", "RW"],
        ["R", "", "A"],
    ];
    let callers = own.map(|l| (true, l)).into_iter().chain(others.map(|l| (false, l)));
    for (is_own, letters) in callers {
        let [extract, queue, admin] = letters;
        let parts = [("probe", extract), ("batch-queue", queue), ("batch-queue-admin", admin)];
        let words: Vec<String> =
            parts.iter().filter(|(_, l)| !l.is_empty()).map(|(tool, l)| format!("{tool}:{l}")).collect();
        let name = if is_own { "dana" } else { "lee" };
        let caller = fleet.token(name, "ky-099", &words.join(",")).await;
        let stranger = fleet.token(name, "ky-001", "all").await;
        for (kind, id) in &jobs {
            let (status, view) = caller.get(&format!("/jobs/{id}")).await;
            for action in ["cancel", "edit", "restart", "delete", "download"] {
                let cell = expected(action, letters, is_own, true, kind);
                let at = format!("{action} {kind} {letters:?} own {is_own}");
                seen.insert((action, is_own, cell));
                if status == StatusCode::OK {
                    let offered =
                        view["allowed_actions"].as_array().expect("a list").contains(&json!(action));
                    assert_eq!(offered, cell == Cell::Allowed, "{at}");
                } else {
                    assert_eq!((status, cell), (StatusCode::FORBIDDEN, Cell::Forbidden), "{at}");
                }
                match cell {
                    Cell::Allowed => allowed.push((action, is_own)),
                    Cell::NotOffered if action == "download" => {
                        let gone = matches!(*kind, "expired" | "deleted");
                        let wanted = if gone { StatusCode::GONE } else { StatusCode::NOT_FOUND };
                        assert_eq!(act(&caller, id, action).await, wanted, "{at}");
                    }
                    Cell::NotOffered => {
                        assert_eq!(act(&caller, id, action).await, StatusCode::CONFLICT, "{at}");
                    }
                    _ => assert_eq!(act(&caller, id, action).await, StatusCode::FORBIDDEN, "{at}"),
                }
                assert_eq!(act(&stranger, id, action).await, StatusCode::NOT_FOUND, "{at}");
                seen.insert((action, is_own, Cell::Missing));
            }
        }
    }
    assert_eq!(seen.len(), 5 * 2 * 4, "each kind of cell was asked: {seen:?}");
    // What is offered works: one fresh job for each action and ownership.
    let lee = fleet.token("lee", "ky-099", "probe:R,batch-queue-admin:RWD").await;
    let id_of = |kind: &str| jobs.iter().find(|(k, _)| *k == kind).expect("a job").1.clone();
    for caller in [&owner, &lee] {
        assert_eq!(act(caller, &id_of("completed"), "download").await, StatusCode::OK);
        assert_eq!(act(caller, &id_of("completed"), "edit").await, StatusCode::OK);
        let waiting = owner.submit("probe", json!({})).await;
        for action in ["cancel", "restart", "delete"] {
            assert_eq!(act(caller, &waiting, action).await, StatusCode::OK, "{action}");
        }
    }
    let distinct: BTreeSet<_> = allowed.into_iter().collect();
    assert_eq!(distinct.len(), 10);
}

/// Gives a person's token other rights, or another tenant, and waits until the API and the database know.
async fn rewrite(fleet: &Fleet, name: &str, change: impl Fn(&mut Value)) {
    let file = fleet.folder.path().join("tokens.jsonl");
    let text = std::fs::read_to_string(&file).expect("the tokens");
    let lines = text.lines().map(|line| {
        let mut line: Value = serde_json::from_str(line).expect("JSON");
        if line["name"] == name {
            change(&mut line);
        }
        line.to_string()
    });
    std::fs::write(&file, lines.map(|l| l + "\n").collect::<String>()).expect("writes");
    // Two more tokens: when the second works, what was read with the first is in the database.
    for _ in 0..2 {
        fleet.token("nobody", "ky-000", "R").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_withdrawn_between_submit_and_start_ends_the_job_with_its_sentence() {
    let fleet = Fleet::embedded(&[]);
    let boss = fleet.token("boss", "ky-099", "all").await;
    let lee = fleet.token("lee", "ky-099", "probe:R,batch-queue:RW").await;
    boss.send(Method::POST, "/operations/pause", &json!({"extract": "probe"})).await;
    let (lees, bosss) = (lee.submit("probe", json!({})).await, boss.submit("probe", json!({})).await);
    rewrite(&fleet, "lee", |line| line["rights"] = json!("probe:W,batch-queue:RW")).await;
    boss.send(Method::POST, "/operations/resume", &json!({"extract": "probe"})).await;
    let failed = boss.wait(&lees, &["failed", "completed"]).await;
    assert_eq!(failed["state"], "failed", "{failed}");
    assert_eq!(failed["failure"]["message"], "The submitter no longer has the right R on probe.");
    assert_eq!((&failed["failure"]["class"], &failed["attempt"]), (&json!("request"), &json!(1)));
    boss.completed(&bosss).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_withdrawn_between_completion_and_download_is_missed_at_the_download() {
    let fleet = Fleet::embedded(&[]);
    let lee = fleet.token("lee", "ky-099", "probe:R,batch-queue:RW").await;
    let id = lee.submit("probe", json!({"bytes": 10})).await;
    let done = lee.completed(&id).await;
    assert!(done["allowed_actions"].as_array().expect("a list").contains(&json!("download")));
    let answers = async || {
        let zip = lee.call(Method::GET, &format!("/jobs/{id}/files.zip")).send().await.expect("an answer");
        (act(&lee, &id, "download").await, zip.status())
    };
    assert_eq!(answers().await, (StatusCode::OK, StatusCode::OK));
    for (rights, seen) in
        [("probe:W,batch-queue:RW", StatusCode::OK), ("batch-queue:RWAD", StatusCode::FORBIDDEN)]
    {
        rewrite(&fleet, "lee", |line| line["rights"] = json!(rights)).await;
        assert_eq!(answers().await, (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN), "{rights}");
        let (status, view) = lee.get(&format!("/jobs/{id}")).await;
        assert_eq!(status, seen, "{rights}");
        assert!(!view.to_string().contains("\"download\""), "{view}");
    }
    rewrite(&fleet, "lee", |line| line["tenants"] = json!(["ky-001"])).await;
    assert_eq!(answers().await, (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND), "another tenant's");
    rewrite(&fleet, "lee", |line| line["expires_at"] = json!("2020-01-01T00:00:00Z")).await;
    assert_eq!(answers().await, (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED));
}

#[tokio::test(flavor = "multi_thread")]
async fn schools_outside_the_scope_are_refused_at_submit_and_at_download() {
    let fleet = Fleet::embedded(&[]);
    let boss = fleet.token("boss", "ky-099", "all").await;
    boss.upload(Path::new("tests/golden/kecs-lead/bundle"), "2026-02-01T12:00").await;
    // Calendar 100 is of school 1, calendar 101 of school 2.
    let inside = fleet.token_with("ann", "ky-099", "all", &["--school", "1"]).await;
    let outside = fleet.token_with("bob", "ky-099", "all", &["--school", "2"]).await;
    let body = json!({"extract": "kecs-lead", "request": {"reports": ["classes"], "calendars": [100]}});
    let both = json!({"extract": "kecs-lead", "request": {"reports": ["classes"], "calendars": [100, 101]}});
    for caller in [&inside, &outside] {
        assert_eq!(caller.send(Method::POST, "/jobs", &both).await.0, StatusCode::FORBIDDEN);
    }
    assert_eq!(outside.send(Method::POST, "/jobs", &body).await.0, StatusCode::FORBIDDEN);
    let (status, job) = inside.send(Method::POST, "/jobs", &body).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{job}");
    let id = job["id"].as_str().expect("an id");
    let done = boss.completed(id).await;
    let file = done["result"]["files"][0]["name"].as_str().expect("a name");
    // A scope that is narrowed between submit and start counts.
    boss.send(Method::POST, "/operations/pause", &json!({"extract": "kecs-lead"})).await;
    let late = inside.send(Method::POST, "/jobs", &body).await.1;
    rewrite(&fleet, "ann", |line| line["schools"] = json!([2])).await;
    boss.send(Method::POST, "/operations/resume", &json!({"extract": "kecs-lead"})).await;
    let failed = boss.wait(late["id"].as_str().expect("an id"), &["failed", "completed"]).await;
    assert_eq!(failed["failure"]["class"], "request", "{failed}");
    assert!(
        failed["failure"]["message"].as_str().expect("a sentence").contains("scope no longer covers"),
        "{failed}"
    );
    rewrite(&fleet, "ann", |line| line["schools"] = json!([1])).await;
    for (caller, status) in
        [(&inside, StatusCode::OK), (&boss, StatusCode::OK), (&outside, StatusCode::FORBIDDEN)]
    {
        for path in [format!("/jobs/{id}/files/{file}"), format!("/jobs/{id}/files.zip")] {
            assert_eq!(
                caller.call(Method::GET, &path).send().await.expect("an answer").status(),
                status,
                "{path}"
            );
        }
    }
}
