//! The request of LEAD Data and its check (lead-data, section 1).

use campus::snapshot::manifest::Choices;
use serde_json::{Map, Value};

use super::population;
use crate::kit::code;
use crate::kit::column::{self, Column};
use crate::kit::format::Heading;
use crate::kit::problem::Problem;
use crate::ky::reports::{not_allowed, once, reports};

/// A report of this extract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Report {
    /// One line a section.
    Classes,
    /// One line a person, school, Type and Alt Type.
    Staff,
    /// One line a case manager.
    Caseload,
    /// One line a school.
    Schoolwide,
    /// One line a student of one section.
    Detail,
}

impl Report {
    /// All, in the order of their files.
    pub const ALL: &[Report] =
        &[Report::Classes, Report::Staff, Report::Caseload, Report::Schoolwide, Report::Detail];

    /// The word of the request.
    pub fn code(self) -> &'static str {
        match self {
            Report::Classes => "classes",
            Report::Staff => "staff",
            Report::Caseload => "caseload",
            Report::Schoolwide => "schoolwide",
            Report::Detail => "detail",
        }
    }

    /// The word of file and sheet names.
    pub fn title(self) -> &'static str {
        match self {
            Report::Classes => "Classes",
            Report::Staff => "Staff",
            Report::Caseload => "Caseload",
            Report::Schoolwide => "Schoolwide",
            Report::Detail => "Detail",
        }
    }

    /// Header and format of its columns.
    pub fn headings(self) -> Vec<Heading> {
        column::headings(&self.columns())
    }

    /// Its columns, in order.
    pub fn columns(self) -> Vec<Column> {
        match self {
            Report::Classes => super::classes::columns(),
            Report::Staff => super::staff::COLUMNS.to_vec(),
            Report::Caseload => super::caseload::columns(),
            Report::Schoolwide => super::schoolwide::columns(),
            Report::Detail => super::detail::columns(),
        }
    }
}

/// A file format of this extract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A workbook.
    Xlsx,
    /// Comma-separated.
    Csv,
}

/// A request that passed the check.
#[derive(Clone, Debug)]
pub struct Request {
    /// Reports asked for, in the order of their files.
    pub reports: Vec<Report>,
    /// `School.schoolID`s asked for, ascending; none: all.
    pub schools: Option<Vec<i32>>,
    /// The section of Detail.
    pub section: Option<i32>,
    /// Format of all files.
    pub format: Format,
    /// `Calendar.calendarID`s of the active year, ascending (R1).
    pub active: Vec<i32>,
    /// Those of them that the reports asked for print from, ascending: for the scope of rights.
    pub calendars: Vec<i32>,
}

/// Checks a request. `district` is a snapshot of the district, if it has any; `lead` says whether it is its LEAD snapshot:
/// without one neither schools nor sections can be looked up.
pub fn check(
    sent: &Map<String, Value>,
    district: Option<&Choices>,
    lead: bool,
) -> Result<Request, Vec<Problem>> {
    let field = |name: &str| sent.get(name).filter(|v| !v.is_null());
    let choices = district.filter(|_| lead);
    let mut problems = Vec::new();
    let reports = reports(field("reports"), Report::ALL, Report::code, &mut problems);
    let schools = schools(field("schools"), choices, &mut problems);
    let detail = reports.contains(&Report::Detail);
    let section = if detail { section(field("section_id"), choices, &mut problems) } else { None };
    let format = format(field("format"), &mut problems);
    if district.is_some_and(|d| !code::is(Some(&d.district.state), "KY")) {
        problems.push(Problem::new("snapshot", "wrong_state", "LEAD Data is a Kentucky report."));
    }
    if choices.is_none() {
        let message = "This district has no LEAD snapshot yet. Run the LEAD refresh first.";
        problems.push(Problem::new("snapshot", "no_lead_snapshot", message));
    }
    unknown_fields(sent, &mut problems);
    match choices {
        Some(choices) if problems.is_empty() => {
            let active = population::calendars(choices);
            let calendars = printed(choices, &active, &reports, schools.as_deref(), section);
            Ok(Request { reports, schools, section, format, active, calendars })
        }
        _ => Err(problems),
    }
}

