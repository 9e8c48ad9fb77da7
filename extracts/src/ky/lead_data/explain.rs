//! Why something is in LEAD Data or not: the base rows as KECS LEAD explains them, then R2 to R8.

use campus::snapshot::read::{Error, Snapshot};

use super::request::Request;
use super::{LeadData, population};
use crate::kit::explain::{Finding, Subject, rule};
use crate::kit::index::NONE;
use crate::ky::kecs_lead::explain::{Explainer, Terms};

/// R1 to R4: the rules of the base rows, and who is on a caseload.
const TERMS: Terms = Terms {
    rules: population::POPULATION,
    caseload: (&population::CASELOAD[0], |manager, disabled| {
        manager.is_some_and(|m| m > 0 || m == 0 && disabled)
    }),
};

/// Everything about the subject; nothing when the LEAD snapshot has no such person or section.
///
/// # Errors
/// When the rosters cannot be read.
pub fn findings(
    snapshot: &Snapshot,
    data: &LeadData,
    request: &Request,
    subject: &Subject,
) -> Result<Vec<Finding>, Error> {
    let base = population::base(&request.active);
    let explainer = Explainer::of(snapshot, &data.lead, &base, TERMS, subject)?;
    let mut findings = explainer.findings();
    findings.extend(explainer.section().map(|row| section(data, row)));
    findings.extend(explainer.persons().iter().filter_map(|&person| names(data, person)));
    Ok(findings)
}

/// R2, R6 and R7 of a section.
fn section(data: &LeadData, row: usize) -> Finding {
    let lead = &data.lead;
    let id = lead.tables.section.numbers("sectionID").values()[row];
    let mut about = Finding::about(format!("Section {id} in LEAD Data"));
    let place = lead.order.iter().find(|&&place| lead.sections.list[place as usize].row as usize == row);
    let Some(&place) = place else {
        return about.with(Finding::reason("no base row, so no line in any report"));
    };
    let s = &lead.sections.list[place as usize];
    let school = lead.tables.school.texts("name").or_empty(s.school as usize);
    about = about.with(match data.schools[s.school as usize] {
        true => Finding::by("R2", format!("1 line of Classes: {school} is asked for")),
        false => Finding::dropped(&rule(population::CLASSES, "R2"), &format!("{school} is not asked for.")),
    });
    about = about.with(match data.section == Some(id) {
        true => Finding::by("R6", "the section of the Detail report"),
        false => {
            Finding::dropped(&rule(population::DETAIL, "R6"), "The request names another section, or none.")
        }
    });
    match lead.teachers[place as usize].map(|t| lead.persons.row(t.person)) {
        Some(person) if data.records.at_school(person, s.school) => {
            about.with(Finding::by("R7", format!("the teacher's name prints: a staff record at {school}")))
        }
        Some(_) => {
            about.with(Finding::by("R7", format!("the teacher's name is empty: no staff record at {school}")))
        }
        None => about.with(Finding::by("R7", "there is no primary teacher")),
    }
}

/// R3, R7 and R8 of a person with a staff record.
fn names(data: &LeadData, person: u32) -> Option<Finding> {
    let t = &data.lead.tables;
    let schools = (0..t.school.rows()).filter(|&s| data.records.at_school(person, s as u32));
    let told: Vec<Finding> = schools
        .map(|s| {
            let name = t.school.texts("name").or_empty(s);
            match data.schools[s] {
                true => Finding::by("R3", format!("a staff record at {name}, which is asked for; as a teacher there the name prints (R7)")),
                false => Finding::dropped(&rule(population::STAFF_ALSO, "R3"), &format!("{name} is not asked for.")),
            }
        })
        .collect();
    let id = t.person.numbers("personID").values()[person as usize];
    let on_caseload = t.team_member.numbers("staffPersonID");
    let manager = (0..t.team_member.rows()).any(|r| on_caseload.get(r) == Some(id));
    if told.is_empty() && !manager {
        return None;
    }
    let any = person != NONE && data.records.at_any_school(person);
    let word = if any { "prints: a staff record" } else { "is empty: no staff record at any school" };
    let about = Finding::about(format!("personID {id} in LEAD Data")).with_all(told);
    Some(if manager {
        about.with(Finding::by("R8", format!("as a case manager the name {word}")))
    } else {
        about
    })
}
