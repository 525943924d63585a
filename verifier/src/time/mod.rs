//! Points in time, without a clock: the caller says what time it is.

mod calendar;
mod epoch;
mod error;
mod iso_8601;

use alloc::string::String;
use core::fmt;

use calendar::civil_from_days;

pub use error::TimestampError;

use crate::text::{push_padded, text};

/// A point in time, in whole milliseconds since 1970-01-01T00:00:00Z, within the years 0000
/// to 9999 (what ISO 8601 writes in four digits).
///
/// AWS's wire carries seconds that may have a fraction; what lies below a millisecond is cut
/// off. The service itself ignores all below the hour.
///
/// ```
/// use meterproof::Timestamp;
///
/// let time = Timestamp::parse_iso_8601("2026-11-21T12:30:00+02:00").unwrap();
/// assert_eq!(time.to_string(), "2026-11-21T10:30:00Z");
/// assert_eq!(time.unix_seconds(), 1_795_257_000);
/// assert_eq!(time.start_of_hour().to_string(), "2026-11-21T10:00:00Z");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    millis: i64,
}

const MILLIS_PER_SECOND: i64 = 1_000;
const MILLIS_PER_HOUR: i64 = 3_600_000;
const MILLIS_PER_DAY: i64 = 86_400_000;
/// 0000-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z.
const RANGE: core::ops::RangeInclusive<i64> = -62_167_219_200_000..=253_402_300_799_999;

impl Timestamp {
    /// From seconds since 1970-01-01T00:00:00Z; `None` outside the years 0000 to 9999.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        Self::from_unix_millis(seconds.checked_mul(MILLIS_PER_SECOND)?)
    }

    /// From milliseconds since 1970-01-01T00:00:00Z; `None` outside the years 0000 to 9999.
    #[must_use]
    pub fn from_unix_millis(millis: i64) -> Option<Self> {
        RANGE.contains(&millis).then_some(Self { millis })
    }

    /// Reads an ISO 8601 date and time in the profile of RFC 3339: `2026-11-21T10:00:00Z`,
    /// with an optional fraction and with `Z` or an offset. No leap seconds.
    ///
    /// # Errors
    /// [`TimestampError`], by what is wrong with the text.
    pub fn parse_iso_8601(text: &str) -> Result<Self, TimestampError> {
        let millis = iso_8601::millis(text)?;
        Self::from_unix_millis(millis).ok_or(TimestampError::OutOfRange)
    }

    /// Reads the text of a JSON number as seconds since 1970: `1795255200`, `1795255200.25`, or
    /// `1.7952552E9` as Java prints it. Exact: no float is involved.
    ///
    /// # Errors
    /// [`TimestampError::NotEpochSeconds`] or [`TimestampError::OutOfRange`].
    pub fn parse_epoch(text: &str) -> Result<Self, TimestampError> {
        let millis = match epoch::whole_seconds(text.as_bytes()) {
            Some(seconds) => Some(seconds * MILLIS_PER_SECOND),
            None => epoch::millis(text)?,
        };
        millis.and_then(Self::from_unix_millis).ok_or(TimestampError::OutOfRange)
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.millis.div_euclid(MILLIS_PER_SECOND)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn unix_millis(self) -> i64 {
        self.millis
    }

    /// This many seconds later (or earlier); `None` outside the years 0000 to 9999.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Option<Self> {
        let by = seconds.checked_mul(MILLIS_PER_SECOND)?;
        Self::from_unix_millis(self.millis.checked_add(by)?)
    }

    /// The UTC hour it lies in. (The range begins on a full hour, so this stays inside.)
    #[must_use]
    pub fn start_of_hour(self) -> Self {
        Self { millis: self.millis - self.millis.rem_euclid(MILLIS_PER_HOUR) }
    }

    /// The first instant of its UTC month.
    #[must_use]
    pub fn start_of_month(self) -> Self {
        let days = self.millis.div_euclid(MILLIS_PER_DAY);
        let (_, _, day) = civil_from_days(days);
        Self { millis: (days - (day - 1)) * MILLIS_PER_DAY }
    }

    /// What `Display` shows.
    pub(crate) fn write_iso_8601(self, text: &mut String) {
        let (year, month, day) = civil_from_days(self.millis.div_euclid(MILLIS_PER_DAY));
        let in_day = self.millis.rem_euclid(MILLIS_PER_DAY);
        // Each is positive: the years begin at 0.
        let mut field = |number: i64, width, after| {
            push_padded(text, number.unsigned_abs(), width);
            text.push_str(after);
        };
        field(year, 4, "-");
        field(month, 2, "-");
        field(day, 2, "T");
        field(in_day / MILLIS_PER_HOUR, 2, ":");
        field(in_day / 60_000 % 60, 2, ":");
        let millis = in_day % MILLIS_PER_SECOND;
        let point = if millis == 0 { "" } else { "." };
        field(in_day / MILLIS_PER_SECOND % 60, 2, point);
        if millis != 0 {
            field(millis, 3, "");
        }
        text.push('Z');
    }
}

