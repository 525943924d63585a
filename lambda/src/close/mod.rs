//! `close_hour`: hours that are over become records, and records go on the metering queue.
//!
//! Time passes for the ledger, round by round, until nothing is left to do or the time is up. It
//! may be cut off anywhere: a record that was put on the queue without a note of it is put there
//! again, and billed once.

mod config;
mod messages;

pub use config::CloseConfig;
pub use messages::{MAX_MESSAGE_BYTES, MeteringQueue};

use std::collections::HashSet;
use std::time::Duration;

use meterproof::Timestamp;
use meterproof_metering::{
    Bucket, BucketKey, Clock, Input, Ledger, LedgerError, StateName, SweepReport, Tally,
    close_time, sweep,
};
use tokio::time::{Instant, timeout_at};

use crate::log::ledger_failed;
use crate::metrics::{Metric, Metrics};
use crate::queue::{ON_QUEUE, calls, codes};
use crate::time::{later, since};
use messages::{Message, Outbox, pack};

/// The function: its AWS sides and what it was configured with.
#[derive(Debug)]
pub struct Closer<'a, L, Q, C> {
    ledger: &'a L,
    queue: Q,
    clock: C,
    safety_margin: Duration,
}

/// What an invocation did, and what it measured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Closed {
    /// Rounds that ended well.
    pub sweeps: u64,
    /// What became of hours.
    pub report: SweepReport,
    /// Records that are on the queue now.
    pub queued: u64,
    /// Records that the queue did not take; they are tried again.
    pub not_queued: u64,
    /// Why it ended early, if it did; the next invocation goes on from there.
    pub failure: Option<LedgerError>,
    /// For CloudWatch.
    pub metrics: Metrics,
}

/// Buckets in one round: each record may have 240 KB.
const ROUND: usize = 200;

/// How long a record that the queue did not take waits, so that it holds up no others.
const NOT_TAKEN: Duration = Duration::from_secs(60);

impl<'a, L: Ledger, Q: MeteringQueue, C: Clock> Closer<'a, L, Q, C> {
    /// A function whose work ends `safety_margin` before an invocation's time is up.
    #[must_use]
    pub fn new(ledger: &'a L, queue: Q, clock: C, safety_margin: Duration) -> Self {
        Self { ledger, queue, clock, safety_margin }
    }

    /// Does all that is due, as far as `time_left` goes.
    pub async fn handle(&self, time_left: Duration) -> Closed {
        let started = Instant::now();
        let margin = self.safety_margin.min(time_left / 2);
        let mut closed = Closed::default();
        let rounds = self.rounds(&mut closed);
        let ended = timeout_at(started + (time_left - margin), rounds).await;
        if let Ok(Err(error)) = &ended {
            ledger_failed(error);
            closed.failure = Some(error.clone());
        }
        // How things stand is told even where there was more to do than time.
        let tally = timeout_at(started + (time_left - margin / 2), self.ledger.tally()).await;
        let tally = match tally {
            Ok(Ok(tally)) => Some(tally),
            Ok(Err(error)) => {
                ledger_failed(&error);
                closed.failure.get_or_insert(error);
                None
            }
            Err(_) => None,
        };
        closed.measure(tally.as_ref(), self.ledger, self.clock.now());
        closed.log(ended.is_ok(), started.elapsed());
        closed
    }

    async fn rounds(&self, closed: &mut Closed) -> Result<(), LedgerError> {
        loop {
            let sweep = sweep(self.ledger, self.clock.now(), ROUND).await?;
            let SweepReport { frozen, carried_over, expired, heartbeats, .. } = sweep.report;
            closed.report.frozen += frozen;
            closed.report.carried_over += carried_over;
            closed.report.expired += expired;
            closed.report.heartbeats += heartbeats;
            let any_taken = self.put_on_queue(&sweep.ready, closed).await?;
            closed.sweeps += 1;
            if !sweep.more || !(any_taken || sweep.ready.is_empty()) {
                return Ok(());
            }
        }
    }

