//! The pages that are looked at.

use std::fs;
use std::path::{Path, PathBuf};

use campus::date::Date;
use campus::import::{Options, import};
use extracts::kit::cell::{Cell, Type};
use extracts::kit::extract::{Edition, Unwatched};
use extracts::kit::format::html::Html;
use extracts::kit::format::{Heading, Lines};
use serde_json::{Value, json};
use worker::executor::{self, Run};

/// A page of a report.
pub struct Page {
    pub name: String,
    pub text: String,
}

/// The pages of every report of the golden bundles that has the format.
pub fn golden() -> Vec<Page> {
    let range = json!({"start_date": "2025-07-01", "end_date": "2026-06-30", "calendars": [210]});
    let group = json!({"group": "Students with Invalid Discipline Method", "calendars": [210]});
    let all = json!({"reports": ["detail", "staff", "caseload", "classes", "schoolwide", "issues"],
        "format": "html", "calendars": [100, 101]});
    let mut pages = Vec::new();
    for (golden, as_of, extract, request) in [
        ("kecs-lead", "2026-02-01", "kecs-lead", all),
        ("kias", "2026-03-01", "kias", range),
        ("kias", "2026-03-01", "kias-validation", group),
    ] {
        pages.append(&mut made(golden, as_of, extract, &request));
    }
    assert_eq!(pages.len(), 8);
    pages
}

fn bundle_of(golden: &str) -> PathBuf {
    PathBuf::from(format!("{}/tests/golden/{golden}/bundle", env!("CARGO_MANIFEST_DIR")))
}

/// Detail of a made-up district, some 200 lines or more.
pub fn detail() -> Page {
    let scratch = tempfile::tempdir().expect("scratch");
    let bundle = scratch.path().join("bundle");
    synth::write(synth::Preset::Small, 1, synth::State::Ky, Some(1), &bundle).expect("a district");
    let request = json!({"reports": ["detail"], "format": "html", "calendars": {"active_year": true}});
    of_bundle(&bundle, "2026-02-01", "kecs-lead", &request).remove(0)
}

/// The validation report of the worked example with so many more occurrences.
pub fn validation(more: u32) -> Page {
    let scratch = tempfile::tempdir().expect("scratch");
    let bundle = scratch.path();
    for file in fs::read_dir(bundle_of("kias")).expect("the golden bundle").map(|f| f.expect("a file").path())
    {
        fs::copy(&file, bundle.join(file.file_name().expect("a name"))).expect("scratch");
    }
    let table = bundle.join("BehaviorResolution.csv");
    let mut text = fs::read_to_string(&table).expect("the table");
    (0..more).for_each(|n| text += &format!("{},54,In-school suspension,450,,,,,1,,7,\n", 1_000 + n));
    fs::write(&table, text).expect("scratch");
    let request = json!({"group": "Students with Invalid Discipline Method", "calendars": [210]});
    of_bundle(bundle, "2026-03-01", "kias-validation", &request).remove(0)
}

fn made(golden: &str, as_of: &str, extract: &str, request: &Value) -> Vec<Page> {
    of_bundle(&bundle_of(golden), as_of, extract, request)
}

fn of_bundle(bundle: &Path, as_of: &str, extract: &str, request: &Value) -> Vec<Page> {
    let scratch = tempfile::tempdir().expect("scratch");
    let (snapshot, out) = (scratch.path().join("snapshot"), scratch.path().join("out"));
    let options = Options { as_of: Some(format!("{as_of}T00:00")), ..Options::default() };
    import(bundle, &snapshot, &options, &mut |_| {}).expect("a good bundle");
    let run = Run {
        extract,
        request: request.as_object().expect("an object"),
        snapshots: std::slice::from_ref(&snapshot),
        edition: Edition::District,
        out: &out,
        generated: (Date(0), 0),
        program: "test",
    };
    let summary = executor::run(&run, &mut Unwatched).expect("a good request");
    let read = |name: &String| fs::read_to_string(out.join(name)).expect("made");
    summary.files.iter().map(|f| Page { name: f.name.clone(), text: read(&f.name) }).collect()
}

/// A page of so many rows with as many columns as the longest report.
pub fn long(rows: i64) -> Page {
    let names: Vec<String> = (0..39).map(|n| format!("Column {n}")).collect();
    // Headers live as long as the program does.
    let headings: Vec<Heading> =
        names.iter().map(|n| Heading { header: n.clone().leak(), kind: Type::Text }).collect();
    let mut page = Html::new(Vec::new(), "Long", &[]).expect("memory");
    page.begin_table("long", "Long", &headings).expect("a table");
    for row in 0..rows {
        let (id, words) = (row.to_string(), format!("Section {row} of a school"));
        for column in 0..39 {
            let text = if column == 0 { &words } else { &id };
            page.cell(Cell::Text(text)).expect("a cell");
        }
        page.end_line().expect("a line");
    }
    page.end_table().expect("a table");
    let text = String::from_utf8(page.finish().expect("memory")).expect("text");
    Page { name: "long".to_owned(), text }
}
