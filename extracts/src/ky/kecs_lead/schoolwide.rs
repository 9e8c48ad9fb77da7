//! Schoolwide: one line is one school in one year. Read beside kecs-lead, section 8.

use std::collections::BTreeMap;
use std::io;

use super::Lead;
use super::counts::{self, Counts};
use super::distinct::{Members, first_by, lines};
use crate::kit::cell::{Cell, Type::*};
use crate::kit::code;
use crate::kit::column::{Column, at};
use crate::kit::format::Lines;

/// W1 to W7; N1 to N46 follow.
#[rustfmt::skip]
const FRONT: &[Column] = &[
    at("8", "Date Time Generated",  Stamp, "the time the report is made", "When the report was made; the same on every line."),
    at("8", "End Year",             Int,   "Detail D2",                   "School year, by the year it ends in."),
    at("8", "District Number",      Num3,  "Detail D4",                   "The district's state number."),
    at("8", "District Name",        Text,  "Detail D5",                   "The district's name."),
    at("8", "School Number",        Num3,  "Detail D6",                   "The school's state number."),
    at("8", "School Name",          Text,  "Detail D7",                   "The school's name."),
    at("8", "State Classification", Code,  "Detail D8",                   "Kind of the school in the state's list."),
];

/// W1 to W53.
pub fn columns() -> Vec<Column> {
    FRONT.iter().copied().chain(counts::columns("5")).collect()
}

/// The counts of each end year and row in School, in the order of the lines. P40: lines with D25; P41: the first by
/// order Q of each year, school and State ID; P42: one line for each year and school.
pub fn schools(lead: &Lead) -> Vec<((i32, u32), Counts)> {
    let school = &lead.tables.school;
    let members = Members::of(lead);
    let mut by_school: BTreeMap<(i32, u32), Counts> = BTreeMap::new();
    for line in first_by(&lines(lead), |l| (l.end_year, l.school)) {
        by_school.entry((line.end_year, line.school)).or_default().add(members.member(&line));
    }
    let (numbers, names) = (school.texts("number"), school.texts("name"));
    let ids = school.numbers("schoolID").values();
    let mut rows: Vec<_> = by_school.into_iter().collect();
    rows.sort_by_cached_key(|((year, s), _)| {
        let s = *s as usize;
        let name = code::upper(names.or_empty(s)).into_owned();
        (*year, name, code::upper(&super::padded(numbers.or_empty(s))).into_owned(), ids[s])
    });
    rows
}

/// Writes the lines and returns how many.
pub fn write(lead: &Lead, out: &mut dyn Lines) -> io::Result<u64> {
    let school = &lead.tables.school;
    let (numbers, names) = (school.texts("number"), school.texts("name"));
    let rows = schools(lead);
    for ((year, s), counts) in &rows {
        let s = *s as usize;
        let front = [
            Cell::Stamp(lead.generated.0, lead.generated.1),
            Cell::Number((*year).into()),
            Cell::Text(&lead.choices.district.number),
            Cell::Text(&lead.choices.district.name),
            Cell::text(numbers.get(s)),
            Cell::text(names.get(s)),
            Cell::text(school.texts("stateClassification").get(s)),
        ];
        out.cells(&front)?;
        out.cells(&counts.0.map(|n| Cell::Number(n.into())))?;
        out.end_line()?;
    }
    Ok(rows.len() as u64)
}
