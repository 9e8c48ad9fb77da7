//! What Classes and Detail print of a section: A1 to A25, which are G1 to G25 too. Read beside lead-data, section 3.

use super::LeadData;
use super::names::Names;
use crate::kit::cell::{Cell, Type::*};
use crate::kit::format::Heading;
use crate::ky::kecs_lead::detail::section_cells;

/// A1 to A25.
#[rustfmt::skip]
pub const COLUMNS: [Heading; 25] = [
    Heading { header: "Data As Of",                 kind: Date },
    Heading { header: "End Year",                   kind: Int },
    Heading { header: "District Number",            kind: Num3 },
    Heading { header: "District Name",              kind: Text },
    Heading { header: "School Number",              kind: Num3 },
    Heading { header: "School Name",                kind: Text },
    Heading { header: "State Classification",       kind: Code },
    Heading { header: "Calendar Name",              kind: Text },
    Heading { header: "Schedule Structure Name",    kind: Text },
    Heading { header: "Course Number",              kind: Text },
    Heading { header: "Course Name",                kind: Text },
    Heading { header: "Section Number",             kind: Int },
    Heading { header: "SectionID",                  kind: Id },
    Heading { header: "State Course Code",          kind: Code },
    Heading { header: "Core Content",               kind: Code },
    Heading { header: "Teaching Method",            kind: Code },
    Heading { header: "Instructional Setting",      kind: Code },
    Heading { header: "Section Special Type",       kind: Code },
    Heading { header: "KTSExchange",                kind: Flag },
    Heading { header: "Responsive",                 kind: Flag },
    Heading { header: "Primary Teacher Person ID",  kind: Id },
    Heading { header: "Primary Teacher Last Name",  kind: Text },
    Heading { header: "Primary Teacher First Name", kind: Text },
    Heading { header: "Section Start Date",         kind: Date },
    Heading { header: "Section End Date",           kind: Date },
];

/// A1 to A25 of a section, given by its place.
pub fn cells<'a>(data: &'a LeadData, names: &Names<'a>, place: u32) -> [Cell<'a>; 25] {
    let d = section_cells(&data.lead, place);
    let [last, first] = teacher(data, names, place);
    [
        data.as_of(),
        d[1],
        d[3],
        d[4],
        d[5],
        d[6],
        d[7],
        d[8],
        d[9],
        d[10],
        d[11],
        d[12],
        d[2],
        d[13],
        d[14],
        d[15],
        d[16],
        d[17],
        d[18],
        d[19],
        d[20],
        last,
        first,
        d[21],
        d[22],
    ]
}

/// R7: the names of the primary teacher, when there is a staff record at the section's school.
fn teacher<'a>(data: &'a LeadData, names: &Names<'a>, place: u32) -> [Cell<'a>; 2] {
    let lead = &data.lead;
    let school = lead.sections.list[place as usize].school;
    match lead.teachers[place as usize].map(|t| lead.persons.row(t.person)) {
        Some(person) if data.records.at_school(person, school) => names.of_person(person),
        _ => [Cell::Empty; 2],
    }
}
