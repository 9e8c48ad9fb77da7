//! Plans, case managers, English learners, gifted students, saved filters.

use std::io;

use crate::bundle::Job;
use crate::planted::PER_MILLE;
use crate::year;

/// Students of a saved filter.
const FILTERED: u32 = 25;

/// IEP, 504 plan and ILPA.
pub fn plan_type(job: &mut Job<'_>) -> io::Result<()> {
    for (id, module, name) in
        [(1, "specialed", "KY IEP"), (2, "plp", "504 Plan"), (3, "ilpa", "Alternative Education ILPA")]
    {
        job.sheet.int(id).text(module).text(name).end()?;
    }
    Ok(())
}

/// The students with an IEP, one plan a year: ids are `person * 16 + place`, an ILPA is in place 15.
fn iep_count(job: &Job<'_>) -> u32 {
    job.layout.years.len() as u32 + 1
}

/// An annual IEP for each disability, an ILPA for one student in 150.
pub fn plan(job: &mut Job<'_>) -> io::Result<()> {
    let district = job.layout.size.number;
    let newest = year::date(year::ACTIVE - 1, 2, 15);
    for person in 1..=job.layout.students() {
        if let Some(code) = job.traits.disability(person) {
            let offset = job.rng.below(340);
            let count = iep_count(job);
            for nth in 0..count {
                let id = person * 16 + nth;
                let start = year::later(newest, offset).0 - 365 * (count - 1 - nth) as i32;
                let start = campus::date::Date(start);
                let backwards =
                    job.planted.draw(&mut job.rng, "Plan", id, "end before start (import warning)");
                let end = if backwards { campus::date::Date(start.0 - 1) } else { year::later(start, 364) };
                let sheet = &mut *job.sheet;
                sheet.int(id).int(person).int(1).int(district).date(start).date(end);
                sheet.bool(!job.rng.per_mille(40)).text(code).end()?;
            }
        }
        if job.rng.per_mille(7) {
            let start = year::later(year::date(year::ACTIVE - 1, 8, 20), job.rng.below(100));
            job.sheet.int(person * 16 + 15).int(person).int(3).int(district).date(start);
            job.sheet.nulls(1).bool(job.rng.per_mille(800)).end()?;
        }
    }
    Ok(())
}

/// Status and setting of each IEP.
pub fn plan_state(job: &mut Job<'_>) -> io::Result<()> {
    for person in (1..=job.layout.students()).filter(|p| job.traits.disability(*p).is_some()) {
        for nth in 0..iep_count(job) {
            let setting = job.rng.weighted(&[("01", 73), ("02", 15), ("03", 8), ("", 1)]);
            job.sheet.int(person * 16 + nth).text("A").text(setting).end()?;
        }
    }
    Ok(())
}

/// A case manager for each student with a disability, sometimes a service provider.
pub fn team_member(job: &mut Job<'_>) -> io::Result<()> {
    let layout = job.layout;
    let mut id = 0;
    for person in 1..=layout.students() {
        let school = &layout.schools[layout.home[person as usize - 1] as usize];
        let disabled = job.traits.disability(person).is_some();
        let mut manager = disabled;
        if disabled && job.rng.per_mille(PER_MILLE * 5) {
            job.planted.note("Person", person, "disability without case manager (LEAD issue 11)");
            manager = false;
        } else if !disabled {
            let what = "case manager without disability (LEAD issue 12)";
            manager = job.planted.draw(&mut job.rng, "Person", person, what);
        }
        if manager {
            id += 1;
            let null = job.rng.per_mille(50);
            let start = year::date(layout.oldest() - 1 - job.rng.below(2) as i32, 8, 1);
            job.sheet.int(id).int(person).int(school.manager_of(person)).text("specialed");
            job.sheet.text("Case Manager").date_or_null((!null).then_some(start)).end()?;
        }
        if disabled && job.rng.per_mille(200) {
            id += 1;
            job.sheet.int(id).int(person).int(school.first_staff).text("specialed");
            job.sheet.text("Service Provider").end()?;
        }
    }
    Ok(())
}

/// English learners, present and former.
pub fn lep(job: &mut Job<'_>) -> io::Result<()> {
    let mut id = 0;
    for person in (1..=job.layout.students()).filter(|p| job.traits.english_learner(*p)) {
        id += 1;
        let status =
            job.rng.weighted(&[("EL", 70), ("LEP", 5), ("Exited EL", 20), ("Pending", 3), ("Not EL", 2)]);
        let from = year::date(year::ACTIVE - 2 - job.rng.below(5) as i32, 9, 1);
        let sheet = &mut *job.sheet;
        sheet.int(id).int(person).int(job.layout.size.number).text(status).date(from);
        sheet.date_or_null((status == "Exited EL").then(|| year::later(from, 300))).end()?;
    }
    Ok(())
}

/// Gifted students; 12 is the talent pool.
pub fn gifted(job: &mut Job<'_>) -> io::Result<()> {
    const CATEGORIES: [&str; 9] = ["01", "02", "03", "04", "05", "10", "11", "12", "12"];
    let mut id = 0;
    for person in (1..=job.layout.students()).filter(|p| job.traits.gifted(*p)) {
        id += 1;
        let from = year::date(year::ACTIVE - 2 - job.rng.below(3) as i32, 10, 1);
        let ended = job.rng.per_mille(50);
        let sheet = &mut *job.sheet;
        sheet.int(id).int(person).int(job.layout.size.number).text(job.rng.pick(&CATEGORIES)).date(from);
        sheet.date_or_null(ended.then(|| year::later(from, 200))).end()?;
    }
    Ok(())
}

/// A filter with students and an empty one.
pub fn filter(job: &mut Job<'_>) -> io::Result<()> {
    job.sheet.int(1).text("Some students").end()?;
    job.sheet.int(2).text("Nobody").end()
}

/// The students of the first filter.
pub fn filter_person(job: &mut Job<'_>) -> io::Result<()> {
    let students = job.layout.students();
    let step = (students / FILTERED).max(1);
    for nth in 0..FILTERED.min(students) {
        job.sheet.int(1).int(1 + nth * step).end()?;
    }
    Ok(())
}
