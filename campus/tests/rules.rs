//! Rules of import on small bundles: what is an error, what a warning, and that nothing half-made is left.

use std::fs;
use std::path::{Path, PathBuf};

use campus::import::{Error, Options, Report, import as import_with_progress};
use campus::snapshot::read::Snapshot;

fn import(bundle: &Path, out: &Path, options: &Options) -> Result<Report, Error> {
    import_with_progress(bundle, out, options, &mut |_| {})
}

/// A smallest good bundle, and what a test puts in place of its files.
fn bundle(folder: &Path, files: &[(&str, &str)]) -> PathBuf {
    let spine = [
        ("District.csv", "districtID,number,name,state\n1,99,Example,KY\n"),
        ("School.csv", "schoolID,districtID,number,name\n1,1,10,Alpha\n"),
        ("SchoolYear.csv", "endYear,startDate,endDate,active\n2026,2025-07-01,2026-06-30,1\n"),
        (
            "Calendar.csv",
            "calendarID,schoolID,endYear,name,startDate,endDate\n1,1,2026,A,2025-08-01,2026-05-30\n",
        ),
        ("ScheduleStructure.csv", "structureID,calendarID,name\n1,1,Main\n"),
        ("Trial.csv", "trialID,structureID,calendarID,active\n1,1,1,1\n"),
        ("Person.csv", "personID\n1\n2\n"),
        ("Identity.csv", "identityID,personID,lastName\n1,1,Ash\n2,2,Elm\n"),
        ("Enrollment.csv", "enrollmentID,personID,calendarID,structureID,grade,serviceType,startDate\n"),
    ];
    let path = folder.join("bundle");
    fs::create_dir(&path).expect("scratch");
    for (name, text) in spine.iter().chain(files) {
        fs::write(path.join(name), text).expect("scratch");
    }
    path
}

/// A snapshot in a folder that goes with it.
struct Made {
    snapshot: Snapshot,
    _folder: tempfile::TempDir,
}

fn run(files: &[(&str, &str)], options: &Options) -> (Result<Report, Vec<String>>, Option<Made>) {
    let folder = tempfile::tempdir().expect("scratch");
    let out = folder.path().join("snapshot");
    match import(&bundle(folder.path(), files), &out, options) {
        Ok(imported) => {
            let snapshot = Snapshot::open(&out).expect("a snapshot");
            (Ok(imported), Some(Made { snapshot, _folder: folder }))
        }
        Err(Error::Rejected(findings)) => {
            assert!(!out.exists(), "a failed import leaves nothing");
            assert_eq!(fs::read_dir(folder.path()).expect("scratch").count(), 1, "no scratch is left");
            (Err(findings.first.iter().map(ToString::to_string).collect()), None)
        }
        Err(other) => panic!("{other}"),
    }
}

fn errors(files: &[(&str, &str)]) -> Vec<String> {
    run(files, &Options::default()).0.expect_err("the import fails")
}

fn warnings(files: &[(&str, &str)]) -> Vec<String> {
    let imported = run(files, &Options::default()).0.unwrap_or_else(|errors| panic!("{errors:?}"));
    imported.findings.first.iter().map(ToString::to_string).collect()
}

#[test]
fn a_good_bundle_has_no_finding() {
    assert_eq!(warnings(&[]), [""; 0]);
}

#[test]
fn all_value_errors_come_together_with_file_line_and_column() {
    let found = errors(&[
        ("Person.csv", "personID,currentIdentityID\n1,x\n,1\n1,\n"),
        ("Course.csv", "courseID\n1\n"),
    ]);
    assert_eq!(
        found,
        [
            "Course.csv:1: calendarID: the column is missing and must be there",
            "Course.csv:1: number: the column is missing and must be there",
            "Course.csv:1: name: the column is missing and must be there",
            "Person.csv:2: currentIdentityID: the value does not parse as int",
            "Person.csv:3: personID: the value is empty and must be there",
        ]
    );
}

#[test]
fn a_duplicate_key_is_an_error_also_of_a_trimmed_grade_level() {
    assert_eq!(
        errors(&[("Person.csv", "personID\n1\n2\n1\n")]),
        ["Person.csv:4: personID: the key is in an earlier row already"]
    );
    let levels = "calendarID,structureID,name,stateGrade\n1,1, 9,09\n1,1,9 ,09\n";
    assert_eq!(
        errors(&[("GradeLevel.csv", levels)]),
        ["GradeLevel.csv:3: calendarID, structureID, name: the key is in an earlier row already"]
    );
}

#[test]
fn there_is_exactly_one_district() {
    let two = "districtID,number,name,state\n1,99,A,KY\n2,98,B,KY\n";
    assert_eq!(
        errors(&[("District.csv", two)]),
        ["District.csv:0: -: there are 2 rows and exactly one must be there"]
    );
}

