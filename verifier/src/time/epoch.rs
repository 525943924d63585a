use super::TimestampError;

/// Milliseconds of a JSON number of seconds, cut off below; `None` beyond 64 bits.
pub(super) fn millis(text: &str) -> Result<Option<i64>, TimestampError> {
    let (negative, number) = match text.strip_prefix('-') {
        Some(number) => (true, number),
        None => (false, text),
    };
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let (down, power) = match exponent.as_bytes() {
        [b'-', power @ ..] => (true, power),
        [b'+', power @ ..] | power => (false, power),
    };
    let all_digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    if ![whole.as_bytes(), fraction.as_bytes(), power].into_iter().all(all_digits) {
        return Err(TimestampError::NotEpochSeconds);
    }
    let power = power.iter().fold(0_i64, |power, digit| {
        // A text is shorter than a million digits' worth of shifting: more changes nothing.
        (power * 10 + i64::from(digit - b'0')).min(1 << 40)
    });
    let point = (whole.len() as i64).saturating_add(if down { -power } else { power });
    let mut digits = whole.bytes().chain(fraction.bytes());
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
