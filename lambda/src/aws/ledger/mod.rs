//! The ledger in one DynamoDB table: the only folder that holds DynamoDB's types for it.
//!
//! # Items
//!
//! | `pk` | `sk` | holds |
//! |---|---|---|
//! | `event#<digest of source and id>` | `event` | fingerprint, hour, `expires_at` 48 hours after it was added |
//! | `bucket#<digest of the key>` | `head` | stage, version, index keys; while it is open the counters of untagged usage, afterwards the whole bucket as text |
//! | the same | `tags#<digest>` | the sum of one set of tags, while it is open |
//! | the same | `part#<digest>` | usage of more than 24 sets of tags, added at once |
//! | `shard<n>#bucket#<digest>` | `head`, `tags#…`, `part#…` | the same counters once more, of a bucket that is hot |
//! | `text#<digest>` | a number | a text too long for its item |
//! | `licenses` | the ARN | a license |
//! | `tally` | `00` to `15` | how many buckets are settled, in conflict, expired |
//! | `ledger` | `place` | the region and form of identity that the table was made for |
//!
//! Three indexes find heads without a scan, which would read all event ids: `due` by due time,
//! `unsettled` by license, `buckets` by hour. The first two hold unsettled buckets alone. Changing
//! counters touches none of them. Indexes lag a moment behind: what is found there is read again.
//!
//! # How keys spread
//!
//! DynamoDB gives each partition 1000 write units a second, and splits by partition key.
//!
//! - **One product with 10,000 customers.** A bucket's partition key is a digest of region,
//!   customer, dimension and hour, an event's a digest of its id: neither product nor time is a
//!   prefix, so the buckets of one product in one hour lie all over the table. The indexes
//!   by time have one of 16 numbers taken from the digest as partition key: each takes 16,000
//!   entries a second, and 10,000 customers that begin an hour at once need 10,000.
//! - **One customer with 10,000 events a second.** The ids spread as above. The counters of one
//!   bucket take 99 events in a transaction for 2 units, so full calls need about 100 transactions
//!   a second. Where transactions meet at the head, or a call brings more than three, the bucket
//!   gets shards (`shards.rs`): 4, then 16, each under a partition key of its own; an addition
//!   picks one at random. Sixteen take 8,000 transactions a second.
//!
//! # Additions
//!
//! One transaction holds the ids, each on condition that it is not there, and the counters, on
//! condition that the bucket is open. A refusal says which: a known id is a resend or a mistake by
//! its fingerprint, a bucket that is not open sends the event to its next hour. A conflict is
//! tried again, elsewhere and a little later. When an answer is lost the ids are known the next
//! time. Nothing is read for an addition that succeeds.
//!
//! # Closing
//!
//! An hour that ends passes a stage between open and frozen, in which nothing is added while the
//! counters are gathered (`close.rs`); to others it is open and due. Every stage may be repeated.
//! The frozen head and what it carries to another hour are one transaction, on condition of the
//! version that was read.
//!
//! # What it costs
//!
//! In write units (one for each KB of an item, two in a transaction); docs/metering-costs.md has
//! the measured tables.
//!
//! | operation | requests | write units |
//! |---|---|---|
//! | `add`, untagged | a transaction for up to 99 events of one bucket | 2 an event and 2 a transaction; 3 more at the indexes for a new bucket |
//! | `add`, tagged | the same, less the sums | 2 more for each set of tags touched |
//! | `open`, `adopt` | one a bucket | 1 a KB, and 3 at the indexes |
//! | `apply`, to a frozen bucket | 2 for up to 25 buckets | 2 a bucket and KB, and 2 at the indexes |
//! | `apply`, that ends an hour | 2 a bucket, and 1 for 100 | 3 and more by its KB, and 2 or 3 at the indexes |
//! | `due` | 16, and 1 for 100 buckets | |
//! | `list` | 2 a page of up to 100 | |
//! | `tally` | 17, and more where 10,000 or more are unsettled | |
//! | `put_license` | 2 | 1 |

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
    /// How often requests are tried again is the client's: clients of one process and region share
    /// one quota of retries, where they are not given their own.
    ///
    /// # Errors
    /// [`LedgerError::OtherPlace`] where the table holds another place's usage, and
    /// [`LedgerError::Unavailable`].
    pub async fn open(
        client: Client,
        table: impl Into<String>,
        place: Place,
        policy: Policy,
    ) -> Result<Self, LedgerError> {
        let ledger = Self { client, table: table.into(), place, policy, shards: Shards::default() };
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
