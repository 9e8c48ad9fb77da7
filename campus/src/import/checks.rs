//! Rules over whole tables: keys, trials, years, state ids, grade levels.

use std::collections::{HashMap, HashSet};

use super::csv_name;
use super::finding::{Finding, Findings, Severity};
use super::scanned::{All, Kept, Scanned};

/// A finding about a row.
pub fn finding(
    scanned: &Scanned,
    severity: Severity,
    rule: &'static str,
    row: usize,
    column: &str,
    what: &str,
) -> Finding {
    let line = scanned.lines.of(row as u32);
    let (file, column, what) = (csv_name(scanned.table), column.to_owned(), what.to_owned());
    Finding { severity, rule, file, line, column, what, kind: "" }
}

/// Keys that are there twice, and the number of districts.
pub fn keys(all: &All, findings: &mut Findings) {
    for scanned in &all.scans {
        let columns: Vec<usize> =
            (0..scanned.columns.len()).filter(|i| scanned.table.columns[*i].key).collect();
        let mut twice = match &columns[..] {
            [one] => match &scanned.columns[*one] {
                Kept::Int(ids) => twice(scanned.kept().map(|row| (ids[row], row as u32))),
                _ => twice(scanned.kept().map(|row| (part(scanned, *one, row), row as u32))),
            },
            many => twice(scanned.kept().map(|row| {
                let mut key = [0i32; 4];
                many.iter().zip(&mut key).for_each(|(column, k)| *k = part(scanned, *column, row));
                (key, row as u32)
            })),
        };
        twice.sort_unstable();
        let column = columns.iter().map(|i| scanned.table.columns[*i].name).collect::<Vec<_>>().join(", ");
        for row in twice {
            let what = "the key is in an earlier row already";
            findings.add(finding(scanned, Severity::Error, "duplicate_key", row as usize, &column, what));
        }
    }
    let district = all.get("District");
    let rows = district.kept().count();
    if district.complete && rows != 1 {
        let (file, column) = (csv_name(district.table), String::new());
        let what = format!("there are {rows} rows and exactly one must be there");
        let severity = Severity::Error;
        findings.add(Finding { severity, rule: "district_rows", file, line: 0, column, what, kind: "" });
    }
}

/// One column of a key, as a number that is equal when the values are.
fn part(scanned: &Scanned, column: usize, row: usize) -> i32 {
    match &scanned.columns[column] {
        Kept::Int(v) => v[row],
        Kept::Symbol(v) => v[row] as i32,
        _ => 0,
    }
}

/// Rows whose key an earlier row has.
fn twice<K: Ord + Copy>(pairs: impl Iterator<Item = (K, u32)>) -> Vec<u32> {
    let mut pairs: Vec<(K, u32)> = pairs.collect();
    pairs.sort_unstable();
    pairs.windows(2).filter(|w| w[0].0 == w[1].0).map(|w| w[1].1).collect()
}

/// Warnings about the rows that stay.
pub fn after(all: &All, findings: &mut Findings) {
    for scanned in &all.scans {
        for row in scanned.reversed.iter().map(|r| *r as usize).filter(|r| scanned.keep[*r]) {
            let what = "the end date is before the start date";
            findings.add(finding(scanned, Severity::Warning, "end_before_start", row, "endDate", what));
        }
    }
    years(all, findings);
    trials(all, findings);
    state_ids(all, findings);
    grade_levels(all, findings);
}

fn years(all: &All, findings: &mut Findings) {
    let years = all.get("SchoolYear");
    let flags = years.flags("active");
    let active: Vec<usize> = years.kept().filter(|row| flags[*row]).collect();
    if !years.complete || active.len() == 1 {
        return;
    }
    let (rule, what, row) = match active.first() {
        None => ("no_active_year", "no school year is active; the latest counts", None),
        Some(row) => {
            ("several_active_years", "several school years are active; the latest counts", Some(*row))
        }
    };
    let mut warning = finding(years, Severity::Warning, rule, row.unwrap_or(0), "active", what);
    if row.is_none() {
        warning.line = 0;
    }
    findings.add(warning);
}

fn trials(all: &All, findings: &mut Findings) {
    let (structures, trials) = (all.get("ScheduleStructure"), all.get("Trial"));
    if !trials.complete {
        return;
    }
    let (of, flags) = (trials.ints("structureID"), trials.flags("active"));
    let mut active: HashMap<i32, u32> = HashMap::new();
    trials.kept().filter(|row| flags[*row]).for_each(|row| *active.entry(of[row]).or_default() += 1);
    let ids = structures.ints("structureID");
    for row in structures.kept() {
        let (rule, what) = match active.get(&ids[row]) {
            None => ("no_active_trial", "the structure has no active trial"),
            Some(1) => continue,
            Some(_) => (
                "several_active_trials",
                "the structure has several active trials; the highest trialID counts",
            ),
        };
        findings.add(finding(structures, Severity::Warning, rule, row, "structureID", what));
    }
}

fn state_ids(all: &All, findings: &mut Findings) {
    let persons = all.get("Person");
    let ids = persons.texts("stateID");
    let mut seen = HashSet::new();
    for row in persons.kept().filter(|row| ids[*row] != 0) {
        if !seen.insert(ids[row]) {
            let what = "another person has the same state id";
            findings.add(finding(persons, Severity::Warning, "shared_state_id", row, "stateID", what));
        }
    }
}

/// Enrollments whose grade is no grade level of their calendar and structure, both trimmed at both ends.
fn grade_levels(all: &All, findings: &mut Findings) {
    let (levels, enrollments) = (all.get("GradeLevel"), all.get("Enrollment"));
    if !levels.complete {
        return;
    }
    // Number of an enrollment's grade text -> number of the same level name; texts of the two are numbered apart.
    let mut same = vec![0u32; enrollments.symbols.len() + 1];
    for (grade, number) in &enrollments.symbols {
        same[*number as usize] = levels.symbols.get(grade.trim()).copied().unwrap_or(0);
    }
    let (calendars, structures, names) =
        (levels.ints("calendarID"), levels.ints("structureID"), levels.texts("name"));
    let there: HashSet<_> = levels.kept().map(|r| (calendars[r], structures[r], names[r])).collect();
    let (calendars, structures, grades) =
        (enrollments.ints("calendarID"), enrollments.ints("structureID"), enrollments.texts("grade"));
    for row in enrollments.kept() {
        if !there.contains(&(calendars[row], structures[row], same[grades[row] as usize])) {
            let what = "the grade is no grade level of the calendar and structure";
            findings.add(finding(enrollments, Severity::Warning, "no_grade_level", row, "grade", what));
        }
    }
}
