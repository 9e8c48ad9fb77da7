//! `registrar extract` as a user runs it: worked example, real data, exit statuses.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/kecs-lead");
/// The files that the worked example gives.
const NAMES: [&str; 6] = [
    "KECS_LEAD_Detail.csv",
    "KECS_LEAD_Staff.csv",
    "KECS_LEAD_Caseload.csv",
    "KECS_LEAD_Classes.csv",
    "KECS_LEAD_Schoolwide.csv",
    "KECS_LEAD_Issues.csv",
];
const ODIN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/odin-ky");

fn registrar(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_registrar")).args(args).output().expect("the program starts")
}

fn extract(bundle: &str, as_of: &str, request: &str, out: &Path) -> Output {
    let file = out.with_extension("json");
    fs::write(&file, request).expect("scratch");
    let (file, out) = (file.display().to_string(), out.display().to_string());
    let fixed = ["extract", "kecs-lead", "--as-of", as_of, "--generated-at", "2026-02-01T08:30"];
    let given = ["--bundle", bundle, "--request", &file, "--out", &out];
    registrar(&[&fixed[..], &given[..]].concat())
}

#[test]
fn the_worked_example_matches_byte_for_byte() {
    let scratch = tempfile::tempdir().expect("scratch");
    let out = scratch.path().join("out");
    let request = fs::read_to_string(format!("{GOLDEN}/request.json")).expect("the request");
    let done = extract(&format!("{GOLDEN}/bundle"), "2026-02-01", &request, &out);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    for name in NAMES {
        let (made, expected) = (fs::read(out.join(name)), fs::read(format!("{GOLDEN}/expected/{name}")));
        assert_eq!(made.expect("made"), expected.expect("golden"), "{name}");
    }
    let summary: serde_json::Value =
        serde_json::from_slice(&fs::read(out.join("summary.json")).expect("a summary")).expect("JSON");
    let p11 = summary["reports"][0]["rules"].as_array().expect("rules").iter().find(|r| r["rule"] == "P11");
    let p11 = p11.expect("P11");
    assert_eq!((p11["considered"].as_u64(), p11["dropped"].as_u64()), (Some(8), Some(1)));
    let staff: Vec<String> = summary["reports"][1]["rules"]
        .as_array()
        .expect("rules")
        .iter()
        .map(|r| format!("{} {} {}", r["rule"].as_str().expect("a rule"), r["considered"], r["dropped"]))
        .collect();
    assert_eq!(staff[6..], ["P21 4 1", "P22 3 0"], "the first assignment of Holt ended in 2023");
    assert_eq!(
        fs::read_dir(&out).expect("out").count(),
        NAMES.len() + 1,
        "nothing but the files and the summary"
    );
}

#[test]
fn input_order_never_shows() {
    let scratch = tempfile::tempdir().expect("scratch");
    let bundle = scratch.path().join("bundle");
    fs::create_dir(&bundle).expect("scratch");
    for entry in fs::read_dir(format!("{GOLDEN}/bundle")).expect("golden") {
        let entry = entry.expect("golden");
        let text = fs::read_to_string(entry.path()).expect("golden");
        let (header, rows) = text.split_once('\n').expect("a header");
        let reversed: Vec<&str> = rows.lines().rev().collect();
        fs::write(bundle.join(entry.file_name()), format!("{header}\n{}\n", reversed.join("\n")))
            .expect("scratch");
    }
    let out = scratch.path().join("out");
    let request = fs::read_to_string(format!("{GOLDEN}/request.json")).expect("the request");
    assert!(extract(&bundle.display().to_string(), "2026-02-01", &request, &out).status.success());
    for name in NAMES {
        let (made, expected) = (fs::read(out.join(name)), fs::read(format!("{GOLDEN}/expected/{name}")));
        assert_eq!(made.expect("made"), expected.expect("golden"), "{name}");
    }
}

#[test]
fn odin_ky_gives_the_same_bytes_from_a_bundle_and_from_a_snapshot_and_classes_add_up_to_detail() {
    let scratch = tempfile::tempdir().expect("scratch");
    let (out, again) = (scratch.path().join("a"), scratch.path().join("b"));
    let request = r#"{"reports": ["classes", "detail"], "calendars": {"all": true}}"#;
    let done = extract(ODIN, "2014-05-29", request, &out);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let snapshot = scratch.path().join("snapshot").display().to_string();
    assert!(registrar(&["import", ODIN, "--out", &snapshot, "--as-of", "2014-05-29"]).status.success());
    let (file, to) = (out.with_extension("json").display().to_string(), again.display().to_string());
    let from = ["--snapshot", &snapshot, "--request", &file, "--out", &to];
    let fixed = ["extract", "kecs-lead", "--generated-at", "2026-02-01T08:30"];
    assert!(registrar(&[&fixed[..], &from[..]].concat()).status.success());
    for name in ["KECS_LEAD_Detail.csv", "KECS_LEAD_Classes.csv"] {
        assert_eq!(
            fs::read(out.join(name)).expect("made"),
            fs::read(again.join(name)).expect("made"),
            "{name}"
        );
    }
    let column = |name: &str, header: &str| -> Vec<String> {
        let mut reader = campus::csv::Reader::new(fs::File::open(out.join(name)).expect("made"));
        let mut record = campus::csv::Record::default();
        assert!(reader.read(&mut record).expect("readable"), "a header");
        let at = (0..record.len()).find(|&i| record.field(i).0 == header).expect("a column");
        let mut found = Vec::new();
        while reader.read(&mut record).expect("readable") {
            found.push(record.field(at).0.to_owned());
        }
        found
    };
    let totals: Vec<usize> =
        column("KECS_LEAD_Classes.csv", "Total").iter().map(|n| n.parse().expect("a count")).collect();
    let students =
        column("KECS_LEAD_Detail.csv", "Student Person ID").iter().filter(|id| !id.is_empty()).count();
    assert!(students > 100, "{students}");
    assert_eq!(totals.iter().sum::<usize>(), students);
}

