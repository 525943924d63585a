//! How long to wait before sending again.

use std::time::Duration;

/// Exponential backoff: a wait that doubles with each failure until it reaches `cap`. Without
/// jitter, since calls are paced anyway and a run can be repeated exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The wait after the first failure.
    pub base: Duration,
    /// The wait that is never passed.
    pub cap: Duration,
}

impl Backoff {
    /// The wait after so many failures in a row, of which there is at least one.
    #[must_use]
    pub fn ceiling(&self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        self.base.saturating_mul(1 << doublings).min(self.cap)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_the_cap() {
        let backoff = Backoff { base: Duration::from_millis(200), cap: Duration::from_secs(5) };
        let waits =
            [1, 2, 3, 4, 5, 6, 7, u32::MAX].map(|failures| backoff.ceiling(failures).as_millis());
        assert_eq!(waits, [200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000]);
    }
}
