//! Faults at random while jobs run, and the table of what became of them.
//!
//! `cargo test --test chaos -- --seconds 600 --seed 7 --jobs 1000`; without `--seed` one is drawn and printed. The defaults of
//! `--seconds` and `--jobs` can be set with REGISTRAR_CHAOS_SECONDS and REGISTRAR_CHAOS_JOBS, as `tests/run.sh` does.
//! It starts its own PostgreSQL, RabbitMQ and S3 server, two APIs, two schedulers and three workers. When something is not as it
//! must be, the exit status is 1 and the logs of all processes are kept.

#[path = "../faults/checker.rs"]
mod checker;
#[path = "../queue/fleet.rs"]
mod fleet;
mod load;
mod processes;
mod servers;
#[path = "../support/mod.rs"]
mod support;
mod table;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use shared::clock;
use tokio::sync::watch;

use self::fleet::Fleet;
use self::support::s3::S3;
use self::support::{postgres, rabbitmq};

/// How long the queue may take to come to rest after the last fault.
const REST: Duration = Duration::from_secs(240);

const SETTINGS: &[(&str, &str)] = &[
    ("queue.lease", "5 s"),
    ("queue.renew", "1 s"),
    ("queue.redispatch", "10 s"),
    ("queue.retry_longest", "2 s"),
    ("queue.progress_deadline", "30 s"),
    ("queue.alive", "4 s"),
    ("worker.drain", "1 s"),
    ("worker.job_memory", "1 GiB"),
    ("retention.orphan", "10 s"),
    ("limits.tenant_running", "4"),
    ("database.time_out", "5 s"),
];

struct Run {
    seconds: u64,
    jobs: usize,
    seed: u64,
}

/// The arguments; none when a filter of the test harness names other tests, or only a list is asked for.
fn arguments() -> Option<Run> {
    let default = |name: &str, otherwise: u64| {
        std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number in the environment"))
    };
    let mut run = Run {
        seconds: default("REGISTRAR_CHAOS_SECONDS", 600),
        jobs: default("REGISTRAR_CHAOS_JOBS", 1000) as usize,
        seed: u64::from_le_bytes(clock::secret()[..8].try_into().expect("eight bytes")) % 1_000_000,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number = || words.next().and_then(|w| w.parse::<u64>().ok()).expect("a number follows");
        match word.as_str() {
            "--seconds" => run.seconds = number(),
            "--jobs" => run.jobs = number() as usize,
            "--seed" => run.seed = number(),
            "--list" => return None,
            "--test-threads" => drop(number()),
            other if other.starts_with('-') => {}
            filter => {
                if !"chaos".contains(filter) {
                    return None;
                }
            }
        }
    }
    Some(run)
}

fn main() -> ExitCode {
    let Some(run) = arguments() else { return ExitCode::SUCCESS };
    println!("chaos: seed {}, {} jobs, {} s of faults", run.seed, run.jobs, run.seconds);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
    let (report, folder) = runtime.expect("a runtime").block_on(chaos(&run));
    print!("{report}");
    if report.good() {
        return ExitCode::SUCCESS;
    }
    println!("seed {}; the logs are in {}", run.seed, folder.display());
    ExitCode::FAILURE
}

async fn chaos(run: &Run) -> (table::Table, PathBuf) {
    let starting = tokio::task::spawn_blocking(|| (postgres::Private::start(), rabbitmq::Private::start()));
    let (mut database_server, mut broker_server) = starting.await.expect("the servers start");
    let fleet =
        Fleet::on(database_server.database(), broker_server.virtual_host(), S3::start().await, SETTINGS);
    let fleet = Arc::new(Mutex::new(fleet));
    let mut processes = processes::Processes::start(&fleet, run.seed).await;
    let callers = load::callers(&fleet, &processes.urls).await;
    let (over, ended) = watch::channel(false);
    let servers = servers::Servers::new(&fleet, database_server, broker_server, run.seed);
    let harming = tokio::spawn(servers.harm(ended.clone()));
    let loads: Vec<_> = callers
        .iter()
        .enumerate()
        .map(|(number, caller)| {
            let plan = load::Plan {
                jobs: run.jobs / callers.len() + usize::from(number < run.jobs % callers.len()),
                within: Duration::from_secs(run.seconds) * 9 / 10,
                seed: run.seed + 1000 + number as u64,
            };
            tokio::spawn(load::submit(caller.clone(), plan))
        })
        .collect();
    processes.harm(Duration::from_secs(run.seconds)).await;
    over.send_replace(true);
    let servers = harming.await.expect("the servers are whole again");
    processes.mend().await;
    let mut told = load::Told::default();
    for load in loads {
        told.merge(load.await.expect("all jobs are submitted"));
    }
    told.faults = processes.counts();
    told.faults.extend(servers.counts());
    let table = table::look(&fleet, &mut processes, &callers, told, REST).await;
    let folder = keep_logs(&fleet, run.seed, !table.good());
    drop(processes);
    drop(fleet);
    drop(servers);
    (table, folder)
}

/// Copies the logs to a place that outlives the run.
fn keep_logs(fleet: &Arc<Mutex<Fleet>>, seed: u64, keep: bool) -> PathBuf {
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("chaos-{seed}"));
    if keep {
        let fleet = fleet.lock().expect("no panic holds it");
        std::fs::create_dir_all(&to).expect("a folder for the logs");
        for entry in std::fs::read_dir(fleet.folder.path()).expect("the fleet's folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|e| e == "log") {
                std::fs::copy(&path, to.join(path.file_name().expect("a name"))).expect("copies a log");
            }
        }
        let audit = fleet.rows().sql("select * from audit order by job, seq");
        std::fs::write(to.join("audit.txt"), audit).expect("keeps the audit log");
        std::fs::write(to.join("jobs.txt"), fleet.rows().sql("select * from jobs")).expect("keeps the rows");
    }
    to
}
