//! Ten thousand usage events through the agent into the bill, with faults and two crashes.

use std::time::Duration;

use meterproof::Timestamp;
use meterproof::usage::Quantity;
use serde_json::json;

use super::bill::Bill;
use super::postings::{self, Posting};
use super::producer::Producer;
use super::report::{self, Crashes};
use super::rig::Rig;
use super::usage::{self, Event, HOUR, HOURS};
use super::verdicts::Verdicts;
use super::{clock, disturbance};
use crate::error::FlowError;
use crate::progress::{Bar, Step};

/// The product of the flow.
pub const PRODUCT: &str = "flowproduct00000000000001";
const SEED: u64 = 20_261_121;
/// A run takes a minute; the limit is for machines that are busy with something else.
const PATIENCE: Duration = Duration::from_secs(900);
/// Between two looks at what changes by itself.
const POLL: Duration = Duration::from_millis(20);
/// In the middle of this posting the agent is killed.
const KILLED_POSTING: usize = 5;
/// When time has come for this posting, and the hour before is being sent, the agent is killed
/// once more.
const KILLED_SENDING: usize = 8;
/// Records of that hour that are billed before the crash, of almost three hundred.
const BILLED_BEFORE: usize = 50;

/// Puts the flow's product on sale.
///
/// # Errors
/// [`FlowError::Unexpected`] where the emulator does not take it.
pub async fn sell(rig: &Rig) -> Result<(), FlowError> {
    rig.emulator.post("/_emulator/products", &product()).await.map(drop)
}

/// Posts the usage hour by hour, waits until it is settled, and compares what was used with what
/// was billed. Returns the sum of what was used.
///
/// # Errors
/// [`FlowError::NotEqual`] with the first differences; [`FlowError::TimedOut`].
pub async fn meter(rig: &mut Rig) -> Result<Quantity, FlowError> {
    sell(rig).await?;
    disturbance::set(&rig.emulator).await?;
    let start = usage::start(clock::machine()?)?;
    let events = usage::make(start, SEED)?;
    let postings = postings::plan(&events, start, SEED + 1)?;
    let logs = rig.logs();
    let run = run(rig, &events, postings, start);
    let (verdicts, crashes) = tokio::time::timeout(PATIENCE, run)
        .await
        .map_err(|_| FlowError::TimedOut(format!("the bill is not complete; logs in {logs}")))??;
    let used = used(&events, &verdicts)?;
    report::report(rig, &used, &verdicts, &crashes).await?;
    disturbance::clear(&rig.emulator).await?;
    Ok(used.total())
}

async fn run(
    rig: &mut Rig,
    events: &[Event],
    postings: Vec<Posting>,
    start: Timestamp,
) -> Result<(Verdicts, Crashes), FlowError> {
    let step = Step::start(format!(
        "{} usage events of {HOURS} hours -> agent -> bill, with faults and two kills",
        events.len()
    ));
    let entries = postings.iter().flat_map(|posting| &posting.batches);
    let entries: usize = entries.map(|batch| batch.entries.len()).sum();
    let bar = Bar::new("events", u64::try_from(entries).unwrap_or(u64::MAX));
    rig.clock.set(&rig.emulator, start).await?;
    rig.agent.run().await?;
    let verdicts = Verdicts::new(events.len());
    let mut run = Run { rig, bar, verdicts, crashes: Crashes::default(), closed: start };
    for (number, posting) in postings.into_iter().enumerate() {
        run.pass_time(posting.at, number == KILLED_SENDING).await?;
        run.post(posting, number == KILLED_POSTING).await?;
    }
    let Run { rig, bar, verdicts, crashes, .. } = run;
    bar.finish(verdicts.given(), "all acknowledged");
    settle(rig, start, used(events, &verdicts)?.lines()).await?;
    step.done("nothing left to bill");
    Ok((verdicts, crashes))
}

struct Run<'a> {
    rig: &'a mut Rig,
    bar: Bar,
    verdicts: Verdicts,
    crashes: Crashes,
    /// Hours before this one are closed.
    closed: Timestamp,
}

