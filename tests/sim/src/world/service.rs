//! The engine's way to AWS: what leaves it is checked, then a network takes its time with it.

use meterproof::usage::{BatchMeterUsageRequest, Edition, Outcome, UsageRecord};
use meterproof_metering::{BucketKey, Certainty, Ledger, MeteringService, State};

use super::World;
use super::decide::{Fate, decide};
use crate::Violation;
use crate::executor::within;
use crate::scenario::{HOUR, MINUTE};

/// The service as a sender sees it.
pub(crate) struct SimService {
    world: World,
    /// Calls in any second, of all senders together.
    allowed: usize,
}

impl SimService {
    pub(crate) fn new(world: &World, allowed: usize) -> Self {
        Self { world: world.clone(), allowed }
    }

    /// What must hold whenever a call begins.
    async fn check(&self, request: &BatchMeterUsageRequest) -> Result<(), Violation> {
        self.check_rate()?;
        let region = &self.world.scenario.place.region;
        for record in request.records() {
            let key = BucketKey::of_record(region.clone(), record);
            self.check_frozen(&key, record).await?;
            self.check_window(&key, record)?;
            let bytes =
                serde_json::to_string(&(request.product_code().map(|code| code.as_str()), record))
                    .unwrap_or_default();
            let mut aws = self.world.aws();
            let first = aws.sent.entry(key.clone()).or_insert_with(|| bytes.clone());
            if *first != bytes {
                let figures = format!("{key} was sent as {first}, now as {bytes}");
                return Err(Violation::new("a resend has the same bytes", figures));
            }
        }
        Ok(())
    }

    fn check_rate(&self) -> Result<(), Violation> {
        let (now, mut aws) = (self.world.sim.millis(), self.world.aws());
        aws.calls.push_back(now);
        while aws.calls.front().is_some_and(|begun| now - begun >= 1_000) {
            aws.calls.pop_front();
        }
        if aws.calls.len() > self.allowed {
            let figures = format!(
                "{} calls within a second, {} are allowed: {:?}",
                aws.calls.len(),
                self.allowed,
                aws.calls
            );
            return Err(Violation::new("calls keep to the rate", figures));
        }
        Ok(())
    }

    async fn check_frozen(&self, key: &BucketKey, record: &UsageRecord) -> Result<(), Violation> {
        let frozen =
            |figures: String| Violation::new("nothing is sent that was not frozen", figures);
        let kept = self.world.store.get(vec![key.clone()]).await;
        let Some(bucket) = kept.ok().and_then(|mut kept| kept.pop()).flatten() else {
            return Err(frozen(format!("{key} is sent, the ledger has no such bucket")));
        };
        if bucket.record() != Some(record) {
            let kept = bucket.record().map(|record| record.quantity().to_string());
            let sent = record.quantity();
            return Err(frozen(format!(
                "{key} is sent with {sent} at {}, the ledger has {kept:?} frozen ({})",
                record.timestamp(),
                bucket.state.name()
            )));
        }
        let is_noted = bucket.attempts > 0
            && (bucket.certainty != Certainty::Unsent
                || !matches!(bucket.state, State::Frozen { .. } | State::Held { .. }));
        if !is_noted {
            let figures = format!(
                "{key} is sent, the ledger has {} attempts noted, {:?}",
                bucket.attempts, bucket.certainty
            );
            return Err(Violation::new("a send is noted before it begins", figures));
        }
        Ok(())
    }

    /// The service's own window, reckoned here once more.
    fn check_window(&self, key: &BucketKey, record: &UsageRecord) -> Result<(), Violation> {
        let (at, now) = (record.timestamp().unix_millis(), self.world.sim.millis());
        let edition = self.world.scenario.policy.rules.edition();
        let age = match edition {
            Edition::Of2019 => HOUR,
            Edition::Of2024 => 6 * HOUR,
            Edition::Current => 24 * HOUR - 1,
        };
        let month = self.world.sim.now().start_of_month().unix_millis();
        let is_closed = edition == Edition::Current && at < month && now - month >= 6 * HOUR;
        if now - at > age || at - now > 5 * MINUTE || is_closed {
            let figures = format!(
                "{key} with time {} is sent at {}",
                record.timestamp(),
                self.world.sim.now()
            );
            return Err(Violation::new("nothing outside the window is sent", figures));
        }
        Ok(())
    }
}

impl MeteringService for SimService {
    async fn batch_meter_usage(&self, request: &BatchMeterUsageRequest) -> Outcome {
        let (world, sim) = (&self.world, &self.world.sim);
        sim.count("calls");
        sim.note("call", || request.to_json());
        if let Err(violation) = self.check(request).await {
            sim.fail(violation);
        }
        sim.point("call").await;
        let fate = Fate::draw(world, request.records().len());
        let way = fate.arrives_late_by.unwrap_or_else(|| sim.draw(|random| random.i64(1..80)));
        let back = i64::try_from(fate.strike.latency_milliseconds).unwrap_or(0);
        let (net, body) = (world.clone(), request.to_json());
        let answer = sim.spawn(world.outside, "network", async move {
            net.sim.sleep_millis(way).await;
            let outcome = decide(&net, &body, &fate);
            net.sim.sleep_millis(back).await;
            outcome
        });
        let outcome = match within(answer, sim.sleep_millis(world.scenario.call_timeout)).await {
            Some(Ok(outcome)) => outcome,
            _ => Outcome::Unreachable { reason: "timeout".into() },
        };
        sim.note("outcome", || format!("{outcome:?}"));
        sim.point("called").await;
        outcome
    }
}
