//! Durations in words.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// `25 h`, `6 h 12 min`, `3 min 5 s`; days alone from three days on.
pub(super) fn duration(milliseconds: i64) -> String {
    let total = milliseconds.unsigned_abs();
    let (seconds, millis) = (total / 1000, total % 1000);
    let hours = seconds / 3600;
    if hours >= 72 {
        return format!("{} days", hours / 24);
    }
    let mut parts = Vec::new();
    if hours > 0 {
        parts.push(format!("{hours} h"));
    }
    let minutes = seconds / 60 % 60;
    if minutes > 0 {
        parts.push(format!("{minutes} min"));
    }
    match (seconds % 60, millis) {
        (0, 0) if !parts.is_empty() => {}
        (seconds, 0) => parts.push(format!("{seconds} s")),
        (seconds, millis) => parts.push(format!("{seconds}.{millis:03} s")),
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
