//! Bundles, snapshots and results: files in S3 or in a folder.
//!
//! A file is written once under a key that nothing else uses and is never changed; a row in the database is what makes
//! it exist for anybody. Nothing here relies on conditional writes, which some servers accept and ignore. Every call has
//! time-outs and is tried again with growing pauses before it fails.

mod address;
mod error;
mod get;
mod put;

use std::path::Path as LocalPath;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use tokio::time::Instant;

use self::address::{Engine, Opened};
pub use self::error::Error;
pub use self::get::Reading;
pub use self::put::{Stored, Unfinished};

/// Folder for uploads that are not complete, beside the files. Never listed.
const UNFINISHED: &str = ".unfinished";

/// Pause before another try: it doubles from the first to the longest, and half of it is chance.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How long a storage may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Without a byte of the answer, within one request. A part of a file has to go out in this time, so it sets the
    /// slowest line that works.
    pub silent: Duration,
    /// For a call with all its tries. Reading and writing a file has this long for each part of it.
    pub whole: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience { silent: Duration::from_secs(30), whole: Duration::from_secs(60) }
    }
}

/// A storage.
#[derive(Clone)]
pub struct Files {
    engine: Engine,
    prefix: String,
    patience: Patience,
}

/// A file that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its key.
    pub key: String,
    /// Its size.
    pub bytes: u64,
    /// When it was stored, by the storage's clock.
    pub stored_at: DateTime<Utc>,
}

impl Files {
    /// Opens `s3://bucket/prefix`, with credentials, region and endpoint from the usual `AWS_*` variables, or
    /// `file:///folder`. Plain http is taken to loopback only, unless `allow_http`. No request is made: see
    /// [`Files::check`].
    ///
    /// # Errors
    ///
    /// When the address or an `AWS_*` variable is not one, or is not allowed.
    pub fn open(address: &str, allow_http: bool) -> Result<Files, Error> {
        Files::open_with(address, allow_http, std::env::vars(), Patience::default())
    }

    /// As [`Files::open`], with other variables than the environment's.
    ///
    /// # Errors
    ///
    /// As for [`Files::open`].
    pub fn open_with(
        address: &str,
        allow_http: bool,
        variables: impl IntoIterator<Item = (String, String)>,
        patience: Patience,
    ) -> Result<Files, Error> {
        let Opened { engine, prefix } = address::open(address, allow_http, variables, patience)?;
        Ok(Files { engine, prefix, patience })
    }

    /// Stores a local file. Large files go in parts, and `unfinished` hears of the upload before its first byte.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or the storage is away or refuses. An upload in parts is aborted then.
    pub async fn put_file(
        &self,
        key: &str,
        file: &LocalPath,
        unfinished: &dyn Unfinished,
    ) -> Result<Stored, Error> {
        let pieces = put::pieces_of(file).await?;
        put::put(self, key, pieces, u64::MAX, unfinished).await
    }

    /// Stores a few bytes.
    ///
    /// # Errors
    ///
    /// When the storage is away or refuses.
    pub async fn put_bytes(&self, key: &str, bytes: Bytes) -> Result<Stored, Error> {
        let pieces = futures::stream::iter([Ok(bytes)]).boxed();
        put::put(self, key, pieces, u64::MAX, &()).await
    }

