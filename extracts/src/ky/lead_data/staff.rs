//! Staff: one line is one person, school, Type and Alt Type. Read beside lead-data, section 3 and R3.

use std::io;

use super::{Each, LeadData};
use crate::kit::cell::{Cell, Type::*};
use crate::kit::column::{Column, at};
use crate::ky::kecs_lead::staff::{Employments, Staff, window};

/// B1 to B14.
#[rustfmt::skip]
pub const COLUMNS: &[Column] = &[
    at("3", "Data As Of",           Date, "as-of time of the LEAD snapshot", "Day of the data that the report was made from."),
    at("3", "End Year",             Int,  "kecs-lead S2",                    "School year, by the year it ends in."),
    at("3", "District Number",      Num3, "kecs-lead S4",                    "The district's state number."),
    at("3", "District Name",        Text, "District.name",                   "The district's name."),
    at("3", "School Number",        Num3, "kecs-lead S5",                    "State number of the school assigned to."),
    at("3", "School Name",          Text, "School.name",                     "Name of that school."),
    at("3", "State Classification", Code, "School.stateClassification",      "Kind of that school in the state's list."),
    at("3", "Person ID",            Id,   "kecs-lead S3",                    "The member of staff."),
    at("3", "Last Name",            Text, "kecs-lead S8",                    "Last name."),
    at("3", "First Name",           Text, "kecs-lead S7",                    "First name."),
    at("3", "EPSB ID",              Text, "kecs-lead S6",                    "EPSB number of the open employment; when all have ended, of the latest one in the year."),
    at("3", "Type",                 Code, "kecs-lead S9",                    "Type of the assignment; empty when none is given."),
    at("3", "Alt Type",             Code, "kecs-lead S10",                   "Alternative type of the assignment."),
    at("3", "Teacher Role",         Flag, "kecs-lead S11",                   "True when any record of the line is marked as teacher."),
];

/// The lines of P20 to P23 at the schools asked for, sorted by B2, B3, B8, B5, B12, B13, `School.schoolID`.
pub fn lines<'a>(data: &'a LeadData, each: Each<'_, 'a>) -> io::Result<()> {
    let lead = &data.lead;
    let (employment, names) = (Employments::of(lead), data.names());
    let (school, person_ids) = (&lead.tables.school, lead.tables.person.numbers("personID").values());
    let (numbers, titles, classification) =
        (school.texts("number"), school.texts("name"), school.texts("stateClassification"));
    for ((year, school, person, kind, alt), teacher) in Staff::of(lead).lines {
        let at = school as usize;
        if !data.schools[at] {
            continue;
        }
        let [last, first] = names.of_person(person);
        each(&[
            data.as_of(),
            Cell::Number(year.into()),
            Cell::Text(&lead.choices.district.number),
            Cell::Text(&lead.choices.district.name),
            Cell::text(numbers.get(at)),
            Cell::text(titles.get(at)),
            Cell::text(classification.get(at)),
            Cell::Number(person_ids[person as usize].into()),
            last,
            first,
            Cell::text(employment.license(person, window(year))),
            Cell::text(kind),
            Cell::text(alt),
            Cell::Flag(teacher),
        ])?;
    }
    Ok(())
}
