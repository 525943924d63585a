//! A thousand usage records through the queue and forward_usage into the ledger, with faults.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use super::bill::Bill;
use super::rig::{DEAD_LETTER_QUEUE, REJECTS_QUEUE, Rig, USAGE_QUEUE};
use super::usage::{self, Usage};
use super::{disturbance, now};
use crate::error::FlowError;
use crate::progress::{Bar, Step};

const PRODUCT: &str = "flowproduct00000000000001";
const SEED: u64 = 20_261_121;
/// A run takes seconds; the limit is for machines that are busy with something else.
const PATIENCE: Duration = Duration::from_secs(900);

/// Sends the usage, waits until it is settled, and compares what was used with what was billed.
///
/// # Errors
/// [`FlowError::NotEqual`] with the first differences; [`FlowError::TimedOut`].
pub async fn meter(rig: &Rig) -> Result<(), FlowError> {
    let usage = usage::make(now()?, SEED)?;
    rig.emulator.post("/_emulator/products", &product()).await?;
    disturbance::set(&rig.emulator).await?;
    let step = Step::start(format!(
        "{} usage records -> queue -> forward_usage -> ledger, with faults",
        usage.records.len()
    ));
    for message in &usage.messages {
        rig.broker.send(USAGE_QUEUE, message.clone(), BTreeMap::new()).map_err(unexpected)?;
    }
    let messages = usage.messages.len();
    tokio::time::timeout(PATIENCE, drained(rig, messages)).await.map_err(|_| {
        FlowError::TimedOut(format!("the usage queue is not empty; logs in {}", rig.logs()))
    })??;
    step.done(format!("{messages} messages settled"));
    report(rig, &usage).await
}

/// Waits until no message is left on the usage queue.
async fn drained(rig: &Rig, messages: usize) -> Result<(), FlowError> {
    let total = u64::try_from(messages).map_err(unexpected)?;
    let mut bar = Bar::new("messages", total);
    let mut changes = rig.broker.subscribe();
    loop {
        changes.borrow_and_update();
        let counts = rig.broker.counts(USAGE_QUEUE).map_err(unexpected)?;
        let note = format!("{} handed back and delivered again", counts.redelivered);
        if counts.visible == 0 && counts.in_flight == 0 {
            bar.finish(counts.deleted, &note);
            return Ok(());
        }
        bar.set(counts.deleted, &note);
        changes.changed().await.map_err(unexpected)?;
    }
}

/// Prints used against billed, and what happened on the way. Fails where they differ.
async fn report(rig: &Rig, usage: &Usage) -> Result<(), FlowError> {
    let used = Bill::used(&usage.records)?;
    let billed = Bill::billed(&rig.emulator.get("/_emulator/ledger").await?, PRODUCT)?;
    println!("\n    dimension   records            used          billed");
    for line in used.by_dimension(&billed) {
        let mark = if line.used == line.billed { '=' } else { '!' };
        println!(
            "    {:<10} {:>8} {:>15} {mark} {:>13}",
            line.dimension,
            line.records,
            line.used.to_string(),
            line.billed.to_string()
        );
    }
    let calls = disturbance::calls(&rig.emulator).await?;
    let hits = disturbance::hits(&rig.emulator).await?;
    let faults: Vec<String> = hits.iter().map(|(kind, hits)| format!("{kind} {hits}")).collect();
    let function = rig.forward_usage.counts();
    let queue = rig.broker.counts(USAGE_QUEUE).map_err(unexpected)?;
    let records = u64::try_from(usage.records.len()).map_err(unexpected)?;
    println!();
    println!("    messages        {} ({} of them twice)", usage.messages.len(), usage::REPEATS);
    println!("    invocations     {}, {} failed", function.invocations, function.failures);
    println!("    BatchMeterUsage {} calls", calls.made);
    println!("    faults injected {}", faults.join(", "));
    println!(
        "    retries         {} records sent again, {} messages delivered again",
        calls.records.saturating_sub(records),
        queue.redelivered
    );
    println!("    the page        {}", rig.page_url());
    disturbance::clear(&rig.emulator).await?;
    judge(rig, &used, &billed, &hits)?;
    println!("used={} billed={}", used.total(), billed.total());
    Ok(())
}

fn judge(rig: &Rig, used: &Bill, billed: &Bill, hits: &[(String, u64)]) -> Result<(), FlowError> {
    for queue in [REJECTS_QUEUE, DEAD_LETTER_QUEUE] {
        let left = rig.broker.peek(queue).map_err(unexpected)?;
        if let Some(message) = left.first() {
            let what = format!("{} messages in {queue}, one is {message:?}", left.len());
            return Err(FlowError::Unexpected(what));
        }
    }
    if let Some(failure) = rig.failed_batches().first() {
        let what = format!("a batch failed as a whole: {failure}; logs in {}", rig.logs());
        return Err(FlowError::Unexpected(what));
    }
    if let Some((kind, _)) = hits.iter().find(|(_, hits)| *hits == 0) {
        return Err(FlowError::Unexpected(format!("no {kind} struck: the run proves too little")));
    }
    let differences = used.differences(billed);
    if differences.is_empty() {
        return Ok(());
    }
    println!("used={} billed={}", used.total(), billed.total());
    let shown = differences.iter().take(10).cloned().collect::<Vec<_>>().join("\n    ");
    Err(FlowError::NotEqual(format!("{} lines differ:\n    {shown}", differences.len())))
}

/// A product by license with a buyer for each customer of the flow.
fn product() -> serde_json::Value {
    let customers: Vec<_> = (1..=usage::CUSTOMERS)
        .map(|number| {
            json!({ "account": usage::account(number), "licenseArn": usage::license(number) })
        })
        .collect();
    json!({
        "productCode": PRODUCT,
        "kind": "saas",
        "dimensions": usage::DIMENSIONS,
        "customers": customers,
    })
}

fn unexpected(error: impl std::fmt::Display) -> FlowError {
    FlowError::Unexpected(error.to_string())
}
