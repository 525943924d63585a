//! Sends until each record is done with or the time is up.

use std::collections::BTreeMap;
use std::time::Duration;

use meterproof::Timestamp;
use meterproof::usage::{BatchMeterUsageRequest, Outcome};
use meterproof_metering::{
    Bucket, BucketKey, Certainty, Clock, Ledger, LedgerError, MeteringService, NoteKind, Pacer,
    State, send,
};
use tokio::time::{Instant, timeout_at};

use crate::time::{later, since};

/// Everything one delivery works with.
pub(super) struct Delivery<'a, L, M, C> {
    pub(super) ledger: &'a L,
    pub(super) service: Attempts<'a, M>,
    pub(super) clock: &'a C,
    pub(super) pacer: &'a Pacer,
    /// No call begins after this.
    pub(super) deadline: Timestamp,
    /// Until when the ledger is waited for: later than the last call, whose outcome is written.
    pub(super) write_until: Instant,
}

/// What a delivery came to.
#[derive(Default)]
pub(super) struct Delivered {
    pub(super) calls: u32,
    pub(super) throttled: u32,
    /// Why it ended early, if it did.
    pub(super) failure: Option<LedgerError>,
}

impl<L: Ledger, M: MeteringService + Sync, C: Clock> Delivery<'_, L, M, C> {
    /// Sends the records of buckets, and leaves in `buckets` how they stand then.
    ///
    /// What fails in a way that passes is sent again when its backoff is over, as long as there
    /// is time. What another process is sending waits until that one's lease is over.
    pub(super) async fn deliver(&self, buckets: &mut BTreeMap<BucketKey, Bucket>) -> Delivered {
        let mut delivered = Delivered::default();
        let mut waiting = first_round(buckets, self.clock.now(), self.ledger.policy().lease);
        while let Some(next) = waiting.values().min().copied() {
            let now = self.clock.now();
            if now.max(next) >= self.deadline {
                break;
            }
            if next > now {
                self.clock.sleep(since(now, next)).await;
                continue;
            }
            let ready = waiting.iter().filter(|(_, time)| **time <= now);
            let ready: Vec<Bucket> =
                ready.filter_map(|(key, _)| buckets.get(key).cloned()).collect();
            let sending =
                send(self.ledger, &self.service, self.clock, self.pacer, ready, self.deadline);
            let sending = match timeout_at(self.write_until, sending).await {
                Ok(Ok(sending)) => sending,
                Ok(Err(error)) => {
                    delivered.failure = Some(error);
                    break;
                }
                // The send stays noted as under way, and the record is sent again, as it is.
                Err(_) => {
                    let cause = "no answer before the invocation's time was up".to_owned();
                    delivered.failure = Some(LedgerError::Unavailable { cause });
                    break;
                }
            };
            delivered.calls += sending.calls;
            delivered.throttled += sending.throttled;
            for bucket in sending.buckets {
                match (&bucket.state, bucket.due_at) {
                    (State::Frozen { .. }, Some(due)) => waiting.insert(bucket.key.clone(), due),
                    _ => waiting.remove(&bucket.key),
                };
                buckets.insert(bucket.key.clone(), bucket);
            }
            if sending.calls == 0 {
                // Nothing of it may be sent now: the ledger brings it again when it may.
                break;
            }
        }
        delivered
    }
}

/// What is to be sent, and from when on.
fn first_round(
    buckets: &BTreeMap<BucketKey, Bucket>,
    now: Timestamp,
    lease: Duration,
) -> BTreeMap<BucketKey, Timestamp> {
    let to_send = buckets
        .values()
        .filter(|bucket| matches!(bucket.state, State::Frozen { .. } | State::Held { .. }));
    let from = |bucket: &Bucket| lease_end(bucket, lease).map_or(now, |end| end.max(now));
    to_send.map(|bucket| (bucket.key.clone(), from(bucket))).collect()
}

/// Until when a send that was begun elsewhere may go on. The bucket's own due time may be a later
/// one, since its record is on the queue.
fn lease_end(bucket: &Bucket, lease: Duration) -> Option<Timestamp> {
    let started = bucket.notes.iter().rev().find(|note| note.kind == NoteKind::SendStarted)?;
    (bucket.certainty == Certainty::Underway).then(|| later(started.at, lease))
}

/// A service whose calls are logged, and cut short when the time is up. Cutting a call short is
/// safe: committed or not, the same bytes are billed once.
pub(super) struct Attempts<'a, M> {
    pub(super) service: &'a M,
    pub(super) until: Instant,
}

impl<M: MeteringService + Sync> MeteringService for Attempts<'_, M> {
    async fn batch_meter_usage(&self, request: &BatchMeterUsageRequest) -> Outcome {
        let answer = timeout_at(self.until, self.service.batch_meter_usage(request)).await;
        let outcome = answer
            .unwrap_or_else(|_| Outcome::Unreachable { reason: "cut short: no time left".into() });
        // The service's own words can quote the request, so its error's name has to do.
        let (answer, error) = match &outcome {
            Outcome::Answered { .. } => ("answered", ""),
            Outcome::Refused(error) => (error.class().code(), error.name.as_str()),
            Outcome::Unreachable { reason } => ("unreachable", reason.as_str()),
        };
        tracing::info!(event = "batch", records = request.records().len(), answer, error);
        outcome
    }
}
