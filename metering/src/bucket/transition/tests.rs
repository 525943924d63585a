use std::time::Duration;

use proptest::prelude::*;

use super::super::testing::{at, open};
use super::*;
use crate::StateName;

const CLOSES: &str = "2026-11-21T11:10:00Z";
/// The record's timestamp is 10:59:59; the margin is 30 seconds.
const LAST_CALL: &str = "2026-11-22T10:59:28Z";
const WINDOW_CLOSED: &str = "2026-11-22T10:59:29Z";

fn after(bucket: &Bucket, input: Input, now: &str) -> Bucket {
    let step = step(bucket, &input, at(now), &Policy::default());
    assert_eq!(step.carry, None);
    step.bucket
}

fn frozen() -> Bucket {
    after(&open(&["3", "4"]), Input::Tick, CLOSES)
}

fn underway() -> Bucket {
    after(&frozen(), Input::SendStarted, "2026-11-21T11:10:01Z")
}

fn unreachable() -> Input {
    Input::Transient(TransientCause::Unreachable)
}

fn in_doubt() -> Bucket {
    after(&underway(), unreachable(), "2026-11-21T11:10:02Z")
}

fn names(bucket: &Bucket) -> (StateName, Certainty) {
    (bucket.state.name(), bucket.certainty)
}

#[test]
fn an_hour_freezes_when_it_closes_and_not_before() {
    let before = after(&open(&["3", "4"]), Input::Tick, "2026-11-21T11:09:59.999Z");
    assert_eq!(before, open(&["3", "4"]));
    let frozen = frozen();
    let record = frozen.record().unwrap();
    assert_eq!(record.quantity().as_whole(), Some(7));
    assert_eq!(record.timestamp(), at("2026-11-21T10:59:59Z"));
    assert_eq!(frozen.due_at, Some(at(CLOSES)));
    assert_eq!(names(&frozen), (StateName::Frozen, Certainty::Unsent));
}

#[test]
fn an_hour_that_waits_longer_under_a_new_policy_is_due_later() {
    let longer = Policy { lateness: Duration::from_secs(2 * 3600), ..Policy::default() };
    let ticked = step(&open(&["3"]), &Input::Tick, at(CLOSES), &longer);
    let expected = Bucket { due_at: Some(at("2026-11-21T13:00:00Z")), ..open(&["3"]) };
    assert_eq!(ticked, Step { bucket: expected, carry: None });
}

#[test]
fn a_licenses_end_closes_the_hour_and_its_record_lies_before_the_end() {
    let end = Input::LicenseEnds { at: at("2026-11-21T10:20:30.5Z") };
    let told = after(&open(&["3"]), end.clone(), "2026-11-21T10:21:00Z");
    assert_eq!(told.due_at, Some(at("2026-11-21T10:30:30.5Z")));
    assert_eq!(after(&told, end, "2026-11-21T10:22:00Z"), told);
    let frozen = after(&told, Input::Tick, "2026-11-21T10:31:00Z");
    assert_eq!(frozen.record().unwrap().timestamp(), at("2026-11-21T10:20:30Z"));
    // Active again before it was closed: the hour goes on.
    let back = after(&told, Input::LicenseUpdated, "2026-11-21T10:22:00Z");
    assert_eq!((back.ends_at, back.due_at), (None, Some(at(CLOSES))));
}

#[test]
fn silence_leaves_doubt_and_doubt_stays_until_aws_has_it() {
    assert_eq!(names(&underway()), (StateName::Frozen, Certainty::Underway));
    assert_eq!(names(&in_doubt()), (StateName::Frozen, Certainty::InDoubt));
    let throttled =
        Input::Transient(TransientCause::Service { error: "ThrottlingException".into() });
    let now = "2026-11-21T11:10:02Z";
    assert_eq!(after(&underway(), throttled.clone(), now).certainty, Certainty::Unsent);
    assert_eq!(after(&in_doubt(), throttled, now).certainty, Certainty::InDoubt);
    let internal = TransientCause::Service { error: "InternalServiceErrorException".into() };
    let internal = Input::Transient(internal);
    assert_eq!(after(&underway(), internal, now).certainty, Certainty::InDoubt);
    assert_eq!(after(&underway(), Input::SetAside, now).certainty, Certainty::Unsent);
    assert_eq!(after(&underway(), Input::NotSent, now).certainty, Certainty::Unsent);
    // A sender ended without a word, and another takes over.
    let again = after(&underway(), Input::SendStarted, "2026-11-21T11:20:00Z");
    assert_eq!(names(&again), (StateName::Frozen, Certainty::InDoubt));
    let held = after(&in_doubt(), Input::NotSubscribed, now);
    assert_eq!(names(&held), (StateName::Held, Certainty::InDoubt));
}

