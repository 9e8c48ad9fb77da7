//! Student-events: one person on one behavior event, whatever the roles (ks-kias, section 1).

use super::codes;
use super::groups;
use super::tables::Tables;
use crate::kit::index::{Groups, Index, NONE};

/// One person on one event of an incident in a selected calendar.
#[derive(Clone, Copy, Debug)]
pub struct StudentEvent {
    /// Row in Person.
    pub person: u32,
    /// Row in BehaviorEvent.
    pub event: u32,
    /// Row in BehaviorIncident.
    pub incident: u32,
    /// Row in Calendar of the incident.
    pub calendar: u32,
    /// Incident date.
    pub day: i32,
    /// Where its resolutions stand in [`Events::resolutions`].
    resolutions: (u32, u32),
}

/// All student-events that are candidates, and the rows of events.
#[derive(Debug)]
pub struct Events {
    /// The candidates, in no order that means anything.
    pub list: Vec<StudentEvent>,
    /// Rows in BehaviorRole by event.
    pub roles: Groups,
    /// Rows in BehaviorWeapon by event.
    pub weapons: Groups,
    resolutions: Vec<u32>,
}

impl Events {
    /// Finds the candidates; `selected` tells by row of Calendar.
    pub fn of(tables: &Tables, persons: &Index, calendars: &Index, selected: &[bool]) -> Events {
        let incidents = Index::of(tables.incident.numbers("incidentID").values());
        let events = Index::of(tables.event.numbers("eventID").values());
        let roles = Index::of(tables.role.numbers("roleID").values());
        let rows = |index: &Index, ids: &[i32]| -> Vec<u32> { ids.iter().map(|&id| index.row(id)).collect() };
        let by_role = Groups::of(roles.len(), &rows(&roles, tables.resolution.numbers("roleID").values()));
        let mut found = Events {
            list: Vec::new(),
            roles: Groups::of(events.len(), &rows(&events, tables.role.numbers("eventID").values())),
            weapons: Groups::of(events.len(), &rows(&events, tables.weapon.numbers("eventID").values())),
            resolutions: Vec::new(),
        };
        let calendar = rows(calendars, tables.incident.numbers("calendarID").values());
        let instants = tables.incident.instants("timestamp");
        let person = rows(persons, tables.role.numbers("personID").values());
        let mut of_event: Vec<(u32, u32)> = Vec::new();
        for (event, &incident) in tables.event.numbers("incidentID").values().iter().enumerate() {
            let incident = incidents.row(incident);
            let Some(&calendar) = calendar.get(incident as usize).filter(|&&c| c != NONE) else { continue };
            if !selected[calendar as usize] {
                continue;
            }
            let day = instants[incident as usize].div_euclid(86_400) as i32;
            of_event.clear();
            of_event.extend(found.roles.of_owner(event).iter().map(|&role| (person[role as usize], role)));
            of_event.sort_unstable();
            for roles in of_event.chunk_by(|a, b| a.0 == b.0).filter(|roles| roles[0].0 != NONE) {
                let first = found.resolutions.len() as u32;
                for &(_, role) in roles {
                    found.resolutions.extend_from_slice(by_role.of_owner(role as usize));
                }
                found.list.push(StudentEvent {
                    person: roles[0].0,
                    event: event as u32,
                    incident,
                    calendar,
                    day,
                    resolutions: (first, found.resolutions.len() as u32),
                });
            }
        }
        found
    }

    /// Rows in BehaviorResolution of a student-event, over all its roles.
    pub fn resolutions(&self, of: &StudentEvent) -> &[u32] {
        &self.resolutions[of.resolutions.0 as usize..of.resolutions.1 as usize]
    }
}

/// The codes of all resolutions, ready for comparison.
#[derive(Debug)]
pub struct Resolutions {
    /// `stateResCode`.
    pub code: Vec<u16>,
    /// It has a `stateResCode`, known or not.
    pub coded: Vec<bool>,
    /// Place of the group in section 4.
    pub group: Vec<u8>,
    /// `lawEnforcement`.
    pub referral: Vec<u16>,
    /// `altPlacement`.
    pub method: Vec<u16>,
    /// `auxiliaryCode`.
    pub arrest: Vec<bool>,
}

impl Resolutions {
    /// Reads the codes.
    pub fn of(tables: &Tables) -> Resolutions {
        let table = &tables.resolution;
        let filled = |column: &str, width: usize| -> Vec<u16> {
            let texts = table.texts(column);
            (0..table.rows()).map(|r| codes::filled(texts.get(r), width)).collect()
        };
        let code = filled("stateResCode", 3);
        let state_code = table.texts("stateResCode");
        let method = table.texts("altPlacement");
        let arrest = table.flags("auxiliaryCode");
        Resolutions {
            group: code.iter().map(|&code| groups::place(code)).collect(),
            coded: (0..table.rows()).map(|r| codes::text(state_code.get(r)).is_some()).collect(),
            code,
            referral: filled("lawEnforcement", 2),
            method: (0..table.rows()).map(|r| codes::unfilled(method.get(r))).collect(),
            arrest: (0..table.rows()).map(|r| arrest.value(r)).collect(),
        }
    }
}
