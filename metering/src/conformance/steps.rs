//! A bucket changes by [`step`](crate::step), and by nothing else.

use fastrand::Rng;

use meterproof::Timestamp;

use super::Fixture;
use super::model::{Answer, Model, Op};
use super::world::{
    MOST, at, bucket, event, for_hours, key, list, new_ledger, punctual, record, tagged, tags,
};
use crate::{
    Bucket, BucketFilter, BucketKey, ExpiryCause, HoldCause, Input, Ledger, State, StateName,
    TransientCause, step,
};

/// Every input, in every state, on and off time.
pub async fn every_input_in_every_state_is_a_step<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    let paths = paths();
    let times = [at(11, 9), at(11, 11), at(36, 0)];
    let mut seen = Vec::new();
    let mut number = 0;
    for path in &paths {
        for now in times {
            for input in inputs(now) {
                number += 1;
                let key = key(number, 10);
                let id = format!("e{number}");
                let addition = punctual(event(number, &id, "2.5", at(10, 30)));
                ledger.add(vec![addition], at(10, 31)).await.unwrap();
                let mut before = bucket(&ledger, &key).await;
                for (input, now) in path {
                    before = apply(&ledger, &key, input, *now).await.unwrap();
                }
                seen.push(before.state.name());
                let stepped = step(&before, &input, now, ledger.policy());
                let expected = match &stepped.carry {
                    Some(carry) => {
                        let hour = carry.hours[0];
                        stepped.carried_to(hour)
                    }
                    None => stepped.bucket,
                };
                let what = format!("{input:?} at {now} after {path:?}");
                let after = apply(&ledger, &key, &input, now).await;
                assert_eq!(after.as_ref(), Some(&expected), "{what}: the answer");
                assert_eq!(bucket(&ledger, &key).await, expected, "{what}: what is kept");
            }
        }
    }
    for state in StateName::ALL {
        assert!(seen.contains(&state), "no path leads to {state}");
    }
}

/// Random events, records, inputs and times: the ledger agrees with the model, answer by answer,
/// and in all it holds at the end.
pub async fn random_lives_follow_the_model<F: Fixture>(fixture: &F) {
    for seed in 0..12 {
        let (_store, ledger) = new_ledger(fixture).await;
        let (mut model, mut random) = (Model::default(), Rng::with_seed(seed));
        let mut now = at(8, 0);
        for turn in 0..60 {
            let op = random_op(&mut random, turn, now);
            let answer = op.run(&ledger, now).await.unwrap();
            assert_eq!(answer, model.run(&op, now), "seed {seed}, turn {turn}: {op:?} at {now}");
            now = now.plus_seconds(random.i64(0..1_500)).unwrap_or(now);
        }
        let kept = list(&ledger, &BucketFilter::default()).await;
        assert_eq!(kept, model.buckets(), "seed {seed}");
        assert!(kept.len() > 3, "seed {seed}: too little happened");
    }
}

/// Many buckets in one call, of which some are missing: the answers stand in the order of inputs.
pub async fn inputs_are_answered_in_order<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    let mut model = Model::default();
    let open = Op::Open((0..60).filter(|n| n % 3 != 0).map(|n| key(n, 10)).collect());
    assert_eq!(open.run(&ledger, at(10, 0)).await.unwrap(), model.run(&open, at(10, 0)));
    let ticks = Op::Apply((0..60).rev().map(|n| (key(n, 10), Input::Tick)).collect());
    let answer = ticks.run(&ledger, at(11, 10)).await.unwrap();
    assert_eq!(answer, model.run(&ticks, at(11, 10)));
    let Answer::Applied(buckets) = answer else { panic!("inputs are answered as such") };
    assert_eq!(buckets.iter().filter(|bucket| bucket.is_none()).count(), 20);
    let none = Op::Apply(Vec::new());
    assert_eq!(none.run(&ledger, at(11, 10)).await.unwrap(), Answer::Applied(Vec::new()));
}

