//! Packs records into requests.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::batch::{Batch, Entry};
use super::identifiers::ProductCode;
use super::identity::IdentityForm;
use super::limits::{MAX_RECORDS, MAX_REQUEST_BYTES};
use super::record::{IdempotencyKey, UsageRecord};

/// What to send, and what cannot be sent.
///
/// Every handle that went in is in exactly one place: in a batch, a conflict or an oversized
/// record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan<H> {
    /// The requests to send.
    pub batches: Vec<Batch<H>>,
    /// Records that contradict an earlier one.
    pub conflicts: Vec<Conflict<H>>,
    /// Records that no request can hold.
    pub oversized: Vec<Oversized<H>>,
}

/// A record with the customer, dimension and hour of an earlier one, but another quantity or
/// other allocations: AWS would answer `DuplicateRecord`. The earlier one stays in the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict<H> {
    /// Whoever brought the record.
    pub handle: H,
    /// The record that stays out.
    pub record: UsageRecord,
    /// The record that stays in.
    pub first: UsageRecord,
}

/// A record whose request alone would reach 1 MB, by way of its allocations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oversized<H> {
    /// Whoever brought the record, and whoever brought it again.
    pub handles: Vec<H>,
    /// The record.
    pub record: UsageRecord,
    /// Bytes of a request with this record alone; the limit is
    /// [`MAX_REQUEST_BYTES`](super::limits::MAX_REQUEST_BYTES).
    pub bytes: usize,
}

/// Packs records into requests of one product and one identity form, at most 25 records, and
/// less than 1,000,000 bytes as serialised.
///
/// The order of the input is kept: within a request, and among requests by their first record.
/// Records that AWS would take for one (same customer, dimension, hour, quantity and allocations)
/// are sent once and keep all their handles. The handle is the caller's: a message id, an index.
///
/// ```
/// use meterproof::Timestamp;
/// use meterproof::usage::{Rules, plan, read};
///
/// let now = Timestamp::parse_iso_8601("2026-11-21T10:20:00Z").unwrap();
/// let record = r#"{"Timestamp": 1795251600, "Dimension": "users", "Quantity": 17,
///     "LicenseArn": "arn:aws:license-manager::444455556666:license:l-01",
///     "CustomerAWSAccountId": "444455556666"}"#;
/// let twice = format!("[{record}, {record}]");
/// let plan = plan(read(twice.as_bytes(), &Rules::CURRENT, now, None).records);
/// assert_eq!(plan.batches.len(), 1);
/// assert_eq!(plan.batches[0].len(), 1);
/// assert_eq!(plan.batches[0].handles().collect::<Vec<_>>(), [&0, &1]);
/// ```
pub fn plan<H>(records: impl IntoIterator<Item = (H, UsageRecord)>) -> Plan<H> {
    let (entries, conflicts) = coalesce(records);
    let mut packer = Packer { open: BTreeMap::new(), batches: Vec::new() };
    let mut oversized = Vec::new();
    for entry in entries {
        let bytes = Batch::<H>::overhead(entry.record()) + entry.bytes();
        if bytes >= MAX_REQUEST_BYTES {
            let (handles, record) = entry.into_parts();
            oversized.push(Oversized { handles, record, bytes });
        } else {
            packer.add(entry);
        }
    }
    let batches = packer.batches.into_iter().map(Batch::new).collect();
    Plan { batches, conflicts, oversized }
}

/// Merges equal records, and sets apart those that contradict an earlier one.
fn coalesce<H>(
    records: impl IntoIterator<Item = (H, UsageRecord)>,
) -> (Vec<Entry<H>>, Vec<Conflict<H>>) {
    let mut entries: Vec<Entry<H>> = Vec::new();
    let mut conflicts = Vec::new();
    let mut places: BTreeMap<IdempotencyKey, usize> = BTreeMap::new();
    for (handle, record) in records {
        let next = entries.len();
        let place = *places.entry(record.key()).or_insert(next);
        match entries.get_mut(place) {
            None => entries.push(Entry::new(handle, record)),
            Some(entry) if entry.record().is_same_usage(&record) => entry.add_handle(handle),
            Some(entry) => {
                conflicts.push(Conflict { handle, record, first: entry.record().clone() });
            }
        }
    }
    (entries, conflicts)
}

/// Fills one request after the other for each product and identity form.
struct Packer<H> {
    /// The request still open for a group, by its place in `batches`, and its bytes so far.
    open: BTreeMap<(Option<ProductCode>, IdentityForm), (usize, usize)>,
    batches: Vec<Vec<Entry<H>>>,
}

impl<H> Packer<H> {
    fn add(&mut self, entry: Entry<H>) {
        let identity = entry.record().identity();
        let group = (identity.product_code().cloned(), identity.form());
        let comma = 1;
        if let Some((place, bytes)) = self.open.get_mut(&group)
            && let Some(batch) = self.batches.get_mut(*place)
            && batch.len() < MAX_RECORDS
            && *bytes + comma + entry.bytes() < MAX_REQUEST_BYTES
        {
            *bytes += comma + entry.bytes();
            batch.push(entry);
            return;
        }
        let bytes = Batch::<H>::overhead(entry.record()) + entry.bytes();
        self.open.insert(group, (self.batches.len(), bytes));
        self.batches.push(alloc::vec![entry]);
    }
}
