//! One request to be sent, and the handles of whatever brought its records.

use alloc::string::String;
use alloc::vec::Vec;

use super::batch_request::BatchMeterUsageRequest;
use super::disposition::Disposition;
use super::echo::Outcome;
use super::identifiers::ProductCode;
use super::identity::IdentityForm;
use super::quantity::Quantity;
use super::record::{IdempotencyKey, UsageRecord};
use super::service_error::ErrorClass;
use super::{settle, to_json};

/// A request that keeps every limit, never empty, made by [`plan`](super::plan).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch<H> {
    request: BatchMeterUsageRequest,
    /// The handles of each record, in the order of the records; none is empty.
    handles: Vec<Vec<H>>,
}

impl<H> Batch<H> {
    /// The records, in the order of the request.
    pub fn records(&self) -> impl Iterator<Item = &UsageRecord> {
        self.request.records().iter()
    }

    /// How many records: 1 to 25.
    #[expect(clippy::len_without_is_empty, reason = "a batch is never empty")]
    pub fn len(&self) -> usize {
        self.request.records().len()
    }

    /// All handles, by record.
    pub fn handles(&self) -> impl Iterator<Item = &H> {
        self.handles.iter().flatten()
    }

    /// Each record with its handles: the first brought it, the others brought it again.
    pub fn entries(&self) -> impl Iterator<Item = (&UsageRecord, &[H])> {
        self.records().zip(self.handles.iter().map(Vec::as_slice))
    }

    /// The request to send.
    pub fn request(&self) -> &BatchMeterUsageRequest {
        &self.request
    }

    /// The request body: the same bytes each time.
    pub fn to_json(&self) -> String {
        self.request.to_json()
    }

    /// The product of the request; none where licenses name it.
    pub fn product_code(&self) -> Option<&ProductCode> {
        self.request.product_code()
    }

    /// The identity form of all records.
    pub fn identity_form(&self) -> IdentityForm {
        // A batch is never empty; the fallback is for the compiler alone.
        self.records().next().map_or(IdentityForm::License, |record| record.identity().form())
    }

    /// What becomes of each handle: every one exactly once, by record.
    ///
    /// A result is matched to a record by customer, dimension, hour and quantity; a result that
    /// repeats no record is matched by its place where there are as many results as records, all
    /// others stand at their records' places, and nothing is unprocessed.
    /// Where the answer is missing, unknown or contradicts itself, the record is sent again: the
    /// same bytes are billed once, so this is safe.
    pub fn settle(&self, outcome: &Outcome) -> Vec<(&H, Disposition)> {
        self.settle_known(outcome, |_| None)
    }

    /// As [`settle`](Self::settle), for a caller that remembers what was metered: a
    /// `DuplicateRecord` is accepted where `known` has the same quantity for the key, because
    /// AWS is reported to answer so to an identical resend.
    pub fn settle_known(
        &self,
        outcome: &Outcome,
        known: impl Fn(&IdempotencyKey) -> Option<Quantity>,
    ) -> Vec<(&H, Disposition)> {
        let dispositions = settle::dispositions(self.request.records(), outcome, known);
        self.handles
            .iter()
            .zip(dispositions)
            .flat_map(|(handles, disposition)| {
                handles.iter().map(move |handle| (handle, disposition.clone()))
            })
            .collect()
    }

    /// What to send again after this outcome; nothing when every record is final.
    ///
    /// After an answer: the records without a final one, in one batch. After an error that
    /// blames one record of many: the two halves, so that sending what remains again and again
    /// finds the record in at most five steps. After any other error: the batch as it is.
    pub fn remaining(self, outcome: &Outcome) -> Vec<Self> {
        match outcome {
            Outcome::Refused(error) if error.class() == ErrorClass::BlamesRecord => self.halves(),
            _ => self.unsettled(outcome).into_iter().collect(),
        }
    }

    pub(super) fn new(entries: Vec<Entry<H>>) -> Self {
        Self::from_parts(entries.into_iter().map(Entry::into_parts))
    }

    /// At least one record, each with at least one handle.
    fn from_parts(parts: impl IntoIterator<Item = (Vec<H>, UsageRecord)>) -> Self {
        let (handles, records) = parts.into_iter().unzip();
        Self { request: BatchMeterUsageRequest::planned(records), handles }
    }

    /// Bytes of a request with this record, less the record.
    pub(super) fn overhead(record: &UsageRecord) -> usize {
        let code = record.identity().product_code().map(ProductCode::as_str);
        // The alphabet of a product code needs no escapes.
        let product = code.map_or(0, |code| r#""ProductCode":"","#.len() + code.len());
        r#"{"UsageRecords":[]}"#.len() + product
    }

    fn into_parts(self) -> impl Iterator<Item = (Vec<H>, UsageRecord)> {
        self.handles.into_iter().zip(self.request.into_records())
    }

    fn halves(self) -> Vec<Self> {
        if self.len() < 2 {
            return Vec::new();
        }
        let middle = self.len() / 2;
        let mut first: Vec<_> = self.into_parts().collect();
        let second = first.split_off(middle);
        alloc::vec![Self::from_parts(first), Self::from_parts(second)]
    }

    fn unsettled(self, outcome: &Outcome) -> Option<Self> {
        let dispositions = settle::dispositions(self.request.records(), outcome, |_| None);
        let parts: Vec<_> = self
            .into_parts()
            .zip(dispositions)
            .filter(|(_, disposition)| matches!(disposition, Disposition::Retry(_)))
            .map(|(part, _)| part)
            .collect();
        (!parts.is_empty()).then(|| Self::from_parts(parts))
    }
}

/// A record on its way into a batch.
#[derive(Clone, Debug)]
pub(super) struct Entry<H> {
    handles: Vec<H>,
    record: UsageRecord,
    bytes: usize,
}

impl<H> Entry<H> {
    /// At least one handle.
    pub(super) fn new(handles: Vec<H>, record: UsageRecord) -> Self {
        let bytes = to_json::to_json(&record).len();
        Self { handles, record, bytes }
    }

    pub(super) fn record(&self) -> &UsageRecord {
        &self.record
    }

    /// Bytes of the record as serialised.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn into_parts(self) -> (Vec<H>, UsageRecord) {
        (self.handles, self.record)
    }
}
