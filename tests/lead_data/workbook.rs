//! The workbook of LEAD Data, opened again by another library.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use extracts::kit::cell::Type;
use extracts::kit::column::headings;
use extracts::kit::format::Heading;
use extracts::ky::lead_data::review;
use serde_json::{Value, json};

use crate::files;

/// A Python that has openpyxl, installed once below the build's folder for temporary files.
fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("openpyxl");
        let python = folder.join("bin/python");
        let ready = |python: &Path| {
            python.exists()
                && Command::new(python).args(["-c", "import openpyxl"]).status().is_ok_and(|s| s.success())
        };
        if !ready(&python) {
            let done = |command: &mut Command| {
                let output = command.output().expect("Python 3 is installed");
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            };
            done(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
            done(Command::new(&python).args(["-m", "pip", "install", "--quiet", "openpyxl==3.1.5"]));
        }
        python
    })
}

/// What openpyxl sees of a workbook: one object a sheet.
fn opened(file: &Path) -> Vec<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/xlsx.py");
    let output = Command::new(python()).arg(script).arg(file).output().expect("Python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The lines of a file as text.
fn csv(file: &Path) -> Vec<Vec<String>> {
    let mut reader = campus::csv::Reader::new(std::fs::File::open(file).expect("made"));
    let mut record = campus::csv::Record::default();
    let mut lines = Vec::new();
    while reader.read(&mut record).expect("readable") {
        lines.push((0..record.len()).map(|i| record.field(i).0.to_owned()).collect());
    }
    lines
}

const REPORTS: [&str; 5] = ["Classes", "Staff", "Caseload", "Schoolwide", "Detail"];

fn request(format: &str) -> Value {
    json!({"reports": ["detail", "schoolwide", "caseload", "staff", "classes"], "section_id": 702, "format": format})
}

#[test]
fn the_workbook_shows_the_same_cells_with_filter_and_frozen_header() {
    let (_kept, xlsx) = files(&[], &request("xlsx"));
    let (_too, text) = files(&[], &request("csv"));
    let sheets = opened(&xlsx.join("LEAD_Data.xlsx"));
    let names: Vec<_> = sheets.iter().map(|s| s["name"].as_str().expect("a name")).collect();
    assert_eq!(names, [&REPORTS[..], &["Review"]].concat());
    for sheet in &sheets {
        let name = sheet["name"].as_str().expect("a name");
        let lines = csv(&text.join(format!("LEAD_Data_{name}.csv")));
        assert_eq!(sheet["header"], json!(lines[0]), "{name}");
        assert_eq!(sheet["lines"], json!(lines[1..]), "{name}");
        assert_eq!((&sheet["bold"], &sheet["frozen"]), (&json!(true), &json!("A2")), "{name}");
        assert_eq!(sheet["filter"], sheet["size"], "the filter covers all of {name}");
    }
}

/// The columns of a sheet as the program declares them.
fn columns(sheet: &str) -> Vec<Heading> {
    let extract = extracts::catalogue::find("lead-data").expect("in the catalogue");
    let report = extract.reports().iter().find(|r| r.title == sheet);
    report.map_or_else(|| review::COLUMNS.to_vec(), |r| headings(&(r.columns)()))
}

#[test]
fn ids_and_codes_are_text_counts_are_numbers_and_dates_are_dates() {
    let (_kept, xlsx) = files(&[], &request("xlsx"));
    for sheet in opened(&xlsx.join("LEAD_Data.xlsx")) {
        let columns = columns(sheet["name"].as_str().expect("a name"));
        let types = sheet["types"].as_array().expect("types");
        assert_eq!(types.len(), columns.len());
        for (at, column) in columns.iter().enumerate() {
            let (kind, format) = match column.kind {
                Type::Int | Type::Count => ("number", "0"),
                Type::Date => ("date", "mm/dd/yyyy"),
                Type::Stamp => panic!("{}: no report prints the time", column.header),
                _ => ("text", "@"),
            };
            let kinds = types[at].as_array().expect("kinds");
            assert!(kinds.iter().all(|k| k == kind), "{}: {kinds:?} is not {kind}", column.header);
            let formats = sheet["formats"][at].as_array().expect("formats");
            let link = sheet["name"] == "Review" && column.header == "Report";
            assert!(link || formats.iter().all(|f| f == format), "{}: {formats:?}", column.header);
        }
    }
}

#[test]
fn review_leads_to_the_first_line_found() {
    let (_kept, xlsx) = files(&[], &request("xlsx"));
    let sheets = opened(&xlsx.join("LEAD_Data.xlsx"));
    let review = sheets.last().expect("Review");
    let lines = review["lines"].as_array().expect("lines");
    let links = review["links"].as_object().expect("links");
    assert_eq!(links.len(), lines.len(), "one for each check");
    let link = |check: &str| {
        let at = lines.iter().position(|l| l[0] == check).expect("a check");
        links[&format!("B{}", at + 2)].as_str().expect("a place").to_owned()
    };
    assert_eq!(link("CLS1"), "'Classes'!A3", "the second line is Jay's");
    assert_eq!(link("CLS2"), "'Classes'!A1", "nothing found: the header");
    assert_eq!(link("CAS2"), "'Caseload'!A2");
    assert_eq!(link("DET1"), "'Detail'!A3");
}
