//! Messages with events, to the ledger.

use meterproof_metering::{Verdict, ingest, license_event};

use super::source::Handled;
use crate::bugs::Bug;
use crate::scenario::Body;
use crate::world::{Message, Payload, World};

/// Takes in what the messages hold; a message that cannot be read fails alone.
pub(super) async fn take_in(world: &World, messages: &[Message]) -> Vec<Handled> {
    let sim = &world.sim;
    sim.point("received").await;
    let mut places = Vec::new();
    for message in messages {
        if let Payload::Usage(Body::Events(some)) = &message.payload {
            places.extend(some.iter().copied());
        }
    }
    let is_garbage = |message: &Message| matches!(message.payload, Payload::Usage(Body::Garbage));
    if world.bug == Some(Bug::UnreadableFailsAll) && messages.iter().any(is_garbage) {
        return vec![Handled::Unreadable; messages.len()];
    }
    let events = places.iter().map(|place| world.scenario.usage[*place].clone()).collect();
    let now = sim.now();
    let readable = match ingest(&world.ledger(), events, now).await {
        Ok(verdicts) => {
            for (place, verdict) in places.iter().zip(&verdicts) {
                sim.count(verdict_name(verdict));
                sim.note("verdict", || format!("{place} {verdict:?}"));
                if let Err(violation) = world.model().heard(*place, verdict, now) {
                    sim.fail(violation);
                }
            }
            // Rejections are on their own queue before the message is deleted.
            sim.point("verdicts").await;
            Handled::Done
        }
        Err(_) => Handled::Failed,
    };
    let handled = |message: &Message| {
        if is_garbage(message) { Handled::Unreadable } else { readable }
    };
    messages.iter().map(handled).collect()
}

/// Takes in news of licenses.
pub(super) async fn hear(world: &World, messages: &[Message]) -> Vec<Handled> {
    world.sim.point("received").await;
    let mut handled = Vec::with_capacity(messages.len());
    for message in messages {
        let Payload::News(event) = &message.payload else {
            handled.push(Handled::Done);
            continue;
        };
        world.sim.count("license_events");
        let heard = license_event(&world.ledger(), event, world.sim.now()).await;
        handled.push(if heard.is_ok() { Handled::Done } else { Handled::Failed });
    }
    handled
}

fn verdict_name(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Added { .. } => "verdict.added",
        Verdict::Carried { .. } => "verdict.carried",
        Verdict::Duplicate { .. } => "verdict.duplicate",
        Verdict::Rejected(rejection) => match rejection.code() {
            "event_in_future" => "verdict.rejected.in_future",
            "event_too_old" => "verdict.rejected.too_old",
            "late_event" => "verdict.rejected.late",
            "event_id_taken" => "verdict.rejected.id_taken",
            "decimal_not_taken" => "verdict.rejected.decimal",
            "other_identity_form" => "verdict.rejected.other_form",
            _ => "verdict.rejected.other",
        },
        _ => "verdict.unknown",
    }
}
