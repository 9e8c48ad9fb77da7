//! Persons and their identities.

use campus::snapshot::read::Batch;

use super::index::{Index, NONE};

/// Row in Identity by row of Person, [`NONE`] for a person without one: the current identity; without it the highest
/// identityID (campus-data, convention 5).
pub fn identities(person: &Batch, identity: &Batch, persons: &Index) -> Vec<u32> {
    let ids = identity.numbers("identityID").values();
    let by_id = Index::of(ids);
    let mut highest = vec![NONE; person.rows()];
    for (row, &of) in identity.numbers("personID").values().iter().enumerate() {
        if let Some(p) = persons.get(of)
            && (highest[p] == NONE || ids[highest[p] as usize] < ids[row])
        {
            highest[p] = row as u32;
        }
    }
    let current = person.numbers("currentIdentityID");
    let chosen = |p: usize| current.get(p).map(|id| by_id.row(id)).filter(|&row| row != NONE);
    (0..person.rows()).map(|p| chosen(p).unwrap_or(highest[p])).collect()
}
