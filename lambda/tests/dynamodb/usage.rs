//! Usage of one product, by customers with numbers.

use meterproof::Timestamp;
use meterproof::usage::{
    CustomerAwsAccountId, Dimension, Identity, IdentityForm, LicenseArn, Quantity, Tag, TagKey,
    TagSet, TagValue, UsageAllocation, UsageRecord,
};
use meterproof_metering::{Addition, BucketKey, EventId, Place, Region, UsageEvent};

pub fn place() -> Place {
    Place { region: Region::parse("us-east-1").unwrap(), form: IdentityForm::License }
}

/// A time on the day that all tests take place on.
pub fn at(hour: i64, minute: i64) -> Timestamp {
    let day = Timestamp::parse_iso_8601("2026-11-17T00:00:00Z").unwrap();
    day.plus_seconds(hour * 3600 + minute * 60).unwrap()
}

fn identity(customer: u32) -> Identity {
    let arn = format!("arn:aws:license-manager::294406891311:license:l-{customer:032x}");
    let license_arn = LicenseArn::parse(&arn).unwrap();
    Identity::License { license_arn, account: CustomerAwsAccountId::parse("444455556666").unwrap() }
}

fn dimension() -> Dimension {
    Dimension::parse("users").unwrap()
}

pub fn key(customer: u32, hour: i64) -> BucketKey {
    BucketKey::new(place().region, identity(customer), dimension(), at(hour, 0))
}

/// One unit at 10:05, for the hour from 10:00 or else the next.
pub fn unit(customer: u32, id: &str) -> Addition {
    let one = Quantity::whole(1).unwrap();
    addition(customer, id, one, Vec::new())
}

/// As much as one record holds.
pub fn most(customer: u32, id: &str) -> Addition {
    addition(customer, id, Quantity::parse_decimal("9999999999.999999").unwrap(), Vec::new())
}

/// A record of one unit.
pub fn record(customer: u32, hour: i64) -> UsageRecord {
    let one = Quantity::whole(1).unwrap();
    UsageRecord::new(identity(customer), dimension(), at(hour, 0), one, Vec::new()).unwrap()
}

/// A unit for each of these tags.
pub fn tagged(customer: u32, id: &str, values: &[String]) -> Addition {
    let one = Quantity::whole(1).unwrap();
    let of = |value: &String| {
        let value = TagValue::parse(value).unwrap();
        let tag = Tag::new(TagKey::parse("Team").unwrap(), Some(value));
        UsageAllocation::new(one, TagSet::new(vec![tag]).unwrap())
    };
    let all = Quantity::whole(values.len() as u64).unwrap();
    addition(customer, id, all, values.iter().map(of).collect())
}

fn addition(
    customer: u32,
    id: &str,
    quantity: Quantity,
    allocations: Vec<UsageAllocation>,
) -> Addition {
    let id = EventId::new("tests", id).unwrap();
    let event =
        UsageEvent::new(id, identity(customer), dimension(), quantity, at(10, 5), allocations);
    Addition { event: event.unwrap(), hours: vec![at(10, 0), at(11, 0)] }
}
