//! What the two LEAD extracts check alike (kecs-lead and lead-data, section 1).

use serde_json::Value;

use crate::kit::problem::Problem;

/// A value of a wrong type, as the only problem of its field.
pub fn not_allowed(field: &str) -> Problem {
    Problem::new(field, "invalid", "Not one of the allowed values.")
}

/// Adds a problem once.
pub fn once(problems: &mut Vec<Problem>, problem: Problem) {
    if !problems.contains(&problem) {
        problems.push(problem);
    }
}

/// The reports of a LEAD request, each once and in the order of their files.
pub fn reports<R: Copy + Ord>(
    sent: Option<&Value>,
    all: &[R],
    code: fn(R) -> &'static str,
    problems: &mut Vec<Problem>,
) -> Vec<R> {
    let required = || Problem::new("reports", "required", "Must Select 1 or More Reports.");
    let list = match sent {
        None => {
            problems.push(required());
            return Vec::new();
        }
        Some(Value::Array(list)) if list.iter().all(Value::is_string) => list,
        Some(_) => {
            problems.push(not_allowed("reports"));
            return Vec::new();
        }
    };
    if list.is_empty() {
        problems.push(required());
    }
    let mut reports = Vec::new();
    for name in list.iter().filter_map(Value::as_str) {
        match all.iter().find(|r| code(**r) == name) {
            Some(&report) => reports.push(report),
            None => once(problems, Problem::new("reports", "choice", format!("Unknown report: {name}."))),
        }
    }
    reports.sort_unstable();
    reports.dedup();
    reports
}
