//! P20 to P23 of one member of staff, the sections taught and the caseload.

use super::Explainer;
use crate::kit::cell::Cell;
use crate::kit::code;
use crate::kit::column::Column;
use crate::kit::explain::{Finding, rule, span};
use crate::kit::index::NONE;
use crate::ky::kecs_lead::caseload::on_reference_day;
use crate::ky::kecs_lead::distinct::lines;
use crate::ky::kecs_lead::rules;
use crate::ky::kecs_lead::staff::{COLUMNS, Employments, RULES, Staff, window};

impl Explainer<'_> {
    /// All about a member of staff; nothing for a person who is none.
    pub(super) fn about_staff(&self, person: u32) -> Option<Finding> {
        let found = [
            self.employments(person),
            self.assignments(person),
            self.staff_lines(person),
            self.taught(person),
            self.caseload(person),
        ];
        let found: Vec<Finding> = found.into_iter().flatten().collect();
        let about = Finding::about(format!("Staff {}", self.person_words(person)));
        (!found.is_empty()).then(|| about.with_all(found))
    }

    fn person_id(&self, person: u32) -> i32 {
        self.lead.tables.person.numbers("personID").values()[person as usize]
    }

    fn employments(&self, person: u32) -> Vec<Finding> {
        let table = &self.lead.tables.employment;
        let id = self.person_id(person);
        let (ids, persons) = (table.numbers("employmentID").values(), table.numbers("personID").values());
        let rows = (0..table.rows()).filter(|&r| persons[r] == id);
        rows.map(|r| {
            let dates = span(table.numbers("startDate").get(r), table.numbers("endDate").get(r));
            let license = table.texts("licenseNumber").get(r).unwrap_or("none");
            Finding::reason(format!("Employment {}: {dates}, license number {license}", ids[r]))
        })
        .collect()
    }

    /// Each assignment in each year of its school: the line, or the rule that drops it.
    fn assignments(&self, person: u32) -> Vec<Finding> {
        let t = &self.lead.tables;
        let table = &t.assignment;
        let id = self.person_id(person);
        let (persons, schools) = (table.numbers("personID").values(), table.numbers("schoolID").values());
        let (start, end) = (table.numbers("startDate"), table.numbers("endDate"));
        let employment = Employments::of(self.lead);
        let mut found = Vec::new();
        for row in (0..table.rows()).filter(|&r| persons[r] == id) {
            let school = self.schools.row(schools[row]);
            let name =
                if school == NONE { "no school" } else { t.school.texts("name").or_empty(school as usize) };
            let kind = table.texts("type").get(row).unwrap_or("empty");
            let dates = span(start.get(row), end.get(row));
            let mut about = Finding::about(format!("Assignment at {name}, type {kind}, {dates}"));
            let years: Vec<i32> =
                self.lead.sections.school_years.iter().filter(|p| p.0 == school).map(|p| p.1).collect();
            if years.is_empty() {
                let calendars = self.calendars_of(schools[row]);
                let none = "No calendar of this school is left.";
                about =
                    about.with(Finding::dropped(&rule(rules::STAFF_ALSO, "P20"), none).with_all(calendars));
            }
            for year in years {
                let (first, last) = window(year);
                let dates = span(Some(first), Some(last));
                let overlaps =
                    start.get(row).is_none_or(|s| s <= last) && end.get(row).is_none_or(|e| e >= first);
                about = about.with(if !overlaps {
                    Finding::dropped(&rule(RULES, "P21"), &format!("The year window of {year} is {dates}."))
                } else if !employment.overlaps(person, first, last) {
                    Finding::dropped(&rule(RULES, "P22"), &format!("The year window of {year} is {dates}."))
                } else {
                    Finding::by("P23", format!("makes or joins the line of {year} for this school and type"))
                });
            }
            found.push(about);
        }
        found
    }

    fn calendars_of(&self, school: i32) -> Vec<Finding> {
        let of_school = self.lead.tables.calendar.numbers("schoolID").values();
        let rows = (0..of_school.len()).filter(|&c| of_school[c] == school);
        rows.map(|c| Finding::about(self.calendar_words(c)).with_all(self.calendar_dropped(c))).collect()
    }

    /// The person's lines of Staff, with S5 to S11.
    fn staff_lines(&self, person: u32) -> Vec<Finding> {
        let t = &self.lead.tables;
        let employment = Employments::of(self.lead);
        let own = Staff::of(self.lead).lines.into_iter().filter(|(key, _)| key.2 == person);
        own.map(|((year, school, _, kind, alt), teacher)| {
            let license = employment.license(person, window(year));
            let why = "of the open employment; when all have ended, of the latest in the year";
            let values = [
                (5, Cell::text(t.school.texts("number").get(school as usize)), ""),
                (6, Cell::text(license), why),
                (9, Cell::text(kind), ""),
                (10, Cell::text(alt), ""),
                (11, Cell::Flag(teacher), "1 on any record of the line that passes P21"),
            ];
            let values = values.map(|(number, cell, why)| {
                let column: &Column = &COLUMNS[number - 1];
                let why = if why.is_empty() { column.source } else { why };
                Finding::value(format!("S{number}"), column, cell, why)
            });
            let name = t.school.texts("name").or_empty(school as usize);
            Finding::line(format!("1 line of Staff: {name}, {year}")).with_all(values)
        })
        .collect()
    }

    /// Sections of the person's staff history.
    fn taught(&self, person: u32) -> Vec<Finding> {
        let t = &self.lead.tables;
        let table = &t.staff_history;
        let id = self.person_id(person);
        let (persons, sections) = (table.numbers("personID").values(), table.numbers("sectionID").values());
        let rows = crate::kit::index::Index::of(t.section.numbers("sectionID").values());
        let mut own: Vec<usize> =
            (0..table.rows()).filter(|&r| persons[r] == id).filter_map(|r| rows.get(sections[r])).collect();
        own.sort_unstable();
        own.dedup();
        own.into_iter()
            .map(|row| {
                let about = Finding::about(self.section_words(row));
                match (self.section_dropped(row), self.place(row)) {
                    (None, Some(place)) => {
                        let primary = self.lead.teachers[place as usize].is_some_and(|t| t.person == id);
                        let told = if primary {
                            "is its primary teacher (D21)"
                        } else {
                            "is not its primary teacher (D21)"
                        };
                        about.with(Finding::reason(told).with_all(self.teachers(row, place)))
                    }
                    (dropped, _) => about.with_all(dropped),
                }
            })
            .collect()
    }

    /// Students whose case manager the person is.
    fn caseload(&self, person: u32) -> Vec<Finding> {
        let id = self.person_id(person);
        let table = &self.lead.tables.team_member;
        let (ids, staff, students) = (
            table.numbers("teamMemberID").values(),
            table.numbers("staffPersonID"),
            table.numbers("personID").values(),
        );
        let disability = self.lead.tables.enrollment.texts("disability1");
        let lines = lines(self.lead);
        let own = (0..table.rows()).filter(|&r| staff.get(r) == Some(id));
        own.map(|r| {
            let (module, role) = (table.texts("module").get(r), table.texts("role").get(r));
            let student = self.lead.persons.row(students[r]);
            let managed = lines.iter().filter(|l| l.student.person == student);
            let managed: Vec<_> = managed.filter(|l| on_reference_day(self.lead, l) == Some(id)).collect();
            let told = if !code::is(module, "SPECIALED") || !code::is(role, "CASE MANAGER") {
                "not a special education case manager".to_owned()
            } else if managed.is_empty() {
                "on no Detail line with a State ID is the person the case manager of the reference day (D36)".to_owned()
            } else {
                let keeps = |l: &&&crate::ky::kecs_lead::distinct::Line| {
                    let disabled = disability.get(l.student.enrollment as usize).is_some();
                    (self.terms.caseload.1)(Some(id), disabled)
                };
                let counted = managed.iter().filter(keeps).count();
                let rule = self.terms.caseload.0.rule;
                format!("case manager on {} Detail lines, of which {counted} pass {rule} and count once in Caseload", managed.len())
            };
            let dates = span(table.numbers("startDate").get(r), table.numbers("endDate").get(r));
            Finding::reason(format!("TeamMember {} of {}, {dates}: {told}", ids[r], self.person_id_words(students[r])))
        })
        .collect()
    }
}
