//! Reading.

use std::ops::Range;
use std::path::{Path as LocalPath, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::{GetOptions, GetRange};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use super::{Error, Files, hex};

/// How often a line that broke is taken up again, without a byte in between.
const TRIES: u32 = 5;

/// A file that is being read.
pub struct Reading {
    /// Size of the whole file.
    pub size: u64,
    /// The bytes that come.
    pub range: Range<u64>,
    /// They.
    pub body: BoxStream<'static, Result<Bytes, Error>>,
}

/// Opens a file for reading.
pub(super) async fn open(files: &Files, key: &str, range: Option<Range<u64>>) -> Result<Reading, Error> {
    let size = files.head(key).await?.bytes;
    let range = match range {
        None => 0..size,
        Some(range) if range.start < size && range.start < range.end => range.start..range.end.min(size),
        Some(_) => return Err(Error::OutOfRange { size }),
    };
    let state = State {
        files: files.clone(),
        key: key.to_owned(),
        next: range.start,
        end: range.end,
        line: None,
        failures: 0,
    };
    let body = futures::stream::try_unfold(state, async |mut state| {
        let piece = state.piece().await?;
        Ok(piece.map(|piece| (piece, state)))
    });
    Ok(Reading { size, range, body: body.boxed() })
}

struct State {
    files: Files,
    key: String,
    next: u64,
    end: u64,
    line: Option<BoxStream<'static, object_store::Result<Bytes>>>,
    failures: u32,
}

impl State {
    /// The next piece; takes the line up where it broke.
    async fn piece(&mut self) -> Result<Option<Bytes>, Error> {
        while self.next < self.end {
            match self.try_piece().await {
                Ok(Some(piece)) => {
                    self.failures = 0;
                    self.next += piece.len() as u64;
                    return Ok(Some(piece));
                }
                Ok(None) => {
                    let what = "it ends before its size".to_owned();
                    return Err(Error::Integrity { key: self.key.clone(), what });
                }
                Err(error) if error.is_passing() && self.failures < TRIES => {
                    self.line = None;
                    self.failures += 1;
                    tokio::time::sleep(Duration::from_millis(100 << self.failures)).await;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    async fn try_piece(&mut self) -> Result<Option<Bytes>, Error> {
        let during = "reading a file";
        let line = match &mut self.line {
            Some(line) => line,
            None => {
                let path = self.files.path(&self.key)?;
                let range = Some(GetRange::Bounded(self.next..self.end));
                let get = || {
                    let options = GetOptions { range: range.clone(), ..GetOptions::default() };
                    self.files.store().get_opts(&path, options)
                };
                let got = self.files.call(during, &self.key, get).await?;
                self.line.insert(got.into_stream())
            }
        };
        self.files.once(during, &self.key, line.try_next()).await
    }
}

/// Downloads to a temporary name, checks, renames.
pub(super) async fn to_file(files: &Files, key: &str, to: &LocalPath, sha256: &str) -> Result<u64, Error> {
    let reading = open(files, key, None).await?;
    let size = reading.size;
    let temporary = beside(to);
    let written = write(reading, key, &temporary, sha256).await;
    let renamed = match written {
        Ok(()) => tokio::fs::rename(&temporary, to).await.map_err(Error::writing),
        Err(error) => Err(error),
    };
    if let Err(error) = renamed {
        // The first failure is the one to tell.
        let _ = tokio::fs::remove_file(&temporary).await;
        return Err(error);
    }
    sync_folder_of(to).await?;
    Ok(size)
}

async fn write(mut reading: Reading, key: &str, to: &LocalPath, sha256: &str) -> Result<(), Error> {
    let mut file = tokio::fs::File::create_new(to).await.map_err(Error::writing)?;
    let mut hash = Sha256::new();
    while let Some(piece) = reading.body.try_next().await? {
        hash.update(&piece);
        file.write_all(&piece).await.map_err(Error::writing)?;
    }
    // The failure of the last write is told here, and not by the line that follows.
    file.flush().await.map_err(Error::writing)?;
    file.sync_all().await.map_err(Error::writing)?;
    if hex(&hash.finalize()) != sha256 {
        let what = "its SHA-256 is not the one it was stored with".to_owned();
        return Err(Error::Integrity { key: key.to_owned(), what });
    }
    Ok(())
}

/// A name in the same folder that nothing else has.
fn beside(path: &LocalPath) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", crate::clock::new_id()));
    path.with_file_name(name)
}

/// Makes a rename last.
pub(super) async fn sync_folder_of(path: &LocalPath) -> Result<(), Error> {
    let Some(folder) = path.parent() else { return Ok(()) };
    let folder = tokio::fs::File::open(folder).await.map_err(Error::writing)?;
    folder.sync_all().await.map_err(Error::writing)
}
