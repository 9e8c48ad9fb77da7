//! Which calendars and sections LEAD looks at: P1 to P10, and the dates that a section lives by.

use std::collections::HashMap;

use campus::snapshot::manifest::Choices;

use super::codes;
use super::request::Request;
use super::tables::Tables;
use crate::kit::code;
use crate::kit::index::{Groups, Index, NONE};
use crate::kit::rules::Tallies;

pub use crate::kit::dated::{OPEN_END, OPEN_START};

/// A section that passed P7 to P10.
#[derive(Debug)]
pub struct Section {
    /// Row in Section.
    pub row: u32,
    /// Row in Course.
    pub course: u32,
    /// Row in Calendar.
    pub calendar: u32,
    /// Row in School.
    pub school: u32,
    /// Row in ScheduleStructure.
    pub structure: u32,
    /// First day of the section span.
    pub first: i32,
    /// Last day of the section span.
    pub last: i32,
    /// The earlier of the last day and the closing day: what an end date must reach to be in force at the end.
    pub close: i32,
    /// Homeroom by its course or by itself (P14).
    pub homeroom: bool,
}

impl Section {
    /// Reference day: the earlier of the last day and today.
    pub fn reference(&self, today: i32) -> i32 {
        self.last.min(today)
    }

    /// Teacher day: the later of the reference day and the first day.
    pub fn teacher_day(&self, today: i32) -> i32 {
        self.reference(today).max(self.first)
    }

    /// In force at the section's end: starts on or before the last day, and ends on or after the close.
    pub fn in_force(&self, start: i32, end: i32) -> bool {
        start <= self.last && end >= self.close
    }
}

/// A section that P10 drops.
#[derive(Debug)]
pub struct Undated {
    /// Row in Section.
    pub row: u32,
    /// Row in Course.
    pub course: u32,
    /// Row in School.
    pub school: u32,
    /// `Calendar.endYear`.
    pub year: i32,
    /// Rows in Term of the terms without a date, by termID.
    pub terms: Vec<u32>,
}

/// The sections left after P10 and how rows find them.
#[derive(Debug)]
pub struct Sections {
    /// Sections left.
    pub list: Vec<Section>,
    /// Sections that pass P9 and fail P10.
    pub undated: Vec<Undated>,
    /// Row in School and end year of calendars that pass P5 and fail P6.
    pub unclassified: Vec<(u32, i32)>,
    /// P20: every pair of a row in School and an end year that a calendar left after P6 names.
    pub school_years: Vec<(u32, i32)>,
    /// Place in `list` by `Section.sectionID`, [`NONE`] where the section is not left.
    place: Vec<u32>,
    ids: Index,
    trials: Vec<i32>,
}

impl Sections {
    /// The trials of the sections left, ascending.
    pub fn trials(&self) -> Vec<i32> {
        let mut trials: Vec<i32> = self.list.iter().map(|s| self.trials[s.row as usize]).collect();
        trials.sort_unstable();
        trials.dedup();
        trials
    }

    /// The place of the section that a row belongs to: same section and same trial (section 2, "row of a section").
    #[inline]
    pub fn place_of(&self, section_id: i32, trial_id: i32) -> u32 {
        match self.ids.get(section_id) {
            Some(row) if self.trials[row] == trial_id => self.place[row],
            _ => NONE,
        }
    }
}

