//! Why a student was removed: what an event says on every row of it (ks-kias, columns 6 to 12, section 6.2).

use super::codes;
use super::events::Events;
use super::tables::Tables;

/// What an event says.
#[derive(Clone, Copy, Debug)]
pub struct Reasons {
    /// Column 6.
    pub drugs: bool,
    /// Column 7.
    pub weapons: bool,
    /// Column 8: the digit; nothing when no test fits.
    pub weapon_type: Option<&'static str>,
    /// Column 9.
    pub injury: bool,
    /// Columns 11 and 12: place of the type in the list.
    pub bullying: Option<u8>,
    /// A weapon of the event is a firearm.
    pub firearm: bool,
    /// The event has a weapon of any type.
    pub armed: bool,
}

impl Reasons {
    /// Column 10: neither drugs nor weapons nor serious injury; bullying plays no part.
    pub fn other(&self) -> bool {
        !(self.drugs || self.weapons || self.injury)
    }

    /// Column 12.
    pub fn bullying_type(&self) -> Option<&'static str> {
        ["1", "2", "3", "4"].get(usize::from(self.bullying?)).copied()
    }
}

/// Reads events.
#[derive(Debug)]
pub struct Readers {
    incident_type: Vec<u16>,
    weapon_type: Vec<u16>,
    injury: Vec<bool>,
}

impl Readers {
    /// Reads the codes.
    pub fn of(tables: &Tables) -> Readers {
        let (event, weapon, role) = (&tables.event, &tables.weapon, &tables.role);
        let incident_type = event.texts("incidentType");
        let weapon_type = weapon.texts("weaponType");
        let injury = role.texts("injury");
        Readers {
            incident_type: (0..event.rows()).map(|r| codes::filled(incident_type.get(r), 4)).collect(),
            weapon_type: (0..weapon.rows()).map(|r| codes::filled(weapon_type.get(r), 3)).collect(),
            injury: (0..role.rows())
                .map(|r| codes::unfilled(injury.get(r)) == codes::SERIOUS_INJURY)
                .collect(),
        }
    }

    /// What an event says.
    pub fn reasons(&self, events: &Events, event: u32) -> Reasons {
        let event = event as usize;
        let kind = self.incident_type[event];
        let (weapons, roles) = (events.weapons.of_owner(event), events.roles.of_owner(event));
        let types = || weapons.iter().map(|&w| self.weapon_type[w as usize]);
        Reasons {
            drugs: codes::DRUGS.contains(&kind),
            weapons: codes::WEAPONS.contains(&kind),
            weapon_type: weapon_type(types()),
            injury: roles.iter().any(|&role| self.injury[role as usize]),
            bullying: codes::BULLYING.iter().position(|&b| b == kind).map(|at| at as u8),
            firearm: types().any(is_firearm),
            armed: !weapons.is_empty(),
        }
    }
}

fn is_firearm(kind: u16) -> bool {
    kind == codes::HANDGUN || kind == codes::RIFLE || codes::OTHER_FIREARMS.contains(&kind)
}

/// 6.2: the first test that fits. Weapon rows are counted, not different types.
fn weapon_type(types: impl Iterator<Item = u16> + Clone) -> Option<&'static str> {
    let (rows, first) = (types.clone().count(), types.clone().next());
    let only = first.filter(|_| rows == 1);
    if rows > 1 && types.clone().any(is_firearm) {
        Some("4")
    } else if only == Some(codes::HANDGUN) {
        Some("1")
    } else if only == Some(codes::RIFLE) {
        Some("2")
    } else if only.is_some_and(|kind| codes::OTHER_FIREARMS.contains(&kind)) {
        Some("3")
    } else if types.clone().any(|kind| codes::NO_FIREARMS.contains(&kind)) {
        Some("5")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn section_6_2_the_first_test_that_fits() {
        let of = |types: &[u16]| weapon_type(types.iter().copied());
        for (types, prints) in [
            (&[100, 100][..], Some("4")),
            (&[100, 700], Some("4")),
            (&[600, 500], Some("4")),
            (&[100], Some("1")),
            (&[200], Some("2")),
            (&[300], Some("3")),
            (&[400], Some("3")),
            (&[500], Some("3")),
            (&[600, 700], Some("5")),
            (&[999], Some("5")),
            (&[800, 999], Some("5")),
            (&[800], None),
            (&[], None),
        ] {
            assert_eq!(of(types), prints, "{types:?}");
        }
    }
}
