//! What an import found: file, line, column and rule, never a value.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::snapshot::manifest::FindingCount;

/// Findings kept in full.
const KEPT: usize = 1_000;

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// File name.
    pub file: String,
    /// Line, 0 for the file as a whole.
    pub line: u32,
    /// Column, empty for the row as a whole.
    pub column: String,
    /// Stable word of the rule.
    pub rule: &'static str,
    /// The import fails.
    pub error: bool,
    /// What is found, in words.
    pub what: String,
}

/// `<file>:<line>: <column>: <what>`.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        if !self.column.is_empty() {
            write!(f, "{}: ", self.column)?;
        }
        f.write_str(&self.what)
    }
}

/// All findings: the first 1,000 in full, all counted.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    first: Vec<Finding>,
    counts: BTreeMap<(bool, &'static str), u64>,
}

impl Findings {
    /// Notes a finding that fails the import.
    pub fn error(
        &mut self,
        file: &str,
        line: u32,
        column: &str,
        rule: &'static str,
        what: impl Into<String>,
    ) {
        self.add(true, file, line, column, rule, what.into());
    }

    /// Notes a finding that does not.
    pub fn warning(
        &mut self,
        file: &str,
        line: u32,
        column: &str,
        rule: &'static str,
        what: impl Into<String>,
    ) {
        self.add(false, file, line, column, rule, what.into());
    }

    fn add(&mut self, error: bool, file: &str, line: u32, column: &str, rule: &'static str, what: String) {
        *self.counts.entry((error, rule)).or_default() += 1;
        if self.first.len() < KEPT {
            let (file, column) = (file.to_owned(), column.to_owned());
            self.first.push(Finding { file, line, column, rule, error, what });
        }
    }

    /// The first 1,000.
    pub fn first(&self) -> &[Finding] {
        &self.first
    }

    /// Number of errors.
    pub fn errors(&self) -> u64 {
        self.counts.iter().filter(|((error, _), _)| *error).map(|(_, n)| n).sum()
    }

    /// Number of findings of each rule, warnings first.
    pub fn counts(&self) -> Vec<FindingCount> {
        let count = |(&(error, rule), &count): (&(bool, &'static str), &u64)| FindingCount {
            rule: rule.to_owned(),
            severity: if error { "error" } else { "warning" }.to_owned(),
            count,
        };
        self.counts.iter().map(count).collect()
    }
}
