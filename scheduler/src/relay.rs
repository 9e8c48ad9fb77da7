//! Admits waiting jobs and publishes their messages (reliability, section 1).
//!
//! One relay at a time per database. Admitted but unclaimed jobs are at most the free slots plus what the fleet started
//! in the last quarter second; the rest wait as rows, where fairness, cancel and edit are instant.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use shared::broker::Pointer;
use shared::clock;
use shared::job::Lane;
use shared::job::fairness::{Running, Streak, pick};
use shared::store::{Admitted, Error, Leader, Signal, woken};
use tokio::sync::watch;

use super::Parts;

/// What the fleet started in this time is handed out ahead.
const AHEAD: Duration = Duration::from_millis(250);
/// Most jobs of one pass.
const MOST: i64 = 500;
/// A lane whose queue is empty while jobs are handed out and slots are free has lost messages after this time.
const LOST: Duration = Duration::from_secs(3);

/// Positions that are published each second, and how often all of them are.
const NEAR: i64 = 1000;
const FAR_EVERY: u64 = 30;

/// Relays while it leads.
pub async fn run(parts: Parts, mut stop: watch::Receiver<bool>) {
    let timer = parts.settings.queue.timer.0;
    loop {
        if *stop.borrow() {
            return;
        }
        match parts.store.lead().await {
            Ok(Some(leader)) => {
                tracing::info!("this process relays");
                Relay::new(&parts).lead(leader, &mut stop).await;
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "leadership was not asked for"),
        }
        let _stopped = tokio::time::timeout(timer, stop.changed()).await;
    }
}

struct Relay<'a> {
    parts: &'a Parts,
    streaks: BTreeMap<Lane, Streak>,
    /// Jobs handed out and not claimed after the last pass.
    admitted: BTreeMap<Lane, i64>,
    /// Claims seen lately.
    claims: BTreeMap<Lane, VecDeque<(Instant, i64)>>,
    /// Average time of a job, for estimates.
    pace: Pace,
    /// Seconds of leadership.
    seconds: u64,
}

/// Time between starts, smoothed.
struct Pace {
    since: Instant,
    started: i64,
    each: Duration,
}

