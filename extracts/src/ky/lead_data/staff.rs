//! Staff: one line is one person, school, Type and Alt Type. Read beside lead-data, section 3 and R3.

use std::io;

use super::{Each, LeadData};
use crate::kit::cell::{Cell, Type::*};
use crate::kit::format::Heading;
use crate::ky::kecs_lead::staff::{Employments, Staff, window};

/// B1 to B14.
#[rustfmt::skip]
pub const COLUMNS: &[Heading] = &[
    Heading { header: "Data As Of",           kind: Date },
    Heading { header: "End Year",             kind: Int },
    Heading { header: "District Number",      kind: Num3 },
    Heading { header: "District Name",        kind: Text },
    Heading { header: "School Number",        kind: Num3 },
    Heading { header: "School Name",          kind: Text },
    Heading { header: "State Classification", kind: Code },
    Heading { header: "Person ID",            kind: Id },
    Heading { header: "Last Name",            kind: Text },
    Heading { header: "First Name",           kind: Text },
    Heading { header: "EPSB ID",              kind: Text },
    Heading { header: "Type",                 kind: Code },
    Heading { header: "Alt Type",             kind: Code },
    Heading { header: "Teacher Role",         kind: Flag },
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
