//! The database: the truth about jobs (reliability, sections 1 to 3). One implementation of the protocol, with plain
//! statements for Postgres and for SQLite in `sql/`.

mod act;
pub mod db;
mod explanations;
mod line;
mod notices;
mod read;
mod records;
mod refresh;
mod run;
mod schedules;
mod signals;
mod snapshots;
mod submit;
mod sweep;
mod trash;
mod uploads;
mod webhooks;
mod workers;

use std::time::Duration;

pub use self::act::{Acted, Patch};
use self::db::Safety;
pub use self::db::{Opening, Time};
pub use self::explanations::{Answer, PATIENCE, Question};
pub use self::line::{Admitted, Leader, Line, Room};
pub use self::notices::Notice;
pub use self::read::{Filter, View};
pub use self::records::{AuditEntry, AuditFilter, Count, LineAges, Paused, Person};
pub use self::refresh::Refreshed;
pub use self::run::{Ask, Claimed, Done, Settlement, Zones};
pub use self::schedules::Fired;
pub use self::signals::{Signal, Signals, woken};
pub use self::snapshots::{NewSnapshot, StoredSnapshot};
pub use self::submit::Submitted;
pub use self::sweep::KnownRun;
pub use self::uploads::RunUploads;
pub use self::webhooks::{Delivery, MOST as MOST_WEBHOOKS, Told, Webhook};
pub use self::workers::{Beat, Worker};

/// What a statement can fail with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address cannot be used.
    #[error("the database address cannot be used: {0}")]
    Address(String),
    /// The engine or the way to it failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The tables cannot be made or updated.
    #[error("the database cannot be migrated: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A stored value cannot be read.
    #[error("the stored column {0} cannot be read by this program")]
    Stored(String),
    /// The idempotency key was used for another body.
    #[error("the idempotency key was used for another job in the last 24 hours")]
    KeyReused,
}

impl Error {
    /// An address that its driver refuses.
    fn address(error: sqlx::Error) -> Error {
        Error::Address(error.to_string())
    }

    /// The database is away or busy; trying again later may go better.
    pub fn away(&self) -> bool {
        match self {
            Error::Database(sqlx::Error::Database(e)) => e.code().is_some_and(|code| {
                // Connection, shutdown and resource classes of Postgres; 5 and 6 are SQLite's busy and locked.
                ["08", "53", "57", "58", "40"].iter().any(|class| code.starts_with(class) && code.len() == 5)
                    || matches!(&*code, "5" | "6" | "13" | "517")
            }),
            Error::Database(
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::Protocol(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed,
            ) => true,
            _ => false,
        }
    }

    /// The transaction lost against another one and can be tried again at once.
    fn lost_race(&self) -> bool {
        matches!(self, Error::Database(sqlx::Error::Database(e))
            if e.code().is_some_and(|code| matches!(&*code, "40001" | "40P01")))
    }
}

/// The store. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    db: db::Db,
}

impl Store {
    /// Opens the database of an address; `migrate` makes its tables.
    ///
    /// # Errors
    /// When the address is wrong or the database does not answer.
    pub async fn open(address: &str, opening: Opening) -> Result<Store, Error> {
        Ok(Store { db: db::Db::open(address, opening).await? })
    }

    /// Makes or updates the tables.
    ///
    /// # Errors
    /// When a migration fails, or the database was made by a later program.
    pub async fn migrate(&self) -> Result<(), Error> {
        self.db.migrate().await
    }

    /// Whether this is SQLite, which one process alone may use.
    pub fn embedded(&self) -> bool {
        self.db.is_sqlite()
    }

    /// The database's time.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn now(&self) -> Result<Time, Error> {
        let rows = self.db.read(db::sql!("now"), &[]).await?;
        rows.first().ok_or_else(|| Error::Stored("now".to_owned()))?.time("now")
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.db.close().await;
    }

    /// Runs a statement; it is durable when this returns.
    async fn write(&self, sql: db::Sql, args: &[db::Arg<'_>]) -> Result<Vec<db::Row>, Error> {
        self.write_with(sql, args, Safety::Durable).await
    }

    /// Runs a statement whose loss in a crash of the database is made up for.
    async fn write_lazily(&self, sql: db::Sql, args: &[db::Arg<'_>]) -> Result<Vec<db::Row>, Error> {
        self.write_with(sql, args, Safety::Lazy).await
    }

    /// Runs a statement again when it lost a race with another transaction.
    async fn write_with(
        &self,
        sql: db::Sql,
        args: &[db::Arg<'_>],
        safety: Safety,
    ) -> Result<Vec<db::Row>, Error> {
        for _ in 0..5 {
            match self.db.write(sql, args, safety).await {
                Err(error) if error.lost_race() => tokio::task::yield_now().await,
                other => return other,
            }
        }
        self.db.write(sql, args, safety).await
    }
}

/// Microseconds of a duration, as statements take them.
fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
