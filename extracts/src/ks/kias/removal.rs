//! What the resolutions of a row say: columns 13 to 27 (ks-kias, sections 4, 5, 6.3, 6.4 and 7).

use super::codes;
use super::events::Resolutions;
use super::groups::{COMPANION, GROUPS, Group, Removal};
use super::length::Lengths;
use super::reasons::Reasons;
use super::warnings::{Warnings, Word};
use crate::kit::days::{Days, Exact, Hundredths};

/// Hundredths of a day that the state's layout has room for: 99.99.
const ROOM: u64 = 9_999;

/// What a row says beside the columns that it shares with others of its student-event.
#[derive(Clone, Debug)]
pub struct Said {
    /// Place of the group.
    pub group: u8,
    /// Days of columns 14, 15, 16 or 20; nothing when the column is empty.
    pub days: Option<Hundredths>,
    /// Column 18.
    pub duration: Option<&'static str>,
    /// Column 22.
    pub hearing_officer: Option<bool>,
    /// Columns 13 and 23.
    pub felony: bool,
    /// Column 24.
    pub misdemeanor: bool,
    /// Column 25.
    pub weapons: bool,
    /// Column 26.
    pub place: Option<&'static str>,
    /// Column 27.
    pub arrest: Option<bool>,
}

impl Said {
    /// The group of the row.
    pub fn group(&self) -> &'static Group {
        &GROUPS[usize::from(self.group)]
    }

    /// What the row reports.
    pub fn removal(&self) -> Removal {
        self.group().removal
    }
}

/// What is the same for all rows of a student-event.
#[derive(Debug)]
pub struct Whole<'a> {
    /// Codes of resolutions.
    pub resolutions: &'a Resolutions,
    /// Lengths of resolutions.
    pub lengths: &'a Lengths<'a>,
    /// Instructional days of the chosen enrollment.
    pub days: Days<'a>,
    /// All resolutions of the student-event.
    pub own: &'a [u32],
    /// What the event says.
    pub reasons: &'a Reasons,
    /// Column 26 of a row that has one.
    pub place: Option<&'static str>,
}

impl Whole<'_> {
    /// The row of a group.
    pub fn row(&self, group: u8, warnings: &mut Warnings) -> Said {
        let r = self.resolutions;
        let removal = GROUPS[usize::from(group)].removal;
        let days = self.days(group, removal, warnings);
        let expelled = matches!(removal, Removal::Expulsion { .. }) && days.is_some();
        let placed = removal == Removal::Iaes && days.is_some();
        let code = |code: u16| self.any(group, |row| r.code[row] == code);
        let referral = |referral: u16| self.any(group, |row| r.referral[row] == referral);
        let felony = referral(codes::REFERRAL_FELONY) || code(codes::POLICE_FELONY);
        let misdemeanor = referral(codes::REFERRAL_MISDEMEANOR) || code(codes::POLICE_MISDEMEANOR);
        let police = || self.any(group, |row| codes::POLICE.contains(&r.code[row]));
        let weapons = self.reasons.firearm && (referral(codes::REFERRAL_WEAPONS) || police());
        let reported = felony || misdemeanor || weapons;
        if reported && self.place.is_none() {
            warnings.add(Word::NoPlace);
        }
        Said {
            group,
            duration: expelled.then(|| self.duration(group)),
            hearing_officer: placed.then(|| self.companion(|row| r.code[row] == codes::HEARING_OFFICER)),
            days,
            felony,
            misdemeanor,
            weapons,
            place: self.place.filter(|_| reported),
            arrest: reported.then(|| self.any(group, |row| r.arrest[row])),
        }
    }

    /// 7: the sum of the days of the group, rounded once. An expulsion or IAES of no days is empty.
    fn days(&self, group: u8, removal: Removal, warnings: &mut Warnings) -> Option<Hundredths> {
        if removal == Removal::LawEnforcement {
            return None;
        }
        let mut sum: Option<Exact> = None;
        for row in self.of_group(group) {
            let length = self.lengths.length(row, &self.days);
            if length.negative {
                warnings.add(Word::Negative);
            }
            if length.undated {
                warnings.add(Word::Undated);
            }
            if let Some(days) = length.days {
                sum.get_or_insert(Exact::ZERO).add(&days);
            }
        }
        let days = sum?.hundredths();
        if days.exceeds(ROOM) {
            warnings.add(Word::TooLong);
        }
        let zero_shows = matches!(removal, Removal::Iss | Removal::Oss);
        (zero_shows || !days.is_zero()).then_some(days)
    }

    /// 6.3: the first test that fits.
    fn duration(&self, group: u8) -> &'static str {
        let r = self.resolutions;
        if self.companion(|row| codes::GONE.contains(&r.code[row])) {
            "4"
        } else if self.companion(|row| r.code[row] == codes::LONGER_THAN_A_YEAR) {
            "3"
        } else if self.any(group, |row| codes::METHODS_ONE_YEAR.contains(&r.method[row])) {
            "2"
        } else {
            "1"
        }
    }

    /// `R`: the resolutions of the group.
    fn of_group(&self, group: u8) -> impl Iterator<Item = usize> {
        self.own.iter().map(|&row| row as usize).filter(move |&row| self.resolutions.group[row] == group)
    }

    /// Whether one of `C` is so.
    fn companion(&self, is: impl Fn(usize) -> bool) -> bool {
        self.of_group(COMPANION).any(is)
    }

    /// Whether one of `R` and `C` is so.
    fn any(&self, group: u8, is: impl Fn(usize) -> bool) -> bool {
        self.of_group(group).any(&is) || self.of_group(COMPANION).any(is)
    }
}

/// 6.4: what column 26 prints for a time and a location.
pub fn place(time: u16, location: u16) -> Option<&'static str> {
    codes::WHERE
        .iter()
        .find(|(_, times, places)| times.contains(&time) && places.contains(&location))
        .map(|w| w.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn section_6_4_time_199_is_in_two_lines_and_the_location_decides() {
        for (time, location, prints) in [
            (120, 110, Some("1")),
            (199, 101, Some("1")),
            (230, 160, Some("2")),
            (199, 210, Some("3")),
            (299, 299, Some("3")),
            (110, 210, None),
            (150, 299, None),
            (codes::NONE, 101, None),
            (120, codes::NONE, None),
            (codes::NONE, codes::NONE, None),
        ] {
            assert_eq!(place(time, location), prints, "{time} {location}");
        }
    }
}
