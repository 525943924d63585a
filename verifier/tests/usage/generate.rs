//! Records and documents to test with: by hand, and at random.

use meterproof::Timestamp;
use meterproof::usage::{
    CustomerAwsAccountId, CustomerIdentifier, Dimension, Identity, LicenseArn, ProductCode,
    Quantity, Tag, TagKey, TagSet, TagValue, UsageAllocation, UsageRecord,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

pub const ARN: &str =
    "arn:aws:license-manager::444455556666:license:l-00000000000000000000000000000001";

pub fn at(text: &str) -> Timestamp {
    Timestamp::parse_iso_8601(text).unwrap()
}

/// The moment at which all tests stand, unless they say otherwise: well inside a month.
pub fn now() -> Timestamp {
    at("2026-11-21T10:20:00Z")
}

/// A record of a legacy customer, `hours` hours ago.
pub fn record(customer: &str, hours: i64, quantity: u64) -> UsageRecord {
    let identity = Identity::Customer {
        product_code: ProductCode::parse("saaslegacy000000000000001").unwrap(),
        customer: CustomerIdentifier::parse(customer).unwrap(),
    };
    UsageRecord::new(
        identity,
        Dimension::parse("users").unwrap(),
        now().plus_seconds(-3600 * hours).unwrap(),
        Quantity::whole(quantity).unwrap(),
        Vec::new(),
    )
    .unwrap()
}

/// A right record with one member replaced or added; `""` takes the member away.
pub fn with(member: &str, value: &str) -> String {
    let account = "\"444455556666\"";
    let arn = format!("{ARN:?}");
    let mut members = vec![
        ("Timestamp", "1795251600"),
        ("LicenseArn", arn.as_str()),
        ("CustomerAWSAccountId", account),
        ("Dimension", "\"users\""),
        ("Quantity", "17"),
    ];
    match members.iter_mut().find(|(name, _)| *name == member) {
        Some(known) => known.1 = value,
        None => members.push((member, value)),
    }
    let written: Vec<_> = members
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    format!("{{{}}}", written.join(","))
}

/// Identities of all forms, few enough to meet again.
pub fn identities() -> impl Strategy<Value = Identity> {
    let account = |n: u8| CustomerAwsAccountId::parse(&format!("{n:012}")).unwrap();
    let product_code = |n: u8| ProductCode::parse(&format!("product{n}")).unwrap();
    (0..3_u8, 0..2_u8, 0..4_u8).prop_map(move |(form, product, customer)| match form {
        0 => Identity::License {
            license_arn: LicenseArn::parse(&format!("{ARN}{product}")).unwrap(),
            account: account(customer),
        },
        1 => Identity::Account { product_code: product_code(product), account: account(customer) },
        _ => Identity::Customer {
            product_code: product_code(product),
            customer: CustomerIdentifier::parse(&format!("customer \"{customer}\"")).unwrap(),
        },
    })
}

pub fn quantities() -> impl Strategy<Value = Quantity> {
    prop_oneof![
        (0..4_u64).prop_map(|units| Quantity::whole(units).unwrap()),
        (0..=2_147_483_647_u64).prop_map(|units| Quantity::whole(units).unwrap()),
        (0..=9_999_999_999_u64, 0..=6_usize, 0..1_000_000_u64).prop_map(|(units, places, part)| {
            let text = match places {
                0 => format!("{units}"),
                _ => format!("{units}.{:0places$}", part % 10_u64.pow(places as u32)),
            };
            Quantity::parse_decimal(&text).unwrap()
        }),
    ]
}

fn tag_sets() -> impl Strategy<Value = TagSet> {
    let keys = select(&["a", "Team 1", "x+-=._:/@", "cost;centre", "9"][..]);
    let values = select(&["", "1", "two words", "(x)"][..]);
    btree_map(keys, option::of(values), 0..=5).prop_map(|tags| {
        let tag = |(key, value): (&str, Option<&str>)| {
            let value = value.map(|value| TagValue::parse(value).unwrap());
            Tag::new(TagKey::parse(key).unwrap(), value)
        };
        TagSet::new(tags.into_iter().map(tag).collect()).unwrap()
    })
}

/// A quantity with no allocations, or split into up to four that add up to it.
fn split_quantities() -> impl Strategy<Value = (Quantity, Vec<UsageAllocation>)> {
    let parts = vec((0..1000_u64, tag_sets()), 1..=4);
    let split = (any::<bool>(), parts).prop_map(|(is_decimal, mut parts)| {
        parts.sort_by(|a, b| a.1.cmp(&b.1));
        parts.dedup_by(|a, b| a.1 == b.1);
        let quantity = |n: u64| match is_decimal {
            false => Quantity::whole(n).unwrap(),
            true => Quantity::parse_decimal(&format!("{}.{:02}", n / 100, n % 100)).unwrap(),
        };
        let total = quantity(parts.iter().map(|(n, _)| n).sum());
        let parts = parts.into_iter().map(|(n, tags)| UsageAllocation::new(quantity(n), tags));
        (total, parts.collect())
    });
    prop_oneof![quantities().prop_map(|quantity| (quantity, Vec::new())), split]
}

/// Records that the current rules accept at [`now`], few enough in kind to meet again.
pub fn records() -> impl Strategy<Value = UsageRecord> {
    let dimension = prop_oneof![Just("users"), Just("gigabytes \"é\"\n")];
    let age = prop_oneof![1..4_i64, 1..23_i64];
    (identities(), dimension, age, 0..3_600_000_i64, split_quantities()).prop_map(
        |(identity, dimension, hours, millis, (quantity, allocations))| {
            let millis = now().start_of_hour().unix_millis() - hours * 3_600_000 + millis;
            UsageRecord::new(
                identity,
                Dimension::parse(dimension).unwrap(),
                Timestamp::from_unix_millis(millis).unwrap(),
                quantity,
                allocations,
            )
            .unwrap()
        },
    )
}
