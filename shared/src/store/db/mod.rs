//! The two engines behind one small surface: run a statement, run several in one transaction.
//!
//! Every statement is a plain `.sql` file for each engine. On Postgres a file holds one statement; on SQLite it may
//! hold several, which see the same parameters. SQLite has one writer connection with immediate transactions.

mod lent;
mod value;

use std::str::FromStr;
use std::time::Duration;

use futures::TryStreamExt;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{Arguments as _, Sqlite};

pub use self::lent::Lent;
pub use self::value::{Arg, Row, Time};
use super::Error;

/// One statement in both dialects.
#[derive(Clone, Copy, Debug)]
pub struct Sql {
    /// For Postgres.
    pub postgres: &'static str,
    /// For SQLite.
    pub sqlite: &'static str,
}

/// The statement files of this name.
macro_rules! sql {
    ($name:literal) => {
        $crate::store::db::Sql {
            postgres: include_str!(concat!("sql/postgres/", $name, ".sql")),
            sqlite: include_str!(concat!("sql/sqlite/", $name, ".sql")),
        }
    };
}
pub(crate) use sql;

/// Parameters of a statement.
macro_rules! args {
    ($($arg:expr),* $(,)?) => { &[$($crate::store::db::Arg::from($arg)),*] };
}
pub(crate) use args;

/// A pool of connections to one database.
#[derive(Clone, Debug)]
pub enum Db {
    /// Postgres.
    Postgres {
        /// Connections whose commits are on disk when they return.
        pool: PgPool,
        /// Connections whose commits are on disk a moment later, in order with all others.
        lazy: PgPool,
        /// Longest time of a statement.
        limit: Duration,
    },
    /// SQLite: one writer, several readers.
    Sqlite {
        /// The one connection that writes.
        writer: SqlitePool,
        /// Connections that only read.
        readers: SqlitePool,
    },
}

/// What a crash of the database may undo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// Nothing: the commit is on disk when the statement returns.
    Durable,
    /// The last moments before the crash, and only together with everything that was committed after them. For
    /// statements whose loss the protocol makes up for (reliability, sections 1 to 3): an admission, a claim, a
    /// renewal, a progress note. SQLite makes these durable too.
    Lazy,
}

/// How a database is opened.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// Most connections of this process.
    pub connections: u32,
    /// Longest time for a statement or for getting a connection.
    pub time_out: Duration,
}

/// Statements of the queue find rows by key, a few at a time; no plan may turn into one that reads whole tables when the
/// database's idea of their sizes is old, as it is of tables that fill and empty within a minute.
const PLANS: &[(&str, &str)] = &[
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("enable_seqscan", "off"),
    ("enable_bitmapscan", "off"),
    ("jit", "off"),
];
/// Of lazy connections; their few statements are planned once.
const LAZY: &[(&str, &str)] = &[("synchronous_commit", "off"), ("plan_cache_mode", "force_generic_plan")];

