//! The two engines of the store, each with a new database and its tables.

use std::time::Duration;

use shared::store::{Opening, Store};
use tempfile::TempDir;

use super::support::postgres::Database;

/// How tests open a store.
pub const OPENING: Opening = Opening { connections: 8, time_out: Duration::from_secs(10) };

/// SQLite in a folder, which goes with the test.
pub async fn sqlite() -> (Store, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let address = format!("sqlite://{}", folder.path().join("queue.db").display());
    (ready(&address).await, folder)
}

/// Postgres, in a database which goes with the test.
pub async fn postgres() -> (Store, Database) {
    let database = Database::create();
    (ready(&database.address).await, database)
}

async fn ready(address: &str) -> Store {
    let store = Store::open(address, OPENING).await.expect("opens");
    store.migrate().await.expect("migrates");
    store
}
