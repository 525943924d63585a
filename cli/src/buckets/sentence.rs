//! What happened to a bucket, in plain sentences.

use meterproof_metering::{Bucket, Contents, NoteKind};

use super::text::{count, hour, units};

/// A note's sentence. `bucket` is the one it is of.
pub(super) fn sentence(kind: &NoteKind, bucket: &Bucket) -> String {
    match kind {
        NoteKind::Opened => "opened".to_owned(),
        NoteKind::Adopted { quantity } => {
            format!("taken in as a record of {quantity}, summed up elsewhere")
        }
        NoteKind::Frozen { quantity, rest } => {
            let mut text = format!(
                "frozen into one record of {quantity}, which never changes again: {}",
                contents(&bucket.contents)
            );
            if let Some((to, micros)) = rest {
                let amount = units(*micros);
                text.push_str(&format!(
                    "; {amount} more than a record takes went on to {}",
                    hour(*to)
                ));
            }
            text
        }
        NoteKind::SendStarted => "sent to AWS".to_owned(),
        NoteKind::Failed { cause, times } => {
            let often = often(*times);
            if cause.rules_out_billing() {
                format!("{cause}{often}: that send billed nothing, the same bytes are sent again")
            } else {
                format!("{cause}{often}: AWS may have the record, so the same bytes are sent again")
            }
        }
        NoteKind::Held { cause, times } => format!("held{}: {cause}", often(*times)),
        NoteKind::Released => "released: the license is active".to_owned(),
        NoteKind::LicenseEnds { at } => {
            format!("the license ends at {at}: the bucket closes early")
        }
        NoteKind::Settled { metering_record_id: Some(id) } => {
            format!("settled: AWS has it, MeteringRecordId {id}")
        }
        NoteKind::Settled { metering_record_id: None } => "settled: AWS has it".to_owned(),
        NoteKind::SettledByResend => {
            "settled: AWS answered DuplicateRecord to the identical resend, so it has this record from an earlier send".to_owned()
        }
        NoteKind::Conflict => {
            "conflict: AWS answered DuplicateRecord, though no send of this record can have arrived: something else has metered this hour, compare with AWS's report".to_owned()
        }
        NoteKind::Expired { cause, carried_to } => {
            let usage = match carried_to {
                Some(to) => format!("its usage was carried to {}", hour(*to)),
                None => "its usage stays unbilled".to_owned(),
            };
            format!("expired: {cause}; {usage}")
        }
        NoteKind::AcceptedTooLate => {
            "AWS accepted the record after its usage had been carried to a later hour: it is billed twice unless somebody has it corrected".to_owned()
        }
        // A ledger of a newer version may hold more.
        _ => "something that this version has no words for".to_owned(),
    }
}

/// What a bucket was made of: `4 events, and of the sum 5 is late usage carried in from 2026-11-21T09:00Z`.
pub(super) fn contents(contents: &Contents) -> String {
    let mut text = count(contents.events(), "event", "events");
    let carried = carried(contents);
    if !carried.is_empty() {
        text.push_str(&format!(", and of the sum {}", carried.join(" and ")));
    }
    text
}

/// What was carried in, a phrase for each hour it came from.
fn carried(contents: &Contents) -> Vec<String> {
    let phrase = |(from, micros): (&meterproof::Timestamp, &u128)| {
        format!("{} is late usage carried in from {}", units(*micros), hour(*from))
    };
    contents.carried().iter().map(phrase).collect()
}

fn often(times: u32) -> String {
    if times == 1 { String::new() } else { format!(", {times} times in a row until now") }
}
