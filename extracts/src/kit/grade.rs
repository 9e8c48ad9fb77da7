//! Grade levels of enrollments (campus-data, convention 6).

use campus::snapshot::read::Batch;

/// Finds the GradeLevel row of a calendar, structure and name.
#[derive(Debug)]
pub struct GradeLevels<'a> {
    /// Calendar, structure, trimmed name and row, in order.
    levels: Vec<(i32, i32, &'a str, u32)>,
}

impl<'a> GradeLevels<'a> {
    /// Reads the rows.
    pub fn of(table: &'a Batch) -> GradeLevels<'a> {
        let (calendar, structure) =
            (table.numbers("calendarID").values(), table.numbers("structureID").values());
        let name = table.texts("name");
        let mut levels: Vec<_> = (0..table.rows())
            .map(|r| (calendar[r], structure[r], name.or_empty(r).trim(), r as u32))
            .collect();
        levels.sort_unstable();
        GradeLevels { levels }
    }

    /// The row of a calendar, structure and name; the name is trimmed first.
    pub fn find(&self, calendar: i32, structure: i32, name: &str) -> Option<usize> {
        let wanted = (calendar, structure, name.trim());
        let at = self.levels.binary_search_by(|l| (l.0, l.1, l.2).cmp(&wanted)).ok()?;
        Some(self.levels[at].3 as usize)
    }
}
