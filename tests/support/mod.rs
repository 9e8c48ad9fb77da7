//! Real servers for tests, and ways to harm them.
#![allow(dead_code, reason = "each test binary uses a part of it")]

pub mod postgres;
pub mod process;
pub mod proxy;
pub mod rabbitmq;
pub mod receiver;
pub mod s3;
pub mod signals;

/// A server's address from the environment.
pub fn address(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: this test needs real servers; run tests/run.sh, which starts them")
    })
}

/// A name no other test has, in this run or another.
pub fn unique(what: &str) -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{what}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}
