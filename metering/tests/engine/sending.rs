//! Records out: what is billed, and what is written before the next call.

use std::collections::{BTreeMap, BTreeSet};

use meterproof_metering::{
    BucketFilter, Certainty, HoldCause, Input, Ledger, NoteKind, Policy, State, StateName,
};

use crate::support::{Trouble, World, at, event};

const HOUR: &str = "2026-11-21T10:00:00Z";
const CLOSED: &str = "2026-11-21T11:10:00Z";

/// A world in which the hour from 10:00 has just closed, with usage in three dimensions.
async fn closed() -> World {
    let world = World::new("2026-11-21T10:30:00Z", Policy::default());
    world
        .ingest(vec![
            event("a", "users", "2026-11-21T10:10:00Z", 3),
            event("b", "gigabytes", "2026-11-21T10:10:00Z", 5),
            event("c", "requests", "2026-11-21T10:10:00Z", 7),
            event("d", "users", "2026-11-21T10:20:00Z", 4),
        ])
        .await;
    world.set(CLOSED);
    world
}

async fn states(world: &World) -> BTreeMap<String, (StateName, Certainty)> {
    let page = world.ledger.list(&BucketFilter::default(), None).await.unwrap();
    let state = |bucket: &meterproof_metering::Bucket| {
        (bucket.key.dimension().as_str().to_owned(), (bucket.state.name(), bucket.certainty))
    };
    page.buckets.iter().map(state).collect()
}

fn everything() -> BTreeMap<(String, String), u64> {
    [("gigabytes", 5), ("requests", 7), ("users", 7)]
        .map(|(dimension, units)| ((dimension.to_owned(), HOUR.to_owned()), units))
        .into()
}

