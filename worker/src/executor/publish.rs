//! Files are written beside their place and moved there when all are complete.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Error;

/// A hidden folder inside the target folder.
#[derive(Debug)]
pub struct Staging {
    folder: tempfile::TempDir,
    out: PathBuf,
}

impl Staging {
    /// Makes the target folder where it is missing, and the staging folder in it.
    pub fn beside(out: &Path) -> Result<Staging, Error> {
        let failed = |source| Error::Write { path: out.to_owned(), source };
        fs::create_dir_all(out).map_err(failed)?;
        let prefix = format!(".extract-{}-", std::process::id());
        let folder = tempfile::Builder::new().prefix(&prefix).tempdir_in(out).map_err(failed)?;
        Ok(Staging { folder, out: out.to_owned() })
    }

    /// Where a file is written first.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The staging folder, also for scratch files that go before publishing.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Moves every file to its place, `summary.json` last.
    pub fn publish(self) -> Result<(), Error> {
        let failed = |source| Error::Write { path: self.out.clone(), source };
        let entries = fs::read_dir(self.folder.path()).map_err(failed)?;
        let mut names =
            entries.map(|e| e.map(|e| e.file_name())).collect::<io::Result<Vec<_>>>().map_err(failed)?;
        names.sort_by_key(|n| (n == "summary.json", n.clone()));
        for name in names {
            fs::rename(self.folder.path().join(&name), self.out.join(&name)).map_err(failed)?;
        }
        Ok(())
    }
}
