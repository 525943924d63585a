//! Points in time, without a clock: the caller says what time it is.

use core::fmt;

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

/// Why a text is no [`Timestamp`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimestampError {
    /// Not of the form `2026-11-21T10:00:00Z`.
    NotIso8601,
    /// A time of day without `Z` or an offset could be any of 38 hours.
    NoOffset,
    /// A field out of its range: month 13, February 30, second 60.
    FieldOutOfRange,
    /// Not digits with, at most, a sign and a fraction.
    NotEpochSeconds,
    /// Outside the years 0000 to 9999. Milliseconds in place of seconds end up here.
    OutOfRange,
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
        let mut fields = Fields { rest: text.as_bytes() };
        let year = fields.number(4)?;
        fields.literal(b"-")?;
        let month = fields.number(2)?;
        fields.literal(b"-")?;
        let day = fields.number(2)?;
        fields.literal(b"Tt ")?;
        let hour = fields.number(2)?;
        fields.literal(b":")?;
        let minute = fields.number(2)?;
        fields.literal(b":")?;
        let second = fields.number(2)?;
        let fraction = fields.fraction()?;
        let offset = fields.offset_minutes()?;
        let in_range = (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        if !in_range {
            return Err(TimestampError::FieldOutOfRange);
        }
        let minutes = (days_from_civil(year, month, day) * 24 + hour) * 60 + minute - offset;
        Self::from_unix_millis((minutes * 60 + second) * MILLIS_PER_SECOND + fraction)
            .ok_or(TimestampError::OutOfRange)
    }

    /// Reads the text of a JSON number as seconds since 1970: `1795255200`, `1795255200.25`.
    ///
    /// # Errors
    /// [`TimestampError::NotEpochSeconds`], for an exponent form too, or
    /// [`TimestampError::OutOfRange`].
    pub fn parse_epoch(text: &str) -> Result<Self, TimestampError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) {
            return Err(TimestampError::NotEpochSeconds);
        }
        let seconds: i64 = whole.parse().map_err(|_| TimestampError::OutOfRange)?;
        let below = fraction_millis(fraction.as_bytes());
        let millis = seconds
            .checked_mul(MILLIS_PER_SECOND)
            .and_then(|millis| millis.checked_add(below))
            .ok_or(TimestampError::OutOfRange)?;
        Self::from_unix_millis(if negative { -millis } else { millis })
            .ok_or(TimestampError::OutOfRange)
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
}

impl fmt::Display for Timestamp {
    /// ISO 8601 in UTC; milliseconds only where there are any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.millis.div_euclid(MILLIS_PER_DAY));
        let in_day = self.millis.rem_euclid(MILLIS_PER_DAY);
        let (hour, minute) = (in_day / MILLIS_PER_HOUR, in_day / 60_000 % 60);
        let (second, millis) = (in_day / MILLIS_PER_SECOND % 60, in_day % MILLIS_PER_SECOND);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if millis != 0 {
            write!(f, ".{millis:03}")?;
        }
        f.write_str("Z")
    }
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

impl fmt::Display for TimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotIso8601 => "not an ISO 8601 time: write it as 2026-11-21T10:00:00Z",
            Self::NoOffset => "a time without an offset: add Z for UTC, or an offset as +02:00",
            Self::FieldOutOfRange => "a month, day, hour, minute or second that does not exist",
            Self::NotEpochSeconds => {
                "not epoch seconds: write whole seconds since 1970, with at most a fraction"
            }
            Self::OutOfRange => {
                "outside the years 0000 to 9999: were milliseconds given in place of seconds?"
            }
        })
    }
}

impl core::error::Error for TimestampError {}

struct Fields<'a> {
    rest: &'a [u8],
}

impl Fields<'_> {
    fn number(&mut self, digits: usize) -> Result<i64, TimestampError> {
        let (field, rest) = self.rest.split_at_checked(digits).ok_or(TimestampError::NotIso8601)?;
        self.rest = rest;
        field.iter().try_fold(0, |number, digit| match digit {
            b'0'..=b'9' => Ok(number * 10 + i64::from(digit - b'0')),
            _ => Err(TimestampError::NotIso8601),
        })
    }

    fn literal(&mut self, any_of: &[u8]) -> Result<u8, TimestampError> {
        match self.rest.split_first() {
            Some((first, rest)) if any_of.contains(first) => {
                self.rest = rest;
                Ok(*first)
            }
            _ => Err(TimestampError::NotIso8601),
        }
    }

    fn fraction(&mut self) -> Result<i64, TimestampError> {
        if self.literal(b".").is_err() {
            return Ok(0);
        }
        let length = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.rest.split_at(length);
        self.rest = rest;
        if digits.is_empty() {
            return Err(TimestampError::NotIso8601);
        }
        Ok(fraction_millis(digits))
    }

    fn offset_minutes(&mut self) -> Result<i64, TimestampError> {
        if self.rest.is_empty() {
            return Err(TimestampError::NoOffset);
        }
        let minutes = match self.literal(b"Zz+-")? {
            b'Z' | b'z' => 0,
            sign => {
                let hours = self.number(2)?;
                self.literal(b":")?;
                let minutes = self.number(2)?;
                if hours > 23 || minutes > 59 {
                    return Err(TimestampError::FieldOutOfRange);
                }
                (hours * 60 + minutes) * if sign == b'-' { -1 } else { 1 }
            }
        };
        if self.rest.is_empty() { Ok(minutes) } else { Err(TimestampError::NotIso8601) }
    }
}

/// The first three digits of a fraction, as milliseconds.
fn fraction_millis(digits: &[u8]) -> i64 {
    let digit = |at: usize| i64::from(digits.get(at).map_or(0, |digit| digit - b'0'));
    digit(0) * 100 + digit(1) * 10 + digit(2)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a Gregorian date. Years are counted from March, so that the
/// leap day is a year's last; 146,097 days make a 400-year cycle, and 719,468 lie between
/// 0000-03-01 and 1970-01-01.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let cycle = year.div_euclid(400);
    let year_of_cycle = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_cycle = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
    cycle * 146_097 + day_of_cycle - 719_468
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let cycle = days.div_euclid(146_097);
    let day_of_cycle = days.rem_euclid(146_097);
    let year_of_cycle = (day_of_cycle - day_of_cycle / 1_460 + day_of_cycle / 36_524
        - day_of_cycle / 146_096)
        / 365;
    let day_of_year =
        day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_cycle + cycle * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
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
        for text in ["", "-", "1e9", "1.", ".5", "1.5.5", "+1", " 1"] {
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
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = Timestamp::parse_iso_8601(&text);
            let _ = Timestamp::parse_epoch(&text);
        }
    }
}
