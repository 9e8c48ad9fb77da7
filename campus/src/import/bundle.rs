//! Where a bundle's files are: a folder, or an archive unpacked into a scratch folder.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use super::{Error, Findings};
use crate::date::Date;
use crate::tables;

/// Largest file of an archive, unpacked: 8 GiB.
const MAX_FILE: u64 = 8 << 30;
/// Most that an archive may grow by.
const MAX_RATIO: u64 = 200;

/// An open bundle.
#[derive(Debug)]
pub struct Bundle {
    files: BTreeMap<String, PathBuf>,
    newest: SystemTime,
    _scratch: Option<tempfile::TempDir>,
}

impl Bundle {
    /// Opens a folder, `.zip`, `.tar.gz` or `.tar.zst`.
    pub fn open(path: &Path) -> Result<Bundle, Error> {
        let wrong = |reason: String| Error::Bundle { path: path.to_owned(), reason };
        let meta = fs::metadata(path).map_err(|e| wrong(format!("there is no such bundle ({e})")))?;
        if meta.is_dir() {
            return Self::list(path, None).map_err(|e| wrong(format!("the folder cannot be read ({e})")));
        }
        let scratch =
            tempfile::tempdir().map_err(|e| wrong(format!("no scratch folder can be made ({e})")))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let budget = meta.len().saturating_mul(MAX_RATIO);
        let file = File::open(path).map_err(|e| wrong(format!("it cannot be opened ({e})")))?;
        let unpacked = if name.ends_with(".zip") {
            unzip(file, scratch.path(), budget)
        } else if name.ends_with(".tar.gz") || name.ends_with(".tgz") {
            untar(flate2::read::MultiGzDecoder::new(file), scratch.path(), budget)
        } else if name.ends_with(".tar.zst") {
            zstd::Decoder::new(file).and_then(|decoder| untar(decoder, scratch.path(), budget))
        } else {
            return Err(wrong("a bundle is a folder, .zip, .tar.gz or .tar.zst".to_owned()));
        };
        unpacked.map_err(|e| wrong(format!("the archive is refused: {e}")))?;
        let root = only_top_folder(scratch.path()).unwrap_or_else(|| scratch.path().to_owned());
        Self::list(&root, Some(scratch)).map_err(|e| wrong(format!("the archive cannot be read ({e})")))
    }

    fn list(folder: &Path, scratch: Option<tempfile::TempDir>) -> io::Result<Bundle> {
        let mut files = BTreeMap::new();
        let mut newest = SystemTime::UNIX_EPOCH;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let meta = fs::metadata(entry.path())?;
            if meta.is_file() {
                newest = newest.max(meta.modified()?);
                files.insert(entry.file_name().to_string_lossy().into_owned(), entry.path());
            }
        }
        Ok(Bundle { files, newest, _scratch: scratch })
    }

    /// The file of a table.
    pub fn file(&self, table: &str) -> Option<&Path> {
        self.files.get(&format!("{table}.csv")).map(PathBuf::as_path)
    }

    /// Lists the files that are no table's, once.
    pub fn note_ignored(&self, findings: &mut Findings) {
        let known = |name: &str| name.strip_suffix(".csv").is_some_and(|t| tables::table(t).is_some());
        for name in self.files.keys().filter(|n| !known(n)) {
            findings.warning(name, 0, "", "extra_file", "the file is no Campus table and is ignored");
        }
    }

    /// The newest file time in UTC, `YYYY-MM-DDTHH:MM`.
    pub fn newest(&self) -> String {
        let seconds = self.newest.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |d| d.as_secs());
        let minutes = seconds / 60 % 1_440;
        format!("{}T{:02}:{:02}", Date((seconds / 86_400) as i32), minutes / 60, minutes % 60)
    }
}

fn only_top_folder(folder: &Path) -> Option<PathBuf> {
    let mut entries = fs::read_dir(folder).ok()?.flatten();
    let first = entries.next()?.path();
    (first.is_dir() && entries.next().is_none()).then_some(first)
}

/// Where an archive's entry may lie; `None` when its path leaves the folder.
fn inside(scratch: &Path, name: &Path) -> Option<PathBuf> {
    let normal = name.components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
    normal.then(|| scratch.join(name))
}

fn refused(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason.to_owned())
}

fn unpack(mut from: impl Read, name: &Path, scratch: &Path, left: &mut u64) -> io::Result<PathBuf> {
    let to = inside(scratch, name).ok_or_else(|| refused("a path leaves its folder"))?;
    let lower = name.to_string_lossy().to_lowercase();
    if [".zip", ".gz", ".tgz", ".zst", ".tar"].iter().any(|end| lower.ends_with(end)) {
        return Err(refused("it has an archive inside"));
    }
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    let most = MAX_FILE.min(*left);
    let written = io::copy(&mut from.by_ref().take(most + 1), &mut File::create(&to)?)?;
    if written > most {
        return Err(refused("it unpacks to more than 200 times its size, or to a file over 8 GiB"));
    }
    *left -= written;
    Ok(to)
}

fn unzip(file: File, scratch: &Path, mut left: u64) -> io::Result<()> {
    let mut archive = zip::ZipArchive::new(file).map_err(io::Error::other)?;
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(io::Error::other)?;
        if entry.is_dir() {
            continue;
        }
        let name = PathBuf::from(entry.name());
        let time = entry.last_modified().and_then(|t| {
            let date = Date::of(t.year().into(), t.month().into(), t.day().into())?;
            let seconds = i64::from(t.hour()) * 3_600 + i64::from(t.minute()) * 60 + i64::from(t.second());
            u64::try_from(i64::from(date.0) * 86_400 + seconds).ok()
        });
        let to = unpack(entry, &name, scratch, &mut left)?;
        set_time(&to, time)?;
    }
    Ok(())
}

fn untar(stream: impl Read, scratch: &Path, mut left: u64) -> io::Result<()> {
    for entry in tar::Archive::new(stream).entries()? {
        let entry = entry?;
        let kind = entry.header().entry_type();
        if kind.is_dir() || kind.is_pax_global_extensions() {
            continue;
        }
        if !kind.is_file() {
            return Err(refused("it has a link or device inside"));
        }
        let name = entry.path()?.into_owned();
        let time = entry.header().mtime().ok();
        let to = unpack(entry, &name, scratch, &mut left)?;
        set_time(&to, time)?;
    }
    Ok(())
}

fn set_time(path: &Path, seconds: Option<u64>) -> io::Result<()> {
    match seconds {
        Some(s) => File::options()
            .append(true)
            .open(path)?
            .set_modified(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(s)),
        None => Ok(()),
    }
}
