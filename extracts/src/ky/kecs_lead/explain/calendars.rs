//! P1 to P6 of one calendar.

use super::Explainer;
use crate::kit::code;
use crate::kit::explain::Finding;
use crate::ky::kecs_lead::codes;

impl Explainer<'_> {
    /// `25-26 Alpha (calendar 100, Alpha High, 2026)`.
    pub(super) fn calendar_words(&self, row: usize) -> String {
        let t = &self.lead.tables;
        let id = t.calendar.numbers("calendarID").values()[row];
        let year = t.calendar.numbers("endYear").values()[row];
        let school = self.schools.get(t.calendar.numbers("schoolID").values()[row]);
        let school = school.map_or("no school", |s| t.school.texts("name").or_empty(s));
        format!("{} (calendar {id}, {school}, {year})", t.calendar.texts("name").or_empty(row))
    }

    /// The first of P1 to P6 that leaves a calendar out.
    pub(super) fn calendar_dropped(&self, row: usize) -> Option<Finding> {
        let (t, choices) = (&self.lead.tables, &self.lead.choices);
        let id = t.calendar.numbers("calendarID").values()[row];
        let end_year = t.calendar.numbers("endYear").values()[row];
        let school = self.schools.get(t.calendar.numbers("schoolID").values()[row]);
        if self.request.calendars.binary_search(&id).is_err() {
            return Some(self.dropped("P1", format!("Calendar {id} is not among them.")));
        }
        let active = choices.active_year();
        if active.is_none_or(|a| end_year > a) {
            let active = active.map_or_else(|| "none".to_owned(), |a| a.to_string());
            return Some(self.dropped("P2", format!("It ends in {end_year}; the active year is {active}.")));
        }
        if t.calendar.flags("summerSchool").value(row) {
            return Some(self.dropped("P3", "It is a summer school."));
        }
        if !choices.year(end_year).is_some_and(|y| self.request.meets(y)) {
            return Some(self.dropped("P4", format!("The school year {end_year} lies outside of it.")));
        }
        if school.is_none_or(|s| t.school.flags("exclude").value(s)) {
            return Some(self.dropped("P5", "Its school is excluded, or not in the data."));
        }
        let stored = school.and_then(|s| t.school.texts("stateClassification").get(s));
        if !code::is_one_of(stored, codes::REPORTED_CLASSIFICATIONS) {
            let found = stored.map_or_else(|| "It is empty.".to_owned(), |c| format!("It is {c}."));
            return Some(self.dropped("P6", found));
        }
        None
    }
}