/// What is too much for one record goes to the next open hour with the freeze: nothing is lost.
pub async fn a_rest_is_carried_with_the_freeze<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    let split = |id: &str, name: &str| punctual(tagged(1, id, MOST, at(10, 30), &[(name, MOST)]));
    let additions = vec![split("e1", "a"), split("e2", "b"), split("e3", "a")];
    ledger.add(additions, at(10, 31)).await.unwrap();
    let next = punctual(event(1, "e4", "1.000001", at(11, 5)));
    ledger.add(vec![next], at(11, 6)).await.unwrap();
    let frozen = apply(&ledger, &key(1, 10), &Input::Tick, at(11, 10)).await.unwrap();
    assert_eq!(frozen.record().map(|record| record.quantity().to_string()).as_deref(), Some(MOST));
    let taker = bucket(&ledger, &key(1, 11)).await;
    assert_eq!(taker.contents.micros(), 2 * 9_999_999_999_999_999 + 1_000_001);
    assert_eq!(taker.contents.events(), 1, "a rest is no event of its own");
    let carried: Vec<_> = taker.contents.carried().iter().collect();
    assert_eq!(carried, [(&at(10, 0), &19_999_999_999_999_998)]);
    let untagged = taker.contents.pieces().find(|(of, _)| **of == tags(""));
    assert_eq!(untagged.map(|(_, micros)| micros), Some(1_000_001));
    // A second tick finds it frozen, and carries nothing more.
    assert_eq!(apply(&ledger, &key(1, 10), &Input::Tick, at(11, 11)).await, Some(frozen));
    assert_eq!(bucket(&ledger, &key(1, 11)).await, taker);
}

/// Usage that could not be sent in time is counted again in the current hour, or in the next one
/// where that is closed.
pub async fn expired_usage_is_carried<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    ledger.adopt(vec![record(1, 10, "7.5"), record(1, 36, "1")], at(11, 0)).await.unwrap();
    let expired = apply(&ledger, &key(1, 10), &Input::Tick, at(36, 15)).await.unwrap();
    let State::Expired { cause, carried_to, record, .. } = &expired.state else {
        panic!("expected an expired bucket, not {:?}", expired.state)
    };
    assert_eq!((cause, *carried_to), (&ExpiryCause::Unsent, Some(at(37, 0))));
    assert_eq!(record.as_ref().map(|record| record.quantity().to_string()).as_deref(), Some("7.5"));
    assert_eq!(bucket(&ledger, &key(1, 10)).await, expired);
    let taker = bucket(&ledger, &key(1, 37)).await;
    assert_eq!((taker.contents.micros(), taker.contents.events()), (7_500_000, 0));
    assert_eq!(taker.state, State::Open);
    assert_eq!(bucket(&ledger, &key(1, 36)).await.contents.micros(), 1_000_000);
}

/// Where no hour is open for what a step carries, the bucket stays as it was, and due.
pub async fn a_step_waits_for_an_open_hour<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    let records = [10, 36, 37].map(|hour| record(1, hour, "7.5")).to_vec();
    ledger.adopt(records, at(11, 0)).await.unwrap();
    let before = bucket(&ledger, &key(1, 10)).await;
    let now = at(36, 15);
    assert_eq!(apply(&ledger, &key(1, 10), &Input::Tick, now).await, Some(before.clone()));
    assert_eq!(bucket(&ledger, &key(1, 10)).await, before);
    // An hour later the next hour is open.
    let expired = apply(&ledger, &key(1, 10), &Input::Tick, at(37, 15)).await.unwrap();
    assert_eq!(expired.state.name(), StateName::Expired);
    assert_eq!(bucket(&ledger, &key(1, 38)).await.contents.micros(), 7_500_000);
}

async fn apply<L: Ledger>(
    ledger: &L,
    key: &BucketKey,
    input: &Input,
    now: Timestamp,
) -> Option<Bucket> {
    let mut applied = ledger.apply(vec![(key.clone(), input.clone())], now).await.unwrap();
    assert_eq!(applied.len(), 1, "one answer for one input");
    applied.remove(0)
}

/// Ways from a bucket of one event in the hour from 10:00 to every state, and within it to every
/// certainty.
fn paths() -> Vec<Vec<(Input, Timestamp)>> {
    let frozen = (Input::Tick, at(11, 10));
    let after = |inputs: &[Input]| {
        let sent = inputs.iter().map(|input| (input.clone(), at(11, 10)));
        std::iter::once(frozen.clone()).chain(sent).collect::<Vec<_>>()
    };
    let (started, unreachable) =
        (Input::SendStarted, Input::Transient(TransientCause::Unreachable));
    let accepted = Input::Accepted { metering_record_id: None };
    let expired = |inputs: &[Input]| {
        let mut path = after(inputs);
        path.push((Input::Tick, at(35, 30)));
        path.push((Input::Tick, at(36, 0)));
        path
    };
    vec![
        vec![],
        vec![(Input::LicenseEnds { at: at(10, 40) }, at(10, 45))],
        after(&[]),
        after(&[Input::Queued { until: at(11, 25) }]),
        after(std::slice::from_ref(&started)),
        after(&[started.clone(), started.clone()]),
        after(&[started.clone(), unreachable.clone()]),
        after(&[started.clone(), Input::NotSubscribed]),
        after(&[started.clone(), Input::Setup { error: "AccessDeniedException".into() }]),
        after(&[started.clone(), accepted]),
        after(&[started.clone(), Input::Duplicate]),
        expired(&[]),
        expired(&[started.clone(), unreachable]),
        expired(&[started, Input::NotSubscribed]),
    ]
}

