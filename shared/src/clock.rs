//! The only place where this workspace's servers read the machine's clock or draw randomness.
//!
//! Times that decide anything are the database's; the machine's clock only counts durations, orders ids and finds the
//! offset of a time zone.

#![allow(clippy::disallowed_methods, reason = "this is the one place")]

use std::time::Instant;

use chrono::{DateTime, Offset, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

/// Now, by this machine's clock.
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// A point on the monotonic clock.
pub fn monotonic() -> Instant {
    Instant::now()
}

/// A new id: UUIDv7, ordered by time.
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// A new run id, never used again: random, so that nobody can guess a lease token.
pub fn new_run() -> Uuid {
    Uuid::new_v4()
}

/// Random bytes from the system, for tokens.
pub fn secret() -> [u8; 32] {
    rand::random()
}

/// A random fraction from 0 to 1, for jitter.
pub fn jitter() -> f64 {
    rand::random()
}

/// Seconds that a time zone is ahead of UTC at a moment.
pub fn offset(zone: Tz, at: DateTime<Utc>) -> i64 {
    i64::from(at.with_timezone(&zone).offset().fix().local_minus_utc())
}
