//! A single-threaded executor in simulated time.
//!
//! It polls one task at a time, a random one of those that are runnable; when none is, time jumps
//! to the next timer. Everything random comes from one generator with a fixed seed, so one seed is
//! one exact course of events.

mod join;
mod scheduling;
mod sim;
mod task;
mod timer;
mod trace;

use std::collections::BTreeMap;
use std::task::{Context, Poll};

pub use join::Crashed;
pub(crate) use sim::lock;
pub use sim::{Latency, ProcessId, Sim};
use task::{Task, TaskId};
pub(crate) use timer::within;

/// Runs tasks until a simulated time.
pub struct Executor {
    sim: Sim,
    tasks: BTreeMap<TaskId, Task>,
}

impl Executor {
    /// An executor for what is spawned on this simulation.
    #[must_use]
    pub fn new(sim: &Sim) -> Self {
        Self { sim: sim.clone(), tasks: BTreeMap::new() }
    }

    /// Runs until nothing is runnable before `until`, in milliseconds since 1970, or until an
    /// invariant is violated.
    pub fn run(&mut self, until: i64) {
        loop {
            self.admit();
            if self.sim.has_failed() {
                return;
            }
            match self.sim.pick() {
                Some(id) => self.poll(id),
                None if self.sim.advance(until) => {}
                None => return,
            }
        }
    }

    fn admit(&mut self) {
        for task in self.sim.take_spawned() {
            self.tasks.insert(task.id, task);
        }
    }

    fn poll(&mut self, id: TaskId) {
        let Some(task) = self.tasks.get_mut(&id) else { return };
        self.sim.enter(task);
        let polled = task.future.as_mut().poll(&mut Context::from_waker(&task.waker));
        if polled == Poll::Ready(()) {
            self.tasks.remove(&id);
        }
        for process in self.sim.take_killed() {
            self.kill(process);
        }
    }

    /// Drops every task of a process where it stands: at an await point.
    fn kill(&mut self, process: ProcessId) {
        self.admit();
        let doomed: Vec<TaskId> = self
            .tasks
            .values()
            .filter(|task| task.process == process)
            .map(|task| task.id)
            .collect();
        for id in doomed {
            self.tasks.remove(&id);
        }
    }
}

impl Drop for Executor {
    /// Tasks hold the simulation, and the simulation holds tasks not yet admitted.
    fn drop(&mut self) {
        self.admit();
        self.tasks.clear();
        self.sim.forget_timers();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(seed: u64) -> (Vec<&'static str>, u64) {
        let sim = Sim::new(seed, 0, Latency::default());
        let process = sim.start_process("test", false);
        for name in ["a", "b", "c", "d"] {
            let inner = sim.clone();
            sim.spawn(process, name, async move {
                for _ in 0..10 {
                    inner.point(name).await;
                    inner.note(name, String::new);
                }
            });
        }
        let mut executor = Executor::new(&sim);
        executor.run(i64::MAX);
        (sim.labels(), sim.trace_hash())
    }

    #[test]
    fn one_seed_is_one_order() {
        assert_eq!(course(7), course(7));
        assert_ne!(course(7).0, course(8).0);
    }

    #[test]
    fn time_jumps_to_the_next_timer() {
        let sim = Sim::new(1, 1_000, Latency::default());
        let process = sim.start_process("test", false);
        let (late, early) = (sim.clone(), sim.clone());
        let late = sim.spawn(process, "late", async move {
            late.sleep_millis(3_600_000).await;
            late.millis()
        });
        let early = sim.spawn(process, "early", async move {
            early.sleep_millis(5).await;
            early.millis()
        });
        Executor::new(&sim).run(10_000);
        assert_eq!(early.take(), Some(Ok(1_005)));
        assert_eq!(late.take(), Some(Err(Crashed)));
        assert_eq!(sim.millis(), 10_000);
    }

    #[test]
    fn a_crash_drops_every_task_of_its_process_and_no_other() {
        let sim = Sim::new(1, 0, Latency::default());
        sim.crash_at(Some(3));
        let (doomed, spared) =
            (sim.start_process("doomed", true), sim.start_process("spared", true));
        let points = |process| {
            let inner = sim.clone();
            sim.spawn(process, "points", async move {
                for _ in 0..3 {
                    inner.point("point").await;
                }
            })
        };
        let first = points(doomed);
        let second = points(doomed);
        let mut executor = Executor::new(&sim);
        executor.run(i64::MAX);
        let third = points(spared);
        executor.run(i64::MAX);
        assert_eq!((first.take(), second.take()), (Some(Err(Crashed)), Some(Err(Crashed))));
        assert_eq!(third.take(), Some(Ok(())));
        assert!(!sim.is_alive(doomed) && sim.is_alive(spared));
    }
}