#[test]
fn an_answer_that_is_written_twice_says_nothing_of_the_send_that_came_between() {
    let throttled =
        Input::Transient(TransientCause::Service { error: "ThrottlingException".into() });
    let answered_at = "2026-11-21T11:10:02Z";
    let first = after(&underway(), throttled.clone(), answered_at);
    let second = after(&first, Input::SendStarted, "2026-11-21T11:10:03Z");
    assert_eq!(second.certainty, Certainty::Underway);
    for again in [throttled, Input::SetAside, Input::NotSubscribed] {
        assert_eq!(after(&second, again, answered_at).certainty, Certainty::Underway);
    }
}

#[test]
fn a_duplicate_settles_what_was_in_doubt_and_is_a_conflict_else() {
    let now = "2026-11-21T11:11:00Z";
    let first = after(&underway(), Input::Duplicate, now);
    assert_eq!(first.state.name(), StateName::Conflict);
    assert_eq!(first.due_at, None);
    let resend = after(&in_doubt(), Input::SendStarted, now);
    let settled = after(&resend, Input::Duplicate, now);
    assert_eq!(settled.state.name(), StateName::Settled);
    assert_eq!(settled.notes.last().unwrap().kind, NoteKind::SettledByResend);
}

#[test]
fn what_passes_is_tried_again_after_a_growing_wait() {
    let mut bucket = frozen();
    let mut waits = Vec::new();
    for _ in 0..10 {
        let now = bucket.due_at.unwrap();
        bucket = step(&bucket, &Input::SendStarted, now, &Policy::default()).bucket;
        bucket = step(&bucket, &unreachable(), now, &Policy::default()).bucket;
        waits.push(bucket.due_at.unwrap().unix_millis() - now.unix_millis());
    }
    assert_eq!(waits, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 120_000, 120_000]);
    let failed = NoteKind::Failed { cause: TransientCause::Unreachable, times: 10 };
    assert_eq!(bucket.notes.last().unwrap().kind, failed);
    assert_eq!((bucket.attempts, bucket.notes.len()), (10, 4));
}

#[test]
fn what_somebody_must_mend_is_held_and_a_new_license_releases_it() {
    let now = "2026-11-21T11:11:00Z";
    let denied = Input::Setup { error: "AccessDeniedException".into() };
    let held = after(&underway(), denied, now);
    assert_eq!(names(&held), (StateName::Held, Certainty::Unsent));
    assert_eq!(held.due_at, Some(at("2026-11-21T11:16:00Z")));
    assert_eq!(after(&held, Input::LicenseUpdated, now), held);
    let unsubscribed = after(&underway(), Input::NotSubscribed, now);
    assert_eq!(unsubscribed.due_at, Some(at("2026-11-21T12:11:00Z")));
    let released = after(&unsubscribed, Input::LicenseUpdated, "2026-11-21T11:30:00Z");
    assert_eq!(released.state.name(), StateName::Frozen);
    assert_eq!(released.due_at, Some(at("2026-11-21T11:30:00Z")));
    assert_eq!(released.record(), held.record());
}

