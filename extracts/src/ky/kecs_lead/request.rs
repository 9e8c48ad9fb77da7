//! The request of KECS LEAD and its check (kecs-lead, section 1).

use campus::date::Date;
use campus::snapshot::manifest::{Choices, Year};
use serde_json::{Map, Value};

use crate::kit::code;
use crate::kit::column::{self, Column};
use crate::kit::format::Heading;
use crate::kit::problem::Problem;
use crate::ky::reports::{not_allowed, once, reports};

/// A report of this extract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Report {
    /// One line a student in a section.
    Detail,
    /// One line a person, school, Type and Alt Type.
    Staff,
    /// One line a case manager.
    Caseload,
    /// One line a section.
    Classes,
    /// One line a school.
    Schoolwide,
    /// What people should look at.
    Issues,
}

impl Report {
    /// All, in the order of their files.
    pub const ALL: &[Report] = &[
        Report::Detail,
        Report::Staff,
        Report::Caseload,
        Report::Classes,
        Report::Schoolwide,
        Report::Issues,
    ];

    /// The word of the request.
    pub fn code(self) -> &'static str {
        match self {
            Report::Detail => "detail",
            Report::Staff => "staff",
            Report::Caseload => "caseload",
            Report::Classes => "classes",
            Report::Schoolwide => "schoolwide",
            Report::Issues => "issues",
        }
    }

    /// Header and format of its columns.
    pub fn headings(self) -> Vec<Heading> {
        column::headings(&self.columns())
    }

    /// Its columns, in order.
    pub fn columns(self) -> Vec<Column> {
        match self {
            Report::Detail => super::detail::COLUMNS.to_vec(),
            Report::Staff => super::staff::COLUMNS.to_vec(),
            Report::Caseload => super::caseload::columns(),
            Report::Classes => super::classes::columns(),
            Report::Schoolwide => super::schoolwide::columns(),
            Report::Issues => super::issues::COLUMNS.to_vec(),
        }
    }

    /// The word of the file name.
    pub fn title(self) -> &'static str {
        match self {
            Report::Detail => "Detail",
            Report::Staff => "Staff",
            Report::Caseload => "Caseload",
            Report::Classes => "Classes",
            Report::Schoolwide => "Schoolwide",
            Report::Issues => "Issues",
        }
    }
}

/// A file format of this extract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated.
    Csv,
    /// A page for people.
    Html,
    /// A workbook.
    Xlsx,
}

/// A request that passed the check.
#[derive(Clone, Debug)]
pub struct Request {
    /// Reports asked for, in the order of their files.
    pub reports: Vec<Report>,
    /// Format of all files.
    pub format: Format,
    /// Start of the date range.
    pub start: Option<Date>,
    /// End of the date range.
    pub end: Option<Date>,
    /// Selected `Calendar.calendarID`s, ascending.
    pub calendars: Vec<i32>,
    /// Leave out cross-site homeroom data.
    pub exclude_cross_site: bool,
}

impl Request {
    /// P4: the calendar's school year overlaps the date range. A null end of the range is that end of the year.
    pub fn meets(&self, year: &Year) -> bool {
        self.start.is_none_or(|s| s.0 <= year.end) && self.end.is_none_or(|e| e.0 >= year.start)
    }
}

impl Request {
    /// The options as a page shows them: label and value.
    pub fn described(&self, choices: &Choices) -> Vec<(String, String)> {
        let date =
            |date: Option<Date>| date.map_or_else(|| "whole school year".to_owned(), |d| d.to_string());
        let names: Vec<&str> = choices
            .calendars
            .iter()
            .filter(|c| self.calendars.binary_search(&c.id).is_ok())
            .map(|c| c.name.as_str())
            .collect();
        let mut options = vec![
            ("Start Date".to_owned(), date(self.start)),
            ("End Date".to_owned(), date(self.end)),
            ("Calendars".to_owned(), names.join(", ")),
        ];
        if choices.district.cross_site {
            let excluded = if self.exclude_cross_site { "Yes" } else { "No" };
            options.push(("Exclude Cross-Site Data".to_owned(), excluded.to_owned()));
        }
        options
    }
}

