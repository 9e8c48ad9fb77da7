//! Which students sit in a section at its end: P11 to P15.

use super::codes;
use super::sections::{OPEN_END, Section, Sections};
use super::tables::Tables;
use crate::kit::code;
use crate::kit::index::{Groups, Index, NONE};
use crate::kit::rules::Tallies;

/// A student in a section, with the chosen enrollment.
#[derive(Clone, Copy, Debug)]
pub struct Student {
    /// Row in Person.
    pub person: u32,
    /// Row in Enrollment.
    pub enrollment: u32,
}

/// The students of all sections left after P15, in the order of [`Sections::list`].
#[derive(Debug)]
pub struct Seats {
    /// By section: left after P15.
    pub kept: Vec<bool>,
    starts: Vec<u32>,
    students: Vec<Student>,
}

impl Seats {
    /// The students of a section, in no order that means anything.
    pub fn of_section(&self, place: usize) -> &[Student] {
        &self.students[self.starts[place] as usize..self.starts[place + 1] as usize]
    }
}

/// Applies P11 to P15. `leave_out_cross_site`: the district has cross-site enrollment and the request leaves it out.
pub fn seat(
    tables: &Tables,
    sections: &Sections,
    persons: &Index,
    leave_out_cross_site: bool,
    rosters: &Rosters,
    tallies: &mut Tallies,
) -> Seats {
    let enrollments = Enrollments::of(tables, persons);
    let mut seats = Seats { kept: Vec::new(), starts: vec![0], students: Vec::new() };
    let mut seen = vec![NONE; tables.person.rows()];
    let (mut rostered, mut gone, mut unenrolled, mut enrolled, mut elsewhere) = (0, 0, 0, 0, 0);
    for (place, section) in sections.list.iter().enumerate() {
        let before = seats.students.len();
        let mut left_out = 0u64;
        let rows = rosters.groups.of_owner(place);
        // A student counts once however many rows; one row in force is enough, so those are looked at first.
        for in_force in [true, false] {
            for &row in rows {
                let (person, ok) = rosters.rows[row as usize];
                if ok != in_force || seen[person as usize] == place as u32 {
                    continue;
                }
                seen[person as usize] = place as u32;
                rostered += 1;
                if !in_force {
                    gone += 1;
                    continue;
                }
                match enrollments.chosen(person as usize, section) {
                    None => unenrolled += 1,
                    Some(enrollment) => {
                        enrolled += 1;
                        if leave_out_cross_site && section.homeroom && enrollments.cross_site(enrollment) {
                            left_out += 1;
                        } else {
                            seats.students.push(Student { person, enrollment });
                        }
                    }
                }
            }
        }
        elsewhere += left_out;
        let p15 = left_out == 0 || seats.students.len() > before;
        seats.kept.push(tallies.keeps("P15", p15));
        seats.starts.push(seats.students.len() as u32);
    }
    tallies.add("P11", rostered, gone);
    tallies.add("P12", rostered - gone, unenrolled);
    tallies.add("P14", enrolled, elsewhere);
    seats
}

/// The Roster rows of the sections left, by section: the row in Person, and P11.
#[derive(Debug)]
pub struct Rosters {
    rows: Vec<(u32, bool)>,
    groups: Groups,
}

impl Rosters {
    /// Reads the rosters once, batch by batch. Those of other years lie apart, and are passed over by their trials.
    pub fn read(
        snapshot: &campus::snapshot::read::Snapshot,
        sections: &Sections,
        persons: &Index,
    ) -> Result<Rosters, campus::snapshot::read::Error> {
        let trials = sections.trials();
        let any = |low, high| {
            let at = trials.partition_point(|&t| t < low);
            trials.get(at).is_some_and(|&t| t <= high)
        };
        let columns = ["sectionID", "trialID", "personID", "startDate", "endDate"];
        let parts = snapshot.gather("Roster", &columns, "trialID", any, |batch, part: &mut Part| {
            let section = batch.numbers("sectionID").values();
            let trial = batch.numbers("trialID").values();
            let person = batch.numbers("personID").values();
            let (start, end) = (batch.numbers("startDate"), batch.numbers("endDate"));
            for row in 0..batch.rows() {
                let place = sections.place_of(section[row], trial[row]);
                if place == NONE {
                    continue;
                }
                let student = persons.row(person[row]);
                if student == NONE {
                    continue;
                }
                let s = &sections.list[place as usize];
                let in_force = s.in_force(start.get_or(row, s.first), end.get_or(row, s.last));
                part.rows.push((student, in_force));
                part.owner.push(place);
            }
        })?;
        let (mut rows, mut owner) = (Vec::new(), Vec::new());
        for part in parts {
            rows.extend(part.rows);
            owner.extend(part.owner);
        }
        Ok(Rosters { groups: Groups::of(sections.list.len(), &owner), rows })
    }
}

/// What is kept of a part of the rosters.
#[derive(Default)]
struct Part {
    rows: Vec<(u32, bool)>,
    owner: Vec<u32>,
}

