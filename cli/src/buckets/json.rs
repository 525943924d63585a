//! A bucket as JSON: what `buckets --json` and `GET /v1/buckets` print.

use meterproof::Timestamp;
use meterproof_metering::{Bucket, HoldCause, Note, NoteKind, State, TransientCause};
use serde_json::{Map, Value, json};

use super::sentence::sentence;
use super::text::{quantity, units};

/// A bucket with its notes, without its parts by tags. Quantities are decimal texts, exact for
/// any client; times are ISO 8601.
#[must_use]
pub fn bucket_json(bucket: &Bucket) -> Value {
    let mut told = Map::new();
    let mut say = |name: &str, value: Value| told.insert(name.to_owned(), value);
    let (key, identity) = (&bucket.key, bucket.key.identity());
    say("hour", time(key.hour()));
    say("state", json!(bucket.state.name().code()));
    say("region", json!(key.region().as_str()));
    let names = [
        ("licenseArn", identity.license_arn().map(|name| name.as_str())),
        ("productCode", identity.product_code().map(|name| name.as_str())),
        ("customerAWSAccountId", identity.account().map(|name| name.as_str())),
        ("customerIdentifier", identity.customer().map(|name| name.as_str())),
    ];
    for (name, value) in names {
        if let Some(value) = value {
            say(name, json!(value));
        }
    }
    say("dimension", json!(key.dimension().as_str()));
    say("quantity", json!(quantity(bucket)));
    say("events", json!(bucket.contents.events()));
    let carried = bucket.contents.carried().iter();
    let carried: Vec<Value> = carried
        .map(|(hour, micros)| json!({ "hour": time(*hour), "quantity": units(*micros) }))
        .collect();
    say("carriedIn", json!(carried));
    say("attempts", json!(bucket.attempts));
    say("certainty", json!(bucket.certainty.code()));
    say("dueAt", bucket.due_at.map_or(Value::Null, time));
    state(&bucket.state, &mut told);
    let notes: Vec<Value> = bucket.notes.iter().map(|one| note(one, bucket)).collect();
    told.insert("notes".to_owned(), json!(notes));
    Value::Object(told)
}

/// The same, with the parts by tags where there are any.
pub(super) fn whole_bucket_json(bucket: &Bucket) -> Value {
    let mut told = bucket_json(bucket);
    let parts: Vec<Value> = bucket
        .contents
        .pieces()
        .map(|(tags, micros)| {
            let tags: Vec<Value> = tags
                .tags()
                .iter()
                .map(|tag| json!({ "key": tag.key().as_str(), "value": tag.value().map(|v| v.as_str()) }))
                .collect();
            json!({ "tags": tags, "quantity": units(micros) })
        })
        .collect();
    told["parts"] = json!(parts);
    told
}

fn state(state: &State, told: &mut Map<String, Value>) {
    let mut say = |name: &str, value: Value| told.insert(name.to_owned(), value);
    match state {
        State::Open | State::Frozen { .. } => {}
        State::Settled { metering_record_id, at, .. } => {
            say("settledAt", time(*at));
            say("meteringRecordId", json!(metering_record_id));
        }
        State::Held { cause, since, .. } => {
            say("heldSince", time(*since));
            say("cause", hold(cause));
        }
        State::Conflict { theirs, at, .. } => {
            say("conflictAt", time(*at));
            say("theirQuantity", json!(theirs.map(|theirs| theirs.to_string())));
        }
        State::Expired { cause, carried_to, at, .. } => {
            say("expiredAt", time(*at));
            say("cause", json!({ "code": cause.code(), "reason": cause.to_string() }));
            say("carriedTo", carried_to.map_or(Value::Null, time));
        }
    }
}

fn note(note: &Note, bucket: &Bucket) -> Value {
    let mut told = json!({ "at": time(note.at), "note": name(&note.kind) });
    match &note.kind {
        NoteKind::Failed { cause, times } => {
            told["times"] = json!(times);
            told["code"] = json!(cause.code());
            if let TransientCause::Service { error } = cause {
                told["error"] = json!(error);
            }
        }
        NoteKind::Held { cause, times } => {
            told["times"] = json!(times);
            told["cause"] = hold(cause);
        }
        NoteKind::Expired { cause, .. } => told["code"] = json!(cause.code()),
        _ => {}
    }
    told["text"] = json!(sentence(&note.kind, bucket));
    told
}

/// A stable word for what happened.
fn name(kind: &NoteKind) -> &'static str {
    match kind {
        NoteKind::Opened => "opened",
        NoteKind::Adopted { .. } => "adopted",
        NoteKind::Frozen { .. } => "frozen",
        NoteKind::SendStarted => "send_started",
        NoteKind::Failed { .. } => "failed",
        NoteKind::Held { .. } => "held",
        NoteKind::Released => "released",
        NoteKind::LicenseEnds { .. } => "license_ends",
        NoteKind::Settled { .. } => "settled",
        NoteKind::SettledByResend => "settled_by_resend",
        NoteKind::Conflict => "conflict",
        NoteKind::Expired { .. } => "expired",
        NoteKind::AcceptedTooLate => "accepted_too_late",
        _ => "other",
    }
}

fn hold(cause: &HoldCause) -> Value {
    let mut told = json!({ "code": cause.code(), "reason": cause.to_string() });
    if let HoldCause::Refused { error } | HoldCause::Setup { error } = cause {
        told["error"] = json!(error);
    }
    told
}

fn time(time: Timestamp) -> Value {
    json!(time.to_string())
}
