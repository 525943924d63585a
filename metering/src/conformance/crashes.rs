//! A program that ends anywhere, starts again and does the same again: as if it had done it once.

use meterproof::Timestamp;

use super::model::{Model, Op};
use super::world::{
    MOST, at, event, for_hours, key, license, list_of, new_ledger, open, punctual, record, tagged,
};
use super::{CrashPoint, Fixture};
use crate::{Added, Addition, Input, Ledger, LicenseChange, LicenseEvent};

/// More steps than any operation here takes.
const MAX_STEPS: u32 = 200;

/// Events with a resend among them, into two hours.
pub async fn a_crash_while_adding<F: Fixture>(fixture: &F) {
    crash_everywhere(fixture, |number| {
        let id = |n: u32| format!("e{number}-{n}");
        let resent = punctual(event(number, &id(0), "1", at(10, 1)));
        let additions = vec![
            punctual(event(number, &id(1), "2", at(10, 2))),
            resent.clone(),
            for_hours(event(number, &id(2), "4.5", at(9, 3)), &[9, 10]),
            punctual(tagged(number, &id(3), "8", at(11, 0), &[("a", "8")])),
            punctual(event(number, &id(4), "16", at(9, 3))),
        ];
        let before = vec![Op::Add(vec![resent]), Op::Adopt(vec![record(number, 9, "3")])];
        (before, Op::Add(additions), at(11, 1))
    })
    .await;
}

/// Records that were summed up elsewhere.
pub async fn a_crash_while_taking_in<F: Fixture>(fixture: &F) {
    crash_everywhere(fixture, |number| {
        let records = [8, 9, 10].map(|hour| record(number, hour, "3")).to_vec();
        (vec![Op::Adopt(records[..1].to_vec())], Op::Adopt(records), at(11, 1))
    })
    .await;
}

/// Empty buckets.
pub async fn a_crash_while_opening<F: Fixture>(fixture: &F) {
    crash_everywhere(fixture, |number| {
        let keys = [8, 9, 10].map(|hour| key(number, hour)).to_vec();
        (vec![Op::Open(keys[..1].to_vec())], Op::Open(keys), at(11, 1))
    })
    .await;
}

/// A freeze whose rest goes to a bucket that is not there yet, and to one that is.
pub async fn a_crash_while_freezing<F: Fixture>(fixture: &F) {
    for taker_is_there in [false, true] {
        crash_everywhere(fixture, |number| {
            let parts = [0, 1, 2]
                .map(|n| punctual(event(number, &format!("e{number}-{n}"), MOST, at(10, 5))));
            let mut before = vec![Op::Add(parts.to_vec())];
            if taker_is_there {
                before.push(Op::Open(vec![key(number, 11)]));
            }
            (before, Op::Apply(vec![(key(number, 10), Input::Tick)]), at(11, 10))
        })
        .await;
    }
}

/// Records that expire into the current hour.
pub async fn a_crash_while_carrying<F: Fixture>(fixture: &F) {
    crash_everywhere(fixture, |number| {
        let before = Op::Adopt(vec![record(number, 10, "2.5"), record(number, 36, "7")]);
        (vec![before], Op::Apply(vec![(key(number, 10), Input::Tick)]), at(36, 15))
    })
    .await;
}

/// A send, and its outcome.
pub async fn a_crash_while_sending<F: Fixture>(fixture: &F) {
    let outcomes = [
        Input::SendStarted,
        Input::Accepted { metering_record_id: Some("m1".into()) },
        Input::Duplicate,
        Input::NotSubscribed,
    ];
    for input in outcomes {
        crash_everywhere(fixture, |number| {
            let keys = [9, 10].map(|hour| key(number, hour));
            let records = [9, 10].map(|hour| record(number, hour, "3")).to_vec();
            let mut before = vec![Op::Adopt(records)];
            if input != Input::SendStarted {
                before.push(Op::Apply(keys.clone().map(|key| (key, Input::SendStarted)).to_vec()));
            }
            (before, Op::Apply(keys.map(|key| (key, input.clone())).to_vec()), at(11, 10))
        })
        .await;
    }
}

