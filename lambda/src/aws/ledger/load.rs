//! Reading items and whole buckets. Every read here is consistent.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::KeysAndAttributes;
use futures_util::{StreamExt, TryStreamExt, stream};
use meterproof_metering::{Bucket, BucketKey, LedgerError};

use super::DynamoDbLedger;
use super::call::{Patience, failed, unbuilt};
use super::head::{Head, Stage};
use super::item::name::PK;
use super::item::{Change, Condition, Item, key, string};
use super::keys::{self, HEAD};
use super::sums::Sums;

/// Requests of one operation that are under way at once.
pub(super) const AT_ONCE: usize = 16;

/// Keys that BatchGetItem takes at once.
const BATCH: usize = 100;

impl DynamoDbLedger {
    pub(super) async fn item(&self, pk: &str, sk: &str) -> Result<Option<Item>, LedgerError> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(key(pk, sk)));
        match Box::pin(get.consistent_read(true).send()).await {
            Ok(output) => Ok(output.item),
            Err(error) => Err(failed("GetItem", &error)),
        }
    }

    /// All items of a partition, in the order of their sort keys.
    pub(super) async fn partition(&self, pk: &str) -> Result<Vec<Item>, LedgerError> {
        let condition = Change::default().when(Condition::Is(PK, string(pk)));
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .set_key_condition_expression(condition.condition())
            .set_expression_attribute_names(condition.names())
            .set_expression_attribute_values(condition.values())
            .into_paginator()
            .items()
            .send();
        let mut items = Vec::new();
        while let Some(item) = pages.next().await {
            items.push(item.map_err(|error| failed("Query", &error))?);
        }
        Ok(items)
    }

    /// The heads of buckets, by partition key; one that is missing has no bucket.
    pub(super) async fn heads(
        &self,
        mut pks: Vec<String>,
    ) -> Result<HashMap<String, Head>, LedgerError> {
        pks.sort_unstable();
        pks.dedup();
        let mut heads = HashMap::with_capacity(pks.len());
        for item in self.some_items(pks.iter().map(|pk| key(pk, HEAD)).collect()).await? {
            let head = Box::pin(self.read_head(&item)).await?;
            heads.insert(head.pk.clone(), head);
        }
        Ok(heads)
    }

    /// The items of these keys, in any order. No key may come twice.
    pub(super) async fn some_items(&self, keys: Vec<Item>) -> Result<Vec<Item>, LedgerError> {
        let batches: Vec<Vec<Item>> = keys.chunks(BATCH).map(<[Item]>::to_vec).collect();
        let batches: Vec<Vec<Item>> = stream::iter(batches)
            .map(|batch| self.batch(batch))
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        Ok(batches.into_iter().flatten().collect())
    }

    async fn batch(&self, mut wanted: Vec<Item>) -> Result<Vec<Item>, LedgerError> {
        let mut found = Vec::with_capacity(wanted.len());
        let mut patience = Patience::new("BatchGetItem");
        while !wanted.is_empty() {
            let keys =
                KeysAndAttributes::builder().set_keys(Some(wanted)).consistent_read(true).build();
            let get = self.client.batch_get_item();
            let got = get.request_items(&self.table, keys.map_err(unbuilt)?).send();
            let mut output = Box::pin(got).await.map_err(|error| failed("BatchGetItem", &error))?;
            let items = output.responses.as_mut().and_then(|tables| tables.remove(&self.table));
            found.extend(items.unwrap_or_default());
            // More than 16 MB, or more than the table gives at once.
            let left = output.unprocessed_keys.as_mut().and_then(|keys| keys.remove(&self.table));
            wanted = left.map(|left| left.keys).unwrap_or_default();
            if !wanted.is_empty() {
                patience.wait().await?;
            }
        }
        Ok(found)
    }

    /// The buckets of these keys, in their order.
    pub(super) async fn buckets(
        &self,
        keys: Vec<BucketKey>,
    ) -> Result<Vec<Option<Bucket>>, LedgerError> {
        let pks: Vec<String> = keys.iter().map(keys::bucket).collect();
        let heads = self.heads(pks.clone()).await?;
        let mut buckets = HashMap::new();
        for bucket in self.whole_ones(heads.into_values().collect()).await? {
            buckets.insert(keys::bucket(&bucket.key), bucket);
        }
        Ok(pks.iter().map(|pk| buckets.get(pk).cloned()).collect())
    }

    /// Heads with the counters that stand elsewhere, in the order of the heads.
    pub(super) async fn whole_ones(&self, heads: Vec<Head>) -> Result<Vec<Bucket>, LedgerError> {
        let whole = |head| self.whole(head);
        stream::iter(heads).map(whole).buffered(AT_ONCE).try_collect().await
    }

    /// A bucket with all its counters, as they are while others may add to them.
    pub(super) async fn whole(&self, head: Head) -> Result<Bucket, LedgerError> {
        if head.is_whole() {
            return Ok(head.bucket);
        }
        let mut bucket = head.bucket;
        bucket.contents = Default::default();
        for sums in self.all_sums(&head.pk, head.shards).await? {
            bucket.contents.absorb(sums.contents);
        }
        // Where it froze meanwhile, its counters may have been removed while they were read.
        match self.heads(vec![head.pk.clone()]).await?.remove(&head.pk) {
            Some(now) if now.stage == Stage::Past => Ok(now.bucket),
            _ => Ok(bucket),
        }
    }

    pub(super) async fn all_sums(&self, pk: &str, shards: u8) -> Result<Vec<Sums>, LedgerError> {
        let read = |shard: u8| async move {
            let items = Box::pin(self.partition(&keys::shard(pk, shard))).await?;
            Box::pin(self.read_sums(&items)).await
        };
        stream::iter(0..shards).map(read).buffered(AT_ONCE).try_collect().await
    }
}
