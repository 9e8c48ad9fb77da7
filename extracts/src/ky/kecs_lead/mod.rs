//! KECS LEAD Extract: what the Kentucky Educator Credentialing System reads as Local Educator Assignment Data.
//!
//! Lay `kecs-lead.md` beside these files. Detail is the base list, computed once per job; the others are made from it.

pub mod caseload;
pub mod classes;
pub mod codes;
pub mod counts;
pub mod detail;
pub mod distinct;
pub mod explain;
pub mod extract;
pub mod issue_list;
pub mod issues;
pub mod request;
pub mod rules;
pub mod schoolwide;
pub mod sections;
pub mod staff;
pub mod status;
pub mod students;
pub mod tables;
pub mod teacher;

use campus::date::Date;
use campus::snapshot::manifest::Choices;
use campus::snapshot::read::{Error, Snapshot};

use self::request::Request;
use self::sections::Sections;
use self::students::Seats;
use self::tables::Tables;
use crate::kit::code;
use crate::kit::index::Index;
use crate::kit::people;
use crate::kit::rules::{Rule, Tallies};

/// The catalogue's code.
pub const CODE: &str = "kecs-lead";
/// The catalogue's name.
pub const TITLE: &str = "KECS LEAD Extract";

/// Population of Detail (section 3). P13, P16 and P17 drop nothing.
#[rustfmt::skip]
pub const POPULATION: &[Rule] = &[
    Rule { section: "3", rule: "P1",  counted: "calendars", words: "Calendar is selected by the request" },
    Rule { section: "3", rule: "P2",  counted: "calendars", words: "Calendar.endYear is at most the end year of the active school year" },
    Rule { section: "3", rule: "P3",  counted: "calendars", words: "Calendar.summerSchool = 0" },
    Rule { section: "3", rule: "P4",  counted: "calendars", words: "its school year overlaps the date range" },
    Rule { section: "3", rule: "P5",  counted: "calendars", words: "School.exclude = 0" },
    Rule { section: "3", rule: "P6",  counted: "calendars", words: "School.stateClassification is one of the 13 reported; empty fails" },
    Rule { section: "3", rule: "P7",  counted: "sections",  words: "Course.calendarID is a calendar left, Course.active = 1" },
    Rule { section: "3", rule: "P8",  counted: "sections",  words: "Section.trialID is the active trial of its structure, and of the course's calendar" },
    Rule { section: "3", rule: "P9",  counted: "sections",  words: "it has at least one SectionPlacement row" },
    Rule { section: "3", rule: "P10", counted: "sections",  words: "no term it is placed in has a null startDate or endDate" },
    Rule { section: "3", rule: "P11", counted: "students",  words: "a Roster row of the section is in force at its end" },
    Rule { section: "3", rule: "P12", counted: "students",  words: "an Enrollment in the section's calendar with noShow = 0 is in force at the section's end" },
    Rule { section: "3", rule: "P14", counted: "students",  words: "not a cross-site enrollment in a homeroom section" },
    Rule { section: "3", rule: "P15", counted: "sections",  words: "P14 did not take its last student" },
];

/// Code of the warning that no selected calendar meets the date range.
pub const NO_CALENDAR_IN_RANGE: &str = "W1";

/// All that the reports of one job are made from.
#[derive(Debug)]
pub struct Lead {
    /// The snapshot's choices.
    pub choices: Choices,
    /// Rows of Person by id.
    pub persons: Index,
    /// Columns read.
    pub tables: Tables,
    /// Sections left after P10.
    pub sections: Sections,
    /// Students left after P15.
    pub seats: Seats,
    /// Primary teacher by section.
    pub teachers: Vec<Option<teacher::Teacher>>,
    /// State grades by enrollment.
    pub grades: students::Grades,
    /// Statuses by student.
    pub statuses: status::Statuses,
    /// Row in Identity by row of Person, [`NONE`](crate::kit::index::NONE) for a person without one.
    pub identity: Vec<u32>,
    /// Places of sections left after P15, in the order of the reports.
    pub order: Vec<u32>,
    /// Today: the snapshot's as-of date.
    pub today: i32,
    /// The time that the report is generated: date and minutes since midnight.
    pub generated: (Date, u16),
    /// Counts of the population rules.
    pub tallies: Tallies,
}

impl Lead {
    /// Applies the population of Detail to the tables read; the rosters are read on the way, batch by batch.
    pub fn build(
        snapshot: &Snapshot,
        tables: Tables,
        request: &Request,
        generated: (Date, u16),
    ) -> Result<Lead, Error> {
        let choices = snapshot.manifest().choices.clone();
        let today = snapshot.manifest().as_of_date().map_or(sections::OPEN_END, |d| d.0);
        let mut tallies = Tallies::of(POPULATION);
        let sections = sections::select(&tables, &choices, request, &mut tallies);
        let persons = Index::of(tables.person.numbers("personID").values());
        let rosters = students::Rosters::read(snapshot, &sections, &persons)?;
        let cross_site = choices.district.cross_site && request.exclude_cross_site;
        let seats = students::seat(&tables, &sections, &persons, cross_site, &rosters, &mut tallies);
        Ok(Lead {
            teachers: teacher::primary(&tables, &sections, today),
            grades: students::Grades::of(&tables),
            statuses: status::Statuses::of(&tables, &persons),
            identity: people::identities(&tables.person, &tables.identity, &persons),
            order: order(&tables, &sections, &seats),
            choices,
            persons,
            tables,
            sections,
            seats,
            today,
            generated,
            tallies,
        })
    }

    /// W1: how many calendars P4 dropped, when it left none.
    pub fn out_of_range(&self) -> Option<u64> {
        let p4 = self.tallies.0.iter().find(|t| t.rule == "P4")?;
        (p4.dropped > 0 && p4.dropped == p4.considered).then_some(p4.dropped)
    }
}

/// D2, D5, D7, D9, D10, D11, D13, D3: the order of sections in Detail and Classes. The section id makes it total.
fn order(tables: &Tables, sections: &Sections, seats: &Seats) -> Vec<u32> {
    let ranks = |table: &campus::snapshot::read::Batch, column: &str| {
        code::ranks((0..table.rows()).map(|r| table.texts(column).get(r)))
    };
    let school = ranks(&tables.school, "name");
    let calendar = ranks(&tables.calendar, "name");
    let structure = ranks(&tables.structure, "name");
    let course = ranks(&tables.course, "number");
    let years = tables.calendar.numbers("endYear").values();
    let (numbers, ids) =
        (tables.section.numbers("number").values(), tables.section.numbers("sectionID").values());
    let key = |&place: &u32| {
        let s = &sections.list[place as usize];
        let of = |ranks: &[u32], row: u32| ranks[row as usize];
        (
            years[s.calendar as usize],
            of(&school, s.school),
            of(&calendar, s.calendar),
            of(&structure, s.structure),
            of(&course, s.course),
            numbers[s.row as usize],
            ids[s.row as usize],
        )
    };
    let mut order: Vec<u32> = (0..sections.list.len() as u32).filter(|&p| seats.kept[p as usize]).collect();
    order.sort_by_cached_key(key);
    order
}

/// `School.number` as a `Num3` column prints it, which is how it sorts.
fn padded(number: &str) -> std::borrow::Cow<'_, str> {
    match number.len() {
        1 | 2 if number.bytes().all(|b| b.is_ascii_digit()) => format!("{number:0>3}").into(),
        _ => number.into(),
    }
}
