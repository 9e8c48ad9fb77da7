//! Caseload: one line is one special education case manager of the district. Read beside lead-data, section 3 and R4.

use std::io;

use super::{Each, LeadData};
use crate::kit::cell::{Cell, Type::*};
use crate::kit::format::Heading;
use crate::ky::kecs_lead::caseload::{managers, on_reference_day};
use crate::ky::kecs_lead::counts;

/// E1 to E7; N1 to N46 follow.
#[rustfmt::skip]
const FRONT: [Heading; 7] = [
    Heading { header: "Data As Of",              kind: Date },
    Heading { header: "End Year",                kind: Int },
    Heading { header: "District Number",         kind: Num3 },
    Heading { header: "District Name",           kind: Text },
    Heading { header: "Case Manager Person ID",  kind: Id },
    Heading { header: "Case Manager Last Name",  kind: Text },
    Heading { header: "Case Manager First Name", kind: Text },
];

/// E1 to E53.
pub fn columns() -> Vec<Heading> {
    FRONT.into_iter().chain(counts::headings()).collect()
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
