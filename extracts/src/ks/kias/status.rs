//! What a student is on the incident date: columns 4 and 5 (ks-kias, sections 5 and 6.1).

use super::codes;
use super::tables::Tables;
use crate::kit::dated::Dated;
use crate::kit::index::Index;

/// The dated records of all students that columns 4 and 5 look at.
#[derive(Debug)]
pub struct Statuses {
    iep: Dated,
    gifted: Dated,
    section504: Dated,
    plan504: Dated,
    foster_care: Dated,
}

impl Statuses {
    /// Reads the records.
    pub fn of(tables: &Tables, persons: &Index) -> Statuses {
        let plan = &tables.plan;
        let types = Index::of(tables.plan_type.numbers("typeID").values());
        let (module, of_type) = (tables.plan_type.texts("module"), plan.numbers("typeID").values());
        let locked = plan.flags("locked");
        let counts = |row: usize, name: &str| {
            locked.value(row)
                && types.get(of_type[row]).is_some_and(|t| codes::text(module.get(t)) == Some(name))
        };
        let all = |table| Dated::of(table, persons, "startDate", "endDate", |_| true);
        Statuses {
            iep: Dated::of(plan, persons, "startDate", "endDate", |r| counts(r, "specialed")),
            gifted: all(&tables.gifted),
            section504: all(&tables.section504),
            plan504: Dated::of(plan, persons, "startDate", "endDate", |r| counts(r, "plp")),
            foster_care: all(&tables.foster_care),
        }
    }

    /// Column 4: a locked IEP covers the day and overlaps the configuration year, and no gifted record and no 504 plan
    /// covers the day.
    pub fn disability(&self, person: u32, day: i32, year: (i32, i32)) -> bool {
        self.iep.any_overlapping(person, day, year)
            && !self.gifted.any(person, day)
            && !self.section504.any(person, day)
            && !self.plan504.any(person, day)
    }

    /// Column 5: a foster care record covers the day and overlaps the configuration year.
    pub fn foster_care(&self, person: u32, day: i32, year: (i32, i32)) -> bool {
        self.foster_care.any_overlapping(person, day, year)
    }
}
