//! Looking for buckets, by the indexes: without reading the event ids, which a scan would.
//!
//! An index shows a write a moment later. What a query finds is read again from the table.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::{StreamExt, TryStreamExt, stream};
use meterproof::Timestamp;
use meterproof::usage::LicenseArn;
use meterproof_metering::{
    Bucket, BucketFilter, BucketKey, Cursor, LedgerError, Page, StateName, Tally,
};

use super::DynamoDbLedger;
use super::apply::COUNTED;
use super::call::failed;
use super::head::{CLOSING, Stage};
use super::item::{Item, key, millis, name, number, read_number, read_text, read_time, string};
use super::keys::{HEAD, SPREAD, TALLY};
use super::load::AT_ONCE;

const DUE: &str = "due";
const UNSETTLED: &str = "unsettled";
const BUCKETS: &str = "buckets";

/// Buckets in one page of a list: as many as one BatchGetItem reads.
const PAGE: i32 = 100;

impl DynamoDbLedger {
    pub(super) async fn due_buckets(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Bucket>, LedgerError> {
        let in_one = |spread: u8| async move {
            let query = self
                .index(DUE, name::SPREAD, number(spread))
                .key_condition_expression("#p = :p AND #s <= :now")
                .expression_attribute_names("#s", name::DUE_AT)
                .expression_attribute_values(":now", millis(now))
                .limit(i32::try_from(limit).unwrap_or(i32::MAX).max(1));
            self.items(query, limit).await
        };
        let found: Vec<Vec<Item>> =
            stream::iter(0..SPREAD).map(in_one).buffer_unordered(AT_ONCE).try_collect().await?;
        let mut order = Vec::new();
        for item in found.iter().flatten() {
            order.push((read_time(item, name::DUE_AT)?, read_text(item, name::PK)?.to_owned()));
        }
        order.sort_unstable();
        order.truncate(limit);
        let pks: Vec<String> = order.into_iter().map(|(_, pk)| pk).collect();
        let mut heads = self.heads(pks.clone()).await?;
        let due = pks.iter().filter_map(|pk| heads.remove(pk)).filter(|head| {
            head.stage == Stage::Closing || head.bucket.due_at.is_some_and(|due| due <= now)
        });
        self.whole_ones(due.collect()).await
    }

    pub(super) async fn unsettled_keys(
        &self,
        license: &LicenseArn,
    ) -> Result<Vec<BucketKey>, LedgerError> {
        let query = self
            .index(UNSETTLED, name::UNSETTLED_LICENSE, string(license.as_str()))
            .key_condition_expression("#p = :p");
        let found = self.items(query, usize::MAX).await?;
        let pks = found.iter().map(|item| read_text(item, name::PK).map(str::to_owned));
        let heads = self.heads(pks.collect::<Result<_, _>>()?).await?;
        let mut keys: Vec<BucketKey> = heads
            .into_values()
            .filter(|head| head.bucket.is_unsettled())
            .map(|head| head.bucket.key)
            .collect();
        keys.sort_unstable();
        Ok(keys)
    }

    pub(super) async fn list_buckets(
        &self,
        filter: &BucketFilter,
        after: Option<Cursor>,
    ) -> Result<Page, LedgerError> {
        let Place { spread, after } = match after {
            None => Place { spread: 0, after: None },
            Some(cursor) => Place::read(&cursor)?,
        };
        let from = filter.from.map_or(i64::MIN, Timestamp::unix_millis);
        // The filter ends before its last hour, a range with it.
        let to = filter.to.map_or(i64::MAX, |to| to.unix_millis().saturating_sub(1));
        let next_part =
            (spread + 1 < SPREAD).then(|| Place { spread: spread + 1, after: None }.write());
        if from > to {
            return Ok(Page::default());
        }
        let start = after.as_ref().map(|(hour, pk)| {
            let mut item = key(pk, HEAD);
            item.insert(name::SPREAD.into(), number(spread));
            item.insert(name::USAGE_HOUR.into(), millis(*hour));
            item
        });
        let sent = self
            .index(BUCKETS, name::SPREAD, number(spread))
            .key_condition_expression("#p = :p AND #s BETWEEN :from AND :to")
            .expression_attribute_names("#s", name::USAGE_HOUR)
            .expression_attribute_values(":from", number(from))
            .expression_attribute_values(":to", number(to))
            .set_exclusive_start_key(start)
            .limit(PAGE)
            .send();
        let output = Box::pin(sent).await.map_err(|error| failed("Query", &error))?;
        let next = match &output.last_evaluated_key {
            Some(last) => {
                let hour = read_time(last, name::USAGE_HOUR)?;
                let after = Some((hour, read_text(last, name::PK)?.to_owned()));
                Some(Place { spread, after }.write())
            }
            None => next_part,
        };
        let pks = output.items().iter().map(|item| read_text(item, name::PK).map(str::to_owned));
        let pks: Vec<String> = pks.collect::<Result<_, _>>()?;
        let mut heads = self.heads(pks.clone()).await?;
        let wanted =
            pks.iter().filter_map(|pk| heads.remove(pk)).filter(|head| filter.holds(&head.bucket));
        Ok(Page { buckets: self.whole_ones(wanted.collect()).await?, next })
    }

    /// Unsettled buckets are counted, all of them; of the others there is a running count.
    pub(super) async fn tally_buckets(&self) -> Result<Tally, LedgerError> {
        let in_one = |spread: u8| async move {
            let query =
                self.index(DUE, name::SPREAD, number(spread)).key_condition_expression("#p = :p");
            self.items(query, usize::MAX).await
        };
        let unsettled: Vec<Vec<Item>> =
            stream::iter(0..SPREAD).map(in_one).buffer_unordered(AT_ONCE).try_collect().await?;
        let mut tally = Tally::default();
        let mut count = |state: StateName, by: u64| {
            for (count, _) in
                tally.states.iter_mut().zip(StateName::ALL).filter(|(_, other)| *other == state)
            {
                *count = count.saturating_add(by);
            }
        };
        let mut oldest: Option<Timestamp> = None;
        for item in unsettled.iter().flatten() {
            let stage = read_text(item, name::STAGE)?;
            let state =
                if stage == CLOSING { Some(StateName::Open) } else { StateName::parse(stage) };
            count(state.ok_or_else(|| super::item::corrupt(item, name::STAGE))?, 1);
            let hour = read_time(item, name::USAGE_HOUR)?;
            oldest = Some(oldest.map_or(hour, |oldest| oldest.min(hour)));
        }
        let parts = self.partition(TALLY).await?;
        for state in COUNTED {
            let mut sum = 0_i64;
            for part in &parts {
                sum = sum.saturating_add(read_number(part, state.code())?.unwrap_or(0));
            }
            count(state, u64::try_from(sum).unwrap_or(0));
        }
        tally.oldest_unsettled = oldest;
        Ok(tally)
    }

    /// A query of an index, with its partition as `#p = :p`.
    fn index(&self, index: &str, partition: &str, value: AttributeValue) -> QueryFluentBuilder {
        let query = self.client.query().table_name(&self.table).index_name(index);
        query.expression_attribute_names("#p", partition).expression_attribute_values(":p", value)
    }

    /// What a query finds, on all of its pages, or on as many as have `limit` items.
    async fn items(
        &self,
        query: QueryFluentBuilder,
        limit: usize,
    ) -> Result<Vec<Item>, LedgerError> {
        let mut pages = query.into_paginator().items().send();
        let mut items = Vec::new();
        while items.len() < limit
            && let Some(item) = pages.next().await
        {
            items.push(item.map_err(|error| failed("Query", &error))?);
        }
        Ok(items)
    }
}

/// Where a list goes on: in which part of the index, after which bucket's hour and key.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    spread: u8,
    after: Option<(Timestamp, String)>,
}

