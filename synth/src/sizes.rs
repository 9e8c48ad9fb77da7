//! How many districts, schools and students a preset has.

/// Which made-up districts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// One school (and three without students), 60 students, every rule touched.
    Small,
    /// 12 schools, 6,000 students.
    District,
    /// One district as large as so many of [`Preset::District`], for measuring growth.
    Districts(u32),
    /// 165 schools, 96,000 students, two years.
    Large,
    /// 171 districts, 650,000 students, a bundle folder each.
    State,
}

impl Preset {
    /// The preset of a name on the command line; `district*4` is four times `district`.
    pub fn parse(name: &str) -> Option<Preset> {
        if let Some(times) = name.strip_prefix("district*") {
            let times = times.parse().ok().filter(|times| (1..=MOST_DISTRICTS).contains(times));
            return times.map(Preset::Districts);
        }
        match name {
            "small" => Some(Preset::Small),
            "district" => Some(Preset::District),
            "large" => Some(Preset::Large),
            "state" => Some(Preset::State),
            _ => None,
        }
    }

    /// Number of school years when none is asked for.
    pub fn years(self) -> u32 {
        match self {
            Preset::Small | Preset::Large => 2,
            Preset::District | Preset::Districts(_) | Preset::State => 1,
        }
    }
}

/// The size of one district.
#[derive(Clone, Debug)]
pub struct Size {
    /// District id and number.
    pub number: u32,
    /// Name of the district.
    pub name: String,
    /// Students of the active year.
    pub students: u32,
    /// Elementary, middle and high schools.
    pub schools: [u32; 3],
    /// Has the hand-made rows that touch every rule.
    pub edges: bool,
}

/// Students of the `small` preset that are not hand-made.
const SMALL_DRAWN: u32 = 48;
const MOST_DISTRICTS: u32 = 16;
const STATE_DISTRICTS: u32 = 171;
const STATE_STUDENTS: u32 = 650_000;
const LARGE: (u32, [u32; 3]) = (96_000, [95, 31, 39]);

fn size(number: u32, students: u32, schools: [u32; 3]) -> Size {
    let kind = if (101..=200).contains(&number) { "Independent" } else { "County" };
    let name = format!("{} {kind}", crate::names::LAST[(number as usize * 37) % crate::names::LAST.len()]);
    Size { number, name, students, schools, edges: false }
}

/// Schools of a district of that many students: at least one of each level.
fn schools_of(students: u32) -> [u32; 3] {
    [(students / 900).max(1), (students / 2_700).max(1), (students / 2_200).max(1)]
}

/// The districts of a preset.
pub fn districts(preset: Preset) -> Vec<Size> {
    match preset {
        Preset::Small => vec![Size { edges: true, ..size(1, SMALL_DRAWN, [0, 0, 1]) }],
        Preset::District => districts(Preset::Districts(1)),
        Preset::Districts(times) => vec![size(1, 6_000 * times, [7, 2, 3].map(|schools| schools * times))],
        Preset::Large => vec![size(275, LARGE.0, LARGE.1)],
        Preset::State => state(),
    }
}

/// One large district, then ever smaller ones; the second takes what rounding leaves.
fn state() -> Vec<Size> {
    let weights: Vec<u64> = (1..STATE_DISTRICTS).map(|i| 1_000_000 / (u64::from(i) + 25)).collect();
    let whole: u64 = weights.iter().sum();
    let rest = u64::from(STATE_STUDENTS - LARGE.0);
    let mut students: Vec<u32> = weights.iter().map(|w| (rest * w / whole) as u32).collect();
    students[0] += rest as u32 - students.iter().sum::<u32>();
    let mut sizes = vec![size(1, LARGE.0, LARGE.1)];
    sizes.extend(students.iter().zip(2..).map(|(&n, number)| size(number, n, schools_of(n))));
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_adds_up() {
        let sizes = districts(Preset::State);
        assert_eq!(sizes.len(), 171);
        assert_eq!(sizes.iter().map(|s| s.students).sum::<u32>(), 650_000);
        assert_eq!(districts(Preset::Large)[0].schools.iter().sum::<u32>(), 165);
    }

    #[test]
    fn a_district_can_be_several_times_as_large() {
        let four = Preset::parse("district*4").expect("a preset");
        assert_eq!((districts(four)[0].students, districts(four)[0].schools), (24_000, [28, 8, 12]));
        let wrong = ["district*0", "district*17", "district*", "district*x", "large*2"];
        assert!(wrong.into_iter().all(|name| Preset::parse(name).is_none()));
    }
}
