//! How long to wait before sending again.

use std::time::Duration;

/// Exponential backoff with full jitter: a wait drawn evenly from nothing up to a ceiling that
/// doubles with each failure until it reaches `cap`.
///
/// <https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The ceiling after the first failure.
    pub base: Duration,
    /// The ceiling that is never passed.
    pub cap: Duration,
}

impl Backoff {
    /// The ceiling after `failures` failures in a row, of which there is at least one.
    #[must_use]
    pub fn ceiling(&self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        self.base.saturating_mul(1 << doublings).min(self.cap)
    }

    /// A wait after `failures` failures in a row.
    #[must_use]
    pub fn delay(&self, failures: u32) -> Duration {
        self.ceiling(failures).mul_f64(fastrand::f64())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BACKOFF: Backoff =
        Backoff { base: Duration::from_millis(200), cap: Duration::from_secs(5) };

    #[test]
    fn the_ceiling_doubles_up_to_the_cap() {
        let ceilings =
            [1, 2, 3, 4, 5, 6, 7, u32::MAX].map(|failures| BACKOFF.ceiling(failures).as_millis());
        assert_eq!(ceilings, [200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000]);
    }

    proptest! {
        #[test]
        fn a_wait_never_passes_its_ceiling(failures: u32, base in 0_u64..1_000_000, cap in 0_u64..1_000_000) {
            let backoff = Backoff { base: Duration::from_millis(base), cap: Duration::from_millis(cap) };
            prop_assert!(backoff.delay(failures) <= backoff.ceiling(failures));
        }
    }
}
