//! One bucket's account: what it is, and hour by hour what happened to it.

use std::fmt::{self, Write as _};

use meterproof::Timestamp;
use meterproof::usage::TagSet;
use meterproof_metering::{Bucket, State};

use super::sentence::{contents, sentence};
use super::text::{Plain, hour, quantity, units};

/// The account as text.
pub(super) fn account(bucket: &Bucket) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write(&mut text, bucket);
    text
}

fn write(text: &mut String, bucket: &Bucket) -> fmt::Result {
    let mut line = |name: &str, value: &dyn fmt::Display| writeln!(text, "{name:<10} {value}");
    let identity = bucket.key.identity();
    if let Some(license) = identity.license_arn() {
        line("license", license)?;
    }
    if let Some(product) = identity.product_code() {
        line("product", &Plain(product.as_str()))?;
    }
    if let Some(account) = identity.account() {
        line("account", account)?;
    }
    if let Some(customer) = identity.customer() {
        line("customer", &Plain(customer.as_str()))?;
    }
    line("dimension", &Plain(bucket.key.dimension().as_str()))?;
    line("hour", &hour(bucket.key.hour()))?;
    line("region", bucket.key.region())?;
    line("state", &state(bucket))?;
    line("quantity", &quantity(bucket))?;
    line("made of", &contents(&bucket.contents))?;
    line("attempts", &bucket.attempts)?;
    if let Some(due) = bucket.due_at {
        line("due", &due)?;
    }
    let pieces = bucket.contents.pieces();
    if pieces.len() > 1 || bucket.contents.pieces().any(|(tags, _)| *tags != TagSet::UNTAGGED) {
        for (tags, micros) in pieces {
            line("of which", &format!("{} with {}", units(micros), Plain(&tags.to_string())))?;
        }
    }
    history(text, bucket)
}

/// The notes under the hour they fall in.
fn history(text: &mut String, bucket: &Bucket) -> fmt::Result {
    let mut under: Option<Timestamp> = None;
    for note in &bucket.notes {
        let start = note.at.start_of_hour();
        if under != Some(start) {
            writeln!(text, "\n{}", hour(start))?;
            under = Some(start);
        }
        writeln!(text, "  {}  {}", time_of_day(note.at), Plain(&sentence(&note.kind, bucket)))?;
    }
    Ok(())
}

fn state(bucket: &Bucket) -> String {
    match &bucket.state {
        State::Open => "open".to_owned(),
        State::Frozen { .. } => "frozen".to_owned(),
        State::Settled { at, .. } => format!("settled at {at}"),
        State::Held { since, .. } => format!("held since {since}"),
        State::Conflict { theirs: Some(theirs), at, .. } => {
            format!("conflict at {at}, AWS has {theirs}")
        }
        State::Conflict { theirs: None, at, .. } => {
            format!("conflict at {at}, AWS has another quantity")
        }
        State::Expired { carried_to: Some(to), at, .. } => {
            format!("expired at {at}, carried to {}", hour(*to))
        }
        State::Expired { carried_to: None, at, .. } => format!("expired at {at}, not billed"),
    }
}

/// `10:02:00`, with milliseconds where there are any.
fn time_of_day(time: Timestamp) -> String {
    let text = time.to_string();
    let (_, time) = text.split_once('T').unwrap_or(("", &text));
    time.trim_end_matches('Z').to_owned()
}

