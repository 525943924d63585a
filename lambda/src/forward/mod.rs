//! `forward_usage`: from messages with usage records to BatchMeterUsage.
//!
//! Message -> records -> batches -> outcomes -> each message done, handed back or rejected. The
//! AWS sides are traits ([`MeteringService`], [`RejectsQueue`]); time left is a parameter.

mod backoff;
pub mod codes;
mod config;
mod delivery;
mod event;
mod intake;
mod memory;
mod rejects;
mod service;
mod verdict;

pub use backoff::Backoff;
pub use config::{ForwardConfig, Policy};
pub use event::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
pub use memory::Memory;
pub use rejects::{MAX_CALL_BYTES, MAX_ENTRIES, RejectedMessage, RejectsQueue, SendFailure};
pub use service::{Handle, MeteringService};

use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

use meterproof::Timestamp;
use tokio::time::{Instant, timeout_at};

use delivery::Delivery;
use intake::{Intake, take_in};
use verdict::{Judgement, Verdict, judge};

/// The function: its AWS sides, its policy, and what it remembers between invocations.
#[derive(Debug)]
pub struct Forwarder<M, Q> {
    metering: M,
    rejects: Q,
    policy: Policy,
    memory: Memory,
}

/// A message that can neither be named to SQS, nor put into the rejects queue: the whole event is
/// delivered again, which bills nothing twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnnamedMessage;

impl fmt::Display for UnnamedMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a message without messageId could not be put into the rejects queue: deliver the event again")
    }
}

impl std::error::Error for UnnamedMessage {}

impl<M: MeteringService, Q: RejectsQueue> Forwarder<M, Q> {
    /// A function that remembers nothing yet.
    #[must_use]
    pub fn new(metering: M, rejects: Q, policy: Policy) -> Self {
        Self { metering, rejects, policy, memory: Memory::default() }
    }

    /// Handles one event within `time_left`, and names the messages to deliver again.
    ///
    /// A message that is to be delivered again but has no `messageId` cannot be named: an empty
    /// name would fail all its neighbours. It goes to the rejects queue with the code
    /// [`codes::MESSAGE_WITHOUT_ID`].
    ///
    /// # Errors
    /// [`UnnamedMessage`], when the rejects queue does not take such a message either.
    pub async fn handle(
        &self,
        event: &SqsEvent,
        now: Timestamp,
        time_left: Duration,
    ) -> Result<SqsBatchResponse, UnnamedMessage> {
        let started = Instant::now();
        let margin = self.policy.safety_margin.min(time_left / 2);
        let intakes: Vec<Intake> = event
            .records
            .iter()
            .map(|message| take_in(message.body.as_deref().unwrap_or_default(), &self.policy, now))
            .collect();
        let records = intakes.iter().enumerate().flat_map(|(message, intake)| {
            intake
                .records
                .iter()
                .map(move |(record, usage)| (Handle { message, record: *record }, usage.clone()))
        });
        let delivery = Delivery {
            service: &self.metering,
            memory: &self.memory,
            backoff: self.policy.backoff,
            deadline: started + (time_left - margin),
        };
        let fates = delivery.deliver(records.collect()).await;
        let judgements: Vec<Judgement> = intakes
            .iter()
            .enumerate()
            .map(|(message, intake)| judge(message, intake, &fates))
            .collect();

        // Half the margin for the rejects, the other half for the answer's way back.
        let unsent = self.put_away(event, &judgements, started + (time_left - margin / 2)).await;
        let response = respond(event, &judgements, &unsent);
        log(event, &judgements, &unsent, started.elapsed());
        response
    }

    /// Sends what is rejected to the rejects queue; returns the messages that are not known to
    /// have arrived there.
    async fn put_away(
        &self,
        event: &SqsEvent,
        judgements: &[Judgement],
        deadline: Instant,
    ) -> HashSet<usize> {
        let (places, rejected): (Vec<usize>, Vec<RejectedMessage>) = event
            .records
            .iter()
            .zip(judgements)
            .enumerate()
            .filter_map(|(place, (message, judgement))| {
                Some((place, rejected(message, judgement)?))
            })
            .unzip();
        let mut unsent: HashSet<usize> = places.iter().copied().collect();
        for call in rejects::calls(&rejected) {
            let messages: Vec<&RejectedMessage> =
                call.iter().filter_map(|index| rejected.get(*index)).collect();
            let Ok(failures) = timeout_at(deadline, self.rejects.send(&messages)).await else {
                tracing::error!(
                    event = "rejects",
                    outcome = "no time left",
                    messages = messages.len()
                );
                continue;
            };
            if let Some(failure) = failures.first() {
                tracing::error!(
                    event = "rejects",
                    outcome = "not sent",
                    messages = failures.len(),
                    cause = failure.cause
                );
            }
            let failed: HashSet<usize> =
                failures.into_iter().map(|failure| failure.index).collect();
            for (at, index) in call.iter().enumerate() {
                if let (false, Some(place)) = (failed.contains(&at), places.get(*index)) {
                    unsent.remove(place);
                }
            }
        }
        unsent
    }
}

fn rejected(message: &SqsMessage, judgement: &Judgement) -> Option<RejectedMessage> {
    let body = message.body.as_deref().unwrap_or_default();
    match &judgement.verdict {
        Verdict::Reject { code, reason } => {
            Some(RejectedMessage::new(body, code, reason, message.id()))
        }
        Verdict::HandBack { code } if message.id().is_none() => {
            let reason = format!(
                "to be sent again ({code}), but it has no messageId to be handed back by: put it on the queue again"
            );
            Some(RejectedMessage::new(body, codes::MESSAGE_WITHOUT_ID, &reason, None))
        }
        Verdict::HandBack { .. } | Verdict::Done => None,
    }
}

fn respond(
    event: &SqsEvent,
    judgements: &[Judgement],
    unsent: &HashSet<usize>,
) -> Result<SqsBatchResponse, UnnamedMessage> {
    let mut batch_item_failures = Vec::new();
    for (place, (message, judgement)) in event.records.iter().zip(judgements).enumerate() {
        let retried = matches!(judgement.verdict, Verdict::HandBack { .. });
        match message.id() {
            Some(id) if retried || unsent.contains(&place) => {
                batch_item_failures.push(BatchItemFailure { item_identifier: id.to_owned() });
            }
            None if unsent.contains(&place) => return Err(UnnamedMessage),
            _ => {}
        }
    }
    Ok(SqsBatchResponse { batch_item_failures })
}

fn log(event: &SqsEvent, judgements: &[Judgement], unsent: &HashSet<usize>, elapsed: Duration) {
    for (place, (message, judgement)) in event.records.iter().zip(judgements).enumerate() {
        let (outcome, code) = match &judgement.verdict {
            Verdict::Done => ("done", ""),
            Verdict::HandBack { code } => ("handed_back", *code),
            Verdict::Reject { code, .. } if unsent.contains(&place) => ("handed_back", *code),
            Verdict::Reject { code, .. } => ("rejected", *code),
        };
        let Judgement { accepted, rejected, retried, .. } = judgement;
        let message_id = message.id().unwrap_or_default();
        tracing::info!(event = "message", message_id, outcome, code, accepted, rejected, retried);
    }
    let total = |count: fn(&Judgement) -> usize| judgements.iter().map(count).sum::<usize>();
    tracing::info!(
        event = "invocation",
        messages = judgements.len(),
        accepted = total(|judgement| judgement.accepted),
        rejected = total(|judgement| judgement.rejected),
        retried = total(|judgement| judgement.retried),
        elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
    );
}
