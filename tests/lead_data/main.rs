//! LEAD Data: the worked example, both sides of its rules and checks, and its workbook.

#[path = "../lead_rules/bundle.rs"]
mod bundle;
#[path = "../lead_rules/district.rs"]
mod district;
mod example;
mod follows;
mod review;
mod rules;
mod workbook;

use std::path::PathBuf;

use bundle::{Change, Imported, lines};
use serde_json::{Value, json};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/lead-data");

/// The files of a request after some changes of the example's bundle.
fn files(changes: &[Change<'_>], request: &Value) -> (Imported, PathBuf) {
    let imported = Imported::changed(GOLDEN, changes);
    let out = imported.run("lead-data", request);
    (imported, out)
}

/// Lines of a report, each as the values of the columns asked for; Detail is of section 702.
fn report(report: &str, changes: &[Change<'_>], columns: &[&str]) -> Vec<String> {
    of_schools(report, json!({"all": true}), changes, columns)
}

/// The same for some schools.
fn of_schools(report: &str, schools: Value, changes: &[Change<'_>], columns: &[&str]) -> Vec<String> {
    let title = format!("{}{}", report[..1].to_uppercase(), &report[1..]);
    let request = json!({"reports": [report], "format": "csv", "section_id": 702, "schools": schools});
    let (_kept, out) = files(changes, &request);
    lines(&out.join(format!("LEAD_Data_{title}.csv")), columns)
}
