//! The district, its schools, years and calendars.

use std::io;

use crate::State;
use crate::bundle::Job;
use crate::names::LAST;
use crate::year;

/// The District row; its id is its number.
pub fn district(job: &mut Job<'_>) -> io::Result<()> {
    let size = &job.layout.size;
    let number = match job.state {
        State::Ky => format!("{:03}", size.number),
        State::Ks => format!("D{:04}", size.number),
        State::Il => format!("{:04}", size.number),
    };
    job.sheet.int(size.number).text(&number).text(&size.name).text(job.state.code());
    match job.state {
        State::Il => job.sheet.text("34").text("049").text("26"),
        _ => job.sheet.nulls(3),
    };
    job.sheet.bool(true).end()
}

/// One row a school.
pub fn school(job: &mut Job<'_>) -> io::Result<()> {
    let size = &job.layout.size;
    let last = job.layout.schools.len() as u32;
    for school in &job.layout.schools {
        let kind = ["Elementary", "Middle", "High"][school.level];
        let name = format!("{} {kind} {}", LAST[(school.id as usize * 61) % LAST.len()], school.id);
        let width = if job.state == State::Ky { 3 } else { 4 };
        job.sheet.int(school.id).int(size.number).padded(u64::from(school.id) * 5, width).text(&name);
        let unknown = school.id % 100 == 99;
        if unknown && job.state == State::Ky {
            job.planted.note("School", school.id, "no state classification (LEAD issue 13)");
        }
        let classification = match (job.state, unknown) {
            (State::Ky, false) if school.id == last && last > 3 => "A5",
            (State::Ky, false) if school.id % 41 == 40 => "C2",
            (State::Ky, false) => "A1",
            _ => "",
        };
        job.sheet.text(classification).nulls(1).bool(false).end()?;
    }
    Ok(())
}

/// The years asked for; the latest is active.
pub fn school_year(job: &mut Job<'_>) -> io::Result<()> {
    for &end in &job.layout.years {
        let (first, last) = (year::date(end - 1, 7, 1), year::date(end, 6, 30));
        job.sheet.int(end as u32).date(first).date(last).bool(end == year::ACTIVE).end()?;
    }
    Ok(())
}

/// One calendar a school and year, and a summer school in each high school.
pub fn calendar(job: &mut Job<'_>) -> io::Result<()> {
    for calendar in &job.layout.calendars {
        let school = job.layout.school_of(calendar);
        let (first, last) = year::span(calendar.year, calendar.summer);
        let kind = if calendar.summer { "Summer" } else { "School" };
        let name = format!("{}-{} {kind} {}", (calendar.year - 1) % 100, calendar.year % 100, school.id);
        let sheet = &mut *job.sheet;
        sheet.int(calendar.id()).int(school.id).int(calendar.year as u32).text(&name).date(first).date(last);
        sheet.bool(false).bool(calendar.summer).int(420).end()?;
    }
    Ok(())
}

/// One structure a calendar.
pub fn structure(job: &mut Job<'_>) -> io::Result<()> {
    for calendar in &job.layout.calendars {
        job.sheet.int(calendar.structure()).int(calendar.id()).text("Main").end()?;
    }
    Ok(())
}

/// The active trial of each structure, and an inactive one of some.
pub fn trial(job: &mut Job<'_>) -> io::Result<()> {
    for calendar in &job.layout.calendars {
        let trials = 1 + u32::from(calendar.first_draft.is_some());
        for nth in 0..trials {
            job.sheet.int(calendar.trial() + nth).int(calendar.structure()).int(calendar.id());
            job.sheet.bool(nth == 0).end()?;
        }
    }
    Ok(())
}
