//! Why a student, a member of staff or a section is in the reports or not. Read beside kecs-lead, sections 3 to 8.
//!
//! What is kept is read from [`Lead`]; what is not is looked at again, rule by rule, to find the first that said no.

mod calendars;
mod sections;
mod staff;
mod status;
mod students;

use campus::snapshot::read::{Error, Snapshot};

use super::Lead;
use super::request::Request;
use crate::kit::explain::{Finding, Subject, rule};
use crate::kit::index::{Index, NONE};
use crate::kit::rules::Rule;

/// Whether Caseload keeps a line: its case manager (D36) and whether the enrollment has a disability (D35).
pub type Managed = fn(Option<i32>, bool) -> bool;

/// What a report over these base rows says differently.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Its population table.
    pub rules: &'static [Rule],
    /// The rule that picks the lines of Caseload.
    pub caseload: (&'static Rule, Managed),
}

/// KECS LEAD itself.
pub const KECS: Terms = Terms {
    rules: super::POPULATION,
    caseload: (&super::rules::CASELOAD[0], |manager, disabled| disabled && manager.is_some()),
};

/// A Roster row.
#[derive(Clone, Copy, Debug)]
struct Seat {
    id: i32,
    section: i32,
    trial: i32,
    person: i32,
    start: Option<i32>,
    end: Option<i32>,
}

/// Answers questions about base rows.
#[derive(Debug)]
pub struct Explainer<'a> {
    lead: &'a Lead,
    request: &'a Request,
    terms: Terms,
    /// Rows in Person that are asked about.
    persons: Vec<u32>,
    /// Row in Section that is asked about.
    section: Option<usize>,
    seats: Vec<Seat>,
    courses: Index,
    calendars: Index,
    schools: Index,
}

impl<'a> Explainer<'a> {
    /// Finds the subject in the data; reads its rosters.
    ///
    /// # Errors
    /// When the rosters cannot be read.
    pub fn of(
        snapshot: &Snapshot,
        lead: &'a Lead,
        request: &'a Request,
        terms: Terms,
        subject: &Subject,
    ) -> Result<Explainer<'a>, Error> {
        let t = &lead.tables;
        let state_ids = t.person.texts("stateID");
        let mut persons: Vec<u32> = (0..t.person.rows())
            .filter(|&p| {
                subject.state_id().is_some_and(|id| state_ids.get(p).is_some_and(|s| s.trim() == id))
            })
            .map(|p| p as u32)
            .collect();
        let by_id = subject.person().map(|id| lead.persons.row(id)).filter(|&row| row != NONE);
        persons.extend(by_id.filter(|row| !persons.contains(row)).into_iter().collect::<Vec<_>>());
        let sections = Index::of(t.section.numbers("sectionID").values());
        let section = subject.section().and_then(|id| sections.get(id));
        let mut explainer = Explainer {
            lead,
            request,
            terms,
            persons,
            section,
            seats: Vec::new(),
            courses: Index::of(t.course.numbers("courseID").values()),
            calendars: Index::of(t.calendar.numbers("calendarID").values()),
            schools: Index::of(t.school.numbers("schoolID").values()),
        };
        explainer.read_seats(snapshot)?;
        Ok(explainer)
    }

    fn read_seats(&mut self, snapshot: &Snapshot) -> Result<(), Error> {
        let ids = self.lead.tables.person.numbers("personID").values();
        let persons: Vec<i32> = self.persons.iter().map(|&p| ids[p as usize]).collect();
        let section = self.section.map(|s| self.section_id(s));
        let seats = &mut self.seats;
        let columns = ["rosterID", "sectionID", "trialID", "personID", "startDate", "endDate"];
        snapshot.scan("Roster", &columns, |batch| {
            let of = |column: &str| batch.numbers(column).values();
            let (id, sections, trial, person) =
                (of("rosterID"), of("sectionID"), of("trialID"), of("personID"));
            let (start, end) = (batch.numbers("startDate"), batch.numbers("endDate"));
            for row in 0..batch.rows() {
                if persons.contains(&person[row]) || Some(sections[row]) == section {
                    seats.push(Seat {
                        id: id[row],
                        section: sections[row],
                        trial: trial[row],
                        person: person[row],
                        start: start.get(row),
                        end: end.get(row),
                    });
                }
            }
        })?;
        self.seats.sort_unstable_by_key(|s| s.id);
        Ok(())
    }

    /// Everything about the subject; nothing when the data have no such person or section.
    pub fn findings(&self) -> Vec<Finding> {
        let mut all: Vec<Finding> = self.section.iter().map(|&row| self.about_section(row)).collect();
        for &person in &self.persons {
            let about = [self.about_student(person), self.about_staff(person)];
            let mut about: Vec<Finding> = about.into_iter().flatten().collect();
            if about.is_empty() {
                let none = "no enrollment, roster, employment, assignment, staff history or caseload";
                about.push(Finding::about(format!("{}: {none}", self.person_words(person))));
            }
            all.append(&mut about);
        }
        all
    }

    /// Row in Section that is asked about.
    pub fn section(&self) -> Option<usize> {
        self.section
    }

    /// Rows in Person that are asked about.
    pub fn persons(&self) -> &[u32] {
        &self.persons
    }

    fn rule(&self, number: &str) -> Rule {
        match number {
            // The first rule selects calendars; a report over these rows may have another one.
            "P1" => self.terms.rules.first().copied().unwrap_or_else(|| rule(self.terms.rules, number)),
            _ => rule(self.terms.rules, number),
        }
    }

    fn dropped(&self, number: &str, found: impl AsRef<str>) -> Finding {
        Finding::dropped(&self.rule(number), found.as_ref())
    }

    fn section_id(&self, row: usize) -> i32 {
        self.lead.tables.section.numbers("sectionID").values()[row]
    }

    /// `Ash, Ann (personID 1, State ID 1000000001)`.
    fn person_words(&self, person: u32) -> String {
        let t = &self.lead.tables;
        let id = t.person.numbers("personID").values()[person as usize];
        let state_id = t.person.texts("stateID").get(person as usize);
        let identity = Some(self.lead.identity[person as usize]).filter(|&i| i != NONE);
        let name = |column: &str| identity.map_or("", |i| t.identity.texts(column).or_empty(i as usize));
        let state_id = state_id.map_or_else(|| "no State ID".to_owned(), |s| format!("State ID {s}"));
        format!("{}, {} (personID {id}, {state_id})", name("lastName"), name("firstName"))
    }

    /// The same for a personID that may not be in the data.
    fn person_id_words(&self, id: i32) -> String {
        match self.lead.persons.row(id) {
            NONE => format!("personID {id}"),
            person => self.person_words(person),
        }
    }
}
