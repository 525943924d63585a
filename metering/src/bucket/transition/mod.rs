//! Everything that can happen to a bucket, as one pure function.
//!
//! | input | Open | Frozen, Held | Settled | Conflict | Expired |
//! |---|---|---|---|---|---|
//! | `Tick` | hour over: Frozen; window closed: Expired; else due when it closes | window closed: Expired | | | |
//! | `SendStarted` | | Underway or InDoubt; window closed: Expired | | | |
//! | `Queued` | | due later | | | |
//! | `Accepted` | | Settled | id noted | Settled | Settled, or Conflict where carried |
//! | `Duplicate` | | in doubt before: Settled; else Conflict | | | in doubt: Settled |
//! | `NotSubscribed`, `Refused`, `Setup`, `Oversized` | | Held | | | |
//! | `Transient` | | Frozen stays Frozen, Held stays Held; due after the backoff | | | |
//! | `SetAside`, `NotSent` | | nothing was billed | | | |
//! | `LicenseUpdated` | no end | held for no subscription: Frozen, due now | | | |
//! | `LicenseEnds` | closes early | | | | |
//!
//! An empty cell changes nothing, so that every input may come twice, late, or out of order.
//!
//! **Certainty.** A send is noted before it begins. `SendStarted` makes Unsent Underway, and
//! Underway (a send whose outcome was never written) InDoubt. An answer that says that nothing
//! was billed makes Underway Unsent again; silence, an internal error or an unknown one makes it
//! InDoubt, and InDoubt stays until AWS says that it has the record. Only an Unsent bucket's usage is ever carried to another hour.
//!
//! **DuplicateRecord.** AWS answers it to another quantity for the hour, and is reported to answer
//! it to an identical resend too. A record never changes, so what an earlier send may have brought
//! to AWS is this very quantity: in doubt, the answer settles it. Where no earlier send can have
//! arrived, somebody else has metered the hour: a conflict.

use meterproof::Timestamp;

use super::freeze::freeze;
use super::note::NoteKind;
use super::state::{Certainty, ExpiryCause, HoldCause, State, TransientCause};
use super::{Bucket, Contents};
use crate::hours::{
    carry_hours, close_time, is_sendable, last_second, later, sendable_until, whole_second,
};
use crate::{LatePolicy, Policy};

/// Something that happens to a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Input {
    /// Time has passed.
    Tick,
    /// A send is about to begin. Written before it does.
    SendStarted,
    /// The record is on a queue, and is sent from there before this time.
    Queued {
        /// When to look again.
        until: Timestamp,
    },
    /// AWS has the record.
    Accepted {
        /// `MeteringRecordId`, if told.
        metering_record_id: Option<String>,
    },
    /// `DuplicateRecord`.
    Duplicate,
    /// `CustomerNotSubscribed`.
    NotSubscribed,
    /// The service refused a request that held this record alone, and blamed it.
    Refused {
        /// The error's name as on the wire.
        error: String,
    },
    /// The service refused the request for a cause that is not the record's.
    Setup {
        /// The error's name as on the wire.
        error: String,
    },
    /// No request can hold the record.
    Oversized {
        /// Bytes of a request with it alone.
        bytes: u64,
    },
    /// The request was refused for the sake of another of its records: nothing was billed, and it
    /// is sent again at once in a smaller one.
    SetAside,
    /// The send that was noted never began: nothing was billed.
    NotSent,
    /// The attempt failed in a way that passes.
    Transient(TransientCause),
    /// The license is active.
    LicenseUpdated,
    /// The license ends or has ended.
    LicenseEnds {
        /// When.
        at: Timestamp,
    },
}

/// A bucket after an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The bucket.
    pub bucket: Bucket,
    /// Usage that goes to another hour of the same customer and dimension, in the same
    /// transaction.
    pub carry: Option<Carry>,
}

/// Usage on its way to another hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carry {
    /// The hours it may go to, the best first.
    pub hours: Vec<Timestamp>,
    /// The usage.
    pub contents: Contents,
}

