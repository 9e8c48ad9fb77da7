//! What the extract and its validation report are both made from.

use campus::snapshot::read::Texts;

use super::codes;
use super::enrollments::Enrollments;
use super::events::{Events, Resolutions, StudentEvent};
use super::reasons::Readers;
use super::status::Statuses;
use super::tables::Tables;
use crate::kit::both::both;
use crate::kit::code;
use crate::kit::dated::{OPEN_END, OPEN_START};
use crate::kit::index::Index;

/// Which calendars a request selects, by row of Calendar.
pub fn selected(tables: &Tables, calendars: &[i32]) -> Vec<bool> {
    let ids = tables.calendar.numbers("calendarID").values();
    ids.iter().map(|id| calendars.binary_search(id).is_ok()).collect()
}

/// The data of one district, ready for questions.
#[derive(Debug)]
pub struct Basis<'a> {
    /// Columns read.
    pub tables: &'a Tables,
    /// Candidates.
    pub events: Events,
    /// Codes of resolutions.
    pub resolutions: Resolutions,
    /// Enrollments of students.
    pub enrollments: Enrollments<'a>,
    /// What students are on a day.
    pub statuses: Statuses,
    /// What events say.
    pub reasons: Readers,
    /// `BehaviorIncident.status`.
    status: Texts<'a>,
    /// Configuration year of each row of Calendar.
    years: Vec<(i32, i32)>,
}

impl<'a> Basis<'a> {
    /// Reads the tables; `selected` tells by row of Calendar.
    pub fn of(tables: &'a Tables, persons: &Index, selected: &'a [bool]) -> Basis<'a> {
        let calendars = Index::of(tables.calendar.numbers("calendarID").values());
        let ((events, resolutions), (enrollments, statuses)) = both(
            || (Events::of(tables, persons, &calendars, selected), Resolutions::of(tables)),
            || {
                let enrollments = Enrollments::of(tables, persons, &calendars, selected);
                (enrollments, Statuses::of(tables, persons))
            },
        );
        Basis {
            events,
            resolutions,
            enrollments,
            statuses,
            reasons: Readers::of(tables),
            status: tables.incident.texts("status"),
            years: years(tables),
            tables,
        }
    }

    /// `BehaviorIncident.status`.
    pub fn status(&self, of: &StudentEvent) -> Option<&'a str> {
        codes::text(self.status.get(of.incident as usize))
    }

    /// 6.1: the configuration year is the school year of the chosen enrollment's calendar.
    pub fn configuration_year(&self, enrollment: u32) -> (i32, i32) {
        self.years[self.enrollments.calendar(enrollment) as usize]
    }

    /// Column 4.
    pub fn disability(&self, of: &StudentEvent, enrollment: u32) -> bool {
        self.statuses.disability(of.person, of.day, self.configuration_year(enrollment))
    }

    /// Column 5.
    pub fn foster_care(&self, of: &StudentEvent, enrollment: u32) -> bool {
        self.statuses.foster_care(of.person, of.day, self.configuration_year(enrollment))
    }
}

/// First and last day of the school year of each row of Calendar.
fn years(tables: &Tables) -> Vec<(i32, i32)> {
    let table = &tables.school_year;
    let rows = Index::of(table.numbers("endYear").values());
    let (first, last) = (table.numbers("startDate").values(), table.numbers("endDate").values());
    let year = |end: &i32| rows.get(*end).map_or((OPEN_START, OPEN_END), |row| (first[row], last[row]));
    tables.calendar.numbers("endYear").values().iter().map(year).collect()
}

/// Column 1 as it is ordered, by row of School: one to three digits have zeros in front to four.
pub fn building_ranks(tables: &Tables) -> Vec<u32> {
    let numbers = tables.school.texts("number");
    let printed: Vec<Option<String>> = (0..tables.school.rows())
        .map(|s| codes::text(numbers.get(s)).map(|number| code::zeros(number, 4).into_owned()))
        .collect();
    code::ranks(printed.iter().map(Option::as_deref))
}

/// Column 2 as it is ordered, by row of Person, of those that `printed` tells.
pub fn kids_id_ranks(tables: &Tables, printed: impl Fn(usize) -> bool) -> Vec<u32> {
    let ids = tables.person.texts("stateID");
    let id = |person: &usize| codes::text(ids.get(*person));
    let people: Vec<usize> = (0..tables.person.rows()).filter(|&person| printed(person)).collect();
    let mut ranks = vec![0; tables.person.rows()];
    people.iter().zip(code::ranks(people.iter().map(id))).for_each(|(&person, rank)| ranks[person] = rank);
    ranks
}

/// The day of a report in its file name, and the district's number without what a file name should not have.
pub fn file_name(word: &str, district: &str, generated: campus::date::Date, ending: &str) -> String {
    let number: String =
        district.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    let (year, month, day) = generated.ymd();
    format!("{word}_{number}_{year:04}{month:02}{day:02}.{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn section_9_a_file_name_has_only_plain_characters_of_the_number() {
        let day = campus::date::Date::of(2026, 3, 1).expect("a date");
        assert_eq!(file_name("KIAS", "D 09/9-é_9", day, "csv"), "KIAS_D099-_9_20260301.csv");
    }
}
