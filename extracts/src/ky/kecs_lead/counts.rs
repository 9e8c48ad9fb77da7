//! The count block N1 to N46 (kecs-lead, section 5).

use crate::kit::cell::{Cell, Type};
use crate::kit::column::{Column, at};

/// N1 to N46.
#[rustfmt::skip]
pub const COLUMNS: [Column; 46] = [
    n("Total",                               "all students of the line", "Students of the line."),
    n("General",                             "disability empty",         "Students without a primary disability: in Classes by the IEP (D34), elsewhere by the enrollment (D35)."),
    n("MMD",                                 "disability 01",            "Students with the primary disability mild mental disability."),
    n("FMD",                                 "disability 02",            "Students with the primary disability functional mental disability."),
    n("HI",                                  "disability 03",            "Students with the primary disability hearing impairment."),
    n("SLI",                                 "disability 04",            "Students with the primary disability speech or language impairment."),
    n("VI",                                  "disability 05",            "Students with the primary disability visual impairment."),
    n("EBD",                                 "disability 06",            "Students with the primary disability emotional-behavioral disability."),
    n("OI",                                  "disability 07",            "Students with the primary disability orthopedic impairment."),
    n("OHI",                                 "disability 08",            "Students with the primary disability other health impairment."),
    n("SLD",                                 "disability 09",            "Students with the primary disability specific learning disability."),
    n("DB",                                  "disability 10",            "Students with the primary disability deaf-blindness."),
    n("MD",                                  "disability 11",            "Students with the primary disability multiple disabilities."),
    n("AUT",                                 "disability 12",            "Students with the primary disability autism."),
    n("TBI",                                 "disability 13",            "Students with the primary disability traumatic brain injury."),
    n("DD",                                  "disability 14",            "Students with the primary disability developmental delay."),
    n("Disability Other",                    "disability, other",        "Students with a disability code that is in no list."),
    n("English Learner Count",               "D37 True",                 "English learners."),
    n("Gifted Count",                        "D38 True",                 "Gifted students."),
    n("Alternative Education ILPA Count",    "D39 True",                 "Students with an ILPA."),
    n("Hispanic/Latino",                     "D33 1",                    "Students with the race or ethnicity Hispanic/Latino."),
    n("American Indian or Alaska Native",    "D33 2",                    "Students with the race or ethnicity American Indian or Alaska Native."),
    n("Asian",                               "D33 3",                    "Students with the race or ethnicity Asian."),
    n("Black or African American",           "D33 4",                    "Students with the race or ethnicity Black or African American."),
    n("Native Hawaiian or Pacific Islander", "D33 5",                    "Students with the race or ethnicity Native Hawaiian or Pacific Islander."),
    n("White",                               "D33 6",                    "Students with the race or ethnicity White."),
    n("Two or More Races",                   "D33 7",                    "Students with the race or ethnicity Two or More Races."),
    n("Race Other",                          "D33, any other",           "Students with another race or ethnicity code, or none."),
    n("Grade 97",                            "D32 97",                   "Students in the state grade 97."),
    n("Grade 98",                            "D32 98",                   "Students in the state grade 98."),
    n("Grade 99",                            "D32 99",                   "Students in the state grade 99."),
    n("Grade 00",                            "D32 00",                   "Students in the state grade 00."),
    n("Grade 01",                            "D32 01",                   "Students in the state grade 01."),
    n("Grade 02",                            "D32 02",                   "Students in the state grade 02."),
    n("Grade 03",                            "D32 03",                   "Students in the state grade 03."),
    n("Grade 04",                            "D32 04",                   "Students in the state grade 04."),
    n("Grade 05",                            "D32 05",                   "Students in the state grade 05."),
    n("Grade 06",                            "D32 06",                   "Students in the state grade 06."),
    n("Grade 07",                            "D32 07",                   "Students in the state grade 07."),
    n("Grade 08",                            "D32 08",                   "Students in the state grade 08."),
    n("Grade 09",                            "D32 09",                   "Students in the state grade 09."),
    n("Grade 10",                            "D32 10",                   "Students in the state grade 10."),
    n("Grade 11",                            "D32 11",                   "Students in the state grade 11."),
    n("Grade 12",                            "D32 12",                   "Students in the state grade 12."),
    n("Grade 14",                            "D32 14",                   "Students in the state grade 14."),
    n("Grade Other",                         "D32, any other",           "Students with a grade that is in no list."),
];

const fn n(header: &'static str, source: &'static str, meaning: &'static str) -> Column {
    at("5", header, Type::Count, source, meaning)
}

const DISABILITY: usize = 1;
const FLAGS: usize = 17;
const RACE: usize = 20;
const GRADE: usize = 28;

/// What a student counts as.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Place among N2 to N17.
    pub disability: u8,
    /// N18, N19 and N20.
    pub flags: [bool; 3],
    /// Place among N21 to N28.
    pub race: u8,
    /// Place among N29 to N46.
    pub grade: u8,
}

/// The counts of one line.
#[derive(Clone, Copy, Debug)]
pub struct Counts(pub [u32; 46]);

impl Default for Counts {
    fn default() -> Self {
        Counts([0; 46])
    }
}

impl Counts {
    /// Counts one student.
    pub fn add(&mut self, member: Member) {
        self.0[0] += 1;
        self.0[DISABILITY + usize::from(member.disability)] += 1;
        for (at, flag) in member.flags.into_iter().enumerate() {
            self.0[FLAGS + at] += u32::from(flag);
        }
        self.0[RACE + usize::from(member.race)] += 1;
        self.0[GRADE + usize::from(member.grade)] += 1;
    }

    /// N1 to N46 as the cells of a line.
    pub fn print(&self, cells: &mut [Cell<'_>]) {
        for (cell, &count) in cells.iter_mut().zip(&self.0) {
            *cell = Cell::Number(count.into());
        }
    }
}

/// N1 to N46 as columns of a section of an extract's document.
pub fn columns(section: &'static str) -> impl Iterator<Item = Column> {
    COLUMNS.into_iter().map(move |column| Column { section, ..column })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_student_counts_once_in_each_group() {
        let mut counts = Counts::default();
        for n in 0..18u8 {
            counts.add(Member {
                disability: n % 16,
                flags: [n % 2 == 0, true, false],
                race: n % 8,
                grade: n,
            });
        }
        let sum = |range: std::ops::Range<usize>| counts.0[range].iter().sum::<u32>();
        assert_eq!((counts.0[0], sum(1..17), sum(20..28), sum(28..46)), (18, 18, 18, 18));
        assert_eq!(counts.0[17..20], [9, 18, 0]);
    }
}
