//! Classes: one line is one section of Detail, with or without students.
//! Read beside kecs-lead, section 7.

use std::io;

use super::Lead;
use super::codes;
use super::counts::{self, Counts, Member};
use super::detail::SectionColumns;
use super::students::Student;
use crate::kit::cell::{Cell, Type::*};
use crate::kit::format::{Heading, Lines};
use crate::kit::index::NONE;

/// C1 to C23; N1 to N46 follow.
#[rustfmt::skip]
const FRONT: &[Heading] = &[
    Heading { header: "Date Time Generated",     kind: Stamp },
    Heading { header: "EndYear",                 kind: Int },
    Heading { header: "District Number",         kind: Num3 },
    Heading { header: "District Name",           kind: Text },
    Heading { header: "School Number",           kind: Num3 },
    Heading { header: "School Name",             kind: Text },
    Heading { header: "State Classification",    kind: Code },
    Heading { header: "Calendar Name",           kind: Text },
    Heading { header: "Schedule Structure Name", kind: Text },
    Heading { header: "Course Number",           kind: Text },
    Heading { header: "Course Name",             kind: Text },
    Heading { header: "Section Number",          kind: Int },
    Heading { header: "Section ID",              kind: Id },
    Heading { header: "Course Code",             kind: Code },
    Heading { header: "Core Content",            kind: Code },
    Heading { header: "Teaching Method",         kind: Code },
    Heading { header: "Instructional Setting",   kind: Code },
    Heading { header: "Section Special Type",    kind: Code },
    Heading { header: "KTSExchange",             kind: Flag },
    Heading { header: "Responsive",              kind: Flag },
    Heading { header: "Person ID",               kind: Id },
    Heading { header: "Section Start Date",      kind: Date },
    Heading { header: "Section End Date",        kind: Date },
];

/// The D column of each of C1 to C23.
const FROM_DETAIL: [usize; 23] =
    [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 3, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23];

/// C1 to C69.
pub fn columns() -> Vec<Heading> {
    FRONT.iter().copied().chain(counts::headings()).collect()
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
