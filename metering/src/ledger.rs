//! The ledger: the few operations that need a transaction.

use std::fmt;
use std::future::Future;

use meterproof::Timestamp;
use meterproof::usage::{LicenseArn, UsageRecord};

use crate::{
    Bucket, BucketKey, Input, License, LicenseEvent, Place, Policy, StateName, UsageEvent,
};

/// Keeps events and buckets. A value is opened for one [`Place`] and one [`Policy`]; opening a
/// ledger that was made for another place fails with [`LedgerError::OtherPlace`].
///
/// Every operation is safe to repeat: an operation that failed, or whose answer was lost, is
/// called again with the same arguments. When a call has returned `Ok`, what it did survives the
/// end of the process (in memory, for as long as the value lives).
pub trait Ledger: Send + Sync {
    /// Where this ledger's usage is metered.
    fn place(&self) -> &Place;

    /// What [`step`](crate::step) is called with.
    fn policy(&self) -> &Policy;

    /// Adds events, each in one transaction with the note of its id. The answers stand in the
    /// order of the additions; one that is not added does not hold up the others.
    ///
    /// An event goes to the first of its hours whose bucket is absent or open.
    fn add(
        &self,
        additions: Vec<Addition>,
        now: Timestamp,
    ) -> impl Future<Output = Result<Vec<Added>, LedgerError>> + Send;

    /// Takes in records that were summed up elsewhere: each becomes a frozen bucket, unless its
    /// key has a bucket already. The answers stand in the order of the records.
    fn adopt(
        &self,
        records: Vec<UsageRecord>,
        now: Timestamp,
    ) -> impl Future<Output = Result<Vec<Adopted>, LedgerError>> + Send;

    /// Opens empty buckets where there are none; says how many were opened.
    fn open(
        &self,
        keys: Vec<BucketKey>,
        now: Timestamp,
    ) -> impl Future<Output = Result<usize, LedgerError>> + Send;

    /// Applies [`step`](crate::step) to each bucket, each in one transaction with what the step
    /// carries elsewhere. The answers are the buckets afterwards, in the order of the inputs;
    /// `None` where there is no such bucket.
    ///
    /// Carried contents go to the first of [`Carry::hours`](crate::Carry::hours) whose bucket is
    /// absent or open; where none is, the bucket stays as it was.
    fn apply(
        &self,
        inputs: Vec<(BucketKey, Input)>,
        now: Timestamp,
    ) -> impl Future<Output = Result<Vec<Option<Bucket>>, LedgerError>> + Send;

    /// Up to `limit` buckets whose [`due_at`](Bucket::due_at) has come, the longest due first.
    ///
    /// One that became due a moment ago may be missing; it comes with a later call.
    fn due(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Bucket>, LedgerError>> + Send;

    /// The buckets of these keys, in their order.
    fn get(
        &self,
        keys: Vec<BucketKey>,
    ) -> impl Future<Output = Result<Vec<Option<Bucket>>, LedgerError>> + Send;

    /// The keys of a license's buckets that are open, frozen or held.
    fn unsettled_of(
        &self,
        license: &LicenseArn,
    ) -> impl Future<Output = Result<Vec<BucketKey>, LedgerError>> + Send;

    /// A page of buckets. Start without a cursor, go on with each page's own.
    fn list(
        &self,
        filter: &BucketFilter,
        after: Option<Cursor>,
    ) -> impl Future<Output = Result<Page, LedgerError>> + Send;

    /// How many buckets are in each state, and how old the oldest unsettled one is.
    fn tally(&self) -> impl Future<Output = Result<Tally, LedgerError>> + Send;

    /// Notes what happened to a license; the latest event by its own time stands, whatever the
    /// order of arrival, and at one time an end stands before an update.
    fn put_license(
        &self,
        event: &LicenseEvent,
    ) -> impl Future<Output = Result<License, LedgerError>> + Send;

    /// Every license that is known.
    fn licenses(&self) -> impl Future<Output = Result<Vec<License>, LedgerError>> + Send;

    /// Forgets ids of events that were added before `before`; says how many.
    fn forget_events(
        &self,
        before: Timestamp,
    ) -> impl Future<Output = Result<u64, LedgerError>> + Send;
}

/// An event, and the hours it may go to, the best first. Without any hour it is looked up alone:
/// the answer is [`Added::Before`], [`Added::IdTaken`] or [`Added::NoHour`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// The event.
    pub event: UsageEvent,
    /// Starts of UTC hours, from [`candidate_hours`](crate::candidate_hours).
    pub hours: Vec<Timestamp>,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is in the bucket of this hour.
    To(Timestamp),
    /// It was added before, to this hour; nothing changed.
    Before(Timestamp),
    /// Another event, with other usage, was added under this id; nothing changed.
    IdTaken,
    /// None of its hours is open; nothing changed.
    NoHour,
}

