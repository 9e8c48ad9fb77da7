//! From a table's key to its row, dense where the ids allow it.

use std::collections::HashMap;

/// No row.
pub const NONE: u32 = u32::MAX;

/// Finds the row of an id in constant time.
#[derive(Debug)]
pub struct Index {
    len: usize,
    rows: Rows,
}

#[derive(Debug)]
enum Rows {
    /// Rows by `id - first`.
    Dense {
        /// The lowest id.
        first: i32,
        /// Row of each id, [`NONE`] where no row has it.
        rows: Vec<u32>,
    },
    /// For ids that lie far apart.
    Sparse(HashMap<i32, u32>),
}

impl Index {
    /// Indexes the ids of a table's rows; a later row of the same id wins.
    pub fn of(ids: &[i32]) -> Index {
        Index { len: ids.len(), rows: Rows::of(ids) }
    }

    /// Number of rows of the table.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the table has no row.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The row of an id, [`NONE`] when there is none.
    #[inline]
    pub fn row(&self, id: i32) -> u32 {
        match &self.rows {
            Rows::Dense { first, rows } => usize::try_from(i64::from(id) - i64::from(*first))
                .ok()
                .and_then(|at| rows.get(at))
                .copied()
                .unwrap_or(NONE),
            Rows::Sparse(rows) => rows.get(&id).copied().unwrap_or(NONE),
        }
    }

    /// The row of an id.
    #[inline]
    pub fn get(&self, id: i32) -> Option<usize> {
        let row = self.row(id);
        (row != NONE).then_some(row as usize)
    }
}

impl Rows {
    fn of(ids: &[i32]) -> Rows {
        let (Some(&first), Some(&last)) = (ids.iter().min(), ids.iter().max()) else {
            return Rows::Sparse(HashMap::new());
        };
        let span = i64::from(last) - i64::from(first) + 1;
        if span > 8 * ids.len() as i64 + 65_536 {
            return Rows::Sparse(ids.iter().zip(0u32..).map(|(&id, row)| (id, row)).collect());
        }
        let mut rows = vec![NONE; span as usize];
        for (&id, row) in ids.iter().zip(0u32..) {
            rows[(i64::from(id) - i64::from(first)) as usize] = row;
        }
        Rows::Dense { first, rows }
    }
}

/// Rows of one table grouped by the row of another that they belong to.
#[derive(Debug)]
pub struct Groups {
    starts: Vec<u32>,
    members: Vec<u32>,
}

impl Groups {
    /// Groups `members`; `owner[i]` is the owner of member `i`, [`NONE`] for none. Members keep their order.
    pub fn of(owners: usize, owner: &[u32]) -> Groups {
        let mut starts = vec![0u32; owners + 1];
        for &o in owner.iter().filter(|&&o| o != NONE) {
            starts[o as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut members = vec![0u32; starts[owners] as usize];
        for (&o, member) in owner.iter().zip(0u32..).filter(|(o, _)| **o != NONE) {
            members[next[o as usize] as usize] = member;
            next[o as usize] += 1;
        }
        Groups { starts, members }
    }

    /// The members of an owner.
    #[inline]
    pub fn of_owner(&self, owner: usize) -> &[u32] {
        &self.members[self.starts[owner] as usize..self.starts[owner + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dense_and_sparse_ids_are_found_and_others_are_not() {
        for ids in [vec![5, -3, 7], vec![i32::MIN, 0, i32::MAX], vec![]] {
            let index = Index::of(&ids);
            for (row, &id) in ids.iter().enumerate() {
                assert_eq!(index.get(id), Some(row));
            }
            assert_eq!(index.get(6), None);
        }
    }

    #[test]
    fn members_keep_their_order() {
        let groups = Groups::of(3, &[2, 0, NONE, 2]);
        assert_eq!(
            (groups.of_owner(0), groups.of_owner(1), groups.of_owner(2)),
            (&[1][..], &[][..], &[0, 3][..])
        );
    }
}
