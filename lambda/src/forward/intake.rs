//! Reads one message's body.

use meterproof::Timestamp;
use meterproof::usage::{DocumentKind, UsageRecord, Violation, ViolationCode, read};

use super::codes;
use super::config::Policy;

/// What a body holds: records to send, and what is wrong with the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Intake {
    /// How records are addressed within the body.
    pub(super) kind: Option<DocumentKind>,
    /// Records without an error, with their index in the body.
    pub(super) records: Vec<(usize, UsageRecord)>,
    /// Errors of the body or of single records.
    pub(super) faults: Vec<Fault>,
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
pub(super) fn take_in(body: &str, policy: &Policy, now: Timestamp) -> Intake {
    let reading = read(body.as_bytes(), &policy.rules, now, policy.default_product.as_ref());
    let mut faults: Vec<Fault> = reading
        .report
        .errors()
        // Which of two contradicting records stands is known once the first one is accepted.
        .filter(|violation| violation.code != ViolationCode::ConflictingRecords)
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
    Intake { kind: reading.kind, records: reading.records, faults }
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

fn fault(violation: &Violation) -> Fault {
    Fault {
        pointer: violation.pointer.clone(),
        code: violation.code.code(),
        text: violation.message.clone(),
    }
}
