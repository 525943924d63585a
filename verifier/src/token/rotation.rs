//! `PublicKeyRotationTimestamp`: when the key version stopped being current.
//!
//! It decides nothing here and AWS documents no more than its type, so that a value that
//! cannot be read is noted and not a reason to refuse a genuine token.

use crate::Timestamp;
use crate::json::{Kind, Value};

/// What stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rotation {
    /// Nothing, or `null`: the version is current.
    None,
    /// The version has expired at this time.
    At(Timestamp),
    /// Something else.
    Unreadable,
}

impl Rotation {
    pub(super) fn timestamp(self) -> Option<Timestamp> {
        match self {
            Self::At(timestamp) => Some(timestamp),
            Self::None | Self::Unreadable => None,
        }
    }
}

/// Epoch seconds, as on the wire, or ISO 8601, as the AWS CLI prints them.
pub(super) fn read(value: Option<&Value<'_>>) -> Rotation {
    let timestamp = match value.map(|value| &value.kind) {
        None | Some(Kind::Null) => return Rotation::None,
        Some(Kind::Number(text)) => Timestamp::parse_epoch(text).ok(),
        Some(Kind::String(text)) => Timestamp::parse_iso_8601(text).ok(),
        Some(_) => None,
    };
    timestamp.map_or(Rotation::Unreadable, Rotation::At)
}
