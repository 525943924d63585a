//! A simulator that does not reach a state proves nothing about it: what a campaign must have met.

use std::collections::BTreeMap;

/// Everything that a thousand seeds meet. Left out is what cannot come about:
/// `AcceptedTooLate`, which would be a double bill, and `Oversized`, for a record is frozen far
/// below the size of a request.
pub const REQUIRED: &[&str] = &[
    // What goes wrong around the engine.
    "crashes",
    "fault.access_denied",
    "fault.delayed_delivery",
    "fault.disabled_api",
    "fault.drop_after_commit",
    "fault.drop_before_commit",
    "fault.expired_token",
    "fault.foreign_record",
    "fault.ingest_down",
    "fault.internal_error",
    "fault.internal_failure",
    "fault.latency",
    "fault.ledger_down",
    "fault.ledger_error",
    "fault.senders_down",
    "fault.service_unavailable",
    "fault.silence",
    "fault.throttle",
    "fault.unknown_error",
    "fault.unknown_status",
    "fault.unprocessed",
    "queue.dead_letters",
    "queue.duplicates",
    "queue.lost_deletes",
    "redriven",
    // What the service says of its own accord.
    "AccessDeniedException",
    "DisabledApiException",
    "InvalidLicenseException",
    "InvalidUsageDimensionException",
    "status.customer_not_subscribed",
    "status.duplicate_record",
    // What becomes of events.
    "events.in_their_hour",
    "events.carried",
    "events.rejected",
    "events.dead_lettered",
    "verdict.added",
    "verdict.carried",
    "verdict.duplicate",
    "verdict.rejected.decimal",
    "verdict.rejected.id_taken",
    "verdict.rejected.in_future",
    "verdict.rejected.late",
    "verdict.rejected.other_form",
    "verdict.rejected.too_old",
    "adopted.ours",
    "adopted.other",
    // How far buckets come.
    "state.open",
    "state.frozen",
    "state.held",
    "state.settled",
    "state.conflict",
    "state.expired",
    "sweep.carried_over",
    "sweep.expired",
    "sweep.frozen",
    "sweep.heartbeats",
    // What their histories say.
    "note.opened",
    "note.adopted",
    "note.frozen",
    "note.frozen_with_rest",
    "note.send_started",
    "note.failed",
    "note.held.not_subscribed",
    "note.held.refused",
    "note.held.setup",
    "note.released",
    "note.license_ends",
    "note.settled",
    "note.settled_by_resend",
    "note.conflict",
    "note.expired.unsent",
    "note.expired.in_doubt",
    "note.expired.held",
    "note.expired.failing",
];

/// What must never be met: names that the simulator does not know, and impossible ends.
pub const FORBIDDEN: &[&str] = &[
    "note.accepted_too_late",
    "note.held.other",
    "note.expired.other",
    "note.unknown",
    "verdict.unknown",
    "verdict.rejected.other",
    "fault.other",
];

/// Seeds that a campaign needs before its coverage is judged.
pub const SEEDS: u64 = 1_000;

/// What is required and was not met, and what is forbidden and was.
#[must_use]
pub fn gaps(counts: &BTreeMap<&'static str, u64>) -> Vec<String> {
    let met = |name: &&str| counts.get(*name).is_some_and(|times| *times > 0);
    let missing =
        REQUIRED.iter().filter(|name| !met(name)).map(|name| format!("{name}: never met"));
    let strange = FORBIDDEN.iter().filter(|name| met(name)).map(|name| format!("{name}: met"));
    missing.chain(strange).collect()
}
