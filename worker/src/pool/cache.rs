//! Snapshots on this worker's disk: one folder per worker process, each file checked by its SHA-256 and renamed into
//! place, pinned while a job reads it, evicted by age when space is short (reliability, section 4).

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use campus::snapshot::MANIFEST;
use campus::snapshot::manifest::Manifest;
use rustix::fs::{FlockOperation, flock};
use shared::clock;
use shared::files::{self, Files};
use shared::job::snapshot_key;
use shared::store::StoredSnapshot;
use uuid::Uuid;

/// Why a snapshot is not there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Storage failed.
    #[error(transparent)]
    Files(#[from] files::Error),
    /// The scratch disk failed.
    #[error("the scratch folder cannot be written: {0}")]
    Scratch(#[from] io::Error),
    /// The stored manifest cannot be read.
    #[error("the snapshot's manifest cannot be read")]
    Manifest,
}

#[derive(Debug)]
struct Entry {
    bytes: u64,
    pins: usize,
    used: Instant,
    /// Held while the snapshot is downloaded.
    loading: Arc<tokio::sync::Mutex<bool>>,
}

/// The scratch folder of one worker process.
#[derive(Debug)]
pub struct Scratch {
    folder: PathBuf,
    space: u64,
    entries: Mutex<HashMap<Uuid, Entry>>,
    _lock: File,
}

/// A snapshot that stays while this lives.
#[derive(Debug)]
pub struct Pinned {
    scratch: Arc<Scratch>,
    id: Uuid,
    /// Its folder.
    pub folder: PathBuf,
}

impl Drop for Pinned {
    fn drop(&mut self) {
        let mut entries = self.scratch.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.get_mut(&self.id) {
            entry.pins -= 1;
            entry.used = clock::monotonic();
        }
    }
}

impl Scratch {
    /// Makes the folder of a worker, and removes those of workers that are gone.
    ///
    /// # Errors
    /// When the disk cannot be written.
    pub fn open(base: &Path, worker: Uuid, space: u64) -> io::Result<Scratch> {
        fs::create_dir_all(base)?;
        for entry in fs::read_dir(base)? {
            let path = entry?.path();
            let lock = path.with_extension("lock");
            let abandoned = path.is_dir()
                && File::open(&lock)
                    .is_ok_and(|f| flock(&f, FlockOperation::NonBlockingLockExclusive).is_ok());
            if abandoned {
                // Another worker may remove it at the same time.
                let _removed = fs::remove_dir_all(&path).and_then(|()| fs::remove_file(&lock));
            }
        }
        let folder = base.join(format!("worker-{worker}"));
        let lock = File::create(folder.with_extension("lock"))?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
        fs::create_dir_all(folder.join("snapshots"))?;
        fs::create_dir_all(folder.join("runs"))?;
        Ok(Scratch { folder, space, entries: Mutex::default(), _lock: lock })
    }

    /// A new folder for one run.
    ///
    /// # Errors
    /// When the disk cannot be written.
    pub fn run(&self, run: Uuid) -> io::Result<PathBuf> {
        let folder = self.folder.join("runs").join(run.to_string());
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Removes everything.
    pub fn remove(&self) {
        // The next worker removes what is left.
        let _left = fs::remove_dir_all(&self.folder);
        let _left = fs::remove_file(self.folder.with_extension("lock"));
    }

    fn entry(&self, id: Uuid, bytes: u64) -> Arc<tokio::sync::Mutex<bool>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.entry(id).or_insert_with(|| Entry {
            bytes,
            pins: 0,
            used: clock::monotonic(),
            loading: Arc::default(),
        });
        entry.pins += 1;
        Arc::clone(&entry.loading)
    }

    /// Removes the snapshots used longest ago until `more` bytes fit.
    fn make_room(&self, more: u64) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let mut held: u64 = entries.values().map(|e| e.bytes).sum();
        let mut idle: Vec<(Instant, Uuid)> =
            entries.iter().filter(|(_, e)| e.pins == 0).map(|(id, e)| (e.used, *id)).collect();
        idle.sort_unstable();
        for (_, id) in idle {
            if held + more <= self.space {
                return;
            }
            if let Some(entry) = entries.remove(&id) {
                held -= entry.bytes;
                let _left = fs::remove_dir_all(self.folder.join("snapshots").join(id.to_string()));
            }
        }
    }

    /// A snapshot's folder, downloaded when it is not there.
    ///
    /// # Errors
    /// When storage or the disk fails.
    pub async fn snapshot(
        self: &Arc<Self>,
        files: &Files,
        snapshot: &StoredSnapshot,
    ) -> Result<Pinned, Error> {
        let id = snapshot.id;
        let folder = self.folder.join("snapshots").join(id.to_string());
        let bytes = u64::try_from(snapshot.bytes).unwrap_or_default();
        let loading = self.entry(id, bytes);
        let pinned = Pinned { scratch: Arc::clone(self), id, folder: folder.clone() };
        let mut there = loading.lock().await;
        if !*there {
            self.make_room(bytes);
            let manifest: Manifest = serde_json::from_str(&snapshot.manifest).map_err(|_| Error::Manifest)?;
            tokio::fs::create_dir_all(&folder).await?;
            for table in &manifest.tables {
                let name = format!("{}.parquet", table.table);
                let key = snapshot_key(&snapshot.tenant, id, &name);
                files.get_to_file(&key, &folder.join(&name), &table.sha256).await?;
            }
            tokio::fs::write(folder.join(MANIFEST), &snapshot.manifest).await?;
            *there = true;
        }
        Ok(pinned)
    }
}
