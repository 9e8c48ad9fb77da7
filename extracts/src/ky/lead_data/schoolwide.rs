//! Schoolwide: one line is one school with students. Read beside lead-data, section 3 and R5.

use std::io;

use super::{Each, LeadData};
use crate::kit::cell::{Cell, Type::*};
use crate::kit::column::{Column, at};
use crate::ky::kecs_lead::{counts, schoolwide};

/// F1 to F7; N1 to N46 follow.
#[rustfmt::skip]
const FRONT: [Column; 7] = [
    at("3", "Data As Of",           Date, "as-of time of the LEAD snapshot", "Day of the data that the report was made from."),
    at("3", "End Year",             Int,  "kecs-lead D2",                    "School year, by the year it ends in."),
    at("3", "District Number",      Num3, "kecs-lead D4",                    "The district's state number."),
    at("3", "District Name",        Text, "kecs-lead D5",                    "The district's name."),
    at("3", "School Number",        Num3, "kecs-lead D6",                    "The school's state number."),
    at("3", "School Name",          Text, "kecs-lead D7",                    "The school's name."),
    at("3", "State Classification", Code, "kecs-lead D8",                    "Kind of the school in the state's list."),
];

/// F1 to F53.
pub fn columns() -> Vec<Column> {
    FRONT.into_iter().chain(counts::columns("3")).collect()
}

/// The lines of P40 to P42 of the schools asked for, sorted by F2, F4, F6, F5, `School.schoolID`; disability is D35.
pub fn lines<'a>(data: &'a LeadData, each: Each<'_, 'a>) -> io::Result<()> {
    let school = &data.lead.tables.school;
    let (numbers, names, classification) =
        (school.texts("number"), school.texts("name"), school.texts("stateClassification"));
    let mut cells = [Cell::Empty; 7 + 46];
    for ((year, school), counts) in schoolwide::schools(&data.lead) {
        let at = school as usize;
        if !data.schools[at] {
            continue;
        }
        cells[..7].copy_from_slice(&[
            data.as_of(),
            Cell::Number(year.into()),
            Cell::Text(&data.lead.choices.district.number),
            Cell::Text(&data.lead.choices.district.name),
            Cell::text(numbers.get(at)),
            Cell::text(names.get(at)),
            Cell::text(classification.get(at)),
        ]);
        counts.print(&mut cells[7..]);
        each(&cells)?;
    }
    Ok(())
}
