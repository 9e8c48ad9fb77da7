//! Made-up districts: writes bundles of CSV files with the tables that the extracts read.
//!
//! Same preset, seed, state and years: same bytes. Every table draws from a stream of its own, made from the
//! seed and its name, so another table changes none. Planted data problems are listed beside each bundle.

mod bundle;
mod edges;
mod edges_ks;
mod incidents;
mod layout;
mod names;
mod planted;
mod rng;
mod sheet;
mod sizes;
mod tables;
mod traits;
mod year;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

pub use sizes::Preset;

/// The state whose codes and numbers a district has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Kentucky.
    Ky,
    /// Kansas.
    Ks,
    /// Illinois.
    Il,
}

impl State {
    /// The state of a postal code.
    pub fn parse(code: &str) -> Option<State> {
        match code {
            "KY" => Some(State::Ky),
            "KS" => Some(State::Ks),
            "IL" => Some(State::Il),
            _ => None,
        }
    }

    /// Its postal code.
    pub fn code(self) -> &'static str {
        match self {
            State::Ky => "KY",
            State::Ks => "KS",
            State::Il => "IL",
        }
    }
}

/// Why a bundle was not written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be written.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// More or fewer school years than can be made.
    #[error("years must be from 1 to 10, not {0}")]
    Years(u32),
    /// The campus crate declares no such table.
    #[error("no table {0} is declared")]
    Table(&'static str),
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The bundle folders.
    pub bundles: Vec<PathBuf>,
    /// Rows of each table over all bundles.
    pub rows: BTreeMap<&'static str, u64>,
    /// Planted data problems over all bundles.
    pub planted: u64,
}

/// Writes a preset's bundle into the folder `out`, and its planted problems to `<out>.planted.csv`.
///
/// The `state` preset makes a folder for each district in `out`, named by its number, each with its list beside
/// it. `years` is the number of school years up to 2025-26; `None` takes the preset's own.
pub fn write(
    preset: Preset,
    seed: u64,
    state: State,
    years: Option<u32>,
    out: &Path,
) -> Result<Summary, Error> {
    let years = years.unwrap_or(preset.years());
    if !(1..=10).contains(&years) {
        return Err(Error::Years(years));
    }
    let mut summary = Summary::default();
    for size in sizes::districts(preset) {
        let folder = match preset {
            Preset::State => out.join(format!("{:03}", size.number)),
            _ => out.to_path_buf(),
        };
        // Districts of a state have the same names of tables: the number keeps their streams apart.
        let own = rng::Rng::stream(seed, "district").keyed(size.number.into()).next();
        bundle::write(size, own, state, years, &folder, &mut summary)?;
        summary.bundles.push(folder);
    }
    Ok(summary)
}