#[test]
fn a_closed_window_carries_only_what_cannot_have_been_billed() {
    let policy = Policy::default();
    let expire = |bucket: &Bucket| step(bucket, &Input::Tick, at(WINDOW_CLOSED), &policy);
    assert_eq!(after(&frozen(), Input::Tick, LAST_CALL), frozen());

    let unsent = expire(&frozen());
    let carry = unsent.carry.clone().unwrap();
    assert_eq!(carry.hours, [at("2026-11-22T10:00:00Z"), at("2026-11-22T11:00:00Z")]);
    assert_eq!(carry.contents.micros(), 7_000_000);
    assert_eq!(carry.contents.carried().get(&at("2026-11-21T10:00:00Z")), Some(&7_000_000));
    let bucket = unsent.carried_to(at("2026-11-22T10:00:00Z"));
    let State::Expired { cause, carried_to, .. } = &bucket.state else { panic!() };
    assert_eq!((cause, *carried_to), (&ExpiryCause::Unsent, Some(at("2026-11-22T10:00:00Z"))));

    let doubtful = expire(&in_doubt());
    assert_eq!(doubtful.carry, None);
    let State::Expired { cause, .. } = doubtful.bucket.state else { panic!() };
    assert_eq!(cause, ExpiryCause::InDoubt);

    let never_frozen = expire(&open(&["3"]));
    assert_eq!(never_frozen.carry.unwrap().contents.micros(), 3_000_000);

    let refused = after(&underway(), Input::NotSubscribed, "2026-11-21T11:11:00Z");
    assert_eq!(expire(&refused).carry, None);
    let denied = Input::Setup { error: "AccessDeniedException".into() };
    let denied = after(&underway(), denied, "2026-11-21T11:11:00Z");
    assert!(expire(&denied).carry.is_some());

    let keep = Policy { late: LatePolicy::Reject, ..Policy::default() };
    assert_eq!(step(&frozen(), &Input::Tick, at(WINDOW_CLOSED), &keep).carry, None);
}

#[test]
fn an_error_of_an_unknown_name_leaves_open_whether_aws_has_it() {
    let unknown = Input::Setup { error: "InternalServerException".into() };
    let held = after(&underway(), unknown, "2026-11-21T11:10:02Z");
    assert_eq!(names(&held), (StateName::Held, Certainty::InDoubt));
    let expired = after(&held, Input::Tick, WINDOW_CLOSED);
    let State::Expired { cause, .. } = expired.state else { panic!() };
    assert_eq!(cause, ExpiryCause::InDoubt);
    let now = "2026-11-21T11:15:02Z";
    let again = after(&held, Input::SendStarted, now);
    let settled = after(&again, Input::Duplicate, now);
    assert_eq!(settled.state.name(), StateName::Settled);
}

#[test]
fn a_clock_that_is_set_back_gives_nothing_up() {
    let before = "2026-11-21T09:00:00Z";
    assert_eq!(after(&frozen(), Input::Tick, before), frozen());
    assert_eq!(after(&frozen(), Input::SendStarted, before), frozen());
}

