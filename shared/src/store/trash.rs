//! Marks on results that are to go. The statement that hides a result marks its folder in the same transaction (migration
//! 4); a download that began before may read from it for an hour (reliability, section 5).

use std::time::Duration;

use super::db::{args, sql};
use super::read::listed;
use super::{Error, Store, micros};

impl Store {
    /// Of some folders, `results/<tenant>/<job>/<run>`, those whose result was hidden less than `hour` ago.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn hidden_within(&self, folders: &[String], hour: Duration) -> Result<Vec<String>, Error> {
        let rows = self.db.read(sql!("trash_recent"), args![listed(folders), micros(hour)]).await?;
        rows.iter().map(|row| row.text("object_key")).collect()
    }

    /// Forgets marks older than `hour`: they mean nothing any more.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn forget_marks(&self, hour: Duration) -> Result<(), Error> {
        self.write(sql!("trash_purge"), args![micros(hour)]).await.map(drop)
    }
}
