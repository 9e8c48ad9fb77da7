//! Why something is in a report or not: what `--explain` prints (extract-contract, "Command line").
//!
//! An extract answers with findings: each says one thing and has those that it follows from below it.

use std::fmt::Write;

use serde::Serialize;

use super::cell::Cell;
use super::column::Column;
use super::dated::{OPEN_END, OPEN_START};
use super::format::text::{SCRATCH, print};
use super::rules::Rule;

/// Who or what is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Whatever has this State ID, personID or sectionID.
    Any(String),
    /// The persons with this State ID.
    Student(String),
    /// The person with this personID.
    Person(i32),
    /// The section with this sectionID.
    Section(i32),
}

impl Subject {
    /// Reads a word: `student:`, `person:` or `section:` in front says which id it is.
    pub fn read(word: &str) -> Subject {
        let number = |text: &str, of: fn(i32) -> Subject| text.trim().parse().map(of).ok();
        let named = match word.split_once(':') {
            Some(("student", id)) => Some(Subject::Student(id.trim().to_owned())),
            Some(("person", id)) => number(id, Subject::Person),
            Some(("section", id)) => number(id, Subject::Section),
            _ => None,
        };
        named.unwrap_or_else(|| Subject::Any(word.trim().to_owned()))
    }

    /// The State ID that it may be.
    pub fn state_id(&self) -> Option<&str> {
        match self {
            Subject::Any(text) | Subject::Student(text) => Some(text),
            _ => None,
        }
    }

    /// The personID that it may be.
    pub fn person(&self) -> Option<i32> {
        match self {
            Subject::Person(id) => Some(*id),
            Subject::Any(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The sectionID that it may be.
    pub fn section(&self) -> Option<i32> {
        match self {
            Subject::Section(id) => Some(*id),
            Subject::Any(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// It in words.
    pub fn words(&self) -> String {
        match self {
            Subject::Any(text) => format!("stateID, personID or sectionID {text}"),
            Subject::Student(text) => format!("stateID {text}"),
            Subject::Person(id) => format!("personID {id}"),
            Subject::Section(id) => format!("sectionID {id}"),
        }
    }
}

/// What a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A person, a section or another thing that the rest is about.
    About,
    /// A rule that left it out.
    Dropped,
    /// A line of a report.
    Line,
    /// A column of the line.
    Value,
    /// A row of a table, or another reason.
    Reason,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// Number of the rule or column in the extract's document; empty for others.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub cites: String,
    /// One sentence.
    pub text: String,
    /// What it follows from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<Finding>,
}

impl Finding {
    fn of(kind: Kind, cites: impl Into<String>, text: impl Into<String>) -> Finding {
        Finding { kind, cites: cites.into(), text: text.into(), because: Vec::new() }
    }

    /// What the rest is about.
    pub fn about(text: impl Into<String>) -> Finding {
        Finding::of(Kind::About, "", text)
    }

    /// A line of a report.
    pub fn line(text: impl Into<String>) -> Finding {
        Finding::of(Kind::Line, "", text)
    }

    /// A reason.
    pub fn reason(text: impl Into<String>) -> Finding {
        Finding::of(Kind::Reason, "", text)
    }

    /// A rule that left it out, and what was found instead.
    pub fn dropped(rule: &Rule, found: &str) -> Finding {
        let text = format!("dropped, because it is not so that {}. {found}", rule.words);
        Finding::of(Kind::Dropped, rule.rule, text.trim_end())
    }

    /// A rule that is no filter, with what it did.
    pub fn by(rule: &str, text: impl Into<String>) -> Finding {
        Finding::of(Kind::Reason, rule, text)
    }

    /// A column of a line, as it prints, with where it comes from.
    pub fn value(number: impl Into<String>, column: &Column, cell: Cell<'_>, why: &str) -> Finding {
        let mut scratch = SCRATCH;
        let printed = String::from_utf8_lossy(print(cell, column.kind, &mut scratch)).into_owned();
        let printed = if printed.is_empty() { "empty".to_owned() } else { printed };
        Finding::of(Kind::Value, number, format!("{} is {printed}: {why}", column.header))
    }

    /// With another finding below it.
    pub fn with(mut self, because: Finding) -> Finding {
        self.because.push(because);
        self
    }

    /// With more findings below it.
    pub fn with_all(mut self, because: impl IntoIterator<Item = Finding>) -> Finding {
        self.because.extend(because);
        self
    }

    /// Itself and all findings below it.
    pub fn all(&self) -> Vec<&Finding> {
        let mut all = vec![self];
        all.extend(self.because.iter().flat_map(Finding::all));
        all
    }

    /// As indented lines.
    pub fn print(&self, out: &mut String) {
        self.indented(out, 0);
    }

    fn indented(&self, out: &mut String, depth: usize) {
        let cites = if self.cites.is_empty() { String::new() } else { format!("{} ", self.cites) };
        // Writing into memory cannot fail.
        let _ = writeln!(out, "{:1$}{cites}{2}", "", depth * 2, self.text);
        self.because.iter().for_each(|f| f.indented(out, depth + 1));
    }
}

/// The rule with this number. Explanations name rules of their own extract's tables only.
pub fn rule(rules: &[Rule], number: &str) -> Rule {
    let unknown = Rule { section: "", rule: "", counted: "", words: "a rule of the document" };
    rules.iter().find(|r| r.rule == number).copied().unwrap_or(unknown)
}

/// MM/DD/YYYY; nothing for a day that is open.
pub fn day(day: i32) -> String {
    if day == OPEN_START || day == OPEN_END {
        return "open".to_owned();
    }
    let (year, month, day) = campus::date::Date(day).ymd();
    format!("{month:02}/{day:02}/{year:04}")
}

/// `08/13/2025 to 05/22/2026`, with `open` for a date that is missing.
pub fn span(start: Option<i32>, end: Option<i32>) -> String {
    format!("{} to {}", day(start.unwrap_or(OPEN_START)), day(end.unwrap_or(OPEN_END)))
}

/// Why a dated row does not cover a day; nothing when it does.
pub fn misses(start: Option<i32>, end: Option<i32>, on: i32) -> Option<String> {
    let late = start.filter(|&s| s > on).map(|_| format!("begins after {}", day(on)));
    late.or_else(|| end.filter(|&e| e < on).map(|_| format!("ended before {}", day(on))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_says_which_id_it_is() {
        assert_eq!(Subject::read("702"), Subject::Any("702".to_owned()));
        assert_eq!(Subject::read("student:702"), Subject::Student("702".to_owned()));
        assert_eq!(Subject::read("person: 11"), Subject::Person(11));
        assert_eq!(Subject::read("section:702").section(), Some(702));
        assert_eq!((Subject::read("702").person(), Subject::read("A-7").person()), (Some(702), None));
    }

    #[test]
    fn findings_print_as_indented_lines() {
        let rule = Rule { section: "3", rule: "P3", counted: "calendars", words: "it is in term" };
        let tree = Finding::about("Section 7").with(Finding::dropped(&rule, "It is a summer school."));
        let mut text = String::new();
        tree.print(&mut text);
        assert_eq!(
            text,
            "Section 7\n  P3 dropped, because it is not so that it is in term. It is a summer school.\n"
        );
    }
}
