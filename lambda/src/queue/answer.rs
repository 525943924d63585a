//! From what becomes of each message to what Lambda is told.

use std::collections::HashSet;
use std::fmt;

use tokio::time::{Instant, timeout_at};

use super::codes;
use super::event::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use super::outbox::calls;
use super::rejects::{RejectedMessage, RejectsQueue};

/// What becomes of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing is left to do with it: SQS deletes it.
    Done,
    /// SQS delivers the whole message again. What was done before is not done twice then.
    HandBack {
        /// A stable code.
        code: &'static str,
    },
    /// Nothing is left to do with it but to show it to a person: to the rejects queue.
    Reject {
        /// The code of the first thing wrong with it.
        code: &'static str,
        /// What is wrong and what to do.
        reason: String,
    },
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

/// The answer to an event, and which messages the rejects queue did not take.
pub(crate) struct Answer {
    pub(crate) response: SqsBatchResponse,
    unsent: HashSet<usize>,
}

impl Answer {
    /// What became of the message at `place`: a word for the log, and the verdict's code.
    pub(crate) fn outcome(&self, place: usize, verdict: &Verdict) -> (&'static str, &'static str) {
        match verdict {
            Verdict::Done => ("done", ""),
            Verdict::HandBack { code } => ("handed_back", code),
            Verdict::Reject { code, .. } if self.unsent.contains(&place) => ("handed_back", code),
            Verdict::Reject { code, .. } => ("rejected", code),
        }
    }
}

/// Puts away what is rejected, until `deadline`, and names the messages to deliver again.
///
/// A message that is to be delivered again but has no `messageId` cannot be named: an empty name
/// would fail all its neighbours. It goes to the rejects queue with the code
/// [`codes::MESSAGE_WITHOUT_ID`].
pub(crate) async fn answer<Q: RejectsQueue>(
    event: &SqsEvent,
    verdicts: &[Verdict],
    rejects: &Q,
    deadline: Instant,
) -> Result<Answer, UnnamedMessage> {
    let unsent = put_away(event, verdicts, rejects, deadline).await;
    let mut batch_item_failures = Vec::new();
    for (place, (message, verdict)) in event.records.iter().zip(verdicts).enumerate() {
        let retried = matches!(verdict, Verdict::HandBack { .. });
        match message.id() {
            Some(id) if retried || unsent.contains(&place) => {
                batch_item_failures.push(BatchItemFailure { item_identifier: id.to_owned() });
            }
            None if unsent.contains(&place) => return Err(UnnamedMessage),
            _ => {}
        }
    }
    Ok(Answer { response: SqsBatchResponse { batch_item_failures }, unsent })
}

/// Sends what is rejected to the rejects queue; returns the messages that are not known to have
/// arrived there.
async fn put_away<Q: RejectsQueue>(
    event: &SqsEvent,
    verdicts: &[Verdict],
    rejects: &Q,
    deadline: Instant,
) -> HashSet<usize> {
    let (places, rejected): (Vec<usize>, Vec<RejectedMessage>) = event
        .records
        .iter()
        .zip(verdicts)
        .enumerate()
        .filter_map(|(place, (message, verdict))| Some((place, rejected(message, verdict)?)))
        .unzip();
    let mut unsent: HashSet<usize> = places.iter().copied().collect();
    for call in calls(rejected.iter().map(RejectedMessage::size)) {
        let messages: Vec<&RejectedMessage> =
            call.iter().filter_map(|index| rejected.get(*index)).collect();
        let Ok(failures) = timeout_at(deadline, rejects.send(&messages)).await else {
            tracing::error!(event = "rejects", outcome = "no time left", messages = messages.len());
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
        let failed: HashSet<usize> = failures.into_iter().map(|failure| failure.index).collect();
        for (at, index) in call.iter().enumerate() {
            if let (false, Some(place)) = (failed.contains(&at), places.get(*index)) {
                unsent.remove(place);
            }
        }
    }
    unsent
}

fn rejected(message: &SqsMessage, verdict: &Verdict) -> Option<RejectedMessage> {
    let body = message.body.as_deref().unwrap_or_default();
    match verdict {
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
