//! Why a job failed, in plain words (batch-queue, section 2). Never a student's data.

use serde::{Deserialize, Serialize};

use super::Time;

/// What kind of fault it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FailureClass {
    /// The request does not fit the snapshot it met.
    #[serde(rename = "request")]
    Request,
    /// The data cannot be read.
    #[serde(rename = "data")]
    Data,
    /// Result storage was away too long.
    #[serde(rename = "storage")]
    Storage,
    /// The database or broker was away too long.
    #[serde(rename = "source")]
    Source,
    /// It needs more memory than a worker may give.
    #[serde(rename = "memory")]
    Memory,
    /// It ran or hung too long.
    #[serde(rename = "time limit")]
    TimeLimit,
    /// Its process died.
    #[serde(rename = "crash")]
    Crash,
    /// Anything else.
    #[serde(rename = "internal")]
    Internal,
}

impl FailureClass {
    /// Another attempt of the same job may go better.
    pub fn retryable(self) -> bool {
        !matches!(self, FailureClass::Request | FailureClass::Data)
    }

    /// The fault is ours: the attempt is given back, and such faults have a bound of their own.
    pub fn ours(self) -> bool {
        matches!(self, FailureClass::Storage | FailureClass::Source)
    }

    /// The word people read.
    pub fn word(self) -> &'static str {
        match self {
            FailureClass::Request => "request",
            FailureClass::Data => "data",
            FailureClass::Storage => "storage",
            FailureClass::Source => "source",
            FailureClass::Memory => "memory",
            FailureClass::TimeLimit => "time limit",
            FailureClass::Crash => "crash",
            FailureClass::Internal => "internal",
        }
    }

    /// What to do next.
    pub fn next_step(self) -> &'static str {
        match self {
            FailureClass::Request => "Change the request to fit the data and submit it again.",
            FailureClass::Data => "Upload the district's bundle again and restart the job.",
            FailureClass::Storage => "Restart the job when result storage works again.",
            FailureClass::Source => "Restart the job when the database and the broker work again.",
            FailureClass::Memory => {
                "Ask for fewer calendars at once, or ask an operator for a larger worker."
            }
            FailureClass::TimeLimit => {
                "Ask for fewer calendars at once, or ask an operator to raise the time limit."
            }
            FailureClass::Crash => "Restart the job; if it fails again, send its id to support.",
            FailureClass::Internal => "Send the job's id to support.",
        }
    }
}

/// What became of one attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptNote {
    /// Number of the attempt.
    pub attempt: i64,
    /// When it ended.
    pub at: Time,
    /// Kind of fault.
    pub class: FailureClass,
    /// One sentence.
    pub message: String,
}

/// A failed job's explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Kind of fault.
    pub class: FailureClass,
    /// One sentence.
    pub message: String,
    /// One sentence.
    pub next_step: String,
}
