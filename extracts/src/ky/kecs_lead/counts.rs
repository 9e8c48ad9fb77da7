//! The count block N1 to N46 (kecs-lead, section 5).

use crate::kit::cell::{Cell, Type};
use crate::kit::format::Heading;

/// Headers of N1 to N46, in order.
pub const HEADERS: [&str; 46] = [
    "Total",
    "General",
    "MMD",
    "FMD",
    "HI",
    "SLI",
    "VI",
    "EBD",
    "OI",
    "OHI",
    "SLD",
    "DB",
    "MD",
    "AUT",
    "TBI",
    "DD",
    "Disability Other",
    "English Learner Count",
    "Gifted Count",
    "Alternative Education ILPA Count",
    "Hispanic/Latino",
    "American Indian or Alaska Native",
    "Asian",
    "Black or African American",
    "Native Hawaiian or Pacific Islander",
    "White",
    "Two or More Races",
    "Race Other",
    "Grade 97",
    "Grade 98",
    "Grade 99",
    "Grade 00",
    "Grade 01",
    "Grade 02",
    "Grade 03",
    "Grade 04",
    "Grade 05",
    "Grade 06",
    "Grade 07",
    "Grade 08",
    "Grade 09",
    "Grade 10",
    "Grade 11",
    "Grade 12",
    "Grade 14",
    "Grade Other",
];

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

/// Headings of N1 to N46.
pub fn headings() -> impl Iterator<Item = Heading> {
    HEADERS.into_iter().map(|header| Heading { header, kind: Type::Count })
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
