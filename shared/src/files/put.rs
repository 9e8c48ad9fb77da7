//! Storing.

use std::path::{Path as LocalPath, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures::stream::{BoxStream, FuturesUnordered};
use futures::{StreamExt, TryStreamExt};
use object_store::ObjectStoreExt;
use object_store::aws::AmazonS3;
use object_store::multipart::{MultipartStore, PartId};
use object_store::path::Path;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use uuid::Uuid;

use super::address::Engine;
use super::{Error, Files, UNFINISHED, hex, s3};

/// Size of a part; a smaller file goes in one request. S3 takes 10,000 parts, so a file may have 80 GB.
const PART: usize = 8 * 1024 * 1024;
/// Parts under way at once.
const AT_ONCE: usize = 3;
/// Bytes read from a local file at once.
const PIECE: usize = 256 * 1024;

pub(super) type Pieces<'a> = BoxStream<'a, Result<Bytes, Error>>;

/// What was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes in lower-case hexadecimal.
    pub sha256: String,
}

/// Hears of uploads in parts before their first byte. Storages do not list them, so whoever is to clean up after a
/// process that died has to have the id; see [`Files::abort`]. `()` hears nothing.
#[async_trait]
pub trait Unfinished: Send + Sync {
    /// An upload of `key` with the id `upload` begins.
    ///
    /// # Errors
    ///
    /// When the id could not be kept; the upload is given up then.
    async fn begun(&self, key: &str, upload: &str) -> Result<(), Box<dyn std::error::Error + Send + Sync>>;
}

#[async_trait]
impl Unfinished for () {
    async fn begun(&self, _: &str, _: &str) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Ok(())
    }
}

/// The bytes of a local file.
pub(super) async fn pieces_of(file: &LocalPath) -> Result<Pieces<'static>, Error> {
    let file = tokio::fs::File::open(file).await.map_err(Error::reading)?;
    let pieces = futures::stream::try_unfold(file, async |mut file| {
        let mut piece = BytesMut::with_capacity(PIECE);
        let read = file.read_buf(&mut piece).await.map_err(Error::reading)?;
        Ok((read > 0).then(|| (piece.freeze(), file)))
    });
    Ok(pieces.boxed())
}

/// Stores pieces under a key.
pub(super) async fn put(
    files: &Files,
    key: &str,
    pieces: Pieces<'_>,
    limit: u64,
    unfinished: &dyn Unfinished,
) -> Result<Stored, Error> {
    let path = files.path(key)?;
    let mut parts = Parts { pieces, rest: BytesMut::new(), limit, bytes: 0, hash: Sha256::new() };
    let (first, last) = parts.next().await?;
    if last {
        files.call("storing a file", "", || files.store().put(&path, first.clone().into())).await?;
        return Ok(parts.stored());
    }
    match &files.engine {
        Engine::S3(store) => in_parts(files, store, key, &path, first, &mut parts, unfinished).await?,
        Engine::Folder(store, root) => {
            let target = store
                .path_to_filesystem(&path)
                .map_err(|error| Error::explain("storing a file", key, error))?;
            in_folder(root, key, &target, first, &mut parts, unfinished).await?;
        }
    }
    Ok(parts.stored())
}

/// Pieces gathered into parts, counted and hashed.
struct Parts<'a> {
    pieces: Pieces<'a>,
    rest: BytesMut,
    limit: u64,
    bytes: u64,
    hash: Sha256,
}

impl Parts<'_> {
    /// The next part, and whether it is the last.
    async fn next(&mut self) -> Result<(Bytes, bool), Error> {
        let mut last = false;
        // One byte more than a part, as only that shows that it is not the last.
        while self.rest.len() <= PART {
            match self.pieces.try_next().await? {
                Some(piece) => {
                    self.bytes += piece.len() as u64;
                    if self.bytes > self.limit {
                        return Err(Error::TooLarge { limit: self.limit });
                    }
                    self.rest.extend_from_slice(&piece);
                }
                None => {
                    last = true;
                    break;
                }
            }
        }
        let part = self.rest.split_to(self.rest.len().min(PART)).freeze();
        let hash = std::mem::take(&mut self.hash);
        let hashed = part.clone();
        // A part is too much to hash between other tasks.
        self.hash = tokio::task::spawn_blocking(move || hash.chain_update(&hashed))
            .await
            .map_err(|error| Error::Away { during: "hashing a file", source: Some(error.into()) })?;
        Ok((part, last && self.rest.is_empty()))
    }

    fn stored(self) -> Stored {
        Stored { bytes: self.bytes, sha256: hex(&self.hash.finalize()) }
    }
}

