//! The request of KIAS and its check (ks-kias, section 2).

use campus::date::Date;
use campus::snapshot::manifest::Choices;
use serde_json::{Map, Value};

use crate::kit::ad_hoc::AdHoc;
use crate::kit::option::{self, EditorOption, Kind};
use crate::kit::problem::Problem;
use crate::kit::request::Reading;

/// The word of the only report.
pub const REPORT: &str = "extract";
/// Words of `format`; the first one is the default.
pub const FORMATS: &[&str] = &["html", "csv"];
/// What a district of another state is told.
pub const WRONG_STATE: &str = "KIAS is a Kansas report.";

/// The fields, in the order of the document's table.
#[rustfmt::skip]
pub const OPTIONS: &[EditorOption] = &[
    EditorOption { field: "reports", label: "Reports", kind: Kind::Reports(&[REPORT]), required: false,
        default: "[\"extract\"]", help: "The extract; there is no other report." },
    EditorOption { field: "start_date", label: "Start Date", kind: Kind::Date, required: true, default: "null",
        help: "Incidents from this day on. The state's year begins on July 1." },
    EditorOption { field: "end_date", label: "End Date", kind: Kind::Date, required: true, default: "null",
        help: "Incidents up to this day; the day itself counts. The state's year ends on June 30." },
    EditorOption { field: "calendars", label: "Calendars", kind: Kind::Calendars, required: true, default: "[]",
        help: "A list of calendars, or all of the active year, of a year, of a school, or all." },
    EditorOption { field: "format", label: "Format", kind: Kind::Choice(FORMATS), required: false, default: "\"html\"",
        help: "html to test and review, csv (state format) to submit." },
    EditorOption { field: "grades", label: "Select Grades", kind: Kind::Texts, required: false, default: "[]",
        help: "Only students enrolled in these state grades; empty for all." },
    EditorOption { field: "ad_hoc_filter", label: "Ad Hoc Filter", kind: Kind::AdHocFilter, required: false, default: "null",
        help: "Only students in a saved filter or in a list of state ids or person ids." },
    EditorOption { field: "title_row", label: "Title Row", kind: Kind::Flag, required: false, default: "true",
        help: "Whether the state format begins with the row of titles." },
    EditorOption { field: "snapshot", label: "Data As Of", kind: Kind::Snapshot, required: false, default: "\"current\"",
        help: "current for the newest import, or a snapshot's id." },
];

/// A file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For the state.
    Csv,
    /// For review.
    Html,
}

impl Format {
    /// The format of a word of [`FORMATS`].
    pub fn of(word: &str) -> Format {
        if word == "csv" { Format::Csv } else { Format::Html }
    }

    /// Its file ending and media type.
    pub fn file(self) -> (&'static str, &'static str) {
        use crate::kit::format::media;
        match self {
            Format::Csv => ("csv", media::CSV),
            Format::Html => ("html", media::HTML),
        }
    }
}

/// A request that passed the check.
#[derive(Clone, Debug)]
pub struct Request {
    /// First incident date.
    pub start: Date,
    /// Last incident date.
    pub end: Date,
    /// Selected `Calendar.calendarID`s, ascending.
    pub calendars: Vec<i32>,
    /// The format.
    pub format: Format,
    /// State grades, sorted; empty for all.
    pub grades: Vec<String>,
    /// Narrows students.
    pub ad_hoc_filter: Option<AdHoc>,
    /// The state format has a row of titles.
    pub title_row: bool,
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
    reports(&mut reading);
    let start = reading.required_date("start_date", "Start Date is required.");
    let end = reading.required_date("end_date", "End Date is required.");
    if start.zip(end).is_some_and(|(start, end)| end < start) {
        reading.problem("end_date", "range", "End Date must be on or after Start Date.");
    }
    let calendars = reading.calendars(choices);
    let format = Format::of(reading.word("format", FORMATS));
    let grades = reading.texts("grades");
    let ad_hoc_filter = reading.ad_hoc_filter(choices);
    let title_row = reading.flag("title_row", true);
    reading.snapshot(snapshots);
    reading.state(choices, "KS", WRONG_STATE);
    let fields: Vec<&str> = OPTIONS.iter().map(|o| o.field).collect();
    let problems = reading.finish(&fields);
    match start.zip(end) {
        Some((start, end)) if problems.is_empty() => {
            Ok(Request { start, end, calendars, format, grades, ad_hoc_filter, title_row })
        }
        _ => Err(problems),
    }
}

/// The form is filled with July 1 and June 30 of the active school year; a request has no such default.
pub fn form(choices: &Choices) -> Map<String, Value> {
    let mut form = option::defaults(OPTIONS);
    if let Some(year) = choices.active_year() {
        for (field, date) in [("start_date", Date::of(year - 1, 7, 1)), ("end_date", Date::of(year, 6, 30))] {
            form.extend(date.map(|date| (field.to_owned(), date.to_string().into())));
        }
    }
    form
}

/// `reports` names nothing but the extract.
fn reports(reading: &mut Reading<'_>) {
    let only = |list: &Vec<Value>| !list.is_empty() && list.iter().all(|r| r.as_str() == Some(REPORT));
    if reading.sent("reports").is_some_and(|sent| !sent.as_array().is_some_and(only)) {
        reading.refuse("reports");
    }
}

impl Request {
    /// The options as a page shows them: label and value.
    pub fn described(&self, choices: &Choices) -> Vec<(String, String)> {
        let grades = if self.grades.is_empty() { "All".to_owned() } else { self.grades.join(", ") };
        vec![
            ("Start Date".to_owned(), self.start.to_string()),
            ("End Date".to_owned(), self.end.to_string()),
            ("Calendars".to_owned(), calendar_names(&self.calendars, choices)),
            ("Grades".to_owned(), grades),
            ("Ad Hoc Filter".to_owned(), filter_name(self.ad_hoc_filter.as_ref(), choices)),
        ]
    }
}

/// The names of selected calendars.
pub fn calendar_names(selected: &[i32], choices: &Choices) -> String {
    let names = choices.calendars.iter().filter(|c| selected.binary_search(&c.id).is_ok());
    names.map(|c| c.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// What an ad hoc filter is called.
pub fn filter_name(filter: Option<&AdHoc>, choices: &Choices) -> String {
    match filter {
        None => "None".to_owned(),
        Some(AdHoc::Saved(id)) => {
            choices.filters.iter().find(|f| f.id == *id).map_or(String::new(), |f| f.name.clone())
        }
        Some(AdHoc::StateIds(ids)) => format!("{} state ids", ids.len()),
        Some(AdHoc::Persons(ids)) => format!("{} person ids", ids.len()),
    }
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
