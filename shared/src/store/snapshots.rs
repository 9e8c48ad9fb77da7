//! Snapshots of tenants: rows with choices, so that requests are checked without opening a file.

use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::db::{Arg, Row, Time, args, sql};
use super::read::listed;
use super::{Error, Store};
use crate::job::SnapshotRef;

/// A snapshot whose files are all stored.
#[derive(Debug)]
pub struct NewSnapshot<'a> {
    /// Its id.
    pub id: Uuid,
    /// District that it belongs to.
    pub tenant: &'a str,
    /// The import job.
    pub job: Option<Uuid>,
    /// `District.number` as stored.
    pub district: &'a str,
    /// As-of time.
    pub as_of: &'a str,
    /// What requests may name, as JSON.
    pub choices: &'a str,
    /// The manifest, as JSON.
    pub manifest: &'a str,
    /// Bytes of its files.
    pub bytes: i64,
    /// Findings of the import, as JSON.
    pub findings: &'a str,
}

impl NewSnapshot<'_> {
    /// As the statement takes them.
    pub(super) fn args(&self) -> [Arg<'_>; 9] {
        [
            self.id.into(),
            self.tenant.into(),
            self.job.into(),
            self.district.into(),
            self.as_of.into(),
            self.choices.into(),
            self.manifest.into(),
            self.bytes.into(),
            self.findings.into(),
        ]
    }
}

/// A snapshot as the database holds it.
#[derive(Clone, Debug)]
pub struct StoredSnapshot {
    /// Its id.
    pub id: Uuid,
    /// District that it belongs to.
    pub tenant: String,
    /// The import job.
    pub job: Option<Uuid>,
    /// `District.number` as stored.
    pub district: String,
    /// As-of time.
    pub as_of: String,
    /// When its import was submitted.
    pub submitted_at: Time,
    /// When it was complete.
    pub imported_at: Time,
    /// What requests may name, as JSON.
    pub choices: String,
    /// The manifest, as JSON.
    pub manifest: String,
    /// Bytes of its files.
    pub bytes: i64,
    /// Findings of the import, as JSON.
    pub findings: String,
    /// The newest good one.
    pub current: bool,
    /// The one that the weekly LEAD refresh named.
    pub lead: bool,
}

impl StoredSnapshot {
    fn of(row: &Row) -> Result<StoredSnapshot, Error> {
        Ok(StoredSnapshot {
            id: row.id("id")?,
            tenant: row.text("tenant")?,
            job: row.opt_id("job")?,
            district: row.text("district")?,
            as_of: row.text("as_of")?,
            submitted_at: row.time("submitted_at")?,
            imported_at: row.time("imported_at")?,
            choices: row.text("choices")?,
            manifest: row.text("manifest")?,
            bytes: row.int("bytes")?,
            findings: row.text("findings")?,
            current: row.flag("current")?,
            lead: row.flag("lead")?,
        })
    }

    /// The choices, read.
    ///
    /// # Errors
    /// When a later program wrote them.
    pub fn choices<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_str(&self.choices).map_err(|_| Error::Stored("snapshots.choices".to_owned()))
    }

    /// The findings, read.
    ///
    /// # Errors
    /// When a later program wrote them.
    pub fn findings(&self) -> Result<Value, Error> {
        serde_json::from_str(&self.findings).map_err(|_| Error::Stored("snapshots.findings".to_owned()))
    }
}

impl Store {
    /// Adds a snapshot; it is the current one at once when no later import is there.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn add_snapshot(&self, new: &NewSnapshot<'_>) -> Result<(), Error> {
        self.write(sql!("snapshot_add"), &new.args()).await.map(drop)
    }

    /// Snapshots of some tenants, newest first; only this one with an id.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn snapshots(
        &self,
        tenants: &[String],
        id: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<StoredSnapshot>, Error> {
        let rows = self.db.read(sql!("snapshots"), args![listed(tenants), id, limit]).await?;
        rows.iter().map(StoredSnapshot::of).collect()
    }

    /// The snapshot that a name stands for in a tenant: `current`, `lead` or an id. Its id and as-of time.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn snapshot_named(&self, tenant: &str, name: &str) -> Result<Option<SnapshotRef>, Error> {
        let rows = self.db.read(sql!("snapshot_head"), args![tenant, name]).await?;
        rows.first().map(|row| Ok(SnapshotRef { id: row.id("id")?, as_of: row.text("as_of")? })).transpose()
    }

    /// Notes the snapshot that an import job made.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn pin_snapshot(&self, job: Uuid, run: Uuid, snapshot: Uuid) -> Result<(), Error> {
        self.write(sql!("snapshot_pin"), args![job, run, snapshot]).await.map(drop)
    }

    /// Names a snapshot the tenant's LEAD snapshot.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn name_lead(&self, tenant: &str, snapshot: Uuid) -> Result<(), Error> {
        self.write(sql!("lead_put"), args![tenant, snapshot]).await.map(drop)
    }
}