    /// Stores a stream of at most `limit` bytes, such as an upload.
    ///
    /// # Errors
    ///
    /// When there are more bytes, the stream ends with an error, or the storage is away or refuses. Nothing is stored
    /// then, and an upload in parts is aborted.
    pub async fn put_stream<E>(
        &self,
        key: &str,
        stream: impl futures::Stream<Item = Result<Bytes, E>> + Send,
        limit: u64,
        unfinished: &dyn Unfinished,
    ) -> Result<Stored, Error>
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let pieces = stream.map_err(|error| Error::Source { source: error.into() }).boxed();
        put::put(self, key, pieces, limit, unfinished).await
    }

    /// Aborts an upload that [`Unfinished::begun`] was told of. It is no error when the upload is no more.
    ///
    /// # Errors
    ///
    /// When the storage is away or refuses.
    pub async fn abort(&self, key: &str, upload: &str) -> Result<(), Error> {
        put::abort(self, key, upload).await
    }

    /// Downloads a file: to a temporary name beside `to`, checked, and renamed. `sha256` is lower-case hexadecimal.
    ///
    /// # Errors
    ///
    /// When there is no such file, its bytes have another SHA-256, the storage is away or refuses, or the local file
    /// cannot be written. Nothing is at `to` then that was not there before.
    pub async fn get_to_file(&self, key: &str, to: &LocalPath, sha256: &str) -> Result<u64, Error> {
        get::to_file(self, key, to, sha256).await
    }

    /// Opens a file, or a range of its bytes, for reading. A line that breaks on the way is taken up again.
    ///
    /// # Errors
    ///
    /// When there is no such file, the range lies behind its end, or the storage is away or refuses.
    pub async fn stream(&self, key: &str, range: Option<std::ops::Range<u64>>) -> Result<Reading, Error> {
        get::open(self, key, range).await
    }

    /// Looks a file up.
    ///
    /// # Errors
    ///
    /// When there is no such file, or the storage is away or refuses.
    pub async fn head(&self, key: &str) -> Result<Entry, Error> {
        let path = self.path(key)?;
        let meta = self.call("looking a file up", key, || self.store().head(&path)).await?;
        Ok(Entry { key: key.to_owned(), bytes: meta.size, stored_at: meta.last_modified })
    }

    /// Lists the files whose keys start with the whole segments of `prefix`; all of them for an empty one. The list is
    /// complete before it is returned, so that what follows may delete.
    ///
    /// # Errors
    ///
    /// When the storage is away or refuses.
    pub async fn list(&self, prefix: &str) -> Result<Vec<Entry>, Error> {
        let path = if prefix.is_empty() {
            Path::parse(&self.prefix).map_err(|_| Error::Key { key: self.prefix.clone() })?
        } else {
            self.path(prefix)?
        };
        let list = || self.store().list(Some(&path)).try_collect::<Vec<_>>();
        let metas = self.call("listing files", "", list).await?;
        let entries = metas.into_iter().filter_map(|meta| {
            let key = self.key(&meta.location)?;
            Some(Entry { key, bytes: meta.size, stored_at: meta.last_modified })
        });
        Ok(entries.collect())
    }

    /// Deletes a file. It is no error when there is none.
    ///
    /// # Errors
    ///
    /// When the storage is away or refuses.
    pub async fn delete(&self, key: &str) -> Result<(), Error> {
        let path = self.path(key)?;
        match self.call("deleting a file", key, || self.store().delete(&path)).await {
            Err(Error::NotFound { .. }) => Ok(()),
            deleted => deleted,
        }
    }

    /// Writes, reads and deletes one small file.
    ///
    /// # Errors
    ///
    /// When any of it fails.
    pub async fn check(&self) -> Result<(), Error> {
        let key = format!("check/{}", crate::clock::new_id());
        let written = Bytes::from(key.clone());
        self.put_bytes(&key, written.clone()).await?;
        let read = self.stream(&key, None).await?.body.try_collect::<Vec<_>>().await;
        let deleted = self.delete(&key).await;
        if read?.concat() != written {
            return Err(Error::Integrity { key, what: "other bytes came back than were written".to_owned() });
        }
        deleted
    }

    fn store(&self) -> &dyn ObjectStore {
        match &self.engine {
            Engine::S3(store) => &**store,
            Engine::Folder(store, _) => &**store,
        }
    }

    fn path(&self, key: &str) -> Result<Path, Error> {
        let wrong = || Error::Key { key: key.to_owned() };
        // The library would take slashes at the ends away.
        if key.is_empty() || key.starts_with(['/', '.']) || key.ends_with('/') {
            return Err(wrong());
        }
        let whole = if self.prefix.is_empty() { key.to_owned() } else { format!("{}/{key}", self.prefix) };
        Path::parse(whole).map_err(|_| wrong())
    }

    /// The key of a path; `None` when the path is none of ours.
    fn key(&self, path: &Path) -> Option<String> {
        let key = path.as_ref().strip_prefix(&self.prefix)?.trim_start_matches('/');
        (!key.starts_with(UNFINISHED)).then(|| key.to_owned())
    }

    /// Waits for an answer, and asks again while the storage is away. The library does so too, but not for every way
    /// a line can break.
    async fn call<T, Answer>(
        &self,
        during: &'static str,
        key: &str,
        ask: impl Fn() -> Answer,
    ) -> Result<T, Error>
    where
        Answer: Future<Output = object_store::Result<T>>,
    {
        let deadline = Instant::now() + self.patience.whole;
        let mut pause = FIRST_PAUSE;
        loop {
            match self.once(during, key, ask()).await {
                Err(error) if error.is_passing() && Instant::now() + pause < deadline => {
                    tracing::debug!(during, %error, "The storage is away; trying again.");
                    tokio::time::sleep(jittered(pause)).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                answer => return answer,
            }
        }
    }

    /// Waits for one answer.
    async fn once<T>(
        &self,
        during: &'static str,
        key: &str,
        answer: impl Future<Output = object_store::Result<T>>,
    ) -> Result<T, Error> {
        match tokio::time::timeout(self.patience.whole + self.patience.silent, answer).await {
            Ok(answer) => answer.map_err(|error| Error::explain(during, key, error)),
            Err(_) => Err(Error::Away { during, source: None }),
        }
    }
}

/// Half of a pause at least, so that processes that failed together do not come back together.
fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(0.5 + crate::clock::jitter() / 2.0)
}

/// Lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The S3 store, where parts are told apart from a whole.
fn s3(files: &Files) -> Option<&Arc<object_store::aws::AmazonS3>> {
    match &files.engine {
        Engine::S3(store) => Some(store),
        Engine::Folder(..) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_can_be_spawned() {
        fn can_be_spawned(_: impl Future + Send) {}
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(&format!("file://{}", folder.path().display()), false).unwrap();
        can_be_spawned(files.put_file("x", folder.path(), &()));
        can_be_spawned(files.put_stream("x", futures::stream::empty::<Result<Bytes, Error>>(), 1, &()));
        can_be_spawned(files.get_to_file("x", folder.path(), ""));
        can_be_spawned(files.list(""));
        can_be_spawned(files.abort("x", "y"));
        can_be_spawned(files.check());
    }
}