impl Step {
    /// The bucket once its carried usage, if any, is in the bucket of `hour`.
    #[must_use]
    pub fn carried_to(mut self, hour: Timestamp) -> Bucket {
        let moved = self.carry.as_ref().map(|carry| carry.contents.micros());
        if let State::Expired { carried_to, .. } = &mut self.bucket.state {
            *carried_to = Some(hour);
        }
        if let Some(note) = self.bucket.notes.last_mut() {
            match &mut note.kind {
                NoteKind::Expired { carried_to, .. } => *carried_to = Some(hour),
                NoteKind::Frozen { rest, .. } => *rest = moved.map(|micros| (hour, micros)),
                _ => {}
            }
        }
        self.bucket
    }
}

/// What becomes of a bucket: the one place where states change.
///
/// Pure: the caller passes the time in, and persists the step, [with the hour](Step::carried_to)
/// that took what is carried.
#[must_use]
pub fn step(bucket: &Bucket, input: &Input, now: Timestamp, policy: &Policy) -> Step {
    let unchanged = || Step { bucket: bucket.clone(), carry: None };
    match (&bucket.state, input) {
        (State::Open, Input::Tick) if now >= closes_at(bucket, policy) => {
            close(bucket, now, policy)
        }
        (State::Open, Input::Tick) => Step { bucket: wait(bucket, policy), carry: None },
        (State::Open, Input::LicenseEnds { at }) => license_ends(bucket, Some(*at), now, policy),
        (State::Open, Input::LicenseUpdated) => license_ends(bucket, None, now, policy),
        (State::Frozen { record } | State::Held { record, .. }, input) => {
            let sendable = is_sendable(record.timestamp(), now, policy);
            match input {
                Input::Tick if sendable || is_leased(bucket, now) => unchanged(),
                // Where the clock was set back, the window is not open yet.
                Input::Tick | Input::SendStarted if !sendable && now < record.timestamp() => {
                    unchanged()
                }
                Input::Tick | Input::SendStarted if !sendable => expire(bucket, now, policy),
                input => Step { bucket: sent(bucket, input, now, policy), carry: None },
            }
        }
        (
            State::Settled { record, metering_record_id: None, at },
            Input::Accepted { metering_record_id },
        ) => {
            let (record, at) = (record.clone(), *at);
            let mut bucket = bucket.clone();
            bucket.state =
                State::Settled { record, metering_record_id: metering_record_id.clone(), at };
            Step { bucket, carry: None }
        }
        (
            State::Conflict { theirs: None, .. } | State::Expired { .. },
            Input::Accepted { metering_record_id },
        ) => Step { bucket: accepted_late(bucket, metering_record_id.clone(), now), carry: None },
        (
            State::Expired {
                record: Some(record),
                cause: ExpiryCause::InDoubt,
                carried_to: None,
                ..
            },
            Input::Duplicate,
        ) => {
            let mut bucket = bucket.clone();
            bucket.state =
                State::Settled { record: record.clone(), metering_record_id: None, at: now };
            bucket.note(now, NoteKind::SettledByResend);
            Step { bucket, carry: None }
        }
        _ => unchanged(),
    }
}

/// When an open bucket freezes.
fn closes_at(bucket: &Bucket, policy: &Policy) -> Timestamp {
    close_time(bucket.key.hour(), bucket.ends_at, policy)
}

/// Whether a send may still be under way.
fn is_leased(bucket: &Bucket, now: Timestamp) -> bool {
    bucket.certainty == Certainty::Underway && bucket.due_at.is_some_and(|due| now < due)
}

/// The policy may have changed since the bucket was opened: what stays due before it closes stands
/// before all that is to be sent, and a round that is full of it comes to nothing else.
fn wait(bucket: &Bucket, policy: &Policy) -> Bucket {
    Bucket { due_at: Some(closes_at(bucket, policy)), ..bucket.clone() }
}

fn license_ends(bucket: &Bucket, at: Option<Timestamp>, now: Timestamp, policy: &Policy) -> Step {
    let mut bucket = bucket.clone();
    if bucket.ends_at != at {
        bucket.ends_at = at;
        bucket.due_at = Some(closes_at(&bucket, policy));
        bucket.note(now, at.map_or(NoteKind::Released, |at| NoteKind::LicenseEnds { at }));
    }
    Step { bucket, carry: None }
}