#[cfg(test)]
mod tests {
    use meterproof::usage::{
        CustomerAwsAccountId, Dimension, Identity, LicenseArn, ProductCode, Quantity, UsageRecord,
    };
    use meterproof_metering::{
        BucketKey, ExpiryCause, HoldCause, Note, NoteKind, Region, TransientCause,
    };

    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_iso_8601(&format!("2026-11-21T{text}Z")).unwrap()
    }

    fn account_id() -> CustomerAwsAccountId {
        CustomerAwsAccountId::parse("444455556666").unwrap()
    }

    fn bucket(identity: Identity, dimension: &str, notes: Vec<(&str, NoteKind)>) -> Bucket {
        let region = Region::parse("us-east-1").unwrap();
        let dimension = Dimension::parse(dimension).unwrap();
        let key = BucketKey::new(region, identity, dimension, at("10:00:00"));
        let mut bucket = Bucket::open(key, at("11:10:00"), at("10:00:00"));
        bucket.notes = notes.into_iter().map(|(time, kind)| Note { at: at(time), kind }).collect();
        bucket
    }

    #[test]
    fn an_open_bucket_by_product_says_when_it_closes() {
        let product_code = ProductCode::parse("saas1").unwrap();
        let identity = Identity::Account { product_code, account: account_id() };
        let bucket = bucket(identity, "a\u{1b}[2J", vec![("10:00:00.250", NoteKind::Opened)]);
        assert_eq!(
            account(&bucket),
            "\
product    saas1
account    444455556666
dimension  a\\u{1b}[2J
hour       2026-11-21T10:00Z
region     us-east-1
state      open
quantity   0
made of    0 events
attempts   0
due        2026-11-21T11:10:00Z

2026-11-21T10:00Z
  10:00:00.250  opened
"
        );
    }

    #[test]
    fn what_a_person_must_know_is_said_in_whole_sentences() {
        let license =
            "arn:aws:license-manager::294406891311:license:l-00000000000000000000000000000001";
        let license_arn = LicenseArn::parse(license).unwrap();
        let identity = Identity::License { license_arn, account: account_id() };
        let throttled = TransientCause::Service { error: "ThrottlingException".into() };
        let denied = HoldCause::Setup { error: "AccessDeniedException".into() };
        let quantity = Quantity::whole(7).unwrap();
        let to = at("13:00:00");
        let mut bucket = bucket(
            identity.clone(),
            "users",
            vec![
                ("10:00:00", NoteKind::LicenseEnds { at: at("10:05:00") }),
                ("10:15:00", NoteKind::Frozen { quantity, rest: Some((to, 2_500_000)) }),
                ("10:15:01", NoteKind::Failed { cause: throttled, times: 3 }),
                ("10:15:02", NoteKind::Failed { cause: TransientCause::Unprocessed, times: 1 }),
                ("11:00:00", NoteKind::Held { cause: denied.clone(), times: 2 }),
                ("11:00:01", NoteKind::Released),
                ("11:00:02", NoteKind::Settled { metering_record_id: None }),
                ("11:00:03", NoteKind::Settled { metering_record_id: Some("id-1".into()) }),
                ("11:00:04", NoteKind::Conflict),
                (
                    "12:00:00",
                    NoteKind::Expired { cause: ExpiryCause::Unsent, carried_to: Some(to) },
                ),
                ("12:00:01", NoteKind::Expired { cause: ExpiryCause::Failing, carried_to: None }),
                ("12:00:02", NoteKind::AcceptedTooLate),
                ("12:00:03", NoteKind::Adopted { quantity }),
            ],
        );
        let dimension = Dimension::parse("users").unwrap();
        let record =
            UsageRecord::new(identity, dimension, at("10:05:00"), quantity, Vec::new()).unwrap();
        bucket.state = State::Held { record, cause: denied, since: at("11:00:00") };
        bucket.attempts = 6;
        let text = account(&bucket);
        let (head, history) = text.split_once("\n\n").unwrap();
        assert!(head.contains("\nstate      held since 2026-11-21T11:00:00Z\nquantity   7\n"));
        assert_eq!(
            history,
            "\
2026-11-21T10:00Z
  10:00:00  the license ends at 2026-11-21T10:05:00Z: the bucket closes early
  10:15:00  frozen into one record of 7, which never changes again: 0 events; 2.5 more than a record takes went on to 2026-11-21T13:00Z
  10:15:01  AWS answered ThrottlingException, 3 times in a row until now: that send billed nothing, the same bytes are sent again
  10:15:02  AWS left it unprocessed: that send billed nothing, the same bytes are sent again

2026-11-21T11:00Z
  11:00:00  held, 2 times in a row until now: AWS answers AccessDeniedException; check credentials, permission, region and product, it is tried again until its window closes
  11:00:01  released: the license is active
  11:00:02  settled: AWS has it
  11:00:03  settled: AWS has it, MeteringRecordId id-1
  11:00:04  conflict: AWS answered DuplicateRecord, though no send of this record can have arrived: something else has metered this hour, compare with AWS's report

2026-11-21T12:00Z
  12:00:00  expired: nothing was sent in time; its usage was carried to 2026-11-21T13:00Z
  12:00:01  expired: every attempt in its window failed; its usage stays unbilled
  12:00:02  AWS accepted the record after its usage had been carried to a later hour: it is billed twice unless somebody has it corrected
  12:00:03  taken in as a record of 7, summed up elsewhere
"
        );
    }
}
