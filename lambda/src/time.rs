//! Times and waits, by the metering engine's clock.

use std::time::Duration;

use meterproof::Timestamp;

/// So much later; at the end of the calendar time stands still.
pub(crate) fn later(time: Timestamp, by: Duration) -> Timestamp {
    let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_unix_millis(time.unix_millis().saturating_add(millis)).unwrap_or(time)
}

/// How much later `time` is than `earlier`; nothing where it is not.
pub(crate) fn since(earlier: Timestamp, time: Timestamp) -> Duration {
    let millis = time.unix_millis().saturating_sub(earlier.unix_millis());
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}
