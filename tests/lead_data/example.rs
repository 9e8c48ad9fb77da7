//! `registrar extract lead-data` as a user runs it: the files of the worked example, exit statuses.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::GOLDEN;
use crate::bundle::lines;

const ODIN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/odin-ky");
const NAMES: [&str; 6] = [
    "LEAD_Data_Classes.csv",
    "LEAD_Data_Staff.csv",
    "LEAD_Data_Caseload.csv",
    "LEAD_Data_Schoolwide.csv",
    "LEAD_Data_Detail.csv",
    "LEAD_Data_Review.csv",
];

fn registrar(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_registrar")).args(args).output().expect("the program starts")
}

fn extract(from: [&str; 2], more: &[&str], request: &str, out: &Path) -> Output {
    let file = out.with_extension("json");
    fs::write(&file, request).expect("scratch");
    let (file, out) = (file.display().to_string(), out.display().to_string());
    let fixed = ["extract", "lead-data", "--request", &file, "--out", &out];
    registrar(&[&fixed[..], &from[..], more].concat())
}

fn from_bundle(bundle: &str, request: &str, out: &Path) -> Output {
    let more = ["--as-of", "2026-02-01", "--generated-at", "2026-02-01T08:30"];
    extract(["--bundle", bundle], &more, request, out)
}

fn said(done: &Output) -> String {
    String::from_utf8_lossy(&done.stderr).into_owned()
}

fn summary(out: &Path) -> Value {
    serde_json::from_slice(&fs::read(out.join("summary.json")).expect("a summary")).expect("JSON")
}

fn golden_request() -> String {
    fs::read_to_string(format!("{GOLDEN}/request.json")).expect("the request")
}

fn is_golden(out: &Path) {
    for name in NAMES {
        let (made, expected) = (fs::read(out.join(name)), fs::read(format!("{GOLDEN}/expected/{name}")));
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        assert_eq!(text(made.expect("made")), text(expected.expect("golden")), "{name}");
    }
}

#[test]
fn the_worked_example_matches_byte_for_byte() {
    let scratch = tempfile::tempdir().expect("scratch");
    let out = scratch.path().join("out");
    let done = from_bundle(&format!("{GOLDEN}/bundle"), &golden_request(), &out);
    assert!(done.status.success(), "{}", said(&done));
    is_golden(&out);
    assert_eq!(fs::read_dir(&out).expect("out").count(), NAMES.len() + 1, "the files and the summary");
    let summary = summary(&out);
    let rows: Vec<_> =
        summary["files"].as_array().expect("files").iter().map(|f| f["rows"].as_u64()).collect();
    assert_eq!(rows, [2, 2, 3, 1, 3, 28].map(Some));
    let rule = |report: usize, rule: &str| {
        let rules = summary["reports"][report]["rules"].as_array().expect("rules");
        let found = rules.iter().find(|r| r["rule"] == rule).expect("a rule of the report");
        (found["considered"].as_u64(), found["dropped"].as_u64())
    };
    assert_eq!(rule(0, "R1"), (Some(2), Some(0)));
    assert_eq!(rule(0, "P6"), (Some(2), Some(1)));
    assert_eq!(rule(4, "P11"), (Some(8), Some(1)));
    assert_eq!(rule(1, "P21"), (Some(4), Some(1)));
}

#[test]
fn a_snapshot_gives_the_same_files_at_any_time() {
    let scratch = tempfile::tempdir().expect("scratch");
    let (out, snapshot) = (scratch.path().join("out"), scratch.path().join("lead"));
    let lead = snapshot.display().to_string();
    let bundle = format!("{GOLDEN}/bundle");
    assert!(registrar(&["import", &bundle, "--out", &lead, "--as-of", "2026-02-01"]).status.success());
    let manifest = fs::read(snapshot.join("manifest.json")).expect("a manifest");
    let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    assert_eq!(manifest["choices"]["leadSections"], serde_json::json!([701, 702]));
    let done =
        extract(["--snapshot", &lead], &["--generated-at", "2031-05-06T07:08"], &golden_request(), &out);
    assert!(done.status.success(), "{}", said(&done));
    is_golden(&out);
}

