//! The editions of AWS's pages.

/// The edition of AWS's pages that rules are taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edition {
    /// API reference of 2019-06-13.
    Of2019,
    /// The pages of May 2024: API reference, welcome page of 2024-05-20.
    Of2024,
    /// Service model 2016-01-14 as of November 2026.
    Current,
}

impl Edition {
    /// All editions, oldest first.
    pub const ALL: &'static [Self] = &[Self::Of2019, Self::Of2024, Self::Current];

    /// A stable name for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Of2019 => "2019",
            Self::Of2024 => "2024",
            Self::Current => "current",
        }
    }

    /// The edition's pages, as a source to cite.
    pub fn source(self) -> &'static str {
        match self {
            Self::Of2019 => "API reference 2019-06-13",
            Self::Of2024 => "API reference 2024-05-20, Welcome",
            Self::Current => "service model 2016-01-14",
        }
    }
}
