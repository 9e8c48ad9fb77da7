//! The extract `probe`: it does what a test asks for. In the catalogue only when the setting `catalogue.probe` is set.
//!
//! Only its request is here; what it does is no report, and is done by the executor.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::kit::problem::Problem;

/// The catalogue's code.
pub const CODE: &str = "probe";
/// The catalogue's name.
pub const TITLE: &str = "Probe";

/// What a probe does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Nothing.
    #[default]
    NoOp,
    /// Sleeps for `seconds`, with progress.
    Sleep,
    /// Waits until `file` is there.
    Hold,
    /// Panics.
    Panic,
    /// Allocates memory without end.
    Allocate,
    /// Loops without progress.
    Loop,
    /// Leaves the process.
    Exit,
    /// Sleeps for `seconds` and does not look whether it is to stop.
    IgnoreCancel,
}

/// A probe's request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// What it does.
    pub act: Act,
    /// For how long.
    pub seconds: f64,
    /// What it waits for.
    pub file: Option<String>,
    /// Size of its one file, `probe.bin`; 0 makes none.
    pub bytes: u64,
}

const ACTS: &[(&str, Act)] = &[
    ("no-op", Act::NoOp),
    ("sleep", Act::Sleep),
    ("hold", Act::Hold),
    ("panic", Act::Panic),
    ("allocate", Act::Allocate),
    ("loop", Act::Loop),
    ("exit", Act::Exit),
    ("ignore-cancel", Act::IgnoreCancel),
];

/// Checks a request.
///
/// # Errors
/// All problems together.
pub fn check(request: &Map<String, Value>) -> Result<Probe, Vec<Problem>> {
    let mut probe = Probe::default();
    let mut problems = Vec::new();
    for (field, value) in request.iter().filter(|(_, value)| !value.is_null()) {
        let good = match (field.as_str(), value) {
            ("act", Value::String(word)) => {
                ACTS.iter().find(|(known, _)| known == word).map(|(_, act)| probe.act = *act)
            }
            ("seconds", Value::Number(number)) => {
                number.as_f64().filter(|s| (0.0..=86_400.0).contains(s)).map(|s| probe.seconds = s)
            }
            ("file", Value::String(path)) => {
                probe.file = Some(path.clone());
                Some(())
            }
            ("bytes", Value::Number(number)) => {
                number.as_u64().filter(|n| *n <= 1 << 30).map(|n| probe.bytes = n)
            }
            ("act" | "seconds" | "file" | "bytes", _) => None,
            _ => {
                problems.push(Problem::new(field, "unknown_field", format!("Unknown field: {field}.")));
                continue;
            }
        };
        if good.is_none() {
            problems.push(Problem::new(field, "invalid", "Not one of the allowed values."));
        }
    }
    if probe.act == Act::Hold && probe.file.is_none() {
        problems.push(Problem::new("file", "required", "A probe that holds needs the file it waits for."));
    }
    if problems.is_empty() { Ok(probe) } else { Err(problems) }
}

/// Byte number `place` of every probe's file.
pub fn byte(place: u64) -> u8 {
    b'a' + (place % 26) as u8
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn requests_are_checked() {
        let check = |value: Value| check(value.as_object().expect("an object"));
        assert_eq!(check(json!({})), Ok(Probe::default()));
        let sleep = Probe { act: Act::Sleep, seconds: 1.5, ..Probe::default() };
        assert_eq!(check(json!({"act": "sleep", "seconds": 1.5, "file": null})), Ok(sleep));
        let problems = check(json!({"act": "dance", "color": 1, "bytes": -1})).expect_err("problems");
        assert_eq!(problems.len(), 3);
        assert_eq!(check(json!({"act": "hold"})).expect_err("problems").len(), 1);
    }
}
