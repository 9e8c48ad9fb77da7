//! What holds between rows: keys, references, and the warnings of campus-data, "Import".

use std::collections::{HashMap, HashSet};

use super::Findings;
use super::load::{Loaded, Values};
use crate::tables::{Kind, TABLES};

/// Checks all tables, keeps rows out and makes references null as the page says.
pub fn check(tables: &mut [Loaded], findings: &mut Findings) {
    for table in tables.iter() {
        keys(table, findings);
    }
    let district = at("District");
    let districts = tables[district].kept.iter().filter(|k| **k).count();
    if districts != 1 {
        let what = format!("there must be exactly one District row and there are {districts}");
        findings.error("District.csv", 0, "", "not_one_district", what);
    }
    if findings.errors() > 0 {
        return;
    }
    required_references(tables, findings);
    optional_references(tables, findings);
    current_identities(tables, findings);
    ends_before_starts(tables, findings);
    shared_state_ids(&tables[at("Person")], findings);
    active_trials(tables, findings);
    active_years(&tables[at("SchoolYear")], findings);
    grade_levels(tables, findings);
}

/// Place of a table among all.
pub fn at(name: &str) -> usize {
    TABLES.iter().position(|t| t.name == name).expect("a declared table")
}

/// A duplicate key is an error. `GradeLevel.name` is trimmed at both ends first.
fn keys(table: &Loaded, findings: &mut Findings) {
    let key_columns: Vec<usize> = (0..table.columns.len()).filter(|&c| table.table.columns[c].key).collect();
    let mut duplicate = |row: usize| {
        findings.error(
            &table.file(),
            table.lines[row],
            table.table.columns[key_columns[0]].name,
            "duplicate_key",
            "the key is used twice",
        );
    };
    let rows = (0..table.rows()).filter(|&r| table.kept[r]);
    if let ([column], true) = (&key_columns[..], table.table.columns[key_columns[0]].kind == Kind::Int) {
        let mut seen = HashSet::with_capacity(table.rows());
        rows.filter(|&r| !seen.insert(table.columns[*column].number(r))).for_each(&mut duplicate);
        return;
    }
    let mut seen = HashSet::with_capacity(table.rows());
    for row in rows {
        let key: Vec<(Option<i32>, Option<&str>)> = key_columns
            .iter()
            .map(|&c| (table.columns[c].number(row), table.columns[c].text(row).map(str::trim_start)))
            .collect();
        if !seen.insert(key) {
            duplicate(row);
        }
    }
}

/// Kept rows of a table by its single key.
fn kept_ids(table: &Loaded) -> HashSet<i32> {
    (0..table.rows()).filter(|&r| table.kept[r]).filter_map(|r| table.columns[0].number(r)).collect()
}

/// The tables that any column refers to, with the ids of their kept rows.
fn all_kept_ids(tables: &[Loaded]) -> HashMap<&'static str, HashSet<i32>> {
    let targets: HashSet<&str> = TABLES.iter().flat_map(|t| t.columns).filter_map(|c| c.references).collect();
    targets.into_iter().map(|name| (name, kept_ids(&tables[at(name)]))).collect()
}

/// A required reference to a missing row keeps the row out, and then the rows that require it.
fn required_references(tables: &mut [Loaded], findings: &mut Findings) {
    let mut ids = all_kept_ids(tables);
    loop {
        let mut changed = false;
        for table in tables.iter_mut() {
            let file = table.file();
            for (place, column) in table.table.columns.iter().enumerate() {
                let Some(target) = column.references.filter(|_| column.required) else { continue };
                let targets = &ids[target];
                let mut gone = Vec::new();
                for row in 0..table.lines.len() {
                    let missing = |id: i32| !targets.contains(&id);
                    if table.kept[row] && table.columns[place].number(row).is_some_and(missing) {
                        table.kept[row] = false;
                        gone.push(row);
                    }
                }
                for row in gone {
                    changed = true;
                    let what = format!("the row names a {target} that is missing and is kept out");
                    findings.warning(&file, table.lines[row], column.name, "missing_reference", what);
                    if let (Some(own), Some(id)) =
                        (ids.get_mut(table.table.name), table.columns[0].number(row))
                    {
                        own.remove(&id);
                    }
                }
            }
        }
        if !changed {
            return;
        }
    }
}

/// An optional reference to a missing row, or to one kept out, becomes null.
fn optional_references(tables: &mut [Loaded], findings: &mut Findings) {
    let ids = all_kept_ids(tables);
    for table in tables.iter_mut() {
        let file = table.file();
        for (place, column) in table.table.columns.iter().enumerate() {
            let Some(target) = column.references.filter(|_| !column.required) else { continue };
            let Values::Numbers(values) = &mut table.columns[place] else { continue };
            for (row, value) in values.iter_mut().enumerate().filter(|(row, _)| table.kept[*row]) {
                if value.is_some_and(|id| !ids[target].contains(&id)) {
                    *value = None;
                    let what = format!("the row names a {target} that is missing; it is read as empty");
                    findings.warning(
                        &file,
                        table.lines[row],
                        column.name,
                        "missing_optional_reference",
                        what,
                    );
                }
            }
        }
    }
}

