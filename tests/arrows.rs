//! Who may import whom (docs/architecture.md), over `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Each part and what of ours it may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("registrar", &["api", "campus", "extracts", "scheduler", "shared", "synth", "worker"]),
    ("api", &["extracts", "shared"]),
    ("campus", &[]),
    ("extracts", &["campus"]),
    ("load", &[]),
    ("scheduler", &["shared"]),
    ("shared", &["extracts"]),
    ("synth", &["campus"]),
    ("worker", &["campus", "extracts", "shared"]),
];

/// Libraries and the only parts that may depend on them directly.
const OWNERS: &[(&str, &[&str])] =
    &[("sqlx", &["shared"]), ("lapin", &["shared"]), ("object_store", &["shared"]), ("axum", &["api"])];

/// Libraries that reports and the data they read must not have anywhere in their tree.
const NOT_PURE: &[&str] = &[
    "tokio",
    "async-std",
    "smol",
    "hyper",
    "reqwest",
    "mio",
    "socket2",
    "sqlx",
    "lapin",
    "object_store",
    "axum",
];

fn metadata() -> Value {
    let out = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .output()
        .expect("cargo runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).expect("JSON")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// Direct dependencies of our packages, without those of tests.
fn direct(metadata: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let members: BTreeSet<&str> =
        metadata["workspace_members"].as_array().expect("members").iter().map(text).collect();
    let packages = metadata["packages"].as_array().expect("packages");
    packages
        .iter()
        .filter(|p| members.contains(text(&p["id"])))
        .map(|p| {
            let dependencies = p["dependencies"].as_array().expect("dependencies");
            let normal =
                dependencies.iter().filter(|d| d["kind"].is_null()).map(|d| text(&d["name"]).to_owned());
            (text(&p["name"]).to_owned(), normal.collect())
        })
        .collect()
}

#[test]
fn parts_depend_only_on_what_they_may() {
    let direct = direct(&metadata());
    let ours: BTreeSet<&str> = direct.keys().map(String::as_str).collect();
    assert_eq!(ours, ARROWS.iter().map(|a| a.0).collect(), "every part has its line in ARROWS");
    for (part, allowed) in ARROWS {
        for dependency in direct[*part].iter().filter(|d| ours.contains(d.as_str())) {
            assert!(allowed.contains(&dependency.as_str()), "{part} must not depend on {dependency}");
        }
    }
}

#[test]
fn engines_have_one_owner() {
    let direct = direct(&metadata());
    for (library, owners) in OWNERS {
        let users: Vec<&str> =
            direct.iter().filter(|(_, d)| d.contains(*library)).map(|(part, _)| part.as_str()).collect();
        assert_eq!(users, *owners, "direct dependents of {library}");
    }
}

#[test]
fn reports_have_no_network_and_no_runtime_in_their_tree() {
    let metadata = metadata();
    let nodes = metadata["resolve"]["nodes"].as_array().expect("nodes");
    let name = |id: &str| {
        let packages = metadata["packages"].as_array().expect("packages");
        let package = packages.iter().find(|p| text(&p["id"]) == id).expect("a package");
        text(&package["name"]).to_owned()
    };
    let edges: BTreeMap<&str, Vec<&str>> = nodes
        .iter()
        .map(|node| {
            let deps = node["deps"].as_array().expect("deps").iter();
            let normal = deps.filter(|d| {
                d["dep_kinds"]
                    .as_array()
                    .expect("kinds")
                    .iter()
                    .any(|k| k["kind"].is_null() || k["kind"] == "build")
            });
            (text(&node["id"]), normal.map(|d| text(&d["pkg"])).collect())
        })
        .collect();
    for part in ["campus", "extracts", "synth"] {
        let start = edges.keys().find(|id| name(id) == part).expect("a part");
        let (mut seen, mut open) = (BTreeSet::new(), vec![*start]);
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                open.extend(&edges[id]);
            }
        }
        let names: BTreeSet<String> = seen.into_iter().map(name).collect();
        for library in NOT_PURE {
            assert!(!names.contains(*library), "{part} has {library} in its tree");
        }
    }
}
