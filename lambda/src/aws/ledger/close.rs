//! From counters to a bucket that nobody adds to any more.
//!
//! 1. The head is marked closing: nothing is added to it, and no shard is opened.
//! 2. Every further shard is marked closed.
//! 3. All sums are read, until each shard's head and the items beside it agree.
//!
//! Each stage may be repeated, by this process or another: what the bucket holds no longer
//! changes. What it becomes is written by the caller, on condition of the version read here.

use aws_sdk_dynamodb::types::{DeleteRequest, ReturnValue, WriteRequest};
use futures_util::{StreamExt, TryStreamExt, stream};
use meterproof::Timestamp;
use meterproof_metering::{Bucket, LedgerError};

use super::DynamoDbLedger;
use super::call::{Patience, failed, unbuilt, write_one};
use super::head::{CLOSED, CLOSING, Head, LEFTOVER, OPEN, Stage};
use super::item::{Change, Condition, Item, key, millis, name, number, string};
use super::keys::{self, HEAD};
use super::load::AT_ONCE;
use super::texts::text_keys;

/// Deletes that BatchWriteItem takes at once.
const BATCH: usize = 25;

impl DynamoDbLedger {
    /// The head, closing, with all that was ever added; `None` where another has changed it.
    pub(super) async fn close(
        &self,
        head: Head,
        now: Timestamp,
    ) -> Result<Option<Head>, LedgerError> {
        let head = if head.stage == Stage::Open {
            match self.mark_closing(&head, now).await? {
                Some(head) => head,
                None => return Ok(None),
            }
        } else {
            head
        };
        if head.is_whole() {
            return Ok(Some(head));
        }
        stream::iter(1..head.shards)
            .map(|shard| self.close_shard(keys::shard(&head.pk, shard)))
            .buffer_unordered(AT_ONCE)
            .try_collect::<Vec<()>>()
            .await?;
        let mut patience = Patience::new("Query");
        loop {
            let sums = self.all_sums(&head.pk, head.shards).await?;
            if sums.iter().all(|sums| sums.found == sums.expected) {
                let mut bucket = Bucket { contents: Default::default(), ..head.bucket };
                sums.into_iter().for_each(|sums| bucket.contents.absorb(sums.contents));
                return Ok(Some(Head { bucket, ..head }));
            }
            // A transaction that was written before the shard closed is not seen in full yet; or
            // another was faster, and removes the counters already.
            let now_there = self.heads(vec![head.pk.clone()]).await?;
            if now_there.get(&head.pk).is_none_or(|now| now.version != head.version) {
                return Ok(None);
            }
            patience.wait().await?;
        }
    }

    async fn mark_closing(&self, head: &Head, now: Timestamp) -> Result<Option<Head>, LedgerError> {
        let mut change = Change::default()
            .set(name::STAGE, string(CLOSING))
            .when(Condition::Is(name::STAGE, string(OPEN)))
            .when(Condition::Is(name::VERSION, number(head.version)));
        if head.bucket.due_at.is_none_or(|due| due > now) {
            // Whoever looks for work finds it, should this process end here.
            change = change.set(name::DUE_AT, millis(now));
        }
        match self.update(&head.key(), &change).await? {
            Some(item) => Ok(Some(self.read_head(&item).await?)),
            None => Ok(None),
        }
    }

    /// Takes the mark back, where what the bucket would become cannot be written. The version
    /// changes with it: nobody who read the sums in between can write them. Further shards stay
    /// closed; what finds them so goes to the head. `None` where another came in between.
    pub(super) async fn reopen(&self, head: Head) -> Result<Option<Bucket>, LedgerError> {
        let mut change = Change::default()
            .set(name::STAGE, string(OPEN))
            .set(name::VERSION, number(head.version + 1))
            .when(Condition::Is(name::STAGE, string(CLOSING)))
            .when(Condition::Is(name::VERSION, number(head.version)));
        if let Some(due) = head.bucket.due_at {
            change = change.set(name::DUE_AT, millis(due));
        }
        Ok(self.update(&head.key(), &change).await?.map(|_| head.bucket))
    }

    async fn close_shard(&self, pk: String) -> Result<(), LedgerError> {
        // A shard that is not there has been closed, and removed, by another.
        let change =
            Change::default().set(name::STAGE, string(CLOSED)).when(Condition::Exists(name::PK));
        self.update(&key(&pk, HEAD), &change).await.map(drop)
    }

    /// Removes the counters of a bucket that is past them, and the head's word of them.
    pub(super) async fn clean(&self, pk: &str, shards: u8) -> Result<(), LedgerError> {
        for shard in 0..shards {
            let shard_pk = keys::shard(pk, shard);
            let mut gone = Vec::new();
            for item in self.partition(&shard_pk).await? {
                let sk = item.get(name::SK).and_then(|sk| sk.as_s().ok());
                let Some(sk) = sk.filter(|sk| shard > 0 || *sk != HEAD) else { continue };
                gone.extend(text_keys(&item));
                gone.push(key(&shard_pk, sk));
            }
            self.delete(gone).await?;
        }
        let change =
            Change::default().remove(LEFTOVER).when(Condition::Is(LEFTOVER, number(shards)));
        self.update(&key(pk, HEAD), &change).await.map(drop)
    }

    /// Changes one item; the answer is the item afterwards, or `None` where the condition did not
    /// hold.
    async fn update(&self, key: &Item, change: &Change) -> Result<Option<Item>, LedgerError> {
        let output = write_one("UpdateItem", || {
            let update = self.client.update_item().table_name(&self.table);
            update
                .set_key(Some(key.clone()))
                .update_expression(change.expression())
                .set_condition_expression(change.condition())
                .set_expression_attribute_names(change.names())
                .set_expression_attribute_values(change.values())
                .return_values(ReturnValue::AllNew)
                .send()
        });
        Ok(output.await?.map(|output| output.attributes.unwrap_or_default()))
    }

    pub(super) async fn delete(&self, keys: Vec<Item>) -> Result<(), LedgerError> {
        for batch in keys.chunks(BATCH) {
            let requests = batch.iter().map(|key| {
                let delete = DeleteRequest::builder().set_key(Some(key.clone())).build();
                delete.map(|delete| WriteRequest::builder().delete_request(delete).build())
            });
            let mut left: Vec<WriteRequest> =
                requests.collect::<Result<_, _>>().map_err(unbuilt)?;
            let mut patience = Patience::new("BatchWriteItem");
            while !left.is_empty() {
                let write = self.client.batch_write_item().request_items(&self.table, left);
                let mut output = Box::pin(write.send())
                    .await
                    .map_err(|error| failed("BatchWriteItem", &error))?;
                let unprocessed = output.unprocessed_items.as_mut();
                left = unprocessed.and_then(|all| all.remove(&self.table)).unwrap_or_default();
                if !left.is_empty() {
                    patience.wait().await?;
                }
            }
        }
        Ok(())
    }
}
