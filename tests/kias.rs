//! KIAS and its validation report as a user runs them: worked example, real data, exit statuses, pages.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use sha2::{Digest, Sha256};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/kias");
const ODIN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/odin-ks");
/// Code, request and file of the worked example, and what its SHA-256 begins with.
const EXAMPLES: [(&str, &str, &str, &str); 2] = [
    ("kias", "request.json", "KIAS_D0999_20260301.csv", "d1de7b25cd2078bec8cfa2ca989fdb91"),
    (
        "kias-validation",
        "validation.json",
        "KIAS_Validation_D0999_20260301.csv",
        "96e2e0279485f1599a2cbd4fa0b6185e",
    ),
];
const GROUP: &str = r#""group": "Students with Invalid Discipline Method""#;

fn registrar(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_registrar")).args(args).output().expect("the program starts")
}

fn extract(code: &str, bundle: &str, request: &str, out: &Path) -> Output {
    let file = out.with_extension("json");
    fs::write(&file, request).expect("scratch");
    let (file, out) = (file.display().to_string(), out.display().to_string());
    let fixed = ["extract", code, "--as-of", "2026-03-01", "--generated-at", "2026-03-01T08:30"];
    let given = ["--bundle", bundle, "--request", &file, "--out", &out];
    registrar(&[&fixed[..], &given[..]].concat())
}

