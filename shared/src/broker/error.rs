//! What can go wrong with a broker.

/// Why a call to the broker failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no connection, or it broke during the call. A new one is being made; try again later.
    #[error("the broker is away ({during})")]
    Away {
        /// What was being done.
        during: &'static str,
        /// The cause, where there is one.
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// The broker did not answer in time. The connection is given up; try again later.
    #[error("the broker did not answer in time ({during})")]
    TimedOut {
        /// What was being done.
        during: &'static str,
    },
    /// The broker will not do it until a person changes a setting, an account or a queue.
    #[error("{0}")]
    Refused(String),
    /// The address is not one.
    #[error("{0}")]
    Address(String),
    /// The broker was closed by this process.
    #[error("the broker is closed")]
    Closed,
}

impl Error {
    /// Whether another try later may work without anybody changing anything.
    pub fn is_passing(&self) -> bool {
        matches!(self, Error::Away { .. } | Error::TimedOut { .. })
    }
}

/// Why a message is not known to be in its queue. It may be there all the same.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PublishError {
    /// The broker refused it: the queue is full or has no leader.
    #[error("the broker refused the message: the queue is full or not available")]
    Nacked,
    /// There is no such queue; it is being declared again.
    #[error("the broker returned the message: {code} {text}")]
    Returned {
        /// The broker's code, such as 312.
        code: u16,
        /// The broker's words, such as `NO_ROUTE`.
        text: String,
    },
    /// No answer in time. The connection is given up and made again.
    #[error("the broker did not confirm the message in time")]
    TimedOut,
    /// The broker takes no messages because of an alarm.
    #[error("the broker takes no messages: {0}")]
    Blocked(String),
    /// No connection, or it broke before the broker answered.
    #[error("the broker is away")]
    Away,
    /// The broker was closed by this process.
    #[error("the broker is closed")]
    Closed,
}
