//! Notes as they are stored.

use meterproof::Timestamp;
use serde::{Deserialize, Serialize};

use super::states::{StoredExpiry, StoredHold, StoredTransient};
use super::usage::StoredQuantity;
use super::{CorruptBucket, micros, time};
use crate::bucket::{Note, NoteKind};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredNote {
    at: i64,
    kind: StoredKind,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
enum StoredKind {
    Opened,
    Adopted {
        quantity: StoredQuantity,
    },
    /// The rest as hour and sum.
    Frozen {
        quantity: StoredQuantity,
        rest: Option<(i64, String)>,
    },
    SendStarted,
    Failed {
        cause: StoredTransient,
        times: u32,
    },
    Held {
        cause: StoredHold,
        times: u32,
    },
    Released,
    LicenseEnds {
        at: i64,
    },
    Settled {
        metering_record_id: Option<String>,
    },
    SettledByResend,
    Conflict,
    Expired {
        cause: StoredExpiry,
        carried_to: Option<i64>,
    },
    AcceptedTooLate,
}

impl From<&Note> for StoredNote {
    fn from(note: &Note) -> Self {
        let kind = match &note.kind {
            NoteKind::Opened => StoredKind::Opened,
            NoteKind::Adopted { quantity } => StoredKind::Adopted { quantity: (*quantity).into() },
            NoteKind::Frozen { quantity, rest } => StoredKind::Frozen {
                quantity: (*quantity).into(),
                rest: rest.map(|(hour, micros)| (hour.unix_millis(), micros.to_string())),
            },
            NoteKind::SendStarted => StoredKind::SendStarted,
            NoteKind::Failed { cause, times } => {
                StoredKind::Failed { cause: cause.into(), times: *times }
            }
            NoteKind::Held { cause, times } => {
                StoredKind::Held { cause: cause.into(), times: *times }
            }
            NoteKind::Released => StoredKind::Released,
            NoteKind::LicenseEnds { at } => StoredKind::LicenseEnds { at: at.unix_millis() },
            NoteKind::Settled { metering_record_id } => {
                StoredKind::Settled { metering_record_id: metering_record_id.clone() }
            }
            NoteKind::SettledByResend => StoredKind::SettledByResend,
            NoteKind::Conflict => StoredKind::Conflict,
            NoteKind::Expired { cause, carried_to } => StoredKind::Expired {
                cause: cause.into(),
                carried_to: carried_to.map(Timestamp::unix_millis),
            },
            NoteKind::AcceptedTooLate => StoredKind::AcceptedTooLate,
        };
        Self { at: note.at.unix_millis(), kind }
    }
}

impl StoredNote {
    pub(super) fn read(self) -> Result<Note, CorruptBucket> {
        let kind = match self.kind {
            StoredKind::Opened => NoteKind::Opened,
            StoredKind::Adopted { quantity } => NoteKind::Adopted { quantity: quantity.read()? },
            StoredKind::Frozen { quantity, rest } => NoteKind::Frozen {
                quantity: quantity.read()?,
                rest: rest.map(|(hour, sum)| Ok((time(hour)?, micros(&sum)?))).transpose()?,
            },
            StoredKind::SendStarted => NoteKind::SendStarted,
            StoredKind::Failed { cause, times } => NoteKind::Failed { cause: cause.read(), times },
            StoredKind::Held { cause, times } => NoteKind::Held { cause: cause.read(), times },
            StoredKind::Released => NoteKind::Released,
            StoredKind::LicenseEnds { at } => NoteKind::LicenseEnds { at: time(at)? },
            StoredKind::Settled { metering_record_id } => NoteKind::Settled { metering_record_id },
            StoredKind::SettledByResend => NoteKind::SettledByResend,
            StoredKind::Conflict => NoteKind::Conflict,
            StoredKind::Expired { cause, carried_to } => NoteKind::Expired {
                cause: cause.read(),
                carried_to: carried_to.map(time).transpose()?,
            },
            StoredKind::AcceptedTooLate => NoteKind::AcceptedTooLate,
        };
        Ok(Note { at: time(self.at)?, kind })
    }
}
