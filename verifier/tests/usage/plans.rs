//! Plans: every limit kept, every handle in one place.

use std::collections::BTreeMap;

use meterproof::usage::{
    BatchMeterUsageRequest, Dimension, Quantity, RequestError, Tag, TagKey, TagSet, TagValue,
    UsageAllocation, UsageRecord, plan,
};
use proptest::collection::vec;
use proptest::prelude::*;

use super::generate::{now, record, records};

proptest! {
    #[test]
    fn limits_are_kept_and_no_handle_is_lost(records in vec(records(), 0..90)) {
        let all: BTreeMap<usize, UsageRecord> = records.into_iter().enumerate().collect();
        let plan = plan(all.clone());
        let mut handles = Vec::new();
        let mut keys = BTreeMap::new();
        for batch in &plan.batches {
            prop_assert!((1..=25).contains(&batch.len()));
            prop_assert!(batch.to_json().len() < 1_000_000);
            let form = batch.identity_form();
            for (record, brought) in batch.entries() {
                prop_assert_eq!(record.identity().form(), form);
                prop_assert_eq!(record.identity().product_code(), batch.product_code());
                prop_assert!(keys.insert(record.key(), record.clone()).is_none());
                prop_assert_eq!(record, &all[&brought[0]]);
                for handle in brought {
                    prop_assert!(all[handle].is_same_usage(record));
                }
                handles.extend_from_slice(brought);
            }
        }
        for conflict in &plan.conflicts {
            prop_assert_eq!(&conflict.record, &all[&conflict.handle]);
            prop_assert_eq!(&conflict.first, &keys[&conflict.record.key()]);
            prop_assert_eq!(&conflict.first, &all[&conflict.first_handle]);
            prop_assert!(!conflict.first.is_same_usage(&conflict.record));
            handles.push(conflict.handle);
        }
        prop_assert!(plan.oversized.is_empty());
        handles.sort_unstable();
        prop_assert_eq!(handles, all.keys().copied().collect::<Vec<_>>());
    }

    #[test]
    fn the_order_of_the_input_is_kept(records in vec(records(), 0..90)) {
        let plan = plan(records.into_iter().enumerate());
        let first_handles: Vec<Vec<usize>> = plan
            .batches
            .iter()
            .map(|batch| batch.entries().map(|(_, handles)| handles[0]).collect())
            .collect();
        prop_assert!(first_handles.iter().all(|handles| handles.is_sorted()));
        prop_assert!(first_handles.iter().map(|handles| handles[0]).is_sorted());
        // As few requests as the records of each group need.
        let mut groups: BTreeMap<_, usize> = BTreeMap::new();
        for batch in &plan.batches {
            *groups.entry((batch.product_code().cloned(), batch.identity_form())).or_default() +=
                batch.len();
        }
        let needed: usize = groups.values().map(|records| records.div_ceil(25)).sum();
        prop_assert_eq!(plan.batches.len(), needed);
    }
}

#[test]
fn equal_usage_is_sent_once_and_other_usage_reported() {
    let decimal = |text: &str| {
        let whole = record("c1", 2, 17);
        UsageRecord::new(
            whole.identity().clone(),
            whole.dimension().clone(),
            whole.timestamp().start_of_hour(),
            Quantity::parse_decimal(text).unwrap(),
            Vec::new(),
        )
        .unwrap()
    };
    let plan = plan([
        ("a", record("c1", 2, 17)),
        ("b", decimal("17.00")),
        ("c", decimal("17.01")),
        ("d", record("c2", 2, 5)),
        ("e", record("c1", 2, 17)),
    ]);
    assert_eq!(plan.batches.len(), 1);
    let entries: Vec<_> = plan.batches[0].entries().map(|(_, handles)| handles).collect();
    assert_eq!(entries, [&["a", "b", "e"][..], &["d"][..]]);
    assert_eq!(plan.conflicts.len(), 1);
    let conflict = &plan.conflicts[0];
    assert_eq!((conflict.handle, conflict.first_handle), ("c", "a"));
    assert_eq!(conflict.record.quantity().to_string(), "17.01");
    assert_eq!(conflict.first.quantity().to_string(), "17");
}

