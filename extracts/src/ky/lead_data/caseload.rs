//! Caseload: one line is one special education case manager of the district. Read beside lead-data, section 3 and R4.

use std::io;

use super::{Each, LeadData};
use crate::kit::cell::{Cell, Type::*};
use crate::kit::column::{Column, at};
use crate::ky::kecs_lead::caseload::{managers, on_reference_day};
use crate::ky::kecs_lead::counts;

/// E1 to E7; N1 to N46 follow.
#[rustfmt::skip]
const FRONT: [Column; 7] = [
    at("3", "Data As Of",              Date, "as-of time of the LEAD snapshot", "Day of the data that the report was made from."),
    at("3", "End Year",                Int,  "kecs-lead D2",                    "School year, by the year it ends in."),
    at("3", "District Number",         Num3, "kecs-lead D4",                    "The district's state number."),
    at("3", "District Name",           Text, "kecs-lead D5",                    "The district's name."),
    at("3", "Case Manager Person ID",  Id,   "kecs-lead D36",                   "The case manager; 0 stands for students with a disability and no case manager."),
    at("3", "Case Manager Last Name",  Text, "Identity.lastName, R8",           "Printed when the case manager has a staff record at any school."),
    at("3", "Case Manager First Name", Text, "Identity.firstName, R8",          "Printed when the case manager has a staff record at any school."),
];

/// E1 to E53.
pub fn columns() -> Vec<Column> {
    FRONT.into_iter().chain(counts::columns("3")).collect()
}

/// The lines, sorted by E2, E4, E5; disability is D35.
pub fn lines<'a>(data: &'a LeadData, each: Each<'_, 'a>) -> io::Result<()> {
    let lead = &data.lead;
    let disability = lead.tables.enrollment.texts("disability1");
    // R4: the case manager, with or without a disability; or none, with a disability on the enrollment.
    let rows = managers(lead, |line| {
        let disabled = disability.get(line.student.enrollment as usize).is_some();
        let manager = on_reference_day(lead, line).unwrap_or(0);
        (manager > 0 || manager == 0 && disabled).then_some(manager)
    });
    let names = data.names();
    let mut cells = [Cell::Empty; 7 + 46];
    for ((year, manager), counts) in rows {
        let [last, first] = names_of(data, &names, manager);
        cells[..7].copy_from_slice(&[
            data.as_of(),
            Cell::Number(year.into()),
            Cell::Text(&lead.choices.district.number),
            Cell::Text(&lead.choices.district.name),
            Cell::Number(manager.into()),
            last,
            first,
        ]);
        counts.print(&mut cells[7..]);
        each(&cells)?;
    }
    Ok(())
}

/// R8: the names of a case manager with a staff record at any school; none for `0`.
fn names_of<'a>(data: &'a LeadData, names: &super::Names<'a>, manager: i32) -> [Cell<'a>; 2] {
    let person = data.lead.persons.row(manager);
    if manager != 0 && data.records.at_any_school(person) {
        names.of_person(person)
    } else {
        [Cell::Empty; 2]
    }
}
