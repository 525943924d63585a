//! A bucket as text, for ledgers that keep text. Nothing is lost on the way there and back.

mod notes;
mod states;
mod usage;

use std::collections::BTreeMap;
use std::fmt;

use meterproof::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Bucket, BucketKey, Certainty, Contents, Piece};
use crate::Region;
use notes::StoredNote;
use states::StoredState;
use usage::{StoredIdentity, StoredTag};

/// A text that is no bucket of this version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorruptBucket {
    /// What is wrong with it, without its values.
    pub what: String,
}

impl fmt::Display for CorruptBucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a stored bucket cannot be read: {}", self.what)
    }
}

impl std::error::Error for CorruptBucket {}

impl Bucket {
    /// The bucket as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Texts, whole numbers and maps with text keys: none of them can fail to be written.
        serde_json::to_string(&StoredBucket::from(self)).expect("a bucket can be written")
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// [`CorruptBucket`] where the text is anything else.
    pub fn from_json(text: &str) -> Result<Self, CorruptBucket> {
        let stored: StoredBucket = serde_json::from_str(text).map_err(|error| {
            // The error's own words may quote values; its place does not.
            corrupt(format!("its JSON, at line {} column {}", error.line(), error.column()))
        })?;
        stored.read()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StoredBucket {
    region: String,
    identity: StoredIdentity,
    dimension: String,
    hour: i64,
    contents: StoredContents,
    state: StoredState,
    certainty: String,
    attempts: u32,
    failures: u32,
    set_aside: u32,
    ends_at: Option<i64>,
    due_at: Option<i64>,
    notes: Vec<StoredNote>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StoredContents {
    /// Tags and sum. Sums are texts: JSON readers differ on numbers of more than 53 bits.
    sums: Vec<(Vec<StoredTag>, String)>,
    places: Option<u8>,
    /// Hour and sum.
    carried: Vec<(i64, String)>,
    events: u64,
}

impl From<&Bucket> for StoredBucket {
    fn from(bucket: &Bucket) -> Self {
        Self {
            region: bucket.key.region().as_str().to_owned(),
            identity: bucket.key.identity().into(),
            dimension: bucket.key.dimension().as_str().to_owned(),
            hour: bucket.key.hour().unix_millis(),
            contents: (&bucket.contents).into(),
            state: (&bucket.state).into(),
            certainty: bucket.certainty.code().to_owned(),
            attempts: bucket.attempts,
            failures: bucket.failures,
            set_aside: bucket.set_aside,
            ends_at: bucket.ends_at.map(Timestamp::unix_millis),
            due_at: bucket.due_at.map(Timestamp::unix_millis),
            notes: bucket.notes.iter().map(StoredNote::from).collect(),
        }
    }
}

impl From<&Contents> for StoredContents {
    fn from(contents: &Contents) -> Self {
        let sum = |micros: u128| micros.to_string();
        Self {
            sums: contents
                .pieces()
                .map(|(tags, micros)| (usage::stored_tags(tags), sum(micros)))
                .collect(),
            places: contents.places(),
            carried: contents
                .carried()
                .iter()
                .map(|(hour, micros)| (hour.unix_millis(), sum(*micros)))
                .collect(),
            events: contents.events(),
        }
    }
}

impl StoredBucket {
    fn read(self) -> Result<Bucket, CorruptBucket> {
        let identity = self.identity.read()?;
        let region = Region::parse(&self.region).map_err(|_| corrupt("its region"))?;
        let dimension = usage::dimension(&self.dimension)?;
        let key = BucketKey::new(region, identity, dimension, time(self.hour)?);
        let state = self.state.read(&key)?;
        let certainty = [Certainty::Unsent, Certainty::Underway, Certainty::InDoubt]
            .into_iter()
            .find(|certainty| certainty.code() == self.certainty)
            .ok_or_else(|| corrupt("its certainty"))?;
        Ok(Bucket {
            contents: self.contents.read()?,
            state,
            certainty,
            attempts: self.attempts,
            failures: self.failures,
            set_aside: self.set_aside,
            ends_at: self.ends_at.map(time).transpose()?,
            due_at: self.due_at.map(time).transpose()?,
            notes: self.notes.into_iter().map(StoredNote::read).collect::<Result<_, _>>()?,
            key,
        })
    }
}

impl StoredContents {
    fn read(self) -> Result<Contents, CorruptBucket> {
        let pieces = self
            .sums
            .into_iter()
            .map(|(tags, sum)| Ok(Piece { tags: usage::tag_set(tags)?, micros: micros(&sum)? }))
            .collect::<Result<Vec<_>, CorruptBucket>>()?;
        let carried = self
            .carried
            .into_iter()
            .map(|(hour, sum)| Ok((time(hour)?, micros(&sum)?)))
            .collect::<Result<BTreeMap<_, _>, CorruptBucket>>()?;
        if self.places.is_some_and(|places| places > 6) {
            return Err(corrupt("its decimal places"));
        }
        Ok(Contents::from_parts(pieces, self.places, carried, self.events))
    }
}

fn corrupt(what: impl Into<String>) -> CorruptBucket {
    CorruptBucket { what: what.into() }
}

fn time(millis: i64) -> Result<Timestamp, CorruptBucket> {
    Timestamp::from_unix_millis(millis).ok_or_else(|| corrupt("a time"))
}

fn micros(text: &str) -> Result<u128, CorruptBucket> {
    text.parse().map_err(|_| corrupt("a sum"))
}
