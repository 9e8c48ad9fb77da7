//! The dictionary as one table: people sort and filter it.

use super::{Dictionary, numbered, rules};
use crate::kit::cell::{Cell, Type};
use crate::kit::format::csv::Csv;
use crate::kit::format::{Heading, Lines};

const fn text(header: &'static str) -> Heading {
    Heading { header, kind: Type::Text }
}

const HEADINGS: &[Heading] = &[
    text("Report"),
    text("What"),
    text("Number"),
    text("Section"),
    text("Name"),
    text("Format"),
    text("Source"),
    text("Meaning"),
];

/// Writes it. Writing into memory cannot fail, and every line has a cell for each heading.
pub fn write(of: &Dictionary<'_>) -> String {
    let mut lines: Vec<[String; 8]> = Vec::new();
    for report in &of.reports {
        for rule in rules(report) {
            let [number, section, counted, words] =
                [rule.rule, rule.section, rule.counted, rule.words].map(str::to_owned);
            let report = report.title.to_owned();
            lines.push([
                report,
                "rule".to_owned(),
                number,
                section,
                counted,
                String::new(),
                String::new(),
                words,
            ]);
        }
        for (number, c) in numbered(report) {
            let [section, header, kind, source, meaning] =
                [c.section, c.header, c.kind.words(), c.source, c.meaning].map(str::to_owned);
            let report = report.title.to_owned();
            lines.push([report, "column".to_owned(), number, section, header, kind, source, meaning]);
        }
    }
    let made = Csv::new(Vec::new(), HEADINGS, true).and_then(|mut csv| {
        for line in &lines {
            line.iter().try_for_each(|value| csv.cell(Cell::Text(value)))?;
            csv.end_line()?;
        }
        csv.finish()
    });
    String::from_utf8(made.unwrap_or_default()).unwrap_or_default()
}
