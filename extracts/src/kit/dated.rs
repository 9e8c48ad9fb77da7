//! Dated rows of persons (campus-data, conventions 2 and 3).

use campus::snapshot::read::Batch;

use super::index::{Groups, Index, NONE};

/// A start before every date.
pub const OPEN_START: i32 = i32::MIN;
/// An end after every date.
pub const OPEN_END: i32 = i32::MAX;

/// The rows of a table that count, by person, with their start and end.
#[derive(Debug)]
pub struct Dated {
    groups: Groups,
    spans: Vec<(i32, i32)>,
}

impl Dated {
    /// Reads the rows; a null start or end is open.
    pub fn of(
        table: &Batch,
        persons: &Index,
        start: &str,
        end: &str,
        counts: impl Fn(usize) -> bool,
    ) -> Dated {
        let person = table.numbers("personID").values();
        let (start, end) = (table.numbers(start), table.numbers(end));
        let owner: Vec<u32> =
            (0..table.rows()).map(|r| if counts(r) { persons.row(person[r]) } else { NONE }).collect();
        let spans =
            (0..table.rows()).map(|r| (start.get_or(r, OPEN_START), end.get_or(r, OPEN_END))).collect();
        Dated { groups: Groups::of(persons.len(), &owner), spans }
    }

    /// Whether a person has any row, of whatever day.
    pub fn has(&self, person: u32) -> bool {
        !self.groups.of_owner(person as usize).is_empty()
    }

    /// The rows of a person that cover a day; both ends count.
    pub fn covering(&self, person: u32, day: i32) -> impl Iterator<Item = u32> {
        let covers = move |&&row: &&u32| {
            let (start, end) = self.spans[row as usize];
            start <= day && day <= end
        };
        self.groups.of_owner(person as usize).iter().filter(covers).copied()
    }

    /// Whether a row of a person covers a day.
    pub fn any(&self, person: u32, day: i32) -> bool {
        self.covering(person, day).next().is_some()
    }

    /// Whether a row of a person covers a day and overlaps a span of days.
    pub fn any_overlapping(&self, person: u32, day: i32, (first, last): (i32, i32)) -> bool {
        self.covering(person, day).any(|row| {
            let (start, end) = self.spans[row as usize];
            start <= last && end >= first
        })
    }
}
