//! Who and what a district has, with its ids: everything that more than one table must agree on.

use crate::sizes::Size;
use crate::traits::Traits;
use crate::year;

/// First and last grade of elementary, middle and high schools; kindergarten is 0.
const LEVELS: [(u32, u32); 3] = [(0, 5), (6, 8), (9, 12)];
/// Seats of a class.
const CLASS: u32 = 30;
/// Sections of one teacher.
const LOAD: u32 = 7;

/// A school and the ids of its staff.
pub struct School {
    /// `School.schoolID`.
    pub id: u32,
    /// 0 elementary, 1 middle, 2 high.
    pub level: usize,
    /// First person id of its staff: teachers, then case managers, then three others.
    pub first_staff: u32,
    /// Number of teachers.
    pub teachers: u32,
    /// Number of case managers.
    pub managers: u32,
}

impl School {
    /// Number of all staff.
    pub fn staff(&self) -> u32 {
        self.teachers + self.managers + 3
    }

    /// Person id of a student's case manager.
    pub fn manager_of(&self, student: u32) -> u32 {
        self.first_staff + self.teachers + student % self.managers
    }
}

/// One grade of a calendar.
pub struct Grade {
    /// 0 to 12.
    pub grade: u32,
    /// Person ids of its students.
    pub members: Vec<u32>,
    /// Person ids of students of another school who come for some classes.
    pub visitors: Vec<u32>,
    /// Classes of the grade; each is a section of every course.
    pub groups: u32,
    /// First section id.
    pub first_section: u32,
    /// First course id.
    pub first_course: u32,
}

/// One calendar; its schedule structure and trials have ids made from its own.
pub struct Calendar {
    /// Place in the district.
    pub index: u32,
    /// Place of its school.
    pub school: usize,
    /// End year.
    pub year: i32,
    /// Is a summer school.
    pub summer: bool,
    /// Its grades.
    pub grades: Vec<Grade>,
    /// Courses of each grade, without the resource course.
    pub slots: u32,
    /// Each grade has a special education course of one section after the others.
    pub resource: bool,
    /// First section id of the inactive trial, which has the first class again; none without such a trial.
    pub first_draft: Option<u32>,
}

/// A section's place.
pub struct Section<'a> {
    /// `Section.sectionID`.
    pub id: u32,
    /// Its grade.
    pub grade: &'a Grade,
    /// Its class, from 0.
    pub group: u32,
    /// Its course of the grade, from 0; the homeroom is 0.
    pub slot: u32,
    /// Its trial.
    pub trial: u32,
    /// Belongs to the inactive trial.
    pub draft: bool,
}

impl Calendar {
    /// `Calendar.calendarID`.
    pub fn id(&self) -> u32 {
        100 + self.index
    }

    /// `ScheduleStructure.structureID`.
    pub fn structure(&self) -> u32 {
        10_000 + self.index
    }

    /// `Trial.trialID` of the active trial; the inactive one follows.
    pub fn trial(&self) -> u32 {
        20_000 + 2 * self.index
    }

    /// `TermSchedule.termScheduleID`.
    pub fn term_schedule(&self) -> u32 {
        30_000 + self.index
    }

    /// `Term.termID` of a term, from 0; the one after the last is the undated one, where there is one.
    pub fn term(&self, seq: u32) -> u32 {
        40_000 + 8 * self.index + seq
    }

    /// Number of terms with dates.
    pub fn terms(&self, school: &School) -> u32 {
        match (self.summer, school.level) {
            (true, _) => 1,
            (_, 2) => 2,
            _ => 4,
        }
    }

    /// Has a term without dates.
    pub fn undated_term(&self) -> bool {
        !self.summer && self.index % 20 == 3
    }

    /// `PeriodSchedule.periodScheduleID`: 0 regular, 1 early release.
    pub fn bells(&self, which: u32) -> u32 {
        50_000 + 2 * self.index + which
    }

    /// `Period.periodID` of a period, from 0, of a bell schedule.
    pub fn period(&self, which: u32, period: u32) -> u32 {
        60_000 + 32 * self.index + 16 * which + period
    }

