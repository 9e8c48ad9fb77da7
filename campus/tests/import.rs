//! Small bundles, good and bad, through the whole import.

use std::fs;
use std::io::Write;
use std::path::Path;

use campus::import::{Error, Findings, Options, Report, import};
use campus::snapshot::read::Snapshot;
use tempfile::TempDir;

const GOOD: &[(&str, &str)] = &[
    ("District", "districtID,number,name,state,crossSite\n1,099,Test,KY,Y\n"),
    ("School", "schoolID,districtID,number,name\n1,1,010,High\n"),
    (
        "SchoolYear",
        "endYear,startDate,endDate,active\n2025,7/1/2024,6/30/2025,0\n2026,2025-07-01,2026-06-30,1\n",
    ),
    ("Calendar", "calendarID,schoolID,endYear,name,startDate,endDate\n1,1,2026,Cal,2025-08-01,2026-05-30\n"),
    ("ScheduleStructure", "structureID,calendarID,name\n1,1,Main\n"),
    ("Trial", "trialID,structureID,calendarID,active\n1,1,1,1\n"),
    ("GradeLevel", "calendarID,structureID,name,stateGrade\n1,1,  09 ,09\n"),
    ("Person", " PERSONID , CurrentIdentityID,stateID,extra\n1,1,100,x\n2,2,NULL,y\n3,,\"NULL\",z\n"),
    ("Identity", "lastName,identityID,personID\nA,1,1\n\"B\nb\",2,2\n"),
    (
        "Enrollment",
        "enrollmentID,personID,calendarID,structureID,grade,serviceType,startDate\n1,1,1,1, 09,P,2025-08-01\n",
    ),
    ("Course", "courseID,calendarID,number,name\n1,1,C,Course\n"),
    ("Section", "sectionID,courseID,trialID,number\n1,1,1,1\n"),
    ("Roster", "rosterID,sectionID,trialID,personID\n1,1,1,1\n2,1,1,2\n"),
];

/// A good bundle with some files changed; an empty text takes the file away.
fn bundle(changes: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    for (table, text) in GOOD.iter().chain(changes) {
        let path = dir.path().join(format!("{table}.csv"));
        if text.is_empty() { fs::remove_file(path) } else { fs::write(path, text) }.expect("a file");
    }
    dir
}

fn run(bundle: &Path, lenient: bool) -> (TempDir, Result<Report, Error>) {
    let out = tempfile::tempdir().expect("a folder");
    let options = Options { as_of: Some("2026-02-01T12:00".into()), lenient, ..Options::default() };
    let report = import(bundle, &out.path().join("snap"), &options, &mut |_| {});
    assert_eq!(fs::read_dir(out.path()).expect("listed").count(), usize::from(report.is_ok()));
    (out, report)
}

fn good(changes: &[(&str, &str)]) -> (Snapshot, Report, TempDir) {
    let (out, report) = run(bundle(changes).path(), false);
    (Snapshot::open(&out.path().join("snap")).expect("opens"), report.expect("imports"), out)
}

fn rejected(changes: &[(&str, &str)]) -> Findings {
    match run(bundle(changes).path(), false).1 {
        Err(Error::Rejected(findings)) => *findings,
        other => panic!("not rejected: {other:?}"),
    }
}

#[test]
fn a_good_bundle() {
    let (snapshot, report, _out) = good(&[]);
    assert_eq!(report.findings.counts().len(), 0, "{:?}", report.findings.first);
    assert_eq!(report.extra_columns, [("Person.csv".to_owned(), "extra".to_owned())]);
    assert_eq!(report.manifest.tables.len(), 52);
    assert_eq!(report.manifest.choices.active_year(), Some(2026));
    assert_eq!(report.manifest.calendar_rows[0].rosters, 2);
    let persons = snapshot.load("Person", &["stateID"]).expect("loads");
    let ids = persons.texts("stateID");
    assert_eq!([ids.get(0), ids.get(1), ids.get(2)], [Some("100"), None, Some("NULL")]);
    assert_eq!(snapshot.load("GradeLevel", &["name"]).expect("loads").texts("name").get(0), Some("09"));
    assert_eq!(snapshot.load("Lep", &["lepID"]).expect("loads").rows(), 0);
}

