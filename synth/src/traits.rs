//! Facts of a student that several tables must agree on, each a pure function of the seed and the person.

use campus::date::Date;

use crate::rng::Rng;
use crate::year;

/// Kentucky's disability codes with their weights.
#[rustfmt::skip]
const DISABILITIES: [(&str, u32); 14] = [
    ("01", 10), ("02", 3), ("03", 1), ("04", 20), ("05", 1), ("06", 5), ("07", 1),
    ("08", 15), ("09", 18), ("10", 1), ("11", 3), ("12", 9), ("13", 1), ("14", 14),
];

/// A student's time in a school year.
#[derive(Clone, Copy)]
pub struct Stay {
    /// First day when it is after the calendar's.
    pub late: Option<Date>,
    /// Last day when it is before the calendar's.
    pub left: Option<Date>,
    /// Came back on that day after `left`.
    pub back: Option<Date>,
    /// Never came.
    pub no_show: bool,
}

/// The streams of the traits.
pub struct Traits {
    disability: Rng,
    english: Rng,
    gifted: Rng,
    incident: Rng,
    stay: Rng,
    visits: Rng,
}

impl Traits {
    /// The traits under a seed.
    pub fn new(seed: u64) -> Traits {
        let of = |name: &str| Rng::stream(seed, &format!("trait {name}"));
        Traits {
            disability: of("disability"),
            english: of("english"),
            gifted: of("gifted"),
            incident: of("incident"),
            stay: of("stay"),
            visits: of("visits"),
        }
    }

    /// Disability code of one student in seven.
    pub fn disability(&self, person: u32) -> Option<&'static str> {
        let mut rng = self.disability.keyed(person.into());
        rng.per_mille(145).then(|| rng.weighted(&DISABILITIES))
    }

    /// Is or was an English learner: 8 of 100.
    pub fn english_learner(&self, person: u32) -> bool {
        self.english.keyed(person.into()).per_mille(80)
    }

    /// Is gifted or in the talent pool: 11 of 100.
    pub fn gifted(&self, person: u32) -> bool {
        self.gifted.keyed(person.into()).per_mille(110)
    }

    /// The stream of a behavior incident.
    pub fn incident(&self, id: u32) -> Rng {
        self.incident.keyed(id.into())
    }

    /// Goes to another school too: 1 of 100.
    pub fn visits(&self, person: u32) -> bool {
        self.visits.keyed(person.into()).per_mille(10)
    }

    /// The student's time in the school year of an end year.
    pub fn stay(&self, person: u32, end_year: i32) -> Stay {
        let mut rng = self.stay.keyed(u64::from(person) << 16 | end_year as u64);
        let (first, _) = year::span(end_year, false);
        let mut stay = Stay { late: None, left: None, back: None, no_show: false };
        match rng.below(1_000) {
            0..40 => stay.late = Some(year::later(first, 5 + rng.below(120))),
            40..65 => stay.left = Some(year::later(first, 20 + rng.below(220))),
            65..72 => {
                let left = year::later(first, 20 + rng.below(80));
                stay.left = Some(left);
                stay.back = Some(year::later(left, 14 + rng.below(60)));
            }
            72..77 => stay.no_show = true,
            _ => {}
        }
        stay
    }
}
