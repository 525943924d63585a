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
