//! Bundles as a whole.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::Path;

use campus::tables::{Kind, TABLES, table};
use synth::{Preset, State, Summary, write};

type Rows = Vec<Vec<String>>;

fn made(preset: Preset, seed: u64, state: State) -> (tempfile::TempDir, Summary) {
    of_years(preset, seed, state, None)
}

fn of_years(preset: Preset, seed: u64, state: State, years: Option<u32>) -> (tempfile::TempDir, Summary) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let summary = write(preset, seed, state, years, &dir.path().join("bundle")).expect("a bundle");
    (dir, summary)
}

fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let list = fs::read_dir(dir.join("bundle")).expect("a folder");
    let mut files: BTreeMap<_, _> = list
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, fs::read(path).expect("a file"))
        })
        .collect();
    files.insert("planted".into(), fs::read(dir.join("bundle.planted.csv")).expect("the list"));
    files
}

/// Fields of a line; no quoted field has a quote or a line end in it.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            _ => fields.last_mut().expect("a field").push(c),
        }
    }
    fields
}

/// Rows of a file.
fn rows(text: &[u8]) -> Rows {
    let text = std::str::from_utf8(text).expect("UTF-8");
    text.split_terminator("\r\n").skip(1).map(fields).collect()
}

fn tables(dir: &Path) -> HashMap<&'static str, Rows> {
    let files = files(dir);
    let of = |name: &str| files.get(&format!("{name}.csv")).map(|text| rows(text));
    TABLES.iter().filter_map(|t| of(t.name).map(|rows| (t.name, rows))).collect()
}

#[test]
fn same_seed_same_bytes() {
    let (a, b, c) = (
        made(Preset::Small, 1, State::Ky),
        made(Preset::Small, 1, State::Ky),
        made(Preset::Small, 2, State::Ky),
    );
    assert_eq!(files(a.0.path()), files(b.0.path()));
    assert_ne!(files(a.0.path()), files(c.0.path()));
}

#[test]
fn small_has_its_size() {
    let (dir, summary) = made(Preset::Small, 1, State::Ky);
    assert_eq!(summary.rows.len(), 30);
    assert_eq!(summary.rows["School"], 4);
    let all = tables(dir.path());
    let students: HashSet<_> =
        all["Enrollment"].iter().filter(|r| r[2] == "100").map(|r| r[1].clone()).collect();
    assert_eq!(students.len(), 60);
    for (name, rows) in &all {
        assert_eq!(summary.rows[name], rows.len() as u64, "{name}");
    }
    assert!(summary.planted > 30);
}

#[test]
fn district_has_its_size() {
    let (dir, summary) = made(Preset::District, 1, State::Ky);
    assert_eq!(summary.rows["School"], 12);
    assert_eq!(summary.rows["SchoolYear"], 1);
    let all = tables(dir.path());
    let students: HashSet<_> = all["Enrollment"].iter().map(|r| r[1].clone()).collect();
    assert_eq!(students.len(), 6_000);
    assert!((44_000..52_000).contains(&summary.rows["Roster"]), "{}", summary.rows["Roster"]);
    assert!(summary.planted > 50);
}

#[test]
fn every_state_and_preset_is_sound() {
    for state in [State::Ky, State::Ks, State::Il] {
        for preset in [Preset::Small, Preset::District] {
            sound(made(preset, 7, state).0.path());
        }
    }
}

#[test]
fn every_number_of_years_is_sound() {
    for years in [1, 3, 10] {
        sound(of_years(Preset::Small, 3, State::Ky, Some(years)).0.path());
        sound(of_years(Preset::District, 3, State::Ky, Some(years.min(3))).0.path());
    }
}

/// Field counts, required values, unique keys and references hold, but for planted rows.
fn sound(dir: &Path) {
    let all = tables(dir);
    let planted: HashSet<(String, String)> =
        rows(&files(dir)["planted"]).into_iter().map(|r| (r[0].clone(), r[1].clone())).collect();
    assert!(!planted.is_empty());
    let keys: HashMap<&str, HashSet<&str>> =
        all.iter().map(|(name, rows)| (*name, rows.iter().map(|r| r[0].as_str()).collect())).collect();
    for (name, rows) in &all {
        let columns = table(name).expect("a table").columns;
        let mut seen = HashSet::new();
        for row in rows {
            assert_eq!(row.len(), columns.len(), "{name} {row:?}");
            let key: Vec<_> = columns.iter().zip(row).filter(|c| c.0.key).map(|c| c.1.trim()).collect();
            assert!(seen.insert(key), "{name} {row:?}");
            for (column, value) in columns.iter().zip(row) {
                assert!(!(column.required && value.is_empty()), "{name}.{} {row:?}", column.name);
                let good = match column.kind {
                    _ if value.is_empty() => true,
                    Kind::Int => value.parse::<i32>().is_ok(),
                    Kind::Bool => matches!(value.as_str(), "0" | "1"),
                    Kind::Date => campus::date::Date::parse_iso(value).is_some(),
                    _ => true,
                };
                assert!(good, "{name}.{} {row:?}", column.name);
                let Some(to) = column.references.filter(|_| !value.is_empty()) else { continue };
                assert!(
                    keys[to].contains(value.as_str())
                        || planted.contains(&(name.to_string(), row[0].clone())),
                    "{name}.{} {row:?} names no {to}",
                    column.name
                );
            }
        }
    }
}

#[test]
fn large_has_its_size() {
    let (_dir, summary) = made(Preset::Large, 1, State::Ky);
    assert_eq!(summary.rows["School"], 165);
    assert!((49_000..53_000).contains(&summary.rows["Section"]), "{}", summary.rows["Section"]);
    assert!((1_440_000..1_520_000).contains(&summary.rows["Roster"]), "{}", summary.rows["Roster"]);
}

#[test]
fn state_has_its_size() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let out = dir.path().join("state");
    let summary = write(Preset::State, 1, State::Ky, None, &out).expect("bundles");
    assert_eq!(summary.bundles.len(), 171);
    assert_eq!(summary.rows["District"], 171);
    assert!(summary.bundles.iter().all(|b| b.join("Roster.csv").is_file()));
    assert!(out.join("001.planted.csv").is_file());
}

#[test]
fn kansas_has_40_000_incidents_a_year_in_large_and_no_other_table_changes() {
    let (_dir, summary) = of_years(Preset::Large, 1, State::Ks, Some(1));
    assert_eq!(summary.rows["BehaviorIncident"], 40_000);
    assert!(
        (50_000..80_000).contains(&summary.rows["BehaviorResolution"]),
        "{}",
        summary.rows["BehaviorResolution"]
    );
    let (kentucky, kansas) = (made(Preset::District, 1, State::Ky), made(Preset::District, 1, State::Ks));
    let (kentucky, kansas) = (files(kentucky.0.path()), files(kansas.0.path()));
    for table in ["Roster.csv", "Plan.csv", "Identity.csv", "Enrollment.csv", "Day.csv"] {
        assert_eq!(kentucky[table], kansas[table], "{table}");
    }
}
