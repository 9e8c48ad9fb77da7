//! Detail: one line is one student of the section asked for; a section without students is one line.
//! Read beside lead-data, section 3 and R6.

use std::io;

use super::{Each, LeadData, section};
use crate::kit::cell::{Cell, Type::*};
use crate::kit::code;
use crate::kit::format::Heading;
use crate::ky::kecs_lead::detail::Students;

/// G26 to G41; A1 to A25 come first.
#[rustfmt::skip]
const STUDENT: [Heading; 16] = [
    Heading { header: "Student Person ID",             kind: Id },
    Heading { header: "State ID",                      kind: Text },
    Heading { header: "Student Last Name",             kind: Text },
    Heading { header: "Student First Name",            kind: Text },
    Heading { header: "Enrollment ID",                 kind: Id },
    Heading { header: "Service Type",                  kind: Code },
    Heading { header: "Enrollment Start Date",         kind: Date },
    Heading { header: "Enrollment End Date",           kind: Date },
    Heading { header: "Grade",                         kind: Code },
    Heading { header: "Race/Ethnicity",                kind: Code },
    Heading { header: "Primary Disability in Section", kind: Code },
    Heading { header: "Primary Disability Enrollment", kind: Code },
    Heading { header: "Case Manager Person ID",        kind: Id },
    Heading { header: "English Learner",               kind: Flag },
    Heading { header: "Gifted",                        kind: Flag },
    Heading { header: "Alternative Education ILPA",    kind: Flag },
];

/// G1 to G41.
pub fn columns() -> Vec<Heading> {
    section::COLUMNS.into_iter().chain(STUDENT).collect()
}

/// The lines, sorted by G28, G29, G27, G26.
pub fn lines<'a>(data: &'a LeadData, each: Each<'_, 'a>) -> io::Result<()> {
    let lead = &data.lead;
    let ids = lead.tables.section.numbers("sectionID");
    let of_row = |place: &u32| ids.get(lead.sections.list[*place as usize].row as usize);
    let Some(&place) =
        lead.order.iter().find(|place| data.section.is_some() && of_row(place) == data.section)
    else {
        return Ok(());
    };
    let mut line = [Cell::Empty; 25 + 16];
    line[..25].copy_from_slice(&section::cells(data, &data.names(), place));
    let reference = lead.sections.list[place as usize].reference(lead.today);
    let columns = Students::of(lead);
    let seats = lead.seats.of_section(place as usize);
    let mut students: Vec<[Cell<'a>; 16]> = seats.iter().map(|&s| columns.cells(s, reference)).collect();
    if students.is_empty() {
        return each(&line);
    }
    students.sort_by_cached_key(|cells| {
        let text = |at: usize| match cells[at] {
            Cell::Text(text) => Some(code::upper(text).into_owned()),
            _ => None,
        };
        let id = match cells[0] {
            Cell::Number(id) => id,
            _ => 0,
        };
        (text(2), text(3), text(1), id)
    });
    for cells in students {
        line[25..].copy_from_slice(&cells);
        each(&line)?;
    }
    Ok(())
}
