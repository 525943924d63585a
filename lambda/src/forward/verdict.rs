//! From what became of its records to what becomes of a message.

use std::collections::HashMap;
use std::fmt::Write as _;

use meterproof::usage::Disposition;

use super::codes;
use super::delivery::Fate;
use super::intake::{Fault, Intake};
use super::service::Handle;

/// What becomes of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Every record is accepted: SQS deletes the message.
    Done,
    /// Some record is to be sent again: SQS delivers the whole message again. What was accepted
    /// is accepted again then, and billed once.
    HandBack { code: &'static str },
    /// No record is to be sent again and some are rejected: to the rejects queue.
    Reject { code: &'static str, reason: String },
}

/// A message's verdict with its counts of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Judgement {
    pub(super) verdict: Verdict,
    pub(super) accepted: usize,
    pub(super) rejected: usize,
    pub(super) retried: usize,
}

/// Judges the message with index `message`.
///
/// A retry comes before a rejection: only when nothing is left to be sent is the message final.
pub(super) fn judge(message: usize, intake: &Intake, fates: &HashMap<Handle, Fate>) -> Judgement {
    let mut faults = intake.faults.clone();
    let (mut accepted, mut rejected, mut retried) = (0, 0, 0);
    let mut retry_code = None;
    for (record, _) in &intake.records {
        let fault = |code, text| Fault { pointer: intake.pointer(*record), code, text };
        match fates.get(&Handle { message, record: *record }) {
            Some(Fate::Settled(Disposition::Accept { .. })) => accepted += 1,
            Some(Fate::Settled(Disposition::Reject(rejection))) => {
                rejected += 1;
                faults.push(fault(rejection.code(), rejection.to_string()));
            }
            Some(Fate::Doubtful(rejection)) => {
                rejected += 1;
                faults.push(fault(
                    rejection.code(),
                    format!(
                        "{rejection}; an earlier send of this record got no answer, so what AWS metered may be this very record"
                    ),
                ));
            }
            Some(Fate::Conflict { quantity, accepted }) => {
                rejected += 1;
                faults.push(fault(
                    codes::CONFLICT,
                    format!(
                        "another record for this customer, dimension and hour was accepted with the quantity {accepted}; \
                         this one has {quantity} or other allocations and is not billed: meter the difference for an hour that is still open"
                    ),
                ));
            }
            Some(Fate::Oversized { bytes }) => {
                rejected += 1;
                faults.push(fault(
                    codes::RECORD_TOO_LARGE,
                    format!("a request with this record alone has {bytes} bytes: give it fewer allocations"),
                ));
            }
            Some(Fate::Settled(Disposition::Retry(cause))) => {
                retried += 1;
                retry_code.get_or_insert(cause.code());
            }
            // A record that nothing is known of is safe to send again.
            None => {
                retried += 1;
                retry_code.get_or_insert("unanswered");
            }
        }
    }
    let verdict = match (retry_code, faults.first()) {
        (Some(code), _) => Verdict::HandBack { code },
        (None, Some(first)) => {
            Verdict::Reject { code: first.code, reason: reason(accepted, &faults) }
        }
        (None, None) => Verdict::Done,
    };
    Judgement { verdict, accepted, rejected, retried }
}

/// How many records were accepted, then each fault at its place.
fn reason(accepted: usize, faults: &[Fault]) -> String {
    let records = if accepted == 1 { "record" } else { "records" };
    let mut reason = format!("{accepted} {records} accepted; not accepted:");
    for fault in faults {
        let place = if fault.pointer.is_empty() { "the body" } else { fault.pointer.as_str() };
        // Writing to a String cannot fail.
        let _ = write!(reason, " {place}: {} ({});", fault.code, fault.text);
    }
    reason.pop();
    reason
}
