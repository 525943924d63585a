//! A thousand usage records as a seller's producers would put them on the queue.
//!
//! Everything comes from one seed and the time: whole and decimal quantities, zeros, records
//! with allocations, single records and whole request bodies, and some messages sent twice.

use meterproof::Timestamp;
use meterproof::usage::{
    BatchMeterUsageRequest, CustomerAwsAccountId, Dimension, Identity, LicenseArn, Quantity, Tag,
    TagKey, TagSet, TagValue, UsageAllocation, UsageRecord,
};

use crate::error::FlowError;

/// How many usage records the flow bills.
pub const RECORDS: usize = 1_000;
/// How many single-record messages a producer sends twice.
pub const REPEATS: usize = 40;
/// Customers of the flow's product, each with a license of its own.
pub const CUSTOMERS: u32 = 20;
/// The flow's dimensions. With twenty customers and the six hours that the window holds at
/// its narrowest (the 1st of a month at 06:00 UTC) they make 1,080 different records.
pub const DIMENSIONS: [&str; 9] = [
    "users",
    "gigabytes",
    "requests",
    "seats",
    "builds",
    "messages",
    "minutes",
    "queries",
    "hosts",
];

/// Hours before now that count as safely within the 24 the service accepts.
const OLDEST_HOURS: i64 = 22;
/// Room for the flow to run before the month's cut-off passes.
const MARGIN_SECONDS: i64 = 3600;
/// The former month is closed at 06:00 UTC on the 1st.
const MONTH_CUTOFF_SECONDS: i64 = 6 * 3600;
const HOUR: i64 = 3600;

/// What was used, and the messages that say so.
pub struct Usage {
    /// The records, each with a different customer, dimension or hour.
    pub records: Vec<UsageRecord>,
    /// Message bodies: single records and BatchMeterUsage bodies.
    pub messages: Vec<String>,
}

/// The account of customer `number`.
pub fn account(number: u32) -> String {
    format!("{:012}", 300_000_000_000_u64 + u64::from(number))
}

/// The license of customer `number`.
pub fn license(number: u32) -> String {
    format!("arn:aws:license-manager::294406891311:license:l-{number:032x}")
}

/// Makes the usage of the last hours before `now`.
///
/// # Errors
/// [`FlowError::Unexpected`] where the core refuses a record of these values.
pub fn make(now: Timestamp, seed: u64) -> Result<Usage, FlowError> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut slots = Vec::new();
    for hour in hours(now) {
        for customer in 1..=CUSTOMERS {
            for dimension in DIMENSIONS {
                slots.push((hour, customer, dimension));
            }
        }
    }
    random.shuffle(&mut slots);
    slots.truncate(RECORDS);
    let records = slots
        .into_iter()
        .map(|(hour, customer, dimension)| record(&mut random, hour, customer, dimension))
        .collect::<Result<Vec<_>, _>>()?;
    let messages = messages(&mut random, &records)?;
    Ok(Usage { records, messages })
}

/// The hours to bill: complete ones and the current one, as far back as is safely accepted.
fn hours(now: Timestamp) -> Vec<Timestamp> {
    let current = now.start_of_hour();
    let month = now.start_of_month();
    let month_is_closing =
        now.unix_seconds() - month.unix_seconds() + MARGIN_SECONDS >= MONTH_CUTOFF_SECONDS;
    (0..=OLDEST_HOURS)
        .filter_map(|back| current.plus_seconds(-back * HOUR))
        .filter(|hour| !month_is_closing || *hour >= month)
        .collect()
}

fn record(
    random: &mut fastrand::Rng,
    hour: Timestamp,
    customer: u32,
    dimension: &str,
) -> Result<UsageRecord, FlowError> {
    let identity = Identity::License {
        license_arn: LicenseArn::parse(&license(customer)).map_err(refused)?,
        account: CustomerAwsAccountId::parse(&account(customer)).map_err(refused)?,
    };
    let dimension = Dimension::parse(dimension).map_err(refused)?;
    let decimal = random.u32(0..8) == 0;
    let allocated = random.u32(0..10) == 0;
    let parts = if allocated { random.usize(2..=4) } else { 1 };
    let quantities: Vec<Quantity> =
        (0..parts).map(|_| quantity(random, decimal)).collect::<Result<_, _>>()?;
    let total = sum(&quantities)
        .ok_or_else(|| FlowError::Unexpected("a sum of quantities is too large".to_owned()))?;
    let allocations = if allocated { allocations(&quantities)? } else { Vec::new() };
    UsageRecord::new(identity, dimension, hour, total, allocations).map_err(refused)
}

