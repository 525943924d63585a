//! The ways in: from JSON to records and a report.

use alloc::vec::Vec;

use super::identifiers::ProductCode;
use super::meter_request::MeterUsageRequest;
use super::record::UsageRecord;
use super::report::{DocumentKind, Report};
use super::rules::Rules;
use super::validate::{Task, document};
use crate::Timestamp;

/// A document, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What the document was taken for; `None` where it could not be read at all.
    pub kind: Option<DocumentKind>,
    /// Everything that is wrong with it.
    pub report: Report,
    /// The records that have no error of their own, by their place in the document, even where
    /// others have. Of records that contradict each other all are here: which of them to keep is
    /// [`plan`](super::plan)'s decision. None where the request as a whole has an error.
    pub records: Vec<(usize, UsageRecord)>,
    /// The product code of a BatchMeterUsage body.
    pub product_code: Option<ProductCode>,
    /// The request, where the document is a MeterUsage body without an error.
    pub meter_usage: Option<MeterUsageRequest>,
}

/// Reads a BatchMeterUsage body, a MeterUsage body, one usage record or an array of them, and
/// says everything that AWS would refuse.
///
/// Timestamps may be epoch seconds, as on the wire, or ISO 8601 texts. `default_product` is the
/// product of records that come without a request around them and without a license; a request
/// has to name its own.
pub fn read(
    json: &[u8],
    rules: &Rules,
    now: Timestamp,
    default_product: Option<&ProductCode>,
) -> Reading {
    document(json, Task { rules, now, default_product, kind: None, keep: true })
}

/// The report of [`read`] alone: in one pass over the bytes, and where nothing is wrong without an
/// allocation for any record.
///
/// Time is linear in the bytes, whatever they are. Memory is what records are compared with each
/// other by: their customers, dimensions and hours, and the tags of those that are split.
///
/// ```
/// use meterproof::Timestamp;
/// use meterproof::usage::{ProductCode, Rules, check};
///
/// let now = Timestamp::parse_iso_8601("2026-11-21T10:20:00Z")?;
/// let record = br#"{"Timestamp": 1795251600, "CustomerIdentifier": "c1", "Dimension": "users",
///     "Quantity": 17}"#;
/// let product = ProductCode::parse("saaslegacy000000000000001")?;
/// assert!(check(record, &Rules::CURRENT, now, Some(&product)).is_accepted());
/// assert!(!check(record, &Rules::CURRENT, now, None).is_accepted());
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub fn check(
    json: &[u8],
    rules: &Rules,
    now: Timestamp,
    default_product: Option<&ProductCode>,
) -> Report {
    document(json, Task { rules, now, default_product, kind: None, keep: false }).report
}

/// Says everything that AWS would refuse in a document, and what it might: each violation with
/// its code, place, actual value, limit and source.
///
/// Records that come without a request around them have no product but by a license: [`check`]
/// takes one.
///
/// ```
/// use meterproof::Timestamp;
/// use meterproof::usage::{Rules, validate};
///
/// let now = Timestamp::parse_iso_8601("2026-11-21T10:20:00Z").unwrap();
/// let report = validate(br#"{"UsageRecords": [{"Quantity": -1}]}"#, &Rules::CURRENT, now);
/// let found: Vec<_> = report.violations.iter().map(|v| (v.pointer.as_str(), v.code.code())).collect();
/// assert_eq!(found, [
///     ("/UsageRecords/0", "missing_identity"),
///     ("/UsageRecords/0", "missing_member"),
///     ("/UsageRecords/0", "missing_member"),
///     ("/UsageRecords/0/Quantity", "quantity_negative"),
/// ]);
/// ```
pub fn validate(json: &[u8], rules: &Rules, now: Timestamp) -> Report {
    check(json, rules, now, None)
}

/// Reads a document as one kind, whatever it looks like.
pub(super) fn read_as(json: &[u8], rules: &Rules, now: Timestamp, kind: DocumentKind) -> Reading {
    document(json, Task { rules, now, default_product: None, kind: Some(kind), keep: true })
}