#[test]
fn expired_usage_stays_in_its_month_while_that_is_open() {
    let hours = |now: &str| {
        let mut bucket = open(&["3"]);
        bucket.key = bucket.key.at(at("2026-11-29T23:00:00Z"));
        let stepped = step(&bucket, &Input::Tick, at(now), &Policy::default());
        let hours = stepped.carry.unwrap().hours;
        hours.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let (last, first, second) =
        ("2026-11-30T23:00:00Z", "2026-12-01T00:00:00Z", "2026-12-01T01:00:00Z");
    assert_eq!(hours("2026-11-30T23:59:40Z"), [last, first]);
    assert_eq!(hours("2026-12-01T00:05:00Z"), [last, first, second]);
    assert_eq!(hours("2026-12-01T00:10:00Z"), [first, second]);
}

#[test]
fn a_send_that_may_be_under_way_is_not_given_up() {
    let late = after(&frozen(), Input::SendStarted, LAST_CALL);
    assert_eq!(after(&late, Input::Tick, WINDOW_CLOSED), late);
    let over = step(&late, &Input::Tick, at("2026-11-22T11:01:28Z"), &Policy::default());
    assert_eq!(over.bucket.state.name(), StateName::Expired);
    assert_eq!(over.carry, None);
    // Its answer comes after all.
    let accepted = Input::Accepted { metering_record_id: Some("m-1".into()) };
    let settled = after(&over.bucket, accepted, "2026-11-22T11:02:00Z");
    assert_eq!(settled.state.name(), StateName::Settled);
}

#[test]
fn no_send_begins_outside_the_window() {
    let late = step(&frozen(), &Input::SendStarted, at(WINDOW_CLOSED), &Policy::default());
    assert_eq!(late.bucket.state.name(), StateName::Expired);
    assert!(late.carry.is_some());
}

#[test]
fn a_rest_is_noted_with_its_hour() {
    let stepped =
        step(&open(&["9999999999.0", "5.0"]), &Input::Tick, at(CLOSES), &Policy::default());
    let carry = stepped.carry.clone().unwrap();
    assert_eq!(carry.hours, [at("2026-11-21T11:00:00Z"), at("2026-11-21T12:00:00Z")]);
    let rest = carry.contents.micros();
    let bucket = stepped.carried_to(at("2026-11-21T11:00:00Z"));
    let NoteKind::Frozen { rest: noted, .. } = &bucket.notes.last().unwrap().kind else { panic!() };
    assert_eq!(*noted, Some((at("2026-11-21T11:00:00Z"), rest)));
    assert_eq!(bucket.state.name(), StateName::Frozen);
}

fn input() -> impl Strategy<Value = Input> {
    let error = prop_oneof![
        Just("ThrottlingException".to_owned()),
        Just("InternalServiceErrorException".to_owned()),
    ];
    prop_oneof![
        Just(Input::Tick),
        Just(Input::SendStarted),
        (0_i64..100_000)
            .prop_map(|seconds| Input::Queued { until: at(CLOSES).plus_seconds(seconds).unwrap() }),
        proptest::option::of("[a-z0-9-]{1,9}")
            .prop_map(|metering_record_id| Input::Accepted { metering_record_id }),
        Just(Input::Duplicate),
        Just(Input::NotSubscribed),
        Just(Input::Refused { error: "InvalidTagException".into() }),
        Just(Input::Setup { error: "AccessDeniedException".into() }),
        Just(Input::Oversized { bytes: 1_000_001 }),
        Just(Input::SetAside),
        Just(Input::NotSent),
        error.prop_map(|error| Input::Transient(TransientCause::Service { error })),
        Just(Input::Transient(TransientCause::Unprocessed)),
        Just(Input::Transient(TransientCause::Unclear)),
        Just(unreachable()),
        Just(Input::LicenseUpdated),
        (0_i64..7200).prop_map(|seconds| Input::LicenseEnds {
            at: at("2026-11-21T10:00:00Z").plus_seconds(seconds).unwrap()
        }),
    ]
}

proptest! {
    #[test]
    fn whatever_happens_a_record_never_changes_and_usage_is_in_one_place(
        inputs in proptest::collection::vec((input(), 0_i64..9_000), 0..60),
        texts in proptest::collection::vec(prop_oneof![
            Just("1"), Just("0.5"), Just("2147483647"), Just("9999999999.999999"),
        ], 0..5),
    ) {
        let mut bucket = open(&texts);
        let total = bucket.contents.micros();
        let (mut now, mut carried, mut record) = (at("2026-11-21T10:30:00Z"), 0, None);
        for (input, seconds) in inputs {
            now = now.plus_seconds(seconds).unwrap();
            let before = bucket.clone();
            let stepped = step(&before, &input, now, &Policy::default());
            if let Some(carry) = &stepped.carry {
                carried += carry.contents.micros();
                // Nothing that may be billed ever moves.
                prop_assert_eq!(before.certainty, Certainty::Unsent);
                prop_assert!(carry.hours.iter().all(|hour| *hour > bucket.key.hour()));
                bucket = stepped.clone().carried_to(carry.hours[0]);
            } else {
                bucket = stepped.bucket;
            }
            if let (Some(known), Some(now)) = (&record, bucket.record()) {
                prop_assert_eq!(known, now);
            }
            record = record.or_else(|| bucket.record().cloned());
            let kept = match &bucket.state {
                State::Open => bucket.contents.micros(),
                State::Expired { carried_to: Some(_), .. } => 0,
                // Accepted without a send after it was carried: the usage is elsewhere.
                State::Conflict { theirs: Some(_), .. } => 0,
                State::Expired { record: None, .. } => bucket.contents.micros(),
                state => u128::from(state.record().unwrap().quantity().micros()),
            };
            prop_assert_eq!(kept + carried, total);
            prop_assert_eq!(bucket.due_at.is_some(), bucket.is_unsettled());
            prop_assert_eq!(Bucket::from_json(&bucket.to_json()), Ok(bucket.clone()));
            prop_assert!(bucket.notes.len() <= super::super::note::MAX_NOTES);
        }
    }
}
