use core::fmt;

/// Why a text is no [`Timestamp`](super::Timestamp).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimestampError {
    /// Not of the form `2026-11-21T10:00:00Z`.
    NotIso8601,
    /// A time of day without `Z` or an offset could be any of 38 hours.
    NoOffset,
    /// A field out of its range: month 13, February 30, second 60.
    FieldOutOfRange,
    /// Not a number.
    NotEpochSeconds,
    /// Outside the years 0000 to 9999. Milliseconds in place of seconds end up here.
    OutOfRange,
}

impl TimestampError {
    /// The codes of all variants.
    pub const ALL: &'static [&'static str] = &[
        "timestamp_not_iso_8601",
        "timestamp_no_offset",
        "timestamp_field_out_of_range",
        "timestamp_not_epoch_seconds",
        "timestamp_out_of_range",
    ];

    /// The stable code of the variant.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotIso8601 => "timestamp_not_iso_8601",
            Self::NoOffset => "timestamp_no_offset",
            Self::FieldOutOfRange => "timestamp_field_out_of_range",
            Self::NotEpochSeconds => "timestamp_not_epoch_seconds",
            Self::OutOfRange => "timestamp_out_of_range",
        }
    }
}

impl TimestampError {
    /// What `Display` shows.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::NotIso8601 => "not an ISO 8601 time: write it as 2026-11-21T10:00:00Z",
            Self::NoOffset => "a time without an offset: add Z for UTC, or an offset as +02:00",
            Self::FieldOutOfRange => "a month, day, hour, minute or second that does not exist",
            Self::NotEpochSeconds => {
                "not epoch seconds: write seconds since 1970 as a number, such as 1795255200"
            }
            Self::OutOfRange => {
                "outside the years 0000 to 9999: were milliseconds given in place of seconds?"
            }
        }
    }
}

impl fmt::Display for TimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for TimestampError {}
