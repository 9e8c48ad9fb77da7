//! One line for one student: order Q over Detail lines (kecs-lead, section 5).

use std::collections::HashMap;

use campus::snapshot::read::Texts;

use super::Lead;
use super::codes;
use super::counts::Member;
use super::sections::closing_days;
use super::students::Student;
use crate::kit::code;
use crate::kit::index::{Groups, Index, NONE};

/// A Detail line of a student with a State ID.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// The student and the chosen enrollment.
    pub student: Student,
    /// Place of the section.
    pub place: u32,
    /// Number of the State ID; equal texts as stored share one.
    pub state_id: u32,
    /// D2.
    pub end_year: i32,
    /// Row in School.
    pub school: u32,
    order: (u8, bool, i32, i32, i32, i32),
}

/// All Detail lines with D25 not empty.
pub fn lines(lead: &Lead) -> Vec<Line> {
    let t = &lead.tables;
    let service = t.enrollment.texts("serviceType");
    let rank = |e: usize| ["N", "S", "P"].iter().position(|c| code::is(service.get(e), c));
    let (start, end) = (t.enrollment.numbers("startDate").values(), t.enrollment.numbers("endDate"));
    let ids = t.enrollment.numbers("enrollmentID").values();
    let sections = t.section.numbers("sectionID").values();
    let years = t.calendar.numbers("endYear").values();
    let structures = Index::of(t.structure.numbers("structureID").values());
    let own_structure = t.enrollment.numbers("structureID").values();
    let closing = closing_days(t);
    let state_ids = state_ids(lead);
    let close = |e: usize| structures.get(own_structure[e]).map(|s| closing[s]);
    let open = |e: usize| end.get(e).is_none_or(|day| close(e).is_none_or(|c| day >= c));
    // An enrollment stands in as many lines as the student has sections.
    let of_enrollment: Vec<(u8, bool)> =
        (0..t.enrollment.rows()).map(|e| (rank(e).map_or(0, |at| at as u8 + 1), open(e))).collect();
    let mut lines = Vec::new();
    for &place in &lead.order {
        let section = &lead.sections.list[place as usize];
        for &student in lead.seats.of_section(place as usize) {
            let state_id = state_ids[student.person as usize];
            if state_id == NONE {
                continue;
            }
            let e = student.enrollment as usize;
            let (rank, open) = of_enrollment[e];
            lines.push(Line {
                student,
                place,
                state_id,
                end_year: years[section.calendar as usize],
                school: section.school,
                order: (rank, open, start[e], ids[e], section.last, sections[section.row as usize]),
            });
        }
    }
    lines
}

/// The number of each person's State ID, [`NONE`] without one.
fn state_ids(lead: &Lead) -> Vec<u32> {
    let texts = lead.tables.person.texts("stateID");
    let mut numbers = HashMap::new();
    (0..lead.tables.person.rows())
        .map(|p| {
            texts.get(p).map_or(NONE, |id| {
                let next = numbers.len() as u32;
                *numbers.entry(id).or_insert(next)
            })
        })
        .collect()
}

/// Of the lines of one State ID with one key the one that order Q puts first. A student has few lines, so that looking
/// through them is quicker than any map.
pub fn first_by<K: PartialEq>(lines: &[Line], key: impl Fn(&Line) -> K) -> Vec<Line> {
    let owner: Vec<u32> = lines.iter().map(|l| l.state_id).collect();
    let students = owner.iter().max().map_or(0, |&last| last as usize + 1);
    let groups = Groups::of(students, &owner);
    let (mut first, mut keys): (Vec<Line>, Vec<K>) = (Vec::new(), Vec::new());
    for student in 0..students {
        let from = first.len();
        for &at in groups.of_owner(student) {
            let line = lines[at as usize];
            let key = key(&line);
            match keys[from..].iter().position(|k| *k == key) {
                None => {
                    first.push(line);
                    keys.push(key);
                }
                Some(place) if line.order > first[from + place].order => first[from + place] = line,
                Some(_) => {}
            }
        }
    }
    first
}

/// What distinct students count as, with columns found once; disability is D35.
#[derive(Debug)]
pub struct Members<'a> {
    lead: &'a Lead,
    disability: Texts<'a>,
    race: Texts<'a>,
}

impl<'a> Members<'a> {
    /// Finds the columns.
    pub fn of(lead: &'a Lead) -> Members<'a> {
        Members {
            lead,
            disability: lead.tables.enrollment.texts("disability1"),
            race: lead.tables.identity.texts("raceEthnicityFed"),
        }
    }

    /// What the student of a line counts as.
    pub fn member(&self, line: &Line) -> Member {
        let lead = self.lead;
        let reference = lead.sections.list[line.place as usize].reference(lead.today);
        let (person, enrollment) = (line.student.person, line.student.enrollment);
        let identity = lead.identity[person as usize];
        let race = (identity != NONE).then(|| self.race.get(identity as usize)).flatten();
        Member {
            disability: codes::disability_place(self.disability.get(enrollment as usize)),
            flags: [
                lead.statuses.english_learner(person, reference),
                lead.statuses.gifted(person, reference),
                lead.statuses.ilpa(person, reference),
            ],
            race: codes::race_place(race),
            grade: lead.grades.place(enrollment),
        }
    }
}
