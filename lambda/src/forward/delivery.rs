//! Sends planned records until each has its disposition or the time is up.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

use meterproof::usage::{
    Batch, Disposition, ErrorClass, IdempotencyKey, Outcome, Quantity, Rejection, RetryCause,
    UsageRecord, plan,
};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::backoff::Backoff;
use super::memory::Memory;
use super::service::{Handle, MeteringService};

/// What became of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// By what AWS answered, or why it has not.
    Settled(Disposition),
    /// A `DuplicateRecord` after a send without an answer: that send may be what AWS metered.
    Doubtful(Rejection),
    /// Another record of the same event took this one's hour with another quantity, or with other
    /// allocations.
    Conflict { quantity: Quantity, accepted: Quantity },
    /// No request can hold the record.
    Oversized { bytes: usize },
}

/// Everything one delivery works with.
pub(super) struct Delivery<'a, M> {
    pub(super) service: &'a M,
    pub(super) memory: &'a Memory,
    pub(super) backoff: Backoff,
    /// No call starts, and none is waited for, after this.
    pub(super) deadline: Instant,
}

/// A batch on its way, with how often it has failed in a row.
struct Pending {
    batch: Batch<Handle>,
    failures: u32,
}

impl<M: MeteringService> Delivery<'_, M> {
    /// Delivers records; each handle gets exactly one fate.
    ///
    /// Records for the same hour that differ in quantity wait for each other: the first is sent,
    /// and the others are conflicts only once it is accepted. Where it is rejected, the next one
    /// gets its turn; where it is to be retried, so are the others.
    pub(super) async fn deliver(
        &self,
        records: Vec<(Handle, UsageRecord)>,
    ) -> HashMap<Handle, Fate> {
        let mut fates = HashMap::with_capacity(records.len());
        let mut waiting = records;
        while !waiting.is_empty() {
            let sent: HashMap<Handle, (IdempotencyKey, Quantity)> = waiting
                .iter()
                .map(|(handle, record)| (*handle, (record.key(), record.quantity())))
                .collect();
            let plan = plan(std::mem::take(&mut waiting));
            let settled = self.send_all(plan.batches, &sent).await;
            let by_key: HashMap<&IdempotencyKey, &Fate> = settled
                .iter()
                .filter_map(|(handle, fate)| Some((&sent.get(handle)?.0, fate)))
                .collect();
            for oversized in plan.oversized {
                let fate = Fate::Oversized { bytes: oversized.bytes };
                fates.extend(oversized.handles.into_iter().map(|handle| (handle, fate.clone())));
            }
            for conflict in plan.conflicts {
                let fate = match by_key.get(&conflict.first.key()) {
                    Some(Fate::Settled(Disposition::Accept { .. })) => Fate::Conflict {
                        quantity: conflict.record.quantity(),
                        accepted: conflict.first.quantity(),
                    },
                    Some(Fate::Settled(Disposition::Retry(cause))) => {
                        Fate::Settled(Disposition::Retry(cause.clone()))
                    }
                    // The first is out of the way: rejected, or too large for any request.
                    _ => {
                        waiting.push((conflict.handle, conflict.record));
                        continue;
                    }
                };
                fates.insert(conflict.handle, fate);
            }
            fates.extend(settled);
        }
        fates
    }

    async fn send_all(
        &self,
        batches: Vec<Batch<Handle>>,
        sent: &HashMap<Handle, (IdempotencyKey, Quantity)>,
    ) -> HashMap<Handle, Fate> {
        let mut fates = HashMap::with_capacity(sent.len());
        let mut unanswered = HashSet::new();
        let mut queue: VecDeque<Pending> =
            batches.into_iter().map(|batch| Pending { batch, failures: 0 }).collect();
        while let Some(Pending { batch, failures }) = queue.pop_front() {
            let Some(outcome) = self.send(&batch, failures).await else {
                // What it failed of last is the better reason, where it was sent before.
                for handle in batch.handles() {
                    fates.entry(*handle).or_insert_with(|| {
                        let reason = "not sent: no time left".into();
                        Fate::Settled(Disposition::Retry(RetryCause::Unreachable { reason }))
                    });
                }
                continue;
            };
            let settled = batch.settle_known(&outcome, |key| self.memory.quantity(key));
            log(&batch, failures, &outcome, settled.iter().map(|(_, disposition)| disposition));
            for (handle, disposition) in settled {
                if let (Disposition::Accept { .. }, Some((key, quantity))) =
                    (&disposition, sent.get(handle))
                {
                    self.memory.accepted(key, *quantity);
                }
                let fate = match disposition {
                    Disposition::Reject(
                        rejection @ Rejection::DuplicateRecord { known: None, .. },
                    ) if unanswered.contains(handle) => Fate::Doubtful(rejection),
                    settled => Fate::Settled(settled),
                };
                fates.insert(*handle, fate);
            }
            if matches!(outcome, Outcome::Unreachable { .. }) {
                unanswered.extend(batch.handles().copied());
            }
            match again(&outcome) {
                Again::Never => {}
                // The halves of a batch with a bad record: nothing is gained by waiting.
                Again::AtOnce => {
                    for half in batch.remaining(&outcome).into_iter().rev() {
                        queue.push_front(Pending { batch: half, failures: 0 });
                    }
                }
                Again::Later => {
                    let remaining = batch.remaining(&outcome).into_iter();
                    queue.extend(
                        remaining
                            .map(|batch| Pending { batch, failures: failures.saturating_add(1) }),
                    );
                }
            }
        }
        fates
    }

    /// One call, after the wait its failures ask for; `None` where it would start too late.
    /// Cutting a call short is safe: committed or not, the same bytes are billed once.
    async fn send(&self, batch: &Batch<Handle>, failures: u32) -> Option<Outcome> {
        let wait = if failures == 0 { Duration::ZERO } else { self.backoff.delay(failures) };
        let start = Instant::now() + wait;
        if start >= self.deadline {
            return None;
        }
        sleep_until(start).await;
        let answer = timeout_at(self.deadline, self.service.batch_meter_usage(batch)).await;
        Some(
            answer.unwrap_or_else(|_| Outcome::Unreachable {
                reason: "cut short: no time left".into(),
            }),
        )
    }
}

