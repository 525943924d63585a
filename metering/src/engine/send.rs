//! Records out.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use meterproof::Timestamp;
use meterproof::usage::{
    Batch, Disposition, ErrorClass, Outcome, Rejection, RetryCause, UsageRecord, plan,
};

use super::pacer::Pacer;
use crate::hours::{is_sendable, later};
use crate::{
    Bucket, BucketKey, Certainty, Clock, HoldCause, Input, Ledger, LedgerError, MeteringService,
    State, TransientCause,
};

/// What sending came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sending {
    /// The buckets as the ledger has them now, in the order they were given in.
    pub buckets: Vec<Bucket>,
    /// BatchMeterUsage calls.
    pub calls: u32,
    /// Calls that were answered with `ThrottlingException`.
    pub throttled: u32,
    /// Calls that got no answer.
    pub unanswered: u32,
}

/// Sends the records of frozen and held buckets: packed into as few requests as the limits allow,
/// paced, one after the other.
///
/// Before a call its buckets are noted as under way; after it, each record's outcome is written
/// before the next call begins. So a process that ends anywhere forgets nothing: what was under
/// way is sent again with the same bytes, and billed once. A request that is refused for one
/// record's sake is halved until that record stands alone; from then on it travels apart from
/// those that never were. Calls that fail in a way that passes
/// are left to a later call of this function, by the buckets' own due times.
///
/// No call begins after `deadline`.
///
/// # Errors
/// [`LedgerError`]: the ledger failed; records already under way stay noted as such.
pub async fn send<L: Ledger, S: MeteringService, C: Clock>(
    ledger: &L,
    service: &S,
    clock: &C,
    pacer: &Pacer,
    buckets: Vec<Bucket>,
    deadline: Timestamp,
) -> Result<Sending, LedgerError> {
    let mut run = Run {
        ledger,
        service,
        clock,
        pacer,
        deadline,
        seen: BTreeMap::new(),
        sending: Sending::default(),
    };
    let order: Vec<BucketKey> = buckets.iter().map(|bucket| bucket.key.clone()).collect();
    let (mut records, mut alone) = (Vec::with_capacity(buckets.len()), Vec::new());
    for bucket in buckets {
        if let State::Frozen { record } | State::Held { record, .. } = &bucket.state {
            let travelling = (bucket.key.clone(), record.clone());
            if travels_alone(&bucket) { alone.push(travelling) } else { records.push(travelling) }
        }
        run.seen.insert(bucket.key.clone(), bucket);
    }
    run.deliver(records).await?;
    for record in alone {
        run.deliver(vec![record]).await?;
    }
    let Run { mut sending, seen, .. } = run;
    sending.buckets = order.iter().filter_map(|key| seen.get(key).cloned()).collect();
    Ok(sending)
}

/// What was refused before may be refused again, and holds up nobody else; what was set aside
/// twice for others' sake waits no longer until the culprit is found.
fn travels_alone(bucket: &Bucket) -> bool {
    matches!(bucket.state, State::Held { cause: HoldCause::Refused { .. }, .. })
        || bucket.set_aside >= 2
}

struct Run<'a, L, S, C> {
    ledger: &'a L,
    service: &'a S,
    clock: &'a C,
    pacer: &'a Pacer,
    deadline: Timestamp,
    seen: BTreeMap<BucketKey, Bucket>,
    sending: Sending,
}

