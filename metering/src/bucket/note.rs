//! A bucket's history, for people.

use meterproof::Timestamp;
use meterproof::usage::Quantity;

use super::state::{ExpiryCause, HoldCause, TransientCause};

/// How many notes a bucket keeps. Failed attempts of one kind in a row are one note.
pub const MAX_NOTES: usize = 64;

/// Something that happened to a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// When; of several attempts that failed alike, the last.
    pub at: Timestamp,
    /// What.
    pub kind: NoteKind,
}

/// What can happen to a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoteKind {
    /// Its first usage came, or a heartbeat opened it.
    Opened,
    /// Its record was summed up elsewhere.
    Adopted {
        /// The record's quantity.
        quantity: Quantity,
    },
    /// It became a record.
    Frozen {
        /// The record's quantity.
        quantity: Quantity,
        /// Where the rest went, where it was more than one record takes: the hour, and how much.
        rest: Option<(Timestamp, u128)>,
    },
    /// A send began.
    SendStarted,
    /// An attempt failed in a way that passes.
    Failed {
        /// Why.
        cause: TransientCause,
        /// How often in a row.
        times: u32,
    },
    /// Somebody, or AWS, has to do something first.
    Held {
        /// Why.
        cause: HoldCause,
        /// How often in a row.
        times: u32,
    },
    /// The license is active again.
    Released,
    /// The license ends.
    LicenseEnds {
        /// When.
        at: Timestamp,
    },
    /// AWS has it.
    Settled {
        /// `MeteringRecordId`, if told.
        metering_record_id: Option<String>,
    },
    /// AWS had it from an earlier send whose answer was lost.
    SettledByResend,
    /// AWS has another quantity.
    Conflict,
    /// The window closed.
    Expired {
        /// Why it was not billed in time.
        cause: ExpiryCause,
        /// The hour its usage was carried to.
        carried_to: Option<Timestamp>,
    },
    /// AWS accepted a record whose usage had been carried elsewhere.
    AcceptedTooLate,
}

/// Adds a note. Repeated failures of one kind count up in one note; beyond [`MAX_NOTES`] the
/// oldest send, failure or hold goes, so that the beginning, the record and the latest stay.
pub(super) fn push(notes: &mut Vec<Note>, note: Note) {
    // A send that fails like the one before is one more of the same.
    if let NoteKind::Failed { cause, .. } = &note.kind
        && repeat(notes, note.at, |kind| match kind {
            NoteKind::Failed { cause: known, times } if known == cause => Some(times),
            _ => None,
        })
    {
        return;
    }
    if let NoteKind::Held { cause, .. } = &note.kind
        && repeat(notes, note.at, |kind| match kind {
            NoteKind::Held { cause: known, times } if known == cause => Some(times),
            _ => None,
        })
    {
        return;
    }
    notes.push(note);
    if notes.len() > MAX_NOTES {
        // What comes again and again goes first: where a rest went stands in one note alone.
        let recurs = |note: &Note| {
            matches!(
                note.kind,
                NoteKind::SendStarted | NoteKind::Failed { .. } | NoteKind::Held { .. }
            )
        };
        let place = notes.iter().skip(1).position(recurs).map_or(1, |place| place + 1);
        notes.remove(place);
    }
}

/// Counts up the note before the last send, if it is such a one; takes the send's own note away.
fn repeat(
    notes: &mut Vec<Note>,
    at: Timestamp,
    same: impl Fn(&mut NoteKind) -> Option<&mut u32>,
) -> bool {
    let sends = usize::from(notes.last().is_some_and(|last| last.kind == NoteKind::SendStarted));
    let Some(place) = notes.len().checked_sub(1 + sends) else { return false };
    let Some(note) = notes.get_mut(place) else { return false };
    let Some(times) = same(&mut note.kind) else { return false };
    *times = times.saturating_add(1);
    note.at = at;
    notes.truncate(place + 1);
    true
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, quantity};
    use super::*;

    #[test]
    fn where_a_rest_went_is_told_however_much_follows() {
        let now = at("2026-11-21T11:00:00Z");
        let frozen = NoteKind::Frozen { quantity: quantity("7"), rest: Some((now, 5)) };
        let mut notes = Vec::new();
        push(&mut notes, Note { at: now, kind: NoteKind::Opened });
        push(&mut notes, Note { at: now, kind: frozen.clone() });
        for attempt in 0..MAX_NOTES {
            push(&mut notes, Note { at: now, kind: NoteKind::SendStarted });
            // No two in a row are alike, so that nothing is counted up.
            let error = format!("Error{attempt}");
            let kind = NoteKind::Held { cause: HoldCause::Setup { error }, times: 1 };
            push(&mut notes, Note { at: now, kind });
        }
        push(&mut notes, Note { at: now, kind: NoteKind::SettledByResend });
        assert_eq!(notes.len(), MAX_NOTES);
        assert_eq!(notes[0].kind, NoteKind::Opened);
        assert_eq!(notes[1].kind, frozen);
        assert_eq!(notes[MAX_NOTES - 1].kind, NoteKind::SettledByResend);
    }
}
