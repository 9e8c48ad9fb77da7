//! The list of planted data problems beside a bundle.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::rng::Rng;

/// A row that may carry a planted problem carries it this many times of 1,000.
pub const PER_MILLE: u32 = 2;

/// The problems planted so far.
#[derive(Debug, Default)]
pub struct Planted {
    text: String,
    count: u64,
}

impl Planted {
    /// Notes a problem: the table, the key of its row, what is wrong.
    pub fn note(&mut self, table: &str, key: impl std::fmt::Display, what: &str) {
        self.text.push_str(&format!("{table},{key},{what}\r\n"));
        self.count += 1;
    }

    /// Draws whether this row has the problem and notes it when it has.
    pub fn draw(&mut self, rng: &mut Rng, table: &str, key: impl std::fmt::Display, what: &str) -> bool {
        let planted = rng.per_mille(PER_MILLE);
        if planted {
            self.note(table, key, what);
        }
        planted
    }

    /// Number of problems.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Where the list of a bundle lies: beside its folder.
    pub fn path_of(bundle: &Path) -> PathBuf {
        let mut name = bundle.as_os_str().to_owned();
        name.push(".planted.csv");
        PathBuf::from(name)
    }

    /// Writes the list beside the bundle.
    pub fn write(&self, bundle: &Path) -> io::Result<()> {
        fs::write(Self::path_of(bundle), format!("table,key,what\r\n{}", self.text))
    }
}
