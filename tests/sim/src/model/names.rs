//! Names for counting.

use meterproof_metering::{ExpiryCause, HoldCause, NoteKind, StateName};

pub(crate) fn state_name(state: StateName) -> &'static str {
    match state {
        StateName::Open => "state.open",
        StateName::Frozen => "state.frozen",
        StateName::Settled => "state.settled",
        StateName::Held => "state.held",
        StateName::Conflict => "state.conflict",
        StateName::Expired => "state.expired",
    }
}

pub(crate) fn note_name(note: &NoteKind) -> &'static str {
    match note {
        NoteKind::Opened => "note.opened",
        NoteKind::Adopted { .. } => "note.adopted",
        NoteKind::Frozen { rest: None, .. } => "note.frozen",
        NoteKind::Frozen { rest: Some(_), .. } => "note.frozen_with_rest",
        NoteKind::SendStarted => "note.send_started",
        NoteKind::Failed { .. } => "note.failed",
        NoteKind::Held { cause, .. } => hold_name(cause),
        NoteKind::Released => "note.released",
        NoteKind::LicenseEnds { .. } => "note.license_ends",
        NoteKind::Settled { .. } => "note.settled",
        NoteKind::SettledByResend => "note.settled_by_resend",
        NoteKind::Conflict => "note.conflict",
        NoteKind::Expired { cause, .. } => expiry_name(cause),
        NoteKind::AcceptedTooLate => "note.accepted_too_late",
        _ => "note.unknown",
    }
}

fn hold_name(cause: &HoldCause) -> &'static str {
    match cause {
        HoldCause::CustomerNotSubscribed => "note.held.not_subscribed",
        HoldCause::Refused { .. } => "note.held.refused",
        HoldCause::Setup { .. } => "note.held.setup",
        _ => "note.held.other",
    }
}

fn expiry_name(cause: &ExpiryCause) -> &'static str {
    match cause {
        ExpiryCause::Unsent => "note.expired.unsent",
        ExpiryCause::InDoubt => "note.expired.in_doubt",
        ExpiryCause::Held(_) => "note.expired.held",
        ExpiryCause::Failing => "note.expired.failing",
        _ => "note.expired.other",
    }
}
