//! From a call's outcome to what becomes of each record.

use alloc::vec::Vec;

use super::disposition::{Disposition, Rejection, RetryCause};
use super::echo::{Outcome, RecordEcho, RecordResult, RecordStatus};
use super::quantity::Quantity;
use super::record::{IdempotencyKey, UsageRecord};
use super::service_error::{ErrorClass, ServiceError};

/// One disposition for each record, in their order.
///
/// The rule beneath all: final only by a clear word of the service. Anything else is sent again
/// with the same bytes, which AWS bills once.
pub(super) fn dispositions(
    records: &[UsageRecord],
    outcome: &Outcome,
    known: impl Fn(&IdempotencyKey) -> Option<Quantity>,
) -> Vec<Disposition> {
    let all = |cause: RetryCause| alloc::vec![Disposition::Retry(cause); records.len()];
    match outcome {
        Outcome::Answered { results, unprocessed } => {
            answered(records, results, unprocessed, known)
        }
        Outcome::Unreachable { reason } => all(RetryCause::Unreachable { reason: reason.clone() }),
        Outcome::Refused(error) => refused(records.len(), error),
    }
}

fn refused(records: usize, error: &ServiceError) -> Vec<Disposition> {
    let error = error.clone();
    let disposition = match error.class() {
        ErrorClass::Transient => Disposition::Retry(RetryCause::Transient { error }),
        ErrorClass::NotTheRecord => Disposition::Retry(RetryCause::NotTheRecord { error }),
        ErrorClass::BlamesRecord if records == 1 => {
            Disposition::Reject(Rejection::Refused { error })
        }
        ErrorClass::BlamesRecord => Disposition::Retry(RetryCause::Isolate { error }),
    };
    alloc::vec![disposition; records]
}

fn answered(
    records: &[UsageRecord],
    results: &[RecordResult],
    unprocessed: &[RecordEcho],
    known: impl Fn(&IdempotencyKey) -> Option<Quantity>,
) -> Vec<Disposition> {
    let by_place = unprocessed.is_empty() && are_in_order(records, results);
    records
        .iter()
        .enumerate()
        .map(|(index, record)| {
            let mut answers = results
                .iter()
                .filter(|result| result.record.as_ref().is_some_and(|echo| echo.is_of(record)));
            let answer = answers
                .next()
                .or_else(|| results.get(index).filter(|r| by_place && r.record.is_none()));
            if unprocessed.iter().any(|echo| echo.is_of(record)) {
                return Disposition::Retry(RetryCause::Unprocessed);
            }
            match answer {
                Some(answer) if answers.all(|other| other.status == answer.status) => {
                    disposition(record, answer, &known)
                }
                _ => Disposition::Retry(RetryCause::Unanswered),
            }
        })
        .collect()
}

/// Whether there is one result for each record, and none repeats another record than the one at
/// its own place.
fn are_in_order(records: &[UsageRecord], results: &[RecordResult]) -> bool {
    results.len() == records.len()
        && records
            .iter()
            .zip(results)
            .all(|(record, result)| result.record.as_ref().is_none_or(|echo| echo.is_of(record)))
}

fn disposition(
    record: &UsageRecord,
    answer: &RecordResult,
    known: impl Fn(&IdempotencyKey) -> Option<Quantity>,
) -> Disposition {
    let accept = || Disposition::Accept { metering_record_id: answer.metering_record_id.clone() };
    match &answer.status {
        RecordStatus::Success => accept(),
        RecordStatus::CustomerNotSubscribed => {
            Disposition::Reject(Rejection::CustomerNotSubscribed)
        }
        RecordStatus::DuplicateRecord => match known(&record.key()) {
            Some(known) if known == record.quantity() => accept(),
            known => {
                Disposition::Reject(Rejection::DuplicateRecord { sent: record.quantity(), known })
            }
        },
        RecordStatus::Unknown(status) => {
            Disposition::Retry(RetryCause::UnknownStatus { status: status.clone() })
        }
    }
}