impl<L: Ledger, S: MeteringService, C: Clock> Run<'_, L, S, C> {
    async fn deliver(&mut self, records: Vec<(BucketKey, UsageRecord)>) -> Result<(), LedgerError> {
        // Keys are unique, so nothing is coalesced and nothing conflicts.
        let plan = plan(records);
        let oversized = plan.oversized.into_iter().flat_map(|oversized| {
            let bytes = u64::try_from(oversized.bytes).unwrap_or(u64::MAX);
            oversized.handles.into_iter().map(move |key| (key, Input::Oversized { bytes }))
        });
        self.write(oversized.collect()).await?;
        let mut batches = VecDeque::from(plan.batches);
        while let Some(batch) = batches.pop_front() {
            let Some(ready) = self.start(batch).await? else { continue };
            let Started::Go(batch) = ready else { return Ok(()) };
            let outcome = self.service.batch_meter_usage(batch.request()).await;
            self.count(&outcome);
            let inputs = batch
                .settle(&outcome)
                .into_iter()
                .map(|(key, disposition)| (key.clone(), input(disposition)))
                .collect();
            self.write(inputs).await?;
            if blames_one_of_many(&outcome, batch.len()) {
                for half in batch.remaining(&outcome).into_iter().rev() {
                    batches.push_front(half);
                }
            }
        }
        Ok(())
    }

    /// Notes a batch's buckets as under way and waits for the call's place. Leaves out those that
    /// need no sending any more, or lie outside AWS's window; `None` where none is left.
    ///
    /// The place is taken last, so that nothing of uncertain length comes between it and the call:
    /// two calls on places of their own could else fall together.
    async fn start(&mut self, batch: Batch<BucketKey>) -> Result<Option<Started>, LedgerError> {
        let now = self.clock.now();
        if now >= self.deadline {
            return Ok(Some(Started::NoTime));
        }
        if later(now, self.pacer.next(now)) >= self.deadline {
            return Ok(Some(Started::NoTime));
        }
        let keys: Vec<BucketKey> = batch.handles().cloned().collect();
        let started = keys.iter().map(|key| (key.clone(), Input::SendStarted)).collect();
        let under_way = self.write(started).await?;
        let records: Vec<(BucketKey, UsageRecord)> = keys
            .into_iter()
            .filter(|key| under_way.contains(key))
            .filter_map(|key| {
                let record = self.seen.get(&key)?.record()?.clone();
                Some((key, record))
            })
            .collect();
        // A part of a batch that fits fits.
        let Some(batch) = plan(records).batches.into_iter().next() else { return Ok(None) };
        let now = self.clock.now();
        let wait = self.pacer.wait(now);
        if later(now, wait) >= self.deadline {
            // Nothing was sent, and the ledger shall not think that something may have been.
            let keys = batch.handles().map(|key| (key.clone(), Input::NotSent));
            self.write(keys.collect()).await?;
            return Ok(Some(Started::NoTime));
        }
        if !wait.is_zero() {
            self.clock.sleep(wait).await;
            if batch.records().any(|record| !self.is_sendable(record)) {
                // The window closed while the call waited for its place.
                let keys = batch.handles().map(|key| (key.clone(), Input::NotSent));
                self.write(keys.collect()).await?;
                return Ok(None);
            }
        }
        Ok(Some(Started::Go(Box::new(batch))))
    }

    /// Writes inputs, and remembers the buckets as they are then. Returns those that are under
    /// way now.
    async fn write(
        &mut self,
        inputs: Vec<(BucketKey, Input)>,
    ) -> Result<BTreeSet<BucketKey>, LedgerError> {
        let mut under_way = BTreeSet::new();
        if inputs.is_empty() {
            return Ok(under_way);
        }
        for bucket in self.ledger.apply(inputs, self.clock.now()).await?.into_iter().flatten() {
            // One in doubt stays so where its window is not open: it is not under way for that.
            let is_to_send = match &bucket.state {
                State::Frozen { record } | State::Held { record, .. } => self.is_sendable(record),
                _ => false,
            };
            if is_to_send && bucket.certainty != Certainty::Unsent {
                under_way.insert(bucket.key.clone());
            }
            self.seen.insert(bucket.key.clone(), bucket);
        }
        Ok(under_way)
    }

    fn is_sendable(&self, record: &UsageRecord) -> bool {
        is_sendable(record.timestamp(), self.clock.now(), self.ledger.policy())
    }

    fn count(&mut self, outcome: &Outcome) {
        self.sending.calls += 1;
        match outcome {
            Outcome::Refused(error) if error.name == "ThrottlingException" => {
                self.sending.throttled += 1;
            }
            Outcome::Unreachable { .. } => self.sending.unanswered += 1,
            _ => {}
        }
    }
}

enum Started {
    Go(Box<Batch<BucketKey>>),
    NoTime,
}

fn blames_one_of_many(outcome: &Outcome, records: usize) -> bool {
    matches!(outcome, Outcome::Refused(error) if error.class() == ErrorClass::BlamesRecord)
        && records > 1
}

/// What a record's disposition means for its bucket.
fn input(disposition: Disposition) -> Input {
    match disposition {
        Disposition::Accept { metering_record_id } => Input::Accepted { metering_record_id },
        Disposition::Reject(Rejection::CustomerNotSubscribed) => Input::NotSubscribed,
        Disposition::Reject(Rejection::DuplicateRecord { .. }) => Input::Duplicate,
        Disposition::Reject(Rejection::Refused { error }) => Input::Refused { error: error.name },
        Disposition::Reject(_) => Input::Transient(TransientCause::Unclear),
        Disposition::Retry(cause) => match cause {
            RetryCause::Unprocessed => Input::Transient(TransientCause::Unprocessed),
            RetryCause::Transient { error } => {
                Input::Transient(TransientCause::Service { error: error.name })
            }
            RetryCause::Unreachable { .. } => Input::Transient(TransientCause::Unreachable),
            RetryCause::NotTheRecord { error } => Input::Setup { error: error.name },
            RetryCause::Isolate { .. } => Input::SetAside,
            _ => Input::Transient(TransientCause::Unclear),
        },
    }
}
