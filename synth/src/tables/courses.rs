//! Courses, sections and their placements.

use std::io;

use crate::bundle::Job;
use crate::layout::{Calendar, Section};

/// Name and state course code of each slot; the last is the resource course.
const SUBJECTS: [(&str, &str); 9] = [
    ("Homeroom", "909995"),
    ("English Language Arts", "230107"),
    ("Mathematics", "270301"),
    ("Science", "303092"),
    ("Social Studies", "459801"),
    ("Health and PE", "340209"),
    ("Art", "500711"),
    ("Career Studies", "499910"),
    ("Resource, Mathematics", "909999"),
];
/// Place of the resource course in the list.
const RESOURCE: usize = 8;
/// Place of the course that requires core content.
const CAREER: u32 = 7;

fn subject(calendar: &Calendar, slot: u32) -> usize {
    match (calendar.summer, slot == calendar.slots) {
        (true, _) => 2,
        (_, true) => RESOURCE,
        _ => slot as usize,
    }
}

/// The courses of each grade.
pub fn course(job: &mut Job<'_>) -> io::Result<()> {
    for calendar in &job.layout.calendars {
        for grade in &calendar.grades {
            for slot in 0..calendar.courses() {
                let subject = subject(calendar, slot);
                let (name, code) = SUBJECTS[subject];
                let id = grade.first_course + slot;
                let method = job.rng.weighted(&[("01", 94), ("10", 2), ("11", 2), ("02", 1), ("12", 1)]);
                let sheet = &mut *job.sheet;
                sheet.int(id).int(calendar.id()).padded(u64::from((grade.grade + 1) * 100 + slot), 4);
                let inactive = job.rng.per_mille(2);
                sheet.text(&format!("{name} {}", grade.grade)).text(code).bool(!inactive).bool(false);
                sheet.bool(subject == 0).text(if subject == 0 { "01" } else { method });
                sheet.bool(job.rng.per_mille(10)).bool(job.rng.per_mille(10));
                sheet.end()?;
            }
        }
    }
    Ok(())
}

/// The sections of each course, also those of the inactive trial.
pub fn section(job: &mut Job<'_>) -> io::Result<()> {
    for calendar in &job.layout.calendars {
        for section in calendar.sections() {
            let subject = subject(calendar, section.slot);
            let mut content = match subject {
                RESOURCE => "508",
                7 => "501",
                _ => "",
            };
            if subject as u32 == CAREER || subject == RESOURCE {
                let what = "no core content (LEAD issue 7)";
                if !section.draft && job.planted.draw(&mut job.rng, "Section", section.id, what) {
                    content = "";
                }
            } else if !section.draft
                && job.planted.draw(&mut job.rng, "Section", section.id, "core content 507 (LEAD issue 8)")
            {
                content = "507";
            }
            let special = match subject {
                RESOURCE => "05",
                _ => job.rng.weighted(&[("01", 90), ("", 8), ("02", 2)]),
            };
            let setting = job.rng.weighted(&[("", 95), ("01", 5)]);
            let sheet = &mut *job.sheet;
            sheet.int(section.id).int(section.grade.first_course + section.slot).int(section.trial);
            sheet.int(section.group + 1).bool(subject == 0 && job.rng.per_mille(500)).text(special);
            sheet.text(content).text(setting).end()?;
        }
    }
    Ok(())
}

/// The terms of a section: in high schools slot 5 is of the first term only, slot 6 of the second.
fn terms(count: u32, section: &Section<'_>) -> std::ops::Range<u32> {
    match (count, section.slot) {
        (2, 5) => 0..1,
        (2, 6) => 1..2,
        _ => 0..count,
    }
}

/// Each section in the period of its slot.
pub fn placement(job: &mut Job<'_>) -> io::Result<()> {
    for calendar in &job.layout.calendars {
        let count = calendar.terms(job.layout.school_of(calendar));
        for section in calendar.sections() {
            let period = calendar.period(0, section.slot % 8);
            for term in terms(count, &section) {
                let sheet = &mut *job.sheet;
                sheet.int(section.id).int(section.trial).int(calendar.term(term)).int(period).end()?;
            }
            // The undated term holds the first class's art.
            if calendar.undated_term() && !section.draft && section.group == 0 && section.slot == 6 {
                let sheet = &mut *job.sheet;
                sheet.int(section.id).int(section.trial).int(calendar.term(count)).int(period).end()?;
                let key = format!("{} {}", section.id, calendar.term(count));
                job.planted.note("SectionPlacement", key, "undated term (LEAD issue 15)");
            }
        }
    }
    Ok(())
}
