//! Webhooks of tenants and what they were told. The rows of deliveries are written by the transaction that writes a notice.

use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use super::db::{Row, Time, Tx, args, sql};
use super::read::listed;
use super::{Error, Store, micros};

/// Most webhooks of a tenant.
pub const MOST: i64 = 20;

/// An address of a tenant that hears when jobs end. The secret is in no value but [`Delivery`].
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Its id.
    pub id: Uuid,
    /// District.
    pub tenant: String,
    /// Address.
    pub url: String,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub made_at: Time,
    /// What it has not heard yet.
    pub waiting: i64,
}

impl Webhook {
    fn of(row: &Row) -> Result<Webhook, Error> {
        Ok(Webhook {
            id: row.id("id")?,
            tenant: row.text("tenant")?,
            url: row.text("url")?,
            made_by: row.text("made_by")?,
            made_at: row.time("made_at")?,
            waiting: row.int("waiting")?,
        })
    }
}

/// What a webhook was told, or is to be told.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its id, the same at each try.
    pub id: Uuid,
    /// The webhook.
    pub webhook: Uuid,
    /// The job and how it ended; none of a test.
    pub job: Option<(Uuid, String)>,
    /// When the job ended, or the test was asked for.
    pub at: Time,
    /// Tries so far.
    pub attempts: i64,
    /// When it is tried next; none once it was delivered or given up.
    pub due_at: Option<Time>,
    /// When it was tried last.
    pub tried_at: Option<Time>,
    /// When it was delivered.
    pub delivered_at: Option<Time>,
    /// What the receiver answered last.
    pub last_status: Option<i64>,
    /// Why it was not delivered, one sentence.
    pub last_error: Option<String>,
}

impl Told {
    fn of(row: &Row) -> Result<Told, Error> {
        let job = row.opt_id("job")?.zip(row.opt_text("state")?);
        Ok(Told {
            id: row.id("id")?,
            webhook: row.id("webhook")?,
            job,
            at: row.time("at")?,
            attempts: row.int("attempts")?,
            due_at: row.opt_time("due_at")?,
            tried_at: row.opt_time("tried_at")?,
            delivered_at: row.opt_time("delivered_at")?,
            last_status: row.opt_int("last_status")?,
            last_error: row.opt_text("last_error")?,
        })
    }
}

/// A delivery that is ours for a lease. Its token fences what is noted of it.
#[derive(Clone)]
pub struct Delivery {
    /// What is told.
    pub told: Told,
    /// Token of the lease.
    pub lease: Uuid,
    /// Where.
    pub url: String,
    /// What signs it.
    pub secret: String,
}

impl std::fmt::Debug for Delivery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Delivery").field("told", &self.told).finish_non_exhaustive()
    }
}

async fn noted(tx: &mut Tx, webhook: &Webhook, person: &str, action: &str) -> Result<(), Error> {
    let (no_job, no_state): (Option<Uuid>, Option<&str>) = (None, None);
    let detail = webhook.id.to_string();
    let row = args![no_job, &webhook.tenant, person, action, no_state, no_state, detail];
    tx.rows(sql!("audit_add"), row).await.map(drop)
}

