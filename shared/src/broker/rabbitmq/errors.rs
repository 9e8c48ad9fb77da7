//! The client library's errors in our words.

use std::error::Error as StdError;

use lapin::ErrorKind;

use crate::broker::Error;

/// The codes with which a broker refuses until a person acts: access refused, precondition failed (a queue has other
/// arguments), not allowed (no such virtual host, or not for this account).
const REFUSED: [u16; 3] = [403, 406, 530];

/// The code for a queue that does not exist.
const NOT_FOUND: u16 = 404;

/// What a library error means for the caller.
pub(super) fn explain(during: &'static str, error: lapin::Error) -> Error {
    match error.kind() {
        ErrorKind::ProtocolError(amqp) if REFUSED.contains(&amqp.get_id()) => {
            Error::Refused(format!("the broker refuses ({during}): {}", amqp.get_message()))
        }
        _ => Error::Away { during, source: Some(error.into()) },
    }
}

/// Whether a call failed because a queue does not exist.
pub(super) fn is_not_found(error: &lapin::Error) -> bool {
    matches!(error.kind(), ErrorKind::ProtocolError(amqp) if amqp.get_id() == NOT_FOUND)
}

/// An error and its causes in one line.
pub(super) fn chain(error: &Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line
}
