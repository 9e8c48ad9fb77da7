//! Query parameters and JSON bodies, read by hand so that all problems come back together.

use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::problem::{FieldError, Problem};

/// The parameters of a query string.
#[derive(Debug)]
pub struct Query {
    pairs: Vec<(String, String)>,
    /// Problems so far.
    pub errors: Vec<FieldError>,
}

impl Query {
    /// Reads a query string; a parameter that is not `known` is a problem.
    pub fn read(raw: Option<&str>, known: &[&str]) -> Query {
        let mut query = Query { pairs: Vec::new(), errors: Vec::new() };
        for pair in raw.unwrap_or_default().split('&').filter(|p| !p.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name), decoded(value));
            if known.contains(&name.as_str()) {
                query.pairs.push((name, value));
            } else {
                let message = format!("Unknown query parameter: {name}.");
                query.errors.push(FieldError::new(&name, "unknown_field", message));
            }
        }
        query
    }

    /// Reads the members of a JSON object as parameters: texts, numbers, lists of them.
    pub fn of(object: &Map<String, Value>, known: &[&str]) -> Query {
        let mut query = Query { pairs: Vec::new(), errors: Vec::new() };
        for (name, value) in object {
            if !known.contains(&name.as_str()) {
                let message = format!("Unknown field: {name}.");
                query.errors.push(FieldError::new(name, "unknown_field", message));
                continue;
            }
            let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            for item in items {
                match item {
                    Value::String(text) => query.pairs.push((name.clone(), text.clone())),
                    Value::Number(number) => query.pairs.push((name.clone(), number.to_string())),
                    Value::Null => {}
                    _ => {
                        let message = format!("{name} must be a text or a list of texts.");
                        query.errors.push(FieldError::new(name, "invalid", message));
                    }
                }
            }
        }
        query
    }

    /// The same without a parameter.
    pub fn without(mut self, name: &str) -> Query {
        self.pairs.retain(|(n, _)| n != name);
        self
    }

    /// A parameter's last value; an empty one is as if absent.
    pub fn text(&self, name: &str) -> Option<String> {
        self.pairs.iter().rev().find(|(n, v)| n == name && !v.is_empty()).map(|(_, value)| value.clone())
    }

    /// A parameter that may be repeated or hold several values separated by commas.
    pub fn list(&self, name: &str) -> Vec<String> {
        let values = self.pairs.iter().filter(|(n, _)| n == name);
        values.flat_map(|(_, v)| v.split(',')).filter(|v| !v.is_empty()).map(str::to_owned).collect()
    }

    /// A parameter that `read` understands.
    pub fn parsed<T>(&mut self, name: &str, what: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text(name)?;
        let value = read(&text);
        if value.is_none() {
            self.errors.push(FieldError::new(name, "invalid", format!("{name} must be {what}.")));
        }
        value
    }

    /// A moment.
    pub fn moment(&mut self, name: &str) -> Option<DateTime<Utc>> {
        self.parsed(name, "a time such as 2026-07-01T10:00:00Z", moment)
    }

    /// Page size.
    pub fn limit(&mut self) -> i64 {
        let read = |text: &str| text.parse().ok().filter(|n| (1..=200).contains(n));
        self.parsed("limit", "a number from 1 to 200", read).unwrap_or(50)
    }

    /// All problems, when there are any.
    pub fn done(&self) -> Result<(), Problem> {
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::malformed(self.errors.clone())) }
    }
}

/// Reads a moment in UTC or with an offset; a date alone is its midnight.
pub fn moment(text: &str) -> Option<DateTime<Utc>> {
    let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
    DateTime::parse_from_rfc3339(&whole).ok().map(|at| at.with_timezone(&Utc))
}

