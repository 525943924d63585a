//! A DynamoDB table as the ledgers' common suite wants it.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use meterproof::Timestamp;
use meterproof::usage::{LicenseArn, UsageRecord};
use meterproof_lambda::aws::DynamoDbLedger;
use meterproof_metering::conformance::{CrashPoint, Fixture};
use meterproof_metering::{
    Added, Addition, Adopted, Bucket, BucketFilter, BucketKey, Cursor, EVENT_RETENTION, Input,
    Ledger, LedgerError, License, LicenseEvent, Page, Place, Policy, Tally,
};

use crate::dynamodb::DynamoDb;
use crate::dynamodb::wire::Wire;

/// Tables.
pub struct Tables(pub DynamoDb);

/// One program's hold on a table.
pub struct Program {
    pub ledger: DynamoDbLedger,
    pub wire: Wire,
    pub client: Client,
    pub table: String,
}

impl Fixture for Tables {
    type Store = String;
    type Ledger = Program;

    async fn store(&self) -> String {
        self.0.table().await
    }

    async fn open(
        &self,
        table: &String,
        place: &Place,
        policy: &Policy,
    ) -> Result<Program, LedgerError> {
        let (client, wire) = self.0.client().await;
        let (place, policy) = (place.clone(), policy.clone());
        let ledger = DynamoDbLedger::open(client.clone(), table, place, policy).await?;
        Ok(Program { ledger, wire, client, table: table.clone() })
    }

    fn crash_at(&self, program: &Program, point: CrashPoint) {
        program.wire.crash_at(point);
    }

    fn has_crashed(&self, program: &Program) -> bool {
        program.wire.has_crashed()
    }
}

impl Program {
    /// All items of a partition.
    pub async fn partition(
        &self,
        pk: &str,
    ) -> Vec<std::collections::HashMap<String, AttributeValue>> {
        let found = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(pk.to_owned()))
            .into_paginator()
            .items()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await;
        found.unwrap()
    }

    /// All partition keys that begin so.
    pub async fn partitions(&self, prefix: &str) -> Vec<String> {
        let items = self
            .client
            .scan()
            .table_name(&self.table)
            .filter_expression("begins_with(pk, :prefix)")
            .expression_attribute_values(":prefix", AttributeValue::S(prefix.to_owned()))
            .into_paginator()
            .items()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await
            .unwrap();
        let mut pks: Vec<String> =
            items.iter().map(|item| item["pk"].as_s().unwrap().clone()).collect();
        pks.sort();
        pks.dedup();
        pks
    }

    /// Plays DynamoDB's own part: removes the items whose `expires_at` has come.
    async fn expire(&self, now: Timestamp) -> Result<u64, LedgerError> {
        let down = |_| LedgerError::Unavailable { cause: "Scan".into() };
        let expired = self
            .client
            .scan()
            .table_name(&self.table)
            .filter_expression("expires_at < :now")
            .expression_attribute_values(":now", AttributeValue::N(now.unix_seconds().to_string()))
            .into_paginator()
            .items()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await
            .map_err(down)?;
        let mut removed = 0;
        for item in expired {
            let delete = self.client.delete_item().table_name(&self.table);
            delete
                .key("pk", item["pk"].clone())
                .key("sk", item["sk"].clone())
                .send()
                .await
                .map_err(|_| LedgerError::Unavailable { cause: "DeleteItem".into() })?;
            removed += 1;
        }
        Ok(removed)
    }
}

impl Ledger for Program {
    fn place(&self) -> &Place {
        self.ledger.place()
    }

    fn policy(&self) -> &Policy {
        self.ledger.policy()
    }

    async fn add(
        &self,
        additions: Vec<Addition>,
        now: Timestamp,
    ) -> Result<Vec<Added>, LedgerError> {
        self.ledger.add(additions, now).await
    }

    async fn adopt(
        &self,
        records: Vec<UsageRecord>,
        now: Timestamp,
    ) -> Result<Vec<Adopted>, LedgerError> {
        self.ledger.adopt(records, now).await
    }

    async fn open(&self, keys: Vec<BucketKey>, now: Timestamp) -> Result<usize, LedgerError> {
        self.ledger.open(keys, now).await
    }

    async fn apply(
        &self,
        inputs: Vec<(BucketKey, Input)>,
        now: Timestamp,
    ) -> Result<Vec<Option<Bucket>>, LedgerError> {
        self.ledger.apply(inputs, now).await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Bucket>, LedgerError> {
        self.ledger.due(now, limit).await
    }

    async fn get(&self, keys: Vec<BucketKey>) -> Result<Vec<Option<Bucket>>, LedgerError> {
        self.ledger.get(keys).await
    }

    async fn unsettled_of(&self, license: &LicenseArn) -> Result<Vec<BucketKey>, LedgerError> {
        self.ledger.unsettled_of(license).await
    }

    async fn list(
        &self,
        filter: &BucketFilter,
        after: Option<Cursor>,
    ) -> Result<Page, LedgerError> {
        self.ledger.list(filter, after).await
    }

    async fn tally(&self) -> Result<Tally, LedgerError> {
        self.ledger.tally().await
    }

    async fn put_license(&self, event: &LicenseEvent) -> Result<License, LedgerError> {
        self.ledger.put_license(event).await
    }

    async fn licenses(&self) -> Result<Vec<License>, LedgerError> {
        self.ledger.licenses().await
    }

    /// The ledger leaves this to DynamoDB, which does it by the machine's time; here it is done at
    /// the time at which DynamoDB would.
    async fn forget_events(&self, before: Timestamp) -> Result<u64, LedgerError> {
        assert_eq!(self.ledger.forget_events(before).await, Ok(0));
        let retention = i64::try_from(EVENT_RETENTION.as_secs()).unwrap();
        self.expire(before.plus_seconds(retention).unwrap()).await
    }
}
