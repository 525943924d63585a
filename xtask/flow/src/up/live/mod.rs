//! The live view: what the agent holds and what is billed, as it changes, with controls that
//! disturb it.
//!
//! While somebody watches, [the seller's software](seller) posts a little usage, and an hour
//! passes in half a minute. While nobody does, everything rests.
//!
//! | Module | Concept |
//! |---|---|
//! | [`routes`], [`gate`], [`problem`] | what is asked for below `/live`, by whom, and refusals |
//! | [`events`], [`scene`] | one moment; the whole of it, then what changes |
//! | [`observer`], [`tally`], [`bucket`], [`amount`] | both ledgers and what was used, exact |
//! | [`journal`] | what happened, in words |
//! | [`faults`], [`outside`] | what can be made to go wrong |

mod amount;
mod bucket;
mod events;
mod faults;
mod gate;
mod journal;
mod observer;
mod outside;
mod problem;
mod routes;
mod scene;
mod seller;
mod shared;
mod tally;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use meterproof::usage::Quantity;
use meterproof_emulator::State;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use self::amount::Amount;
use self::journal::Tone;
use self::scene::Phase;
use self::shared::{Crash, Shared};
use super::clock::SimulatedClock;
use super::rig::Rig;
use super::usage::HOUR;
use crate::error::FlowError;

/// Between two looks at the ledgers.
const LOOK: Duration = Duration::from_millis(250);
/// How often time is made to pass.
const STEP: Duration = Duration::from_millis(500);
const STEPS_A_SECOND: i64 = 2;
/// In how many seconds an hour passes, where nothing else is said.
pub const HOUR_SECONDS: i64 = 30;

/// The live view of one rig.
pub struct Live {
    shared: Arc<Shared>,
    crashes: mpsc::Receiver<Crash>,
}

impl Live {
    /// A view that has not begun: its routes say so.
    ///
    /// # Errors
    /// [`FlowError::Setup`] where the machine's clock is not set.
    pub fn new(
        state: State,
        emulator_url: String,
        agent_url: String,
        clock: Arc<SimulatedClock>,
    ) -> Result<Self, FlowError> {
        let (sender, crashes) = mpsc::channel(1);
        let shared = Shared::new(state, emulator_url, agent_url, clock, sender)?;
        Ok(Self { shared: Arc::new(shared), crashes })
    }

    /// The routes, to be nested below `/live`.
    pub fn routes(&self) -> Router {
        routes::routes(Arc::clone(&self.shared))
    }

    /// Ends every stream, with a word.
    pub fn end(&self) {
        self.shared.enter(Phase::Ended);
    }
}

/// Where a live view begins, and how fast it goes.
pub struct Beginning {
    /// What was used before.
    pub used: Quantity,
    /// Events of that sum.
    pub events: usize,
    /// In how many seconds an hour passes.
    pub hour_seconds: i64,
}

/// Shows and moves what is there. Ends with an error alone.
///
/// # Errors
/// [`FlowError`] where the agent does not come up again after a crash, or the clock fails.
pub async fn run(rig: &mut Rig, beginning: Beginning) -> Result<(), FlowError> {
    let shared = Arc::clone(&rig.live.shared);
    let events = u64::try_from(beginning.events).unwrap_or(u64::MAX);
    shared.tally.begin(Amount::from_millionths(beginning.used.micros()), events);
    let passes_seconds = HOUR / (beginning.hour_seconds.max(1) * STEPS_A_SECOND);
    shared.enter(Phase::Live);
    shared.look(true).await;
    // Both end with this function.
    let mut parts = JoinSet::new();
    let (seller, starts) = (Arc::clone(&shared), rig.agent.starts());
    parts.spawn(async move { seller::sell(&seller, starts).await });
    let observer = Arc::clone(&shared);
    parts.spawn(async move { observe(&observer).await });

    let mut step = interval(STEP);
    step.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            Some(done) = rig.live.crashes.recv() => {
                let outcome = crash(rig, &shared).await;
                // Who asked may be gone.
                let _ = done.send(outcome.as_ref().map(|_| ()).map_err(ToString::to_string));
                outcome?;
            }
            _ = step.tick() => {
                if passes(&shared) {
                    rig.clock.pass(&rig.emulator, passes_seconds).await?;
                }
            }
            Some(ended) = parts.join_next() => {
                let why = ended.map_or_else(|error| error.to_string(), |()| "it ended".to_owned());
                return Err(FlowError::Unexpected(format!("the live view: {why}")));
            }
        }
    }
}

/// Time passes while somebody watches and something moves.
fn passes(shared: &Shared) -> bool {
    let scene = shared.scene();
    let is_moving = scene.totals.as_ref().is_none_or(|totals| totals.is_moving());
    shared.watchers() > 0 && (*shared.flows.borrow() || is_moving)
}

async fn observe(shared: &Shared) {
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let rested = shared.watchers() == 0;
        shared.watched().await;
        look.tick().await;
        shared.look(rested).await;
    }
}

/// Ends the agent as a crash would, and starts it again on the same ledger.
async fn crash(rig: &mut Rig, shared: &Shared) -> Result<(), FlowError> {
    let began = Instant::now();
    let unsettled = journal::unsettled(&shared.scene().buckets);
    // One that ended by itself is started again all the same.
    let killed = rig.agent.kill().await;
    let how = killed.map_or_else(|error| error.to_string(), |()| "kill -9".to_owned());
    shared.write(
        Tone::Trouble,
        format!("{how}: the agent is gone, with {unsettled} buckets not settled"),
    );
    rig.agent.run().await?;
    let seconds = began.elapsed().as_secs_f64();
    shared.write(
        Tone::Good,
        format!("the agent is up again on the same ledger, after {seconds:.1} s"),
    );
    Ok(())
}
