//! The times at which usage may lie to be accepted now.

use super::age::Age;
use crate::Timestamp;

/// The acceptance window at one moment: what a validator decides by and a drawing shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    oldest_by_age: Timestamp,
    newest: Timestamp,
    month_end: Option<MonthEnd>,
}

/// The end of the billing month, as far as it touches the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthEnd {
    /// The first instant of this month.
    pub month: Timestamp,
    /// Until when usage of the previous month is accepted.
    pub cutoff: Timestamp,
    /// Whether the cutoff has passed: nothing before `month` is accepted any more.
    pub has_passed: bool,
}

/// Where a timestamp stands to a [`Window`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Accepted,
    TooOld,
    MonthClosed(MonthEnd),
    InFuture,
}

impl Window {
    pub(super) fn new(now: Timestamp, age: Age, grace: Option<i64>, future: i64) -> Self {
        let (seconds, first_millisecond) = match age {
            Age::Below(seconds) => (seconds, 1),
            Age::UpTo(seconds) => (seconds, 0),
        };
        // At the ends of the calendar there is nothing older or newer to accept.
        let oldest_by_age = now
            .plus_seconds(-seconds)
            .and_then(|at| Timestamp::from_unix_millis(at.unix_millis() + first_millisecond))
            .unwrap_or(now);
        let newest = now.plus_seconds(future).unwrap_or(now);
        let month = now.start_of_month();
        let month_end = grace
            .filter(|_| oldest_by_age < month)
            .and_then(|grace| month.plus_seconds(grace))
            .map(|cutoff| MonthEnd { month, cutoff, has_passed: now >= cutoff });
        Self { oldest_by_age, newest, month_end }
    }

    /// The oldest timestamp that is accepted.
    pub fn oldest(&self) -> Timestamp {
        match self.month_end {
            Some(end) if end.has_passed => end.month,
            _ => self.oldest_by_age,
        }
    }

    /// The newest timestamp that is accepted.
    pub fn newest(&self) -> Timestamp {
        self.newest
    }

    /// The month's start and the cutoff for what lies before it, where the window by age reaches
    /// back into the previous month.
    pub fn month_end(&self) -> Option<MonthEnd> {
        self.month_end
    }

    pub(super) fn standing(&self, timestamp: Timestamp) -> Standing {
        if timestamp > self.newest {
            return Standing::InFuture;
        }
        if timestamp < self.oldest_by_age {
            return Standing::TooOld;
        }
        match self.month_end {
            Some(end) if end.has_passed && timestamp < end.month => Standing::MonthClosed(end),
            _ => Standing::Accepted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::Rules;
    use alloc::string::ToString;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_iso_8601(text).unwrap()
    }

    fn edges(rules: &Rules, now: &str) -> (alloc::string::String, alloc::string::String) {
        let window = rules.window(at(now));
        (window.oldest().to_string(), window.newest().to_string())
    }

    #[test]
    fn current_rules_refuse_at_24_hours_and_older_ones_beyond_their_age() {
        let now = "2026-11-21T10:00:00Z";
        let newest = "2026-11-21T10:05:00Z".to_string();
        assert_eq!(
            edges(&Rules::CURRENT, now),
            ("2026-11-20T10:00:00.001Z".to_string(), newest.clone())
        );
        assert_eq!(
            edges(&Rules::EDITION_2024, now),
            ("2026-11-21T04:00:00Z".to_string(), newest.clone())
        );
        assert_eq!(edges(&Rules::EDITION_2019, now), ("2026-11-21T09:00:00Z".to_string(), newest));
    }

    #[test]
    fn the_previous_month_closes_at_six_on_the_first() {
        let last_hour = at("2026-03-31T23:59:59.999Z");
        let before = Rules::CURRENT.window(at("2026-04-01T05:59:59.999Z"));
        assert_eq!(before.standing(last_hour), Standing::Accepted);
        let after = Rules::CURRENT.window(at("2026-04-01T06:00:00Z"));
        let end = after.month_end().unwrap();
        assert_eq!(end.cutoff, at("2026-04-01T06:00:00Z"));
        assert_eq!(after.standing(last_hour), Standing::MonthClosed(end));
        assert_eq!(after.oldest(), at("2026-04-01T00:00:00Z"));
        assert_eq!(after.standing(at("2026-04-01T00:00:00Z")), Standing::Accepted);
        // From the 2nd on, the age alone decides.
        assert_eq!(Rules::CURRENT.window(at("2026-04-02T00:00:00Z")).month_end(), None);
    }

    #[test]
    fn the_ends_of_the_calendar_are_no_trap() {
        for millis in [-62_167_219_200_000, 253_402_300_799_999] {
            let now = Timestamp::from_unix_millis(millis).unwrap();
            let window = Rules::CURRENT.window(now);
            assert_eq!(window.standing(now), Standing::Accepted);
        }
    }
}
