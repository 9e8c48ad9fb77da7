//! A worked example's bundle with some changes, and the lines that an extract makes of it.

use std::fs;
use std::path::{Path, PathBuf};

use campus::csv::{Reader, Record};
use campus::date::Date;
use campus::import::{Options, import};
use extracts::kit::extract::{Edition, Unwatched};
use serde_json::Value;
use worker::executor::{Run, run};

/// A change of one table: its name, what is there once, what takes its place.
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
        for entry in fs::read_dir(format!("{golden}/bundle")).expect("golden") {
            let entry = entry.expect("golden");
            fs::copy(entry.path(), bundle.join(entry.file_name())).expect("scratch");
        }
        for (file, from, to) in changes {
            let path = bundle.join(format!("{file}.csv"));
            let text = fs::read_to_string(&path).expect("a table of the example");
            assert!(text.contains(from), "{file} has no {from}");
            fs::write(&path, text.replacen(from, to, 1)).expect("scratch");
        }
        Imported::of(scratch, &bundle, "2026-02-01")
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

    /// The sections that a request for Detail of LEAD Data may name.
    pub fn lead_sections(&self) -> Vec<i32> {
        let manifest = campus::snapshot::manifest::Manifest::open(&self.snapshot).expect("a manifest");
        manifest.choices.lead_sections.expect("found at import")
    }

    /// Runs an extract and gives the folder of its files.
    pub fn run(&self, extract: &str, request: &Value) -> PathBuf {
        let out = self.scratch.path().join(extract);
        let run_this = Run {
            extract,
            request: request.as_object().expect("an object"),
            snapshots: std::slice::from_ref(&self.snapshot),
            edition: Edition::District,
            out: &out,
            generated: (Date(0), 0),
            program: "test",
        };
        run(&run_this, &mut Unwatched).expect("a good request");
        out
    }
}

/// The lines of a file, each as the values of the columns asked for, parted by blanks.
pub fn lines(file: &Path, columns: &[&str]) -> Vec<String> {
    let mut reader = Reader::new(fs::File::open(file).expect("made"));
    let mut record = Record::default();
    assert!(reader.read(&mut record).expect("readable"));
    let place = |name: &&str| {
        let found = (0..record.len()).find(|&i| record.field(i).0 == *name);
        found.unwrap_or_else(|| panic!("no column {name}"))
    };
    let places: Vec<usize> = columns.iter().map(place).collect();
    let mut lines = Vec::new();
    while reader.read(&mut record).expect("readable") {
        lines.push(places.iter().map(|&p| record.field(p).0).collect::<Vec<_>>().join(" "));
    }
    lines
}
