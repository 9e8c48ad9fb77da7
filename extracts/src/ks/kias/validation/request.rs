//! The request of the validation report and its check (ks-kias, section 10).

use campus::snapshot::manifest::Choices;
use serde_json::{Map, Value};

use super::GROUP;
use crate::kit::ad_hoc::AdHoc;
use crate::kit::option::{EditorOption, Kind};
use crate::kit::problem::Problem;
use crate::kit::request::Reading;
use crate::ks::kias::request::{FORMATS, Format, WRONG_STATE, calendar_names, filter_name};

/// The fields, in the order of the document's table.
#[rustfmt::skip]
pub const OPTIONS: &[EditorOption] = &[
    EditorOption { field: "group", label: "Validation Group", kind: Kind::Choice(&[GROUP]), required: true, default: "null",
        help: "The group of validation rules; Kansas has one." },
    EditorOption { field: "calendars", label: "Calendars", kind: Kind::Calendars, required: true, default: "[]",
        help: "A list of calendars, or all of the active year, of a year, of a school, or all." },
    EditorOption { field: "ad_hoc_filter", label: "Ad Hoc Filter", kind: Kind::AdHocFilter, required: false, default: "null",
        help: "Only students in a saved filter or in a list of state ids or person ids." },
    EditorOption { field: "snapshot", label: "Data As Of", kind: Kind::Snapshot, required: false, default: "\"current\"",
        help: "current for the newest import, or a snapshot's id." },
    EditorOption { field: "format", label: "Format", kind: Kind::Choice(FORMATS), required: false, default: "\"html\"",
        help: "html to read, csv for a spreadsheet." },
];

/// A request that passed the check.
#[derive(Clone, Debug)]
pub struct Request {
    /// Selected `Calendar.calendarID`s, ascending.
    pub calendars: Vec<i32>,
    /// Narrows students.
    pub ad_hoc_filter: Option<AdHoc>,
    /// The format.
    pub format: Format,
}

/// Checks a request against a snapshot's choices. `snapshots` are the names that `snapshot` may have.
///
/// # Errors
/// All problems together, in the order of the document's table.
pub fn check(
    request: &Map<String, Value>,
    choices: &Choices,
    snapshots: &[&str],
) -> Result<Request, Vec<Problem>> {
    let mut reading = Reading::of(request);
    match reading.sent("group") {
        None => reading.problem("group", "required", "Select a validation group."),
        Some(sent) if sent.as_str() != Some(GROUP) => reading.refuse("group"),
        Some(_) => {}
    }
    let calendars = reading.calendars(choices);
    let ad_hoc_filter = reading.ad_hoc_filter(choices);
    reading.snapshot(snapshots);
    reading.state(choices, "KS", WRONG_STATE);
    let format = Format::of(reading.word("format", FORMATS));
    let fields: Vec<&str> = OPTIONS.iter().map(|o| o.field).collect();
    let problems = reading.finish(&fields);
    if problems.is_empty() { Ok(Request { calendars, ad_hoc_filter, format }) } else { Err(problems) }
}

impl Request {
    /// The options as a page shows them: label and value.
    pub fn described(&self, choices: &Choices) -> Vec<(String, String)> {
        vec![
            ("Validation Group".to_owned(), GROUP.to_owned()),
            ("Calendars".to_owned(), calendar_names(&self.calendars, choices)),
            ("Ad Hoc Filter".to_owned(), filter_name(self.ad_hoc_filter.as_ref(), choices)),
        ]
    }
}
