//! P1 to P9 of one student-event (ks-kias, section 3).

use crate::kit::explain::{Finding, day, rule, span};
use crate::ks::kias::basis::Basis;
use crate::ks::kias::enrollments::RULES;
use crate::ks::kias::events::StudentEvent;
use crate::ks::kias::groups;
use crate::ks::kias::request::Request;
use crate::ks::kias::rows::POPULATION;

/// The chosen enrollment, or the first rule that leaves the student-event out.
pub fn reported(
    basis: &Basis<'_>,
    request: &Request,
    inside: Option<&[bool]>,
    of: &StudentEvent,
) -> Result<u32, Box<Finding>> {
    let dropped = |number: &str, found: String| Finding::dropped(&rule(POPULATION, number), &found);
    let status = basis.status(of);
    if status != Some("CM") {
        let found = format!("The status is {}; Complete is CM.", status.unwrap_or("empty"));
        return Err(Box::new(dropped("P1", found)));
    }
    if !(request.start.0..=request.end.0).contains(&of.day) {
        let range = span(Some(request.start.0), Some(request.end.0));
        return Err(Box::new(dropped("P2", format!("{} is outside of {range}.", day(of.day)))));
    }
    let resolutions = basis.events.resolutions(of);
    if !resolutions.iter().any(|&row| basis.resolutions.group[row as usize] != groups::COMPANION) {
        let count = resolutions.len();
        let rows = resolutions.iter().map(|&row| Finding::reason(resolution(basis, row)));
        return Err(Box::new(
            dropped("P3", format!("The student has {count} resolutions on the event.")).with_all(rows),
        ));
    }
    let enrollment = chosen(basis, of)
        .map_err(|number| Box::new(dropped(number, String::new()).with_all(enrollments(basis, of))))?;
    let grade = basis.enrollments.state_grade(enrollment);
    if !request.grades.is_empty() && !request.grades.iter().any(|g| g == grade) {
        return Err(Box::new(dropped("P8", format!("The state grade is {grade:?}."))));
    }
    if inside.is_some_and(|inside| !inside[of.person as usize]) {
        return Err(Box::new(dropped("P9", "The student is not in it.".to_owned())));
    }
    Ok(enrollment)
}

/// P4 to P7 and the choice.
pub fn chosen(basis: &Basis<'_>, of: &StudentEvent) -> Result<u32, &'static str> {
    basis.enrollments.choose(of.person, of.calendar, of.day, &mut Vec::new())
}

/// Each enrollment of the student with the first of P4 to P7 that it fails.
pub fn enrollments(basis: &Basis<'_>, of: &StudentEvent) -> Vec<Finding> {
    let rows = basis.enrollments.of_person(of.person);
    if rows.is_empty() {
        return vec![Finding::reason("the student has no enrollment")];
    }
    let told = rows.iter().map(|&row| {
        let words = enrollment(basis, row);
        match basis.enrollments.refused(row, of.day) {
            Some(number) => Finding::by(number, format!("{words}: {}", fails(number))),
            None => Finding::reason(words),
        }
    });
    told.collect()
}

fn fails(number: &str) -> &'static str {
    match RULES.iter().position(|r| *r == number) {
        Some(0) => "not of a selected calendar, or does not cover the incident date",
        Some(1) => "State Exclude or No Show",
        Some(2) => "its grade level has State Exclude",
        _ => "its calendar or school is excluded",
    }
}

/// `Enrollment 902: 07/01/2025 to open, calendar 210, service type P`.
pub fn enrollment(basis: &Basis<'_>, row: u32) -> String {
    let (table, row) = (&basis.tables.enrollment, row as usize);
    let of = |column: &str| table.numbers(column).values()[row];
    let dates = span(table.numbers("startDate").get(row), table.numbers("endDate").get(row));
    let service = table.texts("serviceType").get(row).unwrap_or("empty");
    format!(
        "Enrollment {}: {dates}, calendar {}, service type {service}",
        of("enrollmentID"),
        of("calendarID")
    )
}

/// `Resolution 61: code 510, 09/09/2025 to 09/10/2025`.
pub fn resolution(basis: &Basis<'_>, row: u32) -> String {
    let (table, row) = (&basis.tables.resolution, row as usize);
    let id = table.numbers("resolutionID").values()[row];
    let mut words =
        format!("Resolution {id}: code {}", table.texts("stateResCode").get(row).unwrap_or("empty"));
    for (column, name) in [("lawEnforcement", "referral"), ("altPlacement", "method")] {
        if let Some(value) = table.texts(column).get(row) {
            words += &format!(", {name} {value}");
        }
    }
    words
}