/// Whether what an outcome leaves over is sent again within this invocation.
enum Again {
    Never,
    AtOnce,
    Later,
}

fn again(outcome: &Outcome) -> Again {
    match outcome {
        Outcome::Answered { .. } | Outcome::Unreachable { .. } => Again::Later,
        Outcome::Refused(error) => match error.class() {
            ErrorClass::Transient => Again::Later,
            ErrorClass::BlamesRecord => Again::AtOnce,
            // Somebody has to mend the set-up first; the queue keeps the messages until then.
            ErrorClass::NotTheRecord => Again::Never,
        },
    }
}

fn log<'d>(
    batch: &Batch<Handle>,
    failures: u32,
    outcome: &Outcome,
    dispositions: impl Iterator<Item = &'d Disposition>,
) {
    let (mut accepted, mut rejected, mut retried) = (0_usize, 0_usize, 0_usize);
    for disposition in dispositions {
        match disposition {
            Disposition::Accept { .. } => accepted += 1,
            Disposition::Reject(_) => rejected += 1,
            Disposition::Retry(_) => retried += 1,
        }
    }
    // The service's own words can quote the request, so its error's name has to do.
    let (answer, error) = match outcome {
        Outcome::Answered { .. } => ("answered", ""),
        Outcome::Refused(error) => (error.class().code(), error.name.as_str()),
        Outcome::Unreachable { reason } => ("unreachable", reason.as_str()),
    };
    tracing::info!(
        event = "batch",
        records = batch.len(),
        failures,
        answer,
        error,
        accepted,
        rejected,
        retried
    );
}
