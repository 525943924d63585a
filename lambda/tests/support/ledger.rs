//! The ledger in memory, out of order when it is told to be.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use meterproof::Timestamp;
use meterproof::usage::{LicenseArn, UsageRecord};
use meterproof_metering::{
    Added, Addition, Adopted, Bucket, BucketFilter, BucketKey, Cursor, Input, Ledger, LedgerError,
    License, LicenseEvent, MemoryLedger, Page, Place, Policy, Tally,
};

pub struct TestLedger {
    inner: MemoryLedger,
    /// Every operation fails with this.
    pub fails: Mutex<Option<LedgerError>>,
    /// Operations so far.
    pub operations: AtomicUsize,
}

impl TestLedger {
    pub fn new(place: Place, policy: Policy) -> Self {
        Self {
            inner: MemoryLedger::new(place, policy),
            fails: Mutex::default(),
            operations: AtomicUsize::new(0),
        }
    }

    pub fn fail_with(&self, error: Option<LedgerError>) {
        *self.fails.lock().unwrap() = error;
    }

    /// Fails, or passes time at an await point as a network would: where a caller is cut off, it
    /// is cut off here.
    async fn operate(&self) -> Result<(), LedgerError> {
        self.operations.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        self.fails.lock().unwrap().clone().map_or(Ok(()), Err)
    }
}

impl Ledger for TestLedger {
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
        self.operate().await?;
        self.inner.add(additions, now).await
    }

    async fn adopt(
        &self,
        records: Vec<UsageRecord>,
        now: Timestamp,
    ) -> Result<Vec<Adopted>, LedgerError> {
        self.operate().await?;
        self.inner.adopt(records, now).await
    }

    async fn open(&self, keys: Vec<BucketKey>, now: Timestamp) -> Result<usize, LedgerError> {
        self.operate().await?;
        self.inner.open(keys, now).await
    }

    async fn apply(
        &self,
        inputs: Vec<(BucketKey, Input)>,
        now: Timestamp,
    ) -> Result<Vec<Option<Bucket>>, LedgerError> {
        self.operate().await?;
        self.inner.apply(inputs, now).await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Bucket>, LedgerError> {
        self.operate().await?;
        self.inner.due(now, limit).await
    }

    async fn get(&self, keys: Vec<BucketKey>) -> Result<Vec<Option<Bucket>>, LedgerError> {
        self.operate().await?;
        self.inner.get(keys).await
    }

    async fn unsettled_of(&self, license: &LicenseArn) -> Result<Vec<BucketKey>, LedgerError> {
        self.operate().await?;
        self.inner.unsettled_of(license).await
    }

    async fn list(
        &self,
        filter: &BucketFilter,
        after: Option<Cursor>,
    ) -> Result<Page, LedgerError> {
        self.operate().await?;
        self.inner.list(filter, after).await
    }

    async fn tally(&self) -> Result<Tally, LedgerError> {
        self.operate().await?;
        self.inner.tally().await
    }

    async fn put_license(&self, event: &LicenseEvent) -> Result<License, LedgerError> {
        self.operate().await?;
        self.inner.put_license(event).await
    }

    async fn licenses(&self) -> Result<Vec<License>, LedgerError> {
        self.operate().await?;
        self.inner.licenses().await
    }

    async fn forget_events(&self, before: Timestamp) -> Result<u64, LedgerError> {
        self.operate().await?;
        self.inner.forget_events(before).await
    }
}
