//! P11 to P14 of one student, the student's lines, and which of them count in Schoolwide and Caseload.

use std::collections::BTreeMap;

use super::Explainer;
use super::status::Because;
use crate::kit::explain::{Finding, day, span};
use crate::kit::index::Index;
use crate::ky::kecs_lead::caseload::on_reference_day;
use crate::ky::kecs_lead::detail::{self, Students};
use crate::ky::kecs_lead::distinct::{Line, first_by, lines};
use crate::ky::kecs_lead::students::Student;

/// First column of Detail that a student is explained with: D28.
const FIRST: usize = 27;

impl Explainer<'_> {
    /// The student of a section's lines.
    fn student(&self, person: u32, place: u32) -> Option<Student> {
        self.lead.seats.of_section(place as usize).iter().find(|s| s.person == person).copied()
    }

    /// The first of P11, P12 and P14 that leaves a student out of a section.
    pub(super) fn student_dropped(&self, person: u32, row: usize, place: u32) -> Option<Finding> {
        if self.student(person, place).is_some() {
            return None;
        }
        let t = &self.lead.tables;
        let id = t.person.numbers("personID").values()[person as usize];
        let (section, trial) = (self.section_id(row), t.section.numbers("trialID").values()[row]);
        let s = &self.lead.sections.list[place as usize];
        let own: Vec<_> =
            self.seats.iter().filter(|seat| seat.person == id && seat.section == section).collect();
        let in_force =
            own.iter().any(|seat| seat.trial == trial && self.in_force(place, seat.start, seat.end));
        if !in_force {
            let rows = own.iter().map(|seat| {
                let other = if seat.trial == trial { "" } else { ", not of the section's trial" };
                Finding::reason(format!("Roster {}: {}{other}", seat.id, span(seat.start, seat.end)))
            });
            let found = format!(
                "The section ends on {}; in force is what begins by then and ends on or after {}.",
                day(s.last),
                day(s.close)
            );
            return Some(self.dropped("P11", found).with_all(rows));
        }
        let enrollments = self.enrollments(person, Some(s.calendar as usize));
        let (start, end) = (t.enrollment.numbers("startDate").values(), t.enrollment.numbers("endDate"));
        let no_show = t.enrollment.flags("noShow");
        let counts = |e: usize| !no_show.value(e) && s.in_force(start[e], end.get_or(e, i32::MAX));
        if !enrollments.iter().any(|&e| counts(e)) {
            let rows = enrollments.iter().map(|&e| {
                let why = if no_show.value(e) { "No Show" } else { "not in force at the section's end" };
                Finding::reason(format!("{}: {why}", self.enrollment_words(e)))
            });
            let found =
                if enrollments.is_empty() { "There is no enrollment in the section's calendar." } else { "" };
            return Some(self.dropped("P12", found).with_all(rows));
        }
        let rows =
            enrollments.iter().filter(|&&e| counts(e)).map(|&e| Finding::reason(self.enrollment_words(e)));
        Some(
            self.dropped("P14", "The chosen enrollment is cross-site and the section is a homeroom.")
                .with_all(rows),
        )
    }

    /// Rows in Enrollment of a person, in one calendar or in all.
    fn enrollments(&self, person: u32, calendar: Option<usize>) -> Vec<usize> {
        let t = &self.lead.tables;
        let id = t.person.numbers("personID").values()[person as usize];
        let of = |column: &str| t.enrollment.numbers(column).values();
        let (persons, calendars) = (of("personID"), of("calendarID"));
        let wanted = calendar.map(|c| t.calendar.numbers("calendarID").values()[c]);
        (0..t.enrollment.rows())
            .filter(|&e| persons[e] == id && wanted.is_none_or(|c| calendars[e] == c))
            .collect()
    }

    fn enrollment_words(&self, row: usize) -> String {
        let table = &self.lead.tables.enrollment;
        let id = table.numbers("enrollmentID").values()[row];
        let dates = span(table.numbers("startDate").get(row), table.numbers("endDate").get(row));
        format!(
            "Enrollment {id}: {dates}, service type {}",
            table.texts("serviceType").get(row).unwrap_or("empty")
        )
    }

    /// All about a student; nothing for a person without enrollments and rosters.
    pub(super) fn about_student(&self, person: u32) -> Option<Finding> {
        let t = &self.lead.tables;
        let id = t.person.numbers("personID").values()[person as usize];
        let ids = t.section.numbers("sectionID").values();
        let rows = Index::of(ids);
        // Sections by calendar, each once; calendars of enrollments without any section too.
        let mut calendars: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let enrollments = self.enrollments(person, None);
        let of_enrollment = t.enrollment.numbers("calendarID").values();
        for calendar in enrollments.iter().filter_map(|&e| self.calendars.get(of_enrollment[e])) {
            calendars.entry(calendar).or_default();
        }
        let mut lost = 0;
        for seat in self.seats.iter().filter(|s| s.person == id) {
            let row = rows.get(seat.section);
            match row.and_then(|row| self.calendar_of(row).map(|calendar| (row, calendar))) {
                None => lost += 1,
                Some((row, calendar)) => {
                    let list = calendars.entry(calendar).or_default();
                    if !list.contains(&row) {
                        list.push(row);
                    }
                }
            }
        }
        if calendars.is_empty() && lost == 0 {
            return None;
        }
        let mut about = Finding::about(format!("Student {}", self.person_words(person)));
        for (&calendar, sections) in &calendars {
            about = about.with(self.in_calendar(person, calendar, sections));
        }
        if lost > 0 {
            about = about
                .with(Finding::reason(format!("{lost} Roster rows of sections that are not in the data")));
        }
        Some(about.with_all(self.counted_once(person)))
    }

    fn in_calendar(&self, person: u32, calendar: usize, sections: &[usize]) -> Finding {
        let about = Finding::about(self.calendar_words(calendar));
        if let Some(dropped) = self.calendar_dropped(calendar) {
            let count = sections.len();
            return about
                .with(dropped)
                .with(Finding::reason(format!("{count} sections of the student's rosters")));
        }
        if sections.is_empty() {
            return about.with(Finding::reason("no Roster row of the student in a section of this calendar"));
        }
        about.with_all(sections.iter().map(|&row| self.in_section(person, row)))
    }

    fn in_section(&self, person: u32, row: usize) -> Finding {
        let about = Finding::about(self.section_words(row));
        let Some(place) = self.place(row) else { return about.with_all(self.section_dropped(row)) };
        if let Some(dropped) = self.student_dropped(person, row, place) {
            return about.with(dropped).with_all(self.section_dropped(row));
        }
        let Some(student) = self.student(person, place) else { return about };
        about.with(self.detail_line(student, place))
    }

    /// D28 to D39 with where each comes from.
    fn detail_line(&self, student: Student, place: u32) -> Finding {
        let s = &self.lead.sections.list[place as usize];
        let reference = s.reference(self.lead.today);
        let cells = Students::of(self.lead).cells(student, reference);
        let because = Because::of(self.lead, student, reference);
        let chosen = self.enrollment_words(student.enrollment as usize);
        let others = self.enrollments(student.person, Some(s.calendar as usize)).len() - 1;
        let values = (FIRST..detail::COLUMNS.len()).map(|at| {
            let (column, cell) = (&detail::COLUMNS[at], cells[at - 23]);
            let (why, rows) = match at + 1 {
                28 if others > 0 => {
                    (format!("{chosen}; chosen of {} by P12 and P13", others + 1), Vec::new())
                }
                28 => (chosen.clone(), Vec::new()),
                32 => (because.grade(), Vec::new()),
                34 => because.iep(),
                36 => because.case_manager(),
                37 => because.english_learner(),
                38 => because.gifted(),
                39 => because.ilpa(),
                _ => (column.source.to_owned(), Vec::new()),
            };
            Finding::value(format!("D{}", at + 1), column, cell, &why).with_all(rows)
        });
        Finding::line(format!("1 line of Detail; reference day {}", day(reference))).with_all(values)
    }

    /// Schoolwide and Caseload: a State ID counts once, by order Q.
    fn counted_once(&self, person: u32) -> Vec<Finding> {
        let lines = lines(self.lead);
        let Some(state_id) = lines.iter().find(|l| l.student.person == person).map(|l| l.state_id) else {
            let seated = self.lead.order.iter().any(|&place| self.student(person, place).is_some());
            let missing = seated
                .then(|| Finding::reason("not counted in Schoolwide and Caseload: no State ID (P30, P40)"));
            return missing.into_iter().collect();
        };
        let own: Vec<Line> = lines.into_iter().filter(|l| l.state_id == state_id).collect();
        let mut found = Vec::new();
        for line in first_by(&own, |l| (l.end_year, l.school)) {
            let school = self.lead.tables.school.texts("name").or_empty(line.school as usize);
            found.push(self.counts(
                &line,
                person,
                &format!("Schoolwide: counts in {school}, {}", line.end_year),
            ));
        }
        let disability = self.lead.tables.enrollment.texts("disability1");
        let (rule, keeps) = self.terms.caseload;
        let manager = |l: &Line| {
            let disabled = disability.get(l.student.enrollment as usize).is_some();
            let manager = on_reference_day(self.lead, l).or(disabled.then_some(0));
            manager.filter(|_| keeps(manager, disabled))
        };
        let kept: Vec<Line> = own.into_iter().filter(|l| manager(l).is_some()).collect();
        if kept.is_empty() {
            found.push(Finding::dropped(
                rule,
                "No Detail line of the student is so: Caseload does not count the student.",
            ));
        }
        let of_school = first_by(&kept, |l| (l.end_year, l.school));
        for line in first_by(&of_school, |l| (l.end_year, manager(l))) {
            let who = match manager(&line) {
                Some(id) if id != 0 => self.person_id_words(id),
                _ => "0, no case manager".to_owned(),
            };
            found.push(self.counts(
                &line,
                person,
                &format!("Caseload: counts with {who}, {}", line.end_year),
            ));
        }
        found
    }

    fn counts(&self, line: &Line, person: u32, where_: &str) -> Finding {
        let row = self.lead.sections.list[line.place as usize].row as usize;
        let section = self.section_id(row);
        let enrollment = self.enrollment_words(line.student.enrollment as usize);
        let other = line.student.person != person;
        let whose = if other {
            format!(" of {} with the same State ID", self.person_words(line.student.person))
        } else {
            String::new()
        };
        Finding::by("Order Q", format!("{where_}, by the line of section {section}{whose}; {enrollment}"))
    }
}
