//! Durations in words.

use alloc::string::String;
use alloc::vec::Vec;

use crate::text::{push_padded, text};

/// `25 h`, `6 h 12 min`, `3 min 5 s`; days alone from three days on.
pub(in crate::usage) fn duration(milliseconds: i64) -> String {
    let total = milliseconds.unsigned_abs();
    let (seconds, millis) = (total / 1000, total % 1000);
    let hours = seconds / 3600;
    if hours >= 72 {
        return text!(hours / 24, " days");
    }
    let mut parts = Vec::new();
    if hours > 0 {
        parts.push(text!(hours, " h"));
    }
    let minutes = seconds / 60 % 60;
    if minutes > 0 {
        parts.push(text!(minutes, " min"));
    }
    match (seconds % 60, millis) {
        (0, 0) if !parts.is_empty() => {}
        (seconds, 0) => parts.push(text!(seconds, " s")),
        (seconds, millis) => {
            let mut part = text!(seconds, ".");
            push_padded(&mut part, millis, 3);
            part.push_str(" s");
            parts.push(part);
        }
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn says_no_more_than_there_is() {
        for (milliseconds, words) in [
            (0, "0 s"),
            (1, "0.001 s"),
            (90_000, "1 min 30 s"),
            (25 * 3_600_000, "25 h"),
            (-6 * 3_600_000 - 720_000, "6 h 12 min"),
            (21_600_001, "6 h 0.001 s"),
            (80 * 3_600_000, "3 days"),
            (i64::MIN, "106751991167 days"),
        ] {
            assert_eq!(duration(milliseconds), words);
        }
    }
}
