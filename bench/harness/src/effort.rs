//! How long to measure.

use std::time::Duration;

/// The rounds, and how long each subject runs in each.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Rounds that count.
    pub rounds: u32,
    /// What a burst of one subject should last. A single call that lasts longer is a burst; zero
    /// stands for single calls without a warm-up.
    pub burst: Duration,
    /// Most tokens, or records, of the suite `grow`.
    pub largest: u64,
}

impl Effort {
    /// For figures that stand. Bursts are short beside what an operating system gives a program
    /// at a time, so that on a machine that is not quite quiet most of them are undisturbed.
    pub const FULL: Self =
        Self { rounds: 200, burst: Duration::from_millis(3), largest: 1_000_000 };
    /// For a first look, and to see that the programs work.
    pub const QUICK: Self = Self { rounds: 9, burst: Duration::from_millis(2), largest: 10_000 };

    /// With a share of the rounds, at least three, for subjects whose single call is long.
    #[must_use]
    pub fn with_rounds_divided_by(self, divisor: u32) -> Self {
        Self { rounds: (self.rounds / divisor).max(3), ..self }
    }
}
