//! Instructional days, day windows and lengths in days (campus-data, convention 7).

mod exact;

use std::ops::Range;

use campus::snapshot::read::Batch;

use super::index::{Groups, Index};

pub use self::exact::{Decimal, Exact, Hundredths};

/// The hours of a day, in seconds since midnight; the end is after the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Start.
    pub start: i32,
    /// End.
    pub end: i32,
}

impl Window {
    /// 08:00 to 15:00: the hours of a day that has none of its own.
    pub const USUAL: Window = Window { start: 8 * 3_600, end: 15 * 3_600 };

    /// The hours from a start to an end; none when the end is not after the start.
    fn of(start: i32, end: i32) -> Option<Window> {
        (start < end).then_some(Window { start, end })
    }

    /// The part of the day from one time to another, both moved into the day; nothing when it ends before it starts.
    fn part(self, from: i32, to: i32) -> Exact {
        let (from, to) = (from.clamp(self.start, self.end), to.clamp(self.start, self.end));
        Exact::fraction((to - from).max(0).unsigned_abs(), (self.end - self.start).unsigned_abs())
    }
}

/// The instructional days of every calendar and structure, with their hours.
#[derive(Debug)]
pub struct SchoolDays {
    /// Structure, calendar and where its days stand, in order of the ids.
    places: Vec<(i32, i32, Range<usize>)>,
    dates: Vec<i32>,
    windows: Vec<Window>,
}

impl SchoolDays {
    /// Reads the days. Of several rows of one date the one with the lowest `dayID` counts. The columns needed: all of
    /// Day but `attendance`; `periodScheduleID`; `periodScheduleID`, `startTime`, `endTime` and `nonInstructional`.
    pub fn of(day: &Batch, schedule: &Batch, period: &Batch) -> SchoolDays {
        let schedules = Index::of(schedule.numbers("periodScheduleID").values());
        let bells = bells(&schedules, period);
        let (structure, calendar) = (day.numbers("structureID").values(), day.numbers("calendarID").values());
        let (date, id) = (day.numbers("date").values(), day.numbers("dayID").values());
        let (own_start, own_end) = (day.numbers("startTime"), day.numbers("endTime"));
        let of_bells = day.numbers("periodScheduleID");
        let (school_day, instruction) = (day.flags("schoolDay"), day.flags("instruction"));
        let mut rows: Vec<u32> = (0..day.rows() as u32).collect();
        rows.sort_unstable_by_key(|&r| {
            let r = r as usize;
            (structure[r], calendar[r], date[r], id[r])
        });
        let mut days = SchoolDays { places: Vec::new(), dates: Vec::new(), windows: Vec::new() };
        let mut before = None;
        for row in rows.into_iter().map(|r| r as usize) {
            let place = (structure[row], calendar[row]);
            if days.places.last().is_none_or(|p| (p.0, p.1) != place) {
                days.places.push((place.0, place.1, days.dates.len()..days.dates.len()));
            } else if before == Some(date[row]) {
                continue;
            }
            before = Some(date[row]);
            if !(school_day.value(row) && instruction.value(row)) {
                continue;
            }
            let window = match (own_start.get(row), own_end.get(row)) {
                (Some(start), Some(end)) => Window::of(start, end),
                _ => of_bells.get(row).and_then(|b| schedules.get(b)).and_then(|b| bells[b]),
            };
            days.dates.push(date[row]);
            days.windows.push(window.unwrap_or(Window::USUAL));
            if let Some(place) = days.places.last_mut() {
                place.2.end = days.dates.len();
            }
        }
        days
    }

    /// The instructional days of a calendar and structure from a first day to a last one, both counted; `None` when
    /// the two have no Day row at all, instructional or not.
    pub fn of_structure(&self, calendar: i32, structure: i32, first: i32, last: i32) -> Option<Days<'_>> {
        let at = self.places.binary_search_by_key(&(structure, calendar), |p| (p.0, p.1)).ok()?;
        let range = self.places[at].2.clone();
        let (from, to) = within(&self.dates[range.clone()], first, last);
        let range = range.start + from..range.start + to;
        Some(Days(Source::Rows { dates: &self.dates[range.clone()], windows: &self.windows[range] }))
    }
}

