//! Tasks and what wakes them.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Wake, Waker};

use super::sim::{ProcessId, lock};

/// Tasks in the order of their spawning.
pub(super) type TaskId = u64;

/// What runnable tasks are put on.
pub(super) type Ready = Arc<Mutex<Vec<TaskId>>>;

/// A future and where it belongs.
pub(super) struct Task {
    pub(super) id: TaskId,
    pub(super) name: &'static str,
    pub(super) process: ProcessId,
    pub(super) future: Pin<Box<dyn Future<Output = ()> + Send>>,
    pub(super) waker: Waker,
    wake: Arc<TaskWake>,
}

struct TaskWake {
    id: TaskId,
    is_queued: AtomicBool,
    ready: Ready,
}

impl Task {
    /// A task that is runnable from the start.
    pub(super) fn new(
        id: TaskId,
        name: &'static str,
        process: ProcessId,
        future: Pin<Box<dyn Future<Output = ()> + Send>>,
        ready: &Ready,
    ) -> Self {
        let wake =
            Arc::new(TaskWake { id, is_queued: AtomicBool::new(false), ready: ready.clone() });
        let waker = Waker::from(wake.clone());
        waker.wake_by_ref();
        Self { id, name, process, future, waker, wake }
    }

    /// From here on it can be woken again.
    pub(super) fn begin_poll(&self) {
        self.wake.is_queued.store(false, Ordering::Relaxed);
    }
}

impl Wake for TaskWake {
    fn wake(self: Arc<Self>) {
        if !self.is_queued.swap(true, Ordering::Relaxed) {
            lock(&self.ready).push(self.id);
        }
    }
}