/// The calendars that the reports print from: those of the schools asked for (R2, R3, R5), all of them for Caseload,
/// which is of the district (R4), and the section's own for Detail (R6).
fn printed(
    choices: &Choices,
    active: &[i32],
    reports: &[Report],
    schools: Option<&[i32]>,
    section: Option<i32>,
) -> Vec<i32> {
    let of_section = |section: i32| {
        let place = choices.lead_sections.as_ref()?.binary_search(&section).ok()?;
        choices.lead_calendars.get(place).copied()
    };
    // A snapshot that does not know where the section is may have it anywhere.
    let own = section.and_then(of_section);
    let everywhere = reports.contains(&Report::Caseload) || (section.is_some() && own.is_none());
    let by_school = reports.iter().any(|r| matches!(r, Report::Classes | Report::Staff | Report::Schoolwide));
    let asked = |id: i32| {
        let school = choices.calendars.iter().find(|c| c.id == id).map(|c| c.school);
        school.is_some_and(|school| schools.is_none_or(|asked| asked.binary_search(&school).is_ok()))
    };
    let prints = |id: &&i32| everywhere || Some(**id) == own || (by_school && asked(**id));
    active.iter().filter(prints).copied().collect()
}

/// The fields of this extract's request.
const FIELDS: &[&str] = &["reports", "schools", "section_id", "format"];

fn schools(sent: Option<&Value>, choices: Option<&Choices>, problems: &mut Vec<Problem>) -> Option<Vec<i32>> {
    let whole = |id: &Value| id.is_i64() || id.is_u64();
    match sent? {
        Value::Object(all) if all.len() == 1 && all.get("all") == Some(&Value::Bool(true)) => None,
        Value::Array(list) if list.is_empty() => {
            problems.push(Problem::new("schools", "required", "Must Select 1 or More Schools."));
            None
        }
        Value::Array(list) if list.iter().all(whole) => {
            let mut selected = Vec::new();
            for id in list {
                let known = id.as_i64().and_then(|n| i32::try_from(n).ok());
                match known.filter(|n| choices.is_none_or(|c| c.schools.iter().any(|s| s.id == *n))) {
                    Some(id) => selected.push(id),
                    None if choices.is_none() => {}
                    None => {
                        let message = format!("School {id} is not in the LEAD snapshot.");
                        once(problems, Problem::new("schools", "not_found", message));
                    }
                }
            }
            selected.sort_unstable();
            selected.dedup();
            Some(selected)
        }
        _ => {
            problems.push(Problem::new("schools", "invalid", "Schools must be a list of ids or all."));
            None
        }
    }
}

/// The section of Detail; asked for only when Detail is.
fn section(sent: Option<&Value>, choices: Option<&Choices>, problems: &mut Vec<Problem>) -> Option<i32> {
    let problem = |code, message: String| Problem::new("section_id", code, message);
    match sent {
        None => {
            problems.push(problem("required", "Section ID is required for the Detail report.".to_owned()));
            None
        }
        Some(id) if id.is_i64() || id.is_u64() => {
            let known = |n: &i32| {
                let listed = choices.and_then(|c| c.lead_sections.as_ref());
                listed.is_none_or(|sections| sections.binary_search(n).is_ok())
            };
            let section = id.as_i64().and_then(|n| i32::try_from(n).ok()).filter(known);
            if section.is_none() && choices.is_some() {
                problems.push(problem("not_found", format!("Section {id} is not in the LEAD data.")));
            }
            section
        }
        Some(_) => {
            problems.push(problem("invalid", "Section ID must be a number.".to_owned()));
            None
        }
    }
}

fn format(sent: Option<&Value>, problems: &mut Vec<Problem>) -> Format {
    match sent {
        None => Format::Xlsx,
        Some(Value::String(name)) => match name.as_str() {
            "xlsx" => Format::Xlsx,
            "csv" => Format::Csv,
            _ => {
                problems.push(Problem::new("format", "choice", format!("Unknown format: {name}.")));
                Format::Xlsx
            }
        },
        Some(_) => {
            problems.push(not_allowed("format"));
            Format::Xlsx
        }
    }
}

fn unknown_fields(sent: &Map<String, Value>, problems: &mut Vec<Problem>) {
    let known = |name: &String| FIELDS.contains(&name.as_str());
    let mut unknown: Vec<&String> =
        sent.iter().filter(|(name, value)| !known(name) && !value.is_null()).map(|(name, _)| name).collect();
    unknown.sort_by(|a, b| (code::upper(a), a).cmp(&(code::upper(b), b)));
    problems.extend(
        unknown.iter().map(|name| Problem::new(name, "unknown_field", format!("Unknown field: {name}."))),
    );
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
