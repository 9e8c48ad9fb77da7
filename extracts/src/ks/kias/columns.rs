//! The 27 columns (ks-kias, section 5).

use std::io;

use campus::snapshot::read::Texts;

use super::codes;
use super::groups::Removal;
use super::rows::{Row, Rows};
use super::tables::Tables;
use crate::kit::cell::{Cell, Type, Type::*};
use crate::kit::format::{Heading, Lines};

/// The stored columns that print, found once.
#[derive(Debug)]
struct Source<'a> {
    number: Texts<'a>,
    state_id: Texts<'a>,
}

/// One column: header, format, where the value comes from, and the value.
#[derive(Debug)]
pub struct Column {
    header: &'static str,
    kind: Type,
    /// Where the value comes from.
    pub source: &'static str,
    cell: for<'a> fn(&Source<'a>, &'a Row) -> Cell<'a>,
}

const fn col(
    header: &'static str,
    kind: Type,
    source: &'static str,
    cell: for<'a> fn(&Source<'a>, &'a Row) -> Cell<'a>,
) -> Column {
    Column { header, kind, source, cell }
}

/// Columns 1 to 27.
#[rustfmt::skip]
pub const COLUMNS: [Column; 27] = [
    col("Building ID",                                          Num4, "School.number",               building_id),
    col("KIDS ID",                                              Code, "Person.stateID",              kids_id),
    col("Incident Date",                                        Date, "BehaviorIncident.timestamp",  |_, r| Cell::Date(campus::date::Date(r.day))),
    col("Incident Involved Student with Disability",            Code, "section 6.1",                 |_, r| yes(r.disability)),
    col("Incident Involved Student In Foster Care",             Code, "FosterCare",                  |_, r| yes(r.foster_care)),
    col("Reason for Removal (RFR) Drugs",                       Code, "BehaviorEvent.incidentType",  |_, r| yes(r.reasons.drugs)),
    col("Reason for Removal (RFR) Weapons",                     Code, "BehaviorEvent.incidentType",  |_, r| yes(r.reasons.weapons)),
    col("Weapon Type",                                          Code, "BehaviorWeapon.weaponType",   weapon_type),
    col("Reason for Removal (RFR) Serious Bodily Injury",       Code, "BehaviorRole.injury",         |_, r| yes(r.reasons.injury)),
    col("Reason for Removal (RFR) Other",                       Code, "columns 6, 7 and 9",          |_, r| yes(r.reasons.other())),
    col("Reason for Removal (RFR) Bullying",                    Code, "BehaviorEvent.incidentType",  |_, r| yes(r.reasons.bullying.is_some())),
    col("Bullying Type",                                        Code, "BehaviorEvent.incidentType",  |_, r| Cell::text(r.reasons.bullying_type())),
    col("Reason for Removal (RFR) Felony Violence",             Code, "column 23",                   |_, r| yes(r.said.felony)),
    col("Days of ISS",                                   Hundredths,  "section 7",                   |_, r| days(r, r.said.removal() == Removal::Iss)),
    col("Days of OSS",                                   Hundredths,  "section 7",                   |_, r| days(r, r.said.removal() == Removal::Oss)),
    col("Days of Expulsion",                             Hundredths,  "section 7",                   |_, r| days(r, expulsion(r).is_some())),
    col("Services During Expulsion",                            Code, "code of the group",           |_, r| answer(expulsion(r).map(|e| e.0))),
    col("Duration of Expulsion",                                Code, "section 6.3",                 |_, r| Cell::text(r.said.duration)),
    col("Removal for Remainder of Year",                        Code, "code of the group",           remainder_of_year),
    col("Days of Interim Alternative Education Setting (IAES)", Hundredths, "section 7",             |_, r| days(r, r.said.removal() == Removal::Iaes)),
    col("Removed by School Personnel",                          Code, "column 20",                   |_, r| answer(r.said.hearing_officer.map(|_| true))),
    col("Removed by Hearing Officer",                           Code, "codes of companions",         |_, r| answer(r.said.hearing_officer)),
    col("KSSSA Reported Felony",                                Code, "referral or code",            |_, r| yes(r.said.felony)),
    col("KSSSA Reported Misdemeanor",                           Code, "referral or code",            |_, r| yes(r.said.misdemeanor)),
    col("KSSSA Reported Weapons",                               Code, "referral or code, firearm",   |_, r| yes(r.said.weapons)),
    col("KSSSA Where",                                          Code, "section 6.4",                 |_, r| Cell::text(r.said.place)),
    col("Arrest Made",                                          Code, "BehaviorResolution.auxiliaryCode", |_, r| answer(r.said.arrest)),
];

/// Header and format of each.
pub fn headings() -> Vec<Heading> {
    COLUMNS.iter().map(|c| Heading { header: c.header, kind: c.kind }).collect()
}

/// Writes the rows.
pub fn write(tables: &Tables, rows: &Rows, out: &mut dyn Lines) -> io::Result<()> {
    let source = Source { number: tables.school.texts("number"), state_id: tables.person.texts("stateID") };
    for row in &rows.list {
        for column in &COLUMNS {
            out.cell((column.cell)(&source, row))?;
        }
        out.end_line()?;
    }
    Ok(())
}

fn yes(answer: bool) -> Cell<'static> {
    Cell::Text(if answer { "Y" } else { "N" })
}

fn answer(answer: Option<bool>) -> Cell<'static> {
    answer.map_or(Cell::Empty, yes)
}

/// 1: the number of the chosen enrollment's school; one to three digits get zeros in front to four.
fn building_id<'a>(source: &Source<'a>, row: &'a Row) -> Cell<'a> {
    Cell::text(codes::text(source.number.get(row.school as usize)))
}

/// 2: as stored; V1 when it is empty.
fn kids_id<'a>(source: &Source<'a>, row: &'a Row) -> Cell<'a> {
    Cell::text(codes::text(source.state_id.get(row.person as usize)))
}

/// 8: `N` without weapons as the reason, and where no test of section 6.2 fits (V3).
fn weapon_type<'a>(_: &Source<'a>, row: &'a Row) -> Cell<'a> {
    Cell::Text(row.reasons.weapon_type.filter(|_| row.reasons.weapons).unwrap_or("N"))
}

/// 14, 15, 16 and 20: only on the row of the column's own kind.
fn days(row: &Row, own: bool) -> Cell<'_> {
    row.said.days.as_ref().filter(|_| own).map_or(Cell::Empty, Cell::hundredths)
}

/// Services and remainder of an expulsion row.
fn expulsion(row: &Row) -> Option<(bool, bool)> {
    match row.said.removal() {
        Removal::Expulsion { services, remainder } => Some((services, remainder)),
        _ => None,
    }
}

/// 19: empty where 16 is.
fn remainder_of_year<'a>(_: &Source<'a>, row: &'a Row) -> Cell<'a> {
    answer(expulsion(row).map(|e| e.1).filter(|_| row.said.days.is_some()))
}
