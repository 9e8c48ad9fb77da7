//! Suites on real services; `tests/run.sh` starts them.

mod store;

use std::time::Duration;

use shared::store::{Opening, Store};

const OPENING: Opening = Opening { connections: 8, time_out: Duration::from_secs(10) };

#[tokio::test]
async fn store_on_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = format!("sqlite://{}", folder.path().join("queue.db").display());
    let opened = Store::open(&address, OPENING).await.expect("opens");
    opened.migrate().await.expect("migrates");
    store::suite(&opened).await;
}

#[tokio::test]
async fn store_on_postgres() {
    let address = std::env::var("REGISTRAR_TEST_POSTGRES").expect("run tests/run.sh");
    let opened = Store::open(&address, OPENING).await.expect("opens");
    opened.migrate().await.expect("migrates");
    store::suite(&opened).await;
}