/// A record with `count` allocations of about `tag_bytes` bytes each.
fn allocated(customer: &str, count: usize, tag_bytes: usize) -> UsageRecord {
    let allocations = (0..count).map(|index| {
        let tags = (0..tag_bytes.div_ceil(300)).map(|tag| {
            let value = format!("{index:0>256}");
            Tag::new(
                TagKey::parse(&format!("key{tag}")).unwrap(),
                Some(TagValue::parse(&value).unwrap()),
            )
        });
        UsageAllocation::new(Quantity::whole(1).unwrap(), TagSet::new(tags.collect()).unwrap())
    });
    UsageRecord::new(
        record(customer, 1, 0).identity().clone(),
        Dimension::parse("users").unwrap(),
        now().plus_seconds(-3600).unwrap(),
        Quantity::whole(count as u64).unwrap(),
        allocations.collect(),
    )
    .unwrap()
}

#[test]
fn requests_are_split_by_bytes() {
    let records: Vec<_> = (0..10).map(|n| (n, allocated(&format!("c{n}"), 700, 300))).collect();
    let one = serde_json::to_string(&records[0].1).unwrap().len();
    assert!(one > 200_000 && one < 300_000, "{one}");
    let plan = plan(records);
    let lengths: Vec<_> = plan.batches.iter().map(|batch| batch.len()).collect();
    let fits = 999_999 / one;
    assert_eq!(lengths.iter().sum::<usize>(), 10);
    assert!(lengths.iter().all(|length| *length <= fits));
    assert_eq!(lengths[0], fits);
    assert!(plan.batches.iter().all(|batch| batch.to_json().len() < 1_000_000));
}

#[test]
fn a_record_beyond_a_request_is_told_and_the_others_go() {
    let huge = || allocated("huge", 2500, 1500);
    let plan =
        plan([("a", record("c1", 1, 1)), ("b", huge()), ("c", huge()), ("d", record("c2", 1, 1))]);
    assert_eq!(plan.batches.len(), 1);
    assert_eq!(plan.batches[0].handles().collect::<Vec<_>>(), [&"a", &"d"]);
    assert_eq!(plan.oversized.len(), 1);
    let oversized = &plan.oversized[0];
    assert_eq!(oversized.handles, ["b", "c"]);
    let request = BatchMeterUsageRequest::new(vec![huge()]);
    assert_eq!(request, Err(RequestError::TooLarge { bytes: oversized.bytes }));
}

#[test]
fn the_last_byte_decides() {
    let filler = |count, customer| allocated(&"f".repeat(customer), count, 600);
    let other = |customer| record(&"c".repeat(customer), 1, 1);
    let bytes = |count, a, b| {
        let json = |record| serde_json::to_string(&record).unwrap().len();
        let around = r#"{"ProductCode":"saaslegacy000000000000001","UsageRecords":[,]}"#.len();
        around + json(filler(count, a)) + json(other(b))
    };
    let limit = 1_000_000;
    let each = bytes(2, 1, 1) - bytes(1, 1, 1);
    let count = 1 + (limit - 10 - bytes(1, 1, 1)) / each;
    let slack = limit - 1 - bytes(count, 1, 1);
    let (a, b) = (1 + slack.min(254), 1 + slack.saturating_sub(254));
    assert!(b < 255, "one more has to fit the name: {slack}");
    assert_eq!(bytes(count, a, b), limit - 1);
    let fits = plan([(0, filler(count, a)), (1, other(b))]);
    assert_eq!(fits.batches.len(), 1);
    assert_eq!(fits.batches[0].to_json().len(), limit - 1);
    let spills = plan([(0, filler(count, a)), (1, other(b + 1))]);
    assert_eq!(spills.batches.len(), 2);
}
