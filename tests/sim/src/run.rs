//! One seed from its beginning to its reckoning.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::bugs::Bug;
use crate::executor::{Executor, Sim};
use crate::model::{is_settled, reconcile};
use crate::scenario::{HOUR, Scenario};
use crate::world::World;
use crate::{Violation, shells};

/// How a run is watched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tracing {
    /// Its hash alone.
    #[default]
    Off,
    /// The last lines are kept.
    Keep,
    /// Every line is printed.
    Print,
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Run {
    /// The invariant that did not hold, if any.
    pub violation: Option<Violation>,
    /// How often what happened.
    pub counts: BTreeMap<&'static str, u64>,
    /// The same for the same course of events.
    pub trace_hash: u64,
    /// The last lines, where they were kept.
    pub trace: Vec<String>,
    /// Await points of processes that may crash.
    pub points: u64,
    /// Simulated milliseconds.
    pub simulated: i64,
    /// The sum of the bill, but for what other programs metered, in millionths of a unit.
    pub billed: u128,
}

/// Runs a seed.
#[must_use]
pub fn run_seed(seed: u64, bug: Option<Bug>, tracing: Tracing) -> Run {
    run(Scenario::draw(seed), bug, None, tracing)
}

/// Runs a scenario; with `crash_at`, one process crashes at the so-many-th await point.
#[must_use]
pub fn run(scenario: Scenario, bug: Option<Bug>, crash_at: Option<u64>, tracing: Tracing) -> Run {
    let sim = Sim::new(scenario.seed, scenario.start, scenario.latency);
    if tracing != Tracing::Off {
        sim.keep_trace(tracing == Tracing::Print);
    }
    sim.set_crash_rate(scenario.crash_rate);
    sim.crash_at(crash_at);
    let (start, end) = (scenario.start, scenario.end);
    let world = World::new(sim.clone(), scenario, bug);
    shells::start(&world);
    let mut executor = Executor::new(&sim);
    executor.run(end);
    // More than a record holds goes to the next hour, and what that cannot hold to the one after.
    let mut patience = 40;
    while patience > 0 && sim.violation().is_none() && !at_once(is_settled(&world)) {
        patience -= 1;
        executor.run(sim.millis() + 12 * HOUR);
    }
    if sim.violation().is_none()
        && let Err(violation) = at_once(reconcile(&world))
    {
        sim.fail(violation);
    }
    sim.count_many("events.sent", world.scenario.usage.len() as u64);
    Run {
        violation: sim.violation(),
        counts: sim.counts(),
        trace_hash: sim.trace_hash(),
        trace: sim.trace_lines(),
        points: sim.points(),
        simulated: sim.millis() - start,
        billed: world.aws().bill().map(|(_, entry)| u128::from(entry.quantity.millionths())).sum(),
    }
}

/// The value of a future that waits for nothing: the memory ledger's alone.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("the memory ledger never waits"),
    }
}
