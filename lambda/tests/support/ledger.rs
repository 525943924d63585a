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
    /// Operations from this one on never end.
    last: AtomicUsize,
}

impl TestLedger {
    pub fn new(place: Place, policy: Policy) -> Self {
        Self {
            inner: MemoryLedger::new(place, policy),
            fails: Mutex::default(),
            operations: AtomicUsize::new(0),
            last: AtomicUsize::new(usize::MAX),
        }
    }

    pub fn fail_with(&self, error: Option<LedgerError>) {
        *self.fails.lock().unwrap() = error;
    }

    /// Whether operations never end.
    pub fn hang(&self, hangs: bool) {
        self.last.store(if hangs { 0 } else { usize::MAX }, Ordering::SeqCst);
    }

    /// Lets so many more operations end, the last one of them after its work: whoever waits for it
    /// can only be cut off.
    pub fn stop_after(&self, operations: usize) {
        let done = self.operations.load(Ordering::SeqCst);
        self.last.store(done + operations, Ordering::SeqCst);
    }

    pub fn go_on(&self) {
        self.hang(false);
    }

    /// Before an operation's work.
    async fn begin(&self) -> Result<(), LedgerError> {
        if self.operations.fetch_add(1, Ordering::SeqCst) >= self.last.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        self.fails.lock().unwrap().clone().map_or(Ok(()), Err)
    }

    /// After an operation's work.
    async fn end<T>(&self, answer: T) -> T {
        if self.operations.load(Ordering::SeqCst) >= self.last.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        answer
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
        self.begin().await?;
        self.end(self.inner.add(additions, now).await).await
    }

    async fn adopt(
        &self,
        records: Vec<UsageRecord>,
        now: Timestamp,
    ) -> Result<Vec<Adopted>, LedgerError> {
        self.begin().await?;
        self.end(self.inner.adopt(records, now).await).await
    }

    async fn open(&self, keys: Vec<BucketKey>, now: Timestamp) -> Result<usize, LedgerError> {
        self.begin().await?;
        self.end(self.inner.open(keys, now).await).await
    }

    async fn apply(
        &self,
        inputs: Vec<(BucketKey, Input)>,
        now: Timestamp,
    ) -> Result<Vec<Option<Bucket>>, LedgerError> {
        self.begin().await?;
        self.end(self.inner.apply(inputs, now).await).await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Bucket>, LedgerError> {
        self.begin().await?;
        self.end(self.inner.due(now, limit).await).await
    }

    async fn get(&self, keys: Vec<BucketKey>) -> Result<Vec<Option<Bucket>>, LedgerError> {
        self.begin().await?;
        self.end(self.inner.get(keys).await).await
    }

    async fn unsettled_of(&self, license: &LicenseArn) -> Result<Vec<BucketKey>, LedgerError> {
        self.begin().await?;
        self.end(self.inner.unsettled_of(license).await).await
    }

    async fn list(
        &self,
        filter: &BucketFilter,
        after: Option<Cursor>,
    ) -> Result<Page, LedgerError> {
        self.begin().await?;
        self.end(self.inner.list(filter, after).await).await
    }

    async fn tally(&self) -> Result<Tally, LedgerError> {
        self.begin().await?;
        self.end(self.inner.tally().await).await
    }

    async fn put_license(&self, event: &LicenseEvent) -> Result<License, LedgerError> {
        self.begin().await?;
        self.end(self.inner.put_license(event).await).await
    }

    async fn licenses(&self) -> Result<Vec<License>, LedgerError> {
        self.begin().await?;
        self.end(self.inner.licenses().await).await
    }

    async fn forget_events(&self, before: Timestamp) -> Result<u64, LedgerError> {
        self.begin().await?;
        self.end(self.inner.forget_events(before).await).await
    }
}
