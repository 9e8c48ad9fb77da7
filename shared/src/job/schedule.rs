//! When schedules fire (batch-queue, section 6). Pure: a line, a zone and a moment in, moments out.
//!
//! The line is walked on the clock of the wall, and each time found there becomes a moment: one that daylight saving
//! skips is the next valid minute, one that comes twice is its first. Later times on the wall are never earlier
//! moments, so that the walk finds all of them in order.

use chrono::{Duration, LocalResult, NaiveDateTime, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::Time;

/// Code of the job that names the LEAD snapshot.
pub const LEAD_REFRESH: &str = "lead-refresh";
/// The line of the weekly LEAD refresh: Sundays 02:00.
pub const WEEKLY: &str = "0 2 * * 0";
/// A fire time that nobody saw for this long was missed.
pub const LATE: Duration = Duration::seconds(60);
/// Most missed fire times that are made up for.
pub const MOST: usize = 24;
/// A line must fire within this time, or it never does: the 29th of February may be eight years away.
const NEVER: Duration = Duration::days(366 * 9);

/// Why a line or a zone cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It is no cron line of five fields.
    #[error(
        "`{0}` is no cron line of five fields such as `0 2 * * 0`: minute, hour, day, month, day of the week."
    )]
    Line(String),
    /// There is no moment that it names.
    #[error("`{0}` never fires.")]
    Never(String),
    /// There is no such zone.
    #[error("`{0}` is no IANA time zone such as America/New_York.")]
    Zone(String),
}

/// What becomes of fire times that nobody saw in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missed {
    /// Nothing.
    Skip,
    /// One job, for the newest of them.
    #[default]
    Once,
    /// A job for each, the newest 24 at most.
    All,
}

impl Missed {
    /// The word in the API and the database.
    pub fn word(self) -> &'static str {
        match self {
            Missed::Skip => "skip",
            Missed::Once => "once",
            Missed::All => "all",
        }
    }

    /// The policy of a word.
    pub fn parse(word: &str) -> Option<Missed> {
        [Missed::Skip, Missed::Once, Missed::All].into_iter().find(|m| m.word() == word)
    }
}

/// What becomes of a fire time while a job of the same schedule is not finished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overlap {
    /// No job.
    #[default]
    Skip,
    /// A job that waits its turn.
    Queue,
}

impl Overlap {
    /// The word in the API and the database.
    pub fn word(self) -> &'static str {
        match self {
            Overlap::Skip => "skip",
            Overlap::Queue => "queue",
        }
    }

    /// The policy of a word.
    pub fn parse(word: &str) -> Option<Overlap> {
        [Overlap::Skip, Overlap::Queue].into_iter().find(|o| o.word() == word)
    }
}

/// A schedule as the database holds it.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// Its id, UUIDv7.
    pub id: Uuid,
    /// District.
    pub tenant: String,
    /// Code of the extract, or `lead-refresh`.
    pub extract: String,
    /// Checked request, as sent.
    pub request: Map<String, Value>,
    /// Free text of its jobs.
    pub label: Option<String>,
    /// Its jobs go before others.
    pub high_priority: bool,
    /// Its results do not expire.
    pub keep_until_deleted: bool,
    /// School year of its jobs.
    pub school_year: Option<i64>,
    /// Who submits its jobs: whoever changed it last.
    pub owner: String,
    /// Cron line; none when it follows a job.
    pub cron: Option<String>,
    /// IANA time zone of the line; none is the tenant's.
    pub time_zone: Option<String>,
    /// The job that it follows, `lead-refresh`.
    pub after: Option<String>,
    /// Fire times that nobody saw in time.
    pub missed: Missed,
    /// Fire times while a job is not finished.
    pub overlap: Overlap,
    /// Its jobs start up to so many seconds later.
    pub jitter: i64,
    /// It fires.
    pub enabled: bool,
    /// The next fire time.
    pub next_fire_at: Option<Time>,
    /// The last fire time that was seen.
    pub last_fire_at: Option<Time>,
    /// When it was made.
    pub made_at: Time,
    /// When it was changed last.
    pub changed_at: Time,
    /// Ships with the product under this name, once for each tenant.
    pub shipped: Option<String>,
    /// Grows with each change and each fire.
    pub version: i64,
}

impl Schedule {
    /// The weekly LEAD refresh of a tenant, in the tenant's own time zone.
    pub fn weekly(id: Uuid, tenant: &str, owner: &str, zone: Tz, now: Time) -> Schedule {
        Schedule {
            id,
            tenant: tenant.to_owned(),
            extract: LEAD_REFRESH.to_owned(),
            request: Map::new(),
            label: Some("Weekly LEAD refresh".to_owned()),
            high_priority: false,
            keep_until_deleted: false,
            school_year: None,
            owner: owner.to_owned(),
            cron: Some(WEEKLY.to_owned()),
            time_zone: None,
            after: None,
            missed: Missed::Once,
            overlap: Overlap::Skip,
            jitter: 0,
            enabled: true,
            next_fire_at: Times::parse(WEEKLY, zone).ok().and_then(|times| times.next(now)),
            last_fire_at: None,
            made_at: now,
            changed_at: now,
            shipped: Some(LEAD_REFRESH.to_owned()),
            version: 1,
        }
    }

