//! Events of one unit each, spread over three buckets.

use std::path::Path;

use meterproof::Timestamp;
use meterproof::usage::{
    CustomerAwsAccountId, Dimension, Identity, IdentityForm, LicenseArn, Quantity,
};
use meterproof_metering::{
    Addition, BucketKey, EventId, Ledger, Place, Policy, Region, SqliteLedger, UsageEvent,
};

pub fn place() -> Place {
    Place { region: Region::parse("us-east-1").unwrap(), form: IdentityForm::License }
}

pub fn open(path: &Path) -> SqliteLedger {
    SqliteLedger::open(path, place(), Policy::default()).unwrap()
}

/// So many seconds after noon.
pub fn at(seconds: i64) -> Timestamp {
    let noon = Timestamp::parse_iso_8601("2026-11-17T12:00:00Z").unwrap();
    noon.plus_seconds(seconds).unwrap()
}

/// The bucket of the n-th event.
pub fn key(n: usize) -> BucketKey {
    let arn = "arn:aws:license-manager::294406891311:license:l-0123456789abcdef0123456789abcdef";
    let identity = Identity::License {
        license_arn: LicenseArn::parse(arn).unwrap(),
        account: CustomerAwsAccountId::parse("444455556666").unwrap(),
    };
    let dimension = ["users", "calls", "bytes"][n % 3];
    BucketKey::new(place().region, identity, Dimension::parse(dimension).unwrap(), at(0))
}

/// The n-th event, for its own hour.
pub fn addition(n: usize) -> Addition {
    let key = key(n);
    let event = UsageEvent::new(
        EventId::new("tests", &n.to_string()).unwrap(),
        key.identity().clone(),
        key.dimension().clone(),
        Quantity::whole(1).unwrap(),
        at(0),
        Vec::new(),
    );
    Addition { event: event.unwrap(), hours: vec![key.hour()] }
}

/// The units and the events in all buckets together.
pub async fn sum_and_events<L: Ledger>(ledger: &L) -> (u128, u64) {
    let buckets = ledger.get((0..3).map(key).collect()).await.unwrap();
    buckets.into_iter().flatten().fold((0, 0), |(units, events), bucket| {
        (units + bucket.contents.micros() / 1_000_000, events + bucket.contents.events())
    })
}
