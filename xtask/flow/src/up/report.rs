//! What a run came to: a table for people, and every way in which it may be wrong.

use meterproof::Timestamp;

use super::bill::Bill;
use super::disturbance;
use super::metering::billed;
use super::rig::Rig;
use super::usage::EVENTS;
use super::verdicts::Verdicts;
use crate::error::FlowError;

/// What the crashes met.
#[derive(Default)]
pub struct Crashes {
    /// Requests that got no answer and were posted again.
    pub posted_again: u64,
    /// Events of those that had been taken before the answer was lost.
    pub known_already: u64,
    /// The hour whose records were being sent, and how many of them were billed by then.
    pub sending: Option<(Timestamp, usize)>,
}

/// Prints used against billed, and what happened on the way.
///
/// # Errors
/// [`FlowError::NotEqual`] where they differ; [`FlowError::Unexpected`] where usage is held, or in
/// conflict, or expired, and where the run proves too little.
pub async fn report(
    rig: &Rig,
    used: &Bill,
    verdicts: &Verdicts,
    crashes: &Crashes,
) -> Result<(), FlowError> {
    let billed = billed(rig).await?;
    println!("\n    dimension     lines            used          billed");
    for line in used.by_dimension(&billed) {
        let mark = if line.used == line.billed { '=' } else { '!' };
        println!(
            "    {:<10} {:>8} {:>15} {mark} {:>13}",
            line.dimension,
            line.lines,
            line.used.to_string(),
            line.billed.to_string()
        );
    }
    let calls = disturbance::calls(&rig.emulator).await?;
    let hits = disturbance::hits(&rig.emulator).await?;
    let faults: Vec<String> = hits.iter().map(|(kind, hits)| format!("{kind} {hits}")).collect();
    let lines = u64::try_from(billed.lines()).unwrap_or(u64::MAX);
    let (hour, sent) = crashes.sending.ok_or_else(|| too_little("no crash while sending"))?;
    println!();
    println!(
        "    events          {EVENTS} in {} requests: {} added, {} late and carried, {} acknowledged when posted again",
        verdicts.requests(),
        verdicts.count("added"),
        verdicts.count("carried"),
        crashes.known_already
    );
    println!(
        "    duplicates      {}",
        verdicts.count("duplicate").saturating_sub(crashes.known_already)
    );
    println!("    refused         {}: {}", verdicts.refused(), verdicts.refusals());
    println!(
        "    first kill -9   {} requests unanswered, {} of their events durable already",
        crashes.posted_again, crashes.known_already
    );
    println!(
        "    second kill -9  {sent} of {} records of {hour} billed by then",
        used.lines_of(hour)
    );
    println!(
        "    BatchMeterUsage {} calls, {} records sent again",
        calls.made,
        calls.records.saturating_sub(lines)
    );
    println!("    faults injected {}", faults.join(", "));
    println!("    the page        {}", rig.page_url());
    judge(rig, used, &billed).await?;
    prove(verdicts, crashes, sent < used.lines_of(hour), &hits)?;
    println!("used={} billed={}", used.total(), billed.total());
    Ok(())
}

/// Whether the bill is the usage, and the agent's ledger says so too.
async fn judge(rig: &Rig, used: &Bill, billed: &Bill) -> Result<(), FlowError> {
    for state in ["open", "frozen", "held", "conflict", "expired"] {
        if rig.has_buckets(&format!("state={state}")).await? {
            return Err(FlowError::Unexpected(format!("the agent's ledger has {state} buckets")));
        }
    }
    let differences = used.differences(billed);
    if differences.is_empty() {
        return Ok(());
    }
    println!("used={} billed={}", used.total(), billed.total());
    let shown = differences.iter().take(10).cloned().collect::<Vec<_>>().join("\n    ");
    Err(FlowError::NotEqual(format!("{} lines differ:\n    {shown}", differences.len())))
}

/// Whether everything that can go wrong did.
fn prove(
    verdicts: &Verdicts,
    crashes: &Crashes,
    sending_was_cut: bool,
    hits: &[(String, u64)],
) -> Result<(), FlowError> {
    for word in ["carried", "duplicate", "event_id_taken"] {
        if verdicts.count(word) == 0 {
            return Err(too_little(&format!("no event was {word}")));
        }
    }
    if crashes.posted_again == 0 {
        return Err(too_little("the first crash left no request unanswered"));
    }
    if !sending_was_cut {
        return Err(too_little("the second crash came after the last record"));
    }
    match hits.iter().find(|(_, hits)| *hits == 0) {
        Some((kind, _)) => Err(too_little(&format!("no {kind} struck"))),
        None => Ok(()),
    }
}

fn too_little(what: &str) -> FlowError {
    FlowError::Unexpected(format!("{what}: the run proves too little"))
}