    /// Its line in its zone; none when it follows a job.
    ///
    /// # Errors
    /// When the line or the zone cannot be read.
    pub fn times(&self, tenant: Tz) -> Result<Option<Times>, Error> {
        let zone = self.time_zone.as_deref().map_or(Ok(tenant), zone)?;
        self.cron.as_deref().map(|line| Times::parse(line, zone)).transpose()
    }
}

/// Reads an IANA time zone.
///
/// # Errors
/// When there is none of this name.
pub fn zone(name: &str) -> Result<Tz, Error> {
    name.parse().map_err(|_| Error::Zone(name.to_owned()))
}

/// The fire times of a line in a zone.
#[derive(Clone, Debug)]
pub struct Times {
    cron: Cron,
    zone: Tz,
}

/// What to do about the fire times that have come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Fire times to make jobs for, oldest first.
    pub fires: Vec<Time>,
    /// The newest fire time that has come.
    pub last: Time,
    /// The next fire time.
    pub next: Option<Time>,
}

impl Times {
    /// Reads a cron line of five fields.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(line: &str, zone: Tz) -> Result<Times, Error> {
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser.parse(line.trim()).map_err(|_| Error::Line(line.to_owned()))?;
        Ok(Times { cron, zone })
    }

    /// The first fire time later than a moment; none when there is none within nine years.
    pub fn next(&self, after: Time) -> Option<Time> {
        let mut wall = self.wall(after);
        loop {
            wall = self.cron.find_next_occurrence(&wall, false).ok()?;
            let at = self.moment(wall)?;
            if at > after + NEVER {
                return None;
            }
            if at > after {
                return Some(at);
            }
        }
    }

    /// The next fire times, at most `count`.
    pub fn upcoming(&self, after: Time, count: usize) -> Vec<Time> {
        let later = std::iter::successors(self.next(after), |at| self.next(*at));
        later.take(count).collect()
    }

    /// The newest fire times from `first` to `last`, oldest first, at most `count`.
    pub fn between(&self, first: Time, last: Time, count: usize) -> Vec<Time> {
        // While the clock is set back, times of its first pass lie ahead on the wall and behind as moments.
        let mut wall = self.wall(last) + Duration::hours(3);
        let mut found: Vec<Time> = Vec::new();
        while found.len() < count {
            let Ok(earlier) = self.cron.find_previous_occurrence(&wall, false) else { break };
            wall = earlier;
            let Some(at) = self.moment(wall) else { break };
            if at < first {
                break;
            }
            if at <= last && found.last() != Some(&at) {
                found.push(at);
            }
        }
        found.reverse();
        found
    }

    /// What is due at `now` when `expected` is the fire time that was to come next.
    pub fn due(&self, expected: Time, now: Time, missed: Missed) -> Due {
        let next = self.next(now);
        let most = if missed == Missed::All { MOST } else { 1 };
        let mut fires = self.between(expected, now, most);
        // The line may have been read in another zone when the fire time was set.
        let last = fires.last().copied().unwrap_or(expected);
        if missed == Missed::Skip {
            fires.retain(|at| now - *at <= LATE);
        } else if fires.is_empty() {
            fires.push(expected);
        }
        Due { fires, last, next }
    }

    fn wall(&self, at: Time) -> NaiveDateTime {
        let wall = at.with_timezone(&self.zone).naive_local();
        wall.with_nanosecond(0).unwrap_or(wall)
    }

    /// The moment of a time on the wall.
    fn moment(&self, mut wall: NaiveDateTime) -> Option<Time> {
        // No gap is longer than a day: a zone that crossed the date line skipped one.
        for _ in 0..=24 * 60 {
            match self.zone.from_local_datetime(&wall) {
                LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => {
                    return Some(at.with_timezone(&Utc));
                }
                LocalResult::None => wall += Duration::minutes(1),
            }
        }
        None
    }
}

