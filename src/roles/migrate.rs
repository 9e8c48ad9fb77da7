//! `registrar migrate`: makes or updates the tables.

use super::{Source, block_on, engines};
use crate::commands::Failure;

/// Runs the command.
pub fn run(source: &Source) -> Result<(), Failure> {
    let settings = source.settings()?;
    block_on(async move {
        let store = engines::store(&settings, 2).await?;
        store.migrate().await.map_err(|e| Failure::new(1, e))?;
        println!("The database is up to date.");
        store.close().await;
        Ok(())
    })
}
