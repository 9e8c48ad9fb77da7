//! Uploads in parts: their ids are kept before the first byte, as stores do not list what was never completed
//! (reliability, section 5). The reconciler aborts those whose process died.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

use super::db::{args, sql};
use super::{Error, Store, micros};
use crate::files::Unfinished;

/// Keeps the ids of one run's uploads.
#[derive(Debug)]
pub struct RunUploads<'a> {
    store: &'a Store,
    job: Uuid,
    run: Option<Uuid>,
    begun: Mutex<Vec<String>>,
}

impl<'a> RunUploads<'a> {
    /// Of a run; without one, of a bundle on its way in.
    pub fn of(store: &'a Store, job: Uuid, run: Option<Uuid>) -> RunUploads<'a> {
        RunUploads { store, job, run, begun: Mutex::default() }
    }

    /// Forgets them: all files are stored.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn over(&self) -> Result<(), Error> {
        let begun = std::mem::take(&mut *self.begun.lock().unwrap_or_else(PoisonError::into_inner));
        for upload in begun {
            self.store.upload_over(&upload).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Unfinished for RunUploads<'_> {
    async fn begun(&self, key: &str, upload: &str) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let arguments = args![upload, key, self.job, self.run];
        self.store.write(sql!("upload_put"), arguments).await?;
        self.begun.lock().unwrap_or_else(PoisonError::into_inner).push(upload.to_owned());
        Ok(())
    }
}

impl Store {
    /// Uploads begun longer than `age` ago, whose run holds no lease: key and upload id.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn old_uploads(&self, age: Duration) -> Result<Vec<(String, String)>, Error> {
        let rows = self.db.read(sql!("uploads_old"), args![micros(age)]).await?;
        rows.iter().map(|row| Ok((row.text("object_key")?, row.text("upload")?))).collect()
    }

    /// Forgets an upload that is complete or aborted.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn upload_over(&self, upload: &str) -> Result<(), Error> {
        self.write(sql!("upload_gone"), args![upload]).await.map(drop)
    }
}
