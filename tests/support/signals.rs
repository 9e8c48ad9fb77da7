//! Waiting for a condition, never for a time.

use std::time::Duration;

/// Long enough for a restart of a server on a busy machine.
pub const LONG: Duration = Duration::from_secs(60);

/// Waits until `condition` gives a value, and fails the test after `within`.
pub async fn eventually<T>(what: &str, within: Duration, mut condition: impl AsyncFnMut() -> Option<T>) -> T {
    let start = shared::clock::monotonic();
    loop {
        if let Some(value) = condition().await {
            return value;
        }
        assert!(start.elapsed() < within, "not within {within:?}: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits for a future, and fails the test after `within`.
pub async fn soon<T>(what: &str, within: Duration, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(within, future).await {
        Ok(value) => value,
        Err(_) => panic!("not within {within:?}: {what}"),
    }
}
