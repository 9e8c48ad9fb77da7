//! Editor options: label, help and JSON Schema of each request field (extract-contract, "Request").

use serde_json::{Map, Value, json};

/// What a field may hold.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A list of report words.
    Reports(&'static [&'static str]),
    /// One of several words.
    Choice(&'static [&'static str]),
    /// Some of several words.
    Choices(&'static [&'static str]),
    /// `YYYY-MM-DD`.
    Date,
    /// A list of `Calendar.calendarID`, or one selection.
    Calendars,
    /// True or false.
    Flag,
    /// A whole number.
    Number,
    /// A list of whole numbers.
    Numbers,
    /// A list of texts.
    Texts,
    /// A filter's id, or a list of state ids or person ids.
    AdHocFilter,
    /// `current`, `lead` or a snapshot's id.
    Snapshot,
    /// Anything that the extract's own check reads.
    Any,
}

/// One field of a request.
#[derive(Clone, Copy, Debug)]
pub struct EditorOption {
    /// The request's field.
    pub field: &'static str,
    /// Label of the editor.
    pub label: &'static str,
    /// Help text.
    pub help: &'static str,
    /// What it may hold.
    pub kind: Kind,
    /// A request without it is refused.
    pub required: bool,
    /// The value that stands for a missing one, as JSON text.
    pub default: &'static str,
}

impl Kind {
    /// JSON Schema of the value.
    fn schema(self) -> Value {
        let list = |items: Value| json!({"type": "array", "items": items, "uniqueItems": false});
        match self {
            Kind::Reports(words) => {
                json!({"type": "array", "items": {"type": "string", "enum": words}, "minItems": 1})
            }
            Kind::Choices(words) => list(json!({"type": "string", "enum": words})),
            Kind::Choice(words) => json!({"type": "string", "enum": words}),
            Kind::Date => json!({"type": "string", "format": "date"}),
            Kind::Calendars => json!({"oneOf": [
                {"type": "array", "items": {"type": "integer"}, "minItems": 1},
                selection("active_year", json!({"const": true})),
                selection("end_year", json!({"type": "integer"})),
                selection("school", json!({"type": "integer"})),
                selection("all", json!({"const": true})),
            ]}),
            Kind::Flag => json!({"type": "boolean"}),
            Kind::Number => json!({"type": "integer"}),
            Kind::Numbers => list(json!({"type": "integer"})),
            Kind::Texts => list(json!({"type": "string"})),
            Kind::AdHocFilter => json!({"oneOf": [
                {"type": "integer"},
                selection("state_ids", list(json!({"type": "string"}))),
                selection("person_ids", list(json!({"type": "integer"}))),
            ]}),
            Kind::Snapshot => json!({"type": "string"}),
            Kind::Any => json!({}),
        }
    }
}

/// An object with exactly this key.
fn selection(key: &str, value: Value) -> Value {
    json!({"type": "object", "properties": {key: value}, "required": [key], "additionalProperties": false})
}

/// JSON Schema of a request: null is as if absent, unknown fields are refused.
pub fn schema(title: &str, options: &[EditorOption]) -> Value {
    let mut properties = Map::new();
    for option in options {
        let mut field = match option.kind.schema() {
            Value::Object(schema) if !schema.is_empty() && !option.required => {
                Map::from_iter([("oneOf".to_owned(), json!([schema, {"type": "null"}]))])
            }
            Value::Object(schema) => schema,
            _ => Map::new(),
        };
        field.insert("title".to_owned(), option.label.into());
        field.insert("description".to_owned(), option.help.into());
        if let Some(default) = default(option).filter(|d| !d.is_null()) {
            field.insert("default".to_owned(), default);
        }
        properties.insert(option.field.to_owned(), field.into());
    }
    let required: Vec<&str> = options.iter().filter(|o| o.required).map(|o| o.field).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// The default of an option.
pub fn default(option: &EditorOption) -> Option<Value> {
    serde_json::from_str(option.default).ok()
}

/// The defaults of all options: field and value.
pub fn defaults(options: &[EditorOption]) -> Map<String, Value> {
    options.iter().filter(|o| !o.required).filter_map(|o| Some((o.field.to_owned(), default(o)?))).collect()
}
