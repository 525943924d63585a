//! When: a timestamp's form and its standing to the acceptance window.

use alloc::string::String;

use super::duration::duration;
use super::members::{Field, Object, Slot, wrong_type};
use super::place::Place;
use super::source;
use super::walk::{Finding, Walk};
use crate::json::{Index, Node, Type};
use crate::text::text;
use crate::usage::limits::MAX_FUTURE;
use crate::usage::text::{clip, quote};
use crate::usage::violation::ViolationCode;
use crate::usage::window::{Standing, Window};
use crate::{Timestamp, TimestampError};

/// The window of an operation, and which of the two it is.
pub(super) struct AgeRule {
    window: Window,
    /// The start of the hour that is not over.
    open_hour: Timestamp,
    is_of_records: bool,
}

impl AgeRule {
    /// The rule of BatchMeterUsage.
    pub(super) fn of_record(walk: &Walk<'_>) -> Self {
        Self {
            window: walk.rules.window(walk.now),
            open_hour: walk.now.start_of_hour(),
            is_of_records: true,
        }
    }

    /// The rule of MeterUsage.
    pub(super) fn of_meter_usage(walk: &Walk<'_>) -> Self {
        Self {
            window: walk.rules.meter_usage_window(walk.now),
            open_hour: walk.now.start_of_hour(),
            is_of_records: false,
        }
    }

    /// What the operation's pages call the age, such as "records 24 h old or older".
    fn refused(&self, walk: &Walk<'_>) -> String {
        if self.is_of_records {
            text!("records ", walk.rules.refused_age())
        } else {
            text!("usage ", walk.rules.refused_meter_usage_age())
        }
    }

    fn source(&self, walk: &Walk<'_>) -> &'static str {
        if self.is_of_records { walk.rules.age_source() } else { walk.rules.meter_age_source() }
    }
}

/// The required `Timestamp` of a shape.
pub(super) fn timestamp(
    walk: &mut Walk<'_>,
    object: &Object<'_, '_, '_>,
    slot: Slot,
    rule: &AgeRule,
) -> Field<Timestamp> {
    let Some(node) = object.get(slot) else {
        object.lacks(walk, slot);
        return Field::Absent;
    };
    let index = object.index;
    let parsed = match node.kind {
        Type::Number => Timestamp::parse_epoch(index.slice(node.span)),
        Type::String | Type::EscapedString => {
            Timestamp::parse_iso_8601(&index.string(node).unwrap_or_default())
        }
        _ => {
            let expected = "epoch seconds or an ISO 8601 time";
            let at = object.at(slot, node);
            wrong_type(walk, index, node, &at, expected, source::TIMESTAMP);
            return Field::Wrong;
        }
    };
    match parsed {
        Ok(timestamp) => {
            let standing = rule.window.standing(timestamp);
            if standing != Standing::Accepted {
                refused(walk, timestamp, rule, &standing, &object.at(slot, node));
            } else if timestamp >= rule.open_hour {
                open_hour(walk, timestamp, &object.at(slot, node));
            }
            Field::Given(timestamp)
        }
        Err(error) => {
            let at = object.at(slot, node);
            walk.report(&at, ViolationCode::TimestampMalformed, || malformed(index, node, error));
            Field::Wrong
        }
    }
}

fn malformed(index: &Index<'_>, node: &Node, error: TimestampError) -> Finding {
    let (shown, in_quotes) = match index.string(node) {
        Some(text) => (quote(&text), Timestamp::parse_epoch(&text).is_ok()),
        None => (clip(index.slice(node.span)), false),
    };
    let message = if in_quotes {
        text!("timestamp ", shown.as_str(), " is a number in quotation marks; leave them out")
    } else {
        text!("timestamp ", shown.as_str(), " is ", error.message())
    };
    Finding {
        actual: shown,
        limit: "epoch seconds, or ISO 8601 such as 2026-11-21T10:00:00Z".into(),
        source: source::TIMESTAMP,
        message,
    }
}

fn refused(
    walk: &mut Walk<'_>,
    timestamp: Timestamp,
    rule: &AgeRule,
    standing: &Standing,
    place: &Place<'_>,
) {
    let now = walk.now;
    let age = now.unix_millis() - timestamp.unix_millis();
    let (code, limit, source, message) = match standing {
        Standing::Accepted => return,
        Standing::TooOld => (
            ViolationCode::TimestampTooOld,
            text!(rule.window.oldest(), " or later"),
            rule.source(walk),
            text!(
                "timestamp ",
                timestamp,
                " is ",
                duration(age),
                " old; AWS refuses ",
                rule.refused(walk),
                "; this usage can no longer be metered"
            ),
        ),
        Standing::MonthClosed(end) => (
            ViolationCode::TimestampMonthClosed,
            text!(end.month, " or later"),
            source::RECORD,
            text!(
                "timestamp ",
                timestamp,
                " lies in a month that closed at ",
                end.cutoff,
                ", ",
                duration(now.unix_millis() - end.cutoff.unix_millis()),
                " ago; this usage can no longer be metered"
            ),
        ),
        Standing::InFuture => (
            ViolationCode::TimestampInFuture,
            text!(rule.window.newest(), " or earlier"),
            source::CLOCK,
            text!(
                "timestamp ",
                timestamp,
                " is ",
                duration(age),
                " ahead of the clock (",
                now,
                "), more than ",
                duration(MAX_FUTURE * 1000),
                "; check the clock and the time zone"
            ),
        ),
    };
    walk.report(place, code, || Finding { actual: text!(timestamp), limit, source, message });
}

/// Warns of an hour that is not over: AWS takes one quantity for it, and no more afterwards.
fn open_hour(walk: &mut Walk<'_>, timestamp: Timestamp, place: &Place<'_>) {
    let hour = timestamp.start_of_hour();
    let Some(end) = hour.plus_seconds(60 * 60).filter(|end| *end > walk.now) else {
        return;
    };
    let now = walk.now;
    walk.report(place, ViolationCode::HourStillOpen, || Finding {
        actual: text!(timestamp),
        limit: text!("before ", now.start_of_hour()),
        source: source::OPEN_HOUR,
        message: text!(
            "the hour of timestamp ",
            timestamp,
            " ends in ",
            duration(end.unix_millis() - now.unix_millis()),
            "; AWS takes one quantity for an hour and no more afterwards: send it when the hour is over"
        ),
    });
}