/// What became of a record that was summed up elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Adopted {
    /// The key's bucket holds this very record, taken in now or before.
    Ours(Bucket),
    /// The key's bucket holds other usage; nothing changed.
    Other(Bucket),
}

/// Which buckets to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BucketFilter {
    /// In these states; in all of them when empty.
    pub states: Vec<StateName>,
    /// Of this license.
    pub license: Option<LicenseArn>,
    /// From this hour on.
    pub from: Option<Timestamp>,
    /// Before this hour.
    pub to: Option<Timestamp>,
}

impl BucketFilter {
    /// Whether a bucket is one of those.
    #[must_use]
    pub fn holds(&self, bucket: &Bucket) -> bool {
        let hour = bucket.key.hour();
        (self.states.is_empty() || self.states.contains(&bucket.state.name()))
            && self
                .license
                .as_ref()
                .is_none_or(|license| bucket.key.identity().license_arn() == Some(license))
            && self.from.is_none_or(|from| hour >= from)
            && self.to.is_none_or(|to| hour < to)
    }
}

/// Where a page ended: a ledger's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(pub String);

/// Some buckets, and where to go on. A page without buckets may still have a cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The buckets.
    pub buckets: Vec<Bucket>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Cursor>,
}

/// The ledger at a glance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Buckets in each state, in the order of [`StateName::ALL`].
    pub states: [u64; StateName::ALL.len()],
    /// The hour of the oldest bucket that is open, frozen or held.
    pub oldest_unsettled: Option<Timestamp>,
}

/// Why a ledger did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LedgerError {
    /// It cannot be reached, or failed: ask again later.
    Unavailable {
        /// What it said.
        cause: String,
    },
    /// It has more work than it may keep waiting: ask again later.
    Busy,
    /// It was made for another place.
    OtherPlace {
        /// Where its usage is metered, as it says.
        actual: String,
        /// Where this program would meter.
        expected: Place,
    },
    /// It holds something that this version cannot read.
    Corrupt {
        /// What and where.
        what: String,
    },
}

impl LedgerError {
    /// The codes of all variants.
    pub const ALL: &'static [&'static str] =
        &["ledger_unavailable", "ledger_busy", "other_place", "corrupt_ledger"];

    /// The stable code of the variant.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } => "ledger_unavailable",
            Self::Busy => "ledger_busy",
            Self::OtherPlace { .. } => "other_place",
            Self::Corrupt { .. } => "corrupt_ledger",
        }
    }
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable { cause } => {
                write!(f, "the ledger did not do its work ({cause}); try again")
            }
            Self::Busy => f.write_str("the ledger has as much work as it keeps; try again later"),
            Self::OtherPlace { actual, expected } => write!(
                f,
                "the ledger was made for {actual}, not for {expected}: metering one product in two places bills twice, so take the one it was made for or a new ledger"
            ),
            Self::Corrupt { what } => {
                write!(f, "the ledger holds what this version cannot read: {what}")
            }
        }
    }
}

impl std::error::Error for LedgerError {}
