//! Where a bundle's files are: a folder as it is, an archive unpacked into a scratch folder.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::{Error, Limits, archive, csv_name, io};
use crate::tables::TABLES;

/// An open bundle.
pub struct Bundle {
    /// The file of each table that has one.
    pub files: HashMap<&'static str, PathBuf>,
    /// Names that are no table's file.
    pub extra: Vec<String>,
    /// Newest file time, seconds since 1970 in UTC.
    pub newest: i64,
    /// Holds an archive's files until the import is over.
    _scratch: Option<tempfile::TempDir>,
}

/// The table whose file has this name.
pub fn table_of(name: &str) -> Option<&'static str> {
    TABLES.iter().find(|t| csv_name(t) == name).map(|t| t.name)
}

/// Seconds since 1970 of a file's time.
pub fn seconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => after.as_secs() as i64,
        Err(before) => -(before.duration().as_secs() as i64),
    }
}

/// Opens a folder or an archive.
pub fn open(path: &Path, limits: &Limits) -> Result<Bundle, Error> {
    let meta = std::fs::metadata(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => Error::NoBundle(path.to_owned()),
        _ => io(path)(e),
    })?;
    if meta.is_dir() { folder(path, limits) } else { packed(path, &meta, limits) }
}

fn folder(path: &Path, limits: &Limits) -> Result<Bundle, Error> {
    let mut bundle = Bundle { files: HashMap::new(), extra: Vec::new(), newest: i64::MIN, _scratch: None };
    for entry in std::fs::read_dir(path).map_err(io(path))? {
        let at = entry.map_err(io(path))?.path();
        let name = at.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let meta = match std::fs::metadata(&at) {
            Ok(meta) => meta,
            // A link to nowhere, say: of no matter unless it has a table's name.
            Err(_) if table_of(&name).is_none() => {
                bundle.extra.push(name);
                continue;
            }
            Err(e) => return Err(io(&at)(e)),
        };
        let table = table_of(&name).filter(|_| meta.is_file());
        if meta.is_file() {
            bundle.newest = bundle.newest.max(meta.modified().map(seconds).map_err(io(&at))?);
        }
        match table {
            Some(table) if meta.len() <= limits.file_bytes => drop(bundle.files.insert(table, at)),
            Some(_) => return Err(Error::TooLarge { file: name, limit: limits.file_bytes }),
            None => bundle.extra.push(name),
        }
    }
    bundle.extra.sort();
    if bundle.newest == i64::MIN {
        bundle.newest = std::fs::metadata(path).and_then(|m| m.modified()).map(seconds).map_err(io(path))?;
    }
    Ok(bundle)
}

fn packed(path: &Path, meta: &std::fs::Metadata, limits: &Limits) -> Result<Bundle, Error> {
    let prefix = format!("registrar-{}-", std::process::id());
    let scratch = tempfile::Builder::new().prefix(&prefix).tempdir().map_err(io(path))?;
    let entries = archive::unpack(path, meta.len(), limits, scratch.path())?;
    // The tables lie at the top or in the only top folder.
    let top = |name: &str| name.split_once('/').map(|(folder, _)| folder.to_owned());
    let mut folders: Vec<String> = entries.iter().filter_map(|e| top(&e.name)).collect();
    folders.sort();
    folders.dedup();
    let at_top = entries.iter().any(|e| table_of(&e.name).is_some());
    let prefix = match &folders[..] {
        [only] if !at_top => format!("{only}/"),
        _ => String::new(),
    };
    let mut bundle = Bundle { files: HashMap::new(), extra: Vec::new(), newest: i64::MIN, _scratch: None };
    for entry in entries {
        let name = entry.name.strip_prefix(&prefix).filter(|n| !n.contains('/'));
        if name.is_some() {
            bundle.newest = bundle.newest.max(entry.modified);
        }
        match name.and_then(table_of).zip(entry.unpacked) {
            None => bundle.extra.push(entry.name),
            Some((table, file)) => {
                if bundle.files.insert(table, file).is_some() {
                    let what = format!("{} is in it twice", entry.name);
                    return Err(Error::Archive { path: path.to_owned(), what });
                }
            }
        }
    }
    bundle.extra.sort();
    if bundle.newest == i64::MIN {
        bundle.newest = meta.modified().map(seconds).map_err(io(path))?;
    }
    bundle._scratch = Some(scratch);
    Ok(bundle)
}
