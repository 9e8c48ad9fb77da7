//! What Classes and Detail print of a section: A1 to A25, which are G1 to G25 too. Read beside lead-data, section 3.

use super::LeadData;
use super::names::Names;
use crate::kit::cell::{Cell, Type::*};
use crate::kit::column::{Column, at};
use crate::ky::kecs_lead::detail::section_cells;

/// A1 to A25.
#[rustfmt::skip]
pub const COLUMNS: [Column; 25] = [
    at("3", "Data As Of",                 Date, "as-of time of the LEAD snapshot", "Day of the data that the report was made from."),
    at("3", "End Year",                   Int,  "kecs-lead D2",                    "School year of the section's calendar, by the year it ends in."),
    at("3", "District Number",            Num3, "kecs-lead D4",                    "The district's state number."),
    at("3", "District Name",              Text, "kecs-lead D5",                    "The district's name."),
    at("3", "School Number",              Num3, "kecs-lead D6",                    "State number of the school of the section's calendar."),
    at("3", "School Name",                Text, "kecs-lead D7",                    "Name of that school."),
    at("3", "State Classification",       Code, "kecs-lead D8",                    "Kind of that school in the state's list."),
    at("3", "Calendar Name",              Text, "kecs-lead D9",                    "The calendar that the section's course is in."),
    at("3", "Schedule Structure Name",    Text, "kecs-lead D10",                   "The structure that the section's trial is of."),
    at("3", "Course Number",              Text, "kecs-lead D11",                   "Number of the section's course."),
    at("3", "Course Name",                Text, "kecs-lead D12",                   "Name of the section's course."),
    at("3", "Section Number",             Int,  "kecs-lead D13",                   "The section's number within its course."),
    at("3", "SectionID",                  Id,   "kecs-lead D3",                    "The section's id."),
    at("3", "State Course Code",          Code, "kecs-lead D14",                   "State code of the course."),
    at("3", "Core Content",               Code, "kecs-lead D15",                   "Content area that the teacher's certificate is held against."),
    at("3", "Teaching Method",            Code, "kecs-lead D16",                   "How the course is taught."),
    at("3", "Instructional Setting",      Code, "kecs-lead D17",                   "Where the section is taught, as stored."),
    at("3", "Section Special Type",       Code, "kecs-lead D18",                   "01 none, 02 alternative classroom, 05 special education; an empty value stays empty."),
    at("3", "KTSExchange",                Flag, "kecs-lead D19",                   "True where the course is marked for the exchange."),
    at("3", "Responsive",                 Flag, "kecs-lead D20",                   "True where the course is marked responsive."),
    at("3", "Primary Teacher Person ID",  Id,   "kecs-lead D21",                   "The primary teacher; empty without one. Of those that cover the teacher day the latest start counts, else the latest start of all."),
    at("3", "Primary Teacher Last Name",  Text, "Identity.lastName, R7",           "Printed when the teacher has a staff record at the section's school."),
    at("3", "Primary Teacher First Name", Text, "Identity.firstName, R7",          "Printed when the teacher has a staff record at the section's school."),
    at("3", "Section Start Date",         Date, "kecs-lead D22",                   "First day of the section's earliest term."),
    at("3", "Section End Date",           Date, "kecs-lead D23",                   "Last day of the section's latest term."),
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
