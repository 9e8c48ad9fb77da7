//! Ad hoc filters narrow students and never add any (campus-data, convention 11).

use campus::snapshot::read::{Batch, Error, Snapshot};

use super::index::Index;

/// A selection of students.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdHoc {
    /// `AdHocFilter.filterID`.
    Saved(i32),
    /// State ids, sorted; one that two persons have keeps both.
    StateIds(Vec<String>),
    /// Person ids.
    Persons(Vec<i32>),
}

impl AdHoc {
    /// By row of Person, whether the person is in it. `person` needs the column `stateID`; ids that are not in the data
    /// are ignored.
    ///
    /// # Errors
    /// When the snapshot cannot be read.
    pub fn persons(&self, snapshot: &Snapshot, person: &Batch, persons: &Index) -> Result<Vec<bool>, Error> {
        let mut inside = vec![false; person.rows()];
        let mut add = |id: i32| {
            if let Some(row) = persons.get(id) {
                inside[row] = true;
            }
        };
        match self {
            AdHoc::Saved(filter) => {
                let members = snapshot.load("AdHocFilterPerson", &["filterID", "personID"])?;
                let (of, person) =
                    (members.numbers("filterID").values(), members.numbers("personID").values());
                of.iter().zip(person).filter(|(of, _)| *of == filter).for_each(|(_, id)| add(*id));
            }
            AdHoc::Persons(ids) => ids.iter().for_each(|id| add(*id)),
            AdHoc::StateIds(ids) => {
                let own = person.texts("stateID");
                let listed = |id: &str| ids.binary_search_by(|i| i.as_str().cmp(id)).is_ok();
                for (row, inside) in inside.iter_mut().enumerate() {
                    *inside = own.get(row).is_some_and(|id| listed(id.trim()));
                }
            }
        }
        Ok(inside)
    }
}
