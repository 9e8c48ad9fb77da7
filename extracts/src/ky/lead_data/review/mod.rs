//! Review: one line is one check of the reports asked for, also when it finds nothing. Read beside lead-data, section 4.

pub mod checks;
pub mod filter;

use std::io;

use self::checks::{CHECKS, Check};
use self::filter::{Sum, Test, number};
use super::request::Report;
use crate::kit::cell::{Cell, Type::*};
use crate::kit::format::{Heading, Lines};

/// The columns of the sheet.
#[rustfmt::skip]
pub const COLUMNS: &[Heading] = &[
    Heading { header: "Check",            kind: Text },
    Heading { header: "Report",           kind: Text },
    Heading { header: "Name",             kind: Text },
    Heading { header: "Filter",           kind: Text },
    Heading { header: "What It Means",    kind: Text },
    Heading { header: "What To Do",       kind: Text },
    Heading { header: "Rows Found",       kind: Count },
    Heading { header: "Students Counted", kind: Int },
];

/// What a check found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Lines that pass the filter.
    pub rows: u64,
    /// Students Counted.
    pub students: i64,
    /// Number of the first such line of the report, from 1; 0 without one.
    pub first: u32,
}

/// Looks at a report's lines as they are written.
#[derive(Debug)]
pub struct Reviewer {
    checks: Vec<Prepared>,
    total: Option<usize>,
    lines: u32,
}

/// A check with its columns found.
#[derive(Debug)]
struct Prepared {
    conditions: Vec<(usize, Test)>,
    sum: Adds,
    found: Found,
}

/// What to add up, by place of the column.
#[derive(Clone, Copy, Debug)]
enum Adds {
    Nothing,
    Lines,
    Of(usize),
    TotalLess(usize),
}

impl Reviewer {
    /// Prepares the checks of a report.
    pub fn of(report: Report) -> Reviewer {
        let columns = report.columns();
        let place = |header: &str| {
            columns.iter().position(|c| c.header == header).expect("a check names a column of its report")
        };
        let prepared = |check: &Check| Prepared {
            conditions: check.filter.iter().map(|c| (place(c.column), c.test)).collect(),
            sum: match check.sum {
                Sum::Nothing => Adds::Nothing,
                Sum::Lines => Adds::Lines,
                Sum::Of(column) => Adds::Of(place(column)),
                Sum::TotalLess(column) => Adds::TotalLess(place(column)),
            },
            found: Found::default(),
        };
        Reviewer {
            checks: of_report(report).map(prepared).collect(),
            total: columns.iter().position(|c| c.header == "Total"),
            lines: 0,
        }
    }

    /// Looks at the next line.
    pub fn line(&mut self, cells: &[Cell<'_>]) {
        self.lines += 1;
        let total = self.total.map_or(0, |at| number(cells[at]));
        for check in &mut self.checks {
            if !check.conditions.iter().all(|&(at, test)| test.holds(cells[at], total)) {
                continue;
            }
            if check.found.rows == 0 {
                check.found.first = self.lines;
            }
            check.found.rows += 1;
            check.found.students += match check.sum {
                Adds::Nothing => 0,
                Adds::Lines => 1,
                Adds::Of(at) => number(cells[at]),
                Adds::TotalLess(at) => total - number(cells[at]),
            };
        }
    }

    /// Lines looked at so far.
    pub fn lines(&self) -> u64 {
        self.lines.into()
    }

    /// What each check of the report found, in their order.
    pub fn found(&self) -> Vec<Found> {
        self.checks.iter().map(|c| c.found).collect()
    }
}

/// The checks of a report, in order.
pub fn of_report(report: Report) -> impl Iterator<Item = &'static Check> {
    CHECKS.iter().filter(move |c| c.report == report)
}

/// Writes the lines of the reports, each given with what its checks found, and returns how many. The Report column leads
/// to the first line found in a workbook.
pub fn write(reports: &[(Report, Vec<Found>)], out: &mut dyn Lines) -> io::Result<u64> {
    let mut lines = 0;
    for (report, found) in reports {
        for (check, found) in of_report(*report).zip(found) {
            let filter = filter::words(check.filter);
            let students = match check.sum {
                Sum::Nothing => Cell::Empty,
                _ => Cell::Number(found.students),
            };
            for cell in [
                Cell::Text(check.check),
                Cell::Link(report.title(), found.first),
                Cell::Text(check.name),
                Cell::Text(&filter),
                Cell::Text(check.means),
                Cell::Text(check.todo),
                Cell::Number(found.rows as i64),
                students,
            ] {
                out.cell(cell)?;
            }
            out.end_line()?;
            lines += 1;
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_names_columns_of_its_report_and_reports_come_in_order() {
        for &report in Report::ALL {
            assert_eq!(Reviewer::of(report).checks.len(), of_report(report).count());
        }
        assert!(CHECKS.is_sorted_by_key(|c| c.report));
        let mut names: Vec<_> = CHECKS.iter().map(|c| c.check).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CHECKS.len());
    }
}
