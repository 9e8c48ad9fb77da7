//! What an import found: every finding counted, the first thousand in full.

use std::fmt;

use crate::snapshot::manifest::FindingCount;

/// Findings that are kept in full.
pub const KEPT_IN_FULL: usize = 1_000;

/// Whether a finding fails the import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Fails the import.
    Error,
    /// Does not.
    Warning,
}

impl Severity {
    /// The word of the manifest.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// One finding; never with a student's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether it fails the import.
    pub severity: Severity,
    /// Stable word of the rule.
    pub rule: &'static str,
    /// File, such as `Person.csv`.
    pub file: String,
    /// Line, from 1; 0 is the file as a whole.
    pub line: u64,
    /// Column, empty when it is about the row or the file.
    pub column: String,
    /// What is wrong.
    pub what: String,
    /// The kind of the value, such as `int`; empty when it is not about one.
    pub kind: &'static str,
}

/// `<file>:<line>: <column>: <what>`, the column `-` when there is none.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = if self.column.is_empty() { "-" } else { &self.column };
        write!(f, "{}:{}: {column}: {}", self.file, self.line, self.what)
    }
}

/// All findings of an import.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// The first 1,000.
    pub first: Vec<Finding>,
    counts: Vec<(Severity, &'static str, u64)>,
}

impl Findings {
    /// Counts a finding, and keeps it when it is among the first.
    pub fn add(&mut self, finding: Finding) {
        self.count(finding.severity, finding.rule, 1);
        self.keep(finding);
    }

    /// Counts findings that are not kept.
    pub(super) fn count(&mut self, severity: Severity, rule: &'static str, n: u64) {
        match self.counts.iter_mut().find(|c| (c.0, c.1) == (severity, rule)) {
            Some(count) => count.2 += n,
            None if n > 0 => self.counts.push((severity, rule, n)),
            None => {}
        }
    }

    /// Keeps a finding that is counted elsewhere.
    pub(super) fn keep(&mut self, finding: Finding) {
        if self.first.len() < KEPT_IN_FULL {
            self.first.push(finding);
        }
    }

    /// Adds what was found later.
    pub(super) fn append(&mut self, later: Findings) {
        later.counts.into_iter().for_each(|(severity, rule, n)| self.count(severity, rule, n));
        later.first.into_iter().for_each(|finding| self.keep(finding));
    }

    /// How many of a rule.
    pub fn of(&self, rule: &str) -> u64 {
        self.counts.iter().filter(|c| c.1 == rule).map(|c| c.2).sum()
    }

    /// How many errors.
    pub fn errors(&self) -> u64 {
        self.counts.iter().filter(|c| c.0 == Severity::Error).map(|c| c.2).sum()
    }

    /// The count of each kind, errors first, in the order in which they came up.
    pub fn counts(&self) -> Vec<FindingCount> {
        let of = |severity| self.counts.iter().filter(move |c| c.0 == severity);
        of(Severity::Error)
            .chain(of(Severity::Warning))
            .map(|c| FindingCount { rule: c.1.to_owned(), severity: c.0.word().to_owned(), count: c.2 })
            .collect()
    }
}
