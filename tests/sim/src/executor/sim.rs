//! The simulation as its tasks see it: time, chance, processes, await points.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use fastrand::Rng;
use meterproof::Timestamp;

use super::join::{self, Join};
use super::task::{Ready, Task, TaskId};
use super::timer::{Sleep, Yield};
use super::trace::{Mode, Trace};
use crate::Violation;

/// A process: tasks that crash together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProcessId(u64);

/// How long an await point takes, in shares of all points.
#[derive(Clone, Copy, Debug, Default)]
pub struct Latency {
    /// 1 to 60 milliseconds.
    pub short: f64,
    /// 100 milliseconds to 3 seconds.
    pub long: f64,
}

/// A handle on the simulation.
#[derive(Clone)]
pub struct Sim(pub(super) Arc<Shared>);

pub(super) struct Shared {
    core: Mutex<Core>,
    pub(super) ready: Ready,
}

pub(super) struct Core {
    pub(super) now: i64,
    pub(super) random: Rng,
    latency: Latency,
    pub(super) timers: BTreeMap<(i64, u64), Waker>,
    pub(super) next: u64,
    pub(super) spawned: Vec<Task>,
    alive: BTreeMap<ProcessId, Process>,
    pub(super) killed: Vec<ProcessId>,
    pub(super) current: (TaskId, ProcessId, &'static str),
    crash_rate: f64,
    /// Counts down to a crash.
    crash_in: Option<u64>,
    points: u64,
    trace: Trace,
    counts: BTreeMap<&'static str, u64>,
    pub(super) violation: Option<Violation>,
}

struct Process {
    name: &'static str,
    may_crash: bool,
}

/// A panic elsewhere is the end of the test; what it left behind may be read.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sim {
    /// A simulation that begins at `start`, in milliseconds since 1970.
    #[must_use]
    pub fn new(seed: u64, start: i64, latency: Latency) -> Self {
        let core = Core {
            now: start,
            random: Rng::with_seed(seed),
            latency,
            timers: BTreeMap::new(),
            next: 0,
            spawned: Vec::new(),
            alive: BTreeMap::new(),
            killed: Vec::new(),
            current: (0, ProcessId(0), "main"),
            crash_rate: 0.0,
            crash_in: None,
            points: 0,
            trace: Trace::default(),
            counts: BTreeMap::new(),
            violation: None,
        };
        Self(Arc::new(Shared { core: Mutex::new(core), ready: Ready::default() }))
    }

    pub(super) fn core(&self) -> MutexGuard<'_, Core> {
        lock(&self.0.core)
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub fn millis(&self) -> i64 {
        self.core().now
    }

