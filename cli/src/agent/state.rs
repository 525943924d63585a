//! What the requests and the worker share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use meterproof::Timestamp;
use meterproof::usage::ProductCode;
use meterproof_metering::{Clock, Ledger, LedgerError};
use tokio::sync::Semaphore;

use super::metrics::Metrics;

/// An agent's ledger and clock with what is counted about them: a handle, cheap to clone.
pub struct AgentState<L, C> {
    shared: Arc<Shared<L, C>>,
}

struct Shared<L, C> {
    ledger: L,
    clock: C,
    metrics: Metrics,
    product_code: Option<ProductCode>,
    requests: Semaphore,
    kibibytes: Semaphore,
    tick: Duration,
    pulse: Mutex<Pulse>,
}

/// How the agent is doing.
#[derive(Clone, Debug)]
pub(super) struct Pulse {
    /// When the last round ended well; at first the start.
    pub(super) beat: Instant,
    /// The same by the agent's clock; `None` before the first.
    pub(super) last_sweep: Option<Timestamp>,
    /// What the ledger failed with last, unless it has worked since.
    pub(super) ledger: Option<LedgerError>,
    /// Whether the agent is ending.
    pub(super) is_stopping: bool,
}

/// The most bytes of bodies under way at once, in KiB: 32 MiB. Events take several times the room
/// of their text, so this bounds the memory of requests to a few hundred MiB.
const KIBIBYTES_UNDER_WAY: usize = 32 * 1024;

impl<L: Ledger, C: Clock> AgentState<L, C> {
    /// An agent that has begun just now. `tick` is how often it looks for what is due.
    ///
    /// # Errors
    /// [`prometheus::Error`] where a counter cannot be made.
    pub fn new(
        ledger: L,
        clock: C,
        product_code: Option<ProductCode>,
        max_requests: usize,
        tick: Duration,
    ) -> Result<Self, prometheus::Error> {
        let pulse =
            Pulse { beat: Instant::now(), last_sweep: None, ledger: None, is_stopping: false };
        let shared = Shared {
            ledger,
            clock,
            metrics: Metrics::new()?,
            product_code,
            requests: Semaphore::new(max_requests),
            kibibytes: Semaphore::new(KIBIBYTES_UNDER_WAY),
            tick,
            pulse: Mutex::new(pulse),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The ledger.
    pub fn ledger(&self) -> &L {
        &self.shared.ledger
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    pub(super) fn clock(&self) -> &C {
        &self.shared.clock
    }

    pub(super) fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    pub(super) fn product_code(&self) -> Option<&ProductCode> {
        self.shared.product_code.as_ref()
    }

    /// One permit for each request under way.
    pub(super) fn requests(&self) -> &Semaphore {
        &self.shared.requests
    }

    /// One permit for each KiB of a body under way.
    pub(super) fn kibibytes(&self) -> &Semaphore {
        &self.shared.kibibytes
    }

    pub(super) fn tick(&self) -> Duration {
        self.shared.tick
    }

    pub(super) fn pulse(&self) -> MutexGuard<'_, Pulse> {
        // A panic elsewhere leaves a pulse that is old at worst.
        self.shared.pulse.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Passes on what the ledger answered, and remembers whether it works.
    pub(super) fn heard<T>(&self, answer: Result<T, LedgerError>) -> Result<T, LedgerError> {
        self.pulse().ledger = match &answer {
            Ok(_) | Err(LedgerError::Busy) => None,
            Err(error) => Some(error.clone()),
        };
        answer
    }
}

impl<L, C> Clone for AgentState<L, C> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}
