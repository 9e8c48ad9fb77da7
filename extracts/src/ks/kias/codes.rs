//! The code lists of ks-kias, section 8, and how codes are compared (section 1).

/// A code that is missing or in no list.
pub const NONE: u16 = u16::MAX;

/// `BehaviorEvent.incidentType`: drugs (column 6). 2370 is none.
pub const DRUGS: &[u16] = &[2310, 2320, 2330, 2340, 2350, 2360, 2380, 2399];
/// `BehaviorEvent.incidentType`: weapons (column 7).
pub const WEAPONS: &[u16] = &[1210, 1230, 1250, 1299];
/// `BehaviorEvent.incidentType`: physical, verbal, cyber and relational bullying (columns 11 and 12).
pub const BULLYING: &[u16] = &[2015, 2016, 2017, 2018];

/// `BehaviorWeapon.weaponType`: a handgun.
pub const HANDGUN: u16 = 100;
/// `BehaviorWeapon.weaponType`: a rifle or shotgun.
pub const RIFLE: u16 = 200;
/// `BehaviorWeapon.weaponType`: any other firearm.
pub const OTHER_FIREARMS: &[u16] = &[300, 400, 500];
/// `BehaviorWeapon.weaponType`: no firearm.
pub const NO_FIREARMS: &[u16] = &[600, 700, 999];

/// `BehaviorRole.injury`: serious bodily injury.
pub const SERIOUS_INJURY: u16 = 4;

/// `BehaviorResolution.lawEnforcement`: a felony.
pub const REFERRAL_FELONY: u16 = 1;
/// `BehaviorResolution.lawEnforcement`: a misdemeanor.
pub const REFERRAL_MISDEMEANOR: u16 = 2;
/// `BehaviorResolution.lawEnforcement`: weapons.
pub const REFERRAL_WEAPONS: u16 = 3;

/// `BehaviorResolution.stateResCode`: police, felony.
pub const POLICE_FELONY: u16 = 750;
/// `BehaviorResolution.stateResCode`: police, misdemeanor.
pub const POLICE_MISDEMEANOR: u16 = 730;
/// `BehaviorResolution.stateResCode`: any police.
pub const POLICE: &[u16] = &[710, 730, 750, 770];
/// `BehaviorResolution.stateResCode`: a hearing officer's decision.
pub const HEARING_OFFICER: u16 = 470;
/// `BehaviorResolution.stateResCode`: expulsion over a calendar year.
pub const LONGER_THAN_A_YEAR: u16 = 460;
/// `BehaviorResolution.stateResCode`: death, withdrawal, incarceration.
pub const GONE: &[u16] = &[850, 860, 870];

/// `BehaviorResolution.altPlacement`: one calendar year.
pub const METHODS_ONE_YEAR: &[u16] = &[2, 6, 7];
/// Methods of students with disabilities.
pub const METHODS_SPECIAL_EDUCATION: &[u16] = &[1, 2, 3, 4, 5];
/// Methods of other students.
pub const METHODS_OTHERS: &[u16] = &[6, 7, 8, 9, 10, 11, 12];

/// Locations on school property, for column 26.
const ON_PROPERTY: &[u16] = &[101, 105, 110, 120, 130, 140, 150, 160];
/// Locations off school property at an activity, for column 26.
const AT_ACTIVITY: &[u16] = &[210, 230, 299];

/// Column 26: what it prints, the times (`context`) and the locations.
pub const WHERE: &[(&str, &[u16], &[u16])] = &[
    ("1", &[110, 115, 120, 125, 130, 140, 150, 199], ON_PROPERTY),
    ("2", &[210, 230, 299], ON_PROPERTY),
    ("3", &[199, 210, 230, 299], AT_ACTIVITY),
];

/// Text as section 1 has it: trimmed at both ends, nothing when it is empty.
pub fn text(stored: Option<&str>) -> Option<&str> {
    let stored = stored?;
    // Hardly any text has blanks at its ends.
    if let [first, .., last] = stored.as_bytes()
        && first.is_ascii_graphic()
        && last.is_ascii_graphic()
    {
        return Some(stored);
    }
    Some(stored.trim()).filter(|text| !text.is_empty())
}

/// A code of digits that is filled with zeros in front to a width before it is compared; [`NONE`] for any other.
pub fn filled(stored: Option<&str>, width: usize) -> u16 {
    text(stored).filter(|code| code.len() <= width).map_or(NONE, digits)
}

/// A code of digits that is compared without zeros in front; [`NONE`] for any other.
pub fn unfilled(stored: Option<&str>) -> u16 {
    let short = |code: &&str| code.trim_start_matches('0').len() <= 3;
    text(stored).filter(short).map_or(NONE, digits)
}

/// The number that digits make.
fn digits(code: &str) -> u16 {
    if code.bytes().all(|b| b.is_ascii_digit()) { code.parse().unwrap_or(NONE) } else { NONE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn section_1_codes_that_a_spreadsheet_damaged_still_match() {
        for stored in ["001", "01", "1", " 1\u{a0}"] {
            assert_eq!(filled(Some(stored), 3), 1, "{stored}");
        }
        for stored in ["0001", "1.0", "-1", "+1", "1 0", "", "  ", "\u{661}"] {
            assert_eq!(filled(Some(stored), 3), NONE, "{stored}");
        }
        assert_eq!((filled(None, 3), filled(Some("2310"), 4), filled(Some("1"), 2)), (NONE, 2310, 1));
    }

    #[test]
    fn section_1_injury_and_method_have_no_zeros_in_front() {
        assert_eq!(["4", "04", "0000000004", "0", "000"].map(|s| unfilled(Some(s))), [4, 4, 4, 0, 0]);
        assert_eq!(["", "4a", "-4", "40000"].map(|s| unfilled(Some(s))), [NONE; 4]);
    }
}