/// News of a license.
pub async fn a_crash_while_noting_a_license<F: Fixture>(fixture: &F) {
    let (store, mut ledger) = new_ledger(fixture).await;
    for (number, point) in (0..MAX_STEPS).zip(CrashPoint::all()) {
        let news = |minute: i64, change: LicenseChange| LicenseEvent {
            license_arn: license(number),
            account: None,
            time: at(10, minute),
            change,
        };
        ledger.put_license(&news(1, LicenseChange::Updated)).await.unwrap();
        let end = news(2, LicenseChange::Deprovisioned);
        fixture.crash_at(&ledger, point);
        let outcome = ledger.put_license(&end).await;
        let has_crashed = fixture.has_crashed(&ledger);
        assert_eq!(outcome.is_err(), has_crashed, "{point:?}: {outcome:?}");
        drop(ledger);
        ledger = open(fixture, &store).await;
        let stands = ledger.put_license(&end).await.unwrap();
        assert_eq!((stands.change, stands.since), (end.change, end.time), "{point:?}");
        let known = ledger.licenses().await.unwrap();
        assert_eq!(known.len(), number as usize + 1);
        assert!(known.contains(&stands), "{point:?}");
        if !has_crashed {
            return;
        }
    }
    panic!("it did not get through in {MAX_STEPS} crashes");
}

/// Ids that are being forgotten: none too many, and the usage stays.
pub async fn a_crash_while_forgetting<F: Fixture>(fixture: &F) {
    let (store, mut ledger) = new_ledger(fixture).await;
    for (number, point) in (0..MAX_STEPS).zip(CrashPoint::all()) {
        let addition = |n: u32| -> Addition {
            punctual(event(number, &format!("e{number}-{n}"), "1", at(10, 5)))
        };
        let old: Vec<Addition> = (0..5).map(addition).collect();
        ledger.add(old.clone(), at(10, 10)).await.unwrap();
        ledger.add(vec![addition(5)], at(10, 20)).await.unwrap();
        fixture.crash_at(&ledger, point);
        let outcome = ledger.forget_events(at(10, 20)).await;
        let has_crashed = fixture.has_crashed(&ledger);
        assert_eq!(outcome.is_err(), has_crashed, "{point:?}: {outcome:?}");
        drop(ledger);
        ledger = open(fixture, &store).await;
        ledger.forget_events(at(10, 20)).await.unwrap();
        let bucket = super::world::bucket(&ledger, &key(number, 10)).await;
        assert_eq!(bucket.contents.events(), 6, "{point:?}");
        let again = ledger.add(vec![addition(0), addition(5)], at(10, 30)).await.unwrap();
        assert_eq!(again, [Added::To(at(10, 0)), Added::Before(at(10, 0))], "{point:?}");
        if !has_crashed {
            return;
        }
    }
    panic!("it did not get through in {MAX_STEPS} crashes");
}

/// Lets an operation crash at its first step, its second, and so on until it gets through; after
/// each crash the program starts again and repeats the operation. Each crash has a license of its
/// own: `prepare` says what happens before, which operation it is, and when.
///
/// The buckets must be what they are after the operation was done once, or twice: a send that was
/// noted, and is noted again, is a second one.
async fn crash_everywhere<F: Fixture>(
    fixture: &F,
    prepare: impl Fn(u32) -> (Vec<Op>, Op, Timestamp),
) {
    let (store, mut ledger) = new_ledger(fixture).await;
    for (number, point) in (0..MAX_STEPS).zip(CrashPoint::all()) {
        let (before, op, now) = prepare(number);
        let mut once = Model::default();
        for op in &before {
            assert_eq!(op.run(&ledger, now).await.unwrap(), once.run(op, now));
        }
        let answer = once.run(&op, now);
        let mut twice = once.clone();
        twice.run(&op, now);

        fixture.crash_at(&ledger, point);
        let outcome = op.run(&ledger, now).await;
        let has_crashed = fixture.has_crashed(&ledger);
        if !has_crashed {
            assert_eq!(outcome.unwrap(), answer, "without a crash");
            assert_eq!(list_of(&ledger, number).await, once.buckets());
            assert!(number > 1, "it takes at least one step");
            return;
        }
        let error = outcome.expect_err("a program that has ended answers nothing");
        assert_eq!(error.code(), "ledger_unavailable", "{point:?}: {error}");
        drop(ledger);
        ledger = open(fixture, &store).await;
        op.run(&ledger, now).await.unwrap();
        for (bucket, (once, twice)) in
            list_of(&ledger, number).await.iter().zip(once.buckets().iter().zip(twice.buckets()))
        {
            assert!(
                bucket == once || *bucket == twice,
                "{point:?}: expected {once:?}, found {bucket:?}"
            );
        }
        let buckets = list_of(&ledger, number).await.len();
        assert_eq!(buckets, once.buckets().len(), "{point:?}");
        // And it may be done again, for as long as nobody is sure that it is done.
        op.run(&ledger, now).await.unwrap();
        let sums = |buckets: Vec<crate::Bucket>| -> Vec<u128> {
            buckets.iter().map(|bucket| bucket.contents.micros()).collect()
        };
        assert_eq!(sums(list_of(&ledger, number).await), sums(once.buckets()), "{point:?}");
    }
    panic!("it did not get through in {MAX_STEPS} crashes");
}