impl Db {
    /// Opens `postgres://…` or `sqlite://path`.
    ///
    /// # Errors
    /// When the address is of neither kind, or the database does not answer.
    pub async fn open(address: &str, opening: Opening) -> Result<Db, Error> {
        if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            let options = PgConnectOptions::from_str(address).map_err(Error::address)?;
            let millis = opening.time_out.as_millis().to_string();
            let options = options
                .application_name("registrar")
                .options([("statement_timeout", millis.as_str())])
                .options(PLANS.iter().copied());
            let pools = PgPoolOptions::new()
                .max_connections(opening.connections)
                .acquire_timeout(opening.time_out)
                .test_before_acquire(false);
            let lazy = pools.clone().connect_lazy_with(options.clone().options(LAZY.iter().copied()));
            let pool = pools.connect_with(options).await?;
            return Ok(Db::Postgres { pool, lazy, limit: opening.time_out });
        }
        let Some(path) = address.strip_prefix("sqlite://") else {
            return Err(Error::Address("a database address starts with postgres:// or sqlite://".to_owned()));
        };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(opening.time_out);
        let pool = |size| {
            SqlitePoolOptions::new()
                .max_connections(size)
                .min_connections(1)
                .idle_timeout(None)
                .max_lifetime(None)
                .acquire_timeout(opening.time_out)
        };
        let writer = pool(1).connect_with(options.clone()).await?;
        let readers = pool(4).connect_with(options.read_only(true).create_if_missing(false)).await?;
        Ok(Db::Sqlite { writer, readers })
    }

    /// Whether this is SQLite.
    pub fn is_sqlite(&self) -> bool {
        matches!(self, Db::Sqlite { .. })
    }

    /// Runs a statement that changes rows, as a transaction of its own.
    pub async fn write(&self, sql: Sql, args: &[Arg<'_>], safety: Safety) -> Result<Vec<Row>, Error> {
        match self {
            Db::Postgres { pool, lazy, limit } => {
                let pool = if safety == Safety::Durable { pool } else { lazy };
                Lent::from(pool, *limit).await?.rows(sql.postgres, args).await
            }
            Db::Sqlite { .. } => {
                let mut tx = self.begin().await?;
                let rows = tx.rows(sql, args).await?;
                tx.commit().await?;
                Ok(rows)
            }
        }
    }

    /// Runs a statement that only reads.
    pub async fn read(&self, sql: Sql, args: &[Arg<'_>]) -> Result<Vec<Row>, Error> {
        match self {
            Db::Postgres { pool, limit, .. } => {
                Lent::from(pool, *limit).await?.rows(sql.postgres, args).await
            }
            Db::Sqlite { readers, .. } => {
                let mut connection = readers.acquire().await?;
                rows_sqlite(&mut connection, sql.sqlite, args).await
            }
        }
    }

    /// Begins a transaction. It is undone when it is dropped without a commit.
    pub async fn begin(&self) -> Result<Tx, Error> {
        Ok(match self {
            Db::Postgres { pool, limit, .. } => {
                let mut lent = Lent::from(pool, *limit).await?;
                lent.begin().await?;
                Tx::Postgres(lent)
            }
            Db::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
        })
    }

    /// A Postgres connection of its own, whose commits are lazy ones; `None` on SQLite.
    pub async fn alone(&self) -> Result<Option<Lent>, Error> {
        match self {
            Db::Postgres { lazy, limit, .. } => Ok(Some(Lent::from(lazy, *limit).await?)),
            Db::Sqlite { .. } => Ok(None),
        }
    }

    /// Makes or updates the tables.
    ///
    /// # Errors
    /// When a migration fails, or the database was made by a later program.
    pub async fn migrate(&self) -> Result<(), Error> {
        match self {
            Db::Postgres { pool, .. } => sqlx::migrate!("../migrations/postgres").run(pool).await,
            Db::Sqlite { writer, .. } => sqlx::migrate!("../migrations/sqlite").run(writer).await,
        }
        .map_err(Error::from)
    }

    /// Closes all connections.
    pub async fn close(&self) {
        match self {
            Db::Postgres { pool, lazy, .. } => {
                lazy.close().await;
                pool.close().await;
            }
            Db::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
        }
    }
}

/// A transaction.
#[derive(Debug)]
pub enum Tx {
    /// Of Postgres.
    Postgres(Lent),
    /// Of SQLite.
    Sqlite(sqlx::Transaction<'static, Sqlite>),
}

impl Tx {
    /// Runs a statement.
    pub async fn rows(&mut self, sql: Sql, args: &[Arg<'_>]) -> Result<Vec<Row>, Error> {
        match self {
            Tx::Postgres(lent) => lent.rows(sql.postgres, args).await,
            Tx::Sqlite(tx) => rows_sqlite(tx, sql.sqlite, args).await,
        }
    }

    /// Makes it durable.
    pub async fn commit(self) -> Result<(), Error> {
        match self {
            Tx::Postgres(mut lent) => lent.commit().await?,
            Tx::Sqlite(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// Runs one statement of Postgres.
pub(super) async fn rows_postgres(
    connection: &mut sqlx::PgConnection,
    sql: &'static str,
    args: &[Arg<'_>],
) -> Result<Vec<Row>, Error> {
    let mut bound = PgArguments::default();
    for arg in args {
        match arg {
            Arg::Int(n) => bound.add(n),
            Arg::Text(t) => bound.add(t),
            Arg::Owned(t) => bound.add(t),
            Arg::Id(id) => bound.add(id),
            Arg::Time(t) => bound.add(t),
            Arg::Flag(f) => bound.add(f),
        }
        .map_err(|e| Error::Database(sqlx::Error::Encode(e)))?;
    }
    let rows = sqlx::query_with(sql, bound).fetch_all(connection).await?;
    Ok(rows.into_iter().map(Row::Postgres).collect())
}

/// Runs the statements of one SQLite file.
async fn rows_sqlite(
    connection: &mut sqlx::SqliteConnection,
    sql: &'static str,
    args: &[Arg<'_>],
) -> Result<Vec<Row>, Error> {
    let mut bound = SqliteArguments::default();
    for arg in args {
        match arg {
            Arg::Int(n) => bound.add(*n),
            Arg::Text(t) => bound.add(t.map(str::to_owned)),
            Arg::Owned(t) => bound.add(t.clone()),
            Arg::Id(id) => bound.add(id.map(|id| id.to_string())),
            Arg::Time(t) => bound.add(t.map(|t| t.timestamp_micros())),
            Arg::Flag(f) => bound.add(*f),
        }
        .map_err(|e| Error::Database(sqlx::Error::Encode(e)))?;
    }
    let rows: Vec<_> = sqlx::query_with(sql, bound).fetch(connection).try_collect().await?;
    Ok(rows.into_iter().map(Row::Sqlite).collect())
}
