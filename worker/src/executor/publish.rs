//! Files are written beside their place and moved there when all are complete.

use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

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

/// A file that is hashed and measured while it is written front to back; one that is not is read again.
#[derive(Debug)]
pub struct Hashing {
    file: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
    moved: bool,
}

impl Hashing {
    /// Creates a file.
    pub fn create(path: &Path) -> io::Result<Hashing> {
        let file = BufWriter::with_capacity(64 * 1024, File::create(path)?);
        Ok(Hashing { file, hash: Sha256::new(), bytes: 0, moved: false })
    }

    /// Size and SHA-256 of the file.
    pub fn finish(mut self, path: &Path) -> io::Result<(u64, String)> {
        self.file.flush()?;
        if self.moved {
            let mut hash = Sha256::new();
            self.bytes = io::copy(&mut File::open(path)?, &mut hash)?;
            self.hash = hash;
        }
        Ok((self.bytes, self.hash.finalize().iter().map(|b| format!("{b:02x}")).collect()))
    }
}

impl Write for Hashing {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let written = self.file.write(buf)?;
        if !self.moved {
            self.hash.update(&buf[..written]);
            self.bytes += written as u64;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Hashing {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = self.file.seek(to)?;
        self.moved |= place != self.bytes;
        Ok(place)
    }
}
