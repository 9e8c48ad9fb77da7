//! Ctrl-C during an import or an extract: what lies half-made beside its place goes, and nothing of it was ever visible.

use std::path::{Path, PathBuf};

/// Exit status of a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// From now on Ctrl-C and SIGTERM remove this process's hidden folders in `places` and end it. Their names hold the
/// process's id.
pub fn clean_up(places: Vec<PathBuf>) {
    let (ready, heard) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(async {
            let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
            else {
                return;
            };
            let interrupt = tokio::signal::ctrl_c();
            tokio::pin!(interrupt);
            // The first poll registers it.
            let _pending = futures::poll!(&mut interrupt);
            // The command waits for this.
            let _gone = ready.send(());
            tokio::select! {
                _ = &mut interrupt => {}
                _ = terminate.recv() => {}
            }
            for place in &places {
                remove_own(place);
            }
            eprintln!("interrupted; nothing was made");
            std::process::exit(INTERRUPTED);
        });
    });
    // An error means that no signal can be heard; then they end the process as they always do.
    let _ready = heard.recv();
}

/// Removes folders whose names say that this process made them.
fn remove_own(place: &Path) {
    let mark = format!("-{}-", std::process::id());
    let Ok(entries) = std::fs::read_dir(place) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().contains(&mark) {
            // What cannot be removed is hidden and harms nothing.
            let _left = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// The folder that holds a path.
pub fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
