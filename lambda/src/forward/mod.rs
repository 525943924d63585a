//! `forward_usage`: from messages with usage records to BatchMeterUsage, by way of the ledger.
//!
//! Message -> records -> buckets -> outcomes, each written down before the next call -> each
//! message done, handed back or rejected. The AWS sides are traits; time left is a parameter.

pub mod codes;
mod config;
mod delivery;
mod intake;
mod standing;
mod verdict;

pub use config::ForwardConfig;

use std::collections::BTreeSet;
use std::time::Duration;

use meterproof::usage::ProductCode;
use meterproof_metering::{
    BucketKey, Clock, Input, Ledger, MeteringService, Pacer, State, StateName,
};
use tokio::time::{Instant, timeout_at};

use crate::log::ledger_failed;
use crate::metrics::{Metric, Metrics};
use crate::queue::{
    Answer, ON_QUEUE, RejectsQueue, SqsBatchResponse, SqsEvent, UnnamedMessage, Verdict, answer,
};
use crate::time::later;
use delivery::{Attempts, Delivered, Delivery};
use intake::{Intake, take_in};
use standing::{Handle, Standing, Standings, look_up};
use verdict::{Judgement, judge};

/// The function: its AWS sides and what it was configured with.
#[derive(Debug)]
pub struct Forwarder<'a, L, M, Q, C> {
    ledger: &'a L,
    metering: M,
    rejects: Q,
    clock: C,
    pacer: Pacer,
    default_product: Option<ProductCode>,
    safety_margin: Duration,
}

/// What an invocation answers, and what it measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forwarded {
    /// For Lambda.
    pub response: SqsBatchResponse,
    /// For CloudWatch.
    pub metrics: Metrics,
}

impl<'a, L: Ledger, M: MeteringService + Sync, Q: RejectsQueue, C: Clock>
    Forwarder<'a, L, M, Q, C>
{
    /// A function that makes half of the policy's calls a second, since at most two instances of
    /// it run at once; its work ends `safety_margin` before an invocation's time is up.
    #[must_use]
    pub fn new(
        ledger: &'a L,
        metering: M,
        rejects: Q,
        clock: C,
        default_product: Option<ProductCode>,
        safety_margin: Duration,
    ) -> Self {
        let pacer = Pacer::new(ledger.policy().calls_per_second / 2);
        Self { ledger, metering, rejects, clock, pacer, default_product, safety_margin }
    }

    /// Handles one event within `time_left`, and names the messages to deliver again.
    ///
    /// # Errors
    /// [`UnnamedMessage`], when a message has no `messageId` to be handed back by and the rejects
    /// queue does not take it either.
    pub async fn handle(
        &self,
        event: &SqsEvent,
        time_left: Duration,
    ) -> Result<Forwarded, UnnamedMessage> {
        let (started, now) = (Instant::now(), self.clock.now());
        let margin = self.safety_margin.min(time_left / 2);
        let rules = &self.ledger.policy().rules;
        let intakes: Vec<Intake> = event
            .records
            .iter()
            .map(|message| {
                let body = message.body.as_deref().unwrap_or_default();
                take_in(body, rules, self.default_product.as_ref(), now)
            })
            .collect();

        let until = started + (time_left - margin);
        let mut standings = look_up(self.ledger, &intakes, now, until).await;
        let before: Vec<(BucketKey, StateName)> =
            standings.buckets.values().map(|b| (b.key.clone(), b.state.name())).collect();
        let delivery = Delivery {
            ledger: self.ledger,
            service: Attempts { service: &self.metering, until },
            clock: &self.clock,
            pacer: &self.pacer,
            deadline: later(now, time_left - margin),
            write_until: started + (time_left - margin * 3 / 4),
        };
        let delivered = delivery.deliver(&mut standings.buckets).await;
        if let Some(error) = &delivered.failure {
            ledger_failed(error);
        }

        let judgements: Vec<Judgement> = intakes
            .iter()
            .enumerate()
            .map(|(message, intake)| judge(message, intake, &standings))
            .collect();
        let verdicts: Vec<Verdict> =
            judgements.iter().map(|judgement| judgement.verdict.clone()).collect();
        // A quarter of the margin for the last outcomes, one for the ledger and the rejects, and
        // half of it for the answer's way back.
        let deadline = started + (time_left - margin / 2);
        self.note_handed_back(&standings, &verdicts, deadline).await;
        let answer = answer(event, &verdicts, &self.rejects, deadline).await?;
        log(event, &judgements, &answer, started.elapsed());
        let metrics = metrics(&before, &standings, &delivered);
        Ok(Forwarded { response: answer.response, metrics })
    }

    /// Tells the ledger that handed back records are on the queue, so that `close_hour` does not
    /// put them there a second time. Where that fails, it does, and nothing is billed twice.
    async fn note_handed_back(
        &self,
        standings: &Standings,
        verdicts: &[Verdict],
        deadline: Instant,
    ) {
        let now = self.clock.now();
        let until = later(now, ON_QUEUE);
        let is_handed_back = |handle: &Handle| {
            matches!(verdicts.get(handle.message), Some(Verdict::HandBack { .. }))
        };
        let keys: BTreeSet<&BucketKey> = standings
            .records
            .iter()
            .filter_map(|(handle, standing)| match standing {
                Standing::Bucket(key) if is_handed_back(handle) => Some(key),
                _ => None,
            })
            .collect();
        let inputs: Vec<(BucketKey, Input)> = keys
            .into_iter()
            .filter_map(|key| standings.buckets.get(key))
            .filter(|bucket| {
                matches!(bucket.state, State::Frozen { .. })
                    && bucket.due_at.is_none_or(|due| due < until)
            })
            .map(|bucket| (bucket.key.clone(), Input::Queued { until }))
            .collect();
        if inputs.is_empty() {
            return;
        }
        if let Ok(Err(error)) = timeout_at(deadline, self.ledger.apply(inputs, now)).await {
            ledger_failed(&error);
        }
    }
}

