//! Classes: one line is one section of Detail, with or without students.
//! Read beside kecs-lead, section 7.

use std::io;

use super::Lead;
use super::codes;
use super::counts::{self, Counts, Member};
use super::detail::SectionColumns;
use super::students::Student;
use crate::kit::cell::{Cell, Type::*};
use crate::kit::column::{Column, at};
use crate::kit::format::Lines;
use crate::kit::index::NONE;

/// C1 to C23; N1 to N46 follow.
#[rustfmt::skip]
const FRONT: &[Column] = &[
    at("7", "Date Time Generated",     Stamp, "the time the report is made", "When the report was made; the same on every line."),
    at("7", "EndYear",                 Int,   "Detail D2",                   "School year of the section's calendar, by the year it ends in."),
    at("7", "District Number",         Num3,  "Detail D4",                   "The district's state number."),
    at("7", "District Name",           Text,  "Detail D5",                   "The district's name."),
    at("7", "School Number",           Num3,  "Detail D6",                   "State number of the school of the section's calendar."),
    at("7", "School Name",             Text,  "Detail D7",                   "Name of that school."),
    at("7", "State Classification",    Code,  "Detail D8",                   "Kind of that school in the state's list."),
    at("7", "Calendar Name",           Text,  "Detail D9",                   "The calendar that the section's course is in."),
    at("7", "Schedule Structure Name", Text,  "Detail D10",                  "The structure that the section's trial is of."),
    at("7", "Course Number",           Text,  "Detail D11",                  "Number of the section's course."),
    at("7", "Course Name",             Text,  "Detail D12",                  "Name of the section's course."),
    at("7", "Section Number",          Int,   "Detail D13",                  "The section's number within its course."),
    at("7", "Section ID",              Id,    "Detail D3",                   "The section's id."),
    at("7", "Course Code",             Code,  "Detail D14",                  "State code of the course."),
    at("7", "Core Content",            Code,  "Detail D15",                  "Content area that the teacher's certificate is held against."),
    at("7", "Teaching Method",         Code,  "Detail D16",                  "How the course is taught."),
    at("7", "Instructional Setting",   Code,  "Detail D17",                  "Where the section is taught, as stored."),
    at("7", "Section Special Type",    Code,  "Detail D18",                  "01 none, 02 alternative classroom, 05 special education; an empty value stays empty."),
    at("7", "KTSExchange",             Flag,  "Detail D19",                  "True where the course is marked for the exchange."),
    at("7", "Responsive",              Flag,  "Detail D20",                  "True where the course is marked responsive."),
    at("7", "Person ID",               Id,    "Detail D21",                  "The primary teacher; empty without one. Of those that cover the teacher day the latest start counts, else the latest start of all."),
    at("7", "Section Start Date",      Date,  "Detail D22",                  "First day of the section's earliest term."),
    at("7", "Section End Date",        Date,  "Detail D23",                  "Last day of the section's latest term."),
];

/// The D column of each of C1 to C23.
const FROM_DETAIL: [usize; 23] =
    [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 3, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23];

/// C1 to C69.
pub fn columns() -> Vec<Column> {
    FRONT.iter().copied().chain(counts::columns("5")).collect()
}

/// Writes the lines and returns how many.
pub fn write(lead: &Lead, out: &mut dyn Lines) -> io::Result<u64> {
    let (sections, members) = (SectionColumns::of(lead), Members::of(lead));
    for &place in &lead.order {
        let detail = sections.cells(place);
        out.cells(&FROM_DETAIL.map(|number| detail[number - 1]))?;
        out.cells(&members.counts(place).0.map(|count| Cell::Number(count.into())))?;
        out.end_line()?;
    }
    Ok(lead.order.len() as u64)
}

/// What students count as, with codes read once.
#[derive(Debug)]
pub struct Members<'a> {
    lead: &'a Lead,
    race: Vec<u8>,
    disability: Vec<u8>,
}

impl<'a> Members<'a> {
    /// Reads the codes.
    pub fn of(lead: &'a Lead) -> Members<'a> {
        let (identity, plan) = (&lead.tables.identity, &lead.tables.plan);
        let race_text = identity.texts("raceEthnicityFed");
        let by_identity: Vec<u8> =
            (0..identity.rows()).map(|r| codes::race_place(race_text.get(r))).collect();
        let none = codes::race_place(None);
        let disability = plan.texts("disability1");
        Members {
            lead,
            race: lead
                .identity
                .iter()
                .map(|&i| if i == NONE { none } else { by_identity[i as usize] })
                .collect(),
            disability: (0..plan.rows()).map(|r| codes::disability_place(disability.get(r))).collect(),
        }
    }

    /// N1 to N46 of a section.
    pub fn counts(&self, place: u32) -> Counts {
        let reference = self.lead.sections.list[place as usize].reference(self.lead.today);
        let mut counts = Counts::default();
        for &student in self.lead.seats.of_section(place as usize) {
            counts.add(self.of_section(student, reference));
        }
        counts
    }

    /// Disability is D34, as all else of the student's Detail line of the section.
    fn of_section(&self, student: Student, reference: i32) -> Member {
        let statuses = &self.lead.statuses;
        let person = student.person;
        let (race, grade) = (self.race[person as usize], self.lead.grades.place(student.enrollment));
        if !statuses.has_any(person) {
            return Member { disability: 0, flags: [false; 3], race, grade };
        }
        Member {
            disability: statuses.iep(person, reference).map_or(0, |plan| self.disability[plan]),
            flags: [
                statuses.english_learner(person, reference),
                statuses.gifted(person, reference),
                statuses.ilpa(person, reference),
            ],
            race,
            grade,
        }
    }
}