async fn in_parts(
    files: &Files,
    store: &Arc<AmazonS3>,
    key: &str,
    path: &Path,
    first: Bytes,
    parts: &mut Parts<'_>,
    unfinished: &dyn Unfinished,
) -> Result<(), Error> {
    let upload = files.call("beginning an upload", "", || store.create_multipart(path)).await?;
    let sent = match unfinished.begun(key, &upload).await {
        Ok(()) => send_parts(files, store, path, &upload, first, parts).await,
        Err(source) => Err(Error::Note { source }),
    };
    let completed = match sent {
        Ok(ids) => complete(files, store, path, &upload, ids, parts.bytes).await,
        Err(error) => Err(error),
    };
    if completed.is_err() {
        // Not for long: the storage may be away, and the id is noted.
        match tokio::time::timeout(files.patience.silent, abort(files, key, &upload)).await {
            Ok(Ok(())) => {}
            _ => tracing::warn!(key, upload, "An upload could not be aborted; it is left to the reconciler."),
        }
    }
    completed
}

async fn send_parts(
    files: &Files,
    store: &Arc<AmazonS3>,
    path: &Path,
    upload: &String,
    first: Bytes,
    parts: &mut Parts<'_>,
) -> Result<Vec<PartId>, Error> {
    let send = async |place: usize, part: Bytes| {
        let sent = || store.put_part(path, upload, place, part.clone().into());
        files.call("storing a part of a file", "", sent).await.map(|id| (place, id))
    };
    let mut under_way = FuturesUnordered::new();
    let mut ids = Vec::new();
    let mut next = Some((first, false));
    let mut place = 0;
    while let Some((part, last)) = next.take() {
        under_way.push(send(place, part));
        place += 1;
        while under_way.len() >= AT_ONCE
            && let Some(sent) = under_way.next().await
        {
            ids.push(sent?);
        }
        if !last {
            next = Some(parts.next().await?);
        }
    }
    while let Some(sent) = under_way.next().await {
        ids.push(sent?);
    }
    ids.sort_by_key(|(place, _)| *place);
    Ok(ids.into_iter().map(|(_, id)| id).collect())
}

/// Completes an upload. When only the answer was lost, a second try finds no upload; the file itself then tells, as its
/// key is used once.
async fn complete(
    files: &Files,
    store: &Arc<AmazonS3>,
    path: &Path,
    upload: &String,
    ids: Vec<PartId>,
    bytes: u64,
) -> Result<(), Error> {
    let completed = || store.complete_multipart(path, upload, ids.clone());
    let Err(error) = files.call("completing an upload", "", completed).await else { return Ok(()) };
    match files.call("completing an upload", "", || files.store().head(path)).await {
        Ok(meta) if meta.size == bytes => Ok(()),
        _ => Err(error),
    }
}

/// The same in a folder: a file beside the others that gets its name at the end.
async fn in_folder(
    root: &LocalPath,
    key: &str,
    target: &LocalPath,
    first: Bytes,
    parts: &mut Parts<'_>,
    unfinished: &dyn Unfinished,
) -> Result<(), Error> {
    let upload = crate::clock::new_id().to_string();
    unfinished.begun(key, &upload).await.map_err(|source| Error::Note { source })?;
    let staged = staged(root, &upload);
    let written = write_staged(&staged, target, first, parts).await;
    if written.is_err() {
        // The first failure is the one to tell.
        let _ = tokio::fs::remove_file(&staged).await;
    }
    written
}

async fn write_staged(
    staged: &LocalPath,
    target: &LocalPath,
    first: Bytes,
    parts: &mut Parts<'_>,
) -> Result<(), Error> {
    for folder in [staged, target].into_iter().filter_map(LocalPath::parent) {
        tokio::fs::create_dir_all(folder).await.map_err(Error::writing)?;
    }
    let mut file = tokio::fs::File::create_new(staged).await.map_err(Error::writing)?;
    let mut next = Some((first, false));
    while let Some((part, last)) = next.take() {
        file.write_all(&part).await.map_err(Error::writing)?;
        if !last {
            next = Some(parts.next().await?);
        }
    }
    // The failure of the last write is told here, and not by the line that follows.
    file.flush().await.map_err(Error::writing)?;
    file.sync_all().await.map_err(Error::writing)?;
    tokio::fs::rename(staged, target).await.map_err(Error::writing)?;
    super::get::sync_folder_of(target).await
}

fn staged(root: &LocalPath, upload: &str) -> PathBuf {
    root.join(UNFINISHED).join(upload)
}

/// Aborts an upload; one that is no more is fine.
pub(super) async fn abort(files: &Files, key: &str, upload: &str) -> Result<(), Error> {
    let path = files.path(key)?;
    if let Some(store) = s3(files) {
        let upload = upload.to_owned();
        let aborted = || store.abort_multipart(&path, &upload);
        return match files.call("aborting an upload", key, aborted).await {
            Err(Error::NotFound { .. }) => Ok(()),
            aborted => aborted,
        };
    }
    let (Engine::Folder(_, root), Ok(upload)) = (&files.engine, upload.parse::<Uuid>()) else {
        return Err(Error::Key { key: upload.to_owned() });
    };
    match tokio::fs::remove_file(staged(root, &upload.to_string())).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::writing(error)),
        _ => Ok(()),
    }
}
