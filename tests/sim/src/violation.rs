//! What must always hold.

use std::fmt;

/// An invariant that did not hold, with the figures that show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The invariant's name.
    pub invariant: &'static str,
    /// What was found, and what was expected.
    pub figures: String,
}

impl Violation {
    /// An invariant and what speaks against it.
    #[must_use]
    pub fn new(invariant: &'static str, figures: impl Into<String>) -> Self {
        Self { invariant, figures: figures.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.invariant, self.figures)
    }
}
