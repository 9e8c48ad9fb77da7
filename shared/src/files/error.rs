//! What can go wrong with stored files.

use std::error::Error as StdError;

type Cause = Box<dyn StdError + Send + Sync>;

/// Why a call to the storage failed. A message is one sentence without addresses, accounts or secrets.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The storage does not answer, or answers that it cannot now, also after several tries. Try again later.
    #[error("the storage is away ({during})")]
    Away {
        /// What was being done.
        during: &'static str,
        /// The cause, where there is one.
        source: Option<Cause>,
    },
    /// There is no such file.
    #[error("the storage has no file {key}")]
    NotFound {
        /// Its key.
        key: String,
    },
    /// More bytes than allowed; nothing was stored.
    #[error("the file has more than the allowed {limit} bytes")]
    TooLarge {
        /// The most that is allowed.
        limit: u64,
    },
    /// What was read is not what was stored.
    #[error("the file {key} is damaged: {what}")]
    Integrity {
        /// Its key.
        key: String,
        /// What does not match.
        what: String,
    },
    /// The range has no byte of the file.
    #[error("the range starts behind the end of the file, which has {size} bytes")]
    OutOfRange {
        /// The file's size.
        size: u64,
    },
    /// The storage refuses until a person changes a setting, a bucket or an account.
    #[error("the storage refuses ({during}): check the bucket, the credentials and their rights")]
    Refused {
        /// What was being done.
        during: &'static str,
        /// The cause.
        source: Cause,
    },
    /// The address is not one, or not allowed.
    #[error("{0}")]
    Address(String),
    /// A key that no storage can hold.
    #[error("{key:?} is not a key of a file")]
    Key {
        /// The key.
        key: String,
    },
    /// The local file could not be read or written.
    #[error("a local file could not be {doing}")]
    Local {
        /// `read` or `written`.
        doing: &'static str,
        /// The cause.
        source: std::io::Error,
    },
    /// The bytes to be stored stopped with an error of their own; nothing was stored.
    #[error("what was to be stored could not be read to its end")]
    Source {
        /// The cause.
        source: Cause,
    },
    /// The upload's id could not be noted, so the upload was given up before its first byte.
    #[error("the upload could not be noted")]
    Note {
        /// The cause.
        source: Cause,
    },
}

impl Error {
    /// Whether another try later may work without anybody changing anything.
    pub fn is_passing(&self) -> bool {
        matches!(self, Error::Away { .. })
    }

    pub(super) fn reading(source: std::io::Error) -> Error {
        Error::Local { doing: "read", source }
    }

    pub(super) fn writing(source: std::io::Error) -> Error {
        Error::Local { doing: "written", source }
    }

    /// What the library's error means for the caller.
    pub(super) fn explain(during: &'static str, key: &str, error: object_store::Error) -> Error {
        use object_store::Error as Library;
        match error {
            // A bucket that does not exist is told the same way, but for a key nobody asked for.
            Library::NotFound { .. } if !key.is_empty() => Error::NotFound { key: key.to_owned() },
            Library::NotFound { .. }
            | Library::PermissionDenied { .. }
            | Library::Unauthenticated { .. }
            | Library::NotSupported { .. }
            | Library::NotImplemented { .. }
            | Library::UnknownConfigurationKey { .. } => Error::Refused { during, source: error.into() },
            Library::InvalidPath { .. } => Error::Key { key: key.to_owned() },
            error if is_refusal(&error) => Error::Refused { during, source: error.into() },
            error => Error::Away { during, source: Some(error.into()) },
        }
    }
}

/// Whether the storage said no. For lists the library keeps the status in a type of its own, so only its words tell.
fn is_refusal(error: &dyn StdError) -> bool {
    let words = error.to_string();
    ["401", "403", "404"].iter().any(|status| words.contains(&format!("non-2xx status code: {status}")))
        || error.source().is_some_and(is_refusal)
}
