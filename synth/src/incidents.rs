//! Behavior incidents: who, when and where, each a pure function of the seed and its number, so that the tables agree.

use campus::date::Date;

use crate::layout::{Calendar, Layout};
use crate::rng::Rng;
use crate::traits::Traits;
use crate::year::{self, DayKind};

/// Incidents a year for each student, in twelfths: 40,000 for 96,000 students.
const TWELFTHS: u32 = 5;

/// One incident.
pub struct Incident<'a> {
    /// `BehaviorIncident.incidentID`.
    pub id: u32,
    /// Its calendar.
    pub calendar: &'a Calendar,
    /// Its date, an instructional day of the calendar or the weekday before one.
    pub day: Date,
    /// Minutes after midnight.
    pub minute: u32,
    /// Its events, one or two.
    pub events: Vec<Event>,
}

/// One event.
pub struct Event {
    /// `BehaviorEvent.eventID`.
    pub id: u32,
    /// A number of the event that tables choose its kind by.
    pub kind: u32,
    /// Person ids of its roles, one to three; the first is the offender.
    pub people: Vec<u32>,
}

impl Event {
    /// `BehaviorRole.roleID` of a role, from 0.
    pub fn role(&self, nth: usize) -> u32 {
        self.id * 4 + nth as u32
    }
}

/// The students of a school year by calendar.
struct Year<'a> {
    calendars: Vec<&'a Calendar>,
    /// Students of the calendars up to and with each.
    up_to: Vec<u32>,
}

impl<'a> Year<'a> {
    fn of(layout: &'a Layout, year: i32) -> Year<'a> {
        let calendars: Vec<&Calendar> =
            layout.calendars.iter().filter(|c| c.year == year && !c.summer).collect();
        let mut sum = 0;
        let students = |c: &Calendar| c.grades.iter().map(|g| g.members.len() as u32).sum::<u32>();
        let up_to = calendars
            .iter()
            .map(|c| {
                sum += students(c);
                sum
            })
            .collect();
        Year { calendars, up_to }
    }

    fn students(&self) -> u32 {
        self.up_to.last().copied().unwrap_or(0)
    }

    /// A calendar, as likely as it has students.
    fn calendar(&self, rng: &mut Rng) -> &'a Calendar {
        let nth = rng.below(self.students());
        self.calendars[self.up_to.partition_point(|&sum| sum <= nth)]
    }
}

/// All incidents, in the order of ids.
pub fn all<'a>(layout: &'a Layout, traits: &'a Traits) -> impl Iterator<Item = Incident<'a>> {
    let mut next = 1;
    layout.years.iter().flat_map(move |&end_year| {
        let year = Year::of(layout, end_year);
        let first = next;
        next += year.students() * TWELFTHS / 12;
        (first..next).map(move |id| incident(&year, traits.incident(id), id))
    })
}

fn incident<'a>(year: &Year<'a>, mut rng: Rng, id: u32) -> Incident<'a> {
    let calendar = year.calendar(&mut rng);
    let (first, last) = year::span(calendar.year, false);
    let mut day = year::later(first, rng.below((last.0 - first.0 + 1) as u32));
    while year::weekday(day) > 4 || matches!(year::kind(day), DayKind::Holiday | DayKind::Training) {
        day = Date(day.0 - 1);
    }
    let minute = 420 + rng.below(540);
    let events = 1 + rng.per_mille(80) as u32;
    let offender = member(calendar, &mut rng);
    let event = |nth| {
        let mut people = vec![offender];
        let others = rng.weighted(&[(0usize, 55), (1, 35), (2, 10)]);
        people.extend((0..others).map(|_| member(calendar, &mut rng)));
        Event { id: id * 2 + nth, kind: rng.below(1_000), people }
    };
    Incident { id, calendar, day: day.max(first), minute, events: (0..events).map(event).collect() }
}

/// A student of a calendar; more than one in two is of the upper grades.
fn member(calendar: &Calendar, rng: &mut Rng) -> u32 {
    let grades: Vec<_> = calendar.grades.iter().filter(|g| !g.members.is_empty()).collect();
    let place = rng.below(grades.len() as u32).max(rng.below(grades.len() as u32));
    grades.get(place as usize).map_or(1, |grade| rng.pick(&grade.members))
}