/// One input of each kind.
fn inputs(now: Timestamp) -> Vec<Input> {
    let error = || "InvalidTagException".to_owned();
    vec![
        Input::Tick,
        Input::SendStarted,
        Input::Queued { until: now.plus_seconds(900).unwrap_or(now) },
        Input::Accepted { metering_record_id: Some("m1".into()) },
        Input::Duplicate,
        Input::NotSubscribed,
        Input::Refused { error: error() },
        Input::Setup { error: "ExpiredTokenException".into() },
        Input::Oversized { bytes: 1_000_001 },
        Input::Transient(TransientCause::Service { error: "ThrottlingException".into() }),
        Input::Transient(TransientCause::Unprocessed),
        Input::Transient(TransientCause::Unclear),
        Input::Transient(TransientCause::Unreachable),
        Input::LicenseUpdated,
        Input::LicenseEnds { at: at(10, 50) },
    ]
}

fn random_op(random: &mut Rng, turn: u32, now: Timestamp) -> Op {
    let current = (now.unix_seconds() - at(0, 0).unix_seconds()) / 3_600;
    let number = random.u32(0..3);
    // Mostly of the last hours; now and then of a day ago, whose window is closed.
    let hour = if random.u32(0..6) == 0 { current - 25 } else { current - random.i64(0..4) };
    match random.u32(0..10) {
        0..4 => {
            let additions = (0..random.usize(1..5)).map(|n| {
                // Some ids come again: with the same usage, or with another.
                let id = match random.u32(0..4) {
                    0 => format!("again{}", random.u32(0..5)),
                    _ => format!("e{turn}-{n}"),
                };
                let amount = [MOST, "1", "2", "0.25", "2147483647"][random.usize(0..5)];
                let time = at(hour, random.i64(0..3));
                for_hours(event(number, &id, amount, time), &[hour, current, current + 1])
            });
            Op::Add(additions.collect())
        }
        4 => Op::Adopt(vec![record(number, hour, "12")]),
        5 => Op::Open(vec![key(number, hour)]),
        _ => {
            let mut all = inputs(now);
            // What moves a life forward comes more often.
            all.extend([Input::Tick, Input::Tick, Input::Tick, Input::SendStarted]);
            let input = all.swap_remove(random.usize(0..all.len()));
            Op::Apply(vec![(key(number, hour), input)])
        }
    }
}

/// Held for a cause that passes, usage is carried when its window closes; held because the
/// customer is not subscribed, it stays where it is.
pub async fn only_some_causes_are_carried<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    ledger.adopt(vec![record(1, 10, "3"), record(2, 10, "4")], at(11, 0)).await.unwrap();
    let setup = Input::Setup { error: "AccessDeniedException".into() };
    for (number, input) in [(1, setup), (2, Input::NotSubscribed)] {
        for input in [Input::SendStarted, input] {
            apply(&ledger, &key(number, 10), &input, at(11, 1)).await.unwrap();
        }
    }
    let mut carried = Vec::new();
    for number in [1, 2] {
        let bucket = apply(&ledger, &key(number, 10), &Input::Tick, at(36, 0)).await.unwrap();
        let State::Expired { cause, carried_to, .. } = bucket.state else {
            panic!("expected an expired bucket, not {:?}", bucket.state)
        };
        carried.push((cause, carried_to));
    }
    let setup = HoldCause::Setup { error: "AccessDeniedException".into() };
    let expected = [
        (ExpiryCause::Held(setup), Some(at(36, 0))),
        (ExpiryCause::Held(HoldCause::CustomerNotSubscribed), None),
    ];
    assert_eq!(carried, expected);
    assert_eq!(bucket(&ledger, &key(1, 36)).await.contents.micros(), 3_000_000);
    assert_eq!(ledger.get(vec![key(2, 36)]).await.unwrap(), [None]);
}
