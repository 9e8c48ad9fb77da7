//! Enrollments.

use std::io;

use campus::date::Date;

use crate::bundle::Job;
use crate::layout::Calendar;
use crate::planted::PER_MILLE;
use crate::tables::schedule::local_grade;
use crate::year;

/// One row to write.
struct Row<'a> {
    person: u32,
    calendar: &'a Calendar,
    grade: &'a str,
    service: &'a str,
    span: (Date, Option<Date>),
    no_show: bool,
    visitor: bool,
}

/// The students of each calendar, then its visitors.
pub fn enrollment(job: &mut Job<'_>) -> io::Result<()> {
    let layout = job.layout;
    let mut next = 1;
    for calendar in &layout.calendars {
        let (first, last) = year::span(calendar.year, calendar.summer);
        let close = (calendar.year < year::ACTIVE).then_some(last);
        for grade in &calendar.grades {
            let name = local_grade(grade.grade);
            for &person in &grade.members {
                let mut stay = job.traits.stay(person, calendar.year);
                if calendar.summer {
                    (stay.late, stay.left, stay.back) = (None, None, None);
                }
                let service = job.rng.weighted(&[("P", 975), ("N", 15), ("S", 10)]);
                let span = (stay.late.unwrap_or(first), stay.left.or(close));
                let (no_show, visitor) = (stay.no_show, false);
                let row = Row { person, calendar, grade: &name, service, span, no_show, visitor };
                write(job, &mut next, &row)?;
                if let Some(back) = stay.back {
                    write(job, &mut next, &Row { span: (back, close), ..row })?;
                }
            }
            for &person in &grade.visitors {
                let span = (first, close);
                let (no_show, visitor) = (false, true);
                let row = Row { person, calendar, grade: &name, service: "S", span, no_show, visitor };
                write(job, &mut next, &row)?;
            }
        }
    }
    Ok(())
}

fn write(job: &mut Job<'_>, next: &mut u32, row: &Row<'_>) -> io::Result<()> {
    let id = *next;
    *next += 1;
    let mut plant = |what| job.planted.draw(&mut job.rng, "Enrollment", id, what);
    let grade =
        if plant("grade without a grade level (import warning; LEAD issue 16)") { "KG" } else { row.grade };
    let backwards = plant("end before start (import warning)");
    let mut disability = job.traits.disability(row.person);
    if disability.is_some() && job.rng.per_mille(PER_MILLE * 5) {
        job.planted.note("Enrollment", id, "disability 77 (LEAD issue 16)");
        disability = Some("77");
    }
    let (start, mut end) = row.span;
    if backwards {
        end = Some(Date(start.0 - 1));
    }
    let sheet = &mut *job.sheet;
    sheet.int(id).int(row.person).int(row.calendar.id()).int(row.calendar.structure()).text(grade);
    sheet.text(row.service).date(start).date_or_null(end).bool(row.no_show).bool(job.rng.per_mille(5));
    sheet.bool(row.visitor).text(disability.unwrap_or("")).bool(job.rng.per_mille(30)).end()
}