/// Undoes percent-encoding and `+`.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut place = 0;
    while place < bytes.len() {
        let hex = text.get(place + 1..place + 3).and_then(|h| u8::from_str_radix(h, 16).ok());
        match (bytes[place], hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                place += 2;
            }
            (b'+', _) => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        place += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A JSON object and the problems of its fields.
#[derive(Debug)]
pub struct Body {
    object: Map<String, Value>,
    /// Problems so far.
    pub errors: Vec<FieldError>,
}

impl Body {
    /// Reads a body; a field that is not `known` is a problem.
    ///
    /// # Errors
    /// When it is no JSON object.
    pub fn read(bytes: &[u8], known: &[&str]) -> Result<Body, Problem> {
        let wrong = |message: String| Problem::malformed(vec![FieldError::new("", "invalid", message)]);
        let object = match serde_json::from_slice(bytes) {
            Ok(Value::Object(object)) => object,
            Ok(_) => return Err(wrong("The body must be a JSON object.".to_owned())),
            Err(error) => {
                let place = format!("line {}, column {}", error.line(), error.column());
                return Err(wrong(format!("The body is not JSON ({place}).")));
            }
        };
        let unknown = object.keys().filter(|key| !known.contains(&key.as_str()));
        let errors = unknown
            .map(|key| FieldError::new(key, "unknown_field", format!("Unknown field: {key}.")))
            .collect();
        Ok(Body { object, errors })
    }

    /// Whether a field is named, also with null.
    pub fn has(&self, name: &str) -> bool {
        self.object.contains_key(name)
    }

    fn typed<T>(&mut self, name: &str, what: &str, read: impl Fn(&Value) -> Option<T>) -> Option<T> {
        let value = self.object.get(name).filter(|v| !v.is_null())?;
        let typed = read(value);
        if typed.is_none() {
            self.errors.push(FieldError::new(name, "invalid", format!("{name} must be {what}.")));
        }
        typed
    }

    /// A text.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.typed(name, "a text", |v| v.as_str().map(str::to_owned))
    }

    /// True or false.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        self.typed(name, "true or false", Value::as_bool)
    }

    /// A text that `read` understands.
    pub fn word<T>(&mut self, name: &str, what: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        self.typed(name, what, |v| read(v.as_str()?))
    }

    /// A whole number.
    pub fn number(&mut self, name: &str, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
        let what = format!("a whole number from {} to {}", range.start(), range.end());
        self.typed(name, &what, |v| v.as_i64().filter(|n| range.contains(n)))
    }

    /// A moment.
    pub fn moment(&mut self, name: &str) -> Option<DateTime<Utc>> {
        self.typed(name, "a time such as 2026-07-01T10:00:00Z", |v| moment(v.as_str()?))
    }

    /// An object.
    pub fn object(&mut self, name: &str) -> Option<Map<String, Value>> {
        self.typed(name, "an object", |v| v.as_object().cloned())
    }

    /// Notes that a field is missing.
    pub fn required(&mut self, name: &str) {
        if !self.errors.iter().any(|e| e.field == name) {
            self.errors.push(FieldError::new(name, "required", format!("{name} is required.")));
        }
    }

    /// All problems, when there are any.
    pub fn done(&self) -> Result<(), Problem> {
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::malformed(self.errors.clone())) }
    }

    /// The object with its keys in order and without nulls, for comparing bodies.
    pub fn canonical(&self) -> String {
        canonical(&Value::Object(self.object.clone()))
    }
}

/// JSON with sorted keys.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let mut keys: Vec<&String> = object.keys().collect();
            keys.sort_unstable();
            let pairs: Vec<String> = keys
                .into_iter()
                .map(|k| format!("{}:{}", Value::from(k.as_str()), canonical(&object[k])))
                .collect();
            format!("{{{}}}", pairs.join(","))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        other => other.to_string(),
    }
}

/// The seconds of `Prefer: wait=N`: at most 120, 30 without a number.
pub fn prefer_wait(headers: &HeaderMap) -> Option<u64> {
    let values = headers.get_all("prefer").iter().filter_map(|v| v.to_str().ok());
    let mut preferences = values.flat_map(|v| v.split([',', ';'])).map(str::trim);
    preferences.find_map(|preference| {
        let (name, value) = preference.split_once('=').unwrap_or((preference, "30"));
        if !name.trim().eq_ignore_ascii_case("wait") {
            return None;
        }
        value.trim().trim_matches('"').parse::<u64>().ok().map(|seconds| seconds.min(120))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_compared_without_regard_to_order() {
        let read = |text: &str| Body::read(text.as_bytes(), &["a", "b"]).expect("an object").canonical();
        assert_eq!(read(r#"{"a": 1, "b": {"d": 2, "c": [1, 2]}}"#), read(r#"{"b":{"c":[1,2],"d":2},"a":1}"#));
        assert_ne!(read(r#"{"a": [1, 2]}"#), read(r#"{"a": [2, 1]}"#));
    }

    #[test]
    fn queries_are_read() {
        let mut query = Query::read(
            Some("state=queued,failed&state=canceled&label=a%20b+c&limit=0&x=1"),
            &["state", "label", "limit"],
        );
        assert_eq!(query.list("state"), ["queued", "failed", "canceled"]);
        assert_eq!(query.text("label").as_deref(), Some("a b c"));
        query.limit();
        let fields: Vec<_> = query.errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["x", "limit"]);
    }

    #[test]
    fn waits_are_bounded() {
        let wait = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("prefer", value.parse().expect("a header"));
            prefer_wait(&headers)
        };
        assert_eq!(
            (wait("wait=5"), wait("respond-async, wait=500"), wait("wait")),
            (Some(5), Some(120), Some(30))
        );
        assert_eq!(wait("handling=lenient"), None);
    }
}
