//! The files under `deploy/` name only what exists: settings, roles, addresses, metrics.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use shared::settings::{Settings, keys, variable};

/// Variables of other programs that our containers read.
const OTHERS: &[&str] = &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL"];

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("a text")
}

/// Words of capitals that start so.
fn words<'a>(text: &'a str, start: &str) -> BTreeSet<&'a str> {
    let split = text.split(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'));
    split.filter(|word| word.starts_with(start)).collect()
}

#[test]
fn every_variable_is_a_setting() {
    let known: BTreeSet<String> = keys().iter().map(|key| variable(key)).collect();
    let mut named = BTreeSet::new();
    for path in files(Path::new("deploy")) {
        let text = text(&path);
        for name in words(&text, "REGISTRAR_") {
            let is_clients = matches!(name, "REGISTRAR_URL" | "REGISTRAR_TOKEN");
            assert!(known.contains(name) || is_clients, "{}: there is no setting {name}", path.display());
            named.insert(name.to_owned());
        }
        for name in words(&text, "AWS_") {
            assert!(OTHERS.contains(&name), "{}: nothing reads {name}", path.display());
        }
    }
    for needed in
        ["REGISTRAR_DATABASE_URL", "REGISTRAR_BROKER_URL", "REGISTRAR_STORAGE_URL", "REGISTRAR_TOKENS_FILE"]
    {
        assert!(named.contains(needed), "{needed} is named nowhere");
    }
}

/// Values as they stand behind a variable's name: `NAME: value`, `NAME=value`, `{name: NAME, value: value}`.
fn values(text: &str) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    for line in text.lines() {
        let Some(at) = line.find("REGISTRAR_") else { continue };
        let rest = &line[at..];
        let end = rest.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'));
        let (name, rest) = rest.split_at(end.unwrap_or(rest.len()));
        let value = rest
            .strip_prefix(", value:")
            .or_else(|| rest.strip_prefix(':'))
            .or_else(|| rest.strip_prefix('='));
        if let Some(value) = value {
            let value = value.trim().trim_end_matches('\\').trim().trim_end_matches('}').trim_matches('"');
            values.insert(name.to_owned(), value.to_owned());
        }
    }
    values
}

#[test]
fn every_value_can_be_read() {
    let mut read = 0;
    for path in files(Path::new("deploy")) {
        if path.extension().is_some_and(|e| e == "md") {
            continue;
        }
        let values = values(&text(&path));
        read += values.len();
        Settings::read(None, values, &[]).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    }
    assert!(read >= 15, "{read} values");
}

#[test]
fn every_role_is_a_command() {
    let out = Command::new(env!("CARGO_BIN_EXE_registrar")).arg("--help").output().expect("runs");
    let help = String::from_utf8_lossy(&out.stdout).into_owned();
    let mut roles = 0;
    for path in files(Path::new("deploy")) {
        for line in text(&path).lines().map(str::trim) {
            let Some(word) = line.strip_prefix("command: [\"").or_else(|| line.strip_prefix("args: [\""))
            else {
                continue;
            };
            let word = word.split('"').next().expect("a word");
            if word == "--port" {
                continue;
            }
            assert!(
                help.lines().any(|l| l.trim_start().starts_with(&format!("{word} "))),
                "{}: {word}",
                path.display()
            );
            roles += 1;
        }
    }
    assert!(roles >= 8, "{roles} roles");
}

#[test]
fn probes_and_alerts_name_what_the_api_serves() {
    let front = text(Path::new("api/src/lib.rs"));
    let health = text(Path::new("api/src/health.rs"));
    let api = text(Path::new("deploy/kubernetes/api.yaml"));
    let paths: Vec<&str> =
        api.split("path: /").skip(1).map(|rest| rest.split(',').next().expect("a path")).collect();
    assert_eq!(paths.len(), 3);
    for path in paths {
        assert!(front.contains(&format!("\"/{path}\"")), "there is no /{path}");
    }
    let rules = text(Path::new("deploy/prometheus/rules.yaml"));
    let own: BTreeSet<&str> = rules.lines().filter_map(|l| l.trim().strip_prefix("- record: ")).collect();
    let names =
        rules.split(|c: char| !(c.is_ascii_lowercase() || c == '_')).filter(|w| w.starts_with("registrar_"));
    let mut seen = 0;
    for name in names.filter(|name| !own.contains(name)) {
        assert!(
            health.contains(&format!("{name}{{"))
                || health.contains(&format!("\"{name}\""))
                || health.contains(&format!("# TYPE {name} ")),
            "there is no metric {name}"
        );
        seen += 1;
    }
    assert!(seen >= 8, "{seen} metrics");
    let scaler = text(Path::new("deploy/kubernetes/worker-autoscaler.yaml"));
    assert!(own.iter().any(|name| scaler.contains(&format!("metric: {{name: {name}}}"))));
}

#[test]
fn every_manifest_is_in_the_kustomization() {
    let folder = Path::new("deploy/kubernetes");
    let listed = text(&folder.join("kustomization.yaml"));
    let listed: BTreeSet<&str> =
        listed.lines().filter_map(|l| l.trim().strip_prefix("- ")).filter(|l| l.ends_with(".yaml")).collect();
    let there: BTreeSet<String> = files(folder)
        .iter()
        .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
        .filter(|name| name != "kustomization.yaml")
        .collect();
    assert_eq!(listed, there.iter().map(String::as_str).collect());
}
