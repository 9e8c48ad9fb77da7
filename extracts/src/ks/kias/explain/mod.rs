//! Why a student's behavior events are in KIAS and its validation report or not. Read beside ks-kias, sections 3, 4, 7.

pub mod population;
mod rows;

use campus::snapshot::read::{Error, Snapshot};

use super::basis::{self, Basis};
use super::events::{Events, StudentEvent};
use super::request::Request;
use super::tables::Tables;
use super::validation::explain as validation;
use super::validation::request::Request as ValidationRequest;
use crate::kit::ad_hoc::AdHoc;
use crate::kit::explain::{Finding, Subject, day};
use crate::kit::index::{Index, NONE};
use crate::kit::people;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
enum Asked<'a> {
    Extract(&'a Request),
    Validation,
}

/// Everything that the extract has to say about a student; nothing when the data have no such person.
///
/// # Errors
/// When the snapshot cannot be read.
pub fn extract(
    snapshot: &Snapshot,
    tables: &Tables,
    request: &Request,
    subject: &Subject,
) -> Result<Vec<Finding>, Error> {
    findings(snapshot, tables, (&request.calendars, &request.ad_hoc_filter), Asked::Extract(request), subject)
}

/// The same of the validation report.
///
/// # Errors
/// When the snapshot cannot be read.
pub fn validation(
    snapshot: &Snapshot,
    tables: &Tables,
    request: &ValidationRequest,
    subject: &Subject,
) -> Result<Vec<Finding>, Error> {
    let of = (&request.calendars[..], &request.ad_hoc_filter);
    findings(snapshot, tables, of, Asked::Validation, subject)
}

fn findings(
    snapshot: &Snapshot,
    tables: &Tables,
    (calendars, filter): (&[i32], &Option<AdHoc>),
    asked: Asked<'_>,
    subject: &Subject,
) -> Result<Vec<Finding>, Error> {
    let ids = tables.person.numbers("personID").values();
    let persons = Index::of(ids);
    let inside = match filter {
        Some(filter) => Some(filter.persons(snapshot, &tables.person, &persons)?),
        None => None,
    };
    let selected = basis::selected(tables, calendars);
    let mut basis = Basis::of(tables, &persons, &selected);
    // Also events of calendars that are not selected, so that they can be told.
    let rows = Index::of(tables.calendar.numbers("calendarID").values());
    basis.events = Events::of(tables, &persons, &rows, &vec![true; selected.len()]);
    let state_ids = tables.person.texts("stateID");
    let is = |p: usize| {
        subject.state_id().is_some_and(|id| state_ids.get(p).is_some_and(|s| s.trim() == id))
            || subject.person() == Some(ids[p])
    };
    let identity = people::identities(&tables.person, &tables.identity, &persons);
    let students =
        Students { basis: &basis, identity, selected: &selected, inside: inside.as_deref(), asked };
    Ok((0..tables.person.rows()).filter(|&p| is(p)).map(|p| students.about(p as u32)).collect())
}

/// Answers questions about students.
struct Students<'a> {
    basis: &'a Basis<'a>,
    identity: Vec<u32>,
    selected: &'a [bool],
    inside: Option<&'a [bool]>,
    asked: Asked<'a>,
}

impl Students<'_> {
    fn about(&self, person: u32) -> Finding {
        let tables = self.basis.tables;
        let id = tables.person.numbers("personID").values()[person as usize];
        let state_id = tables.person.texts("stateID").get(person as usize);
        let state_id = state_id.map_or_else(|| "no KIDS ID".to_owned(), |s| format!("KIDS ID {s}"));
        let identity = Some(self.identity[person as usize]).filter(|&i| i != NONE);
        let name = |column: &str| identity.map_or("", |i| tables.identity.texts(column).or_empty(i as usize));
        let who = format!("Student {}, {} (personID {id}, {state_id})", name("lastName"), name("firstName"));
        let event = tables.event.numbers("eventID").values();
        let mut own: Vec<&StudentEvent> =
            self.basis.events.list.iter().filter(|e| e.person == person).collect();
        own.sort_unstable_by_key(|e| (e.day, event[e.event as usize]));
        let about = Finding::about(who);
        if own.is_empty() {
            return about.with(Finding::reason("no role on an event of an incident in any calendar"));
        }
        about.with_all(own.into_iter().map(|of| self.event(of)))
    }

    /// One student-event: the rule that dropped it, or what became of it.
    fn event(&self, of: &StudentEvent) -> Finding {
        let tables = self.basis.tables;
        let id = |ids: &[i32], row: u32| ids[row as usize];
        let calendar = id(tables.calendar.numbers("calendarID").values(), of.calendar);
        let name = tables
            .event
            .texts("name")
            .get(of.event as usize)
            .or(tables.event.texts("code").get(of.event as usize));
        let about = Finding::about(format!(
            "Event {} {:?} of incident {} on {}, calendar {calendar}",
            id(tables.event.numbers("eventID").values(), of.event),
            name.unwrap_or(""),
            id(tables.incident.numbers("incidentID").values(), of.incident),
            day(of.day),
        ));
        if !self.selected[of.calendar as usize] {
            return about.with(Finding::reason(format!("no candidate: calendar {calendar} is not selected")));
        }
        match self.asked {
            Asked::Extract(request) => match population::reported(self.basis, request, self.inside, of) {
                Err(dropped) => about.with(*dropped),
                Ok(enrollment) => about.with_all(rows::of(self.basis, of, enrollment)),
            },
            Asked::Validation => about.with_all(validation::event(self.basis, self.inside, of)),
        }
    }
}
