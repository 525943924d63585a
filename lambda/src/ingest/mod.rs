//! `ingest_events`: from messages with usage events to the ledger, each event exactly once.
//!
//! Message -> events -> added, carried, known or rejected -> each message done, handed back or
//! rejected. A message that comes again adds nothing a second time.

mod body;
mod config;

pub use config::IngestConfig;

use std::time::Duration;

use meterproof_metering::{
    Clock, EventDefaults, Ledger, UsageEvent, Verdict as EventVerdict, ingest,
};
use tokio::time::{Instant, timeout_at};

use crate::log::ledger_failed;
use crate::metrics::{Metric, Metrics};
use crate::queue::{
    Answer, RejectsQueue, SqsBatchResponse, SqsEvent, UnnamedMessage, Verdict, answer, codes,
};
use body::Body;

/// The function: its AWS sides and what it was configured with.
#[derive(Debug)]
pub struct Ingester<'a, L, Q, C> {
    ledger: &'a L,
    rejects: Q,
    clock: C,
    defaults: EventDefaults,
    safety_margin: Duration,
}

/// What an invocation answers, and what it measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ingested {
    /// For Lambda.
    pub response: SqsBatchResponse,
    /// For CloudWatch.
    pub metrics: Metrics,
}

/// About how many events are added before the next ones are looked at: what was added stays added
/// where the time then runs out.
const EVENTS_AT_ONCE: usize = 500;

impl<'a, L: Ledger, Q: RejectsQueue, C: Clock> Ingester<'a, L, Q, C> {
    /// A function whose work ends `safety_margin` before an invocation's time is up.
    #[must_use]
    pub fn new(
        ledger: &'a L,
        rejects: Q,
        clock: C,
        defaults: EventDefaults,
        safety_margin: Duration,
    ) -> Self {
        Self { ledger, rejects, clock, defaults, safety_margin }
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
    ) -> Result<Ingested, UnnamedMessage> {
        let started = Instant::now();
        let margin = self.safety_margin.min(time_left / 2);
        let mut bodies: Vec<Body> = event
            .records
            .iter()
            .map(|message| Body::read(message.body.as_deref().unwrap_or_default(), &self.defaults))
            .collect();
        self.add(&mut bodies, started + (time_left - margin)).await;

        let verdicts: Vec<Verdict> = bodies.iter().map(Body::verdict).collect();
        // Half the margin for the rejects, the other half for the answer's way back.
        let deadline = started + (time_left - margin / 2);
        let answer = answer(event, &verdicts, &self.rejects, deadline).await?;
        log(event, &bodies, &verdicts, &answer, started.elapsed());
        Ok(Ingested { response: answer.response, metrics: metrics(&bodies) })
    }

    /// Adds the events of all bodies, some whole bodies at a time, until `deadline`.
    async fn add(&self, bodies: &mut [Body], deadline: Instant) {
        let mut waiting = bodies.iter_mut().filter(|body| !body.events.is_empty()).peekable();
        let mut stopped = None;
        while waiting.peek().is_some() {
            let (mut group, mut events): (Vec<(&mut Body, usize)>, Vec<UsageEvent>) =
                Default::default();
            while events.len() < EVENTS_AT_ONCE
                && let Some(body) = waiting.next()
            {
                let taken = std::mem::take(&mut body.events);
                group.push((body, taken.len()));
                events.extend(taken);
            }
            let outcome = match stopped {
                Some(code) => Err(code),
                None => self.add_group(events, deadline).await,
            };
            match outcome {
                Ok(verdicts) => {
                    let mut verdicts = verdicts.into_iter();
                    for (body, events) in group {
                        body.settle(verdicts.by_ref().take(events));
                    }
                }
                Err(code) => {
                    group.into_iter().for_each(|(body, _)| body.leave(code));
                    // What is wrong with one bucket may be right with the others; a ledger that
                    // cannot be reached is left alone.
                    stopped = (code != CORRUPT).then_some(code);
                }
            }
        }
    }

    async fn add_group(
        &self,
        events: Vec<UsageEvent>,
        deadline: Instant,
    ) -> Result<Vec<EventVerdict>, &'static str> {
        let adding = ingest(self.ledger, events, self.clock.now());
        match timeout_at(deadline, adding).await {
            Ok(Ok(verdicts)) => Ok(verdicts),
            Ok(Err(error)) => {
                ledger_failed(&error);
                Err(error.code())
            }
            Err(_) => Err(codes::NO_TIME_LEFT),
        }
    }
}

const CORRUPT: &str = "corrupt_ledger";

fn metrics(bodies: &[Body]) -> Metrics {
    let mut metrics = Metrics::default();
    for body in bodies {
        let counts = body.counts();
        metrics.add(Metric::EventsAdded, counts.added);
        metrics.add(Metric::EventsCarried, counts.carried);
        metrics.add(Metric::EventsDuplicate, counts.duplicate);
        metrics.add(Metric::EventsRejected, counts.rejected);
    }
    metrics
}

fn log(
    event: &SqsEvent,
    bodies: &[Body],
    verdicts: &[Verdict],
    answer: &Answer,
    elapsed: Duration,
) {
    for (place, ((message, body), verdict)) in
        event.records.iter().zip(bodies).zip(verdicts).enumerate()
    {
        let (outcome, code) = answer.outcome(place, verdict);
        let message_id = message.id().unwrap_or_default();
        let counts = body.counts();
        tracing::info!(
            event = "message",
            message_id,
            outcome,
            code,
            added = counts.added,
            carried = counts.carried,
            duplicate = counts.duplicate,
            rejected = counts.rejected
        );
    }
    tracing::info!(
        event = "invocation",
        messages = bodies.len(),
        elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
    );
}
