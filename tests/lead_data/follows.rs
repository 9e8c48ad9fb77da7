//! LEAD Data is KECS LEAD of the active year in other columns: every report is compared with it over made-up districts.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::bundle::{Imported, lines};
use crate::district;

/// A district and the files of KECS LEAD's active year.
struct District {
    imported: Imported,
    kecs: PathBuf,
}

fn district(seed: u64) -> District {
    let (scratch, bundle) = district::small(seed);
    let imported = Imported::of(scratch, &bundle, "2026-02-01");
    let request = json!({"reports": ["detail", "classes", "staff", "schoolwide", "caseload"],
        "calendars": {"active_year": true}});
    let kecs = imported.run("kecs-lead", &request);
    District { imported, kecs }
}

impl District {
    /// The folder of LEAD Data's reports.
    fn data(&self, reports: &[&str], section: i32) -> PathBuf {
        let request = json!({"reports": reports, "section_id": section, "format": "csv"});
        self.imported.run("lead-data", &request)
    }
}

/// Every column of a KECS LEAD report but the time, under LEAD Data's header: `theirs` is renamed to `ours`.
fn same(kecs: &Path, ours: &Path, skip: &[&str], renamed: &[(&str, &str)]) {
    let theirs = header(kecs);
    let theirs: Vec<&str> = theirs
        .iter()
        .map(String::as_str)
        .filter(|h| *h != "Date Time Generated" && !skip.contains(h))
        .collect();
    let names: Vec<&str> =
        theirs.iter().map(|h| renamed.iter().find(|(from, _)| from == h).map_or(*h, |(_, to)| *to)).collect();
    let (expected, found) = (lines(kecs, &theirs), lines(ours, &names));
    assert!(!expected.is_empty());
    assert_eq!(found, expected, "{}", ours.display());
}

fn header(file: &Path) -> Vec<String> {
    let mut reader = campus::csv::Reader::new(std::fs::File::open(file).expect("made"));
    let mut record = campus::csv::Record::default();
    assert!(reader.read(&mut record).expect("readable"));
    (0..record.len()).map(|i| record.field(i).0.to_owned()).collect()
}

const OF_SECTIONS: [(&str, &str); 6] = [
    ("EndYear", "End Year"),
    ("Section ID", "SectionID"),
    ("Course Code", "State Course Code"),
    ("Person ID", "Primary Teacher Person ID"),
    ("Primary Disability Section", "Primary Disability in Section"),
    ("Case Manager PersonID", "Case Manager Person ID"),
];

#[test]
fn classes_staff_and_schoolwide_are_those_of_kecs_lead() {
    for seed in [2, 9] {
        let district = district(seed);
        let out = district.data(&["classes", "staff", "schoolwide"], 0);
        let files = |report: &str| {
            (
                district.kecs.join(format!("KECS_LEAD_{report}.csv")),
                out.join(format!("LEAD_Data_{report}.csv")),
            )
        };
        let (kecs, ours) = files("Classes");
        same(&kecs, &ours, &[], &OF_SECTIONS);
        let (kecs, ours) = files("Schoolwide");
        same(&kecs, &ours, &[], &[]);
        let (kecs, ours) = files("Staff");
        same(&kecs, &ours, &[], &[("EndYear", "End Year"), ("PersonID", "Person ID")]);
    }
}

#[test]
fn detail_is_that_of_kecs_lead_for_every_section() {
    let district = district(4);
    let kecs = district.kecs.join("KECS_LEAD_Detail.csv");
    let theirs: Vec<String> = header(&kecs).into_iter().filter(|h| h != "Date Time Generated").collect();
    let theirs: Vec<&str> = theirs.iter().map(String::as_str).collect();
    let names: Vec<&str> = theirs
        .iter()
        .map(|h| OF_SECTIONS.iter().find(|(from, _)| from == h).map_or(*h, |(_, to)| *to))
        .collect();
    let all = lines(&kecs, &theirs);
    let sections = lines(&kecs, &["Section ID"]);
    let mut known: Vec<i32> = sections.iter().map(|s| s.parse().expect("an id")).collect();
    known.sort_unstable();
    known.dedup();
    assert_eq!(district.imported.lead_sections(), known, "what a request may name");
    for section in known {
        let out = district.data(&["detail"], section);
        let of_section = section.to_string();
        let expected: Vec<&String> =
            all.iter().zip(&sections).filter(|(_, s)| **s == of_section).map(|(line, _)| line).collect();
        let found = lines(&out.join("LEAD_Data_Detail.csv"), &names);
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{section}");
    }
}
