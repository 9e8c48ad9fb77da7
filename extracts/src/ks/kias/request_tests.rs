use campus::snapshot::manifest::{Calendar, District, Filter, Year};
use serde_json::json;

use super::*;

fn choices(state: &str) -> Choices {
    let year = |end_year, start, end, active| Year { end_year, start, end, active };
    Choices {
        district: District { state: state.into(), ..District::default() },
        years: vec![year(2025, 0, 364, false), year(2026, 365, 729, true)],
        calendars: vec![
            Calendar { id: 100, school: 1, end_year: 2026, name: "A".into() },
            Calendar { id: 101, school: 2, end_year: 2025, name: "B".into() },
        ],
        filters: vec![Filter { id: 3, name: "Some".into() }],
        ..Choices::default()
    }
}

fn checked(request: Value) -> Result<Request, Vec<String>> {
    let request = request.as_object().expect("an object").clone();
    let said = |p: &Problem| format!("{} {}: {}", p.field, p.code, p.message);
    check(&request, &choices("KS"), &["current", "lead", "s1"]).map_err(|p| p.iter().map(said).collect())
}

fn problems(request: Value) -> Vec<String> {
    checked(request).err().unwrap_or_default()
}

/// A good request with one field changed.
fn with(field: &str, value: Value) -> Value {
    let mut request = json!({"start_date": "2025-07-01", "end_date": "2026-06-30", "calendars": [100]});
    request[field] = value;
    request
}

#[test]
fn defaults() {
    let request = checked(with("snapshot", json!(null))).expect("a good request");
    assert_eq!((request.format, request.title_row), (Format::Html, true));
    assert!(request.grades.is_empty() && request.ad_hoc_filter.is_none());
}

#[test]
fn all_problems_come_together_in_the_order_of_the_table() {
    let request = json!({"zeta": 1, "Alpha": 2, "snapshot": "x", "title_row": 1, "ad_hoc_filter": 5, "grades": "09",
        "format": "pdf", "calendars": [77, 100, 77], "end_date": "2026-01-01", "start_date": "2026-01-02",
        "reports": ["detail"], "exclude_cross_site": true});
    assert_eq!(
        problems(request),
        [
            "reports choice: Not one of the allowed values.",
            "end_date range: End Date must be on or after Start Date.",
            "calendars not_found: Calendar 77 is not in the data.",
            "format choice: Not one of the allowed values.",
            "grades choice: Not one of the allowed values.",
            "ad_hoc_filter not_found: Ad hoc filter 5 is not in the data.",
            "title_row choice: Not one of the allowed values.",
            "snapshot choice: Not one of the allowed values.",
            "Alpha unknown_field: Unknown field: Alpha.",
            "exclude_cross_site unknown_field: Unknown field: exclude_cross_site.",
            "zeta unknown_field: Unknown field: zeta.",
        ]
    );
}

#[test]
fn the_form_is_filled_with_the_active_school_year() {
    let form = form(&choices("KS"));
    assert_eq!((&form["start_date"], &form["end_date"]), (&json!("2025-07-01"), &json!("2026-06-30")));
    assert_eq!((&form["format"], &form["reports"]), (&json!("html"), &json!(["extract"])));
}

#[test]
fn dates_and_calendars_are_required() {
    let missing = [
        "start_date required: Start Date is required.",
        "end_date required: End Date is required.",
        "calendars required: Must Select 1 or More Calendars.",
    ];
    assert_eq!(problems(json!({})), missing);
    assert_eq!(problems(json!({"start_date": null, "end_date": null, "calendars": null})), missing);
    for date in [json!("2025-02-30"), json!(""), json!(20250701), json!("7/1/2025")] {
        assert_eq!(problems(with("start_date", date)), ["start_date invalid: Start Date is required."]);
    }
    assert_eq!(problems(with("end_date", json!("2025-07-01"))), [""; 0], "one day");
    assert_eq!(problems(with("start_date", json!("2020-07-01"))), [""; 0], "more than one year");
}

#[test]
fn calendars_as_the_contract() {
    for selection in [json!([]), json!({}), json!({"end_year": 1999}), json!({"school": 9})] {
        let found = problems(with("calendars", selection));
        assert_eq!(found, ["calendars required: Must Select 1 or More Calendars."]);
    }
    for wrong in
        [json!(100), json!(["100"]), json!([100.5]), json!({"all": false}), json!({"all": true, "school": 1})]
    {
        assert_eq!(problems(with("calendars", wrong)), ["calendars choice: Not one of the allowed values."]);
    }
    for (selection, ids) in [
        (json!({"active_year": true}), vec![100]),
        (json!({"end_year": 2025}), vec![101]),
        (json!({"school": 2}), vec![101]),
        (json!({"all": true}), vec![100, 101]),
        (json!([101, 100, 101]), vec![100, 101]),
    ] {
        assert_eq!(checked(with("calendars", selection)).expect("good").calendars, ids);
    }
}

#[test]
fn ad_hoc_filters_as_the_contract() {
    let filter = |sent| checked(with("ad_hoc_filter", sent)).expect("good").ad_hoc_filter.expect("a filter");
    assert_eq!(filter(json!(3)), AdHoc::Saved(3));
    assert_eq!(filter(json!({"state_ids": ["b", "a", "b"]})), AdHoc::StateIds(vec!["a".into(), "b".into()]));
    assert_eq!(filter(json!({"person_ids": [7, 99999999999i64]})), AdHoc::Persons(vec![7]));
    assert_eq!(filter(json!({"person_ids": []})), AdHoc::Persons(vec![]));
    for wrong in [json!("3"), json!({"state_ids": [1]}), json!({"person_ids": ["1"]}), json!({}), json!([3])]
    {
        let found = problems(with("ad_hoc_filter", wrong));
        assert_eq!(found, ["ad_hoc_filter choice: Not one of the allowed values."]);
    }
}

#[test]
fn words_that_a_field_may_have() {
    for (field, good, bad) in [
        ("reports", json!(["extract", "extract"]), json!([])),
        ("reports", json!(null), json!("extract")),
        ("format", json!("csv"), json!("CSV")),
        ("grades", json!(["any", "09"]), json!([9])),
        ("title_row", json!(false), json!("no")),
        ("snapshot", json!("s1"), json!(1)),
    ] {
        assert_eq!(problems(with(field, good)), [""; 0], "{field}");
        let expected = format!("{field} choice: Not one of the allowed values.");
        assert_eq!(problems(with(field, bad)), [expected]);
    }
}

#[test]
fn a_district_of_another_state() {
    let request = with("title_row", json!(true));
    let request = request.as_object().expect("an object");
    let found = check(request, &choices("KY"), &["current"]).expect_err("another state");
    assert_eq!((found.len(), found[0].code, found[0].field.as_str()), (1, "wrong_state", "snapshot"));
    assert!(check(request, &choices(" ks "), &["current"]).is_ok());
}