impl fmt::Display for Timestamp {
    /// ISO 8601 in UTC; milliseconds only where there are any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text!(*self))
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;

    fn iso(text: &str) -> Result<i64, TimestampError> {
        Timestamp::parse_iso_8601(text).map(Timestamp::unix_millis)
    }

    #[test]
    fn reads_iso_8601() {
        assert_eq!(iso("1970-01-01T00:00:00Z"), Ok(0));
        assert_eq!(iso("2024-02-29T23:59:59.9999z"), Ok(1_709_251_199_999));
        assert_eq!(iso("2026-11-21 10:00:00.5-03:30"), Ok(1_795_267_800_500));
        assert_eq!(iso("0000-01-01T00:00:00Z"), Ok(*RANGE.start()));
        assert_eq!(iso("9999-12-31T23:59:59.999Z"), Ok(*RANGE.end()));
    }

    #[test]
    fn refuses_what_is_not() {
        use TimestampError::*;
        for (text, error) in [
            ("", NotIso8601),
            ("2026-11-21", NotIso8601),
            ("2026-11-21T10:00Z", NotIso8601),
            ("2026-11-21T10:00:00", NoOffset),
            ("2026-11-21T10:00:00.Z", NotIso8601),
            ("2026-11-21T10:00:00Zx", NotIso8601),
            ("2026-11-21T10:00:00+0200", NotIso8601),
            ("2026-11-21T10:00:00+24:00", FieldOutOfRange),
            ("2026-13-21T10:00:00Z", FieldOutOfRange),
            ("2025-02-29T10:00:00Z", FieldOutOfRange),
            ("1900-02-29T10:00:00Z", FieldOutOfRange),
            ("2026-11-21T24:00:00Z", FieldOutOfRange),
            ("2016-12-31T23:59:60Z", FieldOutOfRange),
            ("0000-01-01T00:00:00+01:00", OutOfRange),
            ("２026-11-21T10:00:00Z", NotIso8601),
        ] {
            assert_eq!(iso(text), Err(error), "{text}");
        }
    }

    #[test]
    fn reads_epoch_seconds() {
        let epoch = |text| Timestamp::parse_epoch(text).map(Timestamp::unix_millis);
        assert_eq!(epoch("1795255200"), Ok(1_795_255_200_000));
        assert_eq!(epoch("1795255200.2509"), Ok(1_795_255_200_250));
        assert_eq!(epoch("-1.5"), Ok(-1_500));
        assert_eq!(epoch("1795255200000"), Err(TimestampError::OutOfRange));
        assert_eq!(epoch("99999999999999999999"), Err(TimestampError::OutOfRange));
        assert_eq!(epoch("1.7952552E9"), Ok(1_795_255_200_000));
        assert_eq!(epoch("17952552005e-1"), Ok(1_795_255_200_500));
        assert_eq!(epoch("1e-999999999999999999999"), Ok(0));
        assert_eq!(epoch("0e999999999999999999999"), Ok(0));
        assert_eq!(epoch("1e999999999999999999999"), Err(TimestampError::OutOfRange));
        for text in ["", "-", "1e", "1e+", "e9", "1.", ".5", "1.5.5", "1e5e5", "+1", " 1"] {
            assert_eq!(epoch(text), Err(TimestampError::NotEpochSeconds), "{text}");
        }
    }

    proptest! {
        #[test]
        fn iso_8601_round_trips(millis in RANGE) {
            let time = Timestamp::from_unix_millis(millis).unwrap();
            prop_assert_eq!(Timestamp::parse_iso_8601(&time.to_string()), Ok(time));
            let month = time.start_of_month().to_string();
            prop_assert_eq!(&month[..7], &time.to_string()[..7]);
            prop_assert_eq!(&month[7..], "-01T00:00:00Z");
        }

        #[test]
        fn an_exponent_shifts_the_point(millis in 0..=*RANGE.end(), places in 0..12_usize) {
            let text = format!("{}.{:03}", millis / 1000, millis % 1000);
            let shifted = format!("{millis}{}e-{}", "0".repeat(places), places + 3);
            let time = Timestamp::from_unix_millis(millis).unwrap();
            prop_assert_eq!(Timestamp::parse_epoch(&text), Ok(time));
            prop_assert_eq!(Timestamp::parse_epoch(&shifted), Ok(time));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = Timestamp::parse_iso_8601(&text);
            let _ = Timestamp::parse_epoch(&text);
        }
    }
}
