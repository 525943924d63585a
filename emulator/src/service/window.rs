//! The windows of time in which usage is accepted.

use meterproof::Timestamp;

use crate::wire::{ErrorName, ServiceError};

const HOUR_MILLIS: i64 = 3_600_000;
/// "Usage records aren't accepted 24 hours or more after an event" (BatchMeterUsage).
const BATCH_AGE_MILLIS: i64 = 24 * HOUR_MILLIS;
/// "If you submit records more than six hours after events occur, the records won't be
/// accepted" (MeterUsage).
const METER_AGE_MILLIS: i64 = 6 * HOUR_MILLIS;
/// The previous month is open "until 06:00 UTC on the first day of the next month"
/// (BatchMeterUsage).
const MONTH_GRACE_MILLIS: i64 = 6 * HOUR_MILLIS;
/// No page says how far a clock may run ahead; five minutes is what signatures of many
/// services allow.
const AHEAD_MILLIS: i64 = 5 * 60 * 1000;

/// Whether `BatchMeterUsage` takes usage of this time now.
pub(super) fn batch_meter_usage(at: Timestamp, now: Timestamp) -> Result<(), ServiceError> {
    let age = now.unix_millis() - at.unix_millis();
    if age >= BATCH_AGE_MILLIS {
        return Err(out_of_bounds(at, now, "is 24 hours old or older"));
    }
    let month = now.start_of_month();
    let grace_is_over = now.unix_millis() - month.unix_millis() >= MONTH_GRACE_MILLIS;
    if at < month && grace_is_over {
        return Err(out_of_bounds(at, now, "is in a month that closed at 06:00 UTC on the 1st"));
    }
    not_ahead(at, now)
}

/// Whether `MeterUsage` takes usage of this time now.
pub(super) fn meter_usage(at: Timestamp, now: Timestamp) -> Result<(), ServiceError> {
    if now.unix_millis() - at.unix_millis() > METER_AGE_MILLIS {
        return Err(out_of_bounds(at, now, "is more than 6 hours old"));
    }
    not_ahead(at, now)
}

/// Whether the subscription had begun.
pub(super) fn not_before(start: Option<Timestamp>, at: Timestamp) -> Result<(), ServiceError> {
    match start {
        Some(start) if at < start => Err(ServiceError::new(
            ErrorName::TimestampOutOfBoundsException,
            format!("timestamp {at} is before the start of the subscription at {start}"),
        )),
        _ => Ok(()),
    }
}

fn not_ahead(at: Timestamp, now: Timestamp) -> Result<(), ServiceError> {
    if at.unix_millis() - now.unix_millis() > AHEAD_MILLIS {
        return Err(out_of_bounds(at, now, "is more than 5 minutes in the future"));
    }
    Ok(())
}

fn out_of_bounds(at: Timestamp, now: Timestamp, why: &str) -> ServiceError {
    ServiceError::new(
        ErrorName::TimestampOutOfBoundsException,
        format!("timestamp {at} {why}, at {now}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        Timestamp::parse_iso_8601(text).expect(text)
    }

    fn batch(at: &str, now: &str) -> bool {
        batch_meter_usage(time(at), time(now)).is_ok()
    }

    #[test]
    fn a_batch_takes_usage_younger_than_a_day() {
        assert!(batch("2026-11-20T12:00:00.001Z", "2026-11-21T12:00:00Z"));
        assert!(!batch("2026-11-20T12:00:00Z", "2026-11-21T12:00:00Z"));
    }

    #[test]
    fn the_month_before_closes_at_six_on_the_first() {
        assert!(batch("2026-03-31T23:59:59Z", "2026-04-01T05:59:59.999Z"));
        assert!(!batch("2026-03-31T23:59:59Z", "2026-04-01T06:00:00Z"));
        assert!(batch("2026-04-01T00:00:00Z", "2026-04-01T06:00:00Z"));
        // Within the grace period the 24 hours still count.
        assert!(!batch("2026-03-31T05:00:00Z", "2026-04-01T05:00:00Z"));
        assert!(batch("2026-03-31T05:00:01Z", "2026-04-01T05:00:00Z"));
        // A year's end is a month's end.
        assert!(!batch("2026-12-31T23:00:00Z", "2027-01-01T06:00:00Z"));
    }

    #[test]
    fn five_minutes_ahead_are_the_limit() {
        assert!(batch("2026-11-21T12:05:00Z", "2026-11-21T12:00:00Z"));
        assert!(!batch("2026-11-21T12:05:00.001Z", "2026-11-21T12:00:00Z"));
        let now = time("2026-11-21T12:00:00Z");
        assert!(meter_usage(time("2026-11-21T12:05:00Z"), now).is_ok());
        assert!(meter_usage(time("2026-11-21T12:05:00.001Z"), now).is_err());
    }

    #[test]
    fn meter_usage_takes_six_hours() {
        let now = time("2026-11-21T12:00:00Z");
        assert!(meter_usage(time("2026-11-21T06:00:00Z"), now).is_ok());
        let error = meter_usage(time("2026-11-21T05:59:59.999Z"), now).expect_err("too old");
        assert_eq!(error.name, ErrorName::TimestampOutOfBoundsException);
        assert_eq!(
            error.message,
            "timestamp 2026-11-21T05:59:59.999Z is more than 6 hours old, at 2026-11-21T12:00:00Z"
        );
    }
}
