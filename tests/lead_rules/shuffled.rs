//! The order of rows in a bundle changes no byte of any report.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::bundle::Imported;
use crate::district;

/// The files of a folder but the summary, which names the snapshot.
fn files(out: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(out).expect("out").map(|e| e.expect("a file"));
    let named = entries.map(|e| (e.file_name().into_string().expect("a name"), e.path()));
    named
        .filter(|(name, _)| name != "summary.json")
        .map(|(name, path)| (name, fs::read_to_string(path).expect("made")))
        .collect()
}

/// All reports of both extracts.
fn made(imported: &Imported, section: &Value) -> BTreeMap<String, String> {
    let lead = json!({"reports": ["detail", "staff", "caseload", "classes", "schoolwide", "issues"],
        "calendars": {"all": true}});
    let data = json!({"reports": ["detail", "staff", "caseload", "classes", "schoolwide"], "format": "csv",
        "section_id": section});
    let mut all = files(&imported.run("kecs-lead", &lead));
    all.extend(files(&imported.run("lead-data", &data)));
    all
}

/// Swaps the rows of every table by a simple generator of its own.
fn shuffle(bundle: &Path, mut seed: u64) {
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    let mut paths: Vec<_> =
        fs::read_dir(bundle).expect("bundle").map(|e| e.expect("a file").path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "csv"));
    paths.sort();
    for path in paths {
        let text = fs::read_to_string(&path).expect("a table");
        let mut lines: Vec<&str> = text.lines().collect();
        for at in (2..lines.len()).rev() {
            lines.swap(at, 1 + next(at));
        }
        fs::write(&path, lines.join("\n") + "\n").expect("scratch");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]
    #[test]
    fn shuffled_rows_change_no_byte(seed in 0..1_000u64, order in any::<u64>()) {
        let (scratch, bundle) = district::small(seed);
        let (other, shuffled) = district::small(seed);
        shuffle(&shuffled, order);
        let one = Imported::of(scratch, &bundle, "2026-02-01");
        let section = one.lead_sections()[0].into();
        let two = Imported::of(other, &shuffled, "2026-02-01");
        prop_assert_eq!(one.lead_sections(), two.lead_sections());
        let (expected, found) = (made(&one, &section), made(&two, &section));
        prop_assert_eq!(expected.len(), 12);
        for (name, text) in &expected {
            prop_assert_eq!(text, &found[name], "{}", name);
        }
    }
}