/// The fire times of a line that a person sent.
///
/// # Errors
/// When the line cannot be read or never fires.
pub fn checked(line: &str, zone: Tz, now: Time) -> Result<Times, Error> {
    let times = Times::parse(line, zone)?;
    if times.next(now).is_none() {
        return Err(Error::Never(line.to_owned()));
    }
    Ok(times)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        text.parse().expect("a moment")
    }

    fn times(line: &str) -> Times {
        Times::parse(line, Tz::America__New_York).expect("a line")
    }

    fn upcoming(line: &str, after: &str, count: usize) -> Vec<String> {
        let found = times(line).upcoming(at(after), count);
        found.iter().map(|t| t.format("%Y-%m-%dT%H:%M").to_string()).collect()
    }

    #[test]
    fn the_weekly_hour_that_daylight_saving_skips_fires_at_the_next_valid_minute() {
        // Sundays 02:00; on 2026-03-08 the clock goes from 01:59 to 03:00.
        let sundays = upcoming(WEEKLY, "2026-02-25T00:00:00Z", 3);
        assert_eq!(sundays, ["2026-03-01T07:00", "2026-03-08T07:00", "2026-03-15T06:00"]);
        assert_eq!(
            upcoming("30 2 * * 0", "2026-03-08T00:00:00Z", 2),
            ["2026-03-08T07:00", "2026-03-15T06:30"]
        );
        // Several times in the hole are one moment.
        assert_eq!(
            upcoming("*/20 * * * *", "2026-03-08T06:30:00Z", 3),
            ["2026-03-08T06:40", "2026-03-08T07:00", "2026-03-08T07:20"]
        );
    }

    #[test]
    fn a_time_that_comes_twice_fires_the_first_time() {
        // On 2026-11-01 the hour from 01:00 comes twice: at 05:00 and at 06:00 in UTC.
        assert_eq!(
            upcoming("30 1 * * *", "2026-11-01T00:00:00Z", 2),
            ["2026-11-01T05:30", "2026-11-02T06:30"]
        );
        assert_eq!(upcoming("30 1 * * *", "2026-11-01T05:45:00Z", 1), ["2026-11-02T06:30"]);
        assert_eq!(upcoming("30 1 * * *", "2026-11-01T06:10:00Z", 1), ["2026-11-02T06:30"]);
        assert_eq!(upcoming("0 2 * * *", "2026-11-01T05:00:00Z", 1), ["2026-11-01T07:00"]);
        let second_pass =
            times("*/30 * * * *").between(at("2026-11-01T05:10:00Z"), at("2026-11-01T06:15:00Z"), 9);
        assert_eq!(second_pass, [at("2026-11-01T05:30:00Z")]);
    }

    #[test]
    fn forward_and_backward_find_the_same_times() {
        for line in ["*/7 * * * *", "30 1,2 * * *", "0 2 * * 0", "15 0-5 * 3,11 *"] {
            for (first, last) in [
                ("2026-03-07T23:00:00Z", "2026-03-08T12:00:30Z"),
                ("2026-10-31T23:00:00Z", "2026-11-01T12:00:30Z"),
            ] {
                let (first, last) = (at(first), at(last));
                let forward = std::iter::successors(times(line).next(first - Duration::seconds(1)), |t| {
                    times(line).next(*t)
                });
                let forward: Vec<Time> = forward.take_while(|t| *t <= last).collect();
                assert_eq!(times(line).between(first, last, usize::MAX), forward, "{line}");
            }
        }
    }

    #[test]
    fn missed_fire_times_follow_the_policy() {
        let hourly = times("0 * * * *");
        let (expected, now) = (at("2026-07-01T10:00:00Z"), at("2026-07-03T10:00:05Z"));
        let due = |missed| hourly.due(expected, now, missed);
        assert_eq!(due(Missed::Once).fires, [at("2026-07-03T10:00:00Z")]);
        assert_eq!(due(Missed::Skip).fires, [at("2026-07-03T10:00:00Z")], "the last one is in time");
        let all = due(Missed::All);
        assert_eq!((all.fires.len(), all.fires[0]), (MOST, at("2026-07-02T11:00:00Z")));
        assert_eq!((all.last, all.next), (at("2026-07-03T10:00:00Z"), Some(at("2026-07-03T11:00:00Z"))));
        let late = hourly.due(expected, at("2026-07-01T10:30:00Z"), Missed::Skip);
        assert!(late.fires.is_empty() && late.next == Some(at("2026-07-01T11:00:00Z")));
        assert_eq!(hourly.due(expected, at("2026-07-01T10:30:00Z"), Missed::Once).fires, [expected]);
    }

    #[test]
    fn lines_and_zones_that_cannot_be_used_are_named() {
        let new_york = Tz::America__New_York;
        let now = at("2026-07-01T00:00:00Z");
        for wrong in ["", "* * * *", "0 0 2 * * 0", "61 * * * *", "every day"] {
            assert_eq!(checked(wrong, new_york, now).err(), Some(Error::Line(wrong.to_owned())));
        }
        assert_eq!(checked("0 0 30 2 *", new_york, now).err(), Some(Error::Never("0 0 30 2 *".to_owned())));
        assert!(checked("0 0 29 2 *", new_york, now).is_ok(), "every leap year");
        assert_eq!(zone("Kentucky"), Err(Error::Zone("Kentucky".to_owned())));
        assert_eq!(zone("America/Chicago"), Ok(Tz::America__Chicago));
    }
}