impl Place {
    fn write(&self) -> Cursor {
        Cursor(match &self.after {
            None => self.spread.to_string(),
            Some((hour, pk)) => format!("{}/{}/{pk}", self.spread, hour.unix_millis()),
        })
    }

    fn read(cursor: &Cursor) -> Result<Self, LedgerError> {
        let read = || {
            let mut words = cursor.0.splitn(3, '/');
            let spread = words.next()?.parse().ok().filter(|spread| *spread < SPREAD)?;
            let after = match (words.next(), words.next()) {
                (None, _) => None,
                (Some(hour), Some(pk)) => {
                    Some((Timestamp::from_unix_millis(hour.parse().ok()?)?, pk.to_owned()))
                }
                (Some(_), None) => return None,
            };
            Some(Self { spread, after })
        };
        read().ok_or_else(|| LedgerError::Corrupt {
            what: "the cursor, which is none of this ledger's".into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let hour = Timestamp::from_unix_seconds(3600).unwrap();
        for place in [
            Place { spread: 0, after: None },
            Place { spread: 15, after: Some((hour, "bucket#a_b".into())) },
        ] {
            assert_eq!(Place::read(&place.write()).unwrap(), place);
        }
        for wrong in ["", "16", "x", "1/2", "1/x/bucket#a"] {
            let error = Place::read(&Cursor(wrong.into())).unwrap_err();
            let text = "the ledger holds what this version cannot read: the cursor, which is none of this ledger's";
            assert_eq!(error.to_string(), text);
        }
    }
}