fn quantity(random: &mut fastrand::Rng, decimal: bool) -> Result<Quantity, FlowError> {
    if decimal {
        let (units, places) = (random.u32(0..1_000), random.usize(1..=6));
        let fraction: String = (0..places).map(|_| random.digit(10)).collect();
        Quantity::parse_decimal(&format!("{units}.{fraction}")).map_err(refused)
    } else {
        Quantity::whole(random.u64(0..5_000)).map_err(refused)
    }
}

/// Sums the parts; the first one decides whether it is a decimal.
fn sum(quantities: &[Quantity]) -> Option<Quantity> {
    let (first, others) = quantities.split_first()?;
    others.iter().try_fold(*first, |sum, part| sum.checked_add(*part))
}

fn allocations(quantities: &[Quantity]) -> Result<Vec<UsageAllocation>, FlowError> {
    let tenants = ["red", "green", "blue"];
    quantities
        .iter()
        .enumerate()
        .map(|(index, quantity)| {
            // The last part is the untagged bucket when there are more parts than tenants.
            let tags = match tenants.get(index) {
                Some(tenant) => {
                    let key = TagKey::parse("Tenant").map_err(refused)?;
                    let value = TagValue::parse(tenant).map_err(refused)?;
                    TagSet::new(vec![Tag::new(key, Some(value))]).map_err(refused)?
                }
                None => TagSet::UNTAGGED,
            };
            Ok(UsageAllocation::new(*quantity, tags))
        })
        .collect()
}

/// Half of the records one by one, the others in request bodies; some messages twice.
fn messages(random: &mut fastrand::Rng, records: &[UsageRecord]) -> Result<Vec<String>, FlowError> {
    let (singles, mut grouped) = records.split_at(records.len() / 2);
    let mut messages = singles
        .iter()
        .map(serde_json::to_string)
        .collect::<Result<Vec<_>, _>>()
        .map_err(refused)?;
    messages.extend_from_within(..REPEATS.min(messages.len()));
    while !grouped.is_empty() {
        let (group, rest) = grouped.split_at(random.usize(2..=25).min(grouped.len()));
        messages.push(BatchMeterUsageRequest::new(group.to_vec()).map_err(refused)?.to_json());
        grouped = rest;
    }
    random.shuffle(&mut messages);
    Ok(messages)
}

fn refused(error: impl std::fmt::Display) -> FlowError {
    FlowError::Unexpected(format!("the core refuses a record of the flow: {error}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use meterproof::usage::{Rules, validate};

    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_iso_8601(text).unwrap()
    }

    #[test]
    fn a_thousand_different_records_at_any_time_of_a_month() {
        for now in [
            "2026-11-21T10:20:30Z",
            "2026-12-01T00:00:00Z",
            "2026-12-01T04:59:59Z",
            "2026-12-01T05:00:00Z",
            "2026-12-01T06:00:00Z",
        ] {
            let usage = make(at(now), 7).unwrap();
            let keys: BTreeSet<_> = usage
                .records
                .iter()
                .map(|record| (record.identity(), record.dimension().as_str(), record.timestamp()))
                .collect();
            assert_eq!(keys.len(), RECORDS, "{now}");
        }
    }

    #[test]
    fn every_message_is_accepted_now_and_an_hour_later() {
        for (made, judged) in [
            ("2026-11-21T10:20:30Z", "2026-11-21T11:20:30Z"),
            ("2026-12-01T05:00:00Z", "2026-12-01T06:00:00Z"),
        ] {
            for message in make(at(made), 7).unwrap().messages {
                let report = validate(message.as_bytes(), &Rules::CURRENT, at(judged));
                assert!(report.is_accepted(), "{message}: {report:?}");
            }
        }
    }

    #[test]
    fn the_records_show_every_kind() {
        let records = make(at("2026-11-21T10:20:30Z"), 7).unwrap().records;
        assert!(records.iter().any(|record| record.quantity().is_decimal()));
        assert!(records.iter().any(|record| !record.quantity().is_decimal()));
        assert!(records.iter().any(|record| record.allocations().len() > 3));
    }

    #[test]
    fn one_seed_makes_one_usage() {
        let now = at("2026-11-21T10:20:30Z");
        assert_eq!(make(now, 1).unwrap().messages, make(now, 1).unwrap().messages);
        assert_ne!(make(now, 1).unwrap().messages, make(now, 2).unwrap().messages);
    }
}
