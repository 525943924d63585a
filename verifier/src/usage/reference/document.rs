//! The whole document: read, taken for what it is, and walked.

use alloc::format;
use alloc::vec::Vec;

use super::identity::Product;
use super::members::wrong_type;
use super::neighbours::Neighbours;
use super::place::Place;
use super::record::{RECORD, record};
use super::request::{ReadBatch, batch, meter_usage, size};
use super::source;
use super::spelling::nearest;
use super::time::AgeRule;
use super::walk::{Finding, Walk};
use crate::Timestamp;
use crate::json::{self, JsonError, Kind, Span, Value};
use crate::usage::identifiers::ProductCode;
use crate::usage::meter_request::MeterUsageRequest;
use crate::usage::read::Reading;
use crate::usage::record::UsageRecord;
use crate::usage::report::{DocumentKind, Report};
use crate::usage::rules::Rules;
use crate::usage::violation::ViolationCode;

/// Walks a document; as a given kind, or as the kind that it looks like.
pub(super) fn document(
    json: &[u8],
    rules: &Rules,
    now: Timestamp,
    default_product: Option<&ProductCode>,
    kind: Option<DocumentKind>,
) -> Reading {
    let mut walk = Walk::new(rules, now);
    let value = match json::parse(json) {
        Ok(value) => value,
        Err(error) => {
            not_json(&mut walk, json, &error);
            return reading(walk, None, 0, Contents::default());
        }
    };
    let place = Place::document(value.span);
    let Some(kind) = kind.or_else(|| looks_like(&value)) else {
        wrong_type(&mut walk, &value, &place, "an object or an array of records", source::RECORD);
        return reading(walk, None, 0, Contents::default());
    };
    let product = default_product.cloned().map_or(Product::None, Product::Of);
    let (count, contents) = match kind {
        DocumentKind::BatchMeterUsage => {
            size(&mut walk, json.len(), &place);
            let ReadBatch { record_count, product_code, records } =
                batch(&mut walk, &value, &place);
            (record_count, Contents { product_code, records, meter_usage: None })
        }
        DocumentKind::MeterUsage => {
            let meter_usage = meter_usage(&mut walk, &value, &place);
            (1, Contents { meter_usage, ..Contents::default() })
        }
        DocumentKind::UsageRecord => {
            let records = one(&mut walk, &value, &place, &product);
            (1, Contents { records, ..Contents::default() })
        }
        DocumentKind::UsageRecords => {
            let (count, records) = many(&mut walk, &value, &place, &product);
            (count, Contents { records, ..Contents::default() })
        }
    };
    reading(walk, Some(kind), count, contents)
}

#[derive(Default)]
struct Contents {
    product_code: Option<ProductCode>,
    records: Vec<(usize, UsageRecord)>,
    meter_usage: Option<MeterUsageRequest>,
}

fn looks_like(value: &Value<'_>) -> Option<DocumentKind> {
    let has = |name| value.get(name).is_some();
    match value.kind {
        Kind::Array(_) => Some(DocumentKind::UsageRecords),
        Kind::Object(_) if has("UsageRecords") => Some(DocumentKind::BatchMeterUsage),
        Kind::Object(_)
            if has("UsageDimension") || has("UsageQuantity") || has("UsageQuantityAsDecimal") =>
        {
            Some(DocumentKind::MeterUsage)
        }
        Kind::Object(_) if is_misspelt_batch(value) => Some(DocumentKind::BatchMeterUsage),
        Kind::Object(_) => Some(DocumentKind::UsageRecord),
        _ => None,
    }
}

/// Whether the only thing between an object and a BatchMeterUsage body is a name's spelling.
fn is_misspelt_batch(value: &Value<'_>) -> bool {
    let members = value.as_object().unwrap_or_default();
    let is_of_record = |name: &str| RECORD.members.contains(&name);
    !members.iter().any(|member| is_of_record(&member.name))
        && members.iter().any(|member| nearest(&member.name, &["UsageRecords"]).is_some())
}

fn one(
    walk: &mut Walk<'_>,
    value: &Value<'_>,
    place: &Place<'_>,
    product: &Product,
) -> Vec<(usize, UsageRecord)> {
    walk.record = Some(0);
    let age = AgeRule::of_record(walk);
    let read = record(walk, value, place, product, &age);
    walk.record = None;
    read.record.map(|record| (0, record)).into_iter().collect()
}

fn many(
    walk: &mut Walk<'_>,
    value: &Value<'_>,
    place: &Place<'_>,
    product: &Product,
) -> (usize, Vec<(usize, UsageRecord)>) {
    let Kind::Array(elements) = &value.kind else {
        wrong_type(walk, value, place, "an array of records", source::RECORD_LIST);
        return (0, Vec::new());
    };
    let age = AgeRule::of_record(walk);
    let mut neighbours = Neighbours::default();
    let mut records = Vec::with_capacity(elements.len());
    for (index, element) in elements.iter().enumerate() {
        let at = place.element(index, element.span);
        walk.record = Some(index);
        if let Some(record) = record(walk, element, &at, product, &age).record {
            neighbours.add(walk, index, &record, &at);
            records.push((index, record));
        }
        walk.record = None;
    }
    (elements.len(), records)
}

fn not_json(walk: &mut Walk<'_>, json: &[u8], error: &JsonError) {
    let start = error.at().min(json.len());
    // One byte, or none at the end; a character of several bytes is marked whole.
    let rest = json.get(start..).unwrap_or_default();
    let width = rest.iter().skip(1).take_while(|byte| *byte & 0xC0 == 0x80).count().min(3);
    let end = start + rest.len().min(1 + width);
    let at = Place::document(Span { start, end });
    let position = json::position(json, start);
    let place = format!("line {}, column {}", position.line, position.column);
    walk.report(&at, ViolationCode::Json(error.code()), || Finding {
        message: format!("{place}: {error}"),
        actual: place,
        limit: "JSON in UTF-8, each name once".into(),
        source: source::JSON,
    });
}

fn reading(
    walk: Walk<'_>,
    kind: Option<DocumentKind>,
    record_count: usize,
    contents: Contents,
) -> Reading {
    let has_request_error = walk.has_request_error();
    let (violations, unlisted_errors, unlisted_warnings) = walk.finish();
    let report = Report { kind, record_count, violations, unlisted_errors, unlisted_warnings };
    let Contents { product_code, mut records, meter_usage } = contents;
    if has_request_error {
        records.clear();
    }
    Reading { kind, report, records, product_code, meter_usage }
}
