//! A connection of the pool while somebody uses it. Every call has a time-out, and a connection that ran into one, or
//! whose call was given up half-way, is thrown away: a line that fell silent would hold its place in the pool for ever,
//! and half an answer must not meet the next statement.

use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::PgPool;
use sqlx::{Executor, Postgres};
use tokio::time::timeout;

use super::{Arg, Row, rows_postgres};
use crate::store::Error;

/// How much longer than the server's own limit an answer may take.
const GRACE: Duration = Duration::from_secs(1);

/// A borrowed connection.
#[derive(Debug)]
pub struct Lent {
    connection: Option<PoolConnection<Postgres>>,
    patience: Duration,
    /// A call was begun and has no answer.
    waits: bool,
    /// A transaction is open.
    open: bool,
}

impl Lent {
    /// Borrows one. `limit` is the server's own limit for a statement.
    pub async fn from(pool: &PgPool, limit: Duration) -> Result<Lent, Error> {
        let connection = pool.acquire().await?;
        Ok(Lent { connection: Some(connection), patience: limit + GRACE, waits: false, open: false })
    }

    async fn call<T>(
        &mut self,
        call: impl AsyncFnOnce(&mut sqlx::PgConnection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let Some(connection) = &mut self.connection else { return Err(silent()) };
        self.waits = true;
        match timeout(self.patience, call(connection)).await {
            Ok(answer) => {
                self.waits = false;
                answer
            }
            Err(_) => Err(silent()),
        }
    }

    /// Runs a statement with parameters.
    pub async fn rows(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<Vec<Row>, Error> {
        self.call(async |connection| rows_postgres(connection, sql, args).await).await
    }

    /// Runs plain words without an answer of their own.
    pub async fn say(&mut self, words: &'static str) -> Result<(), Error> {
        self.call(async |connection| Ok(connection.execute(sqlx::raw_sql(words)).await.map(drop)?)).await
    }

    /// Begins a transaction.
    pub async fn begin(&mut self) -> Result<(), Error> {
        self.open = true;
        self.say("BEGIN").await
    }

    /// Ends it and makes it durable.
    pub async fn commit(&mut self) -> Result<(), Error> {
        self.say("COMMIT").await?;
        self.open = false;
        Ok(())
    }

    /// Closes the connection, with all that its session holds.
    pub fn close(&mut self) {
        drop(self.connection.take().map(PoolConnection::detach));
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if self.waits {
            return self.close();
        }
        if !self.open || self.connection.is_none() {
            return;
        }
        // Undone before anybody else gets it; without a runtime the server undoes it, as the line ends.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return self.close() };
        let mut rest =
            Lent { connection: self.connection.take(), patience: self.patience, waits: false, open: false };
        runtime.spawn(async move {
            if rest.say("ROLLBACK").await.is_err() {
                rest.close();
            }
        });
    }
}

/// No answer came.
fn silent() -> Error {
    let silence = std::io::Error::new(std::io::ErrorKind::TimedOut, "the database does not answer");
    Error::Database(sqlx::Error::Io(silence))
}
