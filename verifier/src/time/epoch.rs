use super::TimestampError;
use crate::json::digits;

/// The number that up to 12 digits write; `None` for anything else.
#[inline]
pub(super) fn whole_seconds(text: &[u8]) -> Option<i64> {
    if text.is_empty() || text.len() > 12 {
        return None;
    }
    digits::number(text).map(u64::cast_signed)
}

/// Milliseconds of a JSON number of seconds, cut off below; `None` beyond 64 bits.
pub(super) fn millis(text: &str) -> Result<Option<i64>, TimestampError> {
    let (negative, number) = match text.as_bytes() {
        [b'-', number @ ..] => (true, number),
        number => (false, number),
    };
    let (mantissa, exponent) = split(number, b"eE");
    let (whole, fraction) = split(mantissa, b".");
    let (down, power) = match exponent {
        [b'-', power @ ..] => (true, power),
        [b'+', power @ ..] | power => (false, power),
    };
    let all_digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    if ![whole, fraction, power].into_iter().all(all_digits) {
        return Err(TimestampError::NotEpochSeconds);
    }
    let power = power.iter().fold(0_i64, |power, digit| {
        // A text is shorter than a million digits' worth of shifting: more changes nothing.
        (power * 10 + i64::from(digit - b'0')).min(1 << 40)
    });
    let point = (whole.len() as i64).saturating_add(if down { -power } else { power });
    let mut digits = whole.iter().chain(fraction);
    let mut millis = Some(0_i64);
    // Before a point this far left, every digit is below a millisecond.
    let mut place = point.saturating_add(3);
    while place > 0 {
        match digits.next() {
            Some(digit) => {
                millis = millis.and_then(|millis| {
                    millis.checked_mul(10)?.checked_add(i64::from(digit - b'0'))
                });
            }
            // Only zeros are left to append: nothing changes a zero, and a few overflow all else.
            None if millis.is_none_or(|millis| millis == 0) => break,
            None => millis = millis.and_then(|millis| millis.checked_mul(10)),
        }
        place -= 1;
    }
    Ok(millis.map(|millis| if negative { -millis } else { millis }))
}

/// What stands before the first of these characters and after it; without one, zero is after it.
fn split<'t>(text: &'t [u8], any_of: &[u8]) -> (&'t [u8], &'t [u8]) {
    let at = text.iter().position(|byte| any_of.contains(byte)).unwrap_or(text.len());
    match text.split_at_checked(at) {
        Some((before, [_, after @ ..])) => (before, after),
        _ => (text, b"0"),
    }
}
