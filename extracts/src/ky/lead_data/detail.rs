//! Detail: one line is one student of the section asked for; a section without students is one line.
//! Read beside lead-data, section 3 and R6.

use std::io;

use super::{Each, LeadData, section};
use crate::kit::cell::{Cell, Type::*};
use crate::kit::code;
use crate::kit::column::{Column, at};
use crate::ky::kecs_lead::detail::Students;

/// G26 to G41; A1 to A25 come first.
#[rustfmt::skip]
const STUDENT: [Column; 16] = [
    at("3", "Student Person ID",             Id,   "kecs-lead D24", "The student; empty on the line of a section without students."),
    at("3", "State ID",                      Text, "kecs-lead D25", "The student's State ID."),
    at("3", "Student Last Name",             Text, "kecs-lead D26", "The student's last name, not the legal one."),
    at("3", "Student First Name",            Text, "kecs-lead D27", "The student's first name, not the legal one."),
    at("3", "Enrollment ID",                 Id,   "kecs-lead D28", "The enrollment chosen for this section (P12, P13)."),
    at("3", "Service Type",                  Code, "kecs-lead D29", "Service type of that enrollment."),
    at("3", "Enrollment Start Date",         Date, "kecs-lead D30", "Start of that enrollment."),
    at("3", "Enrollment End Date",           Date, "kecs-lead D31", "End of that enrollment; empty while it is open."),
    at("3", "Grade",                         Code, "kecs-lead D32", "State grade of that enrollment; without a grade level the local grade."),
    at("3", "Race/Ethnicity",                Code, "kecs-lead D33", "Federal race and ethnicity, 1 to 7."),
    at("3", "Primary Disability in Section", Code, "kecs-lead D34", "Primary disability of the locked IEP in force on the reference day: the section's last day, or today while it runs."),
    at("3", "Primary Disability Enrollment", Code, "kecs-lead D35", "Primary disability on the chosen enrollment."),
    at("3", "Case Manager Person ID",        Id,   "kecs-lead D36", "Special education case manager of the reference day; 0 when there is a disability and nobody."),
    at("3", "English Learner",               Flag, "kecs-lead D37", "True when an EL or LEP record covers the reference day."),
    at("3", "Gifted",                        Flag, "kecs-lead D38", "True when a gifted record other than category 12 covers the reference day."),
    at("3", "Alternative Education ILPA",    Flag, "kecs-lead D39", "True when an ILPA, locked or not, covers the reference day."),
];

/// G1 to G41.
pub fn columns() -> Vec<Column> {
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