/// An hour that is over becomes a record, or expires where no record of it can be sent.
fn close(bucket: &Bucket, now: Timestamp, policy: &Policy) -> Step {
    let hour = bucket.key.hour();
    // Usage lies within its license's life; a record of the current hour lies before now.
    let ends_at = bucket.ends_at.filter(|end| *end >= hour);
    let latest = ends_at.map_or(now, |end| end.min(now)).max(hour);
    let timestamp = last_second(hour).min(whole_second(latest));
    if !is_sendable(timestamp, now, policy) {
        return expire(bucket, now, policy);
    }
    let frozen = freeze(&bucket.key, &bucket.contents, timestamp, &policy.rules);
    let mut bucket = bucket.clone();
    bucket.note(now, NoteKind::Frozen { quantity: frozen.record.quantity(), rest: None });
    bucket.due_at = Some(now);
    bucket.state = State::Frozen { record: frozen.record };
    let carry =
        frozen.rest.map(|contents| Carry { hours: carry_hours(hour, now, policy), contents });
    Step { bucket, carry }
}

/// The window is closed. The usage moves to the current hour where that is policy, nothing can
/// have been billed, and the next hour's record would not fail for the same cause.
fn expire(bucket: &Bucket, now: Timestamp, policy: &Policy) -> Step {
    let cause = match (&bucket.state, bucket.certainty) {
        (_, Certainty::InDoubt | Certainty::Underway) => ExpiryCause::InDoubt,
        (State::Held { cause, .. }, Certainty::Unsent) => ExpiryCause::Held(cause.clone()),
        (_, Certainty::Unsent) if bucket.failures > 0 => ExpiryCause::Failing,
        (_, Certainty::Unsent) => ExpiryCause::Unsent,
    };
    let may_pass = match &cause {
        ExpiryCause::Unsent | ExpiryCause::Failing => true,
        ExpiryCause::Held(cause) => matches!(cause, HoldCause::Setup { .. }),
        ExpiryCause::InDoubt => false,
    };
    let has_ended = bucket.ends_at.is_some_and(|end| end < now.start_of_hour());
    let carries = may_pass && !has_ended && policy.late == LatePolicy::Carry;
    let carry = Some(bucket.contents_to_carry())
        .filter(|contents| carries && contents.micros() > 0)
        .map(|contents| Carry { hours: carry_hours(bucket.key.hour(), now, policy), contents });
    let mut bucket = bucket.clone();
    bucket.due_at = None;
    bucket.note(now, NoteKind::Expired { cause: cause.clone(), carried_to: None });
    let record = bucket.state.record().cloned();
    bucket.state = State::Expired { record, cause, carried_to: None, at: now };
    Step { bucket, carry }
}

