//! Staff: one line is one person, school, Type and Alt Type in one year. Read beside kecs-lead, section 4.

use std::collections::BTreeMap;
use std::io;

use campus::date;

use super::Lead;
use super::sections::{OPEN_END, OPEN_START};
use crate::kit::cell::{Cell, Type::*};
use crate::kit::code;
use crate::kit::column::{Column, at};
use crate::kit::format::Lines;
use crate::kit::index::{Groups, Index, NONE};
use crate::kit::rules::{Rule, Tallies, Tally};

/// S1 to S11.
#[rustfmt::skip]
pub const COLUMNS: &[Column] = &[
    at("4", "Date Time Generated", Stamp, "the time the report is made",   "When the report was made; the same on every line."),
    at("4", "EndYear",             Int,   "end year of P20",               "School year, by the year it ends in."),
    at("4", "PersonID",            Id,    "EmploymentAssignment.personID", "The member of staff."),
    at("4", "District Number",     Num3,  "District.number",               "The district's state number."),
    at("4", "School Number",       Num3,  "School.number",                 "State number of the school assigned to."),
    at("4", "EPSB ID",             Text,  "Employment.licenseNumber",      "EPSB number of the open employment; when all have ended, of the latest one in the year."),
    at("4", "First Name",          Text,  "Identity.firstName",            "First name."),
    at("4", "Last Name",           Text,  "Identity.lastName",             "Last name."),
    at("4", "Type",                Code,  "EmploymentAssignment.type",     "Type of the assignment; empty when none is given."),
    at("4", "Alt Type",            Code,  "EmploymentAssignment.altType",  "Alternative type of the assignment."),
    at("4", "Teacher Role",        Flag,  "EmploymentAssignment.teacher",  "True when any record of the line is marked as teacher."),
];

/// The key of a line: end year, row in School, row in Person, Type and Alt Type as stored.
pub type Key<'a> = (i32, u32, u32, Option<&'a str>, Option<&'a str>);

/// Year window: 07/01 of the year before the end year, to 06/30 of the end year.
pub fn window(end_year: i32) -> (i32, i32) {
    let day = |year, month, day| date::Date::of(year, month, day);
    let start = day(end_year - 1, 7, 1).map_or(OPEN_START, |d| d.0);
    (start, day(end_year, 6, 30).map_or(OPEN_END, |d| d.0))
}

/// P21 and P22, which follow P1 to P6. P20 and P23 drop nothing.
#[rustfmt::skip]
pub const RULES: &[Rule] = &[
    Rule { section: "4", rule: "P21", counted: "assignments", words: "an EmploymentAssignment of the person at that school overlaps the year window" },
    Rule { section: "4", rule: "P22", counted: "assignments", words: "an Employment of the person overlaps the year window" },
];

/// The lines of Staff.
#[derive(Debug)]
pub struct Staff<'a> {
    /// In their order, with S11.
    pub lines: Vec<(Key<'a>, bool)>,
    /// Counts of P1 to P6, P21 and P22.
    pub tallies: Vec<Tally>,
}

impl<'a> Staff<'a> {
    /// Finds and sorts the lines.
    pub fn of(lead: &'a Lead) -> Staff<'a> {
        let mut tallies = Tallies::of(RULES);
        let lines = lines(lead, &mut tallies);
        let of_calendars = lead.tallies.0.iter().filter(|t| t.counted == "calendars").cloned();
        Staff { lines, tallies: of_calendars.chain(tallies.0).collect() }
    }
}

fn lines<'a>(lead: &'a Lead, tallies: &mut Tallies) -> Vec<(Key<'a>, bool)> {
    let t = &lead.tables;
    let employment = Employments::of(lead);
    let assignment = &t.assignment;
    let (kind, alt, teacher) =
        (assignment.texts("type"), assignment.texts("altType"), assignment.flags("teacher"));
    let (start, end) = (assignment.numbers("startDate").values(), assignment.numbers("endDate"));
    let (school, person) = (assignment.numbers("schoolID").values(), assignment.numbers("personID").values());
    let school_ids = t.school.numbers("schoolID").values();
    let schools = Index::of(school_ids);
    let mut years: Vec<Vec<i32>> = vec![Vec::new(); school_ids.len()];
    lead.sections.school_years.iter().for_each(|&(school, year)| years[school as usize].push(year));
    let mut rows: BTreeMap<Key<'_>, bool> = BTreeMap::new();
    for row in 0..assignment.rows() {
        let (at, p) = (schools.row(school[row]), lead.persons.row(person[row]));
        if at == NONE || p == NONE {
            continue;
        }
        for &end_year in &years[at as usize] {
            let (first, last) = window(end_year);
            if tallies.keeps("P21", overlaps((start[row], end.get(row)), first, last))
                && tallies.keeps("P22", employment.overlaps(p, first, last))
            {
                *rows.entry((end_year, at, p, kind.get(row), alt.get(row))).or_default() |=
                    teacher.value(row);
            }
        }
    }
    let person_ids = t.person.numbers("personID").values();
    let numbers = t.school.texts("number");
    let mut rows: Vec<(Key<'_>, bool)> = rows.into_iter().collect();
    rows.sort_by_cached_key(|((year, school, person, kind, alt), _)| {
        let number = super::padded(numbers.or_empty(*school as usize)).into_owned();
        let upper = |text: &Option<&str>| text.map(|t| code::upper(t).into_owned());
        let printed =
            (code::upper(&number).into_owned(), upper(kind), upper(alt), school_ids[*school as usize]);
        (*year, person_ids[*person as usize], printed, number, *kind, *alt)
    });
    rows
}

/// Writes the lines and returns how many.
pub fn write(lead: &Lead, staff: &Staff<'_>, out: &mut dyn Lines) -> io::Result<u64> {
    let t = &lead.tables;
    let employment = Employments::of(lead);
    let numbers = t.school.texts("number");
    let person_ids = t.person.numbers("personID").values();
    for ((year, school, person, kind, alt), teacher) in &staff.lines {
        let identity = Some(lead.identity[*person as usize]).filter(|&i| i != NONE).map(|i| i as usize);
        let name = |column: &str| Cell::text(identity.and_then(|i| t.identity.texts(column).get(i)));
        let line = [
            Cell::Stamp(lead.generated.0, lead.generated.1),
            Cell::Number((*year).into()),
            Cell::Number(person_ids[*person as usize].into()),
            Cell::Text(&lead.choices.district.number),
            Cell::text(numbers.get(*school as usize)),
            Cell::text(employment.license(*person, window(*year))),
            name("firstName"),
            name("lastName"),
            Cell::text(*kind),
            Cell::text(*alt),
            Cell::Flag(*teacher),
        ];
        out.cells(&line)?;
        out.end_line()?;
    }
    Ok(staff.lines.len() as u64)
}

/// Employments by person.
#[derive(Debug)]
pub struct Employments<'a> {
    lead: &'a Lead,
    groups: Groups,
}

