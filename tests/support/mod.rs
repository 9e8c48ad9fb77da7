//! Real servers for tests, and ways to harm them.
#![allow(dead_code, reason = "each test binary uses a part of it")]

pub mod disk;
pub mod postgres;
pub mod process;
pub mod proxy;
pub mod rabbitmq;
pub mod receiver;
pub mod s3;
pub mod signals;
pub mod wire;

/// A server's address from the environment.
pub fn address(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: this test needs real servers; run tests/run.sh, which starts them")
    })
}

/// Variables that give a process a clock of its own: `+10m`, or `@2026-03-08 06:59:57` to start at a moment (UTC). The
/// clock that counts durations is let be, as a wrong wall clock does.
pub fn shifted_clock(shift: &str) -> Vec<(&'static str, String)> {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().filter_map(Result::ok);
    let library = folders
        .map(|folder| folder.path().join("faketime/libfaketime.so.1"))
        .find(|path| path.exists())
        .expect("this test needs libfaketime: tests/run.sh installs the package faketime");
    vec![
        ("LD_PRELOAD", library.display().to_string()),
        ("FAKETIME", shift.to_owned()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ("TZ", "UTC".to_owned()),
    ]
}

/// A name no other test has, in this run or another.
pub fn unique(what: &str) -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{what}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}
