//! Why a flow stopped.

use std::fmt;

/// What went wrong in a flow, in words for the person who started it.
#[derive(Debug)]
#[non_exhaustive]
pub enum FlowError {
    /// Ctrl-C, or a signal to end.
    Interrupted,
    /// A part could not be set up.
    Setup(String),
    /// A part answered, and not as it should.
    Unexpected(String),
    /// What was billed is not what was used.
    NotEqual(String),
    /// Something did not happen in time.
    TimedOut(String),
}

impl fmt::Display for FlowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted => f.write_str("interrupted"),
            Self::Setup(what) => write!(f, "cannot start: {what}"),
            Self::Unexpected(what) => write!(f, "unexpected: {what}"),
            Self::NotEqual(what) => write!(f, "billed is not used: {what}"),
            Self::TimedOut(what) => write!(f, "not in time: {what}"),
        }
    }
}

impl std::error::Error for FlowError {}