impl<'a> Employments<'a> {
    /// Groups them.
    pub fn of(lead: &'a Lead) -> Employments<'a> {
        let person = lead.tables.employment.numbers("personID").values();
        let owner: Vec<u32> = person.iter().map(|&p| lead.persons.row(p)).collect();
        Employments { lead, groups: Groups::of(lead.tables.person.rows(), &owner) }
    }

    fn span(&self, row: u32) -> (i32, Option<i32>) {
        let table = &self.lead.tables.employment;
        (table.numbers("startDate").values()[row as usize], table.numbers("endDate").get(row as usize))
    }

    /// P22: an Employment of the person overlaps the year window.
    pub fn overlaps(&self, person: u32, first: i32, last: i32) -> bool {
        self.groups.of_owner(person as usize).iter().any(|&row| overlaps(self.span(row), first, last))
    }

    /// S6: of the record without an end, whenever it starts; when all have ended, of those in the year window.
    pub fn license(&self, person: u32, (first, last): (i32, i32)) -> Option<&'a str> {
        let table = &self.lead.tables.employment;
        let ids = table.numbers("employmentID").values();
        let rows = self.groups.of_owner(person as usize);
        let latest = |row: &u32| (self.span(*row).0, ids[*row as usize]);
        let open = rows.iter().copied().filter(|&r| self.span(r).1.is_none()).max_by_key(latest);
        let ended =
            || rows.iter().copied().filter(|&r| overlaps(self.span(r), first, last)).max_by_key(latest);
        table.texts("licenseNumber").get(open.or_else(ended)? as usize)
    }
}

fn overlaps((start, end): (i32, Option<i32>), first: i32, last: i32) -> bool {
    start <= last && end.is_none_or(|e| e >= first)
}

/// Assignments by person.
#[derive(Debug)]
pub struct Assignments<'a> {
    lead: &'a Lead,
    groups: Groups,
}

impl<'a> Assignments<'a> {
    /// Groups them.
    pub fn of(lead: &'a Lead) -> Assignments<'a> {
        let person = lead.tables.assignment.numbers("personID").values();
        let owner: Vec<u32> = person.iter().map(|&p| lead.persons.row(p)).collect();
        Assignments { lead, groups: Groups::of(lead.tables.person.rows(), &owner) }
    }

    /// Types of the person's assignments at a school, or at any, that overlap a window.
    pub fn types_at(
        &self,
        person: u32,
        school: Option<u32>,
        (first, last): (i32, i32),
    ) -> Vec<Option<&'a str>> {
        let table = &self.lead.tables.assignment;
        let wanted = school.map(|s| self.lead.tables.school.numbers("schoolID").values()[s as usize]);
        let (schools, kinds) = (table.numbers("schoolID").values(), table.texts("type"));
        let (start, end) = (table.numbers("startDate").values(), table.numbers("endDate"));
        let rows = self.groups.of_owner(person as usize).iter().map(|&r| r as usize);
        rows.filter(|&r| wanted.is_none_or(|id| schools[r] == id))
            .filter(|&r| overlaps((start[r], end.get(r)), first, last))
            .map(|r| kinds.get(r))
            .collect()
    }
}
