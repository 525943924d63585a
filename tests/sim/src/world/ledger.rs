//! The engine's ledger: the memory ledger behind await points and faults, watched by the model.

use std::future::Future;

use meterproof::Timestamp;
use meterproof::usage::{LicenseArn, UsageRecord};
use meterproof_metering::{
    Added, Addition, Adopted, Bucket, BucketFilter, BucketKey, Cursor, Input, Ledger, LedgerError,
    License, LicenseEvent, Page, Place, Policy, State, Tally,
};

use super::World;
use crate::scenario::{Kind, MINUTE};
use crate::{Violation, model};

/// Every operation has an await point before it takes effect, one after it and, for a list of
/// things, at times one between each two: there a process crashes, others have their turn, the
/// operation fails.
pub(crate) struct SimLedger {
    world: World,
}

impl SimLedger {
    pub(super) fn new(world: World) -> Self {
        Self { world }
    }

    async fn point(&self, label: &'static str) -> Result<(), LedgerError> {
        let world = &self.world;
        world.sim.point(label).await;
        let is_down = world.passes_at(Kind::LedgerDown).is_some();
        let fails = !world.is_calm() && world.sim.chance(world.scenario.ledger_fault_rate);
        if is_down || fails {
            world.sim.count(if is_down { "fault.ledger_down" } else { "fault.ledger_error" });
            return Err(LedgerError::Unavailable { cause: format!("at {label}") });
        }
        Ok(())
    }

    /// One operation as a whole.
    async fn whole<T>(
        &self,
        label: &'static str,
        operation: impl Future<Output = Result<T, LedgerError>>,
    ) -> Result<T, LedgerError> {
        self.point(label).await?;
        let done = operation.await?;
        self.point(label).await?;
        Ok(done)
    }

    /// An operation on a list: all at once, or one by one.
    async fn each<I, O, F: Future<Output = Result<Vec<O>, LedgerError>>>(
        &self,
        label: &'static str,
        items: Vec<I>,
        operation: impl Fn(Vec<I>) -> F,
    ) -> Result<Vec<O>, LedgerError> {
        self.point(label).await?;
        let mut done = Vec::with_capacity(items.len());
        if items.len() > 1 && self.world.sim.chance(0.5) {
            for item in items {
                done.extend(operation(vec![item]).await?);
                self.point(label).await?;
            }
        } else {
            done = operation(items).await?;
            self.point(label).await?;
        }
        Ok(done)
    }

    /// Looks at a bucket as the ledger has it now.
    fn watch(&self, bucket: &Bucket) {
        let sim = &self.world.sim;
        sim.count(model::state_name(bucket.state.name()));
        if let Err(violation) = self.world.model().see(bucket) {
            sim.fail(violation);
        }
        if let State::Settled { record, .. } = &bucket.state {
            let aws = self.world.aws();
            let billed = aws.entry(&bucket.key).map(|entry| entry.quantity.millionths());
            if billed != Some(record.quantity().micros()) && !aws.is_foreign(&bucket.key) {
                sim.fail(Violation::new(
                    "settled means billed",
                    format!(
                        "the ledger says that {} is settled with {}, AWS has {billed:?} millionths",
                        bucket.key,
                        record.quantity(),
                    ),
                ));
            }
        }
    }
}

impl Ledger for SimLedger {
    fn place(&self) -> &Place {
        self.world.store.place()
    }

    fn policy(&self) -> &Policy {
        self.world.store.policy()
    }

    async fn add(
        &self,
        additions: Vec<Addition>,
        now: Timestamp,
    ) -> Result<Vec<Added>, LedgerError> {
        let (sim, store) = (&self.world.sim, &self.world.store);
        self.each("add", additions, |some| async move {
            let events: Vec<_> = some.iter().map(|one| one.event.clone()).collect();
            let added = store.add(some, now).await?;
            for (event, added) in events.iter().zip(&added) {
                sim.note("added", || format!("{} {added:?}", event.id()));
                if let Err(violation) = self.world.model().added(event, *added) {
                    sim.fail(violation);
                }
            }
            Ok(added)
        })
        .await
    }

    async fn adopt(
        &self,
        records: Vec<UsageRecord>,
        now: Timestamp,
    ) -> Result<Vec<Adopted>, LedgerError> {
        self.each("adopt", records, |some| async move {
            let adopted = self.world.store.adopt(some.clone(), now).await?;
            for (record, adopted) in some.iter().zip(&adopted) {
                self.world.sim.count(match adopted {
                    Adopted::Ours(_) => "adopted.ours",
                    Adopted::Other(_) => "adopted.other",
                });
                self.world.model().adopted(&self.place().region, record, adopted);
            }
            Ok(adopted)
        })
        .await
    }

    async fn open(&self, keys: Vec<BucketKey>, now: Timestamp) -> Result<usize, LedgerError> {
        self.whole("open", self.world.store.open(keys, now)).await
    }

    async fn apply(
        &self,
        inputs: Vec<(BucketKey, Input)>,
        now: Timestamp,
    ) -> Result<Vec<Option<Bucket>>, LedgerError> {
        let (sim, store) = (&self.world.sim, &self.world.store);
        self.each("apply", inputs, |some| async move {
            let noted: Vec<_> = some.clone();
            let after = store.apply(some, now).await?;
            for ((key, input), bucket) in noted.iter().zip(&after) {
                let Some(bucket) = bucket else { continue };
                sim.note("applied", || {
                    format!(
                        "{input:?} to {key}: {} {:?} due {:?}",
                        bucket.state.name(),
                        bucket.certainty,
                        bucket.due_at
                    )
                });
                self.watch(bucket);
            }
            Ok(after)
        })
        .await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Bucket>, LedgerError> {
        let found = self.whole("due", self.world.store.due(now, limit)).await?;
        // What became due a moment ago may be missing.
        let sim = &self.world.sim;
        let is_fresh = |bucket: &Bucket| {
            bucket.due_at.is_some_and(|due| now.unix_millis() - due.unix_millis() < MINUTE)
        };
        Ok(found.into_iter().filter(|bucket| !is_fresh(bucket) || !sim.chance(0.1)).collect())
    }

    async fn get(&self, keys: Vec<BucketKey>) -> Result<Vec<Option<Bucket>>, LedgerError> {
        self.whole("get", self.world.store.get(keys)).await
    }

    async fn unsettled_of(&self, license: &LicenseArn) -> Result<Vec<BucketKey>, LedgerError> {
        self.whole("unsettled_of", self.world.store.unsettled_of(license)).await
    }

    async fn list(
        &self,
        filter: &BucketFilter,
        after: Option<Cursor>,
    ) -> Result<Page, LedgerError> {
        self.whole("list", self.world.store.list(filter, after)).await
    }

    async fn tally(&self) -> Result<Tally, LedgerError> {
        self.whole("tally", self.world.store.tally()).await
    }

    async fn put_license(&self, event: &LicenseEvent) -> Result<License, LedgerError> {
        self.whole("put_license", self.world.store.put_license(event)).await
    }

    async fn licenses(&self) -> Result<Vec<License>, LedgerError> {
        self.whole("licenses", self.world.store.licenses()).await
    }

    async fn forget_events(&self, before: Timestamp) -> Result<u64, LedgerError> {
        self.whole("forget_events", self.world.store.forget_events(before)).await
    }
}