#[test]
fn errors_are_collected() {
    let findings = rejected(&[
        ("Trial", ""),
        ("School", "schoolID,districtID,number\n1,1,010\n"),
        ("Identity", "identityID,personID,lastName\n1,1,\nsecret,2,B\n"),
        ("Roster", "rosterID,sectionID,trialID,personID\n1,1,1,1\n1,1,1,2\n"),
        ("Course", "courseID,calendarID,number,name\n1,1,C\n"),
        ("District", "districtID,number,name,state\n1,1,a,KY\n2,1,a,KY\n"),
    ]);
    for rule in
        ["missing_table", "missing_column", "empty_required", "bad_value", "duplicate_key", "unreadable_file"]
    {
        assert_eq!(findings.of(rule), 1, "{rule}");
    }
    assert_eq!(findings.of("district_rows"), 1);
    let lines: Vec<String> = findings.first.iter().map(|f| f.to_string()).collect();
    assert!(
        lines.contains(&"Identity.csv:3: identityID: the value does not parse as int".to_owned()),
        "{lines:?}"
    );
    assert!(!lines.iter().any(|l| l.contains("secret")));
}

#[test]
fn rows_go_out_until_nothing_changes() {
    let (snapshot, report, _out) = good(&[
        ("Course", "courseID,calendarID,number,name\n1,9,C,Course\n"),
        ("Person", "personID,currentIdentityID,stateID\n1,2,7\n2,8,7\n"),
        ("Trial", "trialID,structureID,calendarID\n1,1,1\n"),
        ("GradeLevel", ""),
    ]);
    let f = &report.findings;
    assert_eq!((f.of("missing_reference"), snapshot.rows("Section"), snapshot.rows("Roster")), (4, 0, 0));
    assert_eq!((f.of("missing_optional_reference"), f.of("identity_of_another")), (1, 1));
    assert_eq!((f.of("shared_state_id"), f.of("no_active_trial"), f.of("no_grade_level")), (1, 1, 1));
    let persons = snapshot.load("Person", &["currentIdentityID"]).expect("loads");
    assert_eq!(persons.numbers("currentIdentityID").get(0), None);
    assert_eq!(persons.numbers("currentIdentityID").get(1), None);
}

#[test]
fn lenient_is_up_to_one_percent() {
    let rows = |good: usize| {
        let rows: String = (1..=good).map(|i| format!("{i},1,1,1\n")).collect();
        format!("rosterID,sectionID,trialID,personID\n{rows}x,1,1,1\n")
    };
    let (_out, report) = run(bundle(&[("Roster", &rows(99))]).path(), true);
    let report = report.expect("imports");
    let roster = report.manifest.tables.iter().find(|t| t.table == "Roster").expect("an entry");
    assert_eq!((roster.rows, report.findings.of("bad_value")), (99, 1));
    assert!(matches!(run(bundle(&[("Roster", &rows(98))]).path(), true).1, Err(Error::Rejected(_))));
}

fn tar_gz(at: &Path, files: &[(&str, &str)]) {
    let gz = flate2::write::GzEncoder::new(fs::File::create(at).expect("made"), flate2::Compression::best());
    let mut tar = tar::Builder::new(gz);
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.as_gnu_mut().expect("gnu").name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(86_400);
        header.set_cksum();
        tar.append(&header, text.as_bytes()).expect("added");
    }
    tar.into_inner().and_then(|gz| gz.finish()).expect("written");
}

#[test]
fn archives() {
    let dir = tempfile::tempdir().expect("a folder");
    let names: Vec<String> = GOOD.iter().map(|(t, _)| format!("bundle/{t}.csv")).collect();
    let files: Vec<(&str, &str)> = names.iter().zip(GOOD).map(|(n, (_, text))| (n.as_str(), *text)).collect();
    let at = dir.path().join("b.tar.gz");
    tar_gz(&at, &files);
    let out = dir.path().join("deep/snap");
    let report = import(&at, &out, &Options::default(), &mut |_| {}).expect("imports");
    assert_eq!(report.manifest.as_of, "1970-01-02T00:00");

    let at = dir.path().join("b.zip");
    let mut zip = zip::ZipWriter::new(fs::File::create(&at).expect("made"));
    for (table, text) in GOOD {
        zip.start_file(format!("{table}.csv"), zip::write::SimpleFileOptions::default()).expect("added");
        zip.write_all(text.as_bytes()).expect("added");
    }
    zip.finish().expect("written");
    run(&at, false).1.expect("imports");

    for (name, text) in [("../Person.csv", "x"), ("a/inner.zip", "x"), ("Person.csv", &*"x".repeat(1 << 20))]
    {
        let at = dir.path().join("bad.tar.gz");
        tar_gz(&at, &[(name, text)]);
        assert!(matches!(run(&at, false).1, Err(Error::Archive { .. })), "{name}");
    }
}
