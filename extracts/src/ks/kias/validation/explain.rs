//! D1 to D5 of one student-event (ks-kias, section 10).

use super::CHECKS;
use super::occurrences::{POPULATION, in_year_of_calendar};
use crate::kit::explain::{Finding, day, rule};
use crate::ks::kias::basis::Basis;
use crate::ks::kias::events::StudentEvent;
use crate::ks::kias::explain::population::{chosen, enrollment, enrollments, resolution};

/// The first rule that leaves the student-event out, or what became of each of its resolutions.
pub fn event(basis: &Basis<'_>, inside: Option<&[bool]>, of: &StudentEvent) -> Vec<Finding> {
    let dropped = |number: &str, found: &str| Finding::dropped(&rule(POPULATION, number), found);
    let reasons = basis.reasons.reasons(&basis.events, of.event);
    if basis.status(of) == Some("DF") {
        return vec![dropped("D1", "Its status is DF.")];
    }
    if !in_year_of_calendar(basis.tables, of) {
        return vec![dropped("D2", &format!("It is on {}.", day(of.day)))];
    }
    if !(reasons.armed || reasons.weapons) {
        return vec![dropped("D3", "The event has no weapon and its type is no weapon type.")];
    }
    if inside.is_some_and(|inside| !inside[of.person as usize]) {
        return vec![dropped("D4", "The student is not in the ad hoc filter.")];
    }
    let row = match chosen(basis, of) {
        Ok(row) => row,
        Err(number) => {
            return vec![dropped("D4", &format!("{number} leaves none.")).with_all(enrollments(basis, of))];
        }
    };
    let disability = basis.disability(of, row);
    let check = &CHECKS[usize::from(CHECKS[0].disability != disability)];
    let column4 = if disability { "Y" } else { "N" };
    let mut found = vec![Finding::reason(format!(
        "column 4 is {column4}, so the allowed methods are {}; chosen: {}",
        check.allowed_words,
        enrollment(basis, row)
    ))];
    for &r in basis.events.resolutions(of) {
        let words = resolution(basis, r);
        found.push(if !basis.resolutions.coded[r as usize] {
            Finding::by("D5", format!("{words}: no state code, so it is not looked at"))
        } else if check.allowed.contains(&basis.resolutions.method[r as usize]) {
            dropped("D5", &format!("{words}: its method is allowed."))
        } else {
            Finding::line(format!("1 occurrence of {:?}: {words}", check.name))
        });
    }
    found
}
