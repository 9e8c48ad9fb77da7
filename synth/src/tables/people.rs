//! Persons and their identities.

use std::io;

use crate::State;
use crate::bundle::Job;
use crate::names::{FIRST, LAST};
use crate::year;

/// An identity id that no one has.
const NOBODY: u32 = 99_999_999;

/// Number of students and of all persons.
fn counts(job: &Job<'_>) -> (u32, u32) {
    let staff: u32 = job.layout.schools.iter().map(crate::layout::School::staff).sum();
    (job.layout.students(), job.layout.students() + staff)
}

/// Students, then staff. A person's identity has the person's id.
pub fn person(job: &mut Job<'_>) -> io::Result<()> {
    let (students, all) = counts(job);
    let number = u64::from(job.layout.size.number) * 1_000_000;
    let (first, width) = if job.state == State::Il { (100_000_000, 9) } else { (1_000_000_000 + number, 10) };
    for id in 1..=all {
        let student = id <= students;
        let rng = &mut job.rng;
        let mut plant = |what| student && id > 1 && job.planted.draw(rng, "Person", id, what);
        let no_state_id = plant("no stateID (LEAD issue 14)");
        let twice = !no_state_id && plant("stateID of the person before (import warning)");
        let foreign = plant("current identity of another person (import warning)");
        let missing = !foreign && plant("current identity names nobody (import warning)");
        let identity = match (foreign, missing, job.rng.per_mille(20)) {
            (true, ..) => Some(id - 1),
            (_, true, _) => Some(NOBODY),
            (.., null) => (!null).then_some(id),
        };
        job.sheet.int(id);
        match identity {
            Some(identity) => job.sheet.int(identity),
            None => job.sheet.nulls(1),
        };
        if student && !no_state_id {
            job.sheet.padded(first + u64::from(id - u32::from(twice)), width);
        } else {
            job.sheet.nulls(1);
        }
        if student {
            job.sheet.padded(u64::from(id) + 200_000, 6);
        }
        job.sheet.end()?;
    }
    Ok(())
}

/// One identity a person.
pub fn identity(job: &mut Job<'_>) -> io::Result<()> {
    const RACES: [(&str, u32); 7] = [("1", 9), ("2", 1), ("3", 4), ("4", 15), ("5", 1), ("6", 64), ("7", 6)];
    let (students, all) = counts(job);
    let grades = grades(job);
    for id in 1..=all {
        let rng = &mut job.rng;
        let girl = rng.per_mille(if id <= students { 490 } else { 760 });
        let first = FIRST[rng.below(50) as usize + if girl { 0 } else { 50 }];
        let middle =
            if rng.per_mille(600) { FIRST[rng.below(50) as usize + if girl { 0 } else { 50 }] } else { "" };
        let last = rng.pick(&LAST);
        let age = match grades.get(id as usize - 1) {
            Some(grade) => *grade as i32 + 5,
            None => 23 + rng.below(42) as i32,
        };
        let born = year::later(year::date(year::ACTIVE - 2 - age, 8, 1), rng.below(365));
        let race = rng.weighted(&RACES);
        let what = "no race/ethnicity (LEAD issue 16)";
        let no_race = id <= students && job.planted.draw(&mut job.rng, "Identity", id, what);
        let sheet = &mut *job.sheet;
        sheet.int(id).int(id).text(last).text(first).text(middle);
        if job.rng.per_mille(5) {
            sheet.text(job.rng.pick(&LAST)).text(first);
        } else {
            sheet.nulls(2);
        }
        sheet.date(born).text(if girl { "F" } else { "M" }).text(if no_race { "" } else { race }).end()?;
    }
    Ok(())
}

/// The grade of each student in the active year, by person id less one; who has left counts as 12.
fn grades(job: &Job<'_>) -> Vec<u32> {
    let mut grades = vec![12; job.layout.students() as usize];
    for calendar in job.layout.calendars.iter().filter(|c| c.year == year::ACTIVE && !c.summer) {
        for grade in &calendar.grades {
            grade.members.iter().for_each(|p| grades[*p as usize - 1] = grade.grade);
        }
    }
    grades
}
