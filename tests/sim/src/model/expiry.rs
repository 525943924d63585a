//! Usage expires only where something stood in its way: a ledger that gives up in fine weather
//! loses money as surely as one that forgets.

use meterproof::usage::Edition;
use meterproof_metering::{Bucket, ExpiryCause, HoldCause, NoteKind, State, UsageEvent};

use super::Model;
use crate::Violation;
use crate::scenario::{Customer, HOUR, Kind, Phase};
use crate::world::World;

/// Longer than the longest wait between two attempts, and a few ticks.
const PATIENCE: i64 = 9 * HOUR;

/// Operations of the ledger that a batch of usual size needs.
const OPERATIONS: i32 = 25;

pub(super) fn check(world: &World, model: &Model, bucket: &Bucket) -> Result<(), Violation> {
    let State::Expired { cause, at, .. } = &bucket.state else { return Ok(()) };
    // An hour or six are too few attempts for any promise, and so is a process that ends in the
    // middle of nearly every attempt.
    let hardly_lives = world.scenario.crash_rate >= 0.01;
    if hardly_lives || world.scenario.policy.rules.edition() != Edition::Current {
        return Ok(());
    }
    let is_refused = is_refused(world, model, bucket);
    let stood_in_the_way = match cause {
        ExpiryCause::Held(HoldCause::Setup { .. }) => {
            had_no_chance(world, bucket, at.unix_millis())
        }
        ExpiryCause::Held(_) => is_refused,
        _ => is_refused || had_no_chance(world, bucket, at.unix_millis()),
    };
    if stood_in_the_way {
        return Ok(());
    }
    let figures = format!(
        "{} expired at {at} ({cause}): nothing stood in its way; {:?}",
        bucket.key, bucket.notes
    );
    Err(Violation::new("usage expires for a cause", figures))
}

/// Whether AWS refuses this usage for its own sake.
fn is_refused(world: &World, model: &Model, bucket: &Bucket) -> bool {
    let identity = bucket.key.identity();
    let is_known = world.scenario.customers.iter().any(|customer| customer.identity == *identity);
    !is_known || model.is_troubled(identity) || bucket.key.dimension().as_str() == "bogus"
}

/// Whether some usage makes AWS refuse the requests it is in.
fn has_wrong_records(world: &World) -> bool {
    let scenario = &world.scenario;
    let is_wrong = |event: &UsageEvent| {
        let is_of = |customer: &Customer| customer.identity == *event.identity();
        event.dimension().as_str() == "bogus" || !scenario.customers.iter().any(is_of)
    };
    let has_two_products = scenario.customers.iter().any(|customer| customer.product > 0);
    has_two_products || !scenario.agreements.is_empty() || scenario.usage.iter().any(is_wrong)
}

/// Whether its window was short, or the weather bad at the end of it.
fn had_no_chance(world: &World, bucket: &Bucket, at: i64) -> bool {
    let lateness = i64::try_from(world.scenario.policy.lateness.as_millis()).unwrap_or(0);
    let closed = bucket.key.hour().unix_millis() + HOUR + lateness;
    let begun = bucket
        .notes
        .iter()
        .filter(|note| matches!(note.kind, NoteKind::Opened | NoteKind::Adopted { .. }))
        .map(|note| note.at.unix_millis())
        .fold(closed, i64::max);
    let from = begun.max(at - PATIENCE);
    let is_bad = |phase: &&Phase| {
        let stops = phase.is_hard() || phase.kind == Kind::IngestDown;
        stops && phase.from < at && phase.to > from
    };
    // Where most calls fail for one cause or another, bad luck may last.
    let during = |phase: &&Phase| phase.from < at && phase.to > from && phase.fails_calls();
    let phases = world.scenario.weather.iter().filter(during);
    let called: f64 = phases.map(|phase| 1.0 - phase.rate).product();
    let written = (1.0 - world.scenario.ledger_fault_rate).powi(OPERATIONS);
    // Beside a record that is refused, several calls in a row have to come to something.
    let calls = if has_wrong_records(world) { 3 } else { 1 };
    // A few hours are a few attempts.
    (called * written).powi(calls) < 0.45
        || at - begun < 6 * HOUR
        || world.scenario.weather.iter().any(|phase| is_bad(&phase))
}
