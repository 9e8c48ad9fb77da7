//! The population D1 to D5 and the order of occurrences (ks-kias, section 10).

use campus::date::Date;
use campus::snapshot::read::{Error, Snapshot};

use super::CHECKS;
use super::request::Request;
use crate::kit::code;
use crate::kit::index::{Index, NONE};
use crate::kit::people;
use crate::kit::rules::{Rule, Tallies};
use crate::ks::kias::basis::{self, Basis};
use crate::ks::kias::codes;
use crate::ks::kias::events::StudentEvent;
use crate::ks::kias::tables::Tables;

/// Who is looked at.
#[rustfmt::skip]
pub const POPULATION: &[Rule] = &[
    Rule { section: "10", rule: "D1", counted: "student-events", words: "the incident is not a draft" },
    Rule { section: "10", rule: "D2", counted: "student-events", words: "the incident date is in the year from July 1 to June 30 of the incident's calendar" },
    Rule { section: "10", rule: "D3", counted: "student-events", words: "a weapon is involved" },
    Rule { section: "10", rule: "D4", counted: "student-events", words: "an enrollment is reported and the student is in the ad hoc filter" },
    Rule { section: "10", rule: "D5", counted: "resolutions",    words: "the method of a resolution with a state code is not allowed" },
];

/// A resolution whose method is not allowed.
#[derive(Debug)]
pub struct Occurrence {
    /// Place in [`CHECKS`].
    pub check: usize,
    /// The student and the event.
    pub of: StudentEvent,
    /// Row in BehaviorResolution.
    pub resolution: u32,
    /// Row in School of the chosen enrollment.
    pub school: u32,
    /// Row in Identity.
    pub identity: u32,
    /// State grade of the chosen enrollment.
    pub grade: String,
    /// Rows in BehaviorWeapon of the event, by `weaponID`.
    pub weapons: Vec<u32>,
}

/// All occurrences, in their order.
#[derive(Debug)]
pub struct Occurrences {
    /// The occurrences.
    pub list: Vec<Occurrence>,
    /// Counts of the population rules.
    pub tallies: Tallies,
}

impl Occurrences {
    /// Applies the population.
    ///
    /// # Errors
    /// When the snapshot cannot be read.
    pub fn build(snapshot: &Snapshot, tables: &Tables, request: &Request) -> Result<Occurrences, Error> {
        let persons = Index::of(tables.person.numbers("personID").values());
        let inside = match &request.ad_hoc_filter {
            Some(filter) => Some(filter.persons(snapshot, &tables.person, &persons)?),
            None => None,
        };
        let selected = basis::selected(tables, &request.calendars);
        let basis = Basis::of(tables, &persons, &selected);
        let identity = people::identities(&tables.person, &tables.identity, &persons);
        let mut tallies = Tallies::of(POPULATION);
        let (mut list, mut left) = (Vec::new(), Vec::new());
        for of in &basis.events.list {
            if let Some(enrollment) = looked_at(&basis, inside.as_deref(), of, &mut left, &mut tallies) {
                occurrences(&basis, of, enrollment, &identity, &mut list, &mut tallies);
            }
        }
        sort(tables, &identity, &mut list);
        Ok(Occurrences { list, tallies })
    }

    /// The occurrences of a rule.
    pub fn of_check(&self, check: usize) -> impl Iterator<Item = &Occurrence> {
        self.list.iter().filter(move |o| o.check == check)
    }

    /// How many there are of a rule.
    pub fn count(&self, check: usize) -> u64 {
        self.of_check(check).count() as u64
    }
}

/// D1 to D4: the chosen enrollment of a student-event that is looked at.
fn looked_at(
    basis: &Basis<'_>,
    inside: Option<&[bool]>,
    of: &StudentEvent,
    left: &mut Vec<u32>,
    tallies: &mut Tallies,
) -> Option<u32> {
    let reasons = basis.reasons.reasons(&basis.events, of.event);
    let stays = tallies.keeps("D1", basis.status(of) != Some("DF"))
        && tallies.keeps("D2", in_year_of_calendar(basis.tables, of))
        && tallies.keeps("D3", reasons.armed || reasons.weapons);
    if !stays {
        return None;
    }
    let in_filter = inside.is_none_or(|inside| inside[of.person as usize]);
    let chosen = basis.enrollments.choose(of.person, of.calendar, of.day, left).ok().filter(|_| in_filter);
    tallies.keeps("D4", chosen.is_some());
    chosen
}

/// D2: July 1 before the end year of the incident's calendar to June 30 of it.
pub fn in_year_of_calendar(tables: &Tables, of: &StudentEvent) -> bool {
    let end_year = tables.calendar.numbers("endYear").values()[of.calendar as usize];
    let first = end_year.checked_sub(1).and_then(|year| Date::of(year, 7, 1));
    first.zip(Date::of(end_year, 6, 30)).is_some_and(|(first, last)| (first.0..=last.0).contains(&of.day))
}

/// D5: each resolution with a state code, in the row list or not, whose method is not allowed; an empty one is not.
fn occurrences(
    basis: &Basis<'_>,
    of: &StudentEvent,
    enrollment: u32,
    identity: &[u32],
    list: &mut Vec<Occurrence>,
    tallies: &mut Tallies,
) {
    let disability = basis.disability(of, enrollment);
    let check = usize::from(CHECKS[0].disability != disability);
    let weapon_ids = basis.tables.weapon.numbers("weaponID").values();
    for &resolution in basis.events.resolutions(of) {
        let row = resolution as usize;
        if !basis.resolutions.coded[row] {
            continue;
        }
        if !tallies.keeps("D5", !CHECKS[check].allowed.contains(&basis.resolutions.method[row])) {
            continue;
        }
        let mut weapons = basis.events.weapons.of_owner(of.event as usize).to_vec();
        weapons.sort_unstable_by_key(|&w| weapon_ids[w as usize]);
        list.push(Occurrence {
            check,
            of: *of,
            resolution,
            school: basis.enrollments.school(enrollment),
            identity: identity[of.person as usize],
            grade: basis.enrollments.state_grade(enrollment).to_owned(),
            weapons,
        });
    }
}

/// Building ID, last name, first name, KIDS ID, personID, incident date, eventID, resolutionID.
fn sort(tables: &Tables, identity: &[u32], list: &mut [Occurrence]) {
    let name = |column: &str| {
        let texts = tables.identity.texts(column);
        code::ranks(
            identity.iter().map(|&i| (i != NONE).then(|| codes::text(texts.get(i as usize))).flatten()),
        )
    };
    let (last, first) = (name("lastName"), name("firstName"));
    let (building, kids_id) = (basis::building_ranks(tables), basis::kids_id_ranks(tables, |_| true));
    let (person, event) =
        (tables.person.numbers("personID").values(), tables.event.numbers("eventID").values());
    let resolution = tables.resolution.numbers("resolutionID").values();
    list.sort_by_cached_key(|o| {
        let p = o.of.person as usize;
        (
            building[o.school as usize],
            last[p],
            first[p],
            kids_id[p],
            person[p],
            o.of.day,
            event[o.of.event as usize],
            resolution[o.resolution as usize],
        )
    });
}