/// Hours of each bell schedule: earliest start to latest end of its instructional periods, a null time left out.
fn bells(schedules: &Index, period: &Batch) -> Vec<Option<Window>> {
    let owner: Vec<u32> =
        period.numbers("periodScheduleID").values().iter().map(|&id| schedules.row(id)).collect();
    let groups = Groups::of(schedules.len(), &owner);
    let (start, end) = (period.numbers("startTime"), period.numbers("endTime"));
    let not_taught = period.flags("nonInstructional");
    (0..schedules.len())
        .map(|schedule| {
            let taught =
                || groups.of_owner(schedule).iter().map(|&p| p as usize).filter(|&p| !not_taught.value(p));
            Window::of(
                taught().filter_map(|p| start.get(p)).min()?,
                taught().filter_map(|p| end.get(p)).max()?,
            )
        })
        .collect()
}

/// The places of dates from `first` to `last` in dates in order.
fn within(dates: &[i32], first: i32, last: i32) -> (usize, usize) {
    let from = dates.partition_point(|&d| d < first);
    (from, dates.partition_point(|&d| d <= last).max(from))
}

/// Instructional days.
#[derive(Clone, Copy, Debug)]
pub struct Days<'a>(Source<'a>);

#[derive(Clone, Copy, Debug)]
enum Source<'a> {
    Rows { dates: &'a [i32], windows: &'a [Window] },
    Weekdays { first: i32, last: i32 },
}

impl Days<'_> {
    /// Monday to Friday from a first day to a last one, both counted, 08:00 to 15:00.
    pub fn weekdays(first: i32, last: i32) -> Days<'static> {
        Days(Source::Weekdays { first, last })
    }

    /// How many instructional days there are from one date to another, both counted.
    pub fn count(&self, from: i32, to: i32) -> u64 {
        match self.0 {
            Source::Rows { dates, .. } => {
                let (from, to) = within(dates, from, to);
                (to - from) as u64
            }
            Source::Weekdays { first, last } => {
                let (from, to) = (from.max(first), to.min(last));
                if from > to { 0 } else { weekdays_before(to + 1) - weekdays_before(from) }
            }
        }
    }

    /// The hours of an instructional day; none when the date is no instructional day.
    pub fn window(&self, date: i32) -> Option<Window> {
        match self.0 {
            Source::Rows { dates, windows } => dates.binary_search(&date).ok().map(|at| windows[at]),
            Source::Weekdays { first, last } => {
                let counts = (first..=last).contains(&date) && weekday(date) < 5;
                counts.then_some(Window::USUAL)
            }
        }
    }

    /// The length from a date and time to another in days: each instructional day counts with the part of its hours
    /// that the span covers.
    pub fn length(&self, (from, at): (i32, i32), (to, until): (i32, i32)) -> Exact {
        if from > to {
            return Exact::ZERO;
        }
        if from == to {
            return self.window(from).map_or(Exact::ZERO, |w| w.part(at, until));
        }
        let mut sum = Exact::whole(self.count(from + 1, to - 1));
        for part in
            [self.window(from).map(|w| w.part(at, w.end)), self.window(to).map(|w| w.part(w.start, until))]
        {
            part.into_iter().for_each(|part| sum.add(&part));
        }
        sum
    }
}

/// Monday is 0, Sunday 6; 1970-01-01 was a Thursday.
fn weekday(date: i32) -> i32 {
    (i64::from(date) + 3).rem_euclid(7) as i32
}

/// Weekdays before a date, counted from a Monday before any date.
fn weekdays_before(date: i32) -> u64 {
    let days = (i64::from(date) + 3 + 7_000_000_000).unsigned_abs();
    days / 7 * 5 + (days % 7).min(5)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