/// A frozen or held bucket within its window.
fn sent(bucket: &Bucket, input: &Input, now: Timestamp, policy: &Policy) -> Bucket {
    let mut bucket = bucket.clone();
    let Some(record) = bucket.state.record().cloned() else { return bucket };
    let until = sendable_until(record.timestamp(), policy);
    match input {
        Input::SendStarted => {
            bucket.certainty = match bucket.certainty {
                Certainty::Unsent => Certainty::Underway,
                Certainty::Underway | Certainty::InDoubt => Certainty::InDoubt,
            };
            bucket.attempts = bucket.attempts.saturating_add(1);
            bucket.due_at = Some(later(now, policy.lease));
            bucket.note(now, NoteKind::SendStarted);
        }
        Input::Queued { until: at } => bucket.due_at = Some((*at).min(until).max(now)),
        Input::Accepted { metering_record_id } => {
            let metering_record_id = metering_record_id.clone();
            bucket.note(now, NoteKind::Settled { metering_record_id: metering_record_id.clone() });
            bucket.due_at = None;
            bucket.state = State::Settled { record, metering_record_id, at: now };
        }
        Input::Duplicate if bucket.certainty == Certainty::InDoubt => {
            bucket.note(now, NoteKind::SettledByResend);
            bucket.due_at = None;
            bucket.state = State::Settled { record, metering_record_id: None, at: now };
        }
        Input::Duplicate => {
            bucket.note(now, NoteKind::Conflict);
            bucket.due_at = None;
            bucket.state = State::Conflict { record, theirs: None, at: now };
        }
        Input::NotSubscribed => hold(&mut bucket, HoldCause::CustomerNotSubscribed, now, policy),
        Input::Refused { error } => {
            hold(&mut bucket, HoldCause::Refused { error: error.clone() }, now, policy);
        }
        Input::Setup { error } => {
            hold(&mut bucket, HoldCause::Setup { error: error.clone() }, now, policy);
        }
        Input::Oversized { bytes } => {
            hold(&mut bucket, HoldCause::Oversized { bytes: *bytes }, now, policy);
        }
        Input::SetAside => {
            bucket.certainty = after_answer(&bucket, true, now);
            bucket.set_aside = bucket.set_aside.saturating_add(1);
        }
        Input::NotSent => bucket.certainty = after_answer(&bucket, true, now),
        Input::Transient(cause) => {
            bucket.certainty = after_answer(&bucket, cause.rules_out_billing(), now);
            bucket.failures = bucket.failures.saturating_add(1);
            bucket.set_aside = 0;
            let again = later(now, policy.backoff.ceiling(bucket.failures));
            bucket.due_at = Some(again.min(until).max(now));
            bucket.note(now, NoteKind::Failed { cause: cause.clone(), times: 1 });
        }
        Input::LicenseUpdated => {
            if matches!(bucket.state, State::Held { cause: HoldCause::CustomerNotSubscribed, .. }) {
                bucket.state = State::Frozen { record };
                bucket.due_at = Some(now);
                bucket.note(now, NoteKind::Released);
            }
        }
        Input::Tick | Input::LicenseEnds { .. } => {}
    }
    bucket
}

/// What is known once a send has ended without AWS's word that it has the record.
///
/// An answer that is written a second time, after another send has begun, says nothing of that one.
fn after_answer(bucket: &Bucket, rules_out_billing: bool, now: Timestamp) -> Certainty {
    let mut sends = bucket.notes.iter().rev().filter(|note| note.kind == NoteKind::SendStarted);
    let is_of_earlier_send = sends.next().is_some_and(|latest| latest.at > now);
    match bucket.certainty {
        Certainty::Underway if is_of_earlier_send => Certainty::Underway,
        Certainty::Underway if rules_out_billing => Certainty::Unsent,
        Certainty::Underway => Certainty::InDoubt,
        known => known,
    }
}

/// An answer that does not pass by itself.
fn hold(bucket: &mut Bucket, cause: HoldCause, now: Timestamp, policy: &Policy) {
    let Some(record) = bucket.state.record().cloned() else { return };
    bucket.certainty = after_answer(bucket, cause.rules_out_billing(), now);
    let since = match &bucket.state {
        State::Held { cause: known, since, .. } if *known == cause => *since,
        _ => now,
    };
    let wait = match cause {
        HoldCause::Setup { .. } => policy.hold_retry,
        // What only a person or AWS Marketplace can change is tried less often.
        _ => policy.hold_retry.max(std::time::Duration::from_secs(3600)),
    };
    let until = sendable_until(record.timestamp(), policy);
    bucket.due_at = Some(later(now, wait).min(until).max(now));
    bucket.failures = 0;
    bucket.set_aside = 0;
    bucket.note(now, NoteKind::Held { cause: cause.clone(), times: 1 });
    bucket.state = State::Held { record, cause, since };
}

/// AWS has a record that was given up.
fn accepted_late(bucket: &Bucket, metering_record_id: Option<String>, now: Timestamp) -> Bucket {
    let mut bucket = bucket.clone();
    let carried = matches!(bucket.state, State::Expired { carried_to: Some(_), .. });
    let Some(record) = bucket.state.record().cloned() else { return bucket };
    if carried {
        // Billed here and carried elsewhere: a person has to look.
        bucket.note(now, NoteKind::AcceptedTooLate);
        let theirs = Some(record.quantity());
        bucket.state = State::Conflict { record, theirs, at: now };
    } else {
        bucket.note(now, NoteKind::Settled { metering_record_id: metering_record_id.clone() });
        bucket.state = State::Settled { record, metering_record_id, at: now };
    }
    bucket
}

#[cfg(test)]
mod tests;
