//! Stopping: a flag that is set once.

use tokio::sync::watch;

/// Waits until a flag is set, or nobody is left to set it.
pub async fn stopped(flag: &mut watch::Receiver<bool>) {
    let _set_or_gone = flag.wait_for(|set| *set).await.is_ok();
}
