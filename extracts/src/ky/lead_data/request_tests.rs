use campus::snapshot::manifest::{Calendar, District, School, Year};
use serde_json::json;

use super::*;

fn choices() -> Choices {
    let year = |end_year, active| Year { end_year, start: 0, end: 364, active };
    let calendar = |id, end_year| Calendar { id, school: 1, end_year, name: String::new() };
    Choices {
        district: District { state: " ky".into(), ..District::default() },
        schools: vec![School { id: 1, number: "10".into(), name: "Alpha".into() }],
        years: vec![year(2025, false), year(2026, true)],
        calendars: vec![calendar(90, 2025), calendar(101, 2026), calendar(100, 2026)],
        lead_sections: Some(vec![701, 702]),
        ..Choices::default()
    }
}

fn sent(request: &Value) -> &Map<String, Value> {
    request.as_object().expect("an object")
}

fn listed(checked: Result<Request, Vec<Problem>>) -> Vec<String> {
    let problems = checked.err().unwrap_or_default();
    problems.iter().map(|p| format!("{} {}: {}", p.field, p.code, p.message)).collect()
}

fn problems(request: Value) -> Vec<String> {
    listed(check(sent(&request), Some(&choices()), true))
}

#[test]
fn all_problems_come_together_in_the_order_of_the_table() {
    let mut elsewhere = choices();
    elsewhere.district.state = "IL".into();
    let request = json!({"zeta": 1, "snapshot": "lead", "format": "html", "section_id": 5, "schools": [3, 1, 3, -2],
        "reports": ["nope", "detail", "issues", "nope"]});
    assert_eq!(
        listed(check(sent(&request), Some(&elsewhere), true)),
        [
            "reports choice: Unknown report: nope.",
            "reports choice: Unknown report: issues.",
            "schools not_found: School 3 is not in the LEAD snapshot.",
            "schools not_found: School -2 is not in the LEAD snapshot.",
            "section_id not_found: Section 5 is not in the LEAD data.",
            "format choice: Unknown format: html.",
            "snapshot wrong_state: LEAD Data is a Kentucky report.",
            "snapshot unknown_field: Unknown field: snapshot.",
            "zeta unknown_field: Unknown field: zeta.",
        ]
    );
}

#[test]
fn a_wrong_type_is_the_only_problem_of_its_field() {
    assert_eq!(
        problems(json!({"reports": ["nope", 1], "schools": [7, "1"], "section_id": "x", "format": 1})),
        [
            "reports invalid: Not one of the allowed values.",
            "schools invalid: Schools must be a list of ids or all.",
            "format invalid: Not one of the allowed values.",
        ],
        "no Detail was asked for, so the section is not looked at"
    );
}

#[test]
fn schools_are_a_list_or_all() {
    for schools in [json!({"all": true}), json!(null)] {
        let request = json!({"reports": ["staff"], "schools": schools});
        assert_eq!(check(sent(&request), Some(&choices()), true).expect("a good request").schools, None);
    }
    let request = json!({"reports": ["staff"], "schools": [1, 1]});
    assert_eq!(check(sent(&request), Some(&choices()), true).expect("a good request").schools, Some(vec![1]));
    let required = ["schools required: Must Select 1 or More Schools."];
    assert_eq!(problems(json!({"reports": ["staff"], "schools": []})), required);
    let others = [json!({}), json!({"all": false}), json!({"all": true, "x": 1}), json!("all"), json!([1.5])];
    for schools in others {
        let invalid = ["schools invalid: Schools must be a list of ids or all."];
        assert_eq!(problems(json!({"reports": ["staff"], "schools": schools})), invalid);
    }
}

#[test]
fn the_section_is_asked_for_with_detail_only() {
    let section = |id: Value| problems(json!({"reports": ["detail"], "section_id": id}));
    assert_eq!(section(json!(702)), [""; 0]);
    assert_eq!(section(json!(null)), ["section_id required: Section ID is required for the Detail report."]);
    assert_eq!(section(json!("702")), ["section_id invalid: Section ID must be a number."]);
    assert_eq!(section(json!(true)), ["section_id invalid: Section ID must be a number."]);
    let far = "section_id not_found: Section 99999999999 is not in the LEAD data.";
    assert_eq!(section(json!(99_999_999_999_i64)), [far]);
    for ignored in [json!(5), json!("x"), json!([])] {
        assert_eq!(problems(json!({"reports": ["classes"], "section_id": ignored})), [""; 0]);
    }
}

#[test]
fn without_a_lead_snapshot_nothing_is_looked_up_in_it() {
    let request = json!({"reports": ["detail"], "schools": [77], "section_id": 5, "format": "pdf"});
    assert_eq!(
        listed(check(sent(&request), Some(&choices()), false)),
        [
            "format choice: Unknown format: pdf.",
            "snapshot no_lead_snapshot: This district has no LEAD snapshot yet. Run the LEAD refresh first.",
        ]
    );
}

#[test]
fn a_district_without_any_snapshot_has_none_for_lead_either() {
    let request = json!({"reports": ["staff"]});
    let none =
        ["snapshot no_lead_snapshot: This district has no LEAD snapshot yet. Run the LEAD refresh first."];
    assert_eq!(listed(check(sent(&request), None, true)), none);
}

#[test]
fn r1_the_calendars_are_those_of_the_active_year_and_xlsx_is_the_default() {
    let request = json!({"reports": ["detail", "classes", "detail"], "section_id": 701});
    let checked = check(sent(&request), Some(&choices()), true).expect("a good request");
    assert_eq!(checked.calendars, [100, 101]);
    assert_eq!(checked.reports, [Report::Classes, Report::Detail]);
    assert_eq!((checked.format, checked.section), (Format::Xlsx, Some(701)));
}

#[test]
fn a_request_covers_the_calendars_that_its_reports_print_from() {
    let mut two = choices();
    two.schools.push(School { id: 2, number: "20".into(), name: "Beta".into() });
    two.calendars.push(Calendar { id: 102, school: 2, end_year: 2026, name: String::new() });
    two.lead_calendars = vec![100, 102];
    let covered = |choices: &Choices, request: Value| {
        check(sent(&request), Some(choices), true).expect("a good request").calendars
    };
    for (request, expected) in [
        (json!({"reports": ["classes"]}), vec![100, 101, 102]),
        (json!({"reports": ["classes", "staff", "schoolwide"], "schools": [2]}), vec![102]),
        (json!({"reports": ["caseload"], "schools": [2]}), vec![100, 101, 102]),
        (json!({"reports": ["detail"], "schools": [1], "section_id": 702}), vec![102]),
        (json!({"reports": ["detail"], "section_id": 701}), vec![100]),
        (json!({"reports": ["classes", "detail"], "schools": [2], "section_id": 701}), vec![100, 102]),
    ] {
        assert_eq!(covered(&two, request.clone()), expected, "{request}");
    }
    // A snapshot of an earlier program does not know where a section is.
    two.lead_calendars.clear();
    assert_eq!(covered(&two, json!({"reports": ["detail"], "section_id": 702})), [100, 101, 102]);
}
