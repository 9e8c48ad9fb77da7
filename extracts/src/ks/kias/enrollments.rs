//! Enrollments of students: P4 to P7 and the chosen one (ks-kias, section 3).

use campus::snapshot::read::Texts;

use super::codes;
use super::tables::Tables;
use crate::kit::dated::OPEN_END;
use crate::kit::grade::GradeLevels;
use crate::kit::index::{Groups, Index, NONE};

/// The rules that look at enrollments, in order; each leaves out those that fail it.
pub const RULES: [&str; 4] = ["P4", "P5", "P6", "P7"];

/// Enrollments by student, and what is known of their calendars.
#[derive(Debug)]
pub struct Enrollments<'a> {
    groups: Groups,
    id: &'a [i32],
    start: &'a [i32],
    /// State Exclude or No Show.
    left_out: Vec<bool>,
    /// By row of GradeLevel: State Exclude; empty where no level has it.
    level_out: Vec<bool>,
    calendar_id: &'a [i32],
    structure: &'a [i32],
    grade: Texts<'a>,
    state_grade: Texts<'a>,
    levels: GradeLevels<'a>,
    /// Row in Calendar of each enrollment.
    calendar: Vec<u32>,
    end: Vec<i32>,
    primary: Vec<bool>,
    /// By row of Calendar: the request selects it.
    selected: &'a [bool],
    /// By row of Calendar: row in School.
    school: Vec<u32>,
    /// By row of Calendar: it or its school is excluded.
    excluded: Vec<bool>,
}

impl<'a> Enrollments<'a> {
    /// Reads the enrollments.
    pub fn of(
        tables: &'a Tables,
        persons: &Index,
        calendars: &Index,
        selected: &'a [bool],
    ) -> Enrollments<'a> {
        let table = &tables.enrollment;
        let owner: Vec<u32> = table.numbers("personID").values().iter().map(|&p| persons.row(p)).collect();
        let schools = Index::of(tables.school.numbers("schoolID").values());
        let school: Vec<u32> =
            tables.calendar.numbers("schoolID").values().iter().map(|&s| schools.row(s)).collect();
        let (calendar_out, school_out) = (tables.calendar.flags("exclude"), tables.school.flags("exclude"));
        let excluded = (0..tables.calendar.rows())
            .map(|c| calendar_out.value(c) || (school[c] != NONE && school_out.value(school[c] as usize)))
            .collect();
        let (state_out, no_show) = (table.flags("stateExclude"), table.flags("noShow"));
        let excluded_level = tables.grade_level.flags("stateExclude");
        let mut level_out: Vec<bool> =
            (0..tables.grade_level.rows()).map(|r| excluded_level.value(r)).collect();
        if !level_out.contains(&true) {
            level_out.clear();
        }
        let (end, service) = (table.numbers("endDate"), table.texts("serviceType"));
        Enrollments {
            id: table.numbers("enrollmentID").values(),
            start: table.numbers("startDate").values(),
            left_out: (0..table.rows()).map(|r| state_out.value(r) || no_show.value(r)).collect(),
            level_out,
            calendar_id: table.numbers("calendarID").values(),
            structure: table.numbers("structureID").values(),
            grade: table.texts("grade"),
            state_grade: tables.grade_level.texts("stateGrade"),
            groups: Groups::of(tables.person.rows(), &owner),
            levels: GradeLevels::of(&tables.grade_level),
            calendar: table.numbers("calendarID").values().iter().map(|&c| calendars.row(c)).collect(),
            end: (0..table.rows()).map(|r| end.get_or(r, OPEN_END)).collect(),
            primary: (0..table.rows()).map(|r| codes::text(service.get(r)) == Some("P")).collect(),
            selected,
            school,
            excluded,
        }
    }

    /// P4 to P7, then the chosen enrollment; else the first rule that left none. `calendar` is the incident's row in
    /// Calendar, `left` is scratch.
    pub fn choose(
        &self,
        person: u32,
        calendar: u32,
        day: i32,
        left: &mut Vec<u32>,
    ) -> Result<u32, &'static str> {
        left.clear();
        left.extend_from_slice(self.groups.of_owner(person as usize));
        for (name, rule) in RULES.into_iter().zip(Self::TESTS) {
            left.retain(|&e| rule(self, e as usize, day));
            if left.is_empty() {
                return Err(name);
            }
        }
        let order = |&&e: &&u32| self.order(e as usize, calendar);
        left.iter().min_by_key(order).copied().ok_or("P7")
    }

    /// Rows in Enrollment of a student.
    pub fn of_person(&self, person: u32) -> &[u32] {
        self.groups.of_owner(person as usize)
    }

    /// The first of P4 to P7 that an enrollment fails.
    pub fn refused(&self, row: u32, day: i32) -> Option<&'static str> {
        let mut rules = RULES.into_iter().zip(Self::TESTS);
        rules.find(|(_, keeps)| !keeps(self, row as usize, day)).map(|(name, _)| name)
    }

    /// P4 to P7, in the order of [`RULES`].
    const TESTS: [fn(&Enrollments<'a>, usize, i32) -> bool; 4] = [
        Self::covers_in_selected_calendar,
        Self::reported_and_shown_up,
        Self::in_reported_grade,
        Self::in_reported_calendar,
    ];

    /// P4: in a selected calendar and covers the incident date; both ends count.
    fn covers_in_selected_calendar(&self, row: usize, day: i32) -> bool {
        let calendar = self.calendar[row];
        calendar != NONE && self.selected[calendar as usize] && self.start[row] <= day && day <= self.end[row]
    }

    /// P5: neither State Exclude nor No Show.
    fn reported_and_shown_up(&self, row: usize, _: i32) -> bool {
        !self.left_out[row]
    }

    /// P6: its grade level is not excluded; without a grade level it stays.
    fn in_reported_grade(&self, row: usize, _: i32) -> bool {
        self.level_out.is_empty() || self.level(row).is_none_or(|level| !self.level_out[level])
    }

    /// P7: neither its calendar nor its school is excluded.
    fn in_reported_calendar(&self, row: usize, _: i32) -> bool {
        !self.excluded[self.calendar[row] as usize]
    }

    /// The order of choice: in the incident's calendar, in its school, primary, latest start, lowest id.
    fn order(&self, row: usize, calendar: u32) -> (bool, bool, bool, i64, i32) {
        let own = self.calendar[row];
        (
            own != calendar,
            self.school[own as usize] != self.school[calendar as usize],
            !self.primary[row],
            -i64::from(self.start[row]),
            self.id[row],
        )
    }

    fn level(&self, row: usize) -> Option<usize> {
        self.levels.find(self.calendar_id[row], self.structure[row], self.grade.or_empty(row))
    }

    /// State grade of an enrollment; without a grade level the local one (campus-data, convention 6).
    pub fn state_grade(&self, enrollment: u32) -> &'a str {
        let row = enrollment as usize;
        match self.level(row) {
            Some(level) => self.state_grade.or_empty(level).trim(),
            None => self.grade.or_empty(row).trim(),
        }
    }

    /// Row in Calendar of an enrollment.
    pub fn calendar(&self, enrollment: u32) -> u32 {
        self.calendar[enrollment as usize]
    }

    /// Row in School of an enrollment.
    pub fn school(&self, enrollment: u32) -> u32 {
        self.school[self.calendar(enrollment) as usize]
    }
}
