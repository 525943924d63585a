//! The age at which usage becomes too old.

use alloc::string::String;

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
            Self::Below(seconds) => {
                let hours = seconds / 3600;
                alloc::format!("{hours} h old or older")
            }
            Self::UpTo(seconds) => alloc::format!("more than {} h old", seconds / 3600),
        }
    }
}
