//! Terms, bell schedules, days and grade levels of each structure.

use std::io;

use crate::State;
use crate::bundle::Job;
use crate::year::{self, DayKind};

/// Periods of a regular day: the homeroom and seven classes.
const PERIODS: u32 = 8;

/// One term schedule a structure.
pub fn term_schedule(job: &mut Job<'_>) -> io::Result<()> {
    for calendar in &job.layout.calendars {
        let name = ["", "Summer", "Semesters", "", "Quarters"]
            [calendar.terms(job.layout.school_of(calendar)) as usize];
        job.sheet.int(calendar.term_schedule()).int(calendar.structure()).text(name).end()?;
    }
    Ok(())
}

/// The terms, and an undated one in some structures.
pub fn term(job: &mut Job<'_>) -> io::Result<()> {
    for calendar in &job.layout.calendars {
        let count = calendar.terms(job.layout.school_of(calendar));
        let letter = ["", "T", "S", "", "Q"][count as usize];
        for ((first, last), seq) in year::terms(calendar.year, calendar.summer, count).into_iter().zip(0..) {
            job.sheet.int(calendar.term(seq)).int(calendar.term_schedule());
            job.sheet.text(&format!("{letter}{}", seq + 1)).int(seq + 1).date(first).date(last).end()?;
        }
        if calendar.undated_term() {
            let id = calendar.term(count);
            job.planted.note("Term", id, "no dates (LEAD issue 15)");
            job.sheet.int(id).int(calendar.term_schedule()).text("TBA").int(count + 1).end()?;
        }
    }
    Ok(())
}

/// A regular and an early release schedule a structure.
pub fn period_schedule(job: &mut Job<'_>) -> io::Result<()> {
    for calendar in &job.layout.calendars {
        for (name, which) in ["Regular", "Early Release"].into_iter().zip(0..) {
            job.sheet.int(calendar.bells(which)).int(calendar.structure()).text(name).int(which + 1).end()?;
        }
    }
    Ok(())
}

/// Eight periods of each schedule, and lunch.
pub fn period(job: &mut Job<'_>) -> io::Result<()> {
    let clock = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    for calendar in &job.layout.calendars {
        for which in 0..2 {
            let length = [48, 30][which as usize];
            for period in 0..=PERIODS {
                let lunch = period == PERIODS;
                // Lunch lies between the fourth and the fifth period.
                let place = if lunch { 4 } else { period + u32::from(period > 3) };
                let start = 470 + place * (length + 4);
                let name = if lunch { "Lunch".to_owned() } else { period.to_string() };
                job.sheet.int(calendar.period(which, period)).int(calendar.bells(which)).text(&name);
                job.sheet
                    .int(place + 1)
                    .text(&clock(start))
                    .text(&clock(start + length))
                    .bool(lunch)
                    .end()?;
            }
        }
    }
    Ok(())
}

/// Every weekday from a calendar's first day to its last.
pub fn day(job: &mut Job<'_>) -> io::Result<()> {
    let mut id = 0;
    for calendar in &job.layout.calendars {
        let (first, last) = year::span(calendar.year, calendar.summer);
        for day in (first.0..=last.0).map(campus::date::Date).filter(|d| year::weekday(*d) < 5) {
            id += 1;
            let kind = year::kind(day);
            let teaching = matches!(kind, DayKind::Early | DayKind::Regular);
            let early = kind == DayKind::Early;
            let sheet = &mut *job.sheet;
            sheet.int(id).int(calendar.id()).int(calendar.structure());
            sheet.int(calendar.bells(u32::from(early))).date(day);
            sheet.bool(kind != DayKind::Holiday).bool(teaching).bool(teaching);
            if early {
                sheet.text("07:50").text("12:30");
            }
            sheet.end()?;
        }
    }
    Ok(())
}

/// The local name of a grade.
pub fn local_grade(grade: u32) -> String {
    if grade == 0 { "K".to_owned() } else { grade.to_string() }
}

/// The grades of each calendar.
pub fn grade_level(job: &mut Job<'_>) -> io::Result<()> {
    for calendar in &job.layout.calendars {
        for (grade, seq) in calendar.grades.iter().zip(1..) {
            let state = match (job.state, grade.grade) {
                (State::Il, 0) => "15".to_owned(),
                (_, number) => format!("{number:02}"),
            };
            let sheet = &mut *job.sheet;
            sheet.int(calendar.id()).int(calendar.structure()).text(&local_grade(grade.grade));
            sheet.int(seq).text(&state).bool(false).end()?;
        }
    }
    Ok(())
}
