//! What a validation found.

use alloc::vec::Vec;
use core::fmt;

use super::violation::{Severity, Violation};

/// What a document is taken for, by its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    /// The body of a BatchMeterUsage request: an object with `UsageRecords`.
    BatchMeterUsage,
    /// The body of a MeterUsage request: an object with `UsageDimension` or `UsageQuantity`.
    MeterUsage,
    /// One usage record: any other object.
    UsageRecord,
    /// Usage records: an array.
    UsageRecords,
}

impl DocumentKind {
    /// All kinds.
    pub const ALL: &'static [Self] =
        &[Self::BatchMeterUsage, Self::MeterUsage, Self::UsageRecord, Self::UsageRecords];

    /// A stable name for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::BatchMeterUsage => "BatchMeterUsage",
            Self::MeterUsage => "MeterUsage",
            Self::UsageRecord => "UsageRecord",
            Self::UsageRecords => "UsageRecords",
        }
    }
}

impl fmt::Display for DocumentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Everything that AWS would refuse in a document, and what it might.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What the document was taken for; `None` where it could not be read at all.
    pub kind: Option<DocumentKind>,
    /// Elements in the list of records, or 1 for a document that is a record or MeterUsage.
    pub record_count: usize,
    /// In the order of the document; at most [`MAX_VIOLATIONS`](Self::MAX_VIOLATIONS).
    pub violations: Vec<Violation>,
    /// Errors beyond those listed.
    pub unlisted_errors: usize,
    /// Warnings beyond those listed.
    pub unlisted_warnings: usize,
}

impl Report {
    /// Violations listed one by one. A hostile document can hold one in every other byte; the
    /// rest is counted, so that a report stays of a size that memory holds.
    pub const MAX_VIOLATIONS: usize = 10_000;

    /// Whether AWS would take the document: no error, whatever the warnings.
    pub fn is_accepted(&self) -> bool {
        self.unlisted_errors == 0 && self.errors().next().is_none()
    }

    /// What AWS refuses.
    pub fn errors(&self) -> impl Iterator<Item = &Violation> {
        self.of(Severity::Error)
    }

    /// What AWS may refuse, or takes in a way that was hardly meant.
    pub fn warnings(&self) -> impl Iterator<Item = &Violation> {
        self.of(Severity::Warning)
    }

    fn of(&self, severity: Severity) -> impl Iterator<Item = &Violation> {
        self.violations.iter().filter(move |violation| violation.severity == severity)
    }
}

impl fmt::Display for Report {
    /// Each violation on its line: place, severity, code and message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.violations.is_empty() {
            return f.write_str("no violations");
        }
        for (index, violation) in self.violations.iter().enumerate() {
            let newline = if index == 0 { "" } else { "\n" };
            write!(f, "{newline}{violation}")?;
        }
        let more = self.unlisted_errors + self.unlisted_warnings;
        if more > 0 {
            write!(f, "\nand {more} more")?;
        }
        Ok(())
    }
}

impl core::error::Error for Report {}
