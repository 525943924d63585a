//! The age at which usage becomes too old.

use alloc::string::String;

use crate::text::text;

/// How old usage may be, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    /// Refused at this age and beyond.
    Below(i64),
    /// Refused beyond this age.
    UpTo(i64),
}

impl Age {
    /// The ages that are refused, in words.
    pub(super) fn refused(self) -> String {
        match self {
            Self::Below(seconds) => text!(hours(seconds), " h old or older"),
            Self::UpTo(seconds) => text!("more than ", hours(seconds), " h old"),
        }
    }
}

fn hours(seconds: i64) -> u64 {
    seconds.unsigned_abs() / 3600
}
