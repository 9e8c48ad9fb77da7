//! References: rows without a required target go out until nothing changes, optional ones become null.

use super::checks::finding;
use super::finding::{Findings, Severity};
use super::scanned::{All, Kept};
use crate::tables::Column;

/// Keeps rows out and makes references null.
pub fn resolve(all: &mut All, findings: &mut Findings) {
    required(all, findings);
    optional(all, findings);
    current_identities(all, findings);
}

/// Columns of a table that refer to another that was read whole.
fn references(all: &All, place: usize) -> Vec<(usize, &'static Column, usize)> {
    let columns = all.scans[place].table.columns;
    let target = |c: &Column| c.references.map(All::place).filter(|t| all.scans[*t].complete);
    columns.iter().enumerate().filter_map(|(i, c)| target(c).map(|t| (i, c, t))).collect()
}

fn required(all: &mut All, findings: &mut Findings) {
    let mut changed = vec![true; all.scans.len()];
    while changed.iter().any(|c| *c) {
        let mut next = vec![false; all.scans.len()];
        for place in 0..all.scans.len() {
            let mut references = references(all, place);
            references.retain(|(_, c, target)| c.required && (changed[*target] || next[*target]));
            let scanned = &all.scans[place];
            let mut out = Vec::new();
            for row in if references.is_empty() { 0..0 } else { 0..scanned.keep.len() } {
                if !scanned.keep[row] {
                    continue;
                }
                for (index, column, target) in &references {
                    let Kept::Int(ids) = &scanned.columns[*index] else { continue };
                    if all.kept_row(*target, ids[row]).is_none() {
                        out.push(row);
                        let gone = all.row(*target, ids[row]).is_some();
                        let what = format!(
                            "the row of {} that it names {}; the row is kept out",
                            all.scans[*target].table.name,
                            if gone { "is kept out" } else { "is not there" }
                        );
                        let warning = Severity::Warning;
                        findings.add(finding(scanned, warning, "missing_reference", row, column.name, &what));
                        break;
                    }
                }
            }
            next[place] |= !out.is_empty();
            out.into_iter().for_each(|row| all.scans[place].keep[row] = false);
        }
        changed = next;
    }
}

fn optional(all: &mut All, findings: &mut Findings) {
    for place in 0..all.scans.len() {
        for (index, column, target) in references(all, place) {
            let scanned = &all.scans[place];
            let Kept::OptInt(ids) = &scanned.columns[index] else { continue };
            let mut nulled = Vec::new();
            for row in scanned.kept() {
                let Some(id) = ids[row] else { continue };
                if all.kept_row(target, id).is_none() {
                    nulled.push(row as u32);
                    let gone = all.row(target, id).is_some();
                    let what = format!(
                        "the row of {} that it names {}; the value becomes null",
                        all.scans[target].table.name,
                        if gone { "is kept out" } else { "is not there" }
                    );
                    let (warning, rule) = (Severity::Warning, "missing_optional_reference");
                    findings.add(finding(scanned, warning, rule, row, column.name, &what));
                }
            }
            all.scans[place].nulled[index] = nulled;
        }
    }
}

/// A current identity that belongs to another person becomes null.
fn current_identities(all: &mut All, findings: &mut Findings) {
    let (person, identity) = (All::place("Person"), All::place("Identity"));
    let (persons, identities) = (&all.scans[person], &all.scans[identity]);
    let Some(index) = persons.table.index_of("currentIdentityID") else { return };
    let Kept::OptInt(current) = &persons.columns[index] else { return };
    let (ids, owners) = (persons.ints("personID"), identities.ints("personID"));
    let mut nulled = persons.nulled[index].clone();
    for row in persons.kept() {
        let Some(found) = current[row].and_then(|id| all.kept_row(identity, id)) else { continue };
        if owners[found] != ids[row] {
            nulled.push(row as u32);
            let what = "the current identity belongs to another person; the value becomes null";
            let (warning, rule) = (Severity::Warning, "identity_of_another");
            findings.add(finding(persons, warning, rule, row, "currentIdentityID", what));
        }
    }
    nulled.sort_unstable();
    all.scans[person].nulled[index] = nulled;
}
