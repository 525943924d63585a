//! What the seller's software has posted, and the agent has acknowledged.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::amount::Amount;

/// A count of what was used. A usage counts once, however often it was posted.
#[derive(Debug, Default)]
pub struct Tally(Mutex<Mark>);

/// The tally at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// The sum of what was acknowledged.
    pub used: Amount,
    /// Events of that sum.
    pub events: u64,
    /// Whether something is being posted: the agent may have it, and has not said so.
    pub is_posting: bool,
    /// Counts up with each post.
    posts: u64,
}

impl Tally {
    /// The tally now.
    pub fn mark(&self) -> Mark {
        *self.lock()
    }

    /// Begins with what was used before.
    pub fn begin(&self, used: Amount, events: u64) {
        let mut mark = self.lock();
        (mark.used, mark.events) = (used, events);
    }

    /// Something is about to be posted.
    pub fn post(&self) {
        let mut mark = self.lock();
        mark.posts += 1;
        mark.is_posting = true;
    }

    /// What was posted is acknowledged, and this of it was not known before.
    pub fn acknowledge(&self, used: Amount, events: u64) {
        let mut mark = self.lock();
        mark.used += used;
        mark.events += events;
        mark.is_posting = false;
    }

    /// A panic elsewhere leaves numbers that belong together: each change is one step.
    fn lock(&self) -> MutexGuard<'_, Mark> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_in_which_something_was_posted_is_told_from_a_quiet_one() {
        let tally = Tally::default();
        tally.begin(Amount::parse("5").unwrap(), 2);
        let before = tally.mark();
        assert_eq!(before, tally.mark());
        tally.post();
        assert!(tally.mark().is_posting);
        tally.acknowledge(Amount::ZERO, 0);
        assert_ne!(before, tally.mark(), "a post came and went");
        tally.post();
        tally.acknowledge(Amount::parse("1.5").unwrap(), 1);
        assert_eq!((tally.mark().used.to_string(), tally.mark().events), ("6.5".to_owned(), 3));
    }
}