    /// Puts records on the queue, and only then notes that they are there. Says whether the queue
    /// took any.
    async fn put_on_queue(
        &self,
        ready: &[Bucket],
        closed: &mut Closed,
    ) -> Result<bool, LedgerError> {
        let Outbox { messages, oversized } = pack(ready);
        let mut any = !oversized.is_empty();
        if any {
            self.ledger.apply(oversized, self.clock.now()).await?;
        }
        let mut not_taken = Vec::new();
        for call in calls(messages.iter().map(|message| message.body.len())) {
            let call: Vec<&Message> =
                call.iter().filter_map(|index| messages.get(*index)).collect();
            let (taken, failed) = self.send(&call).await;
            any |= !taken.is_empty();
            closed.queued += taken.len() as u64;
            closed.not_queued += failed.len() as u64;
            self.note(taken, ON_QUEUE).await?;
            not_taken.extend(failed);
        }
        if any {
            self.note(not_taken, NOT_TAKEN).await?;
        }
        Ok(any)
    }

    /// One call; the buckets whose records the queue has, and those whose records it has not.
    async fn send(&self, call: &[&Message]) -> (Vec<BucketKey>, Vec<BucketKey>) {
        let bodies: Vec<&str> = call.iter().map(|message| message.body.as_str()).collect();
        let failures = self.queue.send(&bodies).await;
        if let Some(failure) = failures.first() {
            tracing::error!(
                event = "queue",
                outcome = "not sent",
                messages = failures.len(),
                cause = failure.cause
            );
        }
        let failed: HashSet<usize> = failures.iter().map(|failure| failure.index).collect();
        let (mut taken, mut not_taken) = (Vec::new(), Vec::new());
        for (index, message) in call.iter().enumerate() {
            let keys = if failed.contains(&index) { &mut not_taken } else { &mut taken };
            keys.extend(message.keys.iter().cloned());
        }
        (taken, not_taken)
    }

    async fn note(&self, keys: Vec<BucketKey>, wait: Duration) -> Result<(), LedgerError> {
        if keys.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let until = later(now, wait);
        let inputs = keys.into_iter().map(|key| (key, Input::Queued { until })).collect();
        self.ledger.apply(inputs, now).await.map(drop)
    }
}

impl Closed {
    fn measure<L: Ledger>(&mut self, tally: Option<&Tally>, ledger: &L, now: Timestamp) {
        let SweepReport { frozen, carried_over, expired, .. } = self.report;
        self.metrics.add(Metric::Sweeps, self.sweeps);
        self.metrics.add(Metric::BucketsFrozen, frozen);
        self.metrics.add(Metric::BucketsCarriedOver, carried_over);
        self.metrics.add(Metric::BucketsExpired, expired);
        let Some(tally) = tally else { return };
        let held =
            StateName::ALL.iter().zip(tally.states).find(|(name, _)| **name == StateName::Held);
        self.metrics.add(Metric::HeldBuckets, held.map_or(0, |(_, count)| count));
        let age = tally
            .oldest_unsettled
            .map_or(Duration::ZERO, |hour| since(close_time(hour, None, ledger.policy()), now));
        self.metrics.add(Metric::OldestUnsettledBucketAge, age.as_secs());
    }

    fn log(&self, is_complete: bool, elapsed: Duration) {
        let outcome = match (&self.failure, is_complete) {
            (Some(error), _) => error.code(),
            (None, true) => "done",
            (None, false) => codes::NO_TIME_LEFT,
        };
        tracing::info!(
            event = "invocation",
            outcome,
            frozen = self.report.frozen,
            carried_over = self.report.carried_over,
            expired = self.report.expired,
            heartbeats = self.report.heartbeats,
            queued = self.queued,
            not_queued = self.not_queued,
            elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
        );
    }
}
