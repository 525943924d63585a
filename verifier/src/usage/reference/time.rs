//! When: a timestamp's form and its standing to the acceptance window.

use alloc::format;
use alloc::string::String;

use super::duration::duration;
use super::members::{Field, Object, wrong_type};
use super::place::Place;
use super::source;
use super::walk::{Finding, Walk};
use crate::json::{Kind, Value};
use crate::usage::limits::MAX_FUTURE;
use crate::usage::text::{clip, quote};
use crate::usage::violation::ViolationCode;
use crate::usage::window::{Standing, Window};
use crate::{Timestamp, TimestampError};

/// The window of an operation, and what its pages call the age.
pub(super) struct AgeRule {
    pub(super) window: Window,
    /// Such as "records 24 h old or older".
    pub(super) refused: String,
    pub(super) source: &'static str,
}

impl AgeRule {
    /// The rule of BatchMeterUsage.
    pub(super) fn of_record(walk: &Walk<'_>) -> Self {
        Self {
            window: walk.rules.window(walk.now),
            refused: format!("records {}", walk.rules.refused_age()),
            source: walk.rules.age_source(),
        }
    }

    /// The rule of MeterUsage.
    pub(super) fn of_meter_usage(walk: &Walk<'_>) -> Self {
        Self {
            window: walk.rules.meter_usage_window(walk.now),
            refused: format!("usage {}", walk.rules.refused_meter_usage_age()),
            source: walk.rules.meter_age_source(),
        }
    }
}

/// The required `Timestamp` of a shape.
pub(super) fn timestamp(
    walk: &mut Walk<'_>,
    object: &Object<'_, '_>,
    rule: &AgeRule,
) -> Field<Timestamp> {
    let Some((value, place)) = object.get("Timestamp") else {
        object.lacks(walk, "Timestamp");
        return Field::Absent;
    };
    let parsed = match &value.kind {
        Kind::Number(text) => Timestamp::parse_epoch(text),
        Kind::String(text) => Timestamp::parse_iso_8601(text),
        _ => {
            wrong_type(walk, value, &place, "epoch seconds or an ISO 8601 time", source::TIMESTAMP);
            return Field::Wrong;
        }
    };
    match parsed {
        Ok(timestamp) => {
            standing(walk, timestamp, rule, &place);
            Field::Given(timestamp)
        }
        Err(error) => {
            walk.report(&place, ViolationCode::TimestampMalformed, || malformed(value, error));
            Field::Wrong
        }
    }
}

fn malformed(value: &Value<'_>, error: TimestampError) -> Finding {
    let (shown, in_quotes) = match &value.kind {
        Kind::String(text) => (quote(text), Timestamp::parse_epoch(text).is_ok()),
        _ => (clip(value.as_number().unwrap_or_default()), false),
    };
    let message = if in_quotes {
        format!("timestamp {shown} is a number in quotation marks; leave them out")
    } else {
        format!("timestamp {shown} is {error}")
    };
    Finding {
        actual: shown,
        limit: "epoch seconds, or ISO 8601 such as 2026-11-21T10:00:00Z".into(),
        source: source::TIMESTAMP,
        message,
    }
}

fn standing(walk: &mut Walk<'_>, timestamp: Timestamp, rule: &AgeRule, place: &Place<'_>) {
    let now = walk.now;
    let age = now.unix_millis() - timestamp.unix_millis();
    let oldest = rule.window.oldest();
    let (code, limit, source, message) = match rule.window.standing(timestamp) {
        Standing::Accepted => return open_hour(walk, timestamp, place),
        Standing::TooOld => (
            ViolationCode::TimestampTooOld,
            format!("{oldest} or later"),
            rule.source,
            format!(
                "timestamp {timestamp} is {} old; AWS refuses {}; this usage can no longer be metered",
                duration(age),
                rule.refused
            ),
        ),
        Standing::MonthClosed(end) => (
            ViolationCode::TimestampMonthClosed,
            format!("{} or later", end.month),
            source::RECORD,
            format!(
                "timestamp {timestamp} lies in a month that closed at {}, {} ago; this usage can no longer be metered",
                end.cutoff,
                duration(now.unix_millis() - end.cutoff.unix_millis())
            ),
        ),
        Standing::InFuture => (
            ViolationCode::TimestampInFuture,
            format!("{} or earlier", rule.window.newest()),
            source::CLOCK,
            format!(
                "timestamp {timestamp} is {} ahead of the clock ({now}), more than {}; check the clock and the time zone",
                duration(age),
                duration(MAX_FUTURE * 1000)
            ),
        ),
    };
    walk.report(place, code, || Finding { actual: format!("{timestamp}"), limit, source, message });
}

/// Warns of an hour that is not over: AWS takes one quantity for it, and no more afterwards.
fn open_hour(walk: &mut Walk<'_>, timestamp: Timestamp, place: &Place<'_>) {
    let hour = timestamp.start_of_hour();
    let Some(end) = hour.plus_seconds(60 * 60).filter(|end| *end > walk.now) else {
        return;
    };
    let now = walk.now;
    walk.report(place, ViolationCode::HourStillOpen, || Finding {
        actual: format!("{timestamp}"),
        limit: format!("before {}", now.start_of_hour()),
        source: source::OPEN_HOUR,
        message: format!(
            "the hour of timestamp {timestamp} ends in {}; AWS takes one quantity for an hour and no more afterwards: send it when the hour is over",
            duration(end.unix_millis() - now.unix_millis())
        ),
    });
}
