//! What surrounds the engine: its three ports as a hostile world would fill them, queues, and AWS.

mod aws;
mod clock;
mod decide;
mod ledger;
mod queue;
mod service;

use std::sync::{Arc, Mutex, MutexGuard};

use meterproof_metering::MemoryLedger;

use crate::bugs::{Bug, BuggyLedger};
use crate::executor::{ProcessId, Sim};
use crate::model::Model;
use crate::scenario::{Kind, MINUTE, Scenario};

pub(crate) use aws::Aws;
pub(crate) use clock::SimClock;
pub(crate) use ledger::SimLedger;
pub(crate) use queue::{Message, Payload, Queue};
pub(crate) use service::SimService;

/// Everything there is, in one handle.
#[derive(Clone)]
pub(crate) struct World(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) sim: Sim,
    pub(crate) scenario: Scenario,
    pub(crate) bug: Option<Bug>,
    /// What the engine's ledger keeps its data in.
    pub(crate) store: BuggyLedger,
    /// Buyers, AWS, queues, schedules: nothing here crashes.
    pub(crate) outside: ProcessId,
    aws: Mutex<Aws>,
    model: Mutex<Model>,
}

impl std::ops::Deref for World {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl World {
    pub(crate) fn new(sim: Sim, scenario: Scenario, bug: Option<Bug>) -> Self {
        let store = MemoryLedger::new(scenario.place.clone(), scenario.policy.clone());
        let store = BuggyLedger::new(store, bug);
        let outside = sim.start_process("outside", false);
        let aws = Mutex::new(Aws::new(&scenario));
        let model = Mutex::new(Model::new(&scenario));
        Self(Arc::new(Inner { sim, scenario, bug, store, outside, aws, model }))
    }

    pub(crate) fn aws(&self) -> MutexGuard<'_, Aws> {
        crate::executor::lock(&self.aws)
    }

    pub(crate) fn model(&self) -> MutexGuard<'_, Model> {
        crate::executor::lock(&self.model)
    }

    /// The port to the ledger.
    pub(crate) fn ledger(&self) -> SimLedger {
        SimLedger::new(self.clone())
    }

    pub(crate) fn clock(&self) -> SimClock {
        SimClock(self.sim.clone())
    }

    pub(crate) fn is_calm(&self) -> bool {
        self.sim.millis() >= self.scenario.calm
    }

    /// Between two rounds: in the calm at the end there is little to do, and a day to wait for it.
    pub(crate) fn tick(&self, tick: i64) -> i64 {
        if self.is_calm() { tick.max(15 * MINUTE) } else { tick }
    }

    /// When this has passed, if it goes on now.
    pub(crate) fn passes_at(&self, kind: Kind) -> Option<i64> {
        let now = self.sim.millis();
        let phases = self.scenario.weather.iter();
        phases.filter(|phase| phase.kind == kind && phase.covers(now)).map(|phase| phase.to).max()
    }

    /// Waits until this has passed.
    pub(crate) async fn wait_out(&self, kind: Kind) {
        while let Some(end) = self.passes_at(kind) {
            self.sim.count(match kind {
                Kind::SendersDown => "fault.senders_down",
                _ => "fault.ingest_down",
            });
            self.sim.sleep_until(end).await;
        }
    }
}