impl<'a> Relay<'a> {
    fn new(parts: &'a Parts) -> Relay<'a> {
        let pace = Pace { since: clock::monotonic(), started: 0, each: Duration::from_secs(10) };
        Relay {
            parts,
            streaks: BTreeMap::new(),
            admitted: BTreeMap::new(),
            claims: BTreeMap::new(),
            pace,
            seconds: 0,
        }
    }

    async fn lead(&mut self, mut leader: Leader, stop: &mut watch::Receiver<bool>) {
        let timer = self.parts.settings.queue.timer.0;
        let mut line = self.parts.signals.watch(Signal::Line);
        let mut connections = self.parts.broker.reconnected();
        let mut checked = clock::monotonic();
        // What an earlier leader handed out may never have been published.
        let mut again = true;
        loop {
            if *stop.borrow() {
                leader.resign();
                return;
            }
            if again || connections.has_changed().unwrap_or_default() {
                connections.mark_unchanged();
                match self.parts.store.readmit(None, Duration::ZERO).await {
                    Ok(_) => again = false,
                    Err(error) => tracing::warn!(%error, "handed-out jobs were not taken back"),
                }
                self.admitted.clear();
            }
            let published = match self.pass().await {
                Ok(published) => published,
                Err(error) => {
                    tracing::warn!(%error, "a relay pass failed");
                    leader.resign();
                    return;
                }
            };
            if checked.elapsed() >= timer {
                checked = clock::monotonic();
                if !leader.holds().await {
                    return;
                }
                self.second().await;
            }
            if published == 0 {
                tokio::select! {
                    () = woken(&mut line, timer) => {}
                    _ = connections.changed() => connections.mark_changed(),
                    _ = stop.changed() => {}
                }
            }
        }
    }

    /// Admits what fits into both lanes and publishes it; returns how many.
    async fn pass(&mut self) -> Result<usize, Error> {
        let Parts { store, settings, .. } = self.parts;
        if !self.parts.broker.health().ready() {
            return Ok(0);
        }
        let rooms = store.room(settings.queue.alive.0).await?;
        let limit = |most: i64| (most > 0).then_some(most);
        let limits = Running {
            per_tenant: limit(settings.limits.tenant_running),
            per_extract: limit(settings.limits.extract_running),
        };
        let mut published = 0;
        for lane in Lane::ALL {
            let room = rooms.get(&lane).copied().unwrap_or_default();
            let ahead = self.started(lane, room.admitted);
            let free =
                (room.slots - room.running).max(0) + if room.slots > 0 { ahead } else { 0 } - room.admitted;
            self.admitted.insert(lane, room.admitted);
            if free <= 0 {
                continue;
            }
            let heads = store.heads(lane, free.min(MOST), settings.queue.aging.0).await?;
            if heads.is_empty() {
                continue;
            }
            let limited = limits.per_tenant.is_some() || limits.per_extract.is_some();
            let busy = if limited { store.busy().await? } else { Vec::new() };
            let streak = self.streaks.entry(lane).or_default();
            let picked = pick(heads, free.min(MOST) as usize, &busy, &limits, streak);
            if picked.is_empty() {
                continue;
            }
            let admitted = store.admit(&picked).await?;
            *self.admitted.entry(lane).or_default() += admitted.len() as i64;
            self.pace.started += admitted.len() as i64;
            published += self.publish(&admitted).await?;
        }
        Ok(published)
    }

    /// Jobs of a lane that were claimed in the last quarter second.
    fn started(&mut self, lane: Lane, admitted: i64) -> i64 {
        let before = self.admitted.get(&lane).copied().unwrap_or(admitted);
        let claims = self.claims.entry(lane).or_default();
        if before > admitted {
            claims.push_back((clock::monotonic(), before - admitted));
        }
        while claims.front().is_some_and(|(at, _)| at.elapsed() > AHEAD) {
            claims.pop_front();
        }
        claims.iter().map(|(_, n)| n).sum()
    }

    /// Publishes messages; what the broker does not take waits again. Returns how many it took.
    async fn publish(&self, admitted: &[Admitted]) -> Result<usize, Error> {
        let batch: Vec<_> = admitted.iter().map(|a| (a.lane, Pointer::new(a.job, a.dispatch))).collect();
        let answers = self.parts.broker.publish(&batch).await;
        let mut back = Vec::new();
        for (job, answer) in admitted.iter().zip(&answers) {
            if let Err(error) = answer {
                tracing::warn!(job = %job.job, %error, "a message was not taken");
                back.push(job.job);
            }
        }
        if !back.is_empty() {
            self.parts.store.readmit(Some(&back), Duration::ZERO).await?;
        }
        Ok(admitted.len() - back.len())
    }

    /// Once a second: ranks, and messages that the broker has lost.
    async fn second(&mut self) {
        let Parts { store, settings, broker, signals, .. } = self.parts;
        let Ok(rooms) = store.room(settings.queue.alive.0).await else { return };
        let slots: i64 = rooms.values().map(|r| r.slots).sum();
        if self.pace.started > 0 {
            let each = self.pace.since.elapsed().mul_f64(slots.max(1) as f64 / self.pace.started as f64);
            self.pace.each = (self.pace.each * 3 + each) / 4;
        }
        self.pace.since = clock::monotonic();
        self.pace.started = 0;
        // A long line moves as a whole each second; its far end is ranked now and then.
        let last = if self.seconds.is_multiple_of(FAR_EVERY) { i64::MAX } else { NEAR };
        self.seconds += 1;
        match store.rank(slots, self.pace.each, last).await {
            Ok(0) => {}
            Ok(_) => signals.send(Signal::Jobs),
            Err(error) => tracing::warn!(%error, "ranks were not published"),
        }
        let waits_for_nothing =
            |lane: Lane| rooms.get(&lane).is_some_and(|r| r.admitted > 0 && r.running < r.slots);
        if Lane::ALL.into_iter().any(waits_for_nothing)
            && let Ok(depths) = broker.depths().await
            && Lane::ALL.into_iter().any(|lane| waits_for_nothing(lane) && depths.of(lane) == 0)
        {
            match store.readmit(None, LOST).await {
                Ok(0) => {}
                Ok(lost) => {
                    tracing::info!(lost, "messages were lost; their jobs wait again");
                    signals.send(Signal::Line);
                }
                Err(error) => tracing::warn!(%error, "lost messages were not made up for"),
            }
        }
    }
}
