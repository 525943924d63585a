//! Looks at the agent's ledger and the emulator's, and says what belongs together.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use meterproof::Timestamp;
use meterproof_emulator::State;
use serde_json::Value;

use super::amount::Amount;
use super::bucket::{Bucket, Line, Stage};
use super::scene::Totals;
use super::tally::Tally;
use crate::error::FlowError;
use crate::http::Http;

/// Between two attempts at a moment in which nothing is under way.
const MOMENT: Duration = Duration::from_millis(15);
/// Attempts of one look. A post takes a few of them; where the agent is down, none succeeds.
const ATTEMPTS: usize = 8;

/// Everything in the ledger.
const ALL: &str = "";
/// All that may change.
const UNSETTLED: &str = "state=open,frozen,held,conflict,expired";

/// What is known of both ledgers.
pub struct Observer {
    agent: Http,
    emulator: State,
    product: &'static str,
    buckets: BTreeMap<Line, Arc<Bucket>>,
    /// Whether every bucket was read once, so that only changes need be.
    knows_all: bool,
}

/// What a look found.
pub struct Look {
    /// All buckets.
    pub buckets: BTreeMap<Line, Arc<Bucket>>,
    /// Whether the agent answered.
    pub agent_is_up: bool,
    /// Sums, where a moment was quiet enough for them to belong together.
    pub totals: Option<Totals>,
}

impl Observer {
    /// Of the agent at this URL and this emulator, for one product.
    pub fn new(agent_url: &str, emulator: State, product: &'static str) -> Self {
        let agent = Http::new(agent_url);
        Self { agent, emulator, product, buckets: BTreeMap::new(), knows_all: false }
    }

    /// Reads everything again at the next look: nobody has looked for a while.
    pub fn forget(&mut self) {
        self.knows_all = false;
    }

    /// Looks, until a moment was quiet or there was none for a while.
    pub async fn look(&mut self, tally: &Tally) -> Look {
        let mut agent_is_up = true;
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                tokio::time::sleep(MOMENT).await;
            }
            let before = tally.mark();
            if before.is_posting && agent_is_up {
                continue;
            }
            let billed = self.billed();
            agent_is_up = self.read().await.is_ok();
            self.join(&billed);
            let is_quiet = !before.is_posting && before == tally.mark() && billed == self.billed();
            if agent_is_up && is_quiet {
                let sum = billed.values().copied().sum();
                let totals = Totals::of(before.used, sum, before.events, self.buckets.values());
                return Look { buckets: self.buckets.clone(), agent_is_up, totals: Some(totals) };
            }
        }
        Look { buckets: self.buckets.clone(), agent_is_up, totals: None }
    }

    /// What the emulator has billed, line by line.
    fn billed(&self) -> BTreeMap<Line, Amount> {
        let service = self.emulator.service();
        let mut lines = BTreeMap::new();
        for (key, entry) in service.ledger().entries() {
            if key.product_code != self.product {
                continue;
            }
            let line = Line {
                hour: key.hour,
                license: key.license_arn.clone().unwrap_or_default(),
                dimension: key.dimension.clone(),
            };
            let amount = Amount::from_millionths(entry.quantity.millionths());
            *lines.entry(line).or_insert(Amount::ZERO) += amount;
        }
        lines
    }

    /// Brings the buckets up to date.
    async fn read(&mut self) -> Result<(), FlowError> {
        if !self.knows_all {
            for bucket in self.list(ALL).await? {
                self.put(bucket);
            }
            self.knows_all = true;
            return Ok(());
        }
        let unsettled = self.list(UNSETTLED).await?;
        // What was moving and is in this list no more has settled meanwhile.
        let gone = self.buckets.values().filter(|known| {
            known.stage != Stage::Settled
                && !unsettled.iter().any(|bucket| bucket.line == known.line)
        });
        let hours: Vec<Timestamp> = gone.map(|bucket| bucket.line.hour).collect();
        let settled = match (hours.iter().min(), hours.iter().max()) {
            (Some(first), Some(last)) => {
                let end = last.plus_seconds(1).unwrap_or(*last);
                self.list(&format!("state=settled&from={first}&to={end}")).await?
            }
            _ => Vec::new(),
        };
        for bucket in unsettled.into_iter().chain(settled) {
            self.put(bucket);
        }
        Ok(())
    }

    fn put(&mut self, bucket: Bucket) {
        let known = self.buckets.get(&bucket.line);
        let bucket = bucket.with_billed(known.and_then(|known| known.billed));
        if known.is_none_or(|known| **known != bucket) {
            self.buckets.insert(bucket.line.clone(), Arc::new(bucket));
        }
    }

    /// Notes at each bucket what is billed for its line.
    fn join(&mut self, billed: &BTreeMap<Line, Amount>) {
        for (line, bucket) in &mut self.buckets {
            let billed = billed.get(line).copied();
            if bucket.billed != billed {
                *bucket = Arc::new(bucket.with_billed(billed));
            }
        }
    }

    /// All pages of a query.
    async fn list(&self, query: &str) -> Result<Vec<Bucket>, FlowError> {
        let mut buckets = Vec::new();
        let mut after = String::new();
        loop {
            let page = self.agent.get(&format!("/v1/buckets?{query}{after}")).await?;
            let unreadable = || FlowError::Unexpected(format!("the agent's buckets: {page}"));
            let told = page.get("buckets").and_then(Value::as_array).ok_or_else(unreadable)?;
            for bucket in told {
                buckets.push(Bucket::read(bucket).ok_or_else(unreadable)?);
            }
            let Some(next) = page.get("next").and_then(Value::as_str) else { return Ok(buckets) };
            let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
            let and = if query.is_empty() { "" } else { "&" };
            after = format!("{and}after={next}");
        }
    }
}
