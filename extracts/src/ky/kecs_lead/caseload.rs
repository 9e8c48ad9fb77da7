//! Caseload: one line is one special education case manager of the district in one year.
//! Read beside kecs-lead, section 6.

use std::collections::BTreeMap;
use std::io;

use super::Lead;
use super::counts::{self, Counts};
use super::distinct::{Line, Members, first_by, lines};
use crate::kit::cell::{Cell, Type::*};
use crate::kit::column::{Column, at};
use crate::kit::format::Lines;

/// M1 to M5; N1 to N46 follow.
#[rustfmt::skip]
const FRONT: &[Column] = &[
    at("6", "Date Time Generated",    Stamp, "the time the report is made", "When the report was made; the same on every line."),
    at("6", "EndYear",                Int,   "Detail D2",                   "School year, by the year it ends in."),
    at("6", "District Number",        Num3,  "Detail D4",                   "The district's state number."),
    at("6", "District Name",          Text,  "Detail D5",                   "The district's name."),
    at("6", "Case Manager Person ID", Id,    "Detail D36",                  "The case manager; 0 stands for students with a disability and no case manager."),
];

/// M1 to M51.
pub fn columns() -> Vec<Column> {
    FRONT.iter().copied().chain(counts::columns("5")).collect()
}

/// P31 to P33 over the lines that `manager` finds a case manager for (D36): the first by order Q of each year, school
/// and State ID; of those the first of each year, D36 and State ID; counted for each year and D36.
pub fn managers(lead: &Lead, manager: impl Fn(&Line) -> Option<i32>) -> BTreeMap<(i32, i32), Counts> {
    let mut managed = lines(lead);
    managed.retain(|l| manager(l).is_some());
    let of_school = first_by(&managed, |l| (l.end_year, l.school));
    let of_manager = first_by(&of_school, |l| (l.end_year, manager(l)));
    let members = Members::of(lead);
    let mut rows: BTreeMap<(i32, i32), Counts> = BTreeMap::new();
    for line in of_manager {
        if let Some(manager) = manager(&line) {
            rows.entry((line.end_year, manager)).or_default().add(members.member(&line));
        }
    }
    rows
}

/// The case manager of a line's reference day, if there is one.
pub fn on_reference_day(lead: &Lead, line: &Line) -> Option<i32> {
    let reference = lead.sections.list[line.place as usize].reference(lead.today);
    lead.statuses.case_manager(line.student.person, reference)
}

/// Writes the lines and returns how many. P30: lines with D25, D35 and D36; a line with a disability has `0` when it has
/// no case manager.
pub fn write(lead: &Lead, out: &mut dyn Lines) -> io::Result<u64> {
    let disability = lead.tables.enrollment.texts("disability1");
    let rows = managers(lead, |line| {
        let disabled = disability.get(line.student.enrollment as usize).is_some();
        disabled.then(|| on_reference_day(lead, line).unwrap_or(0))
    });
    for ((year, manager), counts) in &rows {
        let front = [
            Cell::Stamp(lead.generated.0, lead.generated.1),
            Cell::Number((*year).into()),
            Cell::Text(&lead.choices.district.number),
            Cell::Text(&lead.choices.district.name),
            Cell::Number((*manager).into()),
        ];
        out.cells(&front)?;
        out.cells(&counts.0.map(|n| Cell::Number(n.into())))?;
        out.end_line()?;
    }
    Ok(rows.len() as u64)
}
