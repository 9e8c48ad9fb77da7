//! Who works: slots and memory of each worker, seen each second.

use std::time::Duration;

use uuid::Uuid;

use super::db::{Row, Time, args, sql};
use super::{Error, Store, micros};

/// What a worker says of itself each second.
#[derive(Clone, Debug)]
pub struct Beat {
    /// Its id, new at each start.
    pub id: Uuid,
    /// Name of its machine.
    pub host: String,
    /// Program and version.
    pub program: String,
    /// Slots for batch jobs.
    pub batch_slots: i64,
    /// Slots for interactive jobs.
    pub interactive_slots: i64,
    /// Of them free.
    pub batch_free: i64,
    /// Of them free.
    pub interactive_free: i64,
    /// Bytes of memory for jobs.
    pub memory: i64,
    /// Of them free.
    pub memory_free: i64,
    /// Jobs that it has started.
    pub started: i64,
}

/// A worker as the database knows it.
#[derive(Clone, Debug)]
pub struct Worker {
    /// What it said last.
    pub beat: Beat,
    /// It takes no more jobs.
    pub draining: bool,
    /// When it started.
    pub started_at: Time,
    /// When it was last seen.
    pub seen_at: Time,
}

impl Worker {
    fn of(row: &Row) -> Result<Worker, Error> {
        Ok(Worker {
            beat: Beat {
                id: row.id("id")?,
                host: row.text("host")?,
                program: row.text("program")?,
                batch_slots: row.int("batch_slots")?,
                interactive_slots: row.int("interactive_slots")?,
                batch_free: row.int("batch_free")?,
                interactive_free: row.int("interactive_free")?,
                memory: row.int("memory")?,
                memory_free: row.int("memory_free")?,
                started: row.int("started")?,
            },
            draining: row.flag("draining")?,
            started_at: row.time("started_at")?,
            seen_at: row.time("seen_at")?,
        })
    }
}

impl Store {
    /// Notes that a worker lives; true when it is to drain.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn worker_seen(&self, beat: &Beat) -> Result<bool, Error> {
        let arguments = args![
            beat.id,
            &beat.host,
            &beat.program,
            beat.batch_slots,
            beat.interactive_slots,
            beat.batch_free,
            beat.interactive_free,
            beat.memory,
            beat.memory_free,
            beat.started,
        ];
        let rows = self.write_lazily(sql!("worker_seen"), arguments).await?;
        rows.first().map_or(Ok(false), |row| row.flag("draining"))
    }

    /// Forgets a worker that stops, and those not seen for an hour.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn worker_gone(&self, id: Uuid) -> Result<(), Error> {
        self.write(sql!("worker_gone"), args![id]).await.map(drop)
    }

    /// Tells a worker to take no more jobs; false when there is none with this id.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn drain(&self, id: Uuid) -> Result<bool, Error> {
        Ok(!self.write(sql!("worker_drain"), args![id]).await?.is_empty())
    }

    /// Workers seen within `alive`.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn workers(&self, alive: Duration) -> Result<Vec<Worker>, Error> {
        let rows = self.db.read(sql!("workers"), args![micros(alive)]).await?;
        rows.iter().map(Worker::of).collect()
    }
}
