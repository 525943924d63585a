//! Amounts, times and names as they are shown.

use std::fmt;

use meterproof::Timestamp;
use meterproof::usage::Identity;
use meterproof_metering::Bucket;

const MICROS_PER_UNIT: u128 = 1_000_000;

/// Millionths of a unit as units, exact, without zeros at the end.
pub(super) fn units(micros: u128) -> String {
    let (units, fraction) = (micros / MICROS_PER_UNIT, micros % MICROS_PER_UNIT);
    if fraction == 0 {
        return units.to_string();
    }
    format!("{units}.{fraction:06}").trim_end_matches('0').to_owned()
}

/// What a bucket comes to: its record's quantity, or the sum so far.
pub(super) fn quantity(bucket: &Bucket) -> String {
    match bucket.record() {
        Some(record) => record.quantity().to_string(),
        None => units(bucket.contents.micros()),
    }
}

/// Reads a time, or an hour as `2026-11-21T10`.
#[must_use]
pub fn parse_time(text: &str) -> Option<Timestamp> {
    let hour = || format!("{}:00:00Z", text.trim_end_matches('Z'));
    Timestamp::parse_iso_8601(text)
        .or_else(|_| Timestamp::parse_iso_8601(&format!("{}:00Z", text.trim_end_matches('Z'))))
        .or_else(|_| Timestamp::parse_iso_8601(&hour()))
        .ok()
}

/// An hour as `2026-11-21T10:00Z`: what is below it is always zero.
pub(super) fn hour(time: Timestamp) -> String {
    let text = time.to_string();
    text.strip_suffix(":00Z").map_or_else(|| text.clone(), |hour| format!("{hour}Z"))
}

/// A customer in few characters: the license's own id, or the account or identifier after its
/// product.
pub(super) fn short(identity: &Identity) -> String {
    match identity {
        Identity::License { license_arn, .. } => license_id(license_arn.as_str()).to_owned(),
        Identity::Account { product_code, account } => format!("{product_code}/{account}"),
        Identity::Customer { product_code, customer } => format!("{product_code}/{customer}"),
    }
}

/// The last part of a license's ARN: `l-` and what follows.
pub(super) fn license_id(arn: &str) -> &str {
    arn.rsplit([':', '/']).next().unwrap_or(arn)
}

/// A text from outside on one line of a terminal: control characters are written out.
pub(super) struct Plain<'a>(pub(super) &'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(self.0.len());
        for character in self.0.chars() {
            if character.is_control() {
                text.extend(character.escape_default());
            } else {
                text.push(character);
            }
        }
        f.pad(&text)
    }
}

/// A count with its noun.
pub(super) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact() {
        for (micros, text) in [
            (0, "0"),
            (1, "0.000001"),
            (17_250_000, "17.25"),
            (u128::MAX, "340282366920938463463374607431768.211455"),
        ] {
            assert_eq!(units(micros), text);
        }
    }

    #[test]
    fn an_hour_is_read_in_each_length() {
        let hour = Timestamp::parse_iso_8601("2026-11-21T10:00:00Z").ok();
        for text in [
            "2026-11-21T10",
            "2026-11-21T10Z",
            "2026-11-21T10:00",
            "2026-11-21T10:00Z",
            "2026-11-21T10:00:00Z",
            "2026-11-21T12:00:00+02:00",
        ] {
            assert_eq!(parse_time(text), hour, "{text}");
        }
        for text in ["", "10", "2026-11-21", "2026-11-21T", "2026-11-21T25", "yesterday"] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(format!("{:8}|", Plain("a\u{1b}b")), "a\\u{1b}b|");
        assert_eq!(format!("{:4}|", Plain("é")), "é   |");
    }
}
