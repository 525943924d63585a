//! The values that the properties speak of.

use meterproof::Timestamp;
use meterproof::usage::{
    CustomerAwsAccountId, Dimension, Identity, IdentityForm, LicenseArn, Quantity, Tag, TagKey,
    TagSet, TagValue, UsageAllocation, UsageRecord,
};

use super::Fixture;
use crate::{
    Addition, Bucket, BucketFilter, BucketKey, EventId, Ledger, Place, Policy, Region, UsageEvent,
};

/// Where usage is metered, in every property.
pub(super) fn place() -> Place {
    Place { region: Region::parse("us-east-1").unwrap(), form: IdentityForm::License }
}

/// A new store, and a ledger of it.
pub(super) async fn new_ledger<F: Fixture>(fixture: &F) -> (F::Store, F::Ledger) {
    let store = fixture.store().await;
    let ledger = open(fixture, &store).await;
    (store, ledger)
}

/// One more ledger of a store.
pub(super) async fn open<F: Fixture>(fixture: &F, store: &F::Store) -> F::Ledger {
    fixture.open(store, &place(), &Policy::default()).await.unwrap()
}

/// A time of the day that all properties take place on (and of the next, past 24:00).
pub(super) fn at(hour: i64, minute: i64) -> Timestamp {
    let day = Timestamp::parse_iso_8601("2026-11-17T00:00:00Z").unwrap();
    day.plus_seconds(hour * 3600 + minute * 60).unwrap()
}

pub(super) fn license(number: u32) -> LicenseArn {
    let arn = format!("arn:aws:license-manager::294406891311:license:l-{number:032x}");
    LicenseArn::parse(&arn).unwrap()
}

pub(super) fn identity(number: u32) -> Identity {
    let account = CustomerAwsAccountId::parse("444455556666").unwrap();
    Identity::License { license_arn: license(number), account }
}

/// The bucket of a license's users.
pub(super) fn key(number: u32, hour: i64) -> BucketKey {
    BucketKey::new(
        place().region,
        identity(number),
        Dimension::parse("users").unwrap(),
        at(hour, 0),
    )
}

/// Reads `17` as a whole number, `17.0` as a decimal.
pub(super) fn quantity(text: &str) -> Quantity {
    let read = if text.contains('.') { Quantity::parse_decimal } else { Quantity::parse_whole };
    read(text).unwrap()
}

/// The most that one quantity holds.
pub(super) const MOST: &str = "9999999999.999999";

/// Tags with a key for each letter, in the order given.
pub(super) fn tags(names: &str) -> TagSet {
    let tag = |name: char| {
        let (key, value) = (TagKey::parse(&name.to_string()), TagValue::parse("yes"));
        Tag::new(key.unwrap(), Some(value.unwrap()))
    };
    TagSet::new(names.chars().map(tag).collect()).unwrap()
}

/// An event of a license's users.
pub(super) fn event(number: u32, id: &str, amount: &str, time: Timestamp) -> UsageEvent {
    tagged(number, id, amount, time, &[])
}

/// An event that is split by tags.
pub(super) fn tagged(
    number: u32,
    id: &str,
    amount: &str,
    time: Timestamp,
    parts: &[(&str, &str)],
) -> UsageEvent {
    let part = |(names, amount): &(&str, &str)| UsageAllocation::new(quantity(amount), tags(names));
    UsageEvent::new(
        EventId::new("suite", id).unwrap(),
        identity(number),
        Dimension::parse("users").unwrap(),
        quantity(amount),
        time,
        parts.iter().map(part).collect(),
    )
    .unwrap()
}

/// An event for its own hour alone.
pub(super) fn punctual(event: UsageEvent) -> Addition {
    let hours = vec![event.time().start_of_hour()];
    Addition { event, hours }
}

/// An event for these hours of the day, the best first.
pub(super) fn for_hours(event: UsageEvent, hours: &[i64]) -> Addition {
    Addition { event, hours: hours.iter().map(|hour| at(*hour, 0)).collect() }
}

/// A record of a license's users.
pub(super) fn record(number: u32, hour: i64, amount: &str) -> UsageRecord {
    let users = Dimension::parse("users").unwrap();
    UsageRecord::new(identity(number), users, at(hour, 30), quantity(amount), Vec::new()).unwrap()
}

/// The bucket, which must be there.
pub(super) async fn bucket<L: Ledger>(ledger: &L, key: &BucketKey) -> Bucket {
    let mut found = ledger.get(vec![key.clone()]).await.unwrap();
    assert_eq!(found.len(), 1, "one answer for one key");
    found.remove(0).unwrap_or_else(|| panic!("there is no bucket {key}"))
}

/// Every bucket that a filter holds, page by page, sorted by key.
pub(super) async fn list<L: Ledger>(ledger: &L, filter: &BucketFilter) -> Vec<Bucket> {
    let (mut buckets, mut cursor) = (Vec::new(), None);
    loop {
        let page = ledger.list(filter, cursor.take()).await.unwrap();
        buckets.extend(page.buckets);
        cursor = page.next;
        if cursor.is_none() {
            buckets.sort_by(|a, b| a.key.cmp(&b.key));
            return buckets;
        }
    }
}

/// Every bucket of a license, sorted by key.
pub(super) async fn list_of<L: Ledger>(ledger: &L, number: u32) -> Vec<Bucket> {
    let filter = BucketFilter { license: Some(license(number)), ..BucketFilter::default() };
    list(ledger, &filter).await
}
