use super::TimestampError;
use super::calendar::{days_from_civil, days_in_month};

/// Milliseconds since 1970 of a date and time in the profile of RFC 3339.
pub(super) fn millis(text: &str) -> Result<i64, TimestampError> {
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
    Ok((minutes * 60 + second) * 1_000 + fraction)
}

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
