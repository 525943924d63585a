//! The small scenario, once for each await point: there, and there alone, a process crashes.

use crate::scenario::{Scenario, Shell};
use crate::{Tracing, Violation, run};

/// Billed in the small scenario, in millionths of a unit, wherever the crash: the events of 1, 2,
/// 4 and 8 units once each; the one of 16 has another's id.
const BILLED: u128 = 15_000_000;

const TICK: i64 = 300_000;

/// One machine, and AWS.
pub const SHELLS: [Shell; 2] =
    [Shell::Agent { agents: 1, tick: TICK }, Shell::Aws { tick: TICK, senders: 1 }];

/// Crashes at every `step`-th await point in turn; says how many there were.
///
/// # Errors
/// The point and the violated invariant.
pub fn crash_everywhere(shell: Shell, step: usize) -> Result<u64, (u64, Violation)> {
    let check = |point: Option<u64>| {
        let run = run(Scenario::small(shell), None, point, Tracing::Off);
        let crashed = run.counts.get("crashes").copied().unwrap_or(0);
        let violation = run.violation.or_else(|| {
            (run.billed != BILLED || crashed != u64::from(point.is_some())).then(|| {
                let figures = format!("{} billed, {BILLED} used, {crashed} crashes", run.billed);
                Violation::new("a crash changes nothing", figures)
            })
        });
        match violation {
            Some(violation) => Err((point.unwrap_or(0), violation)),
            None => Ok(run.points),
        }
    };
    let points = check(None)?;
    for point in (1..=points).step_by(step) {
        check(Some(point))?;
    }
    Ok(points)
}
