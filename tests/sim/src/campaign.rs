//! Many seeds, on all cores.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::executor::lock;
use crate::{Bug, Run, Tracing, Violation, run_seed};

/// What a campaign came to.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// Seeds that ran.
    pub seeds: u64,
    /// How often what happened, over all of them.
    pub counts: BTreeMap<&'static str, u64>,
    /// Await points of processes that may crash.
    pub points: u64,
    /// Simulated time.
    pub simulated: Duration,
    /// The time it took.
    pub took: Duration,
    /// The lowest seed that failed.
    pub failure: Option<(u64, Violation)>,
}

impl Totals {
    fn add(&mut self, seed: u64, run: Run) {
        self.seeds += 1;
        self.points += run.points;
        self.simulated += Duration::from_millis(run.simulated.unsigned_abs());
        for (name, times) in run.counts {
            *self.counts.entry(name).or_default() += times;
        }
        if let Some(violation) = run.violation
            && self.failure.as_ref().is_none_or(|(known, _)| seed < *known)
        {
            self.failure = Some((seed, violation));
        }
    }
}

/// Runs seeds from `from` on, `threads` at a time, each thread its own; stops at the first failure.
/// `progress` hears now and then how many are done.
pub fn campaign(
    from: u64,
    seeds: u64,
    threads: usize,
    bug: Option<Bug>,
    progress: impl Fn(u64) + Sync,
) -> Totals {
    let (started, next) = (Instant::now(), AtomicU64::new(from));
    let totals = Mutex::new(Totals::default());
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    let has_failed_before =
                        lock(&totals).failure.as_ref().is_some_and(|(failed, _)| *failed < seed);
                    if seed >= from.saturating_add(seeds) || has_failed_before {
                        return;
                    }
                    let run = run_seed(seed, bug, Tracing::Off);
                    let done = {
                        let mut totals = lock(&totals);
                        totals.add(seed, run);
                        totals.seeds
                    };
                    progress(done);
                }
            });
        }
    });
    let mut totals = lock(&totals).clone();
    totals.took = started.elapsed();
    totals
}
