//! What is decided once, for all usage.

use std::fmt;
use std::time::Duration;

use meterproof::usage::{Dimension, Rules};

use crate::Backoff;
use crate::hours::usage_age;

/// The rules of metering, each explicit, each with its default.
///
/// ```
/// use std::time::Duration;
/// use meterproof_metering::{LatePolicy, Policy};
///
/// let policy = Policy { late: LatePolicy::Reject, ..Policy::default() };
/// assert_eq!(policy.lateness, Duration::from_secs(600));
/// assert!(policy.check().is_ok());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// The edition of AWS's rules that usage is sent under.
    pub rules: Rules,
    /// How long an hour waits for late events once it is over: 10 minutes, at most 12 hours.
    pub lateness: Duration,
    /// What becomes of an event whose hour is frozen.
    pub late: LatePolicy,
    /// Records of nothing used, for active licenses: none by default.
    pub heartbeats: Option<Heartbeats>,
    /// BatchMeterUsage calls a second: 8, of the account's quota of 10.
    pub calls_per_second: u32,
    /// How long after a license is deprovisioned its buckets freeze: 10 minutes, at most 50.
    /// AWS takes final usage for one hour.
    pub final_flush: Duration,
    /// How long after a month's start all of the previous month is frozen, even where `lateness`
    /// would wait longer: 2 hours, at most 5. AWS closes the month after 6.
    pub month_end_close: Duration,
    /// How long a held bucket waits for its next attempt: 5 minutes, from 1 second to 6 hours.
    pub hold_retry: Duration,
    /// Waits between failed attempts that are expected to pass.
    pub backoff: Backoff,
    /// How long a sender may leave a bucket without an outcome before another takes it on: 2
    /// minutes, at least 1 second.
    pub lease: Duration,
    /// How long before the window closes usage is no longer sent, for the time a call takes: 30
    /// seconds, at most 10 minutes.
    pub window_margin: Duration,
}

/// What becomes of an event whose hour is frozen, and of usage that could not be sent in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LatePolicy {
    /// It is added to the current hour, with a note.
    #[default]
    Carry,
    /// It is refused, visibly.
    Reject,
}

/// Records of nothing used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heartbeats {
    /// The dimensions for which every active license gets a record each hour.
    pub dimensions: Vec<Dimension>,
}

/// A policy that cannot hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    /// The member.
    pub name: &'static str,
    /// What it must hold.
    pub expected: &'static str,
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
/// What a close and a send may take: an hour that waited longer could no longer be sent.
const QUARTER: u64 = 15 * MINUTE;

impl Default for Policy {
    fn default() -> Self {
        Self {
            rules: Rules::CURRENT,
            lateness: Duration::from_secs(10 * MINUTE),
            late: LatePolicy::Carry,
            heartbeats: None,
            calls_per_second: 8,
            final_flush: Duration::from_secs(10 * MINUTE),
            month_end_close: Duration::from_secs(2 * HOUR),
            hold_retry: Duration::from_secs(5 * MINUTE),
            backoff: Backoff {
                base: Duration::from_millis(500),
                cap: Duration::from_secs(2 * MINUTE),
            },
            lease: Duration::from_secs(2 * MINUTE),
            window_margin: Duration::from_secs(30),
        }
    }
}

impl Policy {
    /// Whether every member is within its bounds.
    ///
    /// # Errors
    /// [`PolicyError`] for the first that is not.
    pub fn check(&self) -> Result<(), PolicyError> {
        let within = |value: Duration, low: u64, high: u64| {
            (Duration::from_secs(low)..=Duration::from_secs(high)).contains(&value)
        };
        let age = usage_age(&self.rules);
        let rules: [(bool, &'static str, &'static str); 9] = [
            (within(self.lateness, 0, 12 * HOUR), "lateness", "at most 12 hours"),
            (
                self.lateness + Duration::from_secs(QUARTER) <= age,
                "lateness",
                "shorter by a quarter of an hour than usage may be old under the edition of the rules",
            ),
            ((1..=10).contains(&self.calls_per_second), "calls_per_second", "from 1 to 10"),
            (within(self.final_flush, 0, 50 * MINUTE), "final_flush", "at most 50 minutes"),
            (within(self.month_end_close, 0, 5 * HOUR), "month_end_close", "at most 5 hours"),
            (within(self.hold_retry, 1, 6 * HOUR), "hold_retry", "from 1 second to 6 hours"),
            (within(self.lease, 1, HOUR), "lease", "from 1 second to 1 hour"),
            (within(self.window_margin, 0, 10 * MINUTE), "window_margin", "at most 10 minutes"),
            (self.backoff.base <= self.backoff.cap, "backoff", "a base no longer than its cap"),
        ];
        match rules.into_iter().find(|(holds, _, _)| !holds) {
            Some((_, name, expected)) => Err(PolicyError { name, expected }),
            None => Ok(()),
        }
    }
}

impl PolicyError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "invalid_policy"
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} must be {}: correct the configuration", self.name, self.expected)
    }
}

impl std::error::Error for PolicyError {}

impl LatePolicy {
    /// The word in configurations.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Carry => "carry",
            Self::Reject => "reject",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Carry, Self::Reject].into_iter().find(|policy| policy.code() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_holds() {
        assert_eq!(Policy::default().check(), Ok(()));
    }

    #[test]
    fn a_member_out_of_bounds_is_named() {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        let base = Policy::default;
        for (policy, words) in [
            (Policy { lateness: minutes(721), ..base() }, "lateness must be at most 12 hours"),
            (Policy { calls_per_second: 0, ..base() }, "calls_per_second must be from 1 to 10"),
            (
                Policy { final_flush: minutes(51), ..base() },
                "final_flush must be at most 50 minutes",
            ),
            (
                Policy { month_end_close: minutes(301), ..base() },
                "month_end_close must be at most 5 hours",
            ),
            (
                Policy { hold_retry: minutes(0), ..base() },
                "hold_retry must be from 1 second to 6 hours",
            ),
            (Policy { lease: minutes(61), ..base() }, "lease must be from 1 second to 1 hour"),
            (
                Policy { window_margin: minutes(11), ..base() },
                "window_margin must be at most 10 minutes",
            ),
        ] {
            let error = policy.check().unwrap_err();
            assert_eq!(error.to_string(), format!("{words}: correct the configuration"));
        }
    }

    #[test]
    fn an_hour_never_waits_until_it_can_no_longer_be_sent() {
        let hours = |hours: u64| Duration::from_secs(3600 * hours);
        let error = "lateness must be shorter by a quarter of an hour than usage may be old under \
                     the edition of the rules: correct the configuration";
        for (rules, lateness, holds) in [
            (Rules::CURRENT, hours(12), true),
            (Rules::EDITION_2024, hours(6), false),
            (Rules::EDITION_2024, hours(5), true),
            (Rules::EDITION_2019, hours(1), false),
            (Rules::EDITION_2019, Duration::from_secs(2700), true),
        ] {
            let checked = Policy { rules, lateness, ..Policy::default() }.check();
            assert_eq!(checked.is_ok(), holds, "{lateness:?}");
            assert!(holds || checked.unwrap_err().to_string() == error);
        }
    }
}
