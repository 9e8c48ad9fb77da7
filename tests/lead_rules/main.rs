//! Both sides of the rules of KECS LEAD, each as a small change to the worked example's bundle; one file for each report.

mod bundle;
mod caseload;
mod district;
mod issues;
mod population;
mod recompute;
mod schoolwide;
mod shuffled;
mod staff;

use bundle::{Change, Imported, lines};
use serde_json::json;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/kecs-lead");

/// Lines of a report over both calendars of the example after some changes, each as the values of the columns asked for.
fn report(report: &str, changes: &[Change<'_>], columns: &[&str]) -> Vec<String> {
    let title = format!("{}{}", report[..1].to_uppercase(), &report[1..]);
    let request = json!({"reports": [report], "calendars": {"all": true}});
    let imported = Imported::changed(GOLDEN, changes);
    let out = imported.run("kecs-lead", &request);
    lines(&out.join(format!("KECS_LEAD_{title}.csv")), columns)
}