/// Enrollments by student.
struct Enrollments<'a> {
    groups: Groups,
    ids: &'a [i32],
    calendar: Vec<u32>,
    start: &'a [i32],
    end: Vec<i32>,
    primary: Vec<bool>,
    tables: &'a Tables,
}

impl<'a> Enrollments<'a> {
    fn of(tables: &'a Tables, persons: &Index) -> Enrollments<'a> {
        let table = &tables.enrollment;
        let no_show = table.flags("noShow");
        let person = table.numbers("personID").values();
        let owner: Vec<u32> =
            (0..table.rows()).map(|r| if no_show.value(r) { NONE } else { persons.row(person[r]) }).collect();
        let calendars = Index::of(tables.calendar.numbers("calendarID").values());
        let (end, service) = (table.numbers("endDate"), table.texts("serviceType"));
        Enrollments {
            groups: Groups::of(tables.person.rows(), &owner),
            ids: table.numbers("enrollmentID").values(),
            calendar: table.numbers("calendarID").values().iter().map(|&c| calendars.row(c)).collect(),
            start: table.numbers("startDate").values(),
            end: (0..table.rows()).map(|r| end.get_or(r, OPEN_END)).collect(),
            primary: (0..table.rows()).map(|r| code::is(service.get(r), "P")).collect(),
            tables,
        }
    }

    /// P12 and P13: of the enrollments in force at the section's end the latest start; then no end before the latest
    /// end; then service type P; then the highest id.
    fn chosen(&self, person: usize, section: &Section) -> Option<u32> {
        let in_force = |&&e: &&u32| {
            let e = e as usize;
            self.calendar[e] == section.calendar && section.in_force(self.start[e], self.end[e])
        };
        let order = |&&e: &&u32| {
            let e = e as usize;
            (self.start[e], self.end[e], self.primary[e], self.ids[e])
        };
        self.groups.of_owner(person).iter().filter(in_force).max_by_key(order).copied()
    }

    fn cross_site(&self, enrollment: u32) -> bool {
        self.tables.enrollment.flags("crossSiteEnrollment").value(enrollment as usize)
    }
}

/// Grade levels of a structure: trimmed name and row in GradeLevel.
type Levels<'a> = &'a [(&'a str, u32)];

/// State grade of each enrollment (campus-data, convention 6) and its place among N29 to N46.
#[derive(Debug)]
pub struct Grades {
    levels: Vec<u32>,
    places: Vec<u8>,
}

impl Grades {
    /// Joins Enrollment with GradeLevel on calendar, structure and trimmed name.
    pub fn of(tables: &Tables) -> Grades {
        use std::collections::HashMap;
        let level = &tables.grade_level;
        let (calendar, structure) =
            (level.numbers("calendarID").values(), level.numbers("structureID").values());
        let (name, state) = (level.texts("name"), level.texts("stateGrade"));
        let mut by_structure: HashMap<(i32, i32), Vec<(&str, u32)>> = HashMap::new();
        for row in 0..level.rows() {
            let entry = by_structure.entry((calendar[row], structure[row])).or_default();
            entry.push((name.or_empty(row).trim(), row as u32));
        }
        let table = &tables.enrollment;
        let (calendar, structure) =
            (table.numbers("calendarID").values(), table.numbers("structureID").values());
        let grade = table.texts("grade");
        let mut levels = Vec::with_capacity(table.rows());
        let mut places = Vec::with_capacity(table.rows());
        let level_places: Vec<u8> = (0..level.rows()).map(|r| codes::grade_place(state.get(r))).collect();
        // Enrollments of a calendar follow one another.
        let mut last: Option<((i32, i32), Levels<'_>)> = None;
        for row in 0..table.rows() {
            let local = grade.or_empty(row).trim();
            let of = (calendar[row], structure[row]);
            if last.is_none_or(|(key, _)| key != of) {
                last = Some((of, by_structure.get(&of).map_or(&[][..], Vec::as_slice)));
            }
            let found = last
                .and_then(|(_, names)| names.iter().find(|(n, _)| *n == local))
                .map_or(NONE, |(_, level)| *level);
            levels.push(found);
            places.push(
                level_places
                    .get(found as usize)
                    .copied()
                    .unwrap_or_else(|| codes::grade_place(grade.get(row))),
            );
        }
        Grades { levels, places }
    }

    /// The state grade of an enrollment; without a match the local grade as stored.
    pub fn grade<'a>(&self, tables: &'a Tables, enrollment: u32) -> &'a str {
        match self.levels[enrollment as usize] {
            NONE => tables.enrollment.texts("grade").or_empty(enrollment as usize),
            level => tables.grade_level.texts("stateGrade").or_empty(level as usize),
        }
    }

    /// Place among N29 to N46.
    pub fn place(&self, enrollment: u32) -> u8 {
        self.places[enrollment as usize]
    }
}
