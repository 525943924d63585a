//! When an hour closes, until when its usage can be sent, and where late usage goes.

use std::time::Duration;

use meterproof::Timestamp;
use meterproof::usage::limits::{
    MONTH_END_GRACE, USAGE_RECORD_AGE, USAGE_RECORD_AGE_2019, USAGE_RECORD_AGE_2024,
};
use meterproof::usage::{Edition, Rules};

use crate::{LatePolicy, Policy};

pub(crate) const HOUR: i64 = 3600;

/// When a bucket of this hour freezes: the hour's end and the lateness, but for the last hours of
/// a month no later than [`Policy::month_end_close`] after the month's end, and for a license
/// that ends no later than [`Policy::final_flush`] after its end. Never before the hour begins.
#[must_use]
pub fn close_time(hour: Timestamp, ends_at: Option<Timestamp>, policy: &Policy) -> Timestamp {
    let end = plus(hour, HOUR);
    let normal = later(end, policy.lateness);
    let next_month = month_after(hour);
    let month_end = later(next_month, policy.month_end_close).max(end);
    let license_end = ends_at.map_or(normal, |end| later(end, policy.final_flush));
    normal.min(month_end).min(license_end).max(hour)
}

/// The hours that an event of this time may be added to, the best first; none where policy
/// refuses late events and the event's own hour can no longer be billed.
///
/// - its own hour, while a record of it can still be sent in time;
/// - by [`LatePolicy::Carry`], the last hour of its own month while that is open, then the current
///   hour, then the next one, for the current one may be frozen at a license's end.
#[must_use]
pub fn candidate_hours(time: Timestamp, now: Timestamp, policy: &Policy) -> Vec<Timestamp> {
    let own = time.start_of_hour();
    let mut hours = Vec::with_capacity(4);
    if plus(now, ROOM) < sendable_until(last_second(own), policy) {
        hours.push(own);
    }
    if policy.late == LatePolicy::Carry {
        hours.extend(last_of_month(own, now, policy));
        hours.extend(hours_from(now.start_of_hour()).filter(|hour| *hour > own));
    }
    hours
}

/// Usage of an hour that closes this close to its window's end goes elsewhere: ten minutes for
/// the close and the send.
const ROOM: i64 = 600;

/// Where usage of a closed hour goes: the last hour of its own month while that is open, then the
/// current hour, then the next one.
pub(crate) fn carry_hours(from: Timestamp, now: Timestamp, policy: &Policy) -> Vec<Timestamp> {
    let own = from.start_of_hour();
    let current = hours_from(now.start_of_hour().max(plus(own, HOUR)));
    last_of_month(own, now, policy).into_iter().chain(current).collect()
}

/// The last hour of an earlier hour's month, once it is over and while it waits for late usage.
fn last_of_month(own: Timestamp, now: Timestamp, policy: &Policy) -> Option<Timestamp> {
    let next_month = month_after(own);
    let last = plus(next_month, -HOUR);
    let is_open = next_month <= now && now < close_time(last, None, policy);
    (is_open && own < last).then_some(last)
}

/// The last second of an hour: the timestamp of its record. It lies after the start of any
/// subscription under which the usage happened, and AWS cuts it to the hour.
pub(crate) fn last_second(hour: Timestamp) -> Timestamp {
    plus(hour, HOUR - 1)
}

/// The time without its fraction of a second.
pub(crate) fn whole_second(time: Timestamp) -> Timestamp {
    Timestamp::from_unix_seconds(time.unix_seconds()).unwrap_or(time)
}

/// Whether AWS takes a record of this timestamp now, and will while a call takes its time.
pub(crate) fn is_sendable(timestamp: Timestamp, now: Timestamp, policy: &Policy) -> bool {
    timestamp <= policy.rules.window(now).newest() && now < sendable_until(timestamp, policy)
}

