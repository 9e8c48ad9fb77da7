//! How far a run is: rows written and their total, told while a report is written (batch-queue, section 3).

use extracts::kit::extract::{Edition, Phase, Watch};
use serde_json::{Value, json};
use worker::executor::{self, Run};

/// Each report written: its title, the total that was told, and what was told of the rows.
#[derive(Default)]
struct Heard(Vec<(&'static str, Option<u64>, Vec<u64>)>);

impl Watch for Heard {
    fn phase(&mut self, phase: Phase, total: Option<u64>) {
        if let Phase::Write(title) = phase {
            self.0.push((title, total, Vec::new()));
        }
    }

    fn done(&mut self, rows: u64) {
        self.0.last_mut().expect("a report is being written").2.push(rows);
    }
}

fn heard(state: synth::State, extract: &str, request: &Value) -> (Heard, Vec<u64>) {
    let scratch = tempfile::tempdir().expect("scratch");
    let (bundle, snapshot) = (scratch.path().join("bundle"), scratch.path().join("snapshot"));
    synth::write(synth::Preset::Small, 7, state, None, &bundle).expect("a district");
    let options = campus::import::Options {
        as_of: Some("2026-02-01T12:00".to_owned()),
        choices: Some(extracts::catalogue::add_choices),
        ..campus::import::Options::default()
    };
    campus::import::import(&bundle, &snapshot, &options, &mut |_| {}).expect("a snapshot");
    let day = campus::date::Date::of(2026, 2, 1).expect("a date");
    let run = Run {
        extract,
        request: request.as_object().expect("an object"),
        snapshots: &[snapshot],
        edition: Edition::District,
        out: &scratch.path().join("out"),
        generated: (day, 480),
        program: "test",
    };
    let mut heard = Heard::default();
    let summary = executor::run(&run, &mut heard).expect("files");
    (heard, summary.reports.iter().map(|r| r.rows).collect())
}

/// Rows are told for every report in every format, and the totals that are told are the rows.
fn agrees(state: synth::State, extract: &str, request: &Value, known: &[&str]) {
    let (heard, rows) = heard(state, extract, request);
    assert_eq!(heard.0.len(), rows.len(), "{request}");
    for ((title, total, done), rows) in heard.0.into_iter().zip(rows) {
        assert_eq!(done.last(), Some(&rows), "{title} of {request}");
        assert!(done.is_sorted());
        assert_eq!(total, known.contains(&title).then_some(rows), "{title} of {request}");
    }
}

#[test]
fn every_extract_tells_its_rows_and_the_totals_that_are_known_before() {
    use synth::State::{Ks, Ky};
    for format in ["csv", "html", "xlsx"] {
        let request = json!({"reports": ["detail", "staff", "caseload", "classes", "schoolwide", "issues"],
            "calendars": {"all": true}, "format": format});
        agrees(Ky, "kecs-lead", &request, &["Detail", "Classes"]);
    }
    for format in ["csv", "xlsx"] {
        let request = json!({"reports": ["classes", "staff", "caseload", "schoolwide"], "format": format});
        agrees(Ky, "lead-data", &request, &["Classes"]);
    }
    for format in ["csv", "html"] {
        let request = json!({"start_date": "2025-07-01", "end_date": "2026-06-30", "calendars": {"all": true},
            "format": format});
        agrees(Ks, "kias", &request, &["Extract"]);
        let request = json!({"group": "Students with Invalid Discipline Method", "calendars": {"all": true},
            "format": format});
        agrees(Ks, "kias-validation", &request, &["Validation"]);
    }
}