#[test]
fn a_row_that_requires_a_missing_row_is_kept_out_and_so_are_those_that_require_it() {
    let files = [
        ("Course.csv", "courseID,calendarID,number,name\n1,7,1,A\n2,1,2,B\n"),
        ("Section.csv", "sectionID,courseID,trialID,number\n1,1,1,1\n2,2,1,1\n"),
        ("Roster.csv", "rosterID,sectionID,trialID,personID\n1,1,1,1\n2,2,1,1\n"),
    ];
    let (imported, snapshot) = run(&files, &Options::default());
    let found: Vec<String> =
        imported.expect("a snapshot").findings.first.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "Course.csv:2: calendarID: the row of Calendar that it names is not there; the row is kept out",
            "Section.csv:2: courseID: the row of Course that it names is kept out; the row is kept out",
            "Roster.csv:2: sectionID: the row of Section that it names is kept out; the row is kept out",
        ]
    );
    let made = snapshot.expect("a snapshot");
    assert_eq!(
        made.snapshot.load("Roster", &["rosterID"]).expect("readable").numbers("rosterID").values(),
        [2]
    );
}

#[test]
fn an_optional_reference_to_a_missing_row_or_to_another_persons_identity_becomes_null() {
    let (imported, snapshot) =
        run(&[("Person.csv", "personID,currentIdentityID\n1,9\n2,1\n")], &Options::default());
    assert_eq!(imported.expect("a snapshot").findings.first.len(), 2);
    let made = snapshot.expect("a snapshot");
    let batch = made.snapshot.load("Person", &["currentIdentityID"]).expect("readable");
    let current = batch.numbers("currentIdentityID");
    assert_eq!([current.get(0), current.get(1)], [None, None]);
}

#[test]
fn null_is_an_empty_field_or_an_unquoted_null_in_capitals() {
    let text = "identityID,personID,lastName,firstName\n1,1,\"NULL\",NULL\n2,2,Null,\"\"\n3,1, x ,\"  \"\n";
    let (imported, snapshot) = run(&[("Identity.csv", text)], &Options::default());
    imported.expect("a snapshot");
    let made = snapshot.expect("a snapshot");
    let batch = made.snapshot.load("Identity", &["lastName", "firstName"]).expect("readable");
    let (last, first) = (batch.texts("lastName"), batch.texts("firstName"));
    assert_eq!([0, 1, 2].map(|r| last.get(r)), [Some("NULL"), Some("Null"), Some(" x")]);
    assert_eq!([0, 1, 2].map(|r| first.get(r)), [None; 3]);
}

#[test]
fn lenient_keeps_wrong_rows_out_up_to_one_percent() {
    let persons = |bad: usize| -> String {
        let rows = (1..=200).map(|n| if n > 200 - bad { "x\n".to_owned() } else { format!("{n}\n") });
        format!("personID\n{}", rows.collect::<String>())
    };
    let lenient = Options { lenient: true, ..Options::default() };
    let (two, three) = (persons(2), persons(3));
    assert!(run(&[("Person.csv", &two)], &lenient).0.is_ok());
    assert!(run(&[("Person.csv", &three)], &lenient).0.is_err());
    assert!(run(&[("Person.csv", &two)], &Options::default()).0.is_err());
}

#[test]
fn archives_are_read_from_their_top_or_only_folder() {
    let folder = tempfile::tempdir().expect("scratch");
    let source = bundle(folder.path(), &[]);
    let gz = folder.path().join("b.tar.gz");
    let encoder =
        flate2::write::GzEncoder::new(fs::File::create(&gz).expect("scratch"), flate2::Compression::fast());
    let mut tar = tar::Builder::new(encoder);
    tar.append_dir_all("district", &source).expect("scratch");
    tar.into_inner().and_then(flate2::write::GzEncoder::finish).expect("scratch");
    let options = Options { as_of: Some("2026-01-01T00:00".into()), ..Options::default() };
    let from_archive = import(&gz, &folder.path().join("a"), &options).expect("a snapshot");
    let from_folder = import(&source, &folder.path().join("f"), &options).expect("a snapshot");
    assert_eq!(from_archive.manifest.id, from_folder.manifest.id);
}

#[test]
fn an_archive_that_climbs_out_of_its_folder_is_refused() {
    let folder = tempfile::tempdir().expect("scratch");
    let path = folder.path().join("b.zip");
    let mut zip = zip::ZipWriter::new(fs::File::create(&path).expect("scratch"));
    zip.start_file("../District.csv", zip::write::SimpleFileOptions::default()).expect("scratch");
    zip.finish().expect("scratch");
    let error = import(&path, &folder.path().join("out"), &Options::default()).expect_err("refused");
    assert!(error.to_string().ends_with("is refused: a path in it leaves the folder"), "{error}");
}