#[test]
fn exit_status_says_what_is_wrong_and_nothing_appears() {
    let scratch = tempfile::tempdir().expect("scratch");
    let out = scratch.path().join("out");
    let bundle = format!("{GOLDEN}/bundle");
    let said = |done: &Output| String::from_utf8_lossy(&done.stderr).into_owned();
    let wrong = extract(&bundle, "2026-02-01", r#"{"reports": [], "grades": ["09"]}"#, &out);
    assert_eq!(wrong.status.code(), Some(2));
    let expected = "reports: Must Select 1 or More Reports.\ncalendars: Must Select 1 or More Calendars.\n\
        grades: Unknown field: grades.\n";
    assert!(said(&wrong).ends_with(expected), "{}", said(&wrong));
    assert_eq!(extract(&bundle, "2026-02-01", "[]", &out).status.code(), Some(2));
    assert_eq!(extract("/nowhere/at-all", "2026-02-01", "{}", &out).status.code(), Some(3));
    let file = out.with_extension("json").display().to_string();
    let unknown = ["extract", "lead", "--bundle", "/nowhere/at-all", "--request", &file, "--out", "/nowhere"];
    assert_eq!(registrar(&unknown).status.code(), Some(2), "said before the bundle is read");
    let two = [
        "extract",
        "kecs-lead",
        "--bundle",
        &bundle,
        "--bundle",
        &bundle,
        "--request",
        &file,
        "--out",
        "/no",
    ];
    assert_eq!(registrar(&two).status.code(), Some(2), "it covers one district");
    assert!(!out.exists());
}

#[test]
fn a_range_that_meets_no_calendar_gives_the_header_and_a_warning() {
    let scratch = tempfile::tempdir().expect("scratch");
    let out = scratch.path().join("out");
    let request = r#"{"reports": ["classes"], "calendars": [100, 101], "start_date": "2026-07-01"}"#;
    let done = extract(&format!("{GOLDEN}/bundle"), "2026-02-01", request, &out);
    assert!(done.status.success());
    let text = fs::read_to_string(out.join("KECS_LEAD_Classes.csv")).expect("made");
    assert_eq!(text.lines().count(), 1);
    let summary = fs::read_to_string(out.join("summary.json")).expect("a summary");
    let summary: serde_json::Value = serde_json::from_str(&summary).expect("JSON");
    assert_eq!(summary["warnings"][0]["code"], "W1");
    assert_eq!(summary["warnings"][0]["count"], 2);
}

#[test]
fn html_and_xlsx_show_the_reports_and_the_same_request_gives_the_same_bytes() {
    let scratch = tempfile::tempdir().expect("scratch");
    let bundle = format!("{GOLDEN}/bundle");
    for (format, names) in [
        ("html", &["KECS_LEAD_Detail.html", "KECS_LEAD_Classes.html"][..]),
        ("xlsx", &["KECS_LEAD.xlsx"][..]),
    ] {
        let request =
            format!(r#"{{"reports": ["detail", "classes"], "calendars": [100], "format": "{format}"}}"#);
        let (one, two) = (scratch.path().join(format), scratch.path().join(format!("{format}2")));
        for out in [&one, &two] {
            let done = extract(&bundle, "2026-02-01", &request, out);
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
            assert_eq!(fs::read_dir(out).expect("out").count(), names.len() + 1);
        }
        for name in names {
            let (first, second) =
                (fs::read(one.join(name)).expect("made"), fs::read(two.join(name)).expect("made"));
            assert!(first == second, "{name} differs between two runs");
        }
    }
    let page = fs::read_to_string(scratch.path().join("html/KECS_LEAD_Detail.html")).expect("a page");
    assert!(page.starts_with("<!DOCTYPE html>") || page.starts_with("<!doctype html>"));
    assert!(page.contains("Math, Resource") && !page.contains("http"));
}

#[test]
fn a_synthetic_district_imports_and_touches_every_rule_and_issue() {
    let scratch = tempfile::tempdir().expect("scratch");
    let (bundle, out) = (scratch.path().join("district"), scratch.path().join("out"));
    let bundle_text = bundle.display().to_string();
    let made = registrar(&["synth", "--preset", "small", "--seed", "7", "--out", &bundle_text]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let request =
        r#"{"reports": ["detail", "issues"], "calendars": {"all": true}, "start_date": "2025-07-01"}"#;
    let done = extract(&bundle_text, "2026-02-01", request, &out);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let issues = fs::read_to_string(out.join("KECS_LEAD_Issues.csv")).expect("made");
    for number in 1..=16 {
        assert!(
            issues.lines().any(|line| line.starts_with(&format!("{number},Warning {number}:"))),
            "issue {number}"
        );
    }
    let summary = fs::read_to_string(out.join("summary.json")).expect("a summary");
    let summary: serde_json::Value = serde_json::from_str(&summary).expect("JSON");
    for rule in summary["reports"][0]["rules"].as_array().expect("rules") {
        let (considered, dropped) = (rule["considered"].as_u64(), rule["dropped"].as_u64());
        assert!(considered > dropped, "{rule} keeps something");
        let all = rule["rule"] == "P1";
        assert!(all || dropped > Some(0), "{rule} drops something");
    }
}
