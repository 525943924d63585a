//! What is next: a runnable task, or a time.

use std::task::Waker;

use super::sim::{ProcessId, Sim, lock};
use super::task::{Task, TaskId};

impl Sim {
    pub(super) fn has_failed(&self) -> bool {
        self.core().violation.is_some()
    }

    pub(super) fn take_spawned(&self) -> Vec<Task> {
        std::mem::take(&mut self.core().spawned)
    }

    pub(super) fn take_killed(&self) -> Vec<ProcessId> {
        std::mem::take(&mut self.core().killed)
    }

    /// A random runnable task.
    pub(super) fn pick(&self) -> Option<TaskId> {
        let mut ready = lock(&self.0.ready);
        match ready.len() {
            0 => None,
            1 => ready.pop(),
            many => {
                let chosen = self.draw(|random| random.usize(..many));
                Some(ready.swap_remove(chosen))
            }
        }
    }

    pub(super) fn enter(&self, task: &Task) {
        task.begin_poll();
        self.core().current = (task.id, task.process, task.name);
    }

    /// Goes to the next timer's time and wakes all of that time; false where there is none by
    /// `until`, which is the time then.
    pub(super) fn advance(&self, until: i64) -> bool {
        let mut core = self.core();
        let due = core.timers.first_key_value().map(|((at, _), _)| *at).filter(|at| *at <= until);
        let Some(due) = due else {
            core.now = core.now.max(until);
            return false;
        };
        core.now = core.now.max(due);
        let later = core.timers.split_off(&(due, u64::MAX));
        let woken = std::mem::replace(&mut core.timers, later);
        drop(core);
        woken.into_values().for_each(Waker::wake);
        true
    }

    pub(super) fn new_timer(&self) -> u64 {
        let mut core = self.core();
        core.next += 1;
        core.next
    }

    pub(super) fn set_timer(&self, until: i64, number: u64, waker: Waker) {
        self.core().timers.insert((until, number), waker);
    }

    pub(super) fn clear_timer(&self, until: i64, number: u64) {
        self.core().timers.remove(&(until, number));
    }

    pub(super) fn forget_timers(&self) {
        let timers = std::mem::take(&mut self.core().timers);
        drop(timers);
    }
}
