//! Issues: what people should look at in the data behind the other reports. Read beside kecs-lead, section 9.

use std::borrow::Cow;
use std::io::{self, Write};

use campus::date::Date;

use super::codes;
use super::issue_list::ISSUES;
use super::staff::{self, Employments, Staff};
use super::{Lead, classes, padded};
use crate::kit::cell::{Cell, Type};
use crate::kit::code;
use crate::kit::column::{Column, at};
use crate::kit::format::html::{Html, Intro};
use crate::kit::format::{Heading, Lines};
use crate::kit::index::NONE;

/// I1 to I15.
#[rustfmt::skip]
pub const COLUMNS: &[Column] = &[
    at("9", "Issue Number",   Type::Int,  "the list of issues", "Number of the issue, 1 to 16."),
    at("9", "Message",        Type::Text, "the list of issues", "The issue in one sentence."),
    at("9", "End Year",       Type::Int,  "Calendar.endYear",   "School year, by the year it ends in."),
    at("9", "School Number",  Type::Num3, "School.number",      "State number of the school that the issue is about."),
    at("9", "School Name",    Type::Text, "School.name",        "Name of that school."),
    at("9", "PersonID",       Type::Id,   "Person.personID",    "Teacher, member of staff, case manager or student that the issue is about."),
    at("9", "First Name",     Type::Text, "Identity.firstName", "First name of that person."),
    at("9", "Last Name",      Type::Text, "Identity.lastName",  "Last name of that person."),
    at("9", "State ID",       Type::Text, "Person.stateID",     "State ID, for students."),
    at("9", "Course Number",  Type::Text, "Course.number",      "Course number, for issues of a section."),
    at("9", "Course Name",    Type::Text, "Course.name",        "Course name, for issues of a section."),
    at("9", "Section Number", Type::Int,  "Section.number",     "Section number, for issues of a section."),
    at("9", "Section ID",     Type::Id,   "Section.sectionID",  "Section id, for issues of a section."),
    at("9", "Course Code",    Type::Code, "Course.stateCode",   "State course code, for issues of a section."),
    at("9", "Value",          Type::Text, "what was found",     "The value behind the issue, where it has one: a date, a code, a count."),
];

/// What a line is about; equal lines are one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Issue {
    number: usize,
    year: i32,
    school: Option<u32>,
    person: Option<u32>,
    student: bool,
    section: Option<(u32, u32)>,
    value: String,
}

/// All lines, in their order.
#[derive(Debug)]
pub struct Issues<'a> {
    lead: &'a Lead,
    lines: Vec<Issue>,
}

