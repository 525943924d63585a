//! Values for the tests of this folder.

use meterproof::Timestamp;
use meterproof::usage::{
    CustomerAwsAccountId, Dimension, Identity, LicenseArn, Quantity, Tag, TagKey, TagSet, TagValue,
    UsageAllocation,
};

use super::{Bucket, BucketKey, Contents};
use crate::{EventId, Policy, Region, UsageEvent, close_time};

pub(super) fn at(text: &str) -> Timestamp {
    Timestamp::parse_iso_8601(text).unwrap()
}

pub(super) fn quantity(text: &str) -> Quantity {
    Quantity::parse_whole(text).or_else(|_| Quantity::parse_decimal(text)).unwrap()
}

pub(super) fn key() -> BucketKey {
    let identity = Identity::License {
        license_arn: LicenseArn::parse("arn:aws:license-manager::294406891311:license:l-01")
            .unwrap(),
        account: CustomerAwsAccountId::parse("444455556666").unwrap(),
    };
    BucketKey::new(
        Region::parse("us-east-1").unwrap(),
        identity,
        Dimension::parse("users").unwrap(),
        at("2026-11-21T10:00:00Z"),
    )
}

pub(super) fn tags(name: &str) -> TagSet {
    let value = Some(TagValue::parse(name).unwrap());
    TagSet::new(vec![Tag::new(TagKey::parse("Tenant").unwrap(), value)]).unwrap()
}

pub(super) fn event(id: &str, text: &str, tag: Option<&str>) -> UsageEvent {
    let allocations =
        tag.map(|tag| UsageAllocation::new(quantity(text), tags(tag))).into_iter().collect();
    let key = key();
    UsageEvent::new(
        EventId::new("", id).unwrap(),
        key.identity().clone(),
        key.dimension().clone(),
        quantity(text),
        at("2026-11-21T10:30:00Z"),
        allocations,
    )
    .unwrap()
}

/// An open bucket of the hour from 10:00 with these quantities.
pub(super) fn open(quantities: &[&str]) -> Bucket {
    let key = key();
    let due = close_time(key.hour(), None, &Policy::default());
    let mut bucket = Bucket::open(key, due, at("2026-11-21T10:01:00Z"));
    for (index, text) in quantities.iter().enumerate() {
        let event = event(&index.to_string(), text, None);
        bucket.contents.absorb(Contents::of_event(&event, None));
    }
    bucket
}
