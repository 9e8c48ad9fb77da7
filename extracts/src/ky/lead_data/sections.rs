//! The sections of the base rows (R1), which a snapshot carries so that a request for Detail is checked without it.

use campus::snapshot::manifest::Choices;
use campus::snapshot::read::{Error, Snapshot};

use super::population;
use crate::kit::code;
use crate::kit::index::Index;
use crate::kit::rules::Tallies;
use crate::ky::kecs_lead::students::{Rosters, seat};
use crate::ky::kecs_lead::tables::Tables;
use crate::ky::kecs_lead::{self, codes, sections};

/// Tables that P2 to P10 look at.
const SECTIONS: &[&str] = &[
    "School",
    "Calendar",
    "ScheduleStructure",
    "Trial",
    "Term",
    "Day",
    "Course",
    "Section",
    "SectionPlacement",
];

/// Tables that P11 to P15 look at besides.
const STUDENTS: &[&str] = &["Person", "Enrollment"];

/// Adds the LEAD sections to the choices of a new snapshot. Only Kentucky's schools have a State Classification that is
/// reported (P6), so that other states' districts have none and are not looked at further.
///
/// # Errors
/// When the snapshot cannot be read.
pub fn add(snapshot: &Snapshot, choices: &mut Choices) -> Result<(), Error> {
    let schools = snapshot.load("School", &["stateClassification"])?;
    let classification = schools.texts("stateClassification");
    let reported = |row: usize| code::is_one_of(classification.get(row), codes::REPORTED_CLASSIFICATIONS);
    let any = (0..schools.rows()).any(reported);
    let found = if any { of(snapshot, choices)? } else { Vec::new() };
    let (sections, calendars) = found.into_iter().unzip();
    (choices.lead_sections, choices.lead_calendars) = (Some(sections), calendars);
    Ok(())
}

/// `Section.sectionID`s of the base rows, ascending, each with its `Calendar.calendarID`. P15 needs the students, but only where there are cross-site
/// enrollments and homerooms to leave them out of.
fn of(snapshot: &Snapshot, choices: &Choices) -> Result<Vec<(i32, i32)>, Error> {
    let calendars = population::calendars(choices);
    let mut tallies = Tallies::of(kecs_lead::POPULATION);
    let mut tables = Tables::load_only(snapshot, SECTIONS)?;
    let left = sections::select(&tables, choices, &population::base(&calendars), &mut tallies);
    let mut kept = vec![true; left.list.len()];
    if choices.district.cross_site && left.list.iter().any(|s| s.homeroom) {
        let students = Tables::load_only(snapshot, STUDENTS)?;
        (tables.person, tables.enrollment) = (students.person, students.enrollment);
        let persons = Index::of(tables.person.numbers("personID").values());
        let rosters = Rosters::read(snapshot, &left, &persons)?;
        kept = seat(&tables, &left, &persons, true, &rosters, &mut tallies).kept;
    }
    let ids = tables.section.numbers("sectionID").values();
    let of_calendar = tables.calendar.numbers("calendarID").values();
    let kept = left.list.iter().zip(kept).filter(|(_, kept)| *kept);
    let mut found: Vec<(i32, i32)> =
        kept.map(|(s, _)| (ids[s.row as usize], of_calendar[s.calendar as usize])).collect();
    found.sort_unstable();
    Ok(found)
}
