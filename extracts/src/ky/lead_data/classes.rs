//! Classes: one line is one section of the schools asked for. Read beside lead-data, section 3 and R2.

use std::io;

use super::{Each, LeadData, section};
use crate::kit::cell::Cell;
use crate::kit::column::Column;
use crate::ky::kecs_lead::classes::Members;
use crate::ky::kecs_lead::counts;

/// A1 to A71.
pub fn columns() -> Vec<Column> {
    section::COLUMNS.into_iter().chain(counts::columns("3")).collect()
}

/// The lines, sorted by A2, A4, A6, A8, A9, A10, A12, A13; disability is D34.
pub fn lines<'a>(data: &'a LeadData, each: Each<'_, 'a>) -> io::Result<()> {
    let (members, names) = (Members::of(&data.lead), data.names());
    let mut line = [Cell::Empty; 25 + 46];
    for &place in &data.lead.order {
        if !data.schools[data.lead.sections.list[place as usize].school as usize] {
            continue;
        }
        line[..25].copy_from_slice(&section::cells(data, &names, place));
        members.counts(place).print(&mut line[25..]);
        each(&line)?;
    }
    Ok(())
}
