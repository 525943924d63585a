//! Where each record of an event stands in the ledger.

use std::collections::{BTreeMap, HashMap};

use meterproof::Timestamp;
use meterproof::usage::UsageRecord;
use meterproof_metering::{Adopted, Bucket, BucketKey, Ledger, LedgerError};
use tokio::time::{Instant, timeout_at};

use super::codes;
use super::intake::{Fault, Intake};
use crate::log::ledger_failed;
use crate::queue::codes as queue_codes;

/// Where a record came from: the message within the event and the record within the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Handle {
    pub(super) message: usize,
    pub(super) record: usize,
}

/// Where a record stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is the record of this bucket.
    Bucket(BucketKey),
    /// It is billed under no bucket.
    Refused(Fault),
    /// The ledger could not say.
    Unknown { code: &'static str },
}

/// All records of an event and their buckets.
#[derive(Default)]
pub(super) struct Standings {
    pub(super) records: HashMap<Handle, Standing>,
    pub(super) buckets: BTreeMap<BucketKey, Bucket>,
}

/// Looks up every record of an event, and takes in those that were summed up elsewhere; what the
/// ledger has not said by `until` stays unknown.
pub(super) async fn look_up<L: Ledger>(
    ledger: &L,
    intakes: &[Intake],
    now: Timestamp,
    until: Instant,
) -> Standings {
    let mut standings = Standings::default();
    standings.current(ledger, intakes, now, until).await;
    standings.past(ledger, intakes, until).await;
    standings
}

impl Standings {
    async fn current<L: Ledger>(
        &mut self,
        ledger: &L,
        intakes: &[Intake],
        now: Timestamp,
        until: Instant,
    ) {
        let (mut handles, mut records) = (Vec::new(), Vec::new());
        for (message, intake) in intakes.iter().enumerate() {
            for (record, usage) in &intake.records {
                let handle = Handle { message, record: *record };
                let (actual, expected) = (usage.identity().form(), ledger.place().form);
                if actual == expected {
                    handles.push(handle);
                    records.push(usage.clone());
                } else {
                    let text = format!(
                        "the record names its customer by {actual}, this ledger meters by {expected}: one product metered in two forms is billed twice, so send it in the ledger's form"
                    );
                    let pointer = intake.pointer(*record);
                    let fault = Fault { pointer, code: codes::OTHER_IDENTITY_FORM, text };
                    self.records.insert(handle, Standing::Refused(fault));
                }
            }
        }
        if records.is_empty() {
            return;
        }
        let adopting = ledger.adopt(records.clone(), now);
        match answered(adopting, handles.len(), until).await {
            Ok(adopted) => {
                for ((handle, record), adopted) in handles.into_iter().zip(records).zip(adopted) {
                    let standing = match adopted {
                        Adopted::Ours(bucket) => self.ours(bucket),
                        Adopted::Other(bucket) => {
                            let pointer = intakes
                                .get(handle.message)
                                .map_or_else(String::new, |intake| intake.pointer(handle.record));
                            Standing::Refused(other(pointer, &record, &bucket))
                        }
                    };
                    self.records.insert(handle, standing);
                }
            }
            Err(code) => self.unknown(handles, code),
        }
    }

    /// What AWS takes no more is never taken in: it may have been billed before this ledger was
    /// made. Where the ledger has it, the ledger knows what became of it.
    async fn past<L: Ledger>(&mut self, ledger: &L, intakes: &[Intake], until: Instant) {
        let (mut handles, mut records, mut keys) = (Vec::new(), Vec::new(), Vec::new());
        for (message, intake) in intakes.iter().enumerate() {
            for past in &intake.past {
                handles.push(Handle { message, record: past.index });
                let region = ledger.place().region.clone();
                keys.push(BucketKey::of_record(region, &past.record));
                records.push(past);
            }
        }
        if keys.is_empty() {
            return;
        }
        match answered(ledger.get(keys), handles.len(), until).await {
            Ok(buckets) => {
                for ((handle, past), bucket) in handles.into_iter().zip(records).zip(buckets) {
                    let is_same = |bucket: &Bucket| {
                        bucket.record().is_some_and(|ours| ours.is_same_usage(&past.record))
                    };
                    let standing = match bucket.filter(is_same) {
                        Some(bucket) => self.ours(bucket),
                        None => Standing::Refused(past.fault.clone()),
                    };
                    self.records.insert(handle, standing);
                }
            }
            Err(code) => self.unknown(handles, code),
        }
    }

    fn ours(&mut self, bucket: Bucket) -> Standing {
        let key = bucket.key.clone();
        self.buckets.insert(key.clone(), bucket);
        Standing::Bucket(key)
    }

    fn unknown(&mut self, handles: Vec<Handle>, code: &'static str) {
        self.records.extend(handles.into_iter().map(|handle| (handle, Standing::Unknown { code })));
    }
}

/// As many answers as were asked for, or the code of why there are none. What is cut off here may
/// be done or not, and is looked up again with the message.
async fn answered<T>(
    asking: impl Future<Output = Result<Vec<T>, LedgerError>>,
    asked: usize,
    until: Instant,
) -> Result<Vec<T>, &'static str> {
    let error = match timeout_at(until, asking).await {
        Ok(Ok(answers)) if answers.len() == asked => return Ok(answers),
        Ok(Ok(answers)) => {
            LedgerError::Corrupt { what: format!("{} answers to {asked}", answers.len()) }
        }
        Ok(Err(error)) => error,
        Err(_) => return Err(queue_codes::NO_TIME_LEFT),
    };
    ledger_failed(&error);
    Err(error.code())
}

fn other(pointer: String, record: &UsageRecord, bucket: &Bucket) -> Fault {
    let quantity = record.quantity();
    let text = match bucket.record() {
        Some(ours) => format!(
            "the ledger has the quantity {} for this customer, dimension and hour ({}); this record has {quantity} or other allocations and is not billed: meter the difference for an hour that is still open",
            ours.quantity(),
            bucket.state.name(),
        ),
        None => format!(
            "the ledger adds up events for this customer, dimension and hour ({}); this record with the quantity {quantity} is not billed: send events, or records for customers and dimensions that have no events",
            bucket.state.name(),
        ),
    };
    Fault { pointer, code: codes::CONFLICT, text }
}
