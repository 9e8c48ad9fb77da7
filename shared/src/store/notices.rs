//! Notices: the inbox of whoever submitted a job that ended (batch-queue, section 7). The statements that end a job
//! write them.

use std::time::Duration;

use uuid::Uuid;

use super::db::{Row, Time, args, sql};
use super::read::listed;
use super::{Error, Store, micros};

/// A job's end, as its submitter is told.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Number of the notice.
    pub seq: i64,
    /// District.
    pub tenant: String,
    /// The job.
    pub job: Uuid,
    /// Its extract.
    pub extract: String,
    /// Its label.
    pub label: Option<String>,
    /// How it ended.
    pub state: String,
    /// When.
    pub at: Time,
    /// When it was read.
    pub read_at: Option<Time>,
}

impl Notice {
    fn of(row: &Row) -> Result<Notice, Error> {
        Ok(Notice {
            seq: row.int("seq")?,
            tenant: row.text("tenant")?,
            job: row.id("job")?,
            extract: row.text("extract")?,
            label: row.opt_text("label")?,
            state: row.text("state")?,
            at: row.time("at")?,
            read_at: row.opt_time("read_at")?,
        })
    }
}

impl Store {
    /// A person's notices in some tenants, newest first; only those before `before`.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn notices(
        &self,
        tenants: &[String],
        person: &str,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<Notice>, Error> {
        let rows = self.db.read(sql!("notices"), args![listed(tenants), person, before, limit]).await?;
        rows.iter().map(Notice::of).collect()
    }

    /// How many notices a person has not read.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn unread(&self, tenants: &[String], person: &str) -> Result<i64, Error> {
        let rows = self.db.read(sql!("notices_unread"), args![listed(tenants), person]).await?;
        rows.first().map_or(Ok(0), |row| row.int("unread"))
    }

    /// Marks a notice of a person as read; none when there is no such notice.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn read_notice(
        &self,
        seq: i64,
        tenants: &[String],
        person: &str,
    ) -> Result<Option<Notice>, Error> {
        let rows = self.write(sql!("notice_read"), args![seq, listed(tenants), person]).await?;
        rows.first().map(Notice::of).transpose()
    }

    /// Forgets notices older than this.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn forget_notices(&self, age: Duration) -> Result<(), Error> {
        self.write(sql!("notices_purge"), args![micros(age)]).await.map(drop)
    }
}
