//! The ledger in one DynamoDB table: the only folder that holds DynamoDB's types for it.

mod add;
mod adopt;
mod apply;
mod call;
mod close;
mod head;
mod item;
mod keys;
mod licenses;
mod load;
mod place;
mod query;
mod shards;
mod sums;
mod texts;

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use meterproof::Timestamp;
use meterproof::usage::{LicenseArn, UsageRecord};
use meterproof_metering::{
    Added, Addition, Adopted, Bucket, BucketFilter, BucketKey, Cursor, Input, Ledger, LedgerError,
    License, LicenseEvent, Page, Place, Policy, Tally,
};

use shards::Shards;

/// A ledger in one DynamoDB table, which exists.
#[derive(Debug)]
pub struct DynamoDbLedger {
    client: Client,
    table: String,
    place: Place,
    policy: Policy,
    shards: Shards,
}

impl DynamoDbLedger {
    /// Opens the ledger in the table named `table`; an empty table becomes a ledger of `place`.
    ///
    /// # Errors
    /// [`LedgerError::OtherPlace`] where the table holds another place's usage, and
    /// [`LedgerError::Unavailable`].
    pub async fn open(
        config: &SdkConfig,
        table: impl Into<String>,
        place: Place,
        policy: Policy,
    ) -> Result<Self, LedgerError> {
        let (client, table) = (Client::new(config), table.into());
        let ledger = Self { client, table, place, policy, shards: Shards::default() };
        ledger.check_place().await?;
        Ok(ledger)
    }
}

impl Ledger for DynamoDbLedger {
    fn place(&self) -> &Place {
        &self.place
    }

    fn policy(&self) -> &Policy {
        &self.policy
    }

    async fn add(
        &self,
        additions: Vec<Addition>,
        now: Timestamp,
    ) -> Result<Vec<Added>, LedgerError> {
        self.add_events(additions, now).await
    }

    async fn adopt(
        &self,
        records: Vec<UsageRecord>,
        now: Timestamp,
    ) -> Result<Vec<Adopted>, LedgerError> {
        self.adopt_records(records, now).await
    }

    async fn open(&self, keys: Vec<BucketKey>, now: Timestamp) -> Result<usize, LedgerError> {
        self.open_buckets(keys, now).await
    }

    async fn apply(
        &self,
        inputs: Vec<(BucketKey, Input)>,
        now: Timestamp,
    ) -> Result<Vec<Option<Bucket>>, LedgerError> {
        self.apply_inputs(inputs, now).await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Bucket>, LedgerError> {
        self.due_buckets(now, limit).await
    }

    async fn get(&self, keys: Vec<BucketKey>) -> Result<Vec<Option<Bucket>>, LedgerError> {
        self.buckets(keys).await
    }

    async fn unsettled_of(&self, license: &LicenseArn) -> Result<Vec<BucketKey>, LedgerError> {
        self.unsettled_keys(license).await
    }

    async fn list(
        &self,
        filter: &BucketFilter,
        after: Option<Cursor>,
    ) -> Result<Page, LedgerError> {
        self.list_buckets(filter, after).await
    }

    async fn tally(&self) -> Result<Tally, LedgerError> {
        self.tally_buckets().await
    }

    async fn put_license(&self, event: &LicenseEvent) -> Result<License, LedgerError> {
        self.note_license(event).await
    }

    async fn licenses(&self) -> Result<Vec<License>, LedgerError> {
        self.all_licenses().await
    }

    /// DynamoDB removes an id by itself, some time after it was kept for long enough; until then
    /// it goes on being known, which is as safe. So there is nothing to do here.
    async fn forget_events(&self, _before: Timestamp) -> Result<u64, LedgerError> {
        Ok(0)
    }
}