impl Store {
    /// Makes a webhook; none when its tenant has [`MOST`] of them.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn add_webhook(
        &self,
        id: Uuid,
        tenant: &str,
        url: &str,
        secret: &str,
        person: &str,
    ) -> Result<Option<Webhook>, Error> {
        let mut tx = self.db.begin().await?;
        let rows = tx.rows(sql!("webhook_add"), args![id, tenant, url, secret, person, MOST]).await?;
        let Some(made) = rows.first().map(Webhook::of).transpose()? else { return Ok(None) };
        noted(&mut tx, &made, person, "add webhook").await?;
        tx.commit().await?;
        Ok(Some(made))
    }

    /// Webhooks of some tenants, the oldest first; only this one with an id.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn webhooks(&self, tenants: &[String], id: Option<Uuid>) -> Result<Vec<Webhook>, Error> {
        let rows = self.db.read(sql!("webhooks"), args![listed(tenants), id]).await?;
        rows.iter().map(Webhook::of).collect()
    }

    /// Takes a webhook away; what it has not heard it does not hear any more.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn delete_webhook(&self, id: Uuid, person: &str) -> Result<Option<Webhook>, Error> {
        let mut tx = self.db.begin().await?;
        let rows = tx.rows(sql!("webhook_delete"), args![id]).await?;
        let Some(gone) = rows.first().map(Webhook::of).transpose()? else { return Ok(None) };
        tx.rows(sql!("deliveries_drop"), args![id, "The webhook was deleted."]).await?;
        noted(&mut tx, &gone, person, "delete webhook").await?;
        tx.commit().await?;
        Ok(Some(gone))
    }

    /// Lets a webhook hear a test.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn test_webhook(&self, webhook: &Webhook, person: &str) -> Result<Told, Error> {
        let mut tx = self.db.begin().await?;
        let rows = tx.rows(sql!("delivery_test"), args![webhook.id]).await?;
        let told = rows.first().map(Told::of).transpose()?.ok_or_else(|| Error::Stored("id".to_owned()))?;
        noted(&mut tx, webhook, person, "test webhook").await?;
        tx.commit().await?;
        Ok(told)
    }

    /// What a webhook was told, newest first, behind a time and an id.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn deliveries(
        &self,
        webhook: Uuid,
        behind: Option<(Time, Uuid)>,
        limit: i64,
    ) -> Result<Vec<Told>, Error> {
        let (at, id) = behind.unzip();
        let rows = self.db.read(sql!("deliveries"), args![webhook, at, id, limit]).await?;
        rows.iter().map(Told::of).collect()
    }

    /// Takes what is due for a lease, at most `each` of one webhook and `most` in all; nothing of those in `busy`.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn take_deliveries(
        &self,
        lease: Duration,
        busy: &[Uuid],
        each: i64,
        most: i64,
    ) -> Result<Vec<Delivery>, Error> {
        // Mostly there is nothing, and looking costs no write.
        if self.db.read(sql!("deliveries_due"), &[]).await?.is_empty() {
            return Ok(Vec::new());
        }
        let token = crate::clock::new_run();
        let arguments = args![token, micros(lease), json!(busy).to_string(), each, most];
        let rows = self.write(sql!("deliveries_take"), arguments).await?;
        rows.iter()
            .map(|row| {
                let (url, secret) = (row.text("url")?, row.text("secret")?);
                Ok(Delivery { told: Told::of(row)?, lease: token, url, secret })
            })
            .collect()
    }

    /// Notes that a delivery arrived; false when the lease was over and somebody else has it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn delivered(&self, delivery: &Delivery, status: i64) -> Result<bool, Error> {
        let arguments = args![delivery.told.id, delivery.lease, status];
        Ok(!self.write(sql!("delivery_done"), arguments).await?.is_empty())
    }

    /// Notes that a delivery did not arrive: again after `delay`, or given up when the event is older than `give_up`.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn not_delivered(
        &self,
        delivery: &Delivery,
        status: Option<i64>,
        error: &str,
        delay: Duration,
        give_up: Duration,
    ) -> Result<bool, Error> {
        let arguments =
            args![delivery.told.id, delivery.lease, status, error, micros(delay), micros(give_up)];
        Ok(!self.write(sql!("delivery_failed"), arguments).await?.is_empty())
    }

    /// Deliveries of all webhooks that have not arrived, and how many of them were tried and failed.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn deliveries_open(&self) -> Result<(i64, i64), Error> {
        let rows = self.db.read(sql!("deliveries_open"), &[]).await?;
        let row = rows.first().ok_or_else(|| Error::Stored("waiting".to_owned()))?;
        Ok((row.int("waiting")?, row.int("failing")?))
    }

    /// Forgets deliveries that ended longer ago than this.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn forget_deliveries(&self, age: Duration) -> Result<(), Error> {
        self.write(sql!("deliveries_purge"), args![micros(age)]).await.map(drop)
    }
}
