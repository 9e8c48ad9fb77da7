//! Who teaches which section, and who is employed where.

use std::io;

use crate::bundle::Job;
use crate::layout::School;
use crate::year;

/// The staff of each section: a primary teacher and sometimes others.
pub fn history(job: &mut Job<'_>) -> io::Result<()> {
    const TABLE: &str = "SectionStaffHistory";
    let mut id = 0;
    for calendar in &job.layout.calendars {
        let school = job.layout.school_of(calendar);
        let (first, _) = year::span(calendar.year, calendar.summer);
        for (section, nth) in calendar.sections().zip(0..) {
            let teacher = school.first_staff + nth / 7 % school.teachers;
            let other = school.first_staff + (nth / 7 + 1) % school.teachers;
            let what = "no primary teacher (LEAD issue 4)";
            if !section.draft && job.planted.draw(&mut job.rng, "Section", section.id, what) {
                continue;
            }
            let changed = job.rng.per_mille(30).then(|| year::later(first, 20 + job.rng.below(90)));
            id += 1;
            let what = "primary teacher ended (LEAD issue 5)";
            let ended = !section.draft && job.planted.draw(&mut job.rng, TABLE, id, what);
            let mut row = |id: u32, person: u32, kind: &str, from, to| {
                let sheet = &mut *job.sheet;
                sheet.int(id).int(section.id).int(section.trial).int(person).text(kind);
                sheet.date_or_null(from).date_or_null(to).end()
            };
            match (ended, changed) {
                (true, _) => row(id, teacher, "P", None, Some(year::later(first, 14)))?,
                (_, Some(day)) => {
                    row(id, other, "P", None, Some(day))?;
                    id += 1;
                    row(id, teacher, "P", Some(year::later(day, 1)), None)?;
                }
                _ => row(id, teacher, "P", None, None)?,
            }
            if section.slot == 8 || nth % 11 == 10 {
                id += 1;
                row(id, other, if nth % 2 == 0 { "T" } else { "S" }, None, None)?;
            }
        }
    }
    Ok(())
}

/// What a member of staff is: assignment type and the Teacher box.
fn role(school: &School, nth: u32) -> (&'static str, bool) {
    match nth.checked_sub(school.teachers + school.managers) {
        None => ("01", true),
        Some(0) => ("04", false),
        Some(1) => ("05", false),
        Some(_) => ("06", false),
    }
}

/// One employment a member of staff, some with an ended one before it.
pub fn employment(job: &mut Job<'_>) -> io::Result<()> {
    let layout = job.layout;
    let mut id = 0;
    for school in &layout.schools {
        for nth in 0..school.staff() {
            let person = school.first_staff + nth;
            let start = year::date(job.layout.oldest() - 2 - job.rng.below(18) as i32, 8, 1);
            let license = 200_000_000 + u64::from(person);
            if job.rng.per_mille(50) {
                id += 1;
                job.sheet.int(id).int(person).int(layout.size.number).date(year::later(start, 0));
                job.sheet.date(year::later(start, 300)).padded(license, 9).end()?;
            }
            id += 1;
            let mut plant = |what| job.planted.draw(&mut job.rng, "Employment", id, what);
            let ended = plant("ended years ago (LEAD issue 3 or 10)");
            let certified = matches!(role(school, nth).0, "01" | "06");
            let unlicensed = !ended && certified && plant("no license number (LEAD issue 6)");
            let from = if ended { year::date(2001, 8, 1) } else { year::later(start, 365) };
            job.sheet.int(id).int(person).int(layout.size.number).date(from);
            job.sheet.date_or_null(ended.then(|| year::date(2003, 6, 30)));
            if !unlicensed && role(school, nth).0 != "04" {
                job.sheet.padded(license, 9);
            }
            job.sheet.end()?;
        }
    }
    Ok(())
}

/// One assignment a member of staff, some with a second one.
pub fn assignment(job: &mut Job<'_>) -> io::Result<()> {
    const TABLE: &str = "EmploymentAssignment";
    let mut id = 0;
    for school in &job.layout.schools {
        for nth in 0..school.staff() {
            let person = school.first_staff + nth;
            let (kind, teacher) = role(school, nth);
            let start = year::date(job.layout.oldest() - 2 - job.rng.below(15) as i32, 8, 1);
            if job.planted.draw(&mut job.rng, "Person", person, "no assignment (LEAD issue 1 or 10)") {
                continue;
            }
            id += 1;
            let untyped = job.planted.draw(&mut job.rng, TABLE, id, "no type (LEAD issue 2)");
            let alternative = job.rng.weighted(&[("", 97), ("02", 3)]);
            let sheet = &mut *job.sheet;
            sheet.int(id).int(person).int(school.id).date(start).nulls(1);
            sheet.text(if untyped { "" } else { kind }).text(alternative).bool(teacher).end()?;
            if !untyped && job.rng.per_mille(40) {
                id += 1;
                let kind = job.rng.pick(&["02", "03", "07"]);
                let end = job.rng.per_mille(500).then(|| year::date(year::ACTIVE - 1, 12, 31));
                job.sheet.int(id).int(person).int(school.id).date(start).date_or_null(end).text(kind);
                job.sheet.nulls(1).bool(false).end()?;
            }
        }
    }
    Ok(())
}
