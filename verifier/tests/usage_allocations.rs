//! A document without violations costs no allocation for any record of it: the number of
//! allocations grows as vectors double, not as records come.

use meterproof::Timestamp;
use meterproof::usage::{ProductCode, Rules, check};

/// Records of all forms, every fourth with allocations.
fn records(count: usize) -> String {
    let records: Vec<String> = (0..count)
        .map(|number| {
            let who = match number % 3 {
                0 => format!(
                    r#""LicenseArn":"arn:aws:license-manager::294406891311:license:l-{number:032x}","CustomerAWSAccountId":"{number:012}""#
                ),
                1 => format!(r#""CustomerAWSAccountId":"{number:012}""#),
                _ => format!(r#""CustomerIdentifier":"customer {number}""#),
            };
            let split = match number % 4 {
                0 => {
                    r#","UsageAllocations":[{"AllocatedUsageQuantity":10,"Tags":[{"Key":"team","Value":"a"},{"Key":"env","Value":"b"}]},{"AllocatedUsageQuantity":7}]"#
                }
                _ => "",
            };
            format!(r#"{{"Timestamp":1795251600,{who},"Dimension":"users","Quantity":17{split}}}"#)
        })
        .collect();
    format!("[{}]", records.join(","))
}

#[test]
fn allocations_grow_as_vectors_double_and_not_by_record() {
    let now = Timestamp::parse_iso_8601("2026-11-21T10:20:00Z").unwrap();
    let product = ProductCode::parse("saaslegacy000000000000001").unwrap();
    let allocations = |count: usize| {
        let json = records(count);
        let measured = allocation_counter::measure(|| {
            let report = check(json.as_bytes(), &Rules::CURRENT, now, Some(&product));
            assert_eq!((report.record_count, report.violations.len()), (count, 0));
        });
        measured.count_total
    };
    // What is compared with later records lies in five vectors and a table.
    assert!(allocations(25) <= 8, "{}", allocations(25));
    assert!(allocations(1_000) <= 8 + 6 * 6, "{}", allocations(1_000));
    assert!(allocations(100_000) <= 8 + 6 * 13, "{}", allocations(100_000));
}