fn metrics(
    before: &[(BucketKey, StateName)],
    standings: &Standings,
    delivered: &Delivered,
) -> Metrics {
    let mut metrics = Metrics::default();
    metrics.add(Metric::Calls, delivered.calls.into());
    metrics.add(Metric::Throttled, delivered.throttled.into());
    for metric in [
        Metric::BucketsSettled,
        Metric::BucketsHeld,
        Metric::BucketsConflict,
        Metric::BucketsExpired,
    ] {
        metrics.add(metric, 0);
    }
    for (key, before) in before {
        if let Some(after) = standings.buckets.get(key)
            && after.state.name() != *before
            && let Some(metric) = counts_as(&after.state)
        {
            metrics.add(metric, 1);
        }
    }
    metrics
}

fn counts_as(state: &State) -> Option<Metric> {
    match state {
        State::Settled { .. } => Some(Metric::BucketsSettled),
        State::Held { .. } => Some(Metric::BucketsHeld),
        State::Conflict { .. } => Some(Metric::BucketsConflict),
        State::Expired { carried_to: None, .. } => Some(Metric::BucketsExpired),
        State::Expired { carried_to: Some(_), .. } => Some(Metric::BucketsCarriedOver),
        State::Open | State::Frozen { .. } => None,
    }
}

fn log(event: &SqsEvent, judgements: &[Judgement], answer: &Answer, elapsed: Duration) {
    for (place, (message, judgement)) in event.records.iter().zip(judgements).enumerate() {
        let (outcome, code) = answer.outcome(place, &judgement.verdict);
        let Judgement { accepted, held, rejected, retried, hold, .. } = judgement;
        let message_id = message.id().unwrap_or_default();
        tracing::info!(
            event = "message",
            message_id,
            outcome,
            code,
            accepted,
            held,
            rejected,
            retried
        );
        if *held > 0 {
            tracing::warn!(event = "held", message_id, code = hold, records = held);
        }
    }
    let total = |count: fn(&Judgement) -> usize| judgements.iter().map(count).sum::<usize>();
    tracing::info!(
        event = "invocation",
        messages = judgements.len(),
        accepted = total(|judgement| judgement.accepted),
        held = total(|judgement| judgement.held),
        rejected = total(|judgement| judgement.rejected),
        retried = total(|judgement| judgement.retried),
        elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
    );
}
