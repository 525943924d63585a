//! What the parts of the live view have in common.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::http::StatusCode;
use meterproof_emulator::State;
use tokio::sync::{mpsc, oneshot, watch};

use super::super::clock::SimulatedClock;
use super::super::metering::PRODUCT;
use super::faults::Standing;
use super::journal::{Journal, Tone};
use super::observer::Observer;
use super::problem::Problem;
use super::scene::{Phase, Scene};
use super::tally::Tally;
use crate::http::Http;

/// Where a crash was asked for, and who waits for its end.
pub type Crash = oneshot::Sender<Result<(), String>>;

/// The live view's parts.
pub struct Shared {
    /// The agent's address.
    pub agent_url: String,
    /// The emulator's address.
    pub emulator_url: String,
    /// The emulator's own endpoints.
    pub emulator: Http,
    /// The emulator itself.
    pub state: State,
    /// What time it is for the agent and the emulator.
    pub clock: Arc<SimulatedClock>,
    /// What was used.
    pub tally: Tally,
    /// Whether the seller's software posts usage.
    pub flows: watch::Sender<bool>,
    scene: watch::Sender<Arc<Scene>>,
    observer: tokio::sync::Mutex<Observer>,
    journal: Mutex<Journal>,
    subscribed: Mutex<bool>,
    crashes: mpsc::Sender<Crash>,
    began: Instant,
}

impl Shared {
    /// Before the view begins; crashes that are asked for go to `crashes`.
    pub fn new(
        state: State,
        emulator_url: String,
        agent_url: String,
        clock: Arc<SimulatedClock>,
        crashes: mpsc::Sender<Crash>,
    ) -> Result<Self, crate::error::FlowError> {
        let scene = Arc::new(Scene::before(clock.now()?));
        Ok(Self {
            observer: tokio::sync::Mutex::new(Observer::new(&agent_url, state.clone(), PRODUCT)),
            emulator: Http::new(emulator_url.clone()),
            agent_url,
            emulator_url,
            state,
            clock,
            tally: Tally::default(),
            flows: watch::Sender::new(true),
            scene: watch::Sender::new(scene),
            journal: Mutex::default(),
            subscribed: Mutex::new(true),
            crashes,
            began: Instant::now(),
        })
    }

    /// The latest scene.
    pub fn scene(&self) -> Arc<Scene> {
        self.scene.borrow().clone()
    }

    /// Scenes from now on. Whoever holds this watches.
    pub fn watch(&self) -> watch::Receiver<Arc<Scene>> {
        self.scene.subscribe()
    }

    /// How many watch.
    pub fn watchers(&self) -> usize {
        self.scene.receiver_count()
    }

    /// Waits until somebody watches.
    pub async fn watched(&self) {
        while self.watchers() == 0 {
            // Nobody is there to see a delay of this length.
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    }

    /// Changes the phase.
    pub fn enter(&self, phase: Phase) {
        self.scene.send_modify(|scene| {
            let mut next = Scene::clone(scene);
            next.phase = phase;
            *scene = Arc::new(next);
        });
    }

    /// Looks at both ledgers, and shows what is there. `afresh` after a time without looks.
    pub async fn look(&self, afresh: bool) -> Arc<Scene> {
        let mut observer = self.observer.lock().await;
        let known = self.scene();
        if known.phase != Phase::Live {
            return known;
        }
        if afresh {
            observer.forget();
        }
        let flows = *self.flows.borrow();
        let rests = !flows && !self.tally.mark().is_posting;
        let look = observer.look(&self.tally).await;
        let mut scene = Scene::clone(&known);
        scene.at = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        scene.now = self.clock.now().unwrap_or(known.now);
        // Paused is said with sums that hold all that was posted.
        scene.flows = flows || (known.flows && !(rests && look.totals.is_some()));
        scene.subscribed = *lock(&self.subscribed);
        scene.agent_is_up = look.agent_is_up;
        scene.faults = Standing::of_emulator(&self.state);
        {
            let mut journal = lock(&self.journal);
            // The first look finds what the flow before it left: that is no news.
            if known.totals.is_some() {
                journal.compare(scene.now, &known.buckets, &look.buckets);
            }
            scene.log = journal.entries();
        }
        scene.buckets = look.buckets;
        scene.totals = look.totals.or(known.totals.clone());
        scene.draw();
        let scene = Arc::new(scene);
        // The phase may have changed since: it stays.
        self.scene.send_if_modified(|shown| {
            let is_live = shown.phase == Phase::Live;
            if is_live {
                *shown = scene.clone();
            }
            is_live
        });
        scene
    }

    /// Writes something down that was done.
    pub fn write(&self, tone: Tone, text: impl Into<String>) {
        let now = self.clock.now().unwrap_or_else(|_| self.scene().now);
        lock(&self.journal).write(now, tone, text);
    }

    /// Remembers whether the customer is subscribed.
    pub fn set_subscribed(&self, subscribed: bool) {
        *lock(&self.subscribed) = subscribed;
    }

    /// Kills the agent and starts it again; ends when it is up.
    ///
    /// # Errors
    /// [`Problem`] while another crash is under way, or where the agent does not come up again.
    pub async fn crash(&self) -> Result<(), Problem> {
        let (done, outcome) = oneshot::channel();
        let busy = "a crash is under way: wait for its end";
        let busy = Problem::new(StatusCode::CONFLICT, "crash_under_way", busy);
        self.crashes.try_send(done).map_err(|_| busy)?;
        let failed =
            |why: String| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "agent_is_down", why);
        match outcome.await {
            Ok(outcome) => outcome.map_err(failed),
            Err(_) => Err(failed("the flow is ending".to_owned())),
        }
    }
}

/// A panic elsewhere does not make the values useless: each change is one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