fn good(done: &Output) {
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

fn summary(out: &Path) -> serde_json::Value {
    let text = fs::read(out.join("summary.json")).expect("a summary");
    serde_json::from_slice(&text).expect("JSON")
}

/// A copy of a bundle with each file's lines changed by a function of the file's name and the line's place.
fn changed(bundle: &str, to: &Path, change: impl Fn(&str, Vec<&str>) -> Vec<String>) {
    fs::create_dir(to).expect("scratch");
    for entry in fs::read_dir(bundle).expect("a bundle") {
        let entry = entry.expect("a bundle");
        let name = entry.file_name().to_string_lossy().into_owned();
        let text = fs::read_to_string(entry.path()).expect("a table");
        let lines = change(&name, text.lines().collect());
        fs::write(to.join(name), lines.join("\n") + "\n").expect("scratch");
    }
}

#[test]
fn the_worked_examples_match_byte_for_byte() {
    let scratch = tempfile::tempdir().expect("scratch");
    for (code, request, name, hash) in EXAMPLES {
        let out = scratch.path().join(code);
        let request = fs::read_to_string(format!("{GOLDEN}/{request}")).expect("the request");
        good(&extract(code, &format!("{GOLDEN}/bundle"), &request, &out));
        let made = fs::read(out.join(name)).expect("made");
        assert_eq!(made, fs::read(format!("{GOLDEN}/expected/{name}")).expect("golden"), "{name}");
        let sum: String = Sha256::digest(&made).iter().map(|b| format!("{b:02x}")).collect();
        assert!(sum.starts_with(hash), "{sum}");
        assert_eq!(fs::read_dir(&out).expect("out").count(), 2, "nothing but the file and the summary");
    }
    let rules = &summary(&scratch.path().join("kias"))["reports"][0]["rules"];
    let dropped: Vec<_> = rules.as_array().expect("rules").iter().map(|r| r["dropped"].as_u64()).collect();
    assert_eq!(dropped, [1, 0, 1, 0, 0, 0, 0, 0, 0].map(Some), "event 45 is not complete; Ann on event 44");
}

#[test]
fn input_order_never_shows() {
    let scratch = tempfile::tempdir().expect("scratch");
    let bundle = scratch.path().join("bundle");
    changed(&format!("{GOLDEN}/bundle"), &bundle, |_, lines| {
        let rows = lines[1..].iter().rev();
        std::iter::once(&lines[0]).chain(rows).map(|line| (*line).to_owned()).collect()
    });
    for (code, request, name, _) in EXAMPLES {
        let out = scratch.path().join(code);
        let request = fs::read_to_string(format!("{GOLDEN}/{request}")).expect("the request");
        good(&extract(code, &bundle.display().to_string(), &request, &out));
        let (made, expected) = (fs::read(out.join(name)), fs::read(format!("{GOLDEN}/expected/{name}")));
        assert_eq!(made.expect("made"), expected.expect("golden"), "{name}");
    }
}

#[test]
fn odin_ks_runs_through_both_in_any_order_of_its_rows() {
    let scratch = tempfile::tempdir().expect("scratch");
    let (out, checked) = (scratch.path().join("kias"), scratch.path().join("validation"));
    const EXTRACT: &str = r#"{"format": "csv", "start_date": "2009-07-01", "end_date": "2014-06-30", "calendars": {"all": true}}"#;
    good(&extract("kias", ODIN, EXTRACT, &out));
    let made = summary(&out);
    let rows = made["reports"][0]["rows"].as_u64().expect("rows");
    assert!(rows > 100, "{made}");
    let name = made["files"][0]["name"].as_str().expect("a name");
    let text = fs::read_to_string(out.join(name)).expect("made");
    assert_eq!(text.lines().count() as u64, rows + 1);
    let request = format!(r#"{{{GROUP}, "format": "csv", "calendars": {{"all": true}}}}"#);
    good(&extract("kias-validation", ODIN, &request, &checked));
    let found = summary(&checked);
    assert!(found["reports"][0]["rows"].as_u64() > Some(0));
    let bundle = scratch.path().join("reversed");
    changed(ODIN, &bundle, |name, lines| {
        let rows: Box<dyn Iterator<Item = &&str>> = if name.ends_with(".csv") {
            Box::new(lines[1..].iter().rev())
        } else {
            Box::new(lines[1..].iter())
        };
        std::iter::once(&lines[0]).chain(rows).map(|line| (*line).to_owned()).collect()
    });
    let bundle = bundle.display().to_string();
    for (code, request, first) in [("kias", EXTRACT, &made), ("kias-validation", &request, &found)] {
        let out = scratch.path().join(format!("{code}-reversed"));
        good(&extract(code, &bundle, request, &out));
        assert_eq!(summary(&out)["files"][0]["sha256"], first["files"][0]["sha256"], "{code}");
    }
}

#[test]
fn exit_status_says_what_is_wrong_and_nothing_appears() {
    let scratch = tempfile::tempdir().expect("scratch");
    let out = scratch.path().join("out");
    let bundle = format!("{GOLDEN}/bundle");
    let wrong = extract("kias", &bundle, r#"{"exclude_cross_site": true, "calendars": [77]}"#, &out);
    assert_eq!(wrong.status.code(), Some(2));
    let said = String::from_utf8_lossy(&wrong.stderr);
    let expected = "start_date: Start Date is required.\nend_date: End Date is required.\n\
        calendars: Calendar 77 is not in the data.\nexclude_cross_site: Unknown field: exclude_cross_site.\n";
    assert!(said.ends_with(expected), "{said}");
    let kentucky = scratch.path().join("kentucky");
    changed(&bundle, &kentucky, |name, lines| {
        let state =
            |line: &&str| if name == "District.csv" { line.replace("KS", "KY") } else { (*line).to_owned() };
        lines.iter().map(state).collect()
    });
    for (code, request, ..) in EXAMPLES {
        let request = fs::read_to_string(format!("{GOLDEN}/{request}")).expect("the request");
        let done = extract(code, &kentucky.display().to_string(), &request, &out);
        assert_eq!(done.status.code(), Some(2), "{code}");
        assert!(String::from_utf8_lossy(&done.stderr).ends_with("snapshot: KIAS is a Kansas report.\n"));
    }
    assert!(!out.exists());
}

#[test]
fn without_behavior_tables_the_files_are_empty_with_a_header_and_a_warning() {
    let scratch = tempfile::tempdir().expect("scratch");
    let bundle = scratch.path().join("bundle");
    changed(&format!("{GOLDEN}/bundle"), &bundle, |_, lines| lines.iter().map(|l| (*l).to_owned()).collect());
    for table in ["Incident", "Event", "Role", "Resolution", "Weapon"] {
        fs::remove_file(bundle.join(format!("Behavior{table}.csv"))).expect("a table");
    }
    let bundle = bundle.display().to_string();
    for ((code, request, name, _), lines) in EXAMPLES.into_iter().zip([1, 10]) {
        let out = scratch.path().join(code);
        let request = fs::read_to_string(format!("{GOLDEN}/{request}")).expect("the request");
        good(&extract(code, &bundle, &request, &out));
        assert_eq!(fs::read_to_string(out.join(name)).expect("made").lines().count(), lines, "{code}");
        let warnings = &summary(&out)["warnings"];
        assert_eq!((warnings[0]["code"].as_str(), warnings[0]["count"].as_u64()), (Some("V0"), Some(4)));
    }
    let out = scratch.path().join("bare");
    let request = r#"{"format": "csv", "title_row": false, "start_date": "2025-07-01", "end_date": "2026-06-30",
        "calendars": [210]}"#;
    good(&extract("kias", &bundle, request, &out));
    assert_eq!(fs::read(out.join(EXAMPLES[0].2)).expect("made"), b"");
}

#[test]
fn pages_show_the_options_the_counts_and_the_rows() {
    let scratch = tempfile::tempdir().expect("scratch");
    let bundle = format!("{GOLDEN}/bundle");
    let page = |code: &str, request: &str, name: &str| {
        let out = scratch.path().join(code);
        good(&extract(code, &bundle, request, &out));
        fs::read_to_string(out.join(name)).expect("a page")
    };
    let request = r#"{"start_date": "2025-07-01", "end_date": "2026-06-30", "calendars": [210]}"#;
    let extract = page("kias", request, "KIAS_D0999_20260301.html");
    assert!(extract.contains("<title>KIAS Extract</title>") && extract.contains("25-26 Plains Middle"));
    assert!(extract.contains("7 rows") && extract.contains("11.32") && !extract.contains("http"));
    let request = format!(r#"{{{GROUP}, "calendars": [210]}}"#);
    let validation = page("kias-validation", &request, "KIAS_Validation_D0999_20260301.html");
    let (summary, details) = (validation.find("Total Occurrences"), validation.find("Baker, Ben"));
    assert!(summary.is_some() && summary < details, "the summary is first");
    assert!(validation.contains("<a href=\"#special-education.caption\">Special Education Students"));
    assert!(validation.contains("id=\"special-education.caption\""));
}

/// The columns of a file as lists of values.
fn columns(file: &Path) -> Vec<(String, Vec<String>)> {
    let mut reader = campus::csv::Reader::new(fs::File::open(file).expect("made"));
    let mut record = campus::csv::Record::default();
    assert!(reader.read(&mut record).expect("readable"), "a header");
    let mut columns: Vec<_> = (0..record.len()).map(|i| (record.field(i).0.to_owned(), Vec::new())).collect();
    while reader.read(&mut record).expect("readable") {
        columns.iter_mut().enumerate().for_each(|(i, c)| c.1.push(record.field(i).0.to_owned()));
    }
    columns
}

#[test]
fn a_synthetic_kansas_district_touches_both_sides_of_every_rule_and_every_warning() {
    let scratch = tempfile::tempdir().expect("scratch");
    let bundle = scratch.path().join("district").display().to_string();
    good(&registrar(&["synth", "--preset", "small", "--seed", "7", "--state", "KS", "--out", &bundle]));
    let request = r#"{"format": "csv", "start_date": "2025-07-01", "end_date": "2026-06-30",
        "calendars": {"all": true}, "grades": ["09", "10", "11"], "ad_hoc_filter": {"person_ids": PERSONS}}"#;
    let persons: Vec<u32> = (1..20).chain(9301..9312).collect();
    let out = scratch.path().join("kias");
    good(&extract("kias", &bundle, &request.replace("PERSONS", &format!("{persons:?}")), &out));
    let made = summary(&out);
    for rule in made["reports"][0]["rules"].as_array().expect("rules") {
        let (considered, dropped) = (rule["considered"].as_u64(), rule["dropped"].as_u64());
        assert!(considered > dropped && dropped > Some(0), "{rule}");
    }
    let warned: Vec<_> = made["warnings"]
        .as_array()
        .expect("warnings")
        .iter()
        .map(|w| w["code"].as_str().expect("a code"))
        .collect();
    assert_eq!(warned, ["V1", "V2", "V3", "V4", "V5", "V6"]);
    let columns = columns(&out.join(made["files"][0]["name"].as_str().expect("a name")));
    for (number, values) in [
        (4, &["Y", "N"][..]),
        (5, &["Y", "N"]),
        (6, &["Y", "N"]),
        (7, &["Y", "N"]),
        (8, &["N", "1", "2", "3", "4", "5"]),
        (9, &["Y", "N"]),
        (10, &["Y", "N"]),
        (11, &["Y", "N"]),
        (12, &["", "1", "2", "3", "4"]),
        (13, &["Y", "N"]),
        (14, &["", "0.00", "1.76"]),
        (15, &["", "0.00"]),
        (16, &["", "120.00"]),
        (17, &["", "Y", "N"]),
        (18, &["", "1", "2", "3", "4"]),
        (19, &["", "Y", "N"]),
        (20, &[""]),
        (21, &["", "Y"]),
        (22, &["", "Y"]),
        (23, &["Y", "N"]),
        (24, &["Y", "N"]),
        (25, &["Y", "N"]),
        (26, &["", "1", "3"]),
        (27, &["", "Y", "N"]),
    ] {
        let (header, found) = &columns[number - 1];
        for value in values {
            assert!(found.iter().any(|f| f == value), "{number} {header} has no {value:?}");
        }
    }
    let request = format!(r#"{{{GROUP}, "format": "csv", "calendars": {{"all": true}}}}"#);
    let out = scratch.path().join("validation");
    good(&extract("kias-validation", &bundle, &request, &out));
    let made = summary(&out);
    for rule in made["reports"][0]["rules"].as_array().expect("rules") {
        let (considered, dropped) = (rule["considered"].as_u64(), rule["dropped"].as_u64());
        assert!(considered > dropped && (dropped > Some(0) || rule["rule"] == "D4"), "{rule}");
    }
}
