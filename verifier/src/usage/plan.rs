//! Packs records into requests.

use alloc::vec::Vec;

use super::batch::{Batch, Entry};
use super::identifiers::ProductCode;
use super::identity::IdentityForm;
use super::limits::{MAX_RECORDS, MAX_REQUEST_BYTES};
use super::record::UsageRecord;
use super::validate::seen::{Hasher, Keys, Seen};

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
    /// Whoever brought the record that stays in.
    pub first_handle: H,
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
pub fn plan<H: Clone>(records: impl IntoIterator<Item = (H, UsageRecord)>) -> Plan<H> {
    let (entries, conflicts) = coalesce(records);
    let mut packer =
        Packer { groups: Groups(Vec::new()), seen: Seen::default(), batches: Vec::new() };
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
fn coalesce<H: Clone>(
    records: impl IntoIterator<Item = (H, UsageRecord)>,
) -> (Vec<Entry<H>>, Vec<Conflict<H>>) {
    let (mut entries, mut conflicts) = (Vec::<Vec<H>>::new(), Vec::new());
    let (mut firsts, mut seen) = (Firsts(Vec::new()), Seen::default());
    for (handle, record) in records {
        firsts.0.push(record);
        let Some(first) = seen.add(&firsts as &dyn Keys) else {
            entries.push(alloc::vec![handle]);
            continue;
        };
        if let (Some(record), Some(first), Some(handles)) =
            (firsts.0.pop(), firsts.0.get(first), entries.get_mut(first))
        {
            if first.is_same_usage(&record) {
                handles.push(handle);
            // The first record came with one.
            } else if let Some(first_handle) = handles.first().cloned() {
                conflicts.push(Conflict { handle, record, first_handle, first: first.clone() });
            }
        }
    }
    let entries = entries.into_iter().zip(firsts.0);
    (entries.map(|(handles, record)| Entry::new(handles, record)).collect(), conflicts)
}

/// The first record of each [key](UsageRecord::key), to be found again.
struct Firsts(Vec<UsageRecord>);

impl Keys for Firsts {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn write(&self, number: usize, hasher: &mut Hasher) {
        let Some(record) = self.0.get(number) else { return };
        let identity = record.identity();
        write_group(identity.product_code(), identity.form(), hasher);
        hasher.number(record.timestamp().start_of_hour().unix_millis().cast_unsigned());
        let license = identity.license_arn().map(AsRef::as_ref);
        let account = identity.account().map(AsRef::as_ref);
        let customer = identity.customer().map(AsRef::as_ref);
        for text in [license, account, customer, Some(record.dimension().as_str())] {
            hasher.str(text.unwrap_or_default());
        }
    }

    fn is_same(&self, a: usize, b: usize) -> bool {
        matches!((self.0.get(a), self.0.get(b)), (Some(a), Some(b)) if a.has_same_key(b))
    }
}

/// Fills one request after the other for each product and identity form.
struct Packer<H> {
    groups: Groups,
    seen: Seen,
    batches: Vec<Vec<Entry<H>>>,
}

impl<H> Packer<H> {
    fn add(&mut self, entry: Entry<H>) {
        let identity = entry.record().identity();
        let product_code = identity.product_code().cloned();
        let next = self.batches.len();
        self.groups.0.push(Group { product_code, form: identity.form(), place: next, bytes: 0 });
        let known = self.seen.add(&self.groups as &dyn Keys);
        if known.is_some() {
            self.groups.0.pop();
        }
        let at = known.unwrap_or(self.groups.0.len().wrapping_sub(1));
        // It was found there, or put there.
        let Some(group) = self.groups.0.get_mut(at) else { return };
        let comma = 1;
        if let Some(batch) = self.batches.get_mut(group.place)
            && batch.len() < MAX_RECORDS
            && group.bytes + comma + entry.bytes() < MAX_REQUEST_BYTES
        {
            group.bytes += comma + entry.bytes();
            batch.push(entry);
            return;
        }
        group.place = next;
        group.bytes = Batch::<H>::overhead(entry.record()) + entry.bytes();
        self.batches.push(alloc::vec![entry]);
    }
}

/// What a request has one of, and the request that is still open for it.
struct Group {
    product_code: Option<ProductCode>,
    form: IdentityForm,
    /// Its place among the batches.
    place: usize,
    /// Bytes so far.
    bytes: usize,
}

/// Groups, to be found again.
struct Groups(Vec<Group>);

impl Keys for Groups {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn write(&self, number: usize, hasher: &mut Hasher) {
        if let Some(group) = self.0.get(number) {
            write_group(group.product_code.as_ref(), group.form, hasher);
        }
    }

    fn is_same(&self, a: usize, b: usize) -> bool {
        let key = |at| self.0.get(at).map(|group: &Group| (&group.product_code, group.form));
        key(a) == key(b)
    }
}

fn write_group(product_code: Option<&ProductCode>, form: IdentityForm, hasher: &mut Hasher) {
    hasher.number(form as u64);
    // No product code is the empty text.
    hasher.str(product_code.map(ProductCode::as_str).unwrap_or_default());
}
