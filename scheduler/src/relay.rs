//! Admits waiting jobs and publishes their messages (reliability, section 1).
//!
//! One relay at a time per database. Admitted but unclaimed jobs are at most the free slots plus what the fleet started
//! in the last quarter second; the rest wait as rows, where fairness, cancel and edit are instant.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use shared::broker::Pointer;
use shared::clock;
use shared::job::Lane;
use shared::job::fairness::{Busy, Running, Streak, pick};
use shared::store::{Admitted, Error, Leader, Line, Room, Signal, woken};
use tokio::sync::watch;

use super::Parts;

/// What the fleet started in this time is handed out ahead.
const AHEAD: Duration = Duration::from_millis(250);
/// A fleet that started more than this in that time has work ahead of it while the relay breathes, so that one pass admits
/// many jobs.
const BUSY: i64 = 25;
const BREATH: Duration = Duration::from_millis(10);
/// Most jobs of one pass.
const MOST: i64 = 500;
/// A lane whose queue is empty while jobs are handed out and slots are free has lost messages after this time.
const LOST: Duration = Duration::from_secs(3);

/// Positions that are published each second, and how often all of them are.
const NEAR: i64 = 1000;
const FAR_EVERY: u64 = 30;
/// A line that takes long to rank is ranked less often: this share of the time goes into it at most.
const RANKING: u32 = 50;

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
    /// What the last pass found.
    rooms: BTreeMap<Lane, Room>,
    /// Jobs handed out and not claimed after the last pass.
    admitted: BTreeMap<Lane, i64>,
    /// Claims seen lately.
    claims: BTreeMap<Lane, VecDeque<(Instant, i64)>>,
    /// Average time of a job, for estimates.
    pace: Pace,
    /// Rankings so far, and when the next one is due.
    rankings: u64,
    rank_at: Instant,
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
            rooms: BTreeMap::new(),
            admitted: BTreeMap::new(),
            claims: BTreeMap::new(),
            pace,
            rankings: 0,
            rank_at: clock::monotonic(),
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
            let published = match self.pass(&mut leader).await {
                Ok(published) => published,
                Err(error) => {
                    tracing::warn!(%error, "a relay pass failed");
                    leader.resign();
                    return;
                }
            };
            if checked.elapsed() >= timer {
                checked = clock::monotonic();
                self.second().await;
            }
            if published > 0 && self.claims.values().flatten().map(|(_, n)| n).sum::<i64>() > BUSY {
                tokio::time::sleep(BREATH).await;
            } else if published == 0 {
                tokio::select! {
                    () = woken(&mut line, timer) => {}
                    _ = connections.changed() => connections.mark_changed(),
                    _ = stop.changed() => {}
                }
            }
        }
    }

    /// Admits what fits into both lanes and publishes it; returns how many.
    async fn pass(&mut self, leader: &mut Leader) -> Result<usize, Error> {
        if !self.parts.broker.health().ready() {
            return Ok(0);
        }
        let settings = &self.parts.settings;
        let ahead = Lane::ALL.into_iter().map(|lane| (lane, self.started(lane))).collect();
        let lines = leader.lines(settings.queue.alive.0, settings.queue.aging.0, &ahead, MOST).await?;
        let limit = |most: i64| (most > 0).then_some(most);
        let limits = Running {
            per_tenant: limit(settings.limits.tenant_running),
            per_extract: limit(settings.limits.extract_running),
        };
        for (lane, line) in &lines {
            self.claimed(*lane, line.room.admitted);
            self.rooms.insert(*lane, line.room);
        }
        if lines.values().all(|line| line.heads.is_empty()) {
            return Ok(0);
        }
        let limited = limits.per_tenant.is_some() || limits.per_extract.is_some();
        let mut busy = if limited { self.parts.store.busy().await? } else { Busy::default() };
        let mut picked = Vec::new();
        for (lane, Line { room, heads }) in lines {
            let free = (room.slots - room.running).max(0) + ahead[&lane] - room.admitted;
            let streak = self.streaks.entry(lane).or_default();
            picked.extend(pick(heads, free.clamp(0, MOST) as usize, &mut busy, &limits, streak));
        }
        if picked.is_empty() {
            return Ok(0);
        }
        let admitted = leader.admit(&picked).await?;
        for job in &admitted {
            *self.admitted.entry(job.lane).or_default() += 1;
        }
        self.pace.started += admitted.len() as i64;
        self.publish(&admitted).await
    }

    /// Notes how many jobs of a lane are handed out now; fewer than before means that some were claimed.
    fn claimed(&mut self, lane: Lane, admitted: i64) {
        let before = self.admitted.insert(lane, admitted).unwrap_or(admitted);
        if before > admitted {
            self.claims.entry(lane).or_default().push_back((clock::monotonic(), before - admitted));
        }
    }

    /// Jobs of a lane that were claimed in the last quarter second.
    fn started(&mut self, lane: Lane) -> i64 {
        let claims = self.claims.entry(lane).or_default();
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

    /// Publishes positions. A long line moves as a whole each second; its far end is ranked now and then.
    async fn rank(&mut self, slots: i64) {
        let Parts { store, signals, .. } = self.parts;
        let last = if self.rankings.is_multiple_of(FAR_EVERY) { i64::MAX } else { NEAR };
        self.rankings += 1;
        let start = clock::monotonic();
        match store.rank(slots, self.pace.each, last).await {
            Ok(0) => {}
            Ok(_) => signals.send(Signal::Jobs),
            Err(error) => tracing::warn!(%error, "ranks were not published"),
        }
        self.rank_at = clock::monotonic() + start.elapsed() * RANKING;
    }

    /// Once a second: ranks, and messages that the broker has lost.
    async fn second(&mut self) {
        let Parts { store, broker, signals, .. } = self.parts;
        let slots: i64 = self.rooms.values().map(|r| r.slots).sum();
        if self.pace.started > 0 {
            let each = self.pace.since.elapsed().mul_f64(slots.max(1) as f64 / self.pace.started as f64);
            self.pace.each = (self.pace.each * 3 + each) / 4;
        }
        self.pace.since = clock::monotonic();
        self.pace.started = 0;
        if self.rank_at <= clock::monotonic() {
            self.rank(slots).await;
        }
        let waits_for_nothing =
            |lane: Lane| self.rooms.get(&lane).is_some_and(|r| r.admitted > 0 && r.running < r.slots);
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
