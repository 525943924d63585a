//! What is wrong with one event.

use std::fmt;

use meterproof::json::Span;

use super::problem::EventProblem;

/// An event that cannot be taken, and all that is needed to answer its producer.
///
/// Its text repeats names of members, and values where a number, a time, a version or a media type
/// belongs; of a customer's identifier or a tag no more than the one character that AWS refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventFault {
    /// Which event of the body, from 0.
    pub index: usize,
    /// The place in the body, as a JSON pointer (RFC 6901). Where something is missing, the place
    /// of what lacks it.
    pub pointer: String,
    /// The place, in bytes of the body.
    pub span: Span,
    /// The event's id, where it could be read.
    pub id: Option<String>,
    /// The event's source, where it names one that could be read.
    pub source: Option<String>,
    /// What is wrong.
    pub problem: EventProblem,
}

impl EventFault {
    /// The stable code of the problem.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.problem.code()
    }
}

impl fmt::Display for EventFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "event" } else { &self.pointer };
        write!(f, "{place}: {}", self.problem)
    }
}

impl std::error::Error for EventFault {}
