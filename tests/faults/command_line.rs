//! A full disk and Ctrl-C under the commands that need no server: no half snapshot, no half result.

use std::fs;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use crate::fleet::program;
use crate::support::disk::Small;

const ODIN: &str = "tests/data/odin-ky";
const REQUEST: &str = r#"{"reports": ["detail", "classes"], "calendars": {"all": true}}"#;

fn names(path: &Path) -> Vec<String> {
    let entries = fs::read_dir(path).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn import(out: &Path) -> Command {
    let mut command = program();
    command.args(["import", ODIN, "--as-of", "2014-05-29", "--progress", "none", "--out"]).arg(out);
    command
}

fn extract(snapshot: &Path, request: &Path, out: &Path) -> Command {
    fs::write(request, REQUEST).expect("writes");
    let mut command = program();
    command.args(["extract", "kecs-lead", "--progress", "none", "--snapshot"]).arg(snapshot);
    command.arg("--request").arg(request).arg("--out").arg(out);
    command
}

/// Says what a failed command said.
fn refused(mut command: Command) -> String {
    let out = command.output().expect("the program runs");
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(matches!(out.status.code(), Some(1 | 3)), "{:?} {said}", out.status);
    assert_eq!(said.lines().count(), 1, "one sentence: {said}");
    said
}

#[test]
fn an_import_on_a_full_disk_leaves_nothing() {
    let disk = Small::mount(4);
    disk.fill(64 << 10);
    let said = refused(import(&disk.path().join("snapshot")));
    assert!(said.contains("space") || said.contains("full"), "{said}");
    assert_eq!(names(disk.path()), ["ballast"]);
}

#[test]
fn an_extract_on_a_full_disk_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let snapshot = folder.path().join("snapshot");
    assert!(import(&snapshot).status().expect("the program runs").success());
    let disk = Small::mount(4);
    disk.fill(16 << 10);
    let said = refused(extract(&snapshot, &folder.path().join("request.json"), &disk.path().join("out")));
    assert!(said.contains("space") || said.contains("full"), "{said}");
    assert_eq!(names(&disk.path().join("out")), Vec::<String>::new());
}

/// Sends Ctrl-C once a hidden folder tells that the command is in the middle.
fn interrupted(mut child: Child, beside: &Path) {
    for _ in 0..10_000 {
        if names(beside).iter().any(|name| name.starts_with('.')) {
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
}

#[test]
fn ctrl_c_during_an_extract_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let snapshot = folder.path().join("snapshot");
    assert!(import(&snapshot).status().expect("the program runs").success());
    let place = folder.path().join("place");
    fs::create_dir(&place).expect("a folder");
    let command = extract(&snapshot, &folder.path().join("request.json"), &place).spawn();
    interrupted(command.expect("the program starts"), &place);
    assert_eq!(names(&place), Vec::<String>::new());
    assert_eq!(names(&snapshot).iter().filter(|name| name.starts_with('.')).count(), 0);
}
