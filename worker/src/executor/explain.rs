//! Why something is in an extract or not: nothing is written.

use std::path::PathBuf;

use campus::date::Date;
use extracts::kit::explain::{Finding, Subject};
use extracts::kit::extract::Edition;
use serde::Serialize;
use serde_json::{Map, Value};

use super::summary::SnapshotEntry;
use super::{Error, known, open};

/// The answer.
#[derive(Debug, Serialize)]
pub struct Explanation {
    /// Code of the extract.
    pub extract: &'static str,
    /// What was asked, in words.
    pub subject: String,
    /// What was read.
    pub snapshot: SnapshotEntry,
    /// What was found; empty when the data have nothing with such an id.
    pub findings: Vec<Finding>,
}

impl Explanation {
    /// As indented lines.
    pub fn text(&self) -> String {
        let mut out = String::new();
        self.findings.iter().for_each(|finding| finding.print(&mut out));
        out
    }
}

/// Asks an extract about a student, a member of staff or a section.
///
/// # Errors
/// When the request is wrong or a snapshot cannot be read.
pub fn explain(
    extract: &str,
    request: &Map<String, Value>,
    folders: &[PathBuf],
    edition: Edition,
    generated: (Date, u16),
    subject: &Subject,
) -> Result<Explanation, Error> {
    let extract = known(extract)?;
    let (snapshots, checked) = open(extract, request, folders, edition)?;
    let findings = checked.explain(&snapshots, generated, subject)?;
    let snapshot = SnapshotEntry::of(&snapshots[0]);
    Ok(Explanation { extract: extract.code(), subject: subject.words(), snapshot, findings })
}
