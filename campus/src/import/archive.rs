//! Unpacking a `.zip`, `.tar.gz` or `.tar.zst` within limits.

use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};

use super::bundle::table_of;
use super::{Error, Limits, io};
use crate::date::Date;

/// Ends of names that are archives themselves.
const ARCHIVES: &[&str] = &[".zip", ".tar", ".gz", ".tgz", ".zst", ".tzst", ".bz2", ".xz", ".7z", ".rar"];

/// A file of an archive.
pub struct Entry {
    /// Its path, with `/`.
    pub name: String,
    /// Its time, seconds since 1970 in UTC.
    pub modified: i64,
    /// Where it is now; only files with a table's name are unpacked.
    pub unpacked: Option<PathBuf>,
}

/// Unpacks the tables' files into a folder.
pub fn unpack(path: &Path, size: u64, limits: &Limits, into: &Path) -> Result<Vec<Entry>, Error> {
    let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
    let file = BufReader::new(File::open(path).map_err(io(path))?);
    let budget = size.saturating_mul(limits.expansion);
    let mut unpack = Unpack { path, limits, into, budget, used: 0, entries: Vec::new() };
    if name.ends_with(".zip") {
        unpack.zip(file)?;
    } else if name.ends_with(".tar.gz") || name.ends_with(".tgz") {
        unpack.tar(flate2::bufread::MultiGzDecoder::new(file))?;
    } else if name.ends_with(".tar.zst") || name.ends_with(".tzst") {
        unpack.tar(zstd::stream::read::Decoder::with_buffer(file).map_err(io(path))?)?;
    } else {
        return Err(Error::NotABundle(path.to_owned()));
    }
    Ok(unpack.entries)
}

struct Unpack<'a> {
    path: &'a Path,
    limits: &'a Limits,
    into: &'a Path,
    budget: u64,
    used: u64,
    entries: Vec<Entry>,
}

impl Unpack<'_> {
    fn refuse(&self, what: impl Into<String>) -> Error {
        Error::Archive { path: self.path.to_owned(), what: what.into() }
    }

    fn damaged(&self, e: impl std::fmt::Display) -> Error {
        self.refuse(format!("it is damaged ({e})"))
    }

    fn zip(&mut self, file: BufReader<File>) -> Result<(), Error> {
        let mut archive = zip::ZipArchive::new(file).map_err(|e| self.damaged(e))?;
        for i in 0..archive.len() {
            let mut entry = archive.by_index(i).map_err(|e| self.damaged(e))?;
            let (name, folder) = (entry.name().replace('\\', "/"), entry.is_dir());
            if entry.is_symlink() {
                return Err(self.refuse("it holds a link"));
            }
            let modified = zip_time(&entry);
            self.entry(&name, folder, modified, &mut entry)?;
        }
        Ok(())
    }

    fn tar(&mut self, source: impl Read) -> Result<(), Error> {
        let left = Capped { source, left: self.budget };
        let mut archive = tar::Archive::new(left);
        for entry in archive.entries().map_err(|e| self.damaged(e))? {
            let mut entry = entry.map_err(|e| self.damaged(e))?;
            let kind = entry.header().entry_type();
            if matches!(kind, tar::EntryType::XGlobalHeader) {
                continue;
            }
            if !kind.is_file() && !kind.is_dir() && !kind.is_contiguous() && !kind.is_gnu_sparse() {
                return Err(self.refuse("it holds something that is neither a file nor a folder"));
            }
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let modified = entry.header().mtime().map_err(|e| self.damaged(e))?;
            self.entry(&name, kind.is_dir(), i64::try_from(modified).unwrap_or(0), &mut entry)?;
        }
        Ok(())
    }

    fn entry(&mut self, name: &str, folder: bool, modified: i64, data: &mut dyn Read) -> Result<(), Error> {
        if name.starts_with('/') || name.split('/').any(|part| part == ".." || part.ends_with(':')) {
            return Err(self.refuse("a path in it leaves the folder"));
        }
        let parts: Vec<&str> = name.split('/').filter(|p| !p.is_empty() && *p != ".").collect();
        let Some(last) = parts.last().filter(|_| !folder) else { return Ok(()) };
        let lower = last.to_lowercase();
        if ARCHIVES.iter().any(|end| lower.ends_with(end)) {
            return Err(self.refuse("it holds another archive"));
        }
        let unpacked = match table_of(last) {
            Some(_) if parts.len() <= 2 => Some(self.save(last, data)?),
            _ => None,
        };
        self.entries.push(Entry { name: parts.join("/"), modified, unpacked });
        Ok(())
    }

    fn save(&mut self, file: &str, data: &mut dyn Read) -> Result<PathBuf, Error> {
        let to = self.into.join(format!("{}-{file}", self.entries.len()));
        let mut out = File::create_new(&to).map_err(io(&to))?;
        let (mut buffer, mut size) = (vec![0; 1 << 16], 0u64);
        loop {
            let n = data.read(&mut buffer).map_err(|e| self.damaged(e))?;
            if n == 0 {
                return Ok(to);
            }
            size += n as u64;
            self.used += n as u64;
            if size > self.limits.file_bytes {
                return Err(Error::TooLarge { file: file.to_owned(), limit: self.limits.file_bytes });
            }
            if self.used > self.budget {
                return Err(self.refuse(too_dense(self.limits.expansion)));
            }
            out.write_all(&buffer[..n]).map_err(io(&to))?;
        }
    }
}

fn too_dense(expansion: u64) -> String {
    format!("its content is more than {expansion} times its size")
}

/// Fails when more is read than an archive may hold, also in files that are ignored.
struct Capped<R> {
    source: R,
    left: u64,
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let n = self.source.read(out)?;
        self.left = self
            .left
            .checked_sub(n as u64)
            .ok_or_else(|| std::io::Error::other("its content is too many times its size"))?;
        Ok(n)
    }
}

/// A zip entry's time: the one in UTC when it is there, else the local one taken as UTC.
fn zip_time<R: Read>(entry: &zip::read::ZipFile<'_, R>) -> i64 {
    for field in entry.extra_data_fields() {
        if let zip::ExtraField::ExtendedTimestamp(times) = field
            && let Some(time) = times.mod_time()
        {
            return i64::from(time);
        }
    }
    let Some(t) = entry.last_modified() else { return 0 };
    let day = Date::of(i32::from(t.year()), u32::from(t.month()), u32::from(t.day())).map_or(0, |d| d.0);
    i64::from(day) * 86_400 + i64::from(t.hour()) * 3_600 + i64::from(t.minute()) * 60 + i64::from(t.second())
}
