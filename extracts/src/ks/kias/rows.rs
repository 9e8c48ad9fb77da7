//! The population P1 to P9, the rows and their order (ks-kias, sections 3, 4 and 9).

use campus::snapshot::read::{Error, Snapshot, Texts};

use super::basis::{self, Basis};
use super::codes;
use super::enrollments;
use super::events::StudentEvent;
use super::groups::GROUPS;
use super::length::{Length, Lengths};
use super::reasons::Reasons;
use super::removal::{self, Said, Whole};
use super::request::Request;
use super::tables::Tables;
use super::warnings::{self, Warnings, Word};
use crate::kit::both::both;
use crate::kit::days::{Days, SchoolDays};
use crate::kit::extract::Warning;
use crate::kit::index::Index;
use crate::kit::rules::{Rule, Tallies};

/// Who is reported.
#[rustfmt::skip]
pub const POPULATION: &[Rule] = &[
    Rule { section: "3", rule: "P1", counted: "student-events", words: "the incident is Complete" },
    Rule { section: "3", rule: "P2", counted: "student-events", words: "the incident date is from Start Date to End Date" },
    Rule { section: "3", rule: "P3", counted: "student-events", words: "a resolution has a code of the row list" },
    Rule { section: "3", rule: "P4", counted: "student-events", words: "an enrollment in a selected calendar covers the incident date" },
    Rule { section: "3", rule: "P5", counted: "student-events", words: "one of them is neither State Exclude nor No Show" },
    Rule { section: "3", rule: "P6", counted: "student-events", words: "one of them is of a grade level without State Exclude" },
    Rule { section: "3", rule: "P7", counted: "student-events", words: "one of them is of a calendar and school without exclude" },
    Rule { section: "3", rule: "P8", counted: "student-events", words: "the state grade is one of the grades selected" },
    Rule { section: "3", rule: "P9", counted: "student-events", words: "the student is in the ad hoc filter" },
];

/// One student on one event for one kind of resolution.
#[derive(Debug)]
pub struct Row {
    /// Row in Person.
    pub person: u32,
    /// Row in BehaviorEvent.
    pub event: u32,
    /// Row in School of the chosen enrollment.
    pub school: u32,
    /// Incident date.
    pub day: i32,
    /// Column 4.
    pub disability: bool,
    /// Column 5.
    pub foster_care: bool,
    /// Columns 6 to 12.
    pub reasons: Reasons,
    /// Columns 13 to 27.
    pub said: Said,
}

/// All rows, in their order.
#[derive(Debug)]
pub struct Rows {
    /// The rows.
    pub list: Vec<Row>,
    /// Counts of the population rules.
    pub tallies: Tallies,
    /// V0 to V6.
    pub warnings: Vec<Warning>,
}

impl Rows {
    /// Applies the population and makes the rows.
    ///
    /// # Errors
    /// When the snapshot cannot be read.
    pub fn build(snapshot: &Snapshot, tables: &Tables, request: &Request) -> Result<Rows, Error> {
        let persons = Index::of(tables.person.numbers("personID").values());
        let inside = match &request.ad_hoc_filter {
            Some(filter) => Some(filter.persons(snapshot, &tables.person, &persons)?),
            None => None,
        };
        let selected = basis::selected(tables, &request.calendars);
        let basis = Basis::of(tables, &persons, &selected);
        let maker = Maker::of(&basis);
        let (one, other) = basis.events.list.split_at(basis.events.list.len() / 2);
        let part = |events| Part::of(&basis, &maker, request, inside.as_deref(), events);
        let (other, mut made) = both(|| part(other), || part(one));
        made.list.extend(other.list);
        made.tallies.join(&other.tallies);
        made.warnings.join(&other.warnings);
        let Part { mut list, tallies, warnings } = made;
        sort(tables, &mut list);
        let warnings = warnings::without_behavior(tables).into_iter().chain(warnings.list()).collect();
        Ok(Rows { list, tallies, warnings })
    }
}

/// What a part of the student-events makes.
struct Part {
    list: Vec<Row>,
    tallies: Tallies,
    warnings: Warnings,
}

impl Part {
    fn of(
        basis: &Basis<'_>,
        maker: &Maker<'_>,
        request: &Request,
        inside: Option<&[bool]>,
        events: &[StudentEvent],
    ) -> Part {
        let mut part =
            Part { list: Vec::new(), tallies: Tallies::of(POPULATION), warnings: Warnings::default() };
        let mut left = Vec::new();
        for of in events {
            if let Some(enrollment) = reported(basis, request, inside, of, &mut left, &mut part.tallies) {
                maker.rows(of, enrollment, &mut part.list, &mut part.warnings);
            }
        }
        part
    }
}

