//! Counter shards: where a bucket's events go when they come faster than one item takes them.
//!
//! DynamoDB takes 1000 write units a second at one item, and lets one transaction at a time change
//! it. A bucket that proves hot gets 4 shards, then 16; each lies under a partition key of its
//! own, and each addition picks one at random. The head says how many there are. They are made in
//! one transaction with the head's word, and only while it is open: when the head has begun to
//! close, nobody opens another, and closing knows them all.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use meterproof_metering::LedgerError;

use super::DynamoDbLedger;
use super::call::Written;
use super::head::OPEN;
use super::item::{Change, Condition, key, name, number, read_number, read_text, string};
use super::keys::{self, HEAD};

/// The most shards of one bucket.
pub(super) const MAX_SHARDS: u8 = 16;
const GROWTH: u8 = 4;

/// A bucket is hot when a transaction to it found others there so often in a row,
pub(super) const CONFLICTS_OF_A_HOT_BUCKET: u32 = 1;
/// or when one call brings so many further transactions for it.
pub(super) const TRANSACTIONS_OF_A_HOT_BUCKET: usize = 3;

/// What this process knows of buckets with more than one shard. It may be out of date: what it
/// does not know costs a conflict, what is no longer so costs a refusal.
#[derive(Debug, Default)]
pub(super) struct Shards {
    known: Mutex<HashMap<String, u8>>,
}

impl Shards {
    /// Hot buckets of some hours; beyond that, begin anew.
    const MOST: usize = 10_000;

    pub(super) fn known(&self, pk: &str) -> u8 {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(pk).copied().unwrap_or(1)
    }

    /// One of a bucket's shards.
    pub(super) fn pick(&self, pk: &str) -> u8 {
        fastrand::u8(..self.known(pk))
    }

    pub(super) fn forget(&self, pk: &str) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(pk);
    }

    fn learn(&self, pk: &str, shards: u8) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= Self::MOST {
            known.clear();
        }
        known.insert(pk.to_owned(), shards.max(1));
    }
}

impl DynamoDbLedger {
    /// Learns how many shards a bucket has; where this process knew as much, makes more of them.
    pub(super) async fn add_shards(&self, pk: &str) -> Result<(), LedgerError> {
        let known = self.shards.known(pk);
        let Some(head) = self.item(pk, HEAD).await? else { return Ok(()) };
        if read_text(&head, name::STAGE)? != OPEN {
            return Ok(());
        }
        let shards: u8 = read_number(&head, name::SHARDS)?.unwrap_or(1);
        if shards != known || shards >= MAX_SHARDS {
            self.shards.learn(pk, shards);
            return Ok(());
        }
        let more = shards.saturating_mul(GROWTH).min(MAX_SHARDS);
        let registered = Change::default()
            .set(name::SHARDS, number(more))
            .when(Condition::Is(name::STAGE, string(OPEN)))
            .when(Condition::IsOrMissing(name::SHARDS, number(shards)));
        let mut items = vec![registered.update(&self.table, key(pk, HEAD))?];
        for shard in shards..more {
            let mut item = key(&keys::shard(pk, shard), HEAD);
            item.insert(name::STAGE.into(), string(OPEN));
            let new = Change::default().when(Condition::Missing(name::PK));
            items.push(new.put(&self.table, item)?);
        }
        // Where others are at the head, the next conflict asks again.
        if let Written::Done = self.transact(items).await? {
            self.shards.learn(pk, more);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_that_is_not_hot_has_one_shard() {
        let shards = Shards::default();
        assert_eq!((shards.known("a"), shards.pick("a")), (1, 0));
        shards.learn("a", 4);
        let picked: std::collections::BTreeSet<u8> = (0..1000).map(|_| shards.pick("a")).collect();
        assert_eq!(picked, (0..4).collect());
        shards.forget("a");
        assert_eq!(shards.known("a"), 1);
    }
}
