//! What is explained adds up to what is made: the same lines, and as many dropped by each rule.

use std::collections::BTreeMap;
use std::fs;

use extracts::kit::explain::{Finding, Kind};
use serde_json::json;
use worker::executor::Summary;

use crate::asked::{Change, Imported, all};

const SECTIONS: [&str; 2] = ["section:701", "section:702"];

/// Dropped by each rule that counts sections and students.
fn tallies(summary: &Summary) -> BTreeMap<String, u64> {
    let rules = summary.reports[0].rules.iter().filter(|r| r.counted != "calendars" && r.dropped > 0);
    rules.map(|r| (r.rule.to_owned(), r.dropped)).collect()
}

#[test]
fn sections_and_their_students_add_up_to_the_counts_of_the_rules() {
    let over = "901,1,100,200,9,P,2025-08-13,2025-12-01,0,";
    let cases: &[&[Change<'_>]] = &[
        &[],
        &[("Course", "909999,1,0,01", "909999,0,0,01")],
        &[("Enrollment", "901,1,100,200,9,P,2025-08-13,,0,", over)],
        &[("SectionPlacement", "\n702,300,401,501", "")],
        &[("Term", "2025-08-13,2025-12-19", "2025-08-13,")],
        &[("School", "Alpha High,A1", "Alpha High,F1")],
        &[("Roster", "", "rosterID,sectionID,trialID,personID,startDate,endDate\n8,701,300,5,,\n")],
        &[("District", "9,99,Example County,KY,1", "9,99,Example County,KY,0")],
        &[("Roster", "6,702,300,3,,", "11,702,300,1,,2025-09-01\n6,702,300,3,,")],
    ];
    let request = json!({"reports": ["detail"], "calendars": {"all": true}});
    for changes in cases {
        let imported = Imported::changed("kecs-lead", changes);
        let (summary, _) = imported.run("kecs-lead", &request);
        let told: Vec<Finding> =
            SECTIONS.iter().flat_map(|s| imported.explain("kecs-lead", &request, s)).collect();
        let mut dropped: BTreeMap<String, u64> = BTreeMap::new();
        for finding in all(&told).into_iter().filter(|f| f.kind == Kind::Dropped) {
            // A calendar's rule is told below P7 of its section.
            if !["P1", "P2", "P3", "P4", "P5", "P6"].contains(&finding.cites.as_str()) {
                *dropped.entry(finding.cites.clone()).or_default() += 1;
            }
        }
        assert_eq!(dropped, tallies(&summary), "{changes:?}");
        let lines =
            all(&told).into_iter().filter(|f| f.kind == Kind::Line && f.text == "1 line of Detail").count();
        let empty = all(&told).into_iter().filter(|f| f.text.contains("(P16)")).count();
        assert_eq!((lines + empty) as u64, summary.reports[0].rows, "{changes:?}");
    }
}

#[test]
fn a_synthetic_district_s_sections_and_students_have_the_lines_that_are_told() {
    let scratch = tempfile::tempdir().expect("scratch");
    let bundle = scratch.path().join("district");
    synth::write(synth::Preset::Small, 3, synth::State::Ky, None, &bundle).expect("a district");
    let imported = Imported::of(scratch, &bundle, "2026-02-01");
    let request = json!({"reports": ["detail"], "calendars": {"active_year": true}});
    let (_, out) = imported.run("kecs-lead", &request);
    let text = fs::read_to_string(out.join("KECS_LEAD_Detail.csv")).expect("made");
    let lines: Vec<Vec<&str>> = text.lines().skip(1).map(|l| l.split(',').collect()).collect();
    // Names in the district have no comma, so that plain splitting finds the ids by their places.
    let count = |at: usize, id: &str| lines.iter().filter(|l| l[at] == id).count();
    for line in lines.iter().filter(|l| l.len() == 39 && !l[23].is_empty()).step_by(lines.len() / 4 + 1) {
        for (subject, at, words) in [
            (format!("section:{}", line[2]), 2, "1 line of Detail"),
            (format!("person:{}", line[23]), 23, "1 line of Detail;"),
        ] {
            let told = imported.explain("kecs-lead", &request, &subject);
            let found = all(&told).into_iter().filter(|f| f.kind == Kind::Line);
            let found = found
                .filter(|f| f.text == words || words.ends_with(';') && f.text.starts_with(words))
                .count();
            assert_eq!(found, count(at, line[at]), "{subject}");
        }
    }
}

#[test]
fn students_of_kias_add_up_to_the_counts_of_the_rules_and_the_rows() {
    let cases = [
        json!({"calendars": [210]}),
        json!({"calendars": [210], "grades": ["07"]}),
        json!({"calendars": [210], "ad_hoc_filter": {"person_ids": [2001, 2002]}}),
        json!({"calendars": [210], "end_date": "2025-09-10"}),
    ];
    let imported = Imported::changed("kias", &[]);
    for case in cases {
        let mut request = json!({"format": "csv", "start_date": "2025-07-01", "end_date": "2026-06-30"});
        for (field, value) in case.as_object().expect("an object") {
            request[field] = value.clone();
        }
        let (summary, _) = imported.run("kias", &request);
        let told: Vec<Finding> =
            (2001..2005).flat_map(|p| imported.explain("kias", &request, &format!("person:{p}"))).collect();
        let mut dropped: BTreeMap<String, u64> = BTreeMap::new();
        for finding in all(&told).into_iter().filter(|f| f.kind == Kind::Dropped) {
            *dropped.entry(finding.cites.clone()).or_default() += 1;
        }
        assert_eq!(dropped, tallies(&summary), "{request}");
        let rows = all(&told).into_iter().filter(|f| f.kind == Kind::Line).count() as u64;
        assert_eq!(rows, summary.reports[0].rows, "{request}");
    }
}
