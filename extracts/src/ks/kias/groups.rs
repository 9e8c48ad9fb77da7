//! Which resolutions make one row together (ks-kias, section 4).

use crate::kit::rules::Rule;

/// How resolutions become rows.
#[rustfmt::skip]
pub const RULES: &[Rule] = &[
    Rule { section: "3", rule: "Chosen enrollment", counted: "", words: "in the incident's calendar, in its school, service type P, latest start, lowest id: the first difference decides" },
    Rule { section: "4", rule: "Rows", counted: "", words: "one row for each group of resolutions: 450; 510 and 520; 550; 555; 560; 565; 001 and 002; 730; 750" },
    Rule { section: "4", rule: "Companions", counted: "", words: "a resolution with any other code makes no row and fills columns of every row of the student-event" },
    Rule { section: "7", rule: "Days", counted: "", words: "the days of a row's resolutions are summed exactly and rounded once, half up, to hundredths" },
];

/// What a row reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// In-school suspension.
    Iss,
    /// Out-of-school suspension.
    Oss,
    /// Expulsion.
    Expulsion {
        /// Column 17.
        services: bool,
        /// Column 19: for the remainder of the year.
        remainder: bool,
    },
    /// Interim alternative education setting.
    Iaes,
    /// A referral to law enforcement; it has no days.
    LawEnforcement,
}

/// One line of the table of groups.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// Codes of its resolutions.
    pub codes: &'static [u16],
    /// What its row reports.
    pub removal: Removal,
}

/// The groups, in the order of rows.
#[rustfmt::skip]
pub const GROUPS: [Group; 9] = [
    Group { codes: &[450],      removal: Removal::Iss },
    Group { codes: &[510, 520], removal: Removal::Oss },
    Group { codes: &[550],      removal: Removal::Expulsion { services: true,  remainder: false } },
    Group { codes: &[555],      removal: Removal::Expulsion { services: true,  remainder: true } },
    Group { codes: &[560],      removal: Removal::Expulsion { services: false, remainder: false } },
    Group { codes: &[565],      removal: Removal::Expulsion { services: false, remainder: true } },
    Group { codes: &[1, 2],     removal: Removal::Iaes },
    Group { codes: &[730],      removal: Removal::LawEnforcement },
    Group { codes: &[750],      removal: Removal::LawEnforcement },
];

/// A companion's place: it is in no group and fills columns of every row.
pub const COMPANION: u8 = GROUPS.len() as u8;

/// The place of a resolution's group by its code, [`COMPANION`] for a code outside the row list.
pub fn place(code: u16) -> u8 {
    GROUPS.iter().position(|g| g.codes.contains(&code)).map_or(COMPANION, |at| at as u8)
}

/// Whether a code is in the row list.
pub fn in_row_list(code: u16) -> bool {
    place(code) != COMPANION
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn section_1_the_row_list_has_eleven_codes() {
        let list = [450, 510, 520, 1, 2, 550, 555, 560, 565, 730, 750];
        assert!(list.into_iter().all(in_row_list));
        assert_eq!(GROUPS.iter().map(|g| g.codes.len()).sum::<usize>(), list.len());
        for companion in [460, 470, 710, 770, 850, 860, 870, 0, super::super::codes::NONE] {
            assert!(!in_row_list(companion), "{companion}");
        }
    }
}
