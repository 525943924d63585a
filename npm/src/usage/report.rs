//! Usage documents: the report of all violations, and the records that have none.

use alloc::string::String;

use meterproof::Timestamp;
use meterproof::usage::{self, DocumentKind, Identity, Report, Rules, UsageRecord, Violation};

use super::places::Places;
use super::size;
use crate::json::{Json, Object, decimal, wide};
use crate::refusal::Refusal;

/// What a violation's `start` and `end` count.
#[derive(Clone, Copy)]
pub enum Offsets {
    /// UTF-16 code units, for a document that was a JavaScript string.
    Utf16,
    /// Bytes.
    Bytes,
}

/// The outcome of [`check`].
pub enum Checked {
    /// Nothing is wrong with the document.
    Clean {
        /// What it is: the kind's place in [`DocumentKind::ALL`].
        kind: usize,
        /// How many records it holds.
        record_count: usize,
    },
    /// The report as JSON.
    Report(String),
}

/// The report of a document, and its records that are right, as JSON.
pub fn validate(
    document: &[u8],
    rules: &Rules,
    now: Timestamp,
    offsets: Offsets,
) -> Result<String, Refusal> {
    size::check(document)?;
    let reading = usage::read(document, rules, now, None);
    let kind = reading.kind;
    Ok(Json::object(|object| {
        write_report(object, &reading.report, document, offsets);
        object.list("records", &reading.records, |json, (index, record)| {
            json.members(|object| write_record(object, kind, *index, record));
        });
    }))
}

/// The report of a document without its records: as numbers where nothing is wrong.
pub fn check(
    document: &[u8],
    rules: &Rules,
    now: Timestamp,
    offsets: Offsets,
) -> Result<Checked, Refusal> {
    size::check(document)?;
    let report = usage::check(document, rules, now, None);
    let kind = DocumentKind::ALL.iter().position(|kind| Some(*kind) == report.kind);
    // What is not listed comes after 10,000 that are.
    if let (true, Some(kind)) = (report.violations.is_empty(), kind) {
        return Ok(Checked::Clean { kind, record_count: report.record_count });
    }
    Ok(Checked::Report(Json::object(|object| write_report(object, &report, document, offsets))))
}

fn write_report(object: &mut Object<'_>, report: &Report, document: &[u8], offsets: Offsets) {
    let spans = report.violations.iter().map(|violation| violation.span);
    let places = Places::of(document, spans.flat_map(|span| [span.start, span.end]));
    object.text("verdict", if report.is_accepted() { "accepted" } else { "rejected" });
    object.text_or_null("kind", report.kind.map(DocumentKind::code));
    object.count("recordCount", report.record_count);
    object.list("violations", &report.violations, |json, violation| {
        json.members(|object| write_violation(object, violation, &places, offsets));
    });
    object.count("unlistedErrors", report.unlisted_errors);
    object.count("unlistedWarnings", report.unlisted_warnings);
}

fn write_violation(
    object: &mut Object<'_>,
    violation: &Violation,
    places: &Places,
    offsets: Offsets,
) {
    let start = places.get(violation.span.start);
    let end = places.get(violation.span.end);
    let (start_offset, end_offset) = match offsets {
        Offsets::Utf16 => (start.utf16, end.utf16),
        Offsets::Bytes => (violation.span.start, violation.span.end),
    };
    object.text("code", violation.code.code());
    object.text("severity", violation.severity.code());
    object.text("pointer", &violation.pointer);
    object.number_or_null("record", violation.record.map(wide));
    object.number_or_null("firstRecord", violation.first_record.map(wide));
    object.text("actual", &violation.actual);
    object.text("limit", &violation.limit);
    object.text("source", violation.source);
    object.text("message", &violation.message);
    object.count("start", start_offset);
    object.count("end", end_offset);
    object.count("line", start.line);
    object.count("column", start.column);
}

fn write_record(
    object: &mut Object<'_>,
    kind: Option<DocumentKind>,
    index: usize,
    record: &UsageRecord,
) {
    object.count("index", index);
    object.text("pointer", &pointer(kind, index));
    object.object("identity", |object| write_identity(object, record.identity()));
    object.text("dimension", record.dimension().as_str());
    object.number("timestamp", record.timestamp().unix_millis());
    object.number("hour", record.timestamp().start_of_hour().unix_millis());
    object.text("quantity", &record.quantity().to_text());
    object.count("allocations", record.allocations().len());
}

fn write_identity(object: &mut Object<'_>, identity: &Identity) {
    object.text("form", identity.form().code());
    object.text_if_any("licenseArn", identity.license_arn().map(AsRef::as_ref));
    object.text_if_any("customerAWSAccountId", identity.account().map(AsRef::as_ref));
    object.text_if_any("customerIdentifier", identity.customer().map(AsRef::as_ref));
    object.text_if_any("productCode", identity.product_code().map(AsRef::as_ref));
}

/// Where a record of such a document stands.
fn pointer(kind: Option<DocumentKind>, index: usize) -> String {
    let index = decimal(wide(index));
    match kind {
        Some(DocumentKind::BatchMeterUsage) => ["/UsageRecords/", &index].concat(),
        Some(DocumentKind::UsageRecords) => ["/", &index].concat(),
        Some(DocumentKind::UsageRecord | DocumentKind::MeterUsage) | None => String::new(),
    }
}
