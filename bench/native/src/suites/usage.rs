//! A BatchMeterUsage body of 25 records, per record: for the core everything that AWS would
//! refuse, for serde_json no more than reading it.

use std::borrow::Cow;
use std::error::Error;
use std::hint::black_box;

use meterproof_bench_harness::{Effort, Line, Subject, USAGE_RECORDS, interleave, usage_document};
use serde::Deserialize;

use super::refused;
use crate::peers;

pub fn run(effort: Effort) -> Result<(), Box<dyn Error>> {
    let document = usage_document();
    if !peers::check_usage(document) {
        return Err(refused("meterproof", "the usage document"));
    }
    let parsed: Body<Borrowed<'_>> = serde_json::from_slice(document)?;
    if parsed.usage_records.len() != USAGE_RECORDS as usize {
        return Err(refused("serde_json", "the usage document"));
    }
    let mut subjects = [
        Subject::of_items("meterproof", USAGE_RECORDS, || {
            assert!(peers::check_usage(black_box(document)));
        }),
        Subject::of_items("serde_json 1.0.154 typed parse", USAGE_RECORDS, || {
            let body: Result<Body<Borrowed<'_>>, _> = serde_json::from_slice(black_box(document));
            assert!(black_box(body).is_ok());
        }),
        Subject::of_items("serde_json 1.0.154 typed parse, owned texts", USAGE_RECORDS, || {
            let body: Result<Body<String>, _> = serde_json::from_slice(black_box(document));
            assert!(black_box(body).is_ok());
        }),
        Subject::of_items("serde_json 1.0.154 Value", USAGE_RECORDS, || {
            let value: Result<serde_json::Value, _> = serde_json::from_slice(black_box(document));
            assert!(black_box(value).is_ok());
        }),
    ];
    interleave("usage", effort, &mut subjects);
    for subject in &subjects {
        Line::new("usage", subject.name(), subject.samples()).print();
    }
    Ok(())
}

/// A text that is borrowed unless it has an escape in it: the quickest that serde can do for every
/// document.
#[derive(Deserialize)]
#[expect(dead_code, reason = "parsed to be measured, and not read")]
struct Borrowed<'a>(#[serde(borrow)] Cow<'a, str>);

/// A BatchMeterUsage body.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "parsed to be measured, and not read")]
struct Body<T> {
    product_code: Option<T>,
    usage_records: Vec<Record<T>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "parsed to be measured, and not read")]
struct Record<T> {
    timestamp: u64,
    #[serde(rename = "CustomerAWSAccountId")]
    customer_aws_account_id: Option<T>,
    customer_identifier: Option<T>,
    license_arn: Option<T>,
    dimension: T,
    quantity: Option<u32>,
    quantity_as_decimal: Option<T>,
    usage_allocations: Option<Vec<Allocation<T>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "parsed to be measured, and not read")]
struct Allocation<T> {
    allocated_usage_quantity: Option<u32>,
    tags: Option<Vec<Tag<T>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "parsed to be measured, and not read")]
struct Tag<T> {
    key: T,
    value: T,
}
