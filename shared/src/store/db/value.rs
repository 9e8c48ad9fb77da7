//! Values that go into statements and rows that come out, the same for both engines.

use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Row as _, Type};
use uuid::Uuid;

use crate::store::Error;

/// A moment in UTC. The store's moments are the database's.
pub type Time = DateTime<Utc>;

/// A parameter. SQLite holds ids as text and moments as microseconds since 1970.
#[derive(Clone, Debug)]
pub enum Arg<'a> {
    /// A whole number or null.
    Int(Option<i64>),
    /// A text or null.
    Text(Option<&'a str>),
    /// A text made for this call.
    Owned(String),
    /// An id or null.
    Id(Option<Uuid>),
    /// A moment or null.
    Time(Option<Time>),
    /// True or false.
    Flag(bool),
}

macro_rules! from {
    ($($type:ty => |$value:ident| $arg:expr),* $(,)?) => {$(
        impl<'a> From<$type> for Arg<'a> {
            fn from($value: $type) -> Arg<'a> {
                $arg
            }
        }
    )*};
}

from! {
    i64 => |n| Arg::Int(Some(n)),
    Option<i64> => |n| Arg::Int(n),
    &'a str => |t| Arg::Text(Some(t)),
    &'a String => |t| Arg::Text(Some(t)),
    Option<&'a str> => |t| Arg::Text(t),
    String => |t| Arg::Owned(t),
    Uuid => |id| Arg::Id(Some(id)),
    Option<Uuid> => |id| Arg::Id(id),
    Time => |t| Arg::Time(Some(t)),
    Option<Time> => |t| Arg::Time(t),
    bool => |f| Arg::Flag(f),
}

/// A row of a result.
#[derive(Debug)]
pub enum Row {
    /// Of Postgres.
    Postgres(PgRow),
    /// Of SQLite.
    Sqlite(SqliteRow),
}

impl Row {
    fn get<T>(&self, column: &str) -> Result<T, Error>
    where
        T: for<'r> Decode<'r, sqlx::Postgres>
            + Type<sqlx::Postgres>
            + for<'r> Decode<'r, sqlx::Sqlite>
            + Type<sqlx::Sqlite>,
    {
        match self {
            Row::Postgres(row) => row.try_get(column),
            Row::Sqlite(row) => row.try_get(column),
        }
        .map_err(Error::from)
    }

    /// A whole number that may be null.
    pub fn opt_int(&self, column: &str) -> Result<Option<i64>, Error> {
        self.get(column)
    }

    /// A whole number.
    pub fn int(&self, column: &str) -> Result<i64, Error> {
        self.get(column)
    }

    /// A text that may be null.
    pub fn opt_text(&self, column: &str) -> Result<Option<String>, Error> {
        self.get(column)
    }

    /// A text.
    pub fn text(&self, column: &str) -> Result<String, Error> {
        self.get(column)
    }

    /// True or false.
    pub fn flag(&self, column: &str) -> Result<bool, Error> {
        self.get(column)
    }

    /// An id that may be null.
    pub fn opt_id(&self, column: &str) -> Result<Option<Uuid>, Error> {
        match self {
            Row::Postgres(row) => Ok(row.try_get(column)?),
            Row::Sqlite(row) => {
                let text: Option<String> = row.try_get(column)?;
                text.map(|t| Uuid::parse_str(&t).map_err(|_| Error::Stored(column.to_owned()))).transpose()
            }
        }
    }

    /// An id.
    pub fn id(&self, column: &str) -> Result<Uuid, Error> {
        self.opt_id(column)?.ok_or_else(|| Error::Stored(column.to_owned()))
    }

    /// A moment that may be null.
    pub fn opt_time(&self, column: &str) -> Result<Option<Time>, Error> {
        match self {
            Row::Postgres(row) => Ok(row.try_get(column)?),
            Row::Sqlite(row) => {
                let micros: Option<i64> = row.try_get(column)?;
                let stored = || Error::Stored(column.to_owned());
                micros.map(|m| DateTime::from_timestamp_micros(m).ok_or_else(stored)).transpose()
            }
        }
    }

    /// A moment.
    pub fn time(&self, column: &str) -> Result<Time, Error> {
        self.opt_time(column)?.ok_or_else(|| Error::Stored(column.to_owned()))
    }
}
