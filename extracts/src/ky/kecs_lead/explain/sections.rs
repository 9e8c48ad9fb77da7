//! P7 to P10 and P15 of one section, its primary teacher and the students that it keeps and drops.

use super::Explainer;
use crate::kit::code;
use crate::kit::explain::{Finding, day, misses, span};
use crate::kit::index::{Index, NONE};
use crate::ky::kecs_lead::detail::{self, section_cells};

/// Columns of Detail that a section is explained with: D17 to D23.
const EXPLAINED: std::ops::Range<usize> = 16..23;

impl Explainer<'_> {
    /// `Section 702, course 2001 "Math, Resource", number 1`.
    pub(super) fn section_words(&self, row: usize) -> String {
        let t = &self.lead.tables;
        let number = t.section.numbers("number").values()[row];
        let course = self.courses.get(t.section.numbers("courseID").values()[row]);
        let of = |column: &str| course.map_or("", |c| t.course.texts(column).or_empty(c));
        format!("Section {}, course {} {:?}, number {number}", self.section_id(row), of("number"), of("name"))
    }

    /// Row in Calendar of a section's course.
    pub(super) fn calendar_of(&self, row: usize) -> Option<usize> {
        let t = &self.lead.tables;
        let course = self.courses.get(t.section.numbers("courseID").values()[row])?;
        self.calendars.get(t.course.numbers("calendarID").values()[course])
    }

    /// The place of a section that is left after P10.
    pub(super) fn place(&self, row: usize) -> Option<u32> {
        let trial = self.lead.tables.section.numbers("trialID").values()[row];
        Some(self.lead.sections.place_of(self.section_id(row), trial)).filter(|&place| place != NONE)
    }

    /// The first of P7 to P10 and P15 that leaves a section out.
    pub(super) fn section_dropped(&self, row: usize) -> Option<Finding> {
        if let Some(place) = self.place(row) {
            let kept = self.lead.seats.kept[place as usize];
            return (!kept).then(|| self.dropped("P15", "All students left are cross-site."));
        }
        let t = &self.lead.tables;
        let Some(course) = self.courses.get(t.section.numbers("courseID").values()[row]) else {
            return Some(Finding::reason("its course is not in the data"));
        };
        let calendar = self.calendar_of(row);
        match calendar {
            None => return Some(self.dropped("P7", "The course's calendar is not in the data.")),
            Some(calendar) => {
                if let Some(dropped) = self.calendar_dropped(calendar) {
                    let words = self.calendar_words(calendar);
                    return Some(self.dropped("P7", format!("{words} is not left.")).with(dropped));
                }
            }
        }
        if !t.course.flags("active").value(course) {
            return Some(self.dropped("P7", "The course is not active."));
        }
        self.trial_dropped(row, course).or_else(|| self.placement_dropped(row))
    }

    /// P8.
    fn trial_dropped(&self, row: usize, course: usize) -> Option<Finding> {
        let t = &self.lead.tables;
        let ids = t.trial.numbers("trialID").values();
        let own = t.section.numbers("trialID").values()[row];
        let Some(trial) = Index::of(ids).get(own) else {
            return Some(self.dropped("P8", format!("Trial {own} is not in the data.")));
        };
        let structure = t.trial.numbers("structureID").values();
        let rows =
            (0..ids.len()).filter(|&r| structure[r] == structure[trial] && t.trial.flags("active").value(r));
        match rows.map(|r| ids[r]).max() {
            Some(active) if active != own => {
                let found = format!(
                    "It is in trial {own}; the active trial of structure {} is {active}.",
                    structure[trial]
                );
                return Some(self.dropped("P8", found));
            }
            None => {
                return Some(
                    self.dropped("P8", format!("Structure {} has no active trial.", structure[trial])),
                );
            }
            Some(_) => {}
        }
        let (of_trial, of_course) =
            (t.trial.numbers("calendarID").values()[trial], t.course.numbers("calendarID").values()[course]);
        (of_trial != of_course).then(|| {
            let found = format!("The trial is of calendar {of_trial}, the course of {of_course}.");
            self.dropped("P8", found)
        })
    }

    /// P9 and P10.
    fn placement_dropped(&self, row: usize) -> Option<Finding> {
        let t = &self.lead.tables;
        let (section, trial) = (self.section_id(row), t.section.numbers("trialID").values()[row]);
        let of = |column: &str| t.placement.numbers(column).values();
        let (sections, trials, terms) = (of("sectionID"), of("trialID"), of("termID"));
        let index = Index::of(t.term.numbers("termID").values());
        let own = (0..t.placement.rows()).filter(|&r| sections[r] == section && trials[r] == trial);
        let placed: Vec<usize> = own.filter_map(|r| index.get(terms[r])).collect();
        if placed.is_empty() {
            return Some(self.dropped("P9", "No SectionPlacement row has this section and its trial."));
        }
        let (start, end) = (t.term.numbers("startDate"), t.term.numbers("endDate"));
        let undated = placed.into_iter().find(|&term| start.get(term).is_none() || end.get(term).is_none());
        undated
            .map(|term| {
                let name = t.term.texts("name").or_empty(term);
                self.dropped("P10", format!("Term {name:?} runs {}.", span(start.get(term), end.get(term))))
            })
            .or_else(|| Some(Finding::reason("its school or structure is not in the data")))
    }

    /// All about a section: the rule that dropped it, or its lines, its teacher and its students.
    pub(super) fn about_section(&self, row: usize) -> Finding {
        let about = Finding::about(self.section_words(row));
        let calendar =
            self.calendar_of(row).map(|c| Finding::reason(format!("in {}", self.calendar_words(c))));
        let about = about.with_all(calendar);
        if let Some(dropped) = self.section_dropped(row) {
            let seated = self.place(row).map(|place| self.students_of(row, place)).unwrap_or_default();
            return about.with(dropped.with_all(seated));
        }
        let Some(place) = self.place(row) else { return about };
        let s = &self.lead.sections.list[place as usize];
        let today = self.lead.today;
        let days = Finding::reason(format!(
            "runs {}; reference day {}, teacher day {}; an end date counts as in force from {}",
            span(Some(s.first), Some(s.last)),
            day(s.reference(today)),
            day(s.teacher_day(today)),
            day(s.close),
        ));
        let students = self.lead.seats.of_section(place as usize).len();
        let lines = match students {
            0 => "1 line of Detail without a student (P16)".to_owned(),
            1 => "1 line of Detail".to_owned(),
            n => format!("{n} lines of Detail"),
        };
        let cells = section_cells(self.lead, place);
        let values = EXPLAINED.map(|at| {
            let column = &detail::COLUMNS[at];
            let value = Finding::value(format!("D{}", at + 1), column, cells[at], column.source);
            if at == 20 { value.with_all(self.teachers(row, place)) } else { value }
        });
        let line = Finding::line(format!("1 line of Classes, {lines}")).with_all(values);
        about.with(days).with(line).with_all(self.students_of(row, place))
    }

    /// The staff history of a section, and which row is the primary teacher.
    pub(super) fn teachers(&self, row: usize, place: u32) -> Vec<Finding> {
        let t = &self.lead.tables;
        let table = &t.staff_history;
        let (section, trial) = (self.section_id(row), t.section.numbers("trialID").values()[row]);
        let of = |column: &str| table.numbers(column).values();
        let (sections, trials, ids, persons) =
            (of("sectionID"), of("trialID"), of("historyID"), of("personID"));
        let (start, end, kind) =
            (table.numbers("startDate"), table.numbers("endDate"), table.texts("staffType"));
        let s = &self.lead.sections.list[place as usize];
        let on = s.teacher_day(self.lead.today);
        let chosen = self.lead.teachers[place as usize];
        let rows = (0..table.rows()).filter(|&r| sections[r] == section);
        rows.map(|r| {
            let who = self.person_id_words(persons[r]);
            let dates = span(start.get(r), end.get(r));
            let (from, to) = (start.get_or(r, s.first), end.get_or(r, s.last));
            let primary = chosen.is_some_and(|c| c.history() == ids[r]);
            let why = if trials[r] != trial {
                format!("not of the section's trial {trial}")
            } else if !code::is(kind.get(r), "P") {
                format!("staff type {} is not P", kind.get(r).unwrap_or("empty"))
            } else if primary {
                let why = misses(Some(from), Some(to), on).map_or_else(
                    || format!("covers the teacher day {}", day(on)),
                    |w| format!("{w}, and no P row covers that day"),
                );
                format!("the primary teacher: {why}; latest start, then highest historyID")
            } else {
                misses(Some(from), Some(to), on).unwrap_or_else(|| {
                    "covers the teacher day, but another has a later start or a higher historyID".to_owned()
                })
            };
            Finding::reason(format!("SectionStaffHistory {}: {who}, {dates}: {why}", ids[r]))
        })
        .collect()
    }

    /// Every student on the rosters of a section: kept, or the rule that dropped the student.
    fn students_of(&self, row: usize, place: u32) -> Vec<Finding> {
        let section = self.section_id(row);
        let mut persons: Vec<i32> =
            self.seats.iter().filter(|s| s.section == section).map(|s| s.person).collect();
        persons.sort_unstable();
        persons.dedup();
        let told = persons.into_iter().filter_map(|id| {
            let person = Some(self.lead.persons.row(id)).filter(|&p| p != NONE)?;
            let about = Finding::about(self.person_words(person));
            Some(match self.student_dropped(person, row, place) {
                Some(dropped) => about.with(dropped),
                None => about.with(Finding::line("1 line of Detail")),
            })
        });
        told.collect()
    }

    /// A Roster date as it counts in a section: a missing one is the section's own.
    pub(super) fn in_force(&self, place: u32, start: Option<i32>, end: Option<i32>) -> bool {
        let s = &self.lead.sections.list[place as usize];
        s.in_force(start.unwrap_or(s.first), end.unwrap_or(s.last))
    }
}
