//! Why a body is no list of events.

use std::fmt;

use meterproof::json::JsonError;

/// Why no event of a body can be read. What is wrong with one event alone is an
/// [`EventFault`](super::EventFault).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventError {
    /// More bytes than one body may have.
    BodyTooLarge {
        /// Bytes given.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The body is not JSON, and it cannot be told where one event ends and the next begins.
    NotJson(JsonError),
    /// JSON, but neither an object nor an array.
    NotEvents {
        /// What it is.
        actual: &'static str,
    },
    /// More events than one body may hold.
    TooManyEvents {
        /// Events given.
        actual: usize,
        /// Events allowed.
        limit: usize,
    },
}

impl EventError {
    /// The codes of all variants but [`NotJson`](Self::NotJson), which has the code of its
    /// [`JsonError`].
    pub const ALL: &'static [&'static str] = &["body_too_large", "not_events", "too_many_events"];

    /// The stable code of the variant.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::BodyTooLarge { .. } => "body_too_large",
            Self::NotJson(error) => error.code(),
            Self::NotEvents { .. } => "not_events",
            Self::TooManyEvents { .. } => "too_many_events",
        }
    }
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BodyTooLarge { bytes, limit } => write!(
                f,
                "the body has {bytes} bytes; at most {limit} are taken at once, send the events in several bodies"
            ),
            Self::NotJson(error) => {
                write!(f, "the body is not JSON: {error} (byte {})", error.at())
            }
            Self::NotEvents { actual } => write!(
                f,
                "the body is {actual}; send one event as an object, or an array of events"
            ),
            Self::TooManyEvents { actual, limit } => write!(
                f,
                "the body holds {actual} events; at most {limit} are taken at once, send them in several bodies"
            ),
        }
    }
}

impl std::error::Error for EventError {}
