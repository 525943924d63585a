//! From what became of its records to what becomes of a message.

use std::fmt::Write as _;

use meterproof_metering::{Bucket, NoteKind, State};

use super::codes;
use super::intake::{Fault, Intake};
use super::standing::{Handle, Standing, Standings};
use crate::queue::{Verdict, codes as queue_codes};

/// A message's verdict with its counts of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Judgement {
    pub(super) verdict: Verdict,
    /// AWS has them, or their usage is in a later hour.
    pub(super) accepted: usize,
    /// The ledger keeps them and brings them again.
    pub(super) held: usize,
    pub(super) rejected: usize,
    pub(super) retried: usize,
    /// Why records are held: the code of the first one's cause.
    pub(super) hold: &'static str,
}

/// Judges the message with index `message`.
///
/// A retry comes before a rejection: only when nothing is left to be sent is the message final.
pub(super) fn judge(message: usize, intake: &Intake, standings: &Standings) -> Judgement {
    let mut faults = intake.faults.clone();
    let (mut accepted, mut held, mut rejected, mut retried) = (0, 0, 0, 0);
    let (mut retry_code, mut hold) = (None, "");
    let current = intake.records.iter().map(|(record, _)| *record);
    for record in current.chain(intake.past.iter().map(|past| past.index)) {
        let bucket = match standings.records.get(&Handle { message, record }) {
            Some(Standing::Bucket(key)) => standings.buckets.get(key),
            Some(Standing::Refused(fault)) => {
                rejected += 1;
                faults.push(fault.clone());
                continue;
            }
            Some(Standing::Unknown { code }) => {
                retried += 1;
                retry_code.get_or_insert(*code);
                continue;
            }
            None => None,
        };
        match bucket.map(end) {
            Some(End::Done) => accepted += 1,
            Some(End::Held(code)) => {
                if held == 0 {
                    hold = code;
                }
                held += 1;
            }
            Some(End::Final { code, text }) => {
                rejected += 1;
                faults.push(Fault { pointer: intake.pointer(record), code, text });
            }
            Some(End::Again(code)) => {
                retried += 1;
                retry_code.get_or_insert(code);
            }
            // A record that nothing is known of is safe to send again.
            None => {
                retried += 1;
                retry_code.get_or_insert(queue_codes::UNKNOWN);
            }
        }
    }
    let verdict = match (retry_code, faults.first()) {
        (Some(code), _) => Verdict::HandBack { code },
        (None, Some(first)) => {
            Verdict::Reject { code: first.code, reason: reason(accepted, held, &faults) }
        }
        (None, None) => Verdict::Done,
    };
    Judgement { verdict, accepted, held, rejected, retried, hold }
}

/// What a bucket's state means for a message with its record.
enum End {
    Done,
    Held(&'static str),
    Final { code: &'static str, text: String },
    Again(&'static str),
}

fn end(bucket: &Bucket) -> End {
    match &bucket.state {
        State::Settled { .. } | State::Expired { carried_to: Some(_), .. } => End::Done,
        State::Held { cause, .. } => End::Held(cause.code()),
        State::Conflict { record, theirs, .. } => {
            let theirs = match theirs {
                Some(quantity) => format!("the quantity {quantity}"),
                None => "another quantity".to_owned(),
            };
            End::Final {
                code: codes::DUPLICATE_RECORD,
                text: format!(
                    "AWS has billed {theirs} for this customer, dimension and hour, the ledger has {}: compare with AWS's report, and meter a difference for an hour that is still open",
                    record.quantity()
                ),
            }
        }
        State::Expired { cause, carried_to: None, .. } => End::Final {
            code: codes::WINDOW_CLOSED,
            text: format!("AWS takes no more usage for this hour: {cause}"),
        },
        State::Open | State::Frozen { .. } => End::Again(last_failure(bucket)),
    }
}

/// Why the latest attempt failed.
fn last_failure(bucket: &Bucket) -> &'static str {
    let last = bucket.notes.iter().rev().find_map(|note| match &note.kind {
        NoteKind::Failed { cause, .. } => Some(cause.code()),
        _ => None,
    });
    last.unwrap_or(queue_codes::NOT_SENT)
}

/// How many records were accepted, then each fault at its place.
fn reason(accepted: usize, held: usize, faults: &[Fault]) -> String {
    let records = if accepted == 1 { "record" } else { "records" };
    let mut reason = format!("{accepted} {records} accepted");
    // Writing to a String cannot fail.
    if held > 0 {
        let _ = write!(reason, ", {held} held in the ledger");
    }
    reason.push_str("; not accepted:");
    for fault in faults {
        let place = if fault.pointer.is_empty() { "the body" } else { fault.pointer.as_str() };
        let _ = write!(reason, " {place}: {} ({});", fault.code, fault.text);
    }
    reason.pop();
    reason
}
