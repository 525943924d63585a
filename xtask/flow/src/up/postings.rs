//! Which events are posted when, and in what company.
//!
//! Twice an hour what was used meanwhile is posted in batches. Some events come an hour or two
//! late, some come twice, and some batches hold an event that has to be refused while its
//! neighbours are taken.

use hyper::body::Bytes;
use meterproof::Timestamp;
use serde_json::{Value, json};

use super::usage::{Event, HOUR, HOURS, account, license};
use crate::error::FlowError;

/// Minutes of an hour at which usage is posted.
const MINUTES: [i64; 2] = [29, 58];
/// One in so many events is posted late.
const LATE: u32 = 30;
/// One in so many events is posted twice.
const TWICE: u32 = 15;
/// Events to be refused, each time.
const REFUSED: usize = 5;

/// What is posted at one time.
pub struct Posting {
    /// The time.
    pub at: Timestamp,
    /// The requests.
    pub batches: Vec<Batch>,
}

/// One request.
pub struct Batch {
    /// The body, the same however often it is posted.
    pub body: Bytes,
    /// What it holds, in its order.
    pub entries: Vec<Entry>,
}

/// One event of a request, and what has to become of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The usage's event of this index: counted, once.
    Event(usize),
    /// Refused with this code.
    Refused(&'static str),
}

/// The postings of six hours, and a last one for what is late then.
///
/// # Errors
/// [`FlowError::Setup`] where the calendar ends.
pub fn plan(events: &[Event], start: Timestamp, seed: u64) -> Result<Vec<Posting>, FlowError> {
    let mut random = fastrand::Rng::with_seed(seed);
    let times = times(start)?;
    let last = times.len() - 1;
    let mut posted: Vec<Vec<usize>> = vec![Vec::new(); times.len()];
    for (index, event) in events.iter().enumerate() {
        let on_time = times.partition_point(|at| *at < event.time).min(last);
        let late = random.u32(0..LATE) == 0;
        // Two postings later the event's hour has been closed for 18 minutes at least.
        let first = if late { (on_time + random.usize(2..=4)).min(last) } else { on_time };
        posted[first].push(index);
        if random.u32(0..TWICE) == 0 {
            posted[random.usize(first..=(first + 3).min(last))].push(index);
        }
    }
    let mut postings = Vec::with_capacity(times.len());
    for (number, at) in times.into_iter().enumerate() {
        let mut entries: Vec<(Entry, Value)> = posted[number]
            .iter()
            .map(|index| (Entry::Event(*index), events[*index].json()))
            .collect();
        // Once events have been taken, an id can be taken.
        let known = number.checked_sub(1).and_then(|before| posted[before].first());
        for kind in 0..REFUSED {
            let known = known.map(|index| &events[*index]);
            entries.push(refused(number * REFUSED + kind, at, known));
        }
        random.shuffle(&mut entries);
        postings.push(Posting { at, batches: batches(&mut random, entries) });
    }
    Ok(postings)
}

fn times(start: Timestamp) -> Result<Vec<Timestamp>, FlowError> {
    let mut minutes: Vec<i64> =
        (0..HOURS).flat_map(|hour| MINUTES.map(|minute| hour * 60 + minute)).collect();
    minutes.push(HOURS * 60 + MINUTES[0]);
    minutes
        .into_iter()
        .map(|minute| start.plus_seconds(minute * 60))
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| FlowError::Setup("the calendar ends".to_owned()))
}

fn batches(random: &mut fastrand::Rng, entries: Vec<(Entry, Value)>) -> Vec<Batch> {
    let mut entries = entries.into_iter().peekable();
    let mut batches = Vec::new();
    while entries.peek().is_some() {
        let (entries, events): (Vec<_>, Vec<_>) =
            entries.by_ref().take(random.usize(20..=60)).unzip();
        batches.push(Batch { body: Bytes::from(Value::Array(events).to_string()), entries });
    }
    batches
}

/// An event that nobody can bill, and the code it is refused with.
fn refused(number: usize, now: Timestamp, known: Option<&Event>) -> (Entry, Value) {
    let mut event = json!({
        "EventId": format!("refused-{number}"),
        "Timestamp": now.unix_seconds(),
        "LicenseArn": license(1),
        "CustomerAWSAccountId": account(1),
        "Dimension": "users",
        "Quantity": 1,
    });
    let code = match (number % 7, known) {
        (0, Some(known)) => {
            event = known.json();
            let usage = if event.get("data").is_some() { &mut event["data"] } else { &mut event };
            usage["Dimension"] = json!("another");
            "event_id_taken"
        }
        (1, _) => {
            event["EventId"] = Value::Null;
            "missing_member"
        }
        (2, _) => {
            event["Quantity"] = json!(-1);
            "quantity_negative"
        }
        (3, _) => {
            event["Quanttiy"] = json!(1);
            "unknown_member"
        }
        (4, _) => {
            event["LicenseArn"] = json!("l-1");
            "invalid_license_arn"
        }
        (5, _) => {
            event["LicenseArn"] = Value::Null;
            event["ProductCode"] = json!("flowproduct00000000000001");
            "other_identity_form"
        }
        _ => {
            event["Timestamp"] = json!(now.unix_seconds() + 2 * HOUR);
            "event_in_future"
        }
    };
    (Entry::Refused(code), event)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::super::usage::{self, EVENTS};
    use super::*;

    fn planned() -> (Timestamp, Vec<Event>, Vec<Posting>) {
        let start = Timestamp::parse_iso_8601("2026-11-21T02:00:00Z").unwrap();
        let events = usage::make(start, 7).unwrap();
        let postings = plan(&events, start, 8).unwrap();
        (start, events, postings)
    }

    fn entries(posting: &Posting) -> impl Iterator<Item = Entry> {
        posting.batches.iter().flat_map(|batch| batch.entries.iter().copied())
    }

    #[test]
    fn every_event_is_posted_and_none_before_it_happened() {
        let (_, events, postings) = planned();
        let mut times: BTreeMap<usize, usize> = BTreeMap::new();
        for posting in &postings {
            for entry in entries(posting) {
                if let Entry::Event(index) = entry {
                    assert!(events[index].time <= posting.at);
                    *times.entry(index).or_default() += 1;
                }
            }
        }
        assert_eq!(times.len(), EVENTS);
        let twice = times.values().filter(|times| **times == 2).count();
        assert!((500..900).contains(&twice), "{twice} twice");
    }

    #[test]
    fn some_events_come_after_their_hour_has_closed() {
        let (_, events, postings) = planned();
        let mut seen = BTreeSet::new();
        let mut late = 0;
        for posting in &postings {
            for entry in entries(posting) {
                let Entry::Event(index) = entry else { continue };
                let hour = events[index].time.start_of_hour();
                let closes = hour.plus_seconds(HOUR + 600).unwrap();
                late += usize::from(seen.insert(index) && posting.at > closes);
            }
        }
        assert!((200..500).contains(&late), "{late} late");
    }

    #[test]
    fn every_kind_of_refusal_comes_and_only_an_id_posted_before_is_taken() {
        let (_, _, postings) = planned();
        let codes: BTreeSet<_> = postings
            .iter()
            .flat_map(entries)
            .filter_map(|entry| match entry {
                Entry::Refused(code) => Some(code),
                Entry::Event(_) => None,
            })
            .collect();
        assert_eq!(codes.len(), 7, "{codes:?}");
        let first: Vec<_> = entries(&postings[0]).collect();
        assert!(!first.contains(&Entry::Refused("event_id_taken")));
    }
}
