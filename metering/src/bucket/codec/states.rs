//! States and their causes as they are stored.

use meterproof::Timestamp;
use meterproof::usage::UsageRecord;
use serde::{Deserialize, Serialize};

use super::usage::{StoredQuantity, StoredRecord};
use super::{CorruptBucket, time};
use crate::BucketKey;
use crate::bucket::{ExpiryCause, HoldCause, State, TransientCause};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(super) enum StoredState {
    Open,
    Frozen { record: StoredRecord },
    Settled { record: StoredRecord, metering_record_id: Option<String>, at: i64 },
    Held { record: StoredRecord, cause: StoredHold, since: i64 },
    Conflict { record: StoredRecord, theirs: Option<StoredQuantity>, at: i64 },
    Expired { record: Option<StoredRecord>, cause: StoredExpiry, carried_to: Option<i64>, at: i64 },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) enum StoredHold {
    CustomerNotSubscribed,
    Refused(String),
    Setup(String),
    Oversized(u64),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) enum StoredExpiry {
    Unsent,
    InDoubt,
    Held(StoredHold),
    Failing,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) enum StoredTransient {
    Service(String),
    Unprocessed,
    Unclear,
    Unreachable,
}

impl From<&State> for StoredState {
    fn from(state: &State) -> Self {
        match state {
            State::Open => Self::Open,
            State::Frozen { record } => Self::Frozen { record: record.into() },
            State::Settled { record, metering_record_id, at } => Self::Settled {
                record: record.into(),
                metering_record_id: metering_record_id.clone(),
                at: at.unix_millis(),
            },
            State::Held { record, cause, since } => Self::Held {
                record: record.into(),
                cause: cause.into(),
                since: since.unix_millis(),
            },
            State::Conflict { record, theirs, at } => Self::Conflict {
                record: record.into(),
                theirs: theirs.map(StoredQuantity::from),
                at: at.unix_millis(),
            },
            State::Expired { record, cause, carried_to, at } => Self::Expired {
                record: record.as_ref().map(StoredRecord::from),
                cause: cause.into(),
                carried_to: carried_to.map(Timestamp::unix_millis),
                at: at.unix_millis(),
            },
        }
    }
}

impl StoredState {
    pub(super) fn read(self, key: &BucketKey) -> Result<State, CorruptBucket> {
        let read =
            |record: StoredRecord| -> Result<UsageRecord, CorruptBucket> { record.read(key) };
        Ok(match self {
            Self::Open => State::Open,
            Self::Frozen { record } => State::Frozen { record: read(record)? },
            Self::Settled { record, metering_record_id, at } => {
                State::Settled { record: read(record)?, metering_record_id, at: time(at)? }
            }
            Self::Held { record, cause, since } => {
                State::Held { record: read(record)?, cause: cause.read(), since: time(since)? }
            }
            Self::Conflict { record, theirs, at } => State::Conflict {
                record: read(record)?,
                theirs: theirs.map(StoredQuantity::read).transpose()?,
                at: time(at)?,
            },
            Self::Expired { record, cause, carried_to, at } => State::Expired {
                record: record.map(read).transpose()?,
                cause: cause.read(),
                carried_to: carried_to.map(time).transpose()?,
                at: time(at)?,
            },
        })
    }
}

impl From<&HoldCause> for StoredHold {
    fn from(cause: &HoldCause) -> Self {
        match cause {
            HoldCause::CustomerNotSubscribed => Self::CustomerNotSubscribed,
            HoldCause::Refused { error } => Self::Refused(error.clone()),
            HoldCause::Setup { error } => Self::Setup(error.clone()),
            HoldCause::Oversized { bytes } => Self::Oversized(*bytes),
        }
    }
}

impl StoredHold {
    pub(super) fn read(self) -> HoldCause {
        match self {
            Self::CustomerNotSubscribed => HoldCause::CustomerNotSubscribed,
            Self::Refused(error) => HoldCause::Refused { error },
            Self::Setup(error) => HoldCause::Setup { error },
            Self::Oversized(bytes) => HoldCause::Oversized { bytes },
        }
    }
}

impl From<&ExpiryCause> for StoredExpiry {
    fn from(cause: &ExpiryCause) -> Self {
        match cause {
            ExpiryCause::Unsent => Self::Unsent,
            ExpiryCause::InDoubt => Self::InDoubt,
            ExpiryCause::Held(cause) => Self::Held(cause.into()),
            ExpiryCause::Failing => Self::Failing,
        }
    }
}

impl StoredExpiry {
    pub(super) fn read(self) -> ExpiryCause {
        match self {
            Self::Unsent => ExpiryCause::Unsent,
            Self::InDoubt => ExpiryCause::InDoubt,
            Self::Held(cause) => ExpiryCause::Held(cause.read()),
            Self::Failing => ExpiryCause::Failing,
        }
    }
}

impl From<&TransientCause> for StoredTransient {
    fn from(cause: &TransientCause) -> Self {
        match cause {
            TransientCause::Service { error } => Self::Service(error.clone()),
            TransientCause::Unprocessed => Self::Unprocessed,
            TransientCause::Unclear => Self::Unclear,
            TransientCause::Unreachable => Self::Unreachable,
        }
    }
}

impl StoredTransient {
    pub(super) fn read(self) -> TransientCause {
        match self {
            Self::Service(error) => TransientCause::Service { error },
            Self::Unprocessed => TransientCause::Unprocessed,
            Self::Unclear => TransientCause::Unclear,
            Self::Unreachable => TransientCause::Unreachable,
        }
    }
}