#[tokio::test]
async fn an_hour_travels_in_one_request_and_is_billed() {
    let world = closed().await;
    let buckets = world.tick().await;
    assert!(buckets.iter().all(|bucket| bucket.state.name() == StateName::Settled));
    assert_eq!(world.billed(), everything());
    assert_eq!(world.calls.lock().unwrap().len(), 1);
    assert!(world.tick().await.is_empty());
    assert_eq!(world.calls.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_lost_answer_is_sent_again_with_the_same_bytes() {
    let world = closed().await;
    world.trouble([Trouble::LoseAnswer]);
    let buckets = world.tick().await;
    assert!(buckets.iter().all(|bucket| bucket.certainty == Certainty::InDoubt));
    world.set("2026-11-21T11:10:02Z");
    world.tick().await;
    assert_eq!(world.billed(), everything());
    let calls = world.calls.lock().unwrap();
    assert_eq!(calls[0], calls[1]);
}

#[tokio::test]
async fn an_identical_resend_that_is_called_a_duplicate_is_settled() {
    let world = closed().await;
    world.service.lock().unwrap().settings_mut().duplicate_on_identical_resend = true;
    world.trouble([Trouble::LoseAnswer]);
    world.tick().await;
    world.set("2026-11-21T11:10:02Z");
    let buckets = world.tick().await;
    assert!(buckets.iter().all(|bucket| bucket.state.name() == StateName::Settled));
}

#[tokio::test]
async fn an_hour_that_somebody_else_metered_is_a_conflict() {
    let other = closed().await;
    other.tick().await;
    // A second ledger that knows nothing of the first, before the same service.
    let world = World::new("2026-11-21T10:30:00Z", Policy::default());
    *world.service.lock().unwrap() = other.service.lock().unwrap().clone();
    world.ingest(vec![event("z", "users", "2026-11-21T10:10:00Z", 9)]).await;
    world.set(CLOSED);
    let buckets = world.tick().await;
    assert_eq!(buckets[0].state.name(), StateName::Conflict);
    assert_eq!(world.billed(), everything());
}

#[tokio::test]
async fn unprocessed_records_are_sent_again_and_their_neighbours_are_not() {
    let world = closed().await;
    world.trouble([Trouble::Unprocessed(vec![1])]);
    world.tick().await;
    let settled = (StateName::Settled, Certainty::Underway);
    let states = states(&world).await;
    assert_eq!(states["gigabytes"], settled);
    assert_eq!(states["requests"], (StateName::Frozen, Certainty::Unsent));
    world.set("2026-11-21T11:10:02Z");
    assert_eq!(world.tick().await.len(), 1);
    assert_eq!(world.billed(), everything());
}

#[tokio::test]
async fn a_record_that_is_to_blame_is_found_and_its_neighbours_go_through() {
    let world = closed().await;
    // The product has no such dimension.
    world.set("2026-11-21T10:40:00Z");
    world.ingest(vec![event("e", "unicorns", "2026-11-21T10:10:00Z", 1)]).await;
    world.set(CLOSED);
    let buckets = world.tick().await;
    assert_eq!(world.billed(), everything());
    let held = buckets.iter().find(|bucket| bucket.key.dimension().as_str() == "unicorns").unwrap();
    let State::Held { cause, .. } = &held.state else { panic!("{held:?}") };
    let refused = HoldCause::Refused { error: "InvalidUsageDimensionException".into() };
    assert_eq!(cause, &refused);
    assert_eq!(held.certainty, Certainty::Unsent);
    // Four, two and two, and the pair with the culprit one by one.
    assert_eq!(world.calls.lock().unwrap().len(), 5);
    // From now on it travels alone: the next hour needs one call, and it another.
    world.ingest(vec![event("f", "users", "2026-11-21T11:05:00Z", 9)]).await;
    world.set("2026-11-21T12:10:01Z");
    assert_eq!(world.tick().await.len(), 2);
    assert_eq!(world.calls.lock().unwrap().len(), 7);
    assert_eq!(world.billed().len(), 4);
}

#[tokio::test]
async fn what_was_set_aside_twice_travels_alone() {
    let world = closed().await;
    let ready = meterproof_metering::sweep(&world.ledger, at(CLOSED), 10).await.unwrap().ready;
    let users = ready.iter().find(|bucket| bucket.key.dimension().as_str() == "users").unwrap();
    for input in [Input::SendStarted, Input::SetAside, Input::SendStarted, Input::SetAside] {
        // Each time the sender ended before the culprit was found.
        world.ledger.apply(vec![(users.key.clone(), input)], at(CLOSED)).await.unwrap();
    }
    world.set("2026-11-21T11:12:00Z");
    world.tick().await;
    assert_eq!(world.billed(), everything());
    let calls = world.calls.lock().unwrap();
    let dimensions = |call: &String| call.matches("Dimension").count();
    assert_eq!(calls.iter().map(dimensions).collect::<Vec<_>>(), [2, 1]);
    assert!(calls[1].contains("users"));
}

#[tokio::test]
async fn lost_credentials_hold_usage_and_their_return_bills_it() {
    let world = closed().await;
    world.trouble([Trouble::Refuse("UnrecognizedClientException")]);
    world.tick().await;
    assert!(
        states(&world).await.values().all(|state| *state == (StateName::Held, Certainty::Unsent))
    );
    world.set("2026-11-21T11:14:59Z");
    assert!(world.tick().await.is_empty());
    world.set("2026-11-21T11:15:01Z");
    world.tick().await;
    assert_eq!(world.billed(), everything());
}

#[tokio::test]
async fn a_sender_that_ended_is_followed_by_another_after_the_lease() {
    let world = closed().await;
    let ready = meterproof_metering::sweep(&world.ledger, at(CLOSED), 10).await.unwrap().ready;
    let started = ready.iter().map(|bucket| (bucket.key.clone(), Input::SendStarted)).collect();
    world.ledger.apply(started, at(CLOSED)).await.unwrap();
    world.set("2026-11-21T11:11:59Z");
    assert!(world.tick().await.is_empty());
    world.set("2026-11-21T11:12:00Z");
    assert_eq!(world.tick().await.len(), 3);
    assert_eq!(world.billed(), everything());
}

#[tokio::test]
async fn calls_keep_their_pace_and_no_call_begins_after_the_deadline() {
    let world =
        World::new("2026-11-21T10:30:00Z", Policy { calls_per_second: 1, ..Policy::default() });
    // One bucket an hour, each refused alone: one call each, as each is due at another time.
    for (id, dimension) in ["users", "gigabytes", "requests"].into_iter().enumerate() {
        world.ingest(vec![event(&id.to_string(), dimension, "2026-11-21T10:10:00Z", 1)]).await;
    }
    world.set(CLOSED);
    let ready = meterproof_metering::sweep(&world.ledger, at(CLOSED), 10).await.unwrap().ready;
    for bucket in ready {
        world.send(vec![bucket]).await;
    }
    let times: Vec<String> = world.times.lock().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(times, ["2026-11-21T11:10:00Z", "2026-11-21T11:10:01Z", "2026-11-21T11:10:02Z"]);
    // A call's place is taken after its buckets are noted as under way: a slow ledger between the
    // two would move one call close to the next.
    let page = world.ledger.list(&BucketFilter::default(), None).await.unwrap();
    let noted = page.buckets.iter().flat_map(|bucket| &bucket.notes);
    let noted = noted.filter(|note| note.kind == NoteKind::SendStarted).map(|note| note.at);
    let noted: BTreeSet<String> = noted.map(|at| at.to_string()).collect();
    assert_eq!(noted, ["2026-11-21T11:10:00Z", "2026-11-21T11:10:01Z"].map(String::from).into());

    let world = closed().await;
    let ready = meterproof_metering::sweep(&world.ledger, at(CLOSED), 10).await.unwrap().ready;
    let sending =
        meterproof_metering::send(&world.ledger, &world, &world, &world.pacer, ready, at(CLOSED))
            .await
            .unwrap();
    assert_eq!(sending.calls, 0);
    assert!(sending.buckets.iter().all(|bucket| bucket.certainty == Certainty::Unsent));
}
