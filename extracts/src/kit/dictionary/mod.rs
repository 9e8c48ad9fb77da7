//! The dictionary of an extract: its options, rules and columns as a document that a data steward can check and sign.
//!
//! Everything in it comes from the tables that make the report, so that it cannot tell anything else than they do.

mod csv;
mod html;
mod text;

use super::column::Column;
use super::extract::{Extract, ReportInfo};
use super::option::EditorOption;
use super::rules::Rule;

/// What is printed.
#[derive(Clone, Debug)]
pub struct Dictionary<'a> {
    extract: &'a dyn Extract,
    reports: Vec<&'a ReportInfo>,
    program: &'a str,
}

impl<'a> Dictionary<'a> {
    /// The dictionary of an extract, or of one of its reports. `program` is the program's name and version.
    /// Nothing when the extract has no such report.
    pub fn of(extract: &'a dyn Extract, report: Option<&str>, program: &'a str) -> Option<Dictionary<'a>> {
        let wanted = |r: &&ReportInfo| report.is_none_or(|code| r.code == code);
        let reports: Vec<_> = extract.reports().iter().filter(wanted).collect();
        (!reports.is_empty()).then_some(Dictionary { extract, reports, program })
    }

    /// As plain text.
    pub fn text(&self) -> String {
        text::write(self)
    }

    /// As a page to print.
    pub fn html(&self) -> String {
        html::write(self)
    }

    /// As one table, comma-separated: a line for each rule and each column.
    pub fn csv(&self) -> String {
        csv::write(self)
    }

    /// Title of the document.
    fn title(&self) -> String {
        match self.reports.as_slice() {
            [one] if self.extract.reports().len() > 1 => format!("{} {}", self.extract.title(), one.title),
            _ => self.extract.title().to_owned(),
        }
    }
}

/// The rules of a report, those that are counted first.
fn rules(report: &ReportInfo) -> impl Iterator<Item = &'static Rule> {
    report.rules.iter().chain(report.uncounted)
}

/// Its columns with their numbers in the document.
pub fn numbered(report: &ReportInfo) -> Vec<(String, Column)> {
    let columns = (report.columns)();
    columns.into_iter().zip(1..).map(|(c, n)| (format!("{}{n}", report.letter), c)).collect()
}

/// `required`, or the default.
fn need(option: &EditorOption) -> String {
    if option.required { "required".to_owned() } else { format!("default {}", option.default) }
}
