//! Reading the fields that several extracts share (extract-contract, "Request").
//!
//! The order of the calls is the order of the problems. A field that is null is as if absent.

use campus::date::Date;
use campus::snapshot::manifest::Choices;
use serde_json::{Map, Value};

use super::ad_hoc::AdHoc;
use super::code;
use super::problem::Problem;

/// What a value outside the allowed ones is told.
pub const NOT_ALLOWED: &str = "Not one of the allowed values.";

/// A request while it is read.
#[derive(Debug)]
pub struct Reading<'a> {
    request: &'a Map<String, Value>,
    problems: Vec<Problem>,
}

impl<'a> Reading<'a> {
    /// Begins.
    pub fn of(request: &'a Map<String, Value>) -> Reading<'a> {
        Reading { request, problems: Vec::new() }
    }

    /// The value sent for a field.
    pub fn sent(&self, field: &str) -> Option<&'a Value> {
        self.request.get(field).filter(|v| !v.is_null())
    }

    /// Adds a problem once.
    pub fn problem(&mut self, field: &str, code: &'static str, message: impl Into<String>) {
        let problem = Problem::new(field, code, message);
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// The value is not one of the allowed ones, or has a wrong type.
    pub fn refuse(&mut self, field: &str) {
        self.problem(field, "choice", NOT_ALLOWED);
    }

    /// True or false.
    pub fn flag(&mut self, field: &str, default: bool) -> bool {
        match self.sent(field) {
            None => default,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => {
                self.refuse(field);
                default
            }
        }
    }

    /// One of several words; the first one is the default.
    pub fn word(&mut self, field: &str, words: &[&'static str]) -> &'static str {
        let found = match self.sent(field) {
            None => words.first(),
            Some(sent) => words.iter().find(|w| sent.as_str() == Some(w)),
        };
        found.copied().unwrap_or_else(|| {
            self.refuse(field);
            ""
        })
    }

    /// A list of texts, sorted, each once; empty when none was sent.
    pub fn texts(&mut self, field: &str) -> Vec<String> {
        let Some(sent) = self.sent(field) else { return Vec::new() };
        let texts = sent.as_array().and_then(|list| texts(list));
        texts.unwrap_or_else(|| {
            self.refuse(field);
            Vec::new()
        })
    }

    /// A date that must be there; `message` tells that it is missing and that it is none.
    pub fn required_date(&mut self, field: &str, message: &str) -> Option<Date> {
        let Some(sent) = self.sent(field) else {
            self.problem(field, "required", message);
            return None;
        };
        let date = sent.as_str().and_then(Date::parse_iso);
        if date.is_none() {
            self.problem(field, "invalid", message);
        }
        date
    }

    /// Calendars that must be there: their ids, ascending.
    pub fn calendars(&mut self, choices: &Choices) -> Vec<i32> {
        const FIELD: &str = "calendars";
        let selected = match self.sent(FIELD) {
            None => Vec::new(),
            Some(Value::Array(list)) if list.iter().all(|id| id.is_i64() || id.is_u64()) => {
                let mut selected = Vec::new();
                for id in list {
                    let known = id.as_i64().and_then(|n| i32::try_from(n).ok());
                    match known.filter(|n| choices.calendars.iter().any(|c| c.id == *n)) {
                        Some(id) => selected.push(id),
                        None => {
                            let message = format!("Calendar {id} is not in the data.");
                            self.problem(FIELD, "not_found", message);
                        }
                    }
                }
                if !list.is_empty() {
                    selected.sort_unstable();
                    selected.dedup();
                    return selected;
                }
                selected
            }
            Some(Value::Object(selection)) if selection.is_empty() => Vec::new(),
            Some(Value::Object(selection)) => match selection_of(selection, choices) {
                Some(selected) => selected,
                None => {
                    self.refuse(FIELD);
                    return Vec::new();
                }
            },
            Some(_) => {
                self.refuse(FIELD);
                return Vec::new();
            }
        };
        if selected.is_empty() {
            self.problem(FIELD, "required", "Must Select 1 or More Calendars.");
        }
        selected
    }

    /// A saved filter, or a list of state ids or person ids.
    pub fn ad_hoc_filter(&mut self, choices: &Choices) -> Option<AdHoc> {
        const FIELD: &str = "ad_hoc_filter";
        let sent = self.sent(FIELD)?;
        if sent.is_i64() || sent.is_u64() {
            let known = sent.as_i64().and_then(|n| i32::try_from(n).ok());
            let known = known.filter(|n| choices.filters.iter().any(|f| f.id == *n));
            if known.is_none() {
                self.problem(FIELD, "not_found", format!("Ad hoc filter {sent} is not in the data."));
            }
            return known.map(AdHoc::Saved);
        }
        let list = sent.as_object().filter(|o| o.len() == 1).and_then(|o| o.iter().next());
        let read = match list {
            Some((key, Value::Array(list))) if key == "state_ids" => texts(list).map(AdHoc::StateIds),
            Some((key, Value::Array(list))) if key == "person_ids" => persons(list).map(AdHoc::Persons),
            _ => None,
        };
        if read.is_none() {
            self.refuse(FIELD);
        }
        read
    }

    /// The name of a snapshot.
    pub fn snapshot(&mut self, names: &[&str]) {
        let sent = self.sent("snapshot");
        if sent.is_some_and(|sent| !sent.as_str().is_some_and(|name| names.contains(&name))) {
            self.refuse("snapshot");
        }
    }

    /// The district is of the state that asks for the report.
    pub fn state(&mut self, choices: &Choices, state: &str, message: &str) {
        if !code::is(Some(&choices.district.state), state) {
            self.problem("snapshot", "wrong_state", message);
        }
    }

    /// Refuses fields that do not exist, by name, and gives all problems back.
    pub fn finish(mut self, fields: &[&str]) -> Vec<Problem> {
        let request = self.request;
        let unknown =
            request.iter().filter(|(name, value)| !fields.contains(&name.as_str()) && !value.is_null());
        let mut unknown: Vec<&String> = unknown.map(|(name, _)| name).collect();
        unknown.sort_by(|a, b| (code::upper(a), a).cmp(&(code::upper(b), b)));
        for name in unknown {
            self.problem(name, "unknown_field", format!("Unknown field: {name}."));
        }
        self.problems
    }
}

/// The texts of a list, sorted, each once; `None` when something else is among them.
fn texts(list: &[Value]) -> Option<Vec<String>> {
    let mut texts: Vec<String> = list.iter().map(|v| v.as_str().map(str::to_owned)).collect::<Option<_>>()?;
    texts.sort_unstable();
    texts.dedup();
    Some(texts)
}

/// The ids of a list; those that no table can hold are left out, as any that is not in the data.
fn persons(list: &[Value]) -> Option<Vec<i32>> {
    let whole = list.iter().all(|v| v.is_i64() || v.is_u64());
    whole.then(|| list.iter().filter_map(|v| i32::try_from(v.as_i64()?).ok()).collect())
}

/// The calendars of one of the four selections, ascending; `None` when it is none of them.
fn selection_of(selection: &Map<String, Value>, choices: &Choices) -> Option<Vec<i32>> {
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
    let mut ids: Vec<i32> =
        choices.calendars.iter().filter(|c| keep(c.school, c.end_year)).map(|c| c.id).collect();
    ids.sort_unstable();
    Some(ids)
}
