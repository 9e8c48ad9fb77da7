//! The primary teacher of a section: one or none (kecs-lead, section 3).

use super::sections::Sections;
use super::tables::Tables;
use crate::kit::code;
use crate::kit::index::NONE;

/// The SectionStaffHistory row chosen for a section.
#[derive(Clone, Copy, Debug)]
pub struct Teacher {
    /// `SectionStaffHistory.personID`.
    pub person: i32,
    /// The row covers the teacher day.
    pub covers: bool,
    /// Start; a null one is the section's first day.
    pub start: i32,
    /// End; a null one is the section's last day.
    pub end: i32,
    history: i32,
}

impl Teacher {
    /// `SectionStaffHistory.historyID`.
    pub fn history(&self) -> i32 {
        self.history
    }
}

/// The primary teacher of each section: of the P rows that cover the teacher day, else of all P rows, the latest
/// start, then the highest historyID.
pub fn primary(tables: &Tables, sections: &Sections, today: i32) -> Vec<Option<Teacher>> {
    let table = &tables.staff_history;
    let (section, trial) = (table.numbers("sectionID").values(), table.numbers("trialID").values());
    let (history, person) = (table.numbers("historyID").values(), table.numbers("personID").values());
    let (start, end, kind) = (table.numbers("startDate"), table.numbers("endDate"), table.texts("staffType"));
    let mut chosen: Vec<Option<Teacher>> = vec![None; sections.list.len()];
    for row in 0..table.rows() {
        let place = sections.place_of(section[row], trial[row]);
        if place == NONE || !code::is(kind.get(row), "P") {
            continue;
        }
        let s = &sections.list[place as usize];
        let (start, end) = (start.get_or(row, s.first), end.get_or(row, s.last));
        let day = s.teacher_day(today);
        let teacher = Teacher {
            person: person[row],
            covers: start <= day && day <= end,
            start,
            end,
            history: history[row],
        };
        let order = |t: &Teacher| (t.covers, t.start, t.history);
        let best = &mut chosen[place as usize];
        if best.as_ref().is_none_or(|b| order(&teacher) > order(b)) {
            *best = Some(teacher);
        }
    }
    chosen
}
