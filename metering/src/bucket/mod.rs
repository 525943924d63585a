//! A bucket: the usage of one customer in one dimension and one hour, and what became of it.

mod billing;
mod codec;
mod contents;
mod freeze;
mod key;
mod note;
mod state;
#[cfg(test)]
mod testing;
mod transition;

use meterproof::Timestamp;
use meterproof::usage::UsageRecord;

pub use codec::CorruptBucket;
pub use contents::{Contents, Piece};
pub use key::BucketKey;
pub use note::{Note, NoteKind};
pub use state::{Certainty, ExpiryCause, HoldCause, State, StateName, TransientCause};
pub use transition::{Carry, Input, Step, step};

/// All that a ledger keeps of one bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Whose usage, of what, in which hour, metered where.
    pub key: BucketKey,
    /// What was added up; unchanged once the bucket is frozen.
    pub contents: Contents,
    /// How far it is.
    pub state: State,
    /// Whether AWS may have the record already.
    pub certainty: Certainty,
    /// How often a send has begun.
    pub attempts: u32,
    /// How many attempts in a row failed in a way that passes.
    pub failures: u32,
    /// How many requests in a row were refused for the sake of another record.
    pub set_aside: u32,
    /// When the license ends, where it does: no usage is later than that.
    pub ends_at: Option<Timestamp>,
    /// When somebody must do something about it next; `None` once nothing is left to do.
    pub due_at: Option<Timestamp>,
    /// What happened to it, the oldest first.
    pub notes: Vec<Note>,
}

impl Bucket {
    /// An open bucket without usage.
    #[must_use]
    pub fn open(key: BucketKey, due_at: Timestamp, now: Timestamp) -> Self {
        let mut bucket = Self {
            key,
            contents: Contents::default(),
            state: State::Open,
            certainty: Certainty::Unsent,
            attempts: 0,
            failures: 0,
            set_aside: 0,
            ends_at: None,
            due_at: Some(due_at),
            notes: Vec::new(),
        };
        bucket.note(now, NoteKind::Opened);
        bucket
    }

    /// A bucket whose record was summed up elsewhere.
    #[must_use]
    pub fn adopted(key: BucketKey, record: UsageRecord, now: Timestamp) -> Self {
        let contents = Contents::of_record(&record);
        let quantity = record.quantity();
        let mut bucket = Self {
            contents,
            state: State::Frozen { record },
            due_at: Some(now),
            ..Self::open(key, now, now)
        };
        bucket.notes.clear();
        bucket.note(now, NoteKind::Adopted { quantity });
        bucket
    }

    /// The frozen record; `None` while the bucket is open, and for usage that was never one.
    #[must_use]
    pub fn record(&self) -> Option<&UsageRecord> {
        self.state.record()
    }

    /// Whether something is left to do about it.
    #[must_use]
    pub fn is_unsettled(&self) -> bool {
        matches!(self.state, State::Open | State::Frozen { .. } | State::Held { .. })
    }

    /// What moves to another hour: a record's own usage, or all where there is no record. What a
    /// freeze left over is elsewhere already.
    fn contents_to_carry(&self) -> Contents {
        let contents = self.record().map_or_else(|| self.contents.clone(), Contents::of_record);
        contents.carried_from(self.key.hour())
    }

    /// Adds a note, and lets go of the oldest but one where there are too many.
    pub(crate) fn note(&mut self, at: Timestamp, kind: NoteKind) {
        note::push(&mut self.notes, Note { at, kind });
    }
}
