//! Audit log, people and their rights, pauses, and counts for the queue page.

use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use super::db::{Time, args, sql};
use super::read::listed;
use super::{Error, Store};

/// A row of the audit log, which only grows.
#[derive(Clone, Debug)]
pub struct AuditEntry {
    /// Order of the log.
    pub seq: i64,
    /// When.
    pub at: Time,
    /// Which job.
    pub job: Option<Uuid>,
    /// Which tenant.
    pub tenant: Option<String>,
    /// Who: a person, or the part of the program.
    pub person: String,
    /// What.
    pub action: String,
    /// State before.
    pub state_from: Option<String>,
    /// State after.
    pub state_to: Option<String>,
    /// Run id or file name.
    pub detail: Option<String>,
}

/// Filter of the audit log.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Tenants in scope.
    pub tenants: Vec<String>,
    /// One job.
    pub job: Option<Uuid>,
    /// One person.
    pub person: Option<String>,
    /// One action.
    pub action: Option<String>,
    /// Later than.
    pub after: Option<Time>,
    /// Earlier than.
    pub before: Option<Time>,
    /// Rows behind this one.
    pub seq: i64,
    /// Rows at most.
    pub limit: i64,
}

/// A person and what they may do in a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// District.
    pub tenant: String,
    /// Name.
    pub name: String,
    /// Rights as JSON.
    pub grants: String,
}

/// What is paused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paused {
    /// Tenants.
    pub tenants: Vec<String>,
    /// Extracts.
    pub extracts: Vec<String>,
}

/// How long jobs that may start have waited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineAges {
    /// The first of some tenants.
    pub oldest_wait: Duration,
    /// The first of all that are not handed out.
    pub relay_lag: Duration,
}

/// Jobs not finished, by where they stand.
#[derive(Clone, Debug)]
pub struct Count {
    /// State.
    pub state: String,
    /// Lane.
    pub lane: String,
    /// District.
    pub tenant: String,
    /// Extract.
    pub extract: String,
    /// How many.
    pub jobs: i64,
    /// The earliest `run_at` of them.
    pub oldest: Option<Time>,
}

impl Store {
    /// Writes a row of the audit log that no state change writes: a download, an operation.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn audit(
        &self,
        job: Option<Uuid>,
        tenant: Option<&str>,
        person: &str,
        action: &str,
        detail: Option<&str>,
    ) -> Result<(), Error> {
        let none: Option<&str> = None;
        self.write(sql!("audit_add"), args![job, tenant, person, action, none, none, detail]).await.map(drop)
    }

    /// A part of the audit log, oldest first.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn audit_log(&self, filter: &AuditFilter) -> Result<Vec<AuditEntry>, Error> {
        let arguments = args![
            listed(&filter.tenants),
            filter.job,
            filter.person.as_deref(),
            filter.action.as_deref(),
            filter.after,
            filter.before,
            filter.seq,
            filter.limit,
        ];
        let rows = self.db.read(sql!("audit"), arguments).await?;
        rows.iter()
            .map(|row| {
                Ok(AuditEntry {
                    seq: row.int("seq")?,
                    at: row.time("at")?,
                    job: row.opt_id("job")?,
                    tenant: row.opt_text("tenant")?,
                    person: row.text("person")?,
                    action: row.text("action")?,
                    state_from: row.opt_text("state_from")?,
                    state_to: row.opt_text("state_to")?,
                    detail: row.opt_text("detail")?,
                })
            })
            .collect()
    }

    /// Makes the people table say what the tokens file says: workers read a submitter's rights here.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn set_people(&self, people: &[Person]) -> Result<(), Error> {
        let mut tx = self.db.begin().await?;
        let pairs: Vec<_> = people.iter().map(|p| json!([p.tenant, p.name])).collect();
        tx.rows(sql!("people_forget"), args![json!(pairs).to_string()]).await?;
        for person in people {
            tx.rows(sql!("people_put"), args![&person.tenant, &person.name, &person.grants]).await?;
        }
        tx.commit().await
    }

    /// Rights of a person in a tenant, as JSON.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn grants(&self, tenant: &str, name: &str) -> Result<Option<String>, Error> {
        let rows = self.db.read(sql!("grants"), args![tenant, name]).await?;
        rows.first().map(|row| row.text("grants")).transpose()
    }

    /// Pauses or resumes a tenant. Pausing takes back what was handed out and not started.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn pause_tenant(&self, tenant: &str, paused: bool) -> Result<(), Error> {
        self.write(sql!("pause_tenant"), args![tenant, paused]).await?;
        self.unadmit(paused, Some(tenant), None).await
    }

    /// Takes back what was handed out, when `paused`.
    async fn unadmit(&self, paused: bool, tenant: Option<&str>, extract: Option<&str>) -> Result<(), Error> {
        if paused {
            self.write(sql!("line_unadmit"), args![tenant, extract]).await?;
        }
        Ok(())
    }

    /// How long jobs that may start have waited.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn line_ages(&self, tenants: &[String]) -> Result<LineAges, Error> {
        let rows = self.db.read(sql!("line_ages"), args![listed(tenants)]).await?;
        let row = rows.first().ok_or_else(|| Error::Stored("now".to_owned()))?;
        let now = row.time("now")?;
        let age = |since: Option<Time>| since.and_then(|at| (now - at).to_std().ok()).unwrap_or_default();
        Ok(LineAges { oldest_wait: age(row.opt_time("oldest")?), relay_lag: age(row.opt_time("unsent")?) })
    }

    /// Pauses or resumes an extract. Pausing takes back what was handed out and not started.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn pause_extract(&self, extract: &str, paused: bool) -> Result<(), Error> {
        let sql = if paused { sql!("pause_extract") } else { sql!("resume_extract") };
        self.write(sql, args![extract]).await?;
        self.unadmit(paused, None, Some(extract)).await
    }

    /// What is paused.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn paused(&self) -> Result<Paused, Error> {
        let mut paused = Paused::default();
        for row in self.db.read(sql!("paused"), &[]).await? {
            let name = row.text("name")?;
            if row.text("kind")? == "tenant" { paused.tenants.push(name) } else { paused.extracts.push(name) }
        }
        Ok(paused)
    }

    /// Jobs not finished of some tenants.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn counts(&self, tenants: &[String]) -> Result<Vec<Count>, Error> {
        let rows = self.db.read(sql!("queue_counts"), args![listed(tenants)]).await?;
        rows.iter()
            .map(|row| {
                Ok(Count {
                    state: row.text("state")?,
                    lane: row.text("lane")?,
                    tenant: row.text("tenant")?,
                    extract: row.text("extract")?,
                    jobs: row.int("jobs")?,
                    oldest: row.opt_time("oldest")?,
                })
            })
            .collect()
    }

    /// Jobs not finished of all tenants: state, lane, how many.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn totals(&self) -> Result<Vec<(String, String, i64)>, Error> {
        let rows = self.db.read(sql!("totals"), &[]).await?;
        rows.iter().map(|r| Ok((r.text("state")?, r.text("lane")?, r.int("jobs")?))).collect()
    }

    /// Dead letters noted so far.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn dead_letters(&self) -> Result<i64, Error> {
        let rows = self.db.read(sql!("dead_count"), &[]).await?;
        rows.first().map_or(Ok(0), |row| row.int("letters"))
    }
}
