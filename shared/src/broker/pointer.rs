//! The message: a pointer to a job, and nothing else of it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Longest message that is looked at, in bytes. A pointer has about 150.
const LONGEST: usize = 4096;

/// Says that a job is queued. Whoever gets it claims the job by `job` and `dispatch`; an older dispatch claims nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pointer {
    /// Version of the message's form.
    pub version: u8,
    /// The job.
    pub job: Uuid,
    /// How often the job has entered the queue.
    pub dispatch: i64,
    /// Trace context (W3C `traceparent`) of the request that queued it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
}

impl Pointer {
    /// The version this program writes, and the only one it reads.
    pub const VERSION: u8 = 1;

    /// A pointer of the current version, without trace context.
    pub fn new(job: Uuid, dispatch: i64) -> Self {
        Pointer { version: Self::VERSION, job, dispatch, trace: None }
    }

    /// The message's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a struct of numbers and strings is always JSON")
    }

    /// Reads a message. The version is read first, so that a later form is known as such and not as broken.
    ///
    /// # Errors
    ///
    /// When the message is too long, is not a pointer, or has another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        #[derive(Deserialize)]
        struct Version {
            version: u64,
        }
        if bytes.len() > LONGEST {
            return Err(Malformed::TooLong { bytes: bytes.len() });
        }
        let Version { version } = serde_json::from_slice(bytes).map_err(not_a_pointer)?;
        if version != u64::from(Self::VERSION) {
            return Err(Malformed::UnknownVersion { version });
        }
        serde_json::from_slice(bytes).map_err(not_a_pointer)
    }
}

/// Only the place: the library's words repeat parts of the message.
fn not_a_pointer(error: serde_json::Error) -> Malformed {
    Malformed::NotAPointer { line: error.line(), column: error.column() }
}

/// Why a message is not a pointer that this program reads. Reject it: it becomes a dead letter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// Not JSON, or a field is missing or of another type.
    #[error("the message is not a pointer to a job (line {line}, column {column})")]
    NotAPointer {
        /// Line, from 1; 0 when it is not about a place.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// A form of another program version.
    #[error("the message has version {version}, this program reads version {}", Pointer::VERSION)]
    UnknownVersion {
        /// The version it names.
        version: u64,
    },
    /// Too long to be looked at.
    #[error("the message has {bytes} bytes, a pointer has at most {LONGEST}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_reads_back_as_written() {
        let mut pointer = Pointer::new(Uuid::from_u128(7), 3);
        assert_eq!(
            pointer.to_bytes(),
            br#"{"version":1,"job":"00000000-0000-0000-0000-000000000007","dispatch":3}"#
        );
        assert_eq!(Pointer::from_bytes(&pointer.to_bytes()), Ok(pointer.clone()));
        pointer.trace = Some("00-1-2-01".to_owned());
        assert_eq!(Pointer::from_bytes(&pointer.to_bytes()), Ok(pointer));
    }

    #[test]
    fn a_field_of_a_later_program_is_ignored() {
        let bytes =
            br#"{"version":1,"job":"00000000-0000-0000-0000-000000000007","dispatch":3,"color":"red"}"#;
        assert_eq!(Pointer::from_bytes(bytes), Ok(Pointer::new(Uuid::from_u128(7), 3)));
    }

    #[test]
    fn another_version_is_known_as_such_whatever_else_it_holds() {
        assert_eq!(
            Pointer::from_bytes(br#"{"version":2,"jobs":[]}"#),
            Err(Malformed::UnknownVersion { version: 2 })
        );
    }

    #[test]
    fn the_words_of_a_malformed_message_are_not_repeated() {
        for bytes in [&b"Ada Lovelace"[..], br#"{"version":1,"job":"Ada Lovelace","dispatch":1}"#, b"", b"7"]
        {
            let error = Pointer::from_bytes(bytes).unwrap_err();
            assert!(matches!(error, Malformed::NotAPointer { .. }));
            assert!(!error.to_string().contains("Ada"));
        }
    }

    #[test]
    fn a_long_message_is_not_looked_at() {
        assert_eq!(Pointer::from_bytes(&[b' '; 4097]), Err(Malformed::TooLong { bytes: 4097 }));
    }
}
