//! Usage documents: the report of all violations, and the records that have none.

use meterproof::usage::{self, DocumentKind, Identity, Reading, UsageRecord, Violation};
use serde::{Deserialize, Serialize};

use crate::places::Places;
use crate::refusal::Refusal;
use crate::rules::{rules, time};
use crate::size;

/// What [`report`] is given.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    rules: String,
    dimensions: Option<Vec<String>>,
    now: i64,
    offsets: Offsets,
}

/// What a violation's `start` and `end` count.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Offsets {
    /// UTF-16 code units, for a document that was a JavaScript string.
    Utf16,
    /// Bytes.
    Bytes,
}

/// The report of a document.
pub fn report(document: &[u8], options: &str) -> Result<ReportAnswer, Refusal> {
    let options: Options = serde_json::from_str(options).map_err(Refusal::options)?;
    let rules = rules(&options.rules, options.dimensions.as_deref())?;
    size::check(document)?;
    let reading = usage::read(document, &rules, time(options.now)?, None);
    Ok(ReportAnswer::of(reading, document, options.offsets))
}

/// A [`usage::Report`] in JavaScript's words, with the records that are right.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportAnswer {
    verdict: &'static str,
    kind: Option<&'static str>,
    record_count: usize,
    violations: Vec<ViolationAnswer>,
    unlisted_errors: usize,
    unlisted_warnings: usize,
    records: Vec<RecordAnswer>,
}

#[derive(Serialize)]
struct ViolationAnswer {
    code: &'static str,
    severity: &'static str,
    pointer: String,
    record: Option<usize>,
    actual: String,
    limit: String,
    source: &'static str,
    message: String,
    start: usize,
    end: usize,
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct RecordAnswer {
    index: usize,
    pointer: String,
    identity: IdentityAnswer,
    dimension: String,
    timestamp: i64,
    hour: i64,
    quantity: String,
    allocations: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct IdentityAnswer {
    form: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    license_arn: Option<String>,
    #[serde(rename = "customerAWSAccountId", skip_serializing_if = "Option::is_none")]
    customer_aws_account_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_identifier: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    product_code: Option<String>,
}

impl ReportAnswer {
    fn of(reading: Reading, document: &[u8], offsets: Offsets) -> Self {
        let Reading { report, records, .. } = reading;
        let spans = report.violations.iter().map(|violation| violation.span);
        let places = Places::of(document, spans.flat_map(|span| [span.start, span.end]));
        let kind = report.kind;
        Self {
            verdict: if report.is_accepted() { "accepted" } else { "rejected" },
            kind: kind.map(DocumentKind::code),
            record_count: report.record_count,
            unlisted_errors: report.unlisted_errors,
            unlisted_warnings: report.unlisted_warnings,
            records: records
                .iter()
                .map(|(index, record)| RecordAnswer::of(*index, pointer(kind, *index), record))
                .collect(),
            violations: report
                .violations
                .into_iter()
                .map(|violation| ViolationAnswer::of(violation, &places, offsets))
                .collect(),
        }
    }
}

impl ViolationAnswer {
    fn of(violation: Violation, places: &Places, offsets: Offsets) -> Self {
        let start = places.get(violation.span.start);
        let end = places.get(violation.span.end);
        let (start_offset, end_offset) = match offsets {
            Offsets::Utf16 => (start.utf16, end.utf16),
            Offsets::Bytes => (violation.span.start, violation.span.end),
        };
        Self {
            code: violation.code.code(),
            severity: violation.severity.code(),
            pointer: violation.pointer,
            record: violation.record,
            actual: violation.actual,
            limit: violation.limit,
            source: violation.source,
            message: violation.message,
            start: start_offset,
            end: end_offset,
            line: start.line,
            column: start.column,
        }
    }
}

impl RecordAnswer {
    fn of(index: usize, pointer: String, record: &UsageRecord) -> Self {
        Self {
            index,
            pointer,
            identity: IdentityAnswer::of(record.identity()),
            dimension: record.dimension().to_string(),
            timestamp: record.timestamp().unix_millis(),
            hour: record.timestamp().start_of_hour().unix_millis(),
            quantity: record.quantity().to_string(),
            allocations: record.allocations().len(),
        }
    }
}

impl IdentityAnswer {
    fn of(identity: &Identity) -> Self {
        Self {
            form: identity.form().code(),
            license_arn: identity.license_arn().map(ToString::to_string),
            customer_aws_account_id: identity.account().map(ToString::to_string),
            customer_identifier: identity.customer().map(ToString::to_string),
            product_code: identity.product_code().map(ToString::to_string),
        }
    }
}

/// Where a record of such a document stands.
fn pointer(kind: Option<DocumentKind>, index: usize) -> String {
    match kind {
        Some(DocumentKind::BatchMeterUsage) => format!("/UsageRecords/{index}"),
        Some(DocumentKind::UsageRecords) => format!("/{index}"),
        Some(DocumentKind::UsageRecord | DocumentKind::MeterUsage) | None => String::new(),
    }
}
