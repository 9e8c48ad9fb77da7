//! The detail columns of an occurrence (ks-kias, section 10).

use std::io;

use super::CHECKS;
use super::occurrences::Occurrence;
use crate::kit::cell::{Cell, Type::*};
use crate::kit::format::{Heading, Lines};
use crate::ks::kias::basis::text_of;
use crate::ks::kias::tables::Tables;

/// Columns 1 to 16.
#[rustfmt::skip]
pub const COLUMNS: [Heading; 16] = [
    Heading { header: "Student Name",             kind: Text },
    Heading { header: "KIDS ID",                  kind: Code },
    Heading { header: "Grade",                    kind: Code },
    Heading { header: "Building ID",              kind: Num4 },
    Heading { header: "School",                   kind: Text },
    Heading { header: "Incident Date",            kind: Date },
    Heading { header: "Incident ID",              kind: Id },
    Heading { header: "Incident Status",          kind: Code },
    Heading { header: "Event ID",                 kind: Id },
    Heading { header: "Event",                    kind: Text },
    Heading { header: "Weapons",                  kind: Text },
    Heading { header: "Resolution ID",            kind: Id },
    Heading { header: "Resolution",               kind: Text },
    Heading { header: "State Resolution Code",    kind: Code },
    Heading { header: "Firearm Discipline Method", kind: Code },
    Heading { header: "Allowed Methods",          kind: Text },
];

/// Writes occurrences.
pub fn write<'a>(
    tables: &Tables,
    occurrences: impl Iterator<Item = &'a Occurrence>,
    out: &mut dyn Lines,
) -> io::Result<()> {
    let (mut name, mut weapons) = (String::new(), String::new());
    for occurrence in occurrences {
        student_name(tables, occurrence, &mut name);
        weapon_types(tables, occurrence, &mut weapons);
        for cell in cells(tables, occurrence, &name, &weapons) {
            out.cell(cell)?;
        }
        out.end_line()?;
    }
    Ok(())
}

fn cells<'a>(tables: &'a Tables, o: &'a Occurrence, name: &'a str, weapons: &'a str) -> [Cell<'a>; 16] {
    let of = |column| Cell::text(text_of(&tables.resolution, column, o.resolution));
    let event = |column| text_of(&tables.event, column, o.of.event);
    let id = |ids: &[i32], row: u32| Cell::Number(ids[row as usize].into());
    [
        filled(name),
        Cell::text(text_of(&tables.person, "stateID", o.of.person)),
        filled(&o.grade),
        Cell::text(text_of(&tables.school, "number", o.school)),
        Cell::text(text_of(&tables.school, "name", o.school)),
        Cell::Date(campus::date::Date(o.of.day)),
        id(tables.incident.numbers("incidentID").values(), o.of.incident),
        Cell::text(text_of(&tables.incident, "status", o.of.incident)),
        id(tables.event.numbers("eventID").values(), o.of.event),
        Cell::text(event("name").or_else(|| event("code"))),
        filled(weapons),
        id(tables.resolution.numbers("resolutionID").values(), o.resolution),
        of("name"),
        of("stateResCode"),
        of("altPlacement"),
        Cell::Text(CHECKS[o.check].allowed_words),
    ]
}

fn filled(text: &str) -> Cell<'_> {
    Cell::text(Some(text).filter(|text| !text.is_empty()))
}

/// 1: last name, comma, first name; without a first name the last name alone.
fn student_name(tables: &Tables, o: &Occurrence, name: &mut String) {
    name.clear();
    let part = |column| text_of(&tables.identity, column, o.identity);
    name.push_str(part("lastName").unwrap_or(""));
    if let Some(first) = part("firstName") {
        name.push_str(", ");
        name.push_str(first);
    }
}

/// 11: the types of the event's weapons as stored, by `weaponID`.
fn weapon_types(tables: &Tables, o: &Occurrence, types: &mut String) {
    types.clear();
    for &weapon in &o.weapons {
        if !types.is_empty() {
            types.push_str("; ");
        }
        types.push_str(text_of(&tables.weapon, "weaponType", weapon).unwrap_or(""));
    }
}