    /// The time.
    ///
    /// # Panics
    /// Never: a simulation stays within a few days of its start.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.millis()).expect("a time within the calendar")
    }

    /// Draws from the one generator.
    pub fn draw<T>(&self, draw: impl FnOnce(&mut Rng) -> T) -> T {
        draw(&mut self.core().random)
    }

    /// True in this share of all draws.
    #[must_use]
    pub fn chance(&self, share: f64) -> bool {
        share > 0.0 && self.draw(Rng::f64) < share
    }

    /// Starts a process; one that may crash does so at points.
    #[must_use]
    pub fn start_process(&self, name: &'static str, may_crash: bool) -> ProcessId {
        let mut core = self.core();
        core.next += 1;
        let process = ProcessId(core.next);
        core.alive.insert(process, Process { name, may_crash });
        process
    }

    /// Ends a process and all of its tasks.
    pub fn end_process(&self, process: ProcessId) {
        let mut core = self.core();
        if core.alive.remove(&process).is_some() {
            core.killed.push(process);
        }
    }

    /// Whether it still runs.
    #[cfg(test)]
    pub fn is_alive(&self, process: ProcessId) -> bool {
        self.core().alive.contains_key(&process)
    }

    /// Starts a task of a process; of one that has ended, the task has crashed.
    pub fn spawn<T: Send + 'static>(
        &self,
        process: ProcessId,
        name: &'static str,
        future: impl Future<Output = T> + Send + 'static,
    ) -> Join<T> {
        let (promise, join) = join::channel();
        let future = async move {
            // Inside, so that it is dropped with the task.
            let promise = promise;
            promise.keep(future.await);
        };
        let mut core = self.core();
        if core.alive.contains_key(&process) {
            core.next += 1;
            let task = Task::new(core.next, name, process, Box::pin(future), &self.0.ready);
            core.spawned.push(task);
        }
        join
    }

    /// An await point that takes no time: the process may crash here, other tasks have their turn.
    pub async fn turn(&self, label: &'static str) {
        if self.crashes_here(label) {
            std::future::pending::<()>().await;
        }
        Yield::default().await;
    }

    /// An await point: the process may crash here, other tasks have their turn, time may pass.
    pub async fn point(&self, label: &'static str) {
        if self.crashes_here(label) {
            std::future::pending::<()>().await;
        }
        let wait = {
            let core = &mut *self.core();
            let drawn = core.random.f64();
            if drawn < core.latency.long {
                Some(core.random.i64(100..=3_000))
            } else if drawn < core.latency.long + core.latency.short {
                Some(core.random.i64(1..=60))
            } else {
                None
            }
        };
        match wait {
            Some(millis) => self.sleep_millis(millis).await,
            None => Yield::default().await,
        }
    }

    fn crashes_here(&self, label: &'static str) -> bool {
        let core = &mut *self.core();
        let (_, process, _) = core.current;
        if !core.alive.get(&process).is_some_and(|process| process.may_crash) {
            return false;
        }
        core.points += 1;
        let is_chosen = match &mut core.crash_in {
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                *left == 0
            }
            None => false,
        };
        if !is_chosen && (core.crash_rate == 0.0 || core.random.f64() >= core.crash_rate) {
            return false;
        }
        core.alive.remove(&process);
        core.killed.push(process);
        *core.counts.entry("crashes").or_default() += 1;
        let (now, (task, ..)) = (core.now, core.current);
        core.trace.note(&[now.unsigned_abs(), task], label, || {
            format!("{} CRASH at {label}", shown(now))
        });
        true
    }

    /// Waits so many milliseconds of simulated time.
    pub fn sleep_millis(&self, millis: i64) -> Sleep {
        self.sleep_until(self.millis().saturating_add(millis))
    }

    /// Waits until a simulated time, in milliseconds since 1970.
    pub fn sleep_until(&self, until: i64) -> Sleep {
        Sleep { sim: self.clone(), until, timer: None }
    }

    /// The share of points at which a process crashes.
    pub fn set_crash_rate(&self, share: f64) {
        self.core().crash_rate = share;
    }

    /// Crashes at the so-many-th point from here, counted from 1.
    pub fn crash_at(&self, point: Option<u64>) {
        self.core().crash_in = point;
    }

    /// How many points processes that may crash have passed.
    #[must_use]
    pub fn points(&self) -> u64 {
        self.core().points
    }

    /// Notes that something happened.
    pub fn note(&self, label: &'static str, detail: impl FnOnce() -> String) {
        let core = &mut *self.core();
        let (now, (task, process, name)) = (core.now, core.current);
        let process = core.alive.get(&process).map_or("", |process| process.name);
        core.trace.note(&[now.unsigned_abs(), task], label, || {
            format!("{} {process}/{name}#{task} {label} {}", shown(now), detail())
        });
    }

    /// Counts something that a reader wants to know to have happened.
    pub fn count(&self, what: &'static str) {
        self.count_many(what, 1);
    }

    /// Counts several at once.
    pub fn count_many(&self, what: &'static str, times: u64) {
        if times > 0 {
            *self.core().counts.entry(what).or_default() += times;
        }
    }

    /// Everything that was counted.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        self.core().counts.clone()
    }

    /// An invariant is violated: the first one stands, and the run ends.
    pub fn fail(&self, violation: Violation) {
        self.core().violation.get_or_insert(violation);
    }

    /// The violated invariant.
    #[must_use]
    pub fn violation(&self) -> Option<Violation> {
        self.core().violation.clone()
    }

    /// Keeps the last lines of the trace; prints all of them where `print` is set.
    pub fn keep_trace(&self, print: bool) {
        self.core().trace.mode = if print { Mode::Print } else { Mode::Keep };
    }

    /// The last lines.
    #[must_use]
    pub fn trace_lines(&self) -> Vec<String> {
        self.core().trace.lines.iter().cloned().collect()
    }

    /// The same for the same course of events.
    #[must_use]
    pub fn trace_hash(&self) -> u64 {
        self.core().trace.hash
    }

    #[cfg(test)]
    pub(super) fn labels(&self) -> Vec<&'static str> {
        self.core().trace.labels.clone()
    }
}

fn shown(millis: i64) -> String {
    Timestamp::from_unix_millis(millis).map_or_else(|| millis.to_string(), |time| time.to_string())
}
