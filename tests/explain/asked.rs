//! A worked example's bundle with some changes, asked about and run.

use std::fs;
use std::path::{Path, PathBuf};

use campus::date::Date;
use campus::import::{Options, import};
use extracts::kit::explain::{Finding, Kind, Subject};
use extracts::kit::extract::{Edition, Unwatched};
use serde_json::Value;
use worker::executor::{self, Run, Summary};

pub const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");

/// A change of one table: its name, what is there once, what takes its place. Without a text before, the change is the
/// whole table.
pub type Change<'a> = (&'a str, &'a str, &'a str);

/// An imported bundle.
pub struct Imported {
    scratch: tempfile::TempDir,
    snapshot: PathBuf,
}

impl Imported {
    /// Imports the bundle of a golden folder after some changes.
    pub fn changed(golden: &str, changes: &[Change<'_>]) -> Imported {
        let scratch = tempfile::tempdir().expect("scratch");
        let bundle = scratch.path().join("bundle");
        fs::create_dir(&bundle).expect("scratch");
        for entry in fs::read_dir(format!("{GOLDEN}/{golden}/bundle")).expect("golden") {
            let entry = entry.expect("golden");
            fs::copy(entry.path(), bundle.join(entry.file_name())).expect("scratch");
        }
        for (table, from, to) in changes {
            let path = bundle.join(format!("{table}.csv"));
            if from.is_empty() {
                fs::write(&path, to).expect("scratch");
                continue;
            }
            let text = fs::read_to_string(&path).expect("a table of the example");
            assert!(text.contains(from), "{table} has no {from}");
            fs::write(&path, text.replacen(from, to, 1)).expect("scratch");
        }
        let as_of = if golden == "kias" { "2026-03-01" } else { "2026-02-01" };
        Imported::of(scratch, &bundle, as_of)
    }

    /// Imports a bundle.
    pub fn of(scratch: tempfile::TempDir, bundle: &Path, as_of: &str) -> Imported {
        let snapshot = scratch.path().join("snapshot");
        let options = Options {
            as_of: Some(format!("{as_of}T00:00")),
            choices: Some(extracts::catalogue::add_choices),
            ..Options::default()
        };
        import(bundle, &snapshot, &options, &mut |_| {}).expect("a good bundle");
        Imported { scratch, snapshot }
    }

    /// What an extract says of a subject.
    pub fn explain(&self, extract: &str, request: &Value, subject: &str) -> Vec<Finding> {
        let request = request.as_object().expect("an object");
        let folders = std::slice::from_ref(&self.snapshot);
        let subject = Subject::read(subject);
        let told = executor::explain(extract, request, folders, Edition::District, (Date(0), 0), &subject);
        told.expect("a good request").findings
    }

    /// The rules that dropped something of a subject, in the order in which they are told, each once.
    pub fn dropped(&self, extract: &str, request: &Value, subject: &str) -> Vec<String> {
        let findings = self.explain(extract, request, subject);
        assert!(!findings.is_empty(), "{subject}");
        let mut rules: Vec<String> = Vec::new();
        for finding in all(&findings).into_iter().filter(|f| f.kind == Kind::Dropped) {
            if !rules.contains(&finding.cites) {
                rules.push(finding.cites.clone());
            }
        }
        rules
    }

    /// What it says as text.
    pub fn text(&self, extract: &str, request: &Value, subject: &str) -> String {
        let mut text = String::new();
        self.explain(extract, request, subject).iter().for_each(|f| f.print(&mut text));
        text
    }

    /// Runs an extract.
    pub fn run(&self, extract: &str, request: &Value) -> (Summary, PathBuf) {
        let out = self.scratch.path().join(extract);
        let run = Run {
            extract,
            request: request.as_object().expect("an object"),
            snapshots: std::slice::from_ref(&self.snapshot),
            edition: Edition::District,
            out: &out,
            generated: (Date(0), 0),
            program: "test",
        };
        (executor::run(&run, &mut Unwatched).expect("a good request"), out)
    }
}

/// All findings, also those below others.
pub fn all(findings: &[Finding]) -> Vec<&Finding> {
    findings.iter().flat_map(Finding::all).collect()
}