impl Run<'_> {
    /// Makes it this time, and waits until the hours before have become records, which are being
    /// sent from then on. While the last hour's are, the agent may be killed.
    async fn pass_time(&mut self, now: Timestamp, kill: bool) -> Result<(), FlowError> {
        self.rig.clock.set(&self.rig.emulator, now).await?;
        if kill {
            while billed(self.rig).await?.lines_of(self.closed) < BILLED_BEFORE {
                tokio::time::sleep(POLL).await;
            }
            self.rig.agent.kill().await?;
            let billed = billed(self.rig).await?.lines_of(self.closed);
            self.crashes.sending = Some((self.closed, billed));
            self.bar.say(&format!(
                "kill -9 with {billed} records of {} billed and others on their way",
                self.closed
            ));
            self.rig.agent.run().await?;
        }
        let hour = now.start_of_hour();
        if hour > self.closed {
            while self.rig.has_buckets(&format!("state=open&to={hour}")).await? {
                tokio::time::sleep(POLL).await;
            }
            self.closed = hour;
        }
        Ok(())
    }

    /// Posts the batches of one time. In the middle of them, with requests under way, the agent
    /// may be killed.
    async fn post(&mut self, posting: Posting, kill: bool) -> Result<(), FlowError> {
        let Posting { at, batches } = posting;
        let total = batches.len();
        let agent = &mut self.rig.agent;
        let mut producer = Producer::start(&agent.url(), &agent.starts(), batches);
        let mut acknowledged = 0;
        while let Some(posted) = producer.next().await? {
            acknowledged += 1;
            let before = self.verdicts.take(&posted.batch, &posted.answer)?;
            if posted.unanswered > 0 {
                self.crashes.posted_again += 1;
                self.crashes.known_already += before;
            }
            self.bar.set(self.verdicts.given(), &at.to_string());
            if kill && acknowledged == total / 3 {
                agent.kill().await?;
                let say = format!("kill -9 with {acknowledged} of {total} requests acknowledged");
                self.bar.say(&say);
                agent.run().await?;
            }
        }
        Ok(())
    }
}

/// Lets time pass until nothing is left to bill, and makes it the machine's time.
async fn settle(rig: &Rig, start: Timestamp, lines: usize) -> Result<(), FlowError> {
    let count = |lines: usize| u64::try_from(lines).unwrap_or(u64::MAX);
    let mut bar = Bar::new("billed lines", count(lines));
    // The hour after the last one holds what came late, and closes ten minutes after its end.
    // Later minutes let backoffs end.
    for minute in 71..120 {
        let now = start.plus_seconds(HOURS * HOUR + minute * 60);
        let now = now.ok_or_else(|| FlowError::Setup("the calendar ends".to_owned()))?;
        rig.clock.set(&rig.emulator, now).await?;
        for _ in 0..50 {
            let billed = billed(rig).await?.lines();
            bar.set(count(billed), &now.to_string());
            if billed == lines {
                break;
            }
            tokio::time::sleep(POLL).await;
        }
        if !rig.has_buckets(UNSETTLED).await? {
            break;
        }
    }
    rig.clock.shift(&rig.emulator, 0).await?;
    while rig.has_buckets(UNSETTLED).await? {
        tokio::time::sleep(POLL).await;
    }
    bar.finish(count(billed(rig).await?.lines()), "all settled");
    Ok(())
}

const UNSETTLED: &str = "state=open,frozen,held";

/// What the emulator has billed of the flow's product.
pub async fn billed(rig: &Rig) -> Result<Bill, FlowError> {
    Bill::billed(&rig.emulator.get("/_emulator/ledger").await?, PRODUCT)
}

/// What was used, in the hours that the agent counts it in.
fn used(events: &[Event], verdicts: &Verdicts) -> Result<Bill, FlowError> {
    let mut used = Bill::default();
    for (event, hour) in events.iter().zip(verdicts.hours()?) {
        used.add(&usage::license(event.license), event.dimension, hour, event.quantity)?;
    }
    Ok(used)
}

/// A product by license with a buyer for each customer of the flow.
pub fn product() -> serde_json::Value {
    let customers: Vec<_> = (1..=usage::LICENSES)
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