impl<'a> Issues<'a> {
    /// Finds and sorts the lines.
    pub fn of(lead: &'a Lead) -> Issues<'a> {
        let mut issues = Issues { lead, lines: Vec::new() };
        issues.teachers();
        issues.sections();
        issues.staff();
        issues.students();
        issues.left_out();
        issues.lines.sort_unstable();
        issues.lines.dedup();
        let mut lines = std::mem::take(&mut issues.lines);
        lines.sort_by_cached_key(|line| issues.key(line));
        // Two records that differ in nothing printed and are of one school are one line.
        lines.dedup_by(|a, b| a.school == b.school && issues.cells(a) == issues.cells(b));
        issues.lines = lines;
        issues
    }

    fn add(&mut self, number: usize, year: i32, school: Option<u32>, value: impl Into<String>) -> &mut Issue {
        let value = value.into();
        self.lines.push(Issue { number, year, school, person: None, student: false, section: None, value });
        self.lines.last_mut().expect("just added")
    }

    fn year(&self, place: u32) -> i32 {
        let calendar = self.lead.sections.list[place as usize].calendar;
        self.lead.tables.calendar.numbers("endYear").values()[calendar as usize]
    }

    /// Issues 1, 2, 3: a primary teacher, a school and a year.
    fn teachers(&mut self) {
        let lead = self.lead;
        let employment = Employments::of(lead);
        let assignments = staff::Assignments::of(lead);
        let mut pairs: Vec<(i32, u32, u32)> = Vec::new();
        for &place in &lead.order {
            if let Some(teacher) = lead.teachers[place as usize] {
                let school = lead.sections.list[place as usize].school;
                pairs.push((self.year(place), school, lead.persons.row(teacher.person)));
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        for (year, school, person) in pairs.into_iter().filter(|p| p.2 != NONE) {
            let (first, last) = staff::window(year);
            let employed = employment.overlaps(person, first, last);
            let types = assignments.types_at(person, Some(school), (first, last));
            let number = match (employed, types.is_empty()) {
                (true, true) => 1,
                (true, false) if types.iter().all(Option::is_none) => 2,
                (true, false) => continue,
                (false, _) => 3,
            };
            let value = match (number, types.is_empty()) {
                (3, true) => "Employment and Assignment",
                (3, false) => "Employment",
                _ => "",
            };
            self.add(number, year, Some(school), value).person = Some(person);
        }
    }

    /// Issues 4, 5, 7, 8, 9: a section.
    fn sections(&mut self) {
        let lead = self.lead;
        let (course, section) = (&lead.tables.course, &lead.tables.section);
        let (state_code, method) = (course.texts("stateCode"), course.texts("teachingMethod"));
        let (content, special) = (section.texts("coreContent"), section.texts("specialType"));
        let counts = classes::Members::of(lead);
        for &place in &lead.order {
            let s = &lead.sections.list[place as usize];
            let (c, row) = (s.course as usize, s.row as usize);
            let mut found: Vec<(usize, String)> = Vec::new();
            let teacher = lead.teachers[place as usize];
            match teacher {
                None if code::is_one_of(state_code.get(c), codes::PLACEHOLDER_COURSES) => {
                    found.push((4, "Placeholder course".to_owned()));
                }
                None if code::is(method.get(c), "12") => found.push((4, "Teaching Method 12".to_owned())),
                None => found.push((4, String::new())),
                Some(t) if !t.covers => {
                    let ended = t.end < s.teacher_day(lead.today);
                    let (word, day) = if ended { ("ended", t.end) } else { ("starts", t.start) };
                    let (year, month, day) = Date(day).ymd();
                    found.push((5, format!("{word} {month:02}/{day:02}/{year:04}")));
                }
                Some(_) => {}
            }
            let core = content.get(row);
            if code::is_one_of(state_code.get(c), codes::CORE_CONTENT_REQUIRED) && core.is_none() {
                found.push((7, String::new()));
            }
            if code::is_one_of(core, codes::CORE_CONTENT_WITHOUT_CERTIFICATE) {
                found.push((8, core.unwrap_or_default().to_owned()));
            }
            if code::is(special.get(row), "05") {
                let counts = counts.counts(place).0;
                if 4 * counts[1] > counts[0] {
                    found.push((9, format!("{} of {}", counts[1], counts[0])));
                }
            }
            let (year, school, of) = (self.year(place), s.school, (s.course, s.row));
            let person = teacher.map(|t| lead.persons.row(t.person)).filter(|&p| p != NONE);
            for (number, value) in found {
                let issue = self.add(number, year, Some(school), value);
                issue.section = Some(of);
                issue.person = person;
            }
        }
    }

    /// Issue 6: a line of Staff.
    fn staff(&mut self) {
        let employment = Employments::of(self.lead);
        for ((year, school, person, kind, _), _) in Staff::of(self.lead).lines {
            let license = employment.license(person, staff::window(year));
            if license.is_none() && code::is_one_of(kind, &["01", "02", "03", "06"]) {
                self.add(6, year, Some(school), kind.unwrap_or_default()).person = Some(person);
            }
        }
    }

    /// Issues 10, 11, 12, 14, 16: Detail lines with a student.
    fn students(&mut self) {
        let lead = self.lead;
        let t = &lead.tables;
        let (state_id, disability) = (t.person.texts("stateID"), t.enrollment.texts("disability1"));
        let (race, plan) = (t.identity.texts("raceEthnicityFed"), t.plan.texts("disability1"));
        let other = |code: Option<&str>| codes::disability_place(code) as usize > codes::DISABILITIES.len();
        let race_of = |person: u32| {
            let identity = lead.identity[person as usize];
            (identity != NONE).then(|| race.get(identity as usize)).flatten()
        };
        // Nearly all students have nothing to tell, in any of their sections.
        let unremarkable: Vec<bool> = (0..t.person.rows())
            .map(|p| {
                let race = codes::race_place(race_of(p as u32)) as usize;
                state_id.get(p).is_some() && race < codes::RACES.len() && !lead.statuses.has_any(p as u32)
            })
            .collect();
        let mut managers: Vec<(i32, i32)> = Vec::new();
        for &place in &lead.order {
            let section = &lead.sections.list[place as usize];
            let (year, school, reference) = (self.year(place), section.school, section.reference(lead.today));
            for &student in lead.seats.of_section(place as usize) {
                let (person, enrollment) = (student.person, student.enrollment as usize);
                let on_enrollment = disability.get(enrollment);
                let grade = lead.grades.place(student.enrollment) as usize;
                if unremarkable[person as usize] && on_enrollment.is_none() && grade < codes::GRADES.len() {
                    continue;
                }
                let in_section = lead.statuses.iep(person, reference).and_then(|p| plan.get(p));
                let disabled = on_enrollment.is_some() || in_section.is_some();
                let manager = lead.statuses.case_manager(person, reference).or(disabled.then_some(0));
                let mut found: Vec<(usize, String)> = Vec::new();
                match manager {
                    Some(0) => found.push((11, String::new())),
                    Some(m) if m > 0 && on_enrollment.is_none() => found.push((12, m.to_string())),
                    _ => {}
                }
                let identified = state_id.get(person as usize).is_some();
                if let Some(m) = manager.filter(|&m| m != 0 && identified && on_enrollment.is_some()) {
                    managers.push((year, m));
                }
                if !identified {
                    found.push((14, String::new()));
                }
                let race = race_of(person);
                if codes::race_place(race) as usize == codes::RACES.len() {
                    found.push((16, format!("Race/Ethnicity={}", race.unwrap_or_default())));
                }
                if grade == codes::GRADES.len() {
                    found.push((16, format!("Grade={}", lead.grades.grade(t, student.enrollment))));
                }
                if let Some(code) = in_section.filter(|c| other(Some(c))) {
                    found.push((16, format!("Primary Disability Section={code}")));
                }
                if let Some(code) = on_enrollment.filter(|c| other(Some(c))) {
                    found.push((16, format!("Primary Disability Enrollment={code}")));
                }
                for (number, value) in found {
                    let issue = self.add(number, year, Some(school), value);
                    issue.person = Some(person);
                    issue.student = true;
                }
            }
        }
        managers.sort_unstable();
        managers.dedup();
        self.case_managers(&managers);
    }

    /// Issue 10: a case manager without a staff record at any school.
    fn case_managers(&mut self, managers: &[(i32, i32)]) {
        let employment = Employments::of(self.lead);
        let assignments = staff::Assignments::of(self.lead);
        for &(year, manager) in managers {
            let person = self.lead.persons.row(manager);
            let (first, last) = staff::window(year);
            let employed = person != NONE && employment.overlaps(person, first, last);
            let assigned = person != NONE && !assignments.types_at(person, None, (first, last)).is_empty();
            let missing = match (employed, assigned) {
                (true, true) => continue,
                (false, true) => "Employment",
                (true, false) => "Assignment",
                (false, false) => "Employment and Assignment",
            };
            self.add(10, year, None, missing).person = Some(person).filter(|&p| p != NONE);
        }
    }

    /// Issues 13 and 15: what the population leaves out.
    fn left_out(&mut self) {
        let lead = self.lead;
        let classification = lead.tables.school.texts("stateClassification");
        for &(school, year) in &lead.sections.unclassified {
            let code = classification.get(school as usize);
            if !code::is_one_of(code, codes::KNOWN_CLASSIFICATIONS) {
                self.add(13, year, Some(school), code.unwrap_or_default());
            }
        }
        let names = lead.tables.term.texts("name");
        for undated in &lead.sections.undated {
            let terms: Vec<&str> = undated.terms.iter().map(|&t| names.or_empty(t as usize)).collect();
            let issue = self.add(15, undated.year, Some(undated.school), terms.join("; "));
            issue.section = Some((undated.course, undated.row));
        }
    }

    /// I1 to I15 of a line.
    fn cells<'l>(&'l self, line: &'l Issue) -> [Cell<'l>; 15] {
        let t = &self.lead.tables;
        let school =
            |column: &str| Cell::text(line.school.and_then(|s| t.school.texts(column).get(s as usize)));
        let person = line.person.map(|p| p as usize);
        let identity = person.map(|p| self.lead.identity[p]).filter(|&i| i != NONE).map(|i| i as usize);
        let name = |column: &str| Cell::text(identity.and_then(|i| t.identity.texts(column).get(i)));
        let course =
            |column: &str| Cell::text(line.section.and_then(|(c, _)| t.course.texts(column).get(c as usize)));
        let section = |column: &str| {
            Cell::number(line.section.and_then(|(_, s)| t.section.numbers(column).get(s as usize)))
        };
        let state_id = person.filter(|_| line.student).and_then(|p| t.person.texts("stateID").get(p));
        [
            Cell::Number(line.number as i64),
            Cell::Text(ISSUES[line.number - 1].message),
            Cell::Number(line.year.into()),
            school("number"),
            school("name"),
            Cell::number(person.and_then(|p| t.person.numbers("personID").get(p))),
            name("firstName"),
            name("lastName"),
            Cell::text(state_id),
            course("number"),
            course("name"),
            section("number"),
            section("sectionID"),
            course("stateCode"),
            Cell::text(Some(line.value.as_str()).filter(|v| !v.is_empty())),
        ]
    }

    /// I1, I5, I8, I7, I4, I6, I3, I10, I12, I13, I15, schoolID; then the same as stored.
    fn key(&self, line: &Issue) -> (Vec<Key>, Vec<Key>) {
        let cells = self.cells(line);
        let id = line.school.map(|s| self.lead.tables.school.numbers("schoolID").values()[s as usize]);
        let order = [1, 5, 8, 7, 4, 6, 3, 10, 12, 13, 15];
        let of = |upper: bool| {
            let key = |number: usize| match cells[number - 1] {
                Cell::Number(n) => Key::Number(n),
                Cell::Text(text) => {
                    let text = if number == 4 { padded(text) } else { Cow::Borrowed(text) };
                    Key::Text(if upper { code::upper(&text).into_owned() } else { text.into_owned() })
                }
                _ => Key::Nothing,
            };
            let last = id.map_or(Key::Nothing, |n| Key::Number(n.into()));
            order.into_iter().map(key).chain([last]).collect()
        };
        (of(true), of(false))
    }

    /// Writes the flat table and returns its lines.
    pub fn write(&self, out: &mut dyn Lines) -> io::Result<u64> {
        for line in &self.lines {
            out.cells(&self.cells(line))?;
            out.end_line()?;
        }
        Ok(self.lines.len() as u64)
    }

    /// Writes a table for each issue and returns the lines of all.
    pub fn write_page<W: Write>(&self, page: &mut Html<W>) -> io::Result<u64> {
        let mut years: Vec<i32> = self.lead.sections.school_years.iter().map(|(_, year)| *year).collect();
        years.sort_unstable();
        years.dedup();
        for (number, kind) in (1..).zip(&ISSUES) {
            let lines: Vec<&Issue> = self.lines.iter().filter(|l| l.number == number).collect();
            let year = (years.len() > 1).then_some(3);
            let value = kind.value.then_some(15);
            let shown: Vec<usize> =
                year.into_iter().chain(kind.filled.iter().map(|&n| usize::from(n))).chain(value).collect();
            let headings: Vec<Heading> = shown.iter().map(|&n| COLUMNS[n - 1].heading()).collect();
            let intro = Intro { message: Some(kind.message), rows: Some(lines.len() as u64) };
            let caption = format!("Issue {number}: {}", kind.title);
            page.begin_table_with(&format!("issue-{number}"), &caption, intro, &headings)?;
            for line in lines {
                let cells = self.cells(line);
                for &n in &shown {
                    page.cell(cells[n - 1])?;
                }
                page.end_line()?;
            }
            page.end_table()?;
        }
        Ok(self.lines.len() as u64)
    }
}

/// A sort key; nothing comes before something.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Nothing,
    Number(i64),
    Text(String),
}
