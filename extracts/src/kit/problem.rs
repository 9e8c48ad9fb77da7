//! What is wrong with a request (extract-contract, "Request").

use serde::Serialize;

/// One problem of one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The request's field.
    pub field: String,
    /// `required`, `invalid`, `range`, `choice`, `not_found`, `exclusive`, `wrong_state` or `unknown_field`.
    pub code: &'static str,
    /// The sentence of the extract's document.
    pub message: String,
}

impl Problem {
    /// A problem of a field.
    pub fn new(field: &str, code: &'static str, message: impl Into<String>) -> Problem {
        Problem { field: field.to_owned(), code, message: message.into() }
    }
}
