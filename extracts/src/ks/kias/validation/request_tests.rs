use campus::snapshot::manifest::{Calendar, Choices, District};
use serde_json::{Value, json};

use super::request::check;

fn problems(request: Value) -> Vec<String> {
    let choices = Choices {
        district: District { state: "KS".into(), ..District::default() },
        calendars: vec![Calendar { id: 100, school: 1, end_year: 2026, name: "A".into() }],
        ..Choices::default()
    };
    let request = request.as_object().expect("an object");
    let found = check(request, &choices, &["current"]).err().unwrap_or_default();
    found.iter().map(|p| format!("{} {}: {}", p.field, p.code, p.message)).collect()
}

#[test]
fn section_10_all_problems_come_together_in_the_order_of_the_table() {
    assert_eq!(
        problems(
            json!({"start_date": "2025-07-01", "reports": ["extract"], "format": "pdf", "snapshot": "x",
            "ad_hoc_filter": 9, "calendars": [7], "group": "Another"})
        ),
        [
            "group choice: Not one of the allowed values.",
            "calendars not_found: Calendar 7 is not in the data.",
            "ad_hoc_filter not_found: Ad hoc filter 9 is not in the data.",
            "snapshot choice: Not one of the allowed values.",
            "format choice: Not one of the allowed values.",
            "reports unknown_field: Unknown field: reports.",
            "start_date unknown_field: Unknown field: start_date.",
        ]
    );
    assert_eq!(
        problems(json!({"group": null})),
        [
            "group required: Select a validation group.",
            "calendars required: Must Select 1 or More Calendars."
        ]
    );
    let good = json!({"group": "Students with Invalid Discipline Method", "calendars": [100]});
    assert_eq!(problems(good), [""; 0]);
}