    /// Courses of each grade with the resource course.
    pub fn courses(&self) -> u32 {
        self.slots + u32::from(self.resource)
    }

    /// Number of sections of the active trial in a grade.
    fn sections_of(&self, groups: u32) -> u32 {
        groups * self.slots + u32::from(self.resource)
    }

    /// Every section, in the order of ids.
    pub fn sections(&self) -> impl Iterator<Item = Section<'_>> {
        let active = self.grades.iter().flat_map(move |grade| {
            (0..self.sections_of(grade.groups)).map(move |n| {
                let resource = n == grade.groups * self.slots;
                let (group, slot) = if resource { (0, self.slots) } else { (n / self.slots, n % self.slots) };
                Section { id: grade.first_section + n, grade, group, slot, trial: self.trial(), draft: false }
            })
        });
        let drafts = self.first_draft.into_iter().flat_map(move |first| {
            let grade = &self.grades[0];
            let trial = self.trial() + 1;
            (0..self.slots).map(move |slot| Section {
                id: first + slot,
                grade,
                group: 0,
                slot,
                trial,
                draft: true,
            })
        });
        active.chain(drafts)
    }
}

/// A district.
pub struct Layout {
    /// Its size and name.
    pub size: Size,
    /// End years, latest first.
    pub years: Vec<i32>,
    /// Its schools.
    pub schools: Vec<School>,
    /// The school of each student of any year, by person id less one.
    pub home: Vec<u32>,
    /// Its calendars, those of the latest year first.
    pub calendars: Vec<Calendar>,
}

/// A student while the layout is made: school, and grade in the active year (over 12: has left).
struct Seat {
    school: u32,
    grade: u32,
}

impl Layout {
    /// Lays a district out.
    pub fn of(size: Size, years: u32, traits: &Traits) -> Layout {
        let mut schools = Vec::new();
        for (level, &count) in size.schools.iter().enumerate() {
            for _ in 0..count {
                let id = schools.len() as u32 + 1;
                schools.push(School { id, level, first_staff: 0, teachers: 0, managers: 0 });
            }
        }
        let seats = seats(&size, years);
        let years: Vec<i32> = (0..years as i32).map(|back| year::ACTIVE - back).collect();
        let mut layout = Layout {
            size,
            years,
            schools,
            home: seats.iter().map(|s| s.school).collect(),
            calendars: vec![],
        };
        layout.add_calendars(&seats, traits);
        layout.add_staff();
        layout
    }

    /// The earliest end year.
    pub fn oldest(&self) -> i32 {
        self.years.last().copied().unwrap_or(year::ACTIVE)
    }

    /// Number of students of any year; their person ids are 1 to it.
    pub fn students(&self) -> u32 {
        self.home.len() as u32
    }

    /// The school of a calendar.
    pub fn school_of(&self, calendar: &Calendar) -> &School {
        &self.schools[calendar.school]
    }

    fn first_of_level(&self, level: usize) -> u32 {
        self.size.schools[..level].iter().sum()
    }

    /// The school of a level that belongs to a place in another level.
    fn sister(&self, school: u32, level: usize, step: u32) -> Option<u32> {
        let count = self.size.schools[level];
        let place = school - self.first_of_level(self.schools[school as usize].level) + step;
        (count > 0).then(|| self.first_of_level(level) + place % count)
    }

    fn add_calendars(&mut self, seats: &[Seat], traits: &Traits) {
        let (mut section, mut course) = (1, 1);
        for (back, &year) in self.years.clone().iter().enumerate() {
            let first = self.calendars.len();
            for summer in [false, true] {
                for school in 0..self.schools.len() {
                    let level = self.schools[school].level;
                    if summer && level != 2 {
                        continue;
                    }
                    let grades = (LEVELS[level].0..=LEVELS[level].1).map(empty_grade).collect();
                    let slots = if summer { 1 } else { 7 + u32::from(level > 0) };
                    let resource = !summer && level > 0;
                    let index = self.calendars.len() as u32;
                    self.calendars.push(Calendar {
                        index,
                        school,
                        year,
                        summer,
                        grades,
                        slots,
                        resource,
                        first_draft: None,
                    });
                }
            }
            self.seat(seats, back as u32, first, traits);
            for calendar in &mut self.calendars[first..] {
                number_sections(calendar, &mut section, &mut course);
            }
        }
    }

