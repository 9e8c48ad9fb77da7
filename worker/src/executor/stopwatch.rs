//! How long each step of a run took.

use std::time::Instant;

use extracts::kit::extract::{Phase, Watch};
use shared::clock;

use super::summary::Seconds;

/// Takes the time of each step and passes the steps on.
pub struct Stopwatch<'a> {
    inner: &'a mut dyn Watch,
    running: Option<(Phase, Instant)>,
    read: f64,
    build: f64,
    /// One entry a report, in the order of writing.
    writes: Vec<f64>,
}

impl<'a> Stopwatch<'a> {
    /// Passes steps on to `inner`.
    pub fn over(inner: &'a mut dyn Watch) -> Stopwatch<'a> {
        Stopwatch { inner, running: None, read: 0.0, build: 0.0, writes: Vec::new() }
    }

    /// Ends the running step.
    pub fn stop(&mut self) {
        let Some((phase, since)) = self.running.take() else { return };
        let seconds = since.elapsed().as_secs_f64();
        match phase {
            Phase::Read => self.read += seconds,
            Phase::Build => self.build += seconds,
            Phase::Write(_) => self.writes.push(seconds),
        }
    }

    /// Seconds of the report that was written as number `place`. Reading and building are done once for all
    /// reports; the first one is charged with them.
    pub fn seconds(&self, place: usize) -> Seconds {
        let write = self.writes.get(place).copied().unwrap_or_default();
        let (read, build) = if place == 0 { (self.read, self.build) } else { (0.0, 0.0) };
        Seconds::rounded(read, build, write)
    }
}

impl Watch for Stopwatch<'_> {
    fn phase(&mut self, phase: Phase, total: Option<u64>) {
        self.stop();
        self.running = Some((phase, clock::monotonic()));
        self.inner.phase(phase, total);
    }

    fn done(&mut self, rows: u64) {
        self.inner.done(rows);
    }
}