/// Applies P1 to P10.
pub fn select(tables: &Tables, choices: &Choices, request: &Request, tallies: &mut Tallies) -> Sections {
    let (calendar_left, unclassified) = calendars(tables, choices, request, tallies);
    let active = active_trials(tables);
    let spans = Spans::of(tables);
    let closing = closing_days(tables);
    let schools = Index::of(tables.school.numbers("schoolID").values());
    let calendar_ids = Index::of(tables.calendar.numbers("calendarID").values());
    let calendar_school = tables.calendar.numbers("schoolID").values();
    let courses = Index::of(tables.course.numbers("courseID").values());
    let course_calendar = tables.course.numbers("calendarID").values();
    let (course_active, course_homeroom) = (tables.course.flags("active"), tables.course.flags("homeroom"));
    let trials = Index::of(tables.trial.numbers("trialID").values());
    let trial_structure = tables.trial.numbers("structureID").values();
    let trial_calendar = tables.trial.numbers("calendarID").values();
    let structures = Index::of(tables.structure.numbers("structureID").values());
    let ids = tables.section.numbers("sectionID").values();
    let section_course = tables.section.numbers("courseID").values();
    let section_trial = tables.section.numbers("trialID").values();
    let homeroom = tables.section.flags("homeroomSection");

    let mut list = Vec::new();
    let mut undated = Vec::new();
    let mut place = vec![NONE; ids.len()];
    for row in 0..ids.len() {
        let Some(course) = courses.get(section_course[row]) else { continue };
        let calendar = calendar_ids.get(course_calendar[course]);
        let p7 = calendar.is_some_and(|c| calendar_left[c]) && course_active.value(course);
        if !tallies.keeps("P7", p7) {
            continue;
        }
        let calendar = calendar.expect("P7 asks for a calendar");
        let trial = trials.get(section_trial[row]);
        let p8 = trial.is_some_and(|t| active[t] && trial_calendar[t] == course_calendar[course]);
        if !tallies.keeps("P8", p8) {
            continue;
        }
        let structure = trial.and_then(|t| structures.get(trial_structure[t]));
        let span = spans.of_section(row);
        if !tallies.keeps("P9", span.placed) {
            continue;
        }
        if !tallies.keeps("P10", !span.undated) {
            undated.push((row, course, calendar));
            continue;
        }
        let (Some(structure), Some(school)) = (structure, schools.get(calendar_school[calendar])) else {
            continue;
        };
        place[row] = list.len() as u32;
        list.push(Section {
            row: row as u32,
            course: course as u32,
            calendar: calendar as u32,
            school: school as u32,
            structure: structure as u32,
            first: span.first,
            last: span.last,
            close: span.last.min(closing[structure]),
            homeroom: course_homeroom.value(course) || homeroom.value(row),
        });
    }
    let years = tables.calendar.numbers("endYear").values();
    let left = (0..calendar_left.len()).filter(|&c| calendar_left[c]);
    let mut school_years: Vec<(u32, i32)> =
        left.map(|c| (schools.row(calendar_school[c]), years[c])).collect();
    school_years.sort_unstable();
    school_years.dedup();
    let mut terms = undated_terms(tables, &undated.iter().map(|u| u.0).collect::<Vec<_>>());
    let undated = undated
        .into_iter()
        .map(|(row, course, calendar)| Undated {
            row: row as u32,
            course: course as u32,
            school: schools.row(calendar_school[calendar]),
            year: years[calendar],
            terms: terms.remove(&row).unwrap_or_default(),
        })
        .collect();
    Sections {
        list,
        undated,
        unclassified,
        school_years,
        place,
        ids: Index::of(ids),
        trials: section_trial.to_vec(),
    }
}

/// P1 to P6: by row of Calendar, whether it is left.
fn calendars(
    tables: &Tables,
    choices: &Choices,
    request: &Request,
    tallies: &mut Tallies,
) -> (Vec<bool>, Vec<(u32, i32)>) {
    let ids = tables.calendar.numbers("calendarID").values();
    let years = tables.calendar.numbers("endYear").values();
    let summer = tables.calendar.flags("summerSchool");
    let schools = Index::of(tables.school.numbers("schoolID").values());
    let school_of = tables.calendar.numbers("schoolID").values();
    let excluded = tables.school.flags("exclude");
    let classification = tables.school.texts("stateClassification");
    let active = choices.active_year();
    let mut unclassified = Vec::new();
    let left = (0..ids.len())
        .map(|row| {
            let year = choices.year(years[row]);
            let school = schools.get(school_of[row]);
            tallies.keeps("P1", request.calendars.binary_search(&ids[row]).is_ok())
                && tallies.keeps("P2", active.is_some_and(|a| years[row] <= a))
                && tallies.keeps("P3", !summer.value(row))
                && tallies.keeps("P4", year.is_some_and(|y| request.meets(y)))
                && tallies.keeps("P5", school.is_some_and(|s| !excluded.value(s)))
                && {
                    let p6 = tallies.keeps("P6", school.is_some_and(|s| reported(classification.get(s))));
                    unclassified.extend(school.filter(|_| !p6).map(|s| (s as u32, years[row])));
                    p6
                }
        })
        .collect();
    (left, unclassified)
}

/// The terms without a date that each of these sections is placed in, by termID.
fn undated_terms(tables: &Tables, undated: &[usize]) -> HashMap<usize, Vec<u32>> {
    let mut found: HashMap<usize, Vec<u32>> = undated.iter().map(|&row| (row, Vec::new())).collect();
    let sections = Index::of(tables.section.numbers("sectionID").values());
    let section_trial = tables.section.numbers("trialID").values();
    let terms = Index::of(tables.term.numbers("termID").values());
    let (start, end) = (tables.term.numbers("startDate"), tables.term.numbers("endDate"));
    let section = tables.placement.numbers("sectionID").values();
    let trial = tables.placement.numbers("trialID").values();
    let term = tables.placement.numbers("termID").values();
    for row in 0..tables.placement.rows() {
        let of = sections.get(section[row]).filter(|&s| section_trial[s] == trial[row]);
        let Some(list) = of.and_then(|s| found.get_mut(&s)) else { continue };
        list.extend(
            terms
                .get(term[row])
                .filter(|&t| start.get(t).is_none() || end.get(t).is_none())
                .map(|t| t as u32),
        );
    }
    let ids = tables.term.numbers("termID").values();
    for list in found.values_mut() {
        list.sort_unstable_by_key(|&t| ids[t as usize]);
        list.dedup();
    }
    found
}

