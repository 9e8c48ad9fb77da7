//! Who sits in which section.

use std::io;

use campus::date::Date;

use crate::bundle::Job;
use crate::layout::{Calendar, Grade};
use crate::year;

/// Students of the first class whom the inactive trial has.
const DRAFTED: usize = 20;
/// A person id that no one has.
const NOBODY: u32 = 99_999_999;

/// The rows of a table: its job and the next id.
struct Rows<'a, 'b> {
    job: &'a mut Job<'b>,
    next: u32,
}

impl Rows<'_, '_> {
    fn add(
        &mut self,
        section: u32,
        trial: u32,
        person: u32,
        span: (Option<Date>, Option<Date>),
    ) -> io::Result<()> {
        let id = self.next;
        self.next += 1;
        let sheet = &mut *self.job.sheet;
        sheet.int(id).int(section).int(trial).int(person);
        sheet.date_or_null(span.0).date_or_null(span.1).date_or_null(span.0).end()
    }
}

/// The students of each calendar, grade by grade.
pub fn roster(job: &mut Job<'_>) -> io::Result<()> {
    let layout = job.layout;
    let mut rows = Rows { job, next: 1 };
    for calendar in &layout.calendars {
        for grade in &calendar.grades {
            for (&person, rank) in grade.members.iter().zip(0..) {
                student(&mut rows, calendar, grade, person, rank)?;
            }
            for &person in &grade.visitors {
                for slot in 0..2 {
                    let group = rows.job.rng.below(grade.groups);
                    let section = grade.first_section + group * calendar.slots + slot;
                    rows.add(section, calendar.trial(), person, (None, None))?;
                }
            }
        }
        if let Some(first) = calendar.first_draft {
            for &person in calendar.grades[0].members.iter().take(DRAFTED) {
                for slot in 0..calendar.slots {
                    rows.add(first + slot, calendar.trial() + 1, person, (None, None))?;
                }
            }
        }
    }
    for _ in 0..rows.next / 100_000 {
        let id = rows.next;
        rows.job.planted.note("Roster", id, "personID names nobody (import warning)");
        let calendar = &layout.calendars[0];
        rows.add(calendar.grades[0].first_section, calendar.trial(), NOBODY, (None, None))?;
    }
    Ok(())
}

/// One student's classes: the homeroom's class, in high schools another one for each course.
fn student(
    rows: &mut Rows<'_, '_>,
    calendar: &Calendar,
    grade: &Grade,
    person: u32,
    rank: u32,
) -> io::Result<()> {
    let stay = rows.job.traits.stay(person, calendar.year);
    if stay.no_show {
        return Ok(());
    }
    let disabled = rows.job.traits.disability(person).is_some();
    let mixed = rows.job.layout.school_of(calendar).level == 2;
    let home = rank % grade.groups;
    let resource = {
        let share = if disabled { 300 } else { 3 };
        calendar.resource && rows.job.rng.per_mille(share)
    };
    let spans = if calendar.summer {
        [Some((None, None)), None]
    } else {
        [Some((stay.late, stay.left)), stay.back.map(|back| (Some(back), None))]
    };
    for slot in 0..calendar.slots {
        let rng = &mut rows.job.rng;
        let group = if mixed && slot > 0 { rng.below(grade.groups) } else { home };
        let moved = grade.groups > 1 && rng.per_mille(10);
        let moved_on = year::later(year::span(calendar.year, false).0, 10 + rng.below(120));
        let of = |group: u32| grade.first_section + (group % grade.groups) * calendar.slots + slot;
        // The resource course takes the place of mathematics.
        let section = if resource && slot == 2 {
            grade.first_section + grade.groups * calendar.slots
        } else {
            of(group)
        };
        let trial = calendar.trial();
        if moved && stay.late.is_none() && stay.left.is_none() && !calendar.summer {
            rows.add(of(group + 1), trial, person, (None, Some(year::later(moved_on, 0))))?;
            rows.add(section, trial, person, (Some(year::later(moved_on, 1)), None))?;
            continue;
        }
        for span in spans.into_iter().flatten() {
            rows.add(section, trial, person, span)?;
        }
    }
    Ok(())
}
