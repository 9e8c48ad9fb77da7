//! The 27 columns (ks-kias, section 5).

use std::io;

use campus::snapshot::read::Texts;

use super::codes;
use super::groups::Removal;
use super::rows::{Row, Rows};
use super::tables::Tables;
use crate::kit::cell::{Cell, Type, Type::*};
use crate::kit::column;
use crate::kit::format::{Heading, Lines};

/// The stored columns that print, found once.
#[derive(Debug)]
struct Source<'a> {
    number: Texts<'a>,
    state_id: Texts<'a>,
}

/// One column and its value.
#[derive(Debug)]
pub struct Column {
    about: column::Column,
    cell: for<'a> fn(&Source<'a>, &'a Row) -> Cell<'a>,
}

const fn col(
    section: &'static str,
    header: &'static str,
    kind: Type,
    source: &'static str,
    meaning: &'static str,
    cell: for<'a> fn(&Source<'a>, &'a Row) -> Cell<'a>,
) -> Column {
    Column { about: column::at(section, header, kind, source, meaning), cell }
}

/// Columns 1 to 27.
#[rustfmt::skip]
pub const COLUMNS: [Column; 27] = [
    col("5",   "Building ID",                                          Num4,       "School.number",                      "State number of the school of the chosen enrollment, four digits.",                      building_id),
    col("5",   "KIDS ID",                                              Code,       "Person.stateID",                     "The student's KIDS ID.",                                                                 kids_id),
    col("5",   "Incident Date",                                        Date,       "BehaviorIncident.timestamp",         "Day of the incident.",                                                                   |_, r| Cell::Date(campus::date::Date(r.day))),
    col("6.1", "Incident Involved Student with Disability",            Code,       "Plan, Gifted, Section504",           "Y when a locked IEP is in force that day, with no 504 plan and no gifted record.",       |_, r| yes(r.disability)),
    col("5",   "Incident Involved Student In Foster Care",             Code,       "FosterCare",                         "Y when a foster care record is in force that day.",                                      |_, r| yes(r.foster_care)),
    col("5",   "Reason for Removal (RFR) Drugs",                       Code,       "BehaviorEvent.incidentType",         "Y when the incident type is a drug type.",                                               |_, r| yes(r.reasons.drugs)),
    col("5",   "Reason for Removal (RFR) Weapons",                     Code,       "BehaviorEvent.incidentType",         "Y when the incident type is a weapon type.",                                             |_, r| yes(r.reasons.weapons)),
    col("6.2", "Weapon Type",                                          Code,       "BehaviorWeapon.weaponType",          "Which weapons the event has, 1 to 5; N when weapons are not the reason.",                weapon_type),
    col("5",   "Reason for Removal (RFR) Serious Bodily Injury",       Code,       "BehaviorRole.injury",                "Y when anybody on the event has a serious bodily injury.",                               |_, r| yes(r.reasons.injury)),
    col("5",   "Reason for Removal (RFR) Other",                       Code,       "columns 6, 7 and 9",                 "Y when neither drugs nor weapons nor serious bodily injury is the reason.",              |_, r| yes(r.reasons.other())),
    col("5",   "Reason for Removal (RFR) Bullying",                    Code,       "BehaviorEvent.incidentType",         "Y when the incident type is one of bullying.",                                           |_, r| yes(r.reasons.bullying.is_some())),
    col("5",   "Bullying Type",                                        Code,       "BehaviorEvent.incidentType",         "1 physical, 2 verbal, 3 cyber, 4 relational.",                                           |_, r| Cell::text(r.reasons.bullying_type())),
    col("5",   "Reason for Removal (RFR) Felony Violence",             Code,       "column 23",                          "Y when the felony column is Y.",                                                         |_, r| yes(r.said.felony)),
    col("7",   "Days of ISS",                                          Hundredths, "resolutions 450",                    "Days of in-school suspension, summed and rounded once.",                                 |_, r| days(r, r.said.removal() == Removal::Iss)),
    col("7",   "Days of OSS",                                          Hundredths, "resolutions 510, 520",               "Days of out-of-school suspension, summed and rounded once.",                             |_, r| days(r, r.said.removal() == Removal::Oss)),
    col("7",   "Days of Expulsion",                                    Hundredths, "resolutions 550 to 565",             "Days of expulsion, summed and rounded once; empty when they are 0.",                     |_, r| days(r, expulsion(r).is_some())),
    col("5",   "Services During Expulsion",                            Code,       "code of the group",                  "Y with services, N without; by the code of the expulsion.",                              |_, r| answer(expulsion(r).map(|e| e.0))),
    col("6.3", "Duration of Expulsion",                                Code,       "companions, method",                 "1 under a year, 2 one year, 3 longer, 4 none because the student is gone.",              |_, r| Cell::text(r.said.duration)),
    col("5",   "Removal for Remainder of Year",                        Code,       "code of the group",                  "Y when the expulsion is for the rest of the year.",                                      remainder_of_year),
    col("7",   "Days of Interim Alternative Education Setting (IAES)", Hundredths, "resolutions 001, 002",               "Days in an interim setting, summed and rounded once; empty when they are 0.",            |_, r| days(r, r.said.removal() == Removal::Iaes)),
    col("5",   "Removed by School Personnel",                          Code,       "column 20",                          "Y on every row of an interim setting with days.",                                        |_, r| answer(r.said.hearing_officer.map(|_| true))),
    col("5",   "Removed by Hearing Officer",                           Code,       "codes of companions",                "Y when a hearing officer decided, on a row of an interim setting with days.",            |_, r| answer(r.said.hearing_officer)),
    col("5",   "KSSSA Reported Felony",                                Code,       "referral or code",                   "Y when a felony was referred or the police code is 750.",                                |_, r| yes(r.said.felony)),
    col("5",   "KSSSA Reported Misdemeanor",                           Code,       "referral or code",                   "Y when a misdemeanor was referred or the police code is 730.",                           |_, r| yes(r.said.misdemeanor)),
    col("5",   "KSSSA Reported Weapons",                               Code,       "referral or code, firearm",          "Y when there is a firearm and weapons were referred or a police code is given.",         |_, r| yes(r.said.weapons)),
    col("6.4", "KSSSA Where",                                          Code,       "BehaviorIncident.context, location", "1 on property in the school day, 2 on property outside it, 3 at an activity elsewhere.", |_, r| Cell::text(r.said.place)),
    col("5",   "Arrest Made",                                          Code,       "BehaviorResolution.auxiliaryCode",   "Y when an arrest is marked; empty when nothing is reported to the KSSSA.",               |_, r| answer(r.said.arrest)),
];

/// What each column is.
pub fn table() -> Vec<column::Column> {
    COLUMNS.iter().map(|c| c.about).collect()
}

/// Header and format of each.
pub fn headings() -> Vec<Heading> {
    COLUMNS.iter().map(|c| c.about.heading()).collect()
}

/// The cells of one row, each with its column.
pub fn printed<'a>(tables: &'a Tables, row: &'a Row) -> Vec<(column::Column, Cell<'a>)> {
    let source = Source { number: tables.school.texts("number"), state_id: tables.person.texts("stateID") };
    COLUMNS.iter().map(|c| (c.about, (c.cell)(&source, row))).collect()
}

/// Writes the rows.
pub fn write(tables: &Tables, rows: &Rows, out: &mut dyn Lines) -> io::Result<()> {
    let source = Source { number: tables.school.texts("number"), state_id: tables.person.texts("stateID") };
    for row in &rows.list {
        out.cells(&COLUMNS.each_ref().map(|column| (column.cell)(&source, row)))?;
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