/// Checks a request against a snapshot's choices. `snapshots` are the names that `snapshot` may have.
pub fn check(
    request: &Map<String, Value>,
    choices: &Choices,
    snapshots: &[&str],
) -> Result<Request, Vec<Problem>> {
    let sent = |field: &str| request.get(field).filter(|v| !v.is_null());
    let mut problems = Vec::new();
    let reports = reports(sent("reports"), Report::ALL, Report::code, &mut problems);
    let format = format(sent("format"), &mut problems);
    let start = date(sent("start_date"), "start_date", "Start Date is not a date.", &mut problems);
    let end_problems = &mut Vec::new();
    let end = date(sent("end_date"), "end_date", "End Date is not a date.", end_problems);
    if let (Some(start), Some(end)) = (start, end)
        && start > end
    {
        problems.push(Problem::new("start_date", "range", "Start Date must be on or before End Date."));
    }
    problems.append(end_problems);
    let calendars = calendars(sent("calendars"), choices, &mut problems);
    let exclude_cross_site = match sent("exclude_cross_site") {
        None => true,
        Some(Value::Bool(exclude)) => *exclude,
        Some(_) => {
            let message = "Exclude Cross-Site Data must be true or false.";
            problems.push(Problem::new("exclude_cross_site", "invalid", message));
            true
        }
    };
    match sent("snapshot") {
        None => {}
        Some(Value::String(name)) if snapshots.contains(&name.as_str()) => {}
        Some(Value::String(name)) => {
            problems.push(Problem::new("snapshot", "not_found", format!("Snapshot {name} does not exist.")));
        }
        Some(_) => problems.push(not_allowed("snapshot")),
    }
    if !code::is(Some(&choices.district.state), "KY") {
        problems.push(Problem::new("snapshot", "wrong_state", "KECS LEAD is a Kentucky report."));
    }
    unknown_fields(request, &mut problems);
    if problems.is_empty() {
        Ok(Request { reports, format, start, end, calendars, exclude_cross_site })
    } else {
        Err(problems)
    }
}

/// The fields of this extract's request.
const FIELDS: &[&str] =
    &["reports", "format", "start_date", "end_date", "calendars", "exclude_cross_site", "snapshot"];

fn format(sent: Option<&Value>, problems: &mut Vec<Problem>) -> Format {
    match sent {
        None => Format::Csv,
        Some(Value::String(name)) => match name.as_str() {
            "csv" => Format::Csv,
            "html" => Format::Html,
            "xlsx" => Format::Xlsx,
            _ => {
                problems.push(Problem::new("format", "choice", format!("Unknown format: {name}.")));
                Format::Csv
            }
        },
        Some(_) => {
            problems.push(not_allowed("format"));
            Format::Csv
        }
    }
}

fn date(sent: Option<&Value>, field: &str, message: &str, problems: &mut Vec<Problem>) -> Option<Date> {
    let date = sent?.as_str().and_then(Date::parse_iso);
    if date.is_none() {
        problems.push(Problem::new(field, "invalid", message));
    }
    date
}

fn calendars(sent: Option<&Value>, choices: &Choices, problems: &mut Vec<Problem>) -> Vec<i32> {
    let required = || Problem::new("calendars", "required", "Must Select 1 or More Calendars.");
    let invalid =
        || Problem::new("calendars", "invalid", "Calendars must be a list of ids or one selection.");
    let mut selected = Vec::new();
    match sent {
        None => problems.push(required()),
        Some(Value::Array(list)) if list.is_empty() => problems.push(required()),
        Some(Value::Array(list)) if !list.iter().all(|id| id.is_i64() || id.is_u64()) => {
            problems.push(invalid())
        }
        Some(Value::Array(list)) => {
            for id in list {
                let known = id.as_i64().and_then(|n| i32::try_from(n).ok());
                match known.filter(|n| choices.calendars.iter().any(|c| c.id == *n)) {
                    Some(id) => selected.push(id),
                    None => {
                        let message = format!("Calendar {id} is not in this district's data.");
                        once(problems, Problem::new("calendars", "not_found", message));
                    }
                }
            }
        }
        Some(Value::Object(selection)) if selection.is_empty() => problems.push(required()),
        Some(Value::Object(selection)) => match selected_by(selection, choices) {
            Some(found) if found.is_empty() => problems.push(required()),
            Some(found) => selected = found,
            None => problems.push(invalid()),
        },
        Some(_) => problems.push(invalid()),
    }
    selected.sort_unstable();
    selected.dedup();
    selected
}

/// The calendars of one of the four selections; `None` when it is none of them.
fn selected_by(selection: &Map<String, Value>, choices: &Choices) -> Option<Vec<i32>> {
    let (key, value) = selection.iter().next().filter(|_| selection.len() == 1)?;
    let whole = value.is_i64() || value.is_u64();
    let keep: Box<dyn Fn(i32, i32) -> bool> = match (key.as_str(), value) {
        ("active_year", Value::Bool(true)) => {
            let active = choices.active_year();
            Box::new(move |_, year| Some(year) == active)
        }
        ("all", Value::Bool(true)) => Box::new(|_, _| true),
        ("end_year", number) if whole => Box::new(|_, year| number.as_i64() == Some(year.into())),
        ("school", number) if whole => Box::new(|school, _| number.as_i64() == Some(school.into())),
        _ => return None,
    };
    Some(choices.calendars.iter().filter(|c| keep(c.school, c.end_year)).map(|c| c.id).collect())
}