/// From when on a record of this timestamp is no longer sent: the end of AWS's window, less
/// [`Policy::window_margin`].
pub(crate) fn sendable_until(timestamp: Timestamp, policy: &Policy) -> Timestamp {
    let mut end = later(timestamp, usage_age(&policy.rules));
    if policy.rules.edition() == Edition::Current {
        end = end.min(plus(month_after(timestamp), MONTH_END_GRACE));
    }
    earlier(end, policy.window_margin)
}

/// How old usage may be when it is sent.
pub(crate) fn usage_age(rules: &Rules) -> Duration {
    let seconds = match rules.edition() {
        Edition::Of2019 => USAGE_RECORD_AGE_2019,
        Edition::Of2024 => USAGE_RECORD_AGE_2024,
        Edition::Current => USAGE_RECORD_AGE,
    };
    Duration::from_secs(seconds.unsigned_abs())
}

/// The first instant of the month after the one `time` lies in.
fn month_after(time: Timestamp) -> Timestamp {
    // The 32nd day from a month's first lies in the next month, whatever the month.
    plus(time.start_of_month(), 32 * 24 * HOUR).start_of_month()
}

fn hours_from(hour: Timestamp) -> impl Iterator<Item = Timestamp> {
    [hour, plus(hour, HOUR)].into_iter()
}

pub(crate) fn later(time: Timestamp, by: Duration) -> Timestamp {
    shifted(time, i64::try_from(by.as_millis()).unwrap_or(i64::MAX))
}

pub(crate) fn earlier(time: Timestamp, by: Duration) -> Timestamp {
    shifted(time, i64::try_from(by.as_millis()).map_or(i64::MIN, |millis| -millis))
}

pub(crate) fn plus(time: Timestamp, seconds: i64) -> Timestamp {
    shifted(time, seconds.saturating_mul(1000))
}

