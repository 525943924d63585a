//! Work for a thread: a bounded queue in front, an answer for each piece behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use tokio::sync::oneshot;

use super::failure::unavailable;
use crate::LedgerError;

/// Pieces of work that wait at most.
const MAX_WAITING: usize = 1_024;

/// What the waiting pieces weigh at most together, but for one piece, which may weigh anything. A
/// unit is an event or one of its allocations: a few hundred bytes, as a rule.
const MAX_WEIGHT: usize = 100_000;

/// The end of a queue where work comes in.
pub(super) struct Sender<J> {
    queue: SyncSender<Weighed<J>>,
    weight: Arc<AtomicUsize>,
}

/// The end of a queue where work is done.
pub(super) struct Inbox<J> {
    queue: Receiver<Weighed<J>>,
    weight: Arc<AtomicUsize>,
}

struct Weighed<J> {
    job: J,
    weight: usize,
}

pub(super) fn queue<J>() -> (Sender<J>, Inbox<J>) {
    let (sender, receiver) = sync_channel(MAX_WAITING);
    let weight = Arc::new(AtomicUsize::new(0));
    (Sender { queue: sender, weight: weight.clone() }, Inbox { queue: receiver, weight })
}

impl<J> Sender<J> {
    /// Puts work into the queue, or refuses it at once.
    pub(super) fn send(&self, job: J, weight: usize) -> Result<(), LedgerError> {
        let waiting = self.weight.fetch_add(weight, Ordering::AcqRel);
        let sent = if waiting > 0 && waiting.saturating_add(weight) > MAX_WEIGHT {
            Err(LedgerError::Busy)
        } else {
            self.queue.try_send(Weighed { job, weight }).map_err(|error| match error {
                TrySendError::Full(_) => LedgerError::Busy,
                TrySendError::Disconnected(_) => ended(),
            })
        };
        if sent.is_err() {
            self.weight.fetch_sub(weight, Ordering::AcqRel);
        }
        sent
    }
}

impl<J> Inbox<J> {
    /// Waits for the next piece of work; `None` once no more can come.
    pub(super) fn next(&self) -> Option<J> {
        self.queue.recv().ok().map(|weighed| self.take(weighed))
    }

    /// The next piece of work, if one waits.
    pub(super) fn next_waiting(&self) -> Option<J> {
        self.queue.try_recv().ok().map(|weighed| self.take(weighed))
    }

    fn take(&self, Weighed { job, weight }: Weighed<J>) -> J {
        self.weight.fetch_sub(weight, Ordering::AcqRel);
        job
    }
}

/// Waits for an answer. Where the thread ended without one, the work may be done or not.
pub(super) async fn answer<T>(
    answer: oneshot::Receiver<Result<T, LedgerError>>,
) -> Result<T, LedgerError> {
    answer.await.unwrap_or_else(|_| Err(ended()))
}

pub(super) fn ended() -> LedgerError {
    unavailable("the thread that works on the file has ended: open the ledger again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_bounded_by_number() {
        let (sender, inbox) = queue();
        for job in 0..MAX_WAITING {
            assert_eq!(sender.send(job, 1), Ok(()));
        }
        assert_eq!(sender.send(0, 1), Err(LedgerError::Busy));
        assert_eq!(inbox.next(), Some(0));
        assert_eq!(sender.send(7, 1), Ok(()));
    }

    #[test]
    fn what_waits_is_bounded_by_weight() {
        let (sender, inbox) = queue();
        assert_eq!(sender.send("anything, alone", 3 * MAX_WEIGHT), Ok(()));
        assert_eq!(sender.send("refused", 1), Err(LedgerError::Busy));
        assert_eq!(inbox.next(), Some("anything, alone"));
        assert_eq!(sender.send("a half", MAX_WEIGHT / 2), Ok(()));
        assert_eq!(sender.send("the other half", MAX_WEIGHT / 2), Ok(()));
        assert_eq!(sender.send("refused", 1), Err(LedgerError::Busy));
        assert_eq!(inbox.next_waiting(), Some("a half"));
        assert_eq!(sender.send("one more", 1), Ok(()));
        drop(sender);
        assert_eq!(inbox.next(), Some("the other half"));
        assert_eq!(inbox.next(), Some("one more"));
        assert_eq!(inbox.next(), None);
    }

    #[test]
    fn work_for_a_thread_that_has_ended_is_refused() {
        let (sender, inbox) = queue();
        drop(inbox);
        assert_eq!(sender.send((), 1), Err(ended()));
    }
}
