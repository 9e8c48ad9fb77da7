//! `registrar extract --explain` as a user runs it.

use std::process::{Command, Output};

use crate::asked::GOLDEN;

fn explain(more: &[&str]) -> Output {
    let (bundle, request) =
        (format!("{GOLDEN}/kecs-lead/bundle"), format!("{GOLDEN}/kecs-lead/request.json"));
    let given = ["extract", "kecs-lead", "--bundle", &bundle, "--request", &request, "--as-of", "2026-02-01"];
    let all = [&given[..], more].concat();
    Command::new(env!("CARGO_BIN_EXE_registrar")).args(all).output().expect("the program starts")
}

#[test]
fn it_prints_lines_or_json_and_makes_no_file() {
    let done = explain(&["--explain", "1000000003"]);
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    assert_eq!(
        (done.status.code(), text.lines().next()),
        (Some(0), Some("Student Cole, Cy (personID 3, State ID 1000000003)"))
    );
    assert!(text.contains("P11 dropped"), "{text}");
    let done = explain(&["--explain", "section:702", "--json"]);
    let told: serde_json::Value = serde_json::from_slice(&done.stdout).expect("JSON");
    assert_eq!((&told["extract"], &told["subject"]), (&"kecs-lead".into(), &"sectionID 702".into()));
    assert_eq!(
        (&told["findings"][0]["kind"], &told["snapshot"]["district"]),
        (&"about".into(), &"99".into())
    );
}

#[test]
fn an_unknown_id_is_a_wrong_argument_and_so_is_a_folder() {
    let done = explain(&["--explain", "nobody"]);
    assert_eq!(done.status.code(), Some(2));
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(said.ends_with("Nothing in the data has the stateID, personID or sectionID nobody.\n"), "{said}");
    assert_eq!(explain(&["--explain", "3", "--out", "here"]).status.code(), Some(2));
    assert_eq!(explain(&["--json", "--out", "here"]).status.code(), Some(2));
    assert_eq!(explain(&[]).status.code(), Some(2));
}