/// A current identity that belongs to another person becomes null.
fn current_identities(tables: &mut [Loaded], findings: &mut Findings) {
    let identity = &tables[at("Identity")];
    let owners: HashMap<i32, i32> = (0..identity.rows())
        .filter(|&r| identity.kept[r])
        .filter_map(|r| {
            Some((identity.column("identityID").number(r)?, identity.column("personID").number(r)?))
        })
        .collect();
    let person = &mut tables[at("Person")];
    let current = person.table.index_of("currentIdentityID").expect("a declared column");
    for row in 0..person.rows() {
        let owner = person.columns[current].number(row).and_then(|id| owners.get(&id).copied());
        if person.kept[row] && owner.is_some() && owner != person.columns[0].number(row) {
            if let Values::Numbers(values) = &mut person.columns[current] {
                values[row] = None;
            }
            let what = "the current identity belongs to another person; it is read as empty";
            findings.warning(
                "Person.csv",
                person.lines[row],
                "currentIdentityID",
                "identity_of_another",
                what,
            );
        }
    }
}

/// Pairs of columns that name a start and an end.
const SPANS: [(&str, &str); 3] = [
    ("startDate", "endDate"),
    ("identifiedDate", "exitDate"),
    ("lastQualifyingArrivalDate", "eligibilityExpirationDate"),
];

fn ends_before_starts(tables: &[Loaded], findings: &mut Findings) {
    for table in tables {
        for (start, end) in SPANS {
            let (Some(s), Some(e)) = (table.table.index_of(start), table.table.index_of(end)) else {
                continue;
            };
            for row in (0..table.rows()).filter(|&r| table.kept[r]) {
                if let (Some(from), Some(to)) = (table.columns[s].number(row), table.columns[e].number(row))
                    && to < from
                {
                    let what = "the end date is before the start date";
                    findings.warning(&table.file(), table.lines[row], end, "end_before_start", what);
                }
            }
        }
    }
}

fn shared_state_ids(person: &Loaded, findings: &mut Findings) {
    let mut seen = HashSet::new();
    let ids = person.column("stateID");
    for row in (0..person.rows()).filter(|&r| person.kept[r]) {
        if ids.text(row).is_some_and(|id| !seen.insert(id)) {
            let what = "another person has the same stateID";
            findings.warning("Person.csv", person.lines[row], "stateID", "shared_state_id", what);
        }
    }
}

fn active_trials(tables: &[Loaded], findings: &mut Findings) {
    let trial = &tables[at("Trial")];
    let mut active: HashMap<i32, u32> = HashMap::new();
    for row in (0..trial.rows()).filter(|&r| trial.kept[r] && trial.column("active").flag(r)) {
        if let Some(structure) = trial.column("structureID").number(row) {
            *active.entry(structure).or_default() += 1;
        }
    }
    let structure = &tables[at("ScheduleStructure")];
    for row in (0..structure.rows()).filter(|&r| structure.kept[r]) {
        let trials = structure.columns[0].number(row).and_then(|id| active.get(&id)).copied().unwrap_or(0);
        let (rule, what) = match trials {
            0 => ("no_active_trial", "no trial of the structure is active"),
            1 => continue,
            _ => (
                "several_active_trials",
                "several trials of the structure are active; the highest trialID counts",
            ),
        };
        findings.warning(&structure.file(), structure.lines[row], "", rule, what);
    }
}

fn active_years(year: &Loaded, findings: &mut Findings) {
    match (0..year.rows()).filter(|&r| year.kept[r] && year.column("active").flag(r)).count() {
        0 => findings.warning(
            "SchoolYear.csv",
            0,
            "active",
            "no_active_year",
            "no school year is active; the latest counts",
        ),
        1 => {}
        _ => findings.warning(
            "SchoolYear.csv",
            0,
            "active",
            "several_active_years",
            "several school years are active; the latest of them counts",
        ),
    }
}

/// Enrollments whose grade is no grade level of their calendar and structure (convention 6).
fn grade_levels(tables: &[Loaded], findings: &mut Findings) {
    fn key(table: &Loaded, row: usize, grade: &str) -> (Option<i32>, Option<i32>, String) {
        let name = table.column(grade).text(row).unwrap_or("").trim().to_owned();
        (table.column("calendarID").number(row), table.column("structureID").number(row), name)
    }
    let level = &tables[at("GradeLevel")];
    let levels: HashSet<_> =
        (0..level.rows()).filter(|&r| level.kept[r]).map(|r| key(level, r, "name")).collect();
    let enrollment = &tables[at("Enrollment")];
    for row in (0..enrollment.rows()).filter(|&r| enrollment.kept[r]) {
        if !levels.contains(&key(enrollment, row, "grade")) {
            let what = "the grade is no grade level of the calendar and structure";
            findings.warning("Enrollment.csv", enrollment.lines[row], "grade", "no_grade_level", what);
        }
    }
}
