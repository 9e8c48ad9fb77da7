//! One district's bundle: opens each table's file with its stream and counts its rows.

use std::fs;
use std::io;
use std::path::Path;

use crate::layout::Layout;
use crate::planted::Planted;
use crate::rng::Rng;
use crate::sheet::Sheet;
use crate::sizes::Size;
use crate::traits::Traits;
use crate::{Error, State, Summary, edges, tables};

/// A district while its tables are written.
pub struct Bundle<'a> {
    /// What it has.
    pub layout: Layout,
    /// Its students' traits.
    pub traits: Traits,
    /// Its state.
    pub state: State,
    planted: Planted,
    seed: u64,
    folder: &'a Path,
    summary: &'a mut Summary,
}

/// What a table's function gets: the district, the file, the table's stream, the list of planted problems.
pub struct Job<'a> {
    /// What the district has.
    pub layout: &'a Layout,
    /// Its students' traits.
    pub traits: &'a Traits,
    /// Its state.
    pub state: State,
    /// The table's file.
    pub sheet: &'a mut Sheet,
    /// The table's stream.
    pub rng: Rng,
    /// The list of planted problems.
    pub planted: &'a mut Planted,
}

/// Writes one bundle.
pub fn write(
    size: Size,
    seed: u64,
    state: State,
    years: u32,
    folder: &Path,
    summary: &mut Summary,
) -> Result<(), Error> {
    let failed = |source| Error::Io { path: folder.to_path_buf(), source };
    fs::create_dir_all(folder).map_err(failed)?;
    let traits = Traits::new(seed);
    let layout = Layout::of(size, years, &traits);
    let planted = Planted::default();
    let mut bundle = Bundle { layout, traits, state, planted, seed, folder, summary };
    tables::write(&mut bundle)?;
    if bundle.layout.size.edges {
        edges::note(state, &mut bundle.planted);
    }
    let path = Planted::path_of(folder);
    bundle.planted.write(folder).map_err(|source| Error::Io { path, source })?;
    bundle.summary.planted += bundle.planted.count();
    Ok(())
}

impl Bundle<'_> {
    /// Writes one table.
    pub fn table(
        &mut self,
        name: &'static str,
        fill: impl FnOnce(&mut Job<'_>) -> io::Result<()>,
    ) -> Result<(), Error> {
        let table = campus::tables::table(name).ok_or(Error::Table(name))?;
        let written = Sheet::create(self.folder, table).and_then(|mut sheet| {
            fill(&mut Job {
                layout: &self.layout,
                traits: &self.traits,
                state: self.state,
                sheet: &mut sheet,
                rng: Rng::stream(self.seed, name),
                planted: &mut self.planted,
            })?;
            if self.layout.size.edges {
                edges::rows(self.state, name).try_for_each(|row| sheet.raw(row))?;
            }
            sheet.finish()
        });
        let path = self.folder.join(format!("{name}.csv"));
        *self.summary.rows.entry(name).or_default() +=
            written.map_err(|source| Error::Io { path, source })?;
        Ok(())
    }
}
