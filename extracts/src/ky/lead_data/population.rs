//! Who is in the reports (lead-data, section 2): the base rows of KECS LEAD, and what each report keeps of them.

use campus::snapshot::manifest::Choices;

use super::request::Report;
use crate::kit::rules::{Rule, Tally};
use crate::ky::kecs_lead::{self, Lead, request as kecs_request};

/// R1 and P2 to P15, as Classes, Caseload, Schoolwide and Detail count them. R1 takes the place of P1.
pub const POPULATION: &[Rule] = &{
    let mut rules = [kecs_lead::POPULATION[0]; kecs_lead::POPULATION.len()];
    let mut at = 1;
    while at < rules.len() {
        rules[at] = kecs_lead::POPULATION[at];
        rules[at].section = "kecs-lead 3";
        at += 1;
    }
    rules[0] = ACTIVE_YEAR;
    rules
};

/// R1 and P2 to P6, then P21 and P22, as Staff counts them.
pub const STAFF: &[Rule] = &{
    let mut rules = [ACTIVE_YEAR; 8];
    let mut at = 1;
    while at < rules.len() {
        rules[at] = kecs_lead::rules::STAFF[at];
        rules[at].section = if at < 6 { "kecs-lead 3" } else { "kecs-lead 4" };
        at += 1;
    }
    rules
};

/// R2 and R7, beside the counted rules of Classes.
pub const CLASSES: &[Rule] = &[ALSO[0], ALSO[5]];
/// R3, beside those of Staff.
pub const STAFF_ALSO: &[Rule] = &[ALSO[1]];
/// R4 and R8, beside those of Caseload.
pub const CASELOAD: &[Rule] = &[ALSO[2], ALSO[6]];
/// R5, beside those of Schoolwide.
pub const SCHOOLWIDE: &[Rule] = &[ALSO[3]];
/// R6 and R7, beside those of Detail.
pub const DETAIL: &[Rule] = &[ALSO[4], ALSO[5]];

/// R2 to R8, which choose among lines or print names.
#[rustfmt::skip]
const ALSO: &[Rule] = &[
    Rule { section: "2", rule: "R2", counted: "", words: "sections of the schools of the request" },
    Rule { section: "2", rule: "R3", counted: "", words: "staff of the schools of the request; one line for each person, school, Type and Alt Type" },
    Rule { section: "2", rule: "R4", counted: "", words: "students with a State ID and a case manager, or with a disability and none; each once for a manager and year" },
    Rule { section: "2", rule: "R5", counted: "", words: "schools of the request; each State ID once, by order Q" },
    Rule { section: "2", rule: "R6", counted: "", words: "the students of the section of the request; a section without students is one line" },
    Rule { section: "2", rule: "R7", counted: "", words: "a teacher's name prints with a staff record at the section's school" },
    Rule { section: "2", rule: "R8", counted: "", words: "a case manager's name prints with a staff record at any school" },
];

const ACTIVE_YEAR: Rule =
    Rule { section: "2", rule: "R1", counted: "calendars", words: "Calendar is of the active school year" };

/// R1: `Calendar.calendarID`s of the active year, ascending.
pub fn calendars(choices: &Choices) -> Vec<i32> {
    let active = choices.active_year();
    let of_year = choices.calendars.iter().filter(|c| Some(c.end_year) == active);
    let mut ids: Vec<i32> = of_year.map(|c| c.id).collect();
    ids.sort_unstable();
    ids
}

/// R1: Detail of KECS LEAD with these calendars, no date range and cross-site homerooms left out.
pub fn base(calendars: &[i32]) -> kecs_request::Request {
    kecs_request::Request {
        reports: Vec::new(),
        format: kecs_request::Format::Csv,
        start: None,
        end: None,
        calendars: calendars.to_vec(),
        exclude_cross_site: true,
    }
}

/// The counts of a report's population rules: those of KECS LEAD, the first one in the words of R1.
pub fn tallies(lead: &Lead, report: Report) -> Vec<Tally> {
    let mut tallies = match report {
        Report::Staff => kecs_lead::staff::Staff::of(lead).tallies,
        _ => lead.tallies.0.clone(),
    };
    if let Some(first) = tallies.first_mut() {
        (first.rule, first.words) = (ACTIVE_YEAR.rule, ACTIVE_YEAR.words);
    }
    tallies
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staff_counts_the_calendar_rules_and_its_own() {
        let names: Vec<_> = STAFF.iter().map(|r| r.rule).collect();
        assert_eq!(names, ["R1", "P2", "P3", "P4", "P5", "P6", "P21", "P22"]);
        assert_eq!((POPULATION[0].rule, POPULATION[1].rule), ("R1", "P2"));
    }
}