/// At the ends of the calendar time stands still.
fn shifted(time: Timestamp, millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(time.unix_millis().saturating_add(millis)).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_iso_8601(text).unwrap()
    }

    fn closes(hour: &str, ends_at: Option<&str>, policy: &Policy) -> String {
        close_time(at(hour), ends_at.map(at), policy).to_string()
    }

    #[test]
    fn an_hour_closes_after_the_lateness() {
        let policy = Policy::default();
        assert_eq!(closes("2026-11-21T10:00:00Z", None, &policy), "2026-11-21T11:10:00Z");
        assert_eq!(closes("2026-11-30T23:00:00Z", None, &policy), "2026-12-01T00:10:00Z");
    }

    #[test]
    fn a_month_closes_in_time_however_long_the_lateness() {
        let policy = Policy { lateness: Duration::from_secs(12 * 3600), ..Policy::default() };
        assert_eq!(closes("2026-11-30T05:00:00Z", None, &policy), "2026-11-30T18:00:00Z");
        assert_eq!(closes("2026-11-30T13:00:00Z", None, &policy), "2026-12-01T02:00:00Z");
        assert_eq!(closes("2026-11-30T23:00:00Z", None, &policy), "2026-12-01T02:00:00Z");
        assert_eq!(closes("2026-12-31T23:00:00Z", None, &policy), "2027-01-01T02:00:00Z");
        assert_eq!(closes("2026-12-01T00:00:00Z", None, &policy), "2026-12-01T13:00:00Z");
        let at_once = Policy { month_end_close: Duration::ZERO, ..policy };
        assert_eq!(closes("2026-11-30T23:00:00Z", None, &at_once), "2026-12-01T00:00:00Z");
    }

    #[test]
    fn a_licenses_end_closes_its_hour_early_but_not_before_it_begins() {
        let policy = Policy::default();
        let end = Some("2026-11-21T10:20:00Z");
        assert_eq!(closes("2026-11-21T10:00:00Z", end, &policy), "2026-11-21T10:30:00Z");
        assert_eq!(closes("2026-11-21T09:00:00Z", end, &policy), "2026-11-21T10:10:00Z");
        assert_eq!(closes("2026-11-21T11:00:00Z", end, &policy), "2026-11-21T11:00:00Z");
    }

    #[test]
    fn usage_can_be_sent_until_a_day_has_passed_or_the_month_is_closed() {
        let policy = Policy::default();
        let until = |time: &str| sendable_until(at(time), &policy).to_string();
        assert_eq!(until("2026-11-21T10:59:59Z"), "2026-11-22T10:59:29Z");
        assert_eq!(until("2026-11-30T05:59:59Z"), "2026-12-01T05:59:29Z");
        assert_eq!(until("2026-11-30T23:59:59Z"), "2026-12-01T05:59:30Z");
        assert_eq!(until("2026-12-01T00:59:59Z"), "2026-12-02T00:59:29Z");
    }

    #[test]
    fn what_is_sendable_lies_within_the_services_window() {
        let policy = Policy { window_margin: Duration::ZERO, ..Policy::default() };
        for (time, now, sendable) in [
            ("2026-11-21T10:59:59Z", "2026-11-22T10:59:58Z", true),
            ("2026-11-21T10:59:59Z", "2026-11-22T10:59:59Z", false),
            ("2026-11-30T23:59:59Z", "2026-12-01T05:59:59Z", true),
            ("2026-11-30T23:59:59Z", "2026-12-01T06:00:00Z", false),
            ("2026-11-21T10:59:59Z", "2026-11-21T10:54:59Z", true),
            ("2026-11-21T10:59:59Z", "2026-11-21T10:54:58Z", false),
        ] {
            assert_eq!(is_sendable(at(time), at(now), &policy), sendable, "{time} at {now}");
            let window = policy.rules.window(at(now));
            let within = (window.oldest()..=window.newest()).contains(&at(time));
            assert_eq!(within, sendable, "{time} at {now}");
        }
    }

    fn candidates(time: &str, now: &str, policy: &Policy) -> Vec<String> {
        candidate_hours(at(time), at(now), policy).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_event_goes_to_its_own_hour_then_to_the_current_one() {
        let policy = Policy::default();
        let (nine, ten, eleven) =
            ("2026-11-21T09:00:00Z", "2026-11-21T10:00:00Z", "2026-11-21T11:00:00Z");
        assert_eq!(
            candidates("2026-11-21T10:30:00Z", "2026-11-21T10:31:00Z", &policy),
            [ten, eleven]
        );
        assert_eq!(
            candidates("2026-11-21T09:30:00Z", "2026-11-21T10:31:00Z", &policy),
            [nine, ten, eleven]
        );
        // Older than AWS takes.
        assert_eq!(
            candidates("2026-11-20T09:30:00Z", "2026-11-21T10:31:00Z", &policy),
            [ten, eleven]
        );
        let reject = Policy { late: LatePolicy::Reject, ..policy };
        assert_eq!(candidates("2026-11-21T09:30:00Z", "2026-11-21T10:31:00Z", &reject), [nine]);
        assert!(candidates("2026-11-20T09:30:00Z", "2026-11-21T10:31:00Z", &reject).is_empty());
    }

    #[test]
    fn late_usage_stays_in_its_month_while_that_is_open() {
        let policy = Policy::default();
        assert_eq!(
            candidates("2026-11-30T21:30:00Z", "2026-12-01T00:05:00Z", &policy),
            [
                "2026-11-30T21:00:00Z",
                "2026-11-30T23:00:00Z",
                "2026-12-01T00:00:00Z",
                "2026-12-01T01:00:00Z"
            ]
        );
        assert_eq!(
            candidates("2026-11-30T23:30:00Z", "2026-12-01T00:05:00Z", &policy),
            ["2026-11-30T23:00:00Z", "2026-12-01T00:00:00Z", "2026-12-01T01:00:00Z"]
        );
        assert_eq!(
            candidates("2026-11-30T21:30:00Z", "2026-12-01T00:10:00Z", &policy),
            ["2026-11-30T21:00:00Z", "2026-12-01T00:00:00Z", "2026-12-01T01:00:00Z"]
        );
    }
}