    /// Puts the students of a year into its calendars, which start at `first`.
    fn seat(&mut self, seats: &[Seat], back: u32, first: usize, traits: &Traits) {
        let regular = self.schools.len();
        for (seat, person) in seats.iter().zip(1..) {
            let Some(grade) = seat.grade.checked_sub(back).filter(|g| *g <= 12) else { continue };
            let level = LEVELS.iter().position(|l| grade <= l.1).unwrap_or(2);
            let own = self.schools[seat.school as usize].level == level;
            let at = if own { Some(seat.school) } else { self.sister(seat.school, level, 0) };
            let Some(at) = at else { continue };
            let place = (grade - LEVELS[level].0) as usize;
            self.calendars[first + at as usize].grades[place].members.push(person);
            if let Some(other) = self.sister(at, level, 1).filter(|s| *s != at && traits.visits(person)) {
                self.calendars[first + other as usize].grades[place].visitors.push(person);
            }
        }
        for i in first + regular..self.calendars.len() {
            let school = self.calendars[i].school;
            for g in 0..self.calendars[i].grades.len() {
                let of = &self.calendars[first + school].grades[g].members;
                let some = of[..of.len().div_ceil(10)].to_vec();
                self.calendars[i].grades[g].members = some;
            }
        }
    }

    /// Staffs the schools for their busiest year.
    fn add_staff(&mut self) {
        let mut next = self.students() + 1;
        for (place, school) in self.schools.iter_mut().enumerate() {
            let own = || self.calendars.iter().filter(|c| c.school == place);
            let sections = own().map(|c| c.sections().count() as u32).max().unwrap_or(0);
            let students = own().map(|c| c.grades.iter().map(|g| g.members.len() as u32).sum()).max();
            school.first_staff = next;
            school.teachers = sections.div_ceil(LOAD).max(1);
            school.managers = (students.unwrap_or(0) / 130).max(1);
            next += school.staff();
        }
    }
}

fn empty_grade(grade: u32) -> Grade {
    Grade { grade, members: vec![], visitors: vec![], groups: 0, first_section: 0, first_course: 0 }
}

fn number_sections(calendar: &mut Calendar, section: &mut u32, course: &mut u32) {
    let (slots, resource, courses) = (calendar.slots, calendar.resource, calendar.courses());
    for grade in &mut calendar.grades {
        let students = grade.members.len() as u32;
        grade.groups = if calendar.summer { 1 } else { ((students + CLASS / 2) / CLASS).max(1) };
        grade.first_section = *section;
        grade.first_course = *course;
        *section += grade.groups * slots + u32::from(resource);
        *course += courses;
    }
    if !calendar.summer && calendar.index.is_multiple_of(4) {
        calendar.first_draft = Some(*section);
        *section += slots;
    }
}

/// The students of the active year, evenly over grades and schools, and those who left in the years before.
fn seats(size: &Size, years: u32) -> Vec<Seat> {
    let taught = |level: usize| size.schools[level] > 0;
    let grades: u32 = (0..3).filter(|l| taught(*l)).map(|l| LEVELS[l].1 - LEVELS[l].0 + 1).sum();
    let mut seats = Vec::with_capacity(size.students as usize * 9 / 8);
    let (mut nth, mut first_school) = (0, 0);
    for level in (0..3).filter(|l| taught(*l)) {
        let count = size.schools[level];
        let last = if level == 2 { LEVELS[2].1 + years - 1 } else { LEVELS[level].1 };
        for grade in LEVELS[level].0..=last {
            let of_grade = size.students / grades + u32::from(nth < size.students % grades);
            nth += 1;
            seats.extend((0..of_grade).map(|n| Seat { school: first_school + n % count, grade }));
        }
        first_school += count;
    }
    seats
}
