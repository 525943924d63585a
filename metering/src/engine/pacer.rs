//! How often BatchMeterUsage is called.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use meterproof::Timestamp;

use crate::hours::later;

/// Spaces calls evenly, without bursts: with 8 a second, one every 125 ms. Shared by all senders
/// of a process; several processes share the account's rate by each taking a part of it.
///
/// ```
/// use std::time::Duration;
/// use meterproof::Timestamp;
/// use meterproof_metering::Pacer;
///
/// let pacer = Pacer::new(8);
/// let now = Timestamp::from_unix_seconds(1_795_255_200).unwrap();
/// assert_eq!(pacer.wait(now), Duration::ZERO);
/// assert_eq!(pacer.wait(now), Duration::from_millis(125));
/// ```
#[derive(Debug)]
pub struct Pacer {
    space: Duration,
    /// The earliest time of the next call.
    next: Mutex<Option<Timestamp>>,
}

impl Pacer {
    /// At most so many calls a second; 0 counts as 1.
    #[must_use]
    pub fn new(calls_per_second: u32) -> Self {
        // Rounded up to a millisecond, so that no second ever holds one call more.
        let space = Duration::from_millis(u64::from(1_000_u32.div_ceil(calls_per_second.max(1))));
        Self { space, next: Mutex::new(None) }
    }

    /// Takes the next place, and says how long from now it is away.
    pub fn wait(&self, now: Timestamp) -> Duration {
        // A panic elsewhere leaves a place that is taken at worst.
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let place = self.place(*next, now);
        *next = Some(later(place, self.space));
        between(now, place)
    }

    /// How long from now the next place is away; leaves it to others.
    pub(super) fn next(&self, now: Timestamp) -> Duration {
        let next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        between(now, self.place(*next, now))
    }

    fn place(&self, next: Option<Timestamp>, now: Timestamp) -> Timestamp {
        let longest = later(now, self.space.saturating_mul(1_000));
        // Where the clock was set back, places far ahead would stop all calls.
        next.filter(|place| *place > now && *place <= longest).unwrap_or(now)
    }
}

fn between(now: Timestamp, place: Timestamp) -> Duration {
    let millis = place.unix_millis().saturating_sub(now.unix_millis());
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_second_holds_more_calls_than_allowed() {
        let pacer = Pacer::new(8);
        let start = Timestamp::from_unix_seconds(1_795_255_200).unwrap();
        let times: Vec<i64> = (0..40)
            .map(|call| {
                let now = later(start, Duration::from_millis(call * 7));
                later(now, pacer.wait(now)).unix_millis()
            })
            .collect();
        for window in times.windows(9) {
            assert!(window[8] - window[0] >= 1_000, "{window:?}");
        }
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_stop_calls() {
        let pacer = Pacer::new(1);
        let now = Timestamp::from_unix_seconds(1_795_255_200).unwrap();
        pacer.wait(now);
        let earlier = now.plus_seconds(-86_400).unwrap();
        assert_eq!(pacer.wait(earlier), Duration::ZERO);
    }
}