fn unknown_fields(request: &Map<String, Value>, problems: &mut Vec<Problem>) {
    let known = |name: &String| FIELDS.contains(&name.as_str());
    let mut unknown: Vec<&String> = request
        .iter()
        .filter(|(name, value)| !known(name) && !value.is_null())
        .map(|(name, _)| name)
        .collect();
    unknown.sort_by(|a, b| (code::upper(a), a).cmp(&(code::upper(b), b)));
    problems.extend(
        unknown.iter().map(|name| Problem::new(name, "unknown_field", format!("Unknown field: {name}."))),
    );
}

#[cfg(test)]
mod tests {
    use campus::snapshot::manifest::{Calendar, District};
    use serde_json::json;

    use super::*;

    fn choices() -> Choices {
        let year = |end_year, start, end, active| Year { end_year, start, end, active };
        Choices {
            district: District { state: "KY".into(), ..District::default() },
            years: vec![year(2025, 0, 364, false), year(2026, 365, 729, true)],
            calendars: vec![
                Calendar { id: 100, school: 1, end_year: 2026, name: "A".into() },
                Calendar { id: 101, school: 2, end_year: 2025, name: "B".into() },
            ],
            ..Choices::default()
        }
    }

    fn problems(request: Value) -> Vec<String> {
        let request = request.as_object().expect("an object").clone();
        match check(&request, &choices(), &["current", "lead"]) {
            Ok(_) => Vec::new(),
            Err(problems) => {
                problems.iter().map(|p| format!("{} {}: {}", p.field, p.code, p.message)).collect()
            }
        }
    }

    #[test]
    fn all_problems_come_together_in_the_order_of_the_table() {
        let request = json!({"zeta": 1, "Alpha": 2, "snapshot": "x", "exclude_cross_site": 1, "calendars": [7, 100, 7],
            "end_date": "2026-01-01", "start_date": "2026-01-02", "format": "pdf", "reports": ["nope", "detail", "nope"]});
        assert_eq!(
            problems(request),
            [
                "reports choice: Unknown report: nope.",
                "format choice: Unknown format: pdf.",
                "start_date range: Start Date must be on or before End Date.",
                "calendars not_found: Calendar 7 is not in this district's data.",
                "exclude_cross_site invalid: Exclude Cross-Site Data must be true or false.",
                "snapshot not_found: Snapshot x does not exist.",
                "Alpha unknown_field: Unknown field: Alpha.",
                "zeta unknown_field: Unknown field: zeta.",
            ]
        );
    }

    #[test]
    fn a_wrong_type_is_the_only_problem_of_its_field() {
        assert_eq!(
            problems(json!({"reports": ["nope", 1], "calendars": [7, "100"], "start_date": 3})),
            [
                "reports invalid: Not one of the allowed values.",
                "start_date invalid: Start Date is not a date.",
                "calendars invalid: Calendars must be a list of ids or one selection.",
            ]
        );
    }

    #[test]
    fn selections_without_a_calendar_are_no_selection() {
        for calendars in [json!(null), json!([]), json!({}), json!({"end_year": 1999}), json!({"school": 9})]
        {
            let found = problems(json!({"reports": ["detail"], "calendars": calendars}));
            assert_eq!(found, ["calendars required: Must Select 1 or More Calendars."]);
        }
        for calendars in
            [json!({"all": false}), json!({"all": true, "school": 1}), json!("all"), json!({"x": 1})]
        {
            let found = problems(json!({"reports": ["detail"], "calendars": calendars}));
            assert_eq!(found, ["calendars invalid: Calendars must be a list of ids or one selection."]);
        }
    }

    #[test]
    fn an_object_selects_by_year_or_school() {
        for (calendars, ids) in [
            (json!({"active_year": true}), vec![100]),
            (json!({"end_year": 2025}), vec![101]),
            (json!({"school": 2}), vec![101]),
            (json!({"all": true}), vec![100, 101]),
            (json!([101, 100, 101]), vec![100, 101]),
        ] {
            let request = json!({"reports": ["detail", "detail"], "calendars": calendars});
            let checked =
                check(request.as_object().expect("an object"), &choices(), &[]).expect("a good request");
            assert_eq!((checked.calendars, checked.reports), (ids, vec![Report::Detail]));
        }
    }

    #[test]
    fn p4_the_range_picks_calendars_by_their_own_year() {
        let request = |start, end| Request {
            reports: vec![],
            format: Format::Csv,
            start,
            end,
            calendars: vec![],
            exclude_cross_site: true,
        };
        let year = Year { end_year: 2026, start: 100, end: 200, active: true };
        assert!(request(None, None).meets(&year));
        assert!(request(Some(Date(200)), None).meets(&year) && !request(Some(Date(201)), None).meets(&year));
        assert!(request(None, Some(Date(100))).meets(&year) && !request(None, Some(Date(99))).meets(&year));
    }
}
