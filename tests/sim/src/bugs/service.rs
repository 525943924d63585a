//! Bugs in how a program sends its usage and reads the answer.

use meterproof::usage::{
    BatchMeterUsageRequest, ErrorClass, Outcome, RecordEcho, RecordResult, RecordStatus,
    ServiceError, UsageRecord,
};
use meterproof_metering::MeteringService;

use super::Bug;
use crate::executor::Sim;

/// The way to AWS, and a bug at its mouth.
pub(crate) struct BuggyService<S> {
    pub(crate) inner: S,
    pub(crate) bug: Option<Bug>,
    pub(crate) sim: Sim,
}

impl<S: MeteringService + Sync> MeteringService for BuggyService<S> {
    async fn batch_meter_usage(&self, request: &BatchMeterUsageRequest) -> Outcome {
        match self.bug {
            None => self.inner.batch_meter_usage(request).await,
            Some(Bug::TimestampNow) => {
                let outcome = self.inner.batch_meter_usage(&self.stamped(request)).await;
                as_of(request, outcome)
            }
            Some(bug) => mistaken(bug, request, self.inner.batch_meter_usage(request).await),
        }
    }
}

impl<S> BuggyService<S> {
    /// The same usage, as of now.
    fn stamped(&self, request: &BatchMeterUsageRequest) -> BatchMeterUsageRequest {
        let now = self.sim.now();
        let mut stamped: Vec<UsageRecord> = Vec::new();
        for record in request.records() {
            let record = UsageRecord::new(
                record.identity().clone(),
                record.dimension().clone(),
                now,
                record.quantity(),
                record.allocations().to_vec(),
            );
            let record = record.expect("a record's own allocations");
            // Two hours of one customer become one: a request takes the key once.
            if stamped.iter().all(|other| other.key() != record.key()) {
                stamped.push(record);
            }
        }
        BatchMeterUsageRequest::new(stamped).expect("a part of a request")
    }
}

/// The answer to the stamped records, told of the records as the engine knows them.
fn as_of(request: &BatchMeterUsageRequest, outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Answered { .. } => all(request, &RecordStatus::Success),
        other => other,
    }
}

fn mistaken(bug: Bug, request: &BatchMeterUsageRequest, outcome: Outcome) -> Outcome {
    match (bug, outcome) {
        (Bug::ErrorIsDone, Outcome::Refused(_) | Outcome::Unreachable { .. }) => {
            all(request, &RecordStatus::Success)
        }
        (Bug::UnprocessedUnread, Outcome::Answered { mut results, unprocessed }) => {
            results.extend(unprocessed.into_iter().map(|record| RecordResult {
                record: Some(record),
                status: RecordStatus::Success,
                metering_record_id: None,
            }));
            Outcome::Answered { results, unprocessed: Vec::new() }
        }
        (Bug::DuplicateIsSuccess, Outcome::Answered { mut results, unprocessed }) => {
            for result in &mut results {
                if result.status == RecordStatus::DuplicateRecord {
                    result.status = RecordStatus::Success;
                }
            }
            Outcome::Answered { results, unprocessed }
        }
        (Bug::SilenceIsRefusal, Outcome::Unreachable { reason }) => {
            Outcome::Refused(ServiceError::new("ThrottlingException", reason))
        }
        (Bug::GroupFails, Outcome::Refused(error))
            if error.class() == ErrorClass::BlamesRecord && request.records().len() > 1 =>
        {
            all(request, &RecordStatus::CustomerNotSubscribed)
        }
        (_, outcome) => outcome,
    }
}

fn all(request: &BatchMeterUsageRequest, status: &RecordStatus) -> Outcome {
    let result = |record: &UsageRecord| RecordResult {
        record: Some(RecordEcho::from(record)),
        status: status.clone(),
        metering_record_id: None,
    };
    Outcome::Answered {
        results: request.records().iter().map(result).collect(),
        unprocessed: Vec::new(),
    }
}
