//! The detail columns of an occurrence (ks-kias, section 10).

use std::io;

use campus::snapshot::read::Texts;

use super::CHECKS;
use super::occurrences::Occurrence;
use crate::kit::cell::{Cell, Type::*};
use crate::kit::column::{Column, at};
use crate::kit::format::Lines;
use crate::kit::index::NONE;
use crate::ks::kias::codes;
use crate::ks::kias::tables::Tables;

/// Columns 1 to 16.
#[rustfmt::skip]
pub const COLUMNS: [Column; 16] = [
    at("10", "Student Name",              Text, "Identity.lastName, firstName",    "The student: last name, first name."),
    at("10", "KIDS ID",                   Code, "Person.stateID",                  "The student's KIDS ID."),
    at("10", "Grade",                     Code, "GradeLevel.stateGrade",           "State grade of the chosen enrollment."),
    at("10", "Building ID",               Num4, "School.number",                   "State number of the school of the chosen enrollment, four digits."),
    at("10", "School",                    Text, "School.name",                     "Name of that school."),
    at("10", "Incident Date",             Date, "BehaviorIncident.timestamp",      "Day of the incident."),
    at("10", "Incident ID",               Id,   "BehaviorIncident.incidentID",     "The incident's id."),
    at("10", "Incident Status",           Code, "BehaviorIncident.status",         "Status of the incident; drafts are left out."),
    at("10", "Event ID",                  Id,   "BehaviorEvent.eventID",           "The event's id."),
    at("10", "Event",                     Text, "BehaviorEvent.name, code",        "Name of the event, else its code."),
    at("10", "Weapons",                   Text, "BehaviorWeapon.weaponType",       "Types of the event's weapons as stored, joined by semicolons."),
    at("10", "Resolution ID",             Id,   "BehaviorResolution.resolutionID", "The resolution whose method is not allowed."),
    at("10", "Resolution",                Text, "BehaviorResolution.name",         "Name of the resolution."),
    at("10", "State Resolution Code",     Code, "BehaviorResolution.stateResCode", "State code of the resolution, as stored."),
    at("10", "Firearm Discipline Method", Code, "BehaviorResolution.altPlacement", "Firearm discipline method, as stored; empty when none was given."),
    at("10", "Allowed Methods",           Text, "the list of methods",             "Methods that the rule allows, joined by semicolons."),
];

/// The stored columns that print, found once.
#[derive(Debug)]
struct Details<'a> {
    last_name: Texts<'a>,
    first_name: Texts<'a>,
    state_id: Texts<'a>,
    number: Texts<'a>,
    school: Texts<'a>,
    incident: &'a [i32],
    status: Texts<'a>,
    event: &'a [i32],
    event_name: Texts<'a>,
    event_code: Texts<'a>,
    weapon_type: Texts<'a>,
    resolution: &'a [i32],
    resolution_name: Texts<'a>,
    state_code: Texts<'a>,
    method: Texts<'a>,
}

/// Writes occurrences.
pub fn write<'a>(
    tables: &Tables,
    occurrences: impl Iterator<Item = &'a Occurrence>,
    out: &mut dyn Lines,
) -> io::Result<()> {
    let details = Details::of(tables);
    let (mut name, mut weapons) = (String::new(), String::new());
    for occurrence in occurrences {
        details.student_name(occurrence, &mut name);
        details.weapon_types(occurrence, &mut weapons);
        out.cells(&details.cells(occurrence, &name, &weapons))?;
        out.end_line()?;
    }
    Ok(())
}

impl<'a> Details<'a> {
    fn of(tables: &'a Tables) -> Details<'a> {
        Details {
            last_name: tables.identity.texts("lastName"),
            first_name: tables.identity.texts("firstName"),
            state_id: tables.person.texts("stateID"),
            number: tables.school.texts("number"),
            school: tables.school.texts("name"),
            incident: tables.incident.numbers("incidentID").values(),
            status: tables.incident.texts("status"),
            event: tables.event.numbers("eventID").values(),
            event_name: tables.event.texts("name"),
            event_code: tables.event.texts("code"),
            weapon_type: tables.weapon.texts("weaponType"),
            resolution: tables.resolution.numbers("resolutionID").values(),
            resolution_name: tables.resolution.texts("name"),
            state_code: tables.resolution.texts("stateResCode"),
            method: tables.resolution.texts("altPlacement"),
        }
    }

    fn cells<'b>(&self, o: &'b Occurrence, name: &'b str, weapons: &'b str) -> [Cell<'b>; 16]
    where
        'a: 'b,
    {
        let of = |texts: Texts<'a>, row: u32| Cell::text(codes::text(texts.get(row as usize)));
        let id = |ids: &[i32], row: u32| Cell::Number(ids[row as usize].into());
        let event = |texts: Texts<'a>| codes::text(texts.get(o.of.event as usize));
        [
            filled(name),
            of(self.state_id, o.of.person),
            filled(&o.grade),
            of(self.number, o.school),
            of(self.school, o.school),
            Cell::Date(campus::date::Date(o.of.day)),
            id(self.incident, o.of.incident),
            of(self.status, o.of.incident),
            id(self.event, o.of.event),
            Cell::text(event(self.event_name).or_else(|| event(self.event_code))),
            filled(weapons),
            id(self.resolution, o.resolution),
            of(self.resolution_name, o.resolution),
            of(self.state_code, o.resolution),
            of(self.method, o.resolution),
            Cell::Text(CHECKS[o.check].allowed_words),
        ]
    }

    /// 1: last name, comma, first name; without a first name the last name alone.
    fn student_name(&self, o: &Occurrence, name: &mut String) {
        name.clear();
        if o.identity == NONE {
            return;
        }
        let part = |texts: Texts<'a>| codes::text(texts.get(o.identity as usize));
        name.push_str(part(self.last_name).unwrap_or(""));
        if let Some(first) = part(self.first_name) {
            name.push_str(", ");
            name.push_str(first);
        }
    }

    /// 11: the types of the event's weapons as stored, by `weaponID`.
    fn weapon_types(&self, o: &Occurrence, types: &mut String) {
        types.clear();
        for &weapon in &o.weapons {
            if !types.is_empty() {
                types.push_str("; ");
            }
            types.push_str(codes::text(self.weapon_type.get(weapon as usize)).unwrap_or(""));
        }
    }
}

fn filled(text: &str) -> Cell<'_> {
    Cell::text(Some(text).filter(|text| !text.is_empty()))
}
