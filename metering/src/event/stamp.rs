//! Which event, and when: an id, a source and a time.

use meterproof::{Timestamp, TimestampError};

use super::EventId;
use super::id::MAX_ID;
use super::object::{Field, Result};
use super::problem::EventProblem;
use crate::text::clip;

/// The idempotency key.
pub(super) fn event_id(id: Field<'_, '_>, source: Option<Field<'_, '_>>) -> Result<EventId> {
    let text = |field: &Field<'_, '_>| match field.non_empty()? {
        text if fits(text) => Ok(text.to_owned()),
        text => field.fault(EventProblem::IdTooLong {
            member: field.name,
            characters: text.chars().count(),
            limit: MAX_ID,
        }),
    };
    let source = source.map(|source| text(&source)).transpose()?;
    let read = text(&id)?;
    match EventId::new(source.as_deref().unwrap_or(""), &read) {
        Some(id) => Ok(id),
        // Neither empty nor too long, as `EventId` asks.
        None => id.fault(EventProblem::Empty { member: id.name }),
    }
}

/// Whether a ledger keeps an id or a source of this length.
pub(super) fn fits(text: &str) -> bool {
    // No character has less than one byte: most texts need no counting.
    text.len() <= MAX_ID || text.chars().count() <= MAX_ID
}

/// A time in the profile of RFC 3339.
pub(super) fn iso_8601(field: &Field<'_, '_>, text: &str) -> Result<Timestamp> {
    stamped(field, format!("{:?}", clip(text)), Timestamp::parse_iso_8601(text))
}

/// The time, or what is wrong with what was `written`.
pub(super) fn stamped(
    field: &Field<'_, '_>,
    written: String,
    time: std::result::Result<Timestamp, TimestampError>,
) -> Result<Timestamp> {
    match time {
        Ok(time) => Ok(time),
        Err(error) => {
            field.fault(EventProblem::Time { member: field.name, actual: written, error })
        }
    }
}