/// P6: one of the 13 reported classifications; empty fails.
fn reported(classification: Option<&str>) -> bool {
    code::is_one_of(classification, codes::REPORTED_CLASSIFICATIONS)
}

/// By row of Trial: it is the active trial of its structure; of several active ones the highest trialID.
fn active_trials(tables: &Tables) -> Vec<bool> {
    let ids = tables.trial.numbers("trialID").values();
    let structure = tables.trial.numbers("structureID").values();
    let active = tables.trial.flags("active");
    let structures = Index::of(tables.structure.numbers("structureID").values());
    let mut highest = vec![None; tables.structure.rows()];
    for row in (0..ids.len()).filter(|&r| active.value(r)) {
        if let Some(s) = structures.get(structure[row]) {
            highest[s] = highest[s].max(Some(ids[row]));
        }
    }
    (0..ids.len()).map(|r| structures.get(structure[r]).is_some_and(|s| highest[s] == Some(ids[r]))).collect()
}

/// What the placements of a section say.
#[derive(Clone, Copy)]
struct Span {
    placed: bool,
    undated: bool,
    first: i32,
    last: i32,
}

struct Spans(Vec<Span>);

impl Spans {
    /// The section span of `campus-data.md`, convention 4, over placements of the section's own trial.
    fn of(tables: &Tables) -> Spans {
        let none = Span { placed: false, undated: false, first: OPEN_END, last: OPEN_START };
        let mut spans = vec![none; tables.section.rows()];
        let sections = Index::of(tables.section.numbers("sectionID").values());
        let section_trial = tables.section.numbers("trialID").values();
        let terms = Index::of(tables.term.numbers("termID").values());
        let (start, end) = (tables.term.numbers("startDate"), tables.term.numbers("endDate"));
        let section = tables.placement.numbers("sectionID").values();
        let trial = tables.placement.numbers("trialID").values();
        let term = tables.placement.numbers("termID").values();
        for row in 0..tables.placement.rows() {
            let Some(s) = sections.get(section[row]).filter(|&s| section_trial[s] == trial[row]) else {
                continue;
            };
            let Some(t) = terms.get(term[row]) else { continue };
            let span = &mut spans[s];
            span.placed = true;
            span.undated |= start.get(t).is_none() || end.get(t).is_none();
            span.first = span.first.min(start.get_or(t, OPEN_END));
            span.last = span.last.max(end.get_or(t, OPEN_START));
        }
        Spans(spans)
    }

    fn of_section(&self, row: usize) -> Span {
        self.0[row]
    }
}

/// Closing day by row of ScheduleStructure: its latest instructional day, else the end of its calendar.
/// Of several Day rows of one date in a structure the lowest dayID counts.
pub fn closing_days(tables: &Tables) -> Vec<i32> {
    let structures = Index::of(tables.structure.numbers("structureID").values());
    let calendars = Index::of(tables.calendar.numbers("calendarID").values());
    let calendar_end = tables.calendar.numbers("endDate").values();
    let of_structure = tables.structure.numbers("calendarID").values();
    let ids = tables.day.numbers("dayID").values();
    let dates = tables.day.numbers("date").values();
    let (school_day, instruction) = (tables.day.flags("schoolDay"), tables.day.flags("instruction"));
    let owner: Vec<u32> =
        tables.day.numbers("structureID").values().iter().map(|&s| structures.row(s)).collect();
    let groups = Groups::of(tables.structure.rows(), &owner);
    let mut days = Vec::new();
    (0..tables.structure.rows())
        .map(|structure| {
            days.clear();
            days.extend(groups.of_owner(structure).iter().map(|&d| d as usize));
            days.sort_unstable_by_key(|&d| (std::cmp::Reverse(dates[d]), ids[d]));
            days.dedup_by_key(|d| dates[*d]);
            let instructional = |&&d: &&usize| school_day.value(d) && instruction.value(d);
            let end = || calendars.get(of_structure[structure]).map_or(OPEN_END, |c| calendar_end[c]);
            days.iter().find(instructional).map_or_else(end, |&d| dates[d])
        })
        .collect()
}
