//! Bugs in how a program keeps its usage.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use meterproof::Timestamp;
use meterproof::usage::{LicenseArn, UsageRecord};
use meterproof_metering::{
    Added, Addition, Adopted, Bucket, BucketFilter, BucketKey, Cursor, EventId, Input, Ledger,
    LedgerError, License, LicenseEvent, MemoryLedger, Page, Place, Policy, State, Tally,
    UsageEvent,
};

use super::Bug;
use crate::executor::lock;

/// The memory ledger, and a bug before it.
pub(crate) struct BuggyLedger {
    inner: MemoryLedger,
    bug: Option<Bug>,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    /// What was read on the first page, by hour.
    read: BTreeMap<Timestamp, BTreeSet<BucketKey>>,
    given_up: BTreeSet<BucketKey>,
    summed_again: BTreeSet<BucketKey>,
    sends: u64,
}

/// Buckets of one hour on a page.
const PAGE: usize = 2;

impl BuggyLedger {
    pub(crate) fn new(inner: MemoryLedger, bug: Option<Bug>) -> Self {
        Self { inner, bug, memory: Mutex::default() }
    }

    fn has(&self, bug: Bug) -> bool {
        self.bug == Some(bug)
    }

    /// Sums up a bucket's usage once more, into the current hour.
    async fn sum_again(&self, bucket: &Bucket, now: Timestamp) -> Result<(), LedgerError> {
        let Some(record) = bucket.record() else { return Ok(()) };
        {
            let summed_again = &mut lock(&self.memory).summed_again;
            // The new sum is not summed up in its turn.
            if !summed_again.insert(bucket.key.clone()) {
                return Ok(());
            }
            summed_again.insert(bucket.key.at(now));
        }
        let event = UsageEvent::new(
            EventId::new("summed-again", &bucket.key.to_string()).expect("a short text"),
            record.identity().clone(),
            record.dimension().clone(),
            record.quantity(),
            now,
            record.allocations().to_vec(),
        );
        let event = event.expect("a record's own allocations");
        self.inner.add(vec![Addition { event, hours: vec![now.start_of_hour()] }], now).await?;
        Ok(())
    }

    async fn apply_one(
        &self,
        key: BucketKey,
        input: Input,
        now: Timestamp,
    ) -> Result<Option<Bucket>, LedgerError> {
        let before = self.inner.get(vec![key.clone()]).await?.pop().flatten();
        let is_accepted = matches!(input, Input::Accepted { .. });
        if let Some(before) = before.filter(|before| matches!(before.state, State::Frozen { .. })) {
            if self.has(Bug::SummedAgain) && input == Input::SendStarted {
                self.sum_again(&before, now).await?;
            }
            if self.has(Bug::OutcomesForgotten) && is_accepted {
                let sends = {
                    let mut memory = lock(&self.memory);
                    memory.sends += 1;
                    memory.sends
                };
                // Every third run of the program ends before it has written what it knows.
                if sends % 3 == 0 {
                    self.sum_again(&before, now).await?;
                }
            }
        }
        if self.has(Bug::CredentialsFinal) && matches!(input, Input::Setup { .. }) {
            lock(&self.memory).given_up.insert(key.clone());
        }
        Ok(self.inner.apply(vec![(key, input)], now).await?.pop().flatten())
    }
}

impl Ledger for BuggyLedger {
    fn place(&self) -> &Place {
        self.inner.place()
    }

    fn policy(&self) -> &Policy {
        self.inner.policy()
    }

    async fn add(
        &self,
        additions: Vec<Addition>,
        now: Timestamp,
    ) -> Result<Vec<Added>, LedgerError> {
        if !self.has(Bug::LateDropped) {
            return self.inner.add(additions, now).await;
        }
        let mut added = Vec::with_capacity(additions.len());
        for addition in additions {
            let known = self.inner.add(vec![addition.clone()], now).await?;
            let own = addition.event.time().start_of_hour();
            added.extend(known.into_iter().map(|one| match one {
                Added::NoHour => Added::To(own),
                other => other,
            }));
        }
        Ok(added)
    }

    async fn adopt(
        &self,
        records: Vec<UsageRecord>,
        now: Timestamp,
    ) -> Result<Vec<Adopted>, LedgerError> {
        self.inner.adopt(records, now).await
    }

    async fn open(&self, keys: Vec<BucketKey>, now: Timestamp) -> Result<usize, LedgerError> {
        self.inner.open(keys, now).await
    }

    async fn apply(
        &self,
        inputs: Vec<(BucketKey, Input)>,
        now: Timestamp,
    ) -> Result<Vec<Option<Bucket>>, LedgerError> {
        if self.bug.is_none() {
            return self.inner.apply(inputs, now).await;
        }
        let mut after = Vec::with_capacity(inputs.len());
        for (key, input) in inputs {
            after.push(self.apply_one(key, input, now).await?);
        }
        Ok(after)
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Bucket>, LedgerError> {
        let mut found = self.inner.due(now, limit).await?;
        let memory = &mut *lock(&self.memory);
        found.retain(|bucket| !memory.given_up.contains(&bucket.key));
        if self.has(Bug::OnePage) {
            found.retain(|bucket| {
                let page = memory.read.entry(bucket.key.hour()).or_default();
                page.contains(&bucket.key) || (page.len() < PAGE && page.insert(bucket.key.clone()))
            });
        }
        Ok(found)
    }

    async fn get(&self, keys: Vec<BucketKey>) -> Result<Vec<Option<Bucket>>, LedgerError> {
        self.inner.get(keys).await
    }

    async fn unsettled_of(&self, license: &LicenseArn) -> Result<Vec<BucketKey>, LedgerError> {
        self.inner.unsettled_of(license).await
    }

    async fn list(
        &self,
        filter: &BucketFilter,
        after: Option<Cursor>,
    ) -> Result<Page, LedgerError> {
        self.inner.list(filter, after).await
    }

    async fn tally(&self) -> Result<Tally, LedgerError> {
        self.inner.tally().await
    }

    async fn put_license(&self, event: &LicenseEvent) -> Result<License, LedgerError> {
        self.inner.put_license(event).await
    }

    async fn licenses(&self) -> Result<Vec<License>, LedgerError> {
        self.inner.licenses().await
    }

    async fn forget_events(&self, before: Timestamp) -> Result<u64, LedgerError> {
        self.inner.forget_events(before).await
    }
}
