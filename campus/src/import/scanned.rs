//! What reading keeps of each table: keys, references and the few other columns that checks need.

use std::collections::HashMap;

use crate::tables::{TABLES, Table};
use crate::value::Value;

/// What is kept of a column.
#[derive(Debug)]
pub enum Kept {
    /// Not needed.
    None,
    /// An int that is never null.
    Int(Vec<i32>),
    /// An int that may be null.
    OptInt(Vec<Option<i32>>),
    /// Text, as its number in [`Scanned::symbols`]; 0 is null.
    Symbol(Vec<u32>),
    /// A bool.
    Flag(Vec<bool>),
}

impl Kept {
    /// Adds an int.
    #[inline]
    pub fn int(&mut self, n: i32) {
        match self {
            Kept::Int(v) => v.push(n),
            Kept::OptInt(v) => v.push(Some(n)),
            Kept::None | Kept::Symbol(_) | Kept::Flag(_) => {}
        }
    }

    /// Adds a value that is no text.
    #[inline]
    pub fn push(&mut self, value: Value<'_>) {
        match (self, value) {
            (Kept::None, _) => {}
            (Kept::Int(v), Value::Int(n)) => v.push(n),
            (Kept::Int(v), _) => v.push(0),
            (Kept::OptInt(v), Value::Int(n)) => v.push(Some(n)),
            (Kept::OptInt(v), _) => v.push(None),
            (Kept::Flag(v), value) => v.push(value == Value::Bool(true)),
            (Kept::Symbol(v), _) => v.push(0),
        }
    }
}

/// Lines of rows, held only where a row is not on the line after the row before it.
#[derive(Debug, Default)]
pub struct Lines(Vec<(u32, u64)>);

impl Lines {
    /// Notes the line of the next row.
    pub fn push(&mut self, row: u32, line: u64) {
        let follows = self.0.last().is_some_and(|&(r, l)| l + u64::from(row - r) == line);
        if !follows {
            self.0.push((row, line));
        }
    }

    /// The line of a row.
    pub fn of(&self, row: u32) -> u64 {
        let at = self.0.partition_point(|&(r, _)| r <= row);
        at.checked_sub(1).map_or(0, |i| self.0[i].1 + u64::from(row - self.0[i].0))
    }
}

/// One table that was read. Rows are numbered as they stand in the file, from 0.
#[derive(Debug)]
pub struct Scanned {
    /// The table.
    pub table: &'static Table,
    /// Whether all its rows could be read: what refers to it is checked only then.
    pub complete: bool,
    /// Rows in the file.
    pub rows: u32,
    /// Whether a row stays.
    pub keep: Vec<bool>,
    /// One per declared column.
    pub columns: Vec<Kept>,
    /// Numbers of texts.
    pub symbols: HashMap<Box<str>, u32>,
    /// Lines of rows.
    pub lines: Lines,
    /// Rows with a wrong value, ascending: they are not in the table's file.
    pub bad: Vec<u32>,
    /// Rows whose end date is before their start date.
    pub reversed: Vec<u32>,
    /// Per column, rows whose value becomes null, ascending.
    pub nulled: Vec<Vec<u32>>,
}

impl Scanned {
    /// Ints of a column that is never null.
    pub fn ints(&self, column: &str) -> &[i32] {
        match self.table.index_of(column).map(|i| &self.columns[i]) {
            Some(Kept::Int(v)) => v,
            _ => panic!("{}.{column} is not held as ints", self.table.name),
        }
    }

    /// Texts of a column, as numbers.
    pub fn texts(&self, column: &str) -> &[u32] {
        match self.table.index_of(column).map(|i| &self.columns[i]) {
            Some(Kept::Symbol(v)) => v,
            _ => panic!("{}.{column} is not held as text", self.table.name),
        }
    }

    /// Values of a bool column.
    pub fn flags(&self, column: &str) -> &[bool] {
        match self.table.index_of(column).map(|i| &self.columns[i]) {
            Some(Kept::Flag(v)) => v,
            _ => panic!("{}.{column} is not held as bools", self.table.name),
        }
    }

    /// The rows that stay.
    pub fn kept(&self) -> impl Iterator<Item = usize> + '_ {
        self.keep.iter().enumerate().filter(|(_, k)| **k).map(|(row, _)| row)
    }
}

/// Finds a row by the table's single int key.
#[derive(Debug)]
pub enum Index {
    /// Row + 1 by key less the lowest.
    Dense(i64, Vec<u32>),
    /// Keys in order.
    Sorted(Vec<(i32, u32)>),
}

impl Index {
    fn of(scanned: &Scanned) -> Option<Index> {
        let mut keys = scanned.table.columns.iter().enumerate().filter(|(_, c)| c.key);
        let (Some((key, _)), None) = (keys.next(), keys.next()) else { return None };
        let Kept::Int(ids) = &scanned.columns[key] else { return None };
        let pairs = || scanned.kept().map(|row| (ids[row], row as u32));
        let (low, high, n) = pairs().fold((i64::MAX, i64::MIN, 0i64), |(l, h, n), (id, _)| {
            (l.min(i64::from(id)), h.max(i64::from(id)), n + 1)
        });
        if n > 0 && high - low < 4 * n + 1_024 {
            let mut rows = vec![0; (high - low + 1) as usize];
            pairs().for_each(|(id, row)| rows[(i64::from(id) - low) as usize] = row + 1);
            return Some(Index::Dense(low, rows));
        }
        let mut sorted: Vec<_> = pairs().collect();
        sorted.sort_unstable();
        Some(Index::Sorted(sorted))
    }

    /// The row with a key.
    #[inline]
    pub fn row(&self, id: i32) -> Option<usize> {
        match self {
            Index::Dense(low, rows) => {
                let at = usize::try_from(i64::from(id) - low).ok()?;
                rows.get(at).filter(|r| **r > 0).map(|r| *r as usize - 1)
            }
            Index::Sorted(sorted) => {
                sorted.binary_search_by_key(&id, |p| p.0).ok().map(|i| sorted[i].1 as usize)
            }
        }
    }
}

/// All tables, in declared order.
#[derive(Debug)]
pub struct All {
    /// What was kept of each.
    pub scans: Vec<Scanned>,
    /// Indexes of the tables that are referred to.
    indexes: Vec<Option<Index>>,
}

impl All {
    /// Indexes the tables that are referred to.
    pub fn new(scans: Vec<Scanned>) -> All {
        let named = |t: &Table| TABLES.iter().flat_map(|t| t.columns).any(|c| c.references == Some(t.name));
        let indexes = scans.iter().map(|s| if named(s.table) { Index::of(s) } else { None }).collect();
        All { scans, indexes }
    }

    /// Place of a table, by name.
    pub fn place(table: &str) -> usize {
        TABLES.iter().position(|t| t.name == table).expect("a declared table")
    }

    /// A table, by name.
    pub fn get(&self, table: &str) -> &Scanned {
        &self.scans[All::place(table)]
    }

    /// The row of a table with a key, also one that was kept out for its references.
    #[inline]
    pub fn row(&self, place: usize, id: i32) -> Option<usize> {
        self.indexes[place].as_ref()?.row(id)
    }

    /// The row of a table with a key, when it stays.
    #[inline]
    pub fn kept_row(&self, place: usize, id: i32) -> Option<usize> {
        self.row(place, id).filter(|row| self.scans[place].keep[*row])
    }
}
