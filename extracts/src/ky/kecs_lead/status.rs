//! What a student is on a section's reference day: D34 and D36 to D39.

use super::tables::Tables;
use crate::kit::code;
use crate::kit::dated::{Dated, OPEN_START};
use crate::kit::index::Index;

/// Statuses of all students.
#[derive(Debug)]
pub struct Statuses {
    /// By student: whether a status has a row of theirs. Most have none, and are asked for in every section.
    some: Vec<bool>,
    iep: Dated,
    ilpa: Dated,
    plan_order: Vec<(i32, i32)>,
    managers: Dated,
    manager_order: Vec<(i32, i32)>,
    manager_person: Vec<i32>,
    english_learner: Dated,
    gifted: Dated,
}

impl Statuses {
    /// Reads the rows that count, by student.
    pub fn of(tables: &Tables, persons: &Index) -> Statuses {
        let plan = &tables.plan;
        let types = Index::of(tables.plan_type.numbers("typeID").values());
        let module = tables.plan_type.texts("module");
        let plan_type = plan.numbers("typeID").values();
        let of_module =
            |row: usize, name: &str| types.get(plan_type[row]).is_some_and(|t| code::is(module.get(t), name));
        let (locked, disability) = (plan.flags("locked"), plan.texts("disability1"));
        let states = Index::of(tables.plan_state.numbers("planID").values());
        let (status, setting) =
            (tables.plan_state.texts("specialEdStatus"), tables.plan_state.texts("specialEdSetting"));
        let ids = plan.numbers("planID").values();
        let in_special_education = |row: usize| {
            states.get(ids[row]).is_some_and(|s| status.get(s).is_some() && setting.get(s).is_some())
        };
        let start = plan.numbers("startDate").values();
        let team = &tables.team_member;
        let (team_module, role) = (team.texts("module"), team.texts("role"));
        let (team_start, team_id) = (team.numbers("startDate"), team.numbers("teamMemberID").values());
        let lep_status = tables.lep.texts("programStatus");
        let category = tables.gifted.texts("category");
        let mut statuses = Statuses {
            some: Vec::new(),
            iep: Dated::of(plan, persons, "startDate", "endDate", |r| {
                locked.value(r)
                    && disability.get(r).is_some()
                    && of_module(r, "SPECIALED")
                    && in_special_education(r)
            }),
            ilpa: Dated::of(plan, persons, "startDate", "endDate", |r| of_module(r, "ILPA")),
            plan_order: (0..plan.rows()).map(|r| (start[r], ids[r])).collect(),
            managers: Dated::of(team, persons, "startDate", "endDate", |r| {
                code::is(team_module.get(r), "SPECIALED") && code::is(role.get(r), "CASE MANAGER")
            }),
            manager_order: (0..team.rows()).map(|r| (team_start.get_or(r, OPEN_START), team_id[r])).collect(),
            manager_person: team.numbers("staffPersonID").values().to_vec(),
            english_learner: Dated::of(&tables.lep, persons, "identifiedDate", "exitDate", |r| {
                code::is_one_of(lep_status.get(r), &["EL", "LEP"])
            }),
            gifted: Dated::of(&tables.gifted, persons, "startDate", "endDate", |r| {
                !code::is(category.get(r), "12")
            }),
        };
        let each =
            [&statuses.iep, &statuses.ilpa, &statuses.managers, &statuses.english_learner, &statuses.gifted];
        statuses.some = (0..persons.len() as u32).map(|p| each.iter().any(|dated| dated.has(p))).collect();
        statuses
    }

    /// Whether a student has any status on some day.
    #[inline]
    pub fn has_any(&self, person: u32) -> bool {
        self.some[person as usize]
    }

    /// D34: row in Plan of the IEP that covers the day; latest start, then highest planID.
    pub fn iep(&self, person: u32, day: i32) -> Option<usize> {
        self.iep.covering(person, day).map(|r| r as usize).max_by_key(|&r| self.plan_order[r])
    }

    /// D36: the case manager of the day; latest start (null last), then highest teamMemberID.
    pub fn case_manager(&self, person: u32, day: i32) -> Option<i32> {
        let row = self.managers.covering(person, day).max_by_key(|&r| self.manager_order[r as usize])?;
        Some(self.manager_person[row as usize])
    }

    /// D37: an EL or LEP row covers the day.
    pub fn english_learner(&self, person: u32, day: i32) -> bool {
        self.english_learner.any(person, day)
    }

    /// D38: a Gifted row covers the day and is not the Primary Talent Pool.
    pub fn gifted(&self, person: u32, day: i32) -> bool {
        self.gifted.any(person, day)
    }

    /// D39: an ILPA plan covers the day, locked or not.
    pub fn ilpa(&self, person: u32, day: i32) -> bool {
        self.ilpa.any(person, day)
    }
}