#[test]
fn a_report_that_is_not_asked_for_has_no_file_and_no_check() {
    let scratch = tempfile::tempdir().expect("scratch");
    let out = scratch.path().join("out");
    let request = r#"{"reports": ["schoolwide", "staff"], "format": "csv", "section_id": "ignored"}"#;
    let done = from_bundle(&format!("{GOLDEN}/bundle"), request, &out);
    assert!(done.status.success(), "{}", said(&done));
    let mut names: Vec<_> =
        fs::read_dir(&out).expect("out").map(|e| e.expect("a file").file_name().into_string()).collect();
    names.sort();
    let expected =
        ["LEAD_Data_Review.csv", "LEAD_Data_Schoolwide.csv", "LEAD_Data_Staff.csv", "summary.json"];
    assert_eq!(names, expected.map(|n| Ok(n.to_owned())));
    let review = fs::read_to_string(out.join("LEAD_Data_Review.csv")).expect("made");
    let checks: Vec<&str> = review.lines().skip(1).filter_map(|l| l.split(',').next()).collect();
    assert_eq!(checks, ["STF1", "STF2", "STF3", "STF4", "SCH1", "SCH2", "SCH3", "SCH4", "SCH5"]);
}

#[test]
fn a_school_without_lines_gives_the_header_row() {
    let scratch = tempfile::tempdir().expect("scratch");
    let out = scratch.path().join("out");
    let request = r#"{"reports": ["classes", "staff", "caseload", "schoolwide", "detail"], "section_id": 701,
        "schools": [2], "format": "csv"}"#;
    let done = from_bundle(&format!("{GOLDEN}/bundle"), request, &out);
    assert!(
        done.status.success(),
        "P6 leaves the school out, and still it may be asked for: {}",
        said(&done)
    );
    let lines = |name: &str| fs::read_to_string(out.join(name)).expect("made").lines().count();
    assert_eq!(NAMES.map(lines), [1, 1, 4, 1, 4, 29], "Caseload and Detail do not look at schools");
}

#[test]
fn exit_status_says_what_is_wrong_and_nothing_appears() {
    let scratch = tempfile::tempdir().expect("scratch");
    let out = scratch.path().join("out");
    let bundle = format!("{GOLDEN}/bundle");
    let request = r#"{"reports": ["detail", "issues"], "schools": [9], "section_id": 703, "format": "html",
        "calendars": [100]}"#;
    let wrong = from_bundle(&bundle, request, &out);
    assert_eq!(wrong.status.code(), Some(2));
    let expected = "reports: Unknown report: issues.\nschools: School 9 is not in the LEAD snapshot.\n\
        section_id: Section 703 is not in the LEAD data.\nformat: Unknown format: html.\n\
        calendars: Unknown field: calendars.\n";
    assert!(said(&wrong).ends_with(expected), "{}", said(&wrong));
    for edition in ["district", "state"] {
        let more = ["--bundle", &bundle, "--edition", edition];
        let two = extract(["--bundle", &bundle], &more, &golden_request(), &out);
        assert_eq!(two.status.code(), Some(2), "it covers one district, also in the State Edition");
    }
    assert!(!out.exists());
}

#[test]
fn odin_ky_classes_add_up_to_the_details_of_its_sections() {
    let scratch = tempfile::tempdir().expect("scratch");
    let snapshot = scratch.path().join("lead");
    let lead = snapshot.display().to_string();
    assert!(registrar(&["import", ODIN, "--out", &lead, "--as-of", "2014-05-29"]).status.success());
    let make = |request: &str, name: &str| {
        let out = scratch.path().join(name);
        let done = extract(["--snapshot", &lead], &[], request, &out);
        assert!(done.status.success(), "{}", said(&done));
        out
    };
    let out = make(r#"{"reports": ["classes"], "format": "csv"}"#, "classes");
    let classes = lines(&out.join("LEAD_Data_Classes.csv"), &["SectionID", "Total", "General"]);
    assert!(classes.len() > 50, "{}", classes.len());
    for line in classes.iter().step_by(classes.len() / 5) {
        let [section, total, general] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let request = format!(r#"{{"reports": ["detail"], "section_id": {section}, "format": "csv"}}"#);
        let out = make(&request, &format!("section-{section}"));
        let students = lines(&out.join("LEAD_Data_Review.csv"), &["Check", "Students Counted"]);
        assert_eq!(students, [format!("DET1 {general}"), format!("DET2 {total}")]);
    }
}
