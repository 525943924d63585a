//! The seller's software: posts a little usage at a time, for as long as somebody watches.

use std::time::Duration;

use hyper::body::Bytes;
use serde_json::Value;
use tokio::sync::watch;

use super::super::postings::{Batch, Entry};
use super::super::producer::{Posted, Producer};
use super::super::usage::{self, DIMENSIONS, Event, HOUR};
use super::amount::Amount;
use super::journal::Tone;
use super::shared::Shared;
use crate::error::FlowError;

/// Customers that use the product now.
pub const CUSTOMERS: u32 = 5;
/// Dimensions they use it in.
const USED: usize = 3;
/// Between two posts: two or three events a second.
const PAUSE: Duration = Duration::from_millis(600);
/// One post in so many is made twice, as by software that is not sure.
const TWICE: u32 = 10;
/// One event in so many happened in an hour that is closed.
const LATE: u32 = 60;

/// Posts usage. Never ends.
pub async fn sell(shared: &Shared, starts: watch::Receiver<u32>) {
    let mut random = fastrand::Rng::new();
    let mut number = 0_u64;
    let mut flows = shared.flows.subscribe();
    loop {
        // Its sender lives as long as this.
        let _ = flows.wait_for(|flows| *flows).await;
        shared.watched().await;
        if let Err(error) = post(shared, &starts, &mut random, &mut number).await {
            shared.tally.acknowledge(Amount::ZERO, 0);
            shared.write(Tone::Trouble, format!("the agent did not take usage: {error}"));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn post(
    shared: &Shared,
    starts: &watch::Receiver<u32>,
    random: &mut fastrand::Rng,
    number: &mut u64,
) -> Result<(), FlowError> {
    let mut events = Vec::new();
    for _ in 0..random.usize(1..=2) {
        *number += 1;
        events.push(event(shared, random, *number)?);
    }
    let bodies: Vec<Value> = events.iter().map(Event::json).collect();
    let body = Bytes::from(Value::Array(bodies).to_string());
    let entries: Vec<Entry> = (0..events.len()).map(Entry::Event).collect();
    let amounts: Vec<Amount> =
        events.iter().map(|event| Amount::from_millionths(event.quantity.micros())).collect();

    shared.tally.post();
    // From here on a pause waits for the end of this post; one that came before is kept.
    if !*shared.flows.borrow() {
        shared.tally.acknowledge(Amount::ZERO, 0);
        return Ok(());
    }
    let posted = exchange(shared, starts, &body, &entries).await?;
    let counted = read(&posted, amounts.len())?;
    // A new id that is known already was taken before its answer got lost.
    let used: Amount = counted.iter().filter_map(|at| amounts.get(*at)).copied().sum();
    let events = u64::try_from(counted.len()).unwrap_or(u64::MAX);
    shared.tally.acknowledge(used, events);
    if posted.unanswered > 0 {
        let known = posted.answer.matches("\"duplicate\"").count();
        shared.write(
            Tone::Good,
            format!(
                "a post got no answer and was made again: of its {events} events {known} had been on disk before, each counts once"
            ),
        );
    }
    if random.u32(0..TWICE) == 0 {
        shared.tally.post();
        let again = exchange(shared, starts, &body, &entries).await;
        shared.tally.acknowledge(Amount::ZERO, 0);
        again?;
    }
    Ok(())
}

async fn exchange(
    shared: &Shared,
    starts: &watch::Receiver<u32>,
    body: &Bytes,
    entries: &[Entry],
) -> Result<Posted, FlowError> {
    let batch = Batch { body: body.clone(), entries: entries.to_vec() };
    let mut producer = Producer::start(&shared.agent_url, starts, vec![batch]);
    let posted = producer.next().await?;
    posted.ok_or_else(|| FlowError::Unexpected("a batch was not posted".to_owned()))
}

/// The events that count.
fn read(posted: &Posted, events: usize) -> Result<Vec<usize>, FlowError> {
    let unreadable = || FlowError::Unexpected(format!("the agent answered {}", posted.answer));
    let answer: Value = serde_json::from_str(&posted.answer).map_err(|_| unreadable())?;
    let verdicts = answer.get("verdicts").and_then(Value::as_array);
    let verdicts = verdicts.filter(|verdicts| verdicts.len() == events).ok_or_else(unreadable)?;
    let counts = |verdict: &Value| {
        let word = verdict.get("verdict").and_then(Value::as_str);
        matches!(word, Some("added" | "carried" | "duplicate"))
    };
    Ok((0..events).filter(|at| verdicts.get(*at).is_some_and(counts)).collect())
}

/// A use of the product at this moment, or once in a while in an hour that is closed.
fn event(shared: &Shared, random: &mut fastrand::Rng, number: u64) -> Result<Event, FlowError> {
    let now = shared.clock.now()?;
    let late = if random.u32(0..LATE) == 0 { 2 * HOUR } else { 0 };
    let time = now.plus_seconds(-late).unwrap_or(now);
    Ok(Event {
        id: format!("live-{number}"),
        license: random.u32(1..=CUSTOMERS),
        dimension: DIMENSIONS[random.usize(..USED)],
        time,
        quantity: usage::quantity(random)?,
        tenant: None,
    })
}
