//! Events in: what becomes of each, word for word.

use meterproof_metering::{IngestRejection, LatePolicy, Policy, Verdict};

use crate::support::{World, at, event};

#[tokio::test]
async fn each_event_counts_once() {
    let world = World::new("2026-11-21T10:30:00Z", Policy::default());
    let hour = at("2026-11-21T10:00:00Z");
    let first = event("a", "users", "2026-11-21T10:10:00Z", 3);
    let verdicts = world.ingest(vec![first.clone(), first.clone()]).await;
    assert_eq!(verdicts, [Verdict::Added { hour }, Verdict::Duplicate { hour }]);
    let other = event("a", "users", "2026-11-21T10:10:00Z", 4);
    let verdicts = world.ingest(vec![other, first]).await;
    let taken = Verdict::Rejected(IngestRejection::IdTaken);
    assert_eq!(verdicts, [taken, Verdict::Duplicate { hour }]);
}

#[tokio::test]
async fn a_late_event_counts_in_the_current_hour_or_is_refused() {
    for (late, expected) in [
        (
            LatePolicy::Carry,
            Verdict::Carried { from: at("2026-11-21T10:00:00Z"), to: at("2026-11-21T11:00:00Z") },
        ),
        (
            LatePolicy::Reject,
            Verdict::Rejected(IngestRejection::Late { hour: at("2026-11-21T10:00:00Z") }),
        ),
    ] {
        let world = World::new("2026-11-21T10:30:00Z", Policy { late, ..Policy::default() });
        world.ingest(vec![event("a", "users", "2026-11-21T10:10:00Z", 3)]).await;
        world.set("2026-11-21T11:10:00Z");
        world.tick().await;
        let verdicts = world.ingest(vec![event("b", "users", "2026-11-21T10:20:00Z", 5)]).await;
        assert_eq!(verdicts, [expected]);
    }
}

#[tokio::test]
async fn times_that_cannot_be_are_refused_with_the_bound() {
    let world = World::new("2026-11-21T10:30:00Z", Policy::default());
    let verdicts = world
        .ingest(vec![
            event("a", "users", "2026-11-21T10:35:00Z", 1),
            event("b", "users", "2026-11-21T10:35:01Z", 1),
            event("c", "users", "2026-11-19T11:30:00Z", 1),
            event("d", "users", "2026-11-19T11:29:59Z", 1),
        ])
        .await;
    let texts: Vec<String> = verdicts
        .iter()
        .map(|verdict| match verdict {
            Verdict::Rejected(rejection) => rejection.to_string(),
            verdict => verdict.code().to_owned(),
        })
        .collect();
    assert_eq!(
        texts,
        [
            "added",
            "the event's time 2026-11-21T10:35:01Z lies ahead, the latest taken now is \
             2026-11-21T10:35:00Z: check the producer's clock",
            "carried",
            "the event's time 2026-11-19T11:29:59Z is too old, the earliest taken now is \
             2026-11-19T11:30:00Z: whether it was counted before is no longer known, so compare \
             with the ledger first",
        ]
    );
}

#[tokio::test]
async fn a_resend_after_the_window_is_a_duplicate_and_not_late() {
    let policy = Policy { late: LatePolicy::Reject, ..Policy::default() };
    let world = World::new("2026-11-21T10:30:00Z", policy);
    let (hour, first) =
        (at("2026-11-21T10:00:00Z"), event("a", "users", "2026-11-21T10:10:00Z", 3));
    world.ingest(vec![first.clone()]).await;
    world.set("2026-11-22T12:00:00Z");
    let late = event("b", "users", "2026-11-21T10:10:00Z", 3);
    let verdicts = world.ingest(vec![first, late]).await;
    let refused = Verdict::Rejected(IngestRejection::Late { hour });
    assert_eq!(verdicts, [Verdict::Duplicate { hour }, refused]);
}
