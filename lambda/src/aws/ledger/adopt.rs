//! Buckets that begin otherwise than by an event: from a record, or empty.

use std::collections::HashSet;

use futures_util::{StreamExt, TryStreamExt, stream};
use meterproof::Timestamp;
use meterproof::usage::UsageRecord;
use meterproof_metering::{Adopted, Bucket, BucketKey, LedgerError};

use super::DynamoDbLedger;
use super::call::write_one;
use super::head::text;
use super::item::{Change, Condition, name};
use super::keys;
use super::load::AT_ONCE;
use super::texts::text_keys;

impl DynamoDbLedger {
    pub(super) async fn adopt_records(
        &self,
        records: Vec<UsageRecord>,
        now: Timestamp,
    ) -> Result<Vec<Adopted>, LedgerError> {
        let mut answers = vec![None; records.len()];
        let mut waiting: Vec<(usize, UsageRecord)> = records.into_iter().enumerate().collect();
        while !waiting.is_empty() {
            // Of several records of one key the first decides.
            let mut seen = HashSet::new();
            let (wave, later) = waiting
                .into_iter()
                .partition::<Vec<_>, _>(|(_, record)| seen.insert(self.key_of_record(record)));
            waiting = later;
            let adopted: Vec<(usize, Adopted)> = stream::iter(wave)
                .map(|(index, record)| async move {
                    Ok::<_, LedgerError>((index, self.adopt_record(record, now).await?))
                })
                .buffer_unordered(AT_ONCE)
                .try_collect()
                .await?;
            for (index, adopted) in adopted {
                answers[index] = Some(adopted);
            }
        }
        // Every record was in one of the waves.
        Ok(answers.into_iter().flatten().collect())
    }

    async fn adopt_record(
        &self,
        record: UsageRecord,
        now: Timestamp,
    ) -> Result<Adopted, LedgerError> {
        let key = self.key_of_record(&record);
        let bucket = Bucket::adopted(key.clone(), record.clone(), now);
        if self.put_new(&bucket).await? {
            return Ok(Adopted::Ours(bucket));
        }
        let known = self.buckets(vec![key]).await?.into_iter().flatten().next();
        let Some(known) = known else {
            let what = "a bucket that was refused and is not there".to_owned();
            return Err(LedgerError::Corrupt { what });
        };
        Ok(if known.record().is_some_and(|ours| ours.is_same_usage(&record)) {
            Adopted::Ours(known)
        } else {
            Adopted::Other(known)
        })
    }

    pub(super) async fn open_buckets(
        &self,
        keys: Vec<BucketKey>,
        now: Timestamp,
    ) -> Result<usize, LedgerError> {
        let keys: HashSet<BucketKey> = keys.into_iter().collect();
        let opened: Vec<bool> = stream::iter(keys)
            .map(|key| async move { self.put_new(&self.opened(key, now)).await })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        Ok(opened.into_iter().filter(|opened| *opened).count())
    }

    /// Writes a bucket where there is none; says whether it did.
    async fn put_new(&self, bucket: &Bucket) -> Result<bool, LedgerError> {
        let pk = keys::bucket(&bucket.key);
        let mut item = self.head_item(bucket, 1);
        let text = self.keep_text(&pk, &text(bucket)).await?;
        item.extend(text.into_iter().map(|(name, value)| (name.to_owned(), value)));
        let new = Change::default().when(Condition::Missing(name::PK));
        let written = write_one("PutItem", || {
            let put = self.client.put_item().table_name(&self.table);
            put.set_item(Some(item.clone()))
                .set_condition_expression(new.condition())
                .set_expression_attribute_names(new.names())
                .send()
        });
        let is_new = written.await?.is_some();
        let texts = text_keys(&item);
        if !is_new && !texts.is_empty() {
            // Where an answer was lost, what refused the second attempt is the first one's item.
            let there = self.item(&pk, keys::HEAD).await?;
            if there.is_some_and(|there| text_keys(&there) == texts) {
                return Ok(true);
            }
            self.delete(texts).await?;
        }
        Ok(is_new)
    }

    fn key_of_record(&self, record: &UsageRecord) -> BucketKey {
        BucketKey::of_record(self.place.region.clone(), record)
    }
}
