//! Reads one message's body.

use std::collections::BTreeMap;

use meterproof::Timestamp;
use meterproof::usage::{
    DocumentKind, ProductCode, Rules, UsageRecord, Violation, ViolationCode, read,
};

use super::codes;

/// What a body holds: records to send, and what is wrong with the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Intake {
    /// How records are addressed within the body.
    pub(super) kind: Option<DocumentKind>,
    /// Records without an error, with their index in the body.
    pub(super) records: Vec<(usize, UsageRecord)>,
    /// Records that AWS takes no more, with nothing else wrong: done where the ledger says so.
    pub(super) past: Vec<Past>,
    /// Errors of the body or of single records.
    pub(super) faults: Vec<Fault>,
}

/// A record whose window is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Past {
    /// Index of the record in the body.
    pub(super) index: usize,
    /// The record.
    pub(super) record: UsageRecord,
    /// What is wrong with it unless it was billed in time.
    pub(super) fault: Fault,
}

/// Something that keeps a record, or a whole body, from being billed as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// JSON pointer (RFC 6901) into the body; empty for the whole body.
    pub(super) pointer: String,
    /// A stable code.
    pub(super) code: &'static str,
    /// What is wrong and what to do.
    pub(super) text: String,
}

/// Reads a body: the records without an error go on even when their neighbours have some.
pub(super) fn take_in(
    body: &str,
    rules: &Rules,
    default_product: Option<&ProductCode>,
    now: Timestamp,
) -> Intake {
    let reading = read(body.as_bytes(), rules, now, default_product);
    // Which of two contradicting records stands is the ledger's to say.
    let errors = || {
        reading
            .report
            .errors()
            .filter(|violation| violation.code != ViolationCode::ConflictingRecords)
    };
    let as_of = |time| read(body.as_bytes(), rules, time, default_product).records;
    let past = past(errors().filter_map(too_late), as_of);
    let mut faults: Vec<Fault> = errors()
        .filter(|violation| !past.iter().any(|past| Some(past.index) == violation.record))
        .map(fault)
        .collect();
    if reading.report.unlisted_errors > 0 {
        faults.push(Fault {
            pointer: String::new(),
            code: codes::MORE_ERRORS,
            text: format!("{} further errors are not listed", reading.report.unlisted_errors),
        });
    }
    if reading.kind == Some(DocumentKind::MeterUsage) && faults.is_empty() {
        faults.push(Fault {
            pointer: String::new(),
            code: codes::METER_USAGE_REQUEST,
            text: "a MeterUsage request is sent by the buyer's own role; put BatchMeterUsage bodies or UsageRecords here".into(),
        });
    }
    Intake { kind: reading.kind, records: reading.records, past, faults }
}

impl Intake {
    /// The JSON pointer of a record.
    pub(super) fn pointer(&self, record: usize) -> String {
        match self.kind {
            Some(DocumentKind::BatchMeterUsage) => format!("/UsageRecords/{record}"),
            Some(DocumentKind::UsageRecords) => format!("/{record}"),
            _ => String::new(),
        }
    }
}

/// A record's index, its time and its fault, where the time is what is wrong.
fn too_late(violation: &Violation) -> Option<(usize, Timestamp, Fault)> {
    let of_time = [ViolationCode::TimestampTooOld, ViolationCode::TimestampMonthClosed];
    let time = Timestamp::parse_iso_8601(&violation.actual).ok()?;
    of_time.contains(&violation.code).then_some((violation.record?, time, fault(violation)))
}

/// How often a body is read again. Each time covers the rules' whole window, a day today.
const MAX_LOOKS: usize = 24;

/// Of records whose time is wrong, those with nothing else wrong: the body is read as of the
/// latest of their times, then as of the latest time that is left.
fn past(
    late: impl Iterator<Item = (usize, Timestamp, Fault)>,
    as_of: impl Fn(Timestamp) -> Vec<(usize, UsageRecord)>,
) -> Vec<Past> {
    let mut left: BTreeMap<usize, (Timestamp, Fault)> =
        late.map(|(index, time, fault)| (index, (time, fault))).collect();
    let mut past = Vec::new();
    for _look in 0..MAX_LOOKS {
        let Some(latest) = left.values().map(|(time, _)| *time).max() else { break };
        for (index, record) in as_of(latest) {
            if let Some((_, fault)) = left.remove(&index) {
                past.push(Past { index, record, fault });
            }
        }
        left.retain(|_, (time, _)| *time < latest);
    }
    past
}

fn fault(violation: &Violation) -> Fault {
    Fault {
        pointer: violation.pointer.clone(),
        code: violation.code.code(),
        text: violation.message.clone(),
    }
}
