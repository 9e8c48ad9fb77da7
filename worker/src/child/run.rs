//! Runs one task and says how far it is.

use std::path::Path;
use std::time::{Duration, Instant};

use campus::date::Date;
use campus::import::{self, Options};
use campus::snapshot::read;
use extracts::kit::explain::Subject;
use extracts::kit::extract::{Edition, Phase, Watch};
use serde_json::{Value, json};
use shared::clock;
use shared::job::FailureClass;
use shared::store::Answer;

use super::probe;
use super::protocol::{Task, Word};
use crate::executor::{self, Error, Explanation, Run};

/// Kind of fault and one sentence.
pub type Failed = (FailureClass, String);

/// Runs a task; `say` takes progress.
pub fn run(task: Task, say: &mut dyn FnMut(&Word)) -> Result<Value, Failed> {
    match task {
        Task::Extract { extract, request, snapshots, state_edition, out, generated, program } => {
            let edition = if state_edition { Edition::State } else { Edition::District };
            let generated = minute(&generated).ok_or_else(no_time)?;
            let run = Run {
                extract: &extract,
                request: &request,
                snapshots: &snapshots,
                edition,
                out: &out,
                generated,
                program: &program,
            };
            let summary = executor::run(&run, &mut Steps::new(say)).map_err(failed)?;
            serde_json::to_value(summary)
                .map_err(|_| (FailureClass::Internal, "The summary cannot be written.".to_owned()))
        }
        Task::Explain { extract, request, snapshot, state_edition, generated, subject } => {
            let edition = if state_edition { Edition::State } else { Edition::District };
            let subject = Subject::read(&subject);
            let generated = minute(&generated).ok_or_else(no_time)?;
            let told = executor::explain(&extract, &request, &[snapshot], edition, generated, &subject);
            answer(&told.map_err(failed)?)
        }
        Task::Import { bundle, out, snapshot, as_of } => import(&bundle, &out, snapshot, as_of, say),
        Task::Probe { probe, out } => probe::run(&probe, &out, say),
    }
}

fn no_time() -> Failed {
    (FailureClass::Internal, "The job's time of generation cannot be read.".to_owned())
}

/// An explanation as the command line prints it.
fn answer(told: &Explanation) -> Result<Value, Failed> {
    let unwritten = |_| (FailureClass::Internal, "The explanation cannot be written.".to_owned());
    let answer = match told.findings.is_empty() {
        true => Answer::Nothing,
        false => {
            Answer::Told { json: serde_json::to_string_pretty(told).map_err(unwritten)?, text: told.text() }
        }
    };
    serde_json::to_value(answer).map_err(unwritten)
}

/// `YYYY-MM-DDTHH:MM`.
fn minute(text: &str) -> Option<(Date, u16)> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u16>().ok();
    Some((Date::parse_iso(text.get(..10)?)?, number(11..13)? * 60 + number(14..16)?))
}

fn failed(error: Error) -> Failed {
    match error {
        Error::Request(problems) => {
            let lines: Vec<_> = problems.iter().map(|p| format!("{}: {}", p.field, p.message)).collect();
            (FailureClass::Request, lines.join(" "))
        }
        Error::UnknownExtract(_) | Error::Districts | Error::OneDistrict(_) => {
            (FailureClass::Request, sentence(&error))
        }
        Error::Snapshot(read::Error::Open { .. }) => {
            (FailureClass::Storage, "A file of the snapshot is not in the worker's cache.".to_owned())
        }
        Error::Snapshot(_) => (FailureClass::Data, "The snapshot cannot be read.".to_owned()),
        Error::Write { ref source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
            (FailureClass::Storage, "The worker's scratch disk is full.".to_owned())
        }
        _ => (FailureClass::Storage, "The worker's scratch disk cannot be written.".to_owned()),
    }
}

/// With a capital letter and a full stop.
fn sentence(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

fn import(
    bundle: &Path,
    out: &Path,
    snapshot: String,
    as_of: Option<String>,
    say: &mut dyn FnMut(&Word),
) -> Result<Value, Failed> {
    let options = Options {
        as_of,
        snapshot_id: Some(snapshot),
        choices: Some(extracts::catalogue::add_choices),
        ..Options::default()
    };
    let mut pace = Pace::default();
    let imported = import::import(bundle, out, &options, &mut |step| {
        let verb = match step.phase {
            import::Phase::Check => "Reading",
            import::Phase::Write => "Writing",
        };
        let phase = format!("{verb} {}", step.table);
        if pace.due(&phase) {
            say(&Word::Progress { phase, done: i64::try_from(step.rows).ok(), total: None });
        }
    });
    match imported {
        Ok(report) => {
            let findings = &report.findings;
            Ok(json!({
                "first": findings.first.iter().map(|f| json!({
                    "file": f.file, "line": f.line, "column": f.column, "rule": f.rule,
                    "severity": f.severity.word(), "message": f.to_string(),
                })).collect::<Vec<_>>(),
                "counts": findings.counts(),
                "extra_files": report.extra_files,
                "extra_columns": report.extra_columns,
            }))
        }
        Err(import::Error::Rejected(findings)) => {
            let lines: Vec<_> = findings.first.iter().take(5).map(ToString::to_string).collect();
            let counts: Vec<_> =
                findings.counts().iter().map(|c| format!("{} {}: {}", c.severity, c.rule, c.count)).collect();
            Err((
                FailureClass::Data,
                format!("The bundle was refused. {}; {}.", lines.join("; "), counts.join(", ")),
            ))
        }
        Err(error) if disk_is_full(&error) => {
            Err((FailureClass::Storage, "The worker's scratch disk is full.".to_owned()))
        }
        Err(error @ (import::Error::Parquet { .. } | import::Error::Snapshot(_))) => {
            Err((FailureClass::Internal, sentence(&error)))
        }
        Err(error) => Err((FailureClass::Data, sentence(&error))),
    }
}

/// Whether the cause of an error, however deep, is a disk without room.
fn disk_is_full(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut causes = std::iter::successors(Some(error), |error| error.source());
    causes.any(|cause| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::StorageFull)
    })
}

/// Not every step is worth a line.
#[derive(Default)]
struct Pace {
    phase: String,
    last: Option<Instant>,
}

impl Pace {
    fn due(&mut self, phase: &str) -> bool {
        let due =
            self.phase != phase || self.last.is_none_or(|at| at.elapsed() >= Duration::from_millis(250));
        if due {
            phase.clone_into(&mut self.phase);
            self.last = Some(clock::monotonic());
        }
        due
    }
}

/// Passes the steps of an extract on.
struct Steps<'a> {
    say: &'a mut dyn FnMut(&Word),
    pace: Pace,
    phase: String,
    total: Option<i64>,
}

impl<'a> Steps<'a> {
    fn new(say: &'a mut dyn FnMut(&Word)) -> Steps<'a> {
        Steps { say, pace: Pace::default(), phase: String::new(), total: None }
    }

    fn step(&mut self, done: Option<i64>) {
        if self.pace.due(&self.phase) {
            (self.say)(&Word::Progress { phase: self.phase.clone(), done, total: self.total });
        }
    }
}

impl Watch for Steps<'_> {
    fn phase(&mut self, phase: Phase, total: Option<u64>) {
        self.phase = phase.words();
        self.total = total.and_then(|n| i64::try_from(n).ok());
        self.step(None);
    }

    fn done(&mut self, rows: u64) {
        self.step(i64::try_from(rows).ok());
    }
}
