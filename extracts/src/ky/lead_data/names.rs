//! Names that are printed only for people with a staff record (lead-data, R7 and R8).

use campus::snapshot::read::Texts;

use crate::kit::cell::Cell;
use crate::kit::index::{Groups, Index, NONE};
use crate::ky::kecs_lead::Lead;
use crate::ky::kecs_lead::staff;

/// Staff records of the active year: an EmploymentAssignment at a school and an Employment, each overlapping the year
/// window. All schools count, whatever the request selects.
#[derive(Debug)]
pub struct StaffRecords {
    /// By row of Person: an Employment overlaps the year window.
    employed: Vec<bool>,
    /// Rows of School by row of Person, of the assignments that overlap the year window.
    assigned: Groups,
    /// Row in School of each assignment.
    school: Vec<u32>,
}

impl StaffRecords {
    /// Reads the records of the active year.
    pub fn of(lead: &Lead) -> StaffRecords {
        let window = lead.choices.active_year().map(staff::window);
        let overlaps = |start: i32, end: Option<i32>| {
            window.is_some_and(|(first, last)| start <= last && end.is_none_or(|e| e >= first))
        };
        let (employment, assignment) = (&lead.tables.employment, &lead.tables.assignment);
        let person = employment.numbers("personID").values();
        let (start, end) = (employment.numbers("startDate").values(), employment.numbers("endDate"));
        let mut employed = vec![false; lead.persons.len()];
        for row in 0..employment.rows() {
            let at = lead.persons.row(person[row]);
            if at != NONE && overlaps(start[row], end.get(row)) {
                employed[at as usize] = true;
            }
        }
        let person = assignment.numbers("personID").values();
        let (start, end) = (assignment.numbers("startDate").values(), assignment.numbers("endDate"));
        let counts = |row: usize| overlaps(start[row], end.get(row));
        let owner: Vec<u32> = (0..assignment.rows())
            .map(|row| if counts(row) { lead.persons.row(person[row]) } else { NONE })
            .collect();
        let schools = Index::of(lead.tables.school.numbers("schoolID").values());
        let school = assignment.numbers("schoolID").values().iter().map(|&s| schools.row(s)).collect();
        StaffRecords { employed, assigned: Groups::of(lead.persons.len(), &owner), school }
    }

    /// R7: the person (row in Person) has a staff record at the school (row in School).
    pub fn at_school(&self, person: u32, school: u32) -> bool {
        person != NONE
            && self.employed[person as usize]
            && self.assigned.of_owner(person as usize).iter().any(|&row| self.school[row as usize] == school)
    }

    /// R8: the person has a staff record at any school.
    pub fn at_any_school(&self, person: u32) -> bool {
        person != NONE
            && self.employed[person as usize]
            && !self.assigned.of_owner(person as usize).is_empty()
    }
}

/// Last and first names.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    identity: &'a [u32],
    last: Texts<'a>,
    first: Texts<'a>,
}

impl<'a> Names<'a> {
    /// Finds the columns.
    pub fn of(lead: &'a Lead) -> Names<'a> {
        let identity = &lead.tables.identity;
        Names {
            identity: &lead.identity,
            last: identity.texts("lastName"),
            first: identity.texts("firstName"),
        }
    }

    /// Last and first name of a person (row in Person); nothing without an identity.
    pub fn of_person(&self, person: u32) -> [Cell<'a>; 2] {
        match self.identity.get(person as usize) {
            Some(&row) if row != NONE => [self.last, self.first].map(|n| Cell::text(n.get(row as usize))),
            _ => [Cell::Empty; 2],
        }
    }
}
