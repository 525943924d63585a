//! What became of a task.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use super::sim::lock;

/// The task's process ended before the task did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crashed;

/// Ready with the task's value, or once its process has crashed.
pub struct Join<T>(Arc<Mutex<Slot<T>>>);

/// Held by the task: says that it crashed where it is dropped without a value.
pub(super) struct Promise<T>(Arc<Mutex<Slot<T>>>);

struct Slot<T> {
    result: Option<Result<T, Crashed>>,
    waker: Option<Waker>,
}

/// A task's two ends.
pub(super) fn channel<T>() -> (Promise<T>, Join<T>) {
    let slot = Arc::new(Mutex::new(Slot { result: None, waker: None }));
    (Promise(slot.clone()), Join(slot))
}

impl<T> Join<T> {
    /// What there is by now.
    #[cfg(test)]
    pub fn take(&self) -> Option<Result<T, Crashed>> {
        lock(&self.0).result.take()
    }
}

impl<T> Promise<T> {
    pub(super) fn keep(self, value: T) {
        lock(&self.0).result = Some(Ok(value));
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        let mut slot = lock(&self.0);
        slot.result.get_or_insert(Err(Crashed));
        if let Some(waker) = slot.waker.take() {
            waker.wake();
        }
    }
}

impl<T> Future for Join<T> {
    type Output = Result<T, Crashed>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut slot = lock(&self.0);
        match slot.result.take() {
            Some(result) => Poll::Ready(result),
            None => {
                slot.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}