/// P1 to P9: the chosen enrollment of a student-event that is reported.
fn reported(
    basis: &Basis<'_>,
    request: &Request,
    inside: Option<&[bool]>,
    of: &StudentEvent,
    left: &mut Vec<u32>,
    tallies: &mut Tallies,
) -> Option<u32> {
    let in_row_list = |&row: &u32| usize::from(basis.resolutions.group[row as usize]) < GROUPS.len();
    let stays = tallies.keeps("P1", basis.status(of) == Some("CM"))
        && tallies.keeps("P2", (request.start.0..=request.end.0).contains(&of.day))
        && tallies.keeps("P3", basis.events.resolutions(of).iter().any(in_row_list));
    if !stays {
        return None;
    }
    let chosen = basis.enrollments.choose(of.person, of.calendar, of.day, left);
    if !enrollments::RULES.iter().all(|rule| tallies.keeps(rule, chosen.err() != Some(rule))) {
        return None;
    }
    let enrollment = chosen.ok()?;
    let graded = |grades: &[String]| {
        let own = basis.enrollments.state_grade(enrollment);
        grades.binary_search_by(|grade| grade.as_str().cmp(own)).is_ok()
    };
    let stays = tallies.keeps("P8", request.grades.is_empty() || graded(&request.grades))
        && tallies.keeps("P9", inside.is_none_or(|inside| inside[of.person as usize]));
    stays.then_some(enrollment)
}

/// Makes rows.
#[derive(Debug)]
pub struct Maker<'a> {
    basis: &'a Basis<'a>,
    lengths: Lengths<'a>,
    school_days: SchoolDays,
    context: Texts<'a>,
    location: Texts<'a>,
    state_id: Texts<'a>,
    structure: &'a [i32],
    calendar: &'a [i32],
    first: &'a [i32],
    last: &'a [i32],
}

impl<'a> Maker<'a> {
    /// Reads the days.
    pub fn of(basis: &'a Basis<'a>) -> Maker<'a> {
        let tables = basis.tables;
        Maker {
            lengths: Lengths::of(tables),
            school_days: SchoolDays::of(&tables.day, &tables.period_schedule, &tables.period),
            context: tables.incident.texts("context"),
            location: tables.incident.texts("location"),
            state_id: tables.person.texts("stateID"),
            structure: tables.enrollment.numbers("structureID").values(),
            calendar: tables.calendar.numbers("calendarID").values(),
            first: tables.calendar.numbers("startDate").values(),
            last: tables.calendar.numbers("endDate").values(),
            basis,
        }
    }

    /// 4: one row for each group that has a resolution.
    pub fn rows(&self, of: &StudentEvent, enrollment: u32, list: &mut Vec<Row>, warnings: &mut Warnings) {
        let basis = self.basis;
        let own = basis.events.resolutions(of);
        let reasons = basis.reasons.reasons(&basis.events, of.event);
        let code = |texts: &Texts<'_>| codes::filled(texts.get(of.incident as usize), 3);
        let whole = Whole {
            resolutions: &basis.resolutions,
            lengths: &self.lengths,
            days: self.days(enrollment),
            own,
            reasons: &reasons,
            place: removal::place(code(&self.context), code(&self.location)),
        };
        let (disability, foster_care) = (basis.disability(of, enrollment), basis.foster_care(of, enrollment));
        let identified = codes::text(self.state_id.get(of.person as usize)).is_some();
        for group in 0..GROUPS.len() as u8 {
            if !own.iter().any(|&row| basis.resolutions.group[row as usize] == group) {
                continue;
            }
            if !identified {
                warnings.add(Word::NoStateId);
            }
            if reasons.weapons && reasons.weapon_type.is_none() {
                warnings.add(Word::NoWeapon);
            }
            list.push(Row {
                person: of.person,
                event: of.event,
                school: basis.enrollments.school(enrollment),
                day: of.day,
                disability,
                foster_care,
                reasons,
                said: whole.row(group, warnings),
            });
        }
    }

    /// 7, steps 1 to 4: the length of one resolution.
    pub fn length(&self, enrollment: u32, resolution: u32) -> Length {
        self.lengths.length(resolution as usize, &self.days(enrollment))
    }

    /// 7: the instructional days of the chosen enrollment's calendar and structure, inside the calendar; Monday to
    /// Friday where the two have no Day row at all.
    fn days(&self, enrollment: u32) -> Days<'_> {
        let calendar = self.basis.enrollments.calendar(enrollment) as usize;
        let (first, last) = (self.first[calendar], self.last[calendar]);
        let structure = self.structure[enrollment as usize];
        let days = self.school_days.of_structure(self.calendar[calendar], structure, first, last);
        days.unwrap_or_else(|| Days::weekdays(first, last))
    }
}

/// 9: Building ID, KIDS ID, personID, incident date, eventID, group.
fn sort(tables: &Tables, list: &mut [Row]) {
    let mut printed = vec![false; tables.person.rows()];
    list.iter().for_each(|row| printed[row.person as usize] = true);
    let building = basis::building_ranks(tables);
    let kids_id = basis::kids_id_ranks(tables, |person| printed[person]);
    let (person, event) =
        (tables.person.numbers("personID").values(), tables.event.numbers("eventID").values());
    list.sort_by_cached_key(|row| {
        let p = row.person as usize;
        let id = event[row.event as usize];
        (building[row.school as usize], kids_id[p], person[p], row.day, id, row.said.group)
    });
}
