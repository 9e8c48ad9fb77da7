//! Schoolwide: one line is one school with students. Read beside lead-data, section 3 and R5.

use std::io;

use super::{Each, LeadData};
use crate::kit::cell::{Cell, Type::*};
use crate::kit::format::Heading;
use crate::ky::kecs_lead::{counts, schoolwide};

/// F1 to F7; N1 to N46 follow.
#[rustfmt::skip]
const FRONT: [Heading; 7] = [
    Heading { header: "Data As Of",           kind: Date },
    Heading { header: "End Year",             kind: Int },
    Heading { header: "District Number",      kind: Num3 },
    Heading { header: "District Name",        kind: Text },
    Heading { header: "School Number",        kind: Num3 },
    Heading { header: "School Name",          kind: Text },
    Heading { header: "State Classification", kind: Code },
];

/// F1 to F53.
pub fn columns() -> Vec<Heading> {
    FRONT.into_iter().chain(counts::headings()).collect()
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
