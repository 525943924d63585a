//! Waiting in simulated time.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use super::Sim;

/// Ready at a simulated time.
pub struct Sleep {
    pub(super) sim: Sim,
    pub(super) until: i64,
    /// The timer's number, once it is set.
    pub(super) timer: Option<u64>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.sim.millis() >= self.until {
            return Poll::Ready(());
        }
        let (sim, until) = (self.sim.clone(), self.until);
        let number = self.timer.get_or_insert_with(|| sim.new_timer());
        sim.set_timer(until, *number, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(number) = self.timer {
            self.sim.clear_timer(self.until, number);
        }
    }
}

/// What comes first: the answer, or the end of patience.
pub(crate) async fn within<T>(
    answer: impl Future<Output = T>,
    patience: impl Future<Output = ()>,
) -> Option<T> {
    let (mut answer, mut patience) = (pin!(answer), pin!(patience));
    std::future::poll_fn(|context| {
        if let Poll::Ready(answer) = answer.as_mut().poll(context) {
            return Poll::Ready(Some(answer));
        }
        patience.as_mut().poll(context).map(|()| None)
    })
    .await
}

/// Lets every other runnable task have a turn.
#[derive(Default)]
pub struct Yield {
    has_yielded: bool,
}

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.has_yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
