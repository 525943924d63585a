//! Many operations at once: as if they came one after another, in some order.

use std::collections::BTreeMap;

use futures_util::future::{join, join_all};
use meterproof::Timestamp;

use super::Fixture;
use super::world::{
    MOST, at, bucket, event, for_hours, key, list_of, new_ledger, open, punctual, record, tagged,
};
use crate::{Added, Addition, Bucket, Certainty, Input, Ledger, NoteKind, StateName};

/// The ledgers that a property runs on: two programs of one store where that is possible.
async fn two_ledgers<F: Fixture>(fixture: &F) -> (F::Store, Vec<F::Ledger>) {
    let (store, first) = new_ledger(fixture).await;
    let mut ledgers = vec![first];
    if F::OUTLIVES {
        ledgers.push(open(fixture, &store).await);
    }
    (store, ledgers)
}

/// Events that overlap are added by many while their bucket freezes: each is in exactly one
/// bucket, and the buckets hold the sum of the unique events.
pub async fn a_freeze_among_additions_loses_nothing<F: Fixture>(fixture: &F) {
    const EVENTS: i64 = 40;
    let (_store, ledgers) = two_ledgers(fixture).await;
    for round in 0..5 {
        // The n-th event is worth 2^n millionths: a sum says which events it holds.
        let addition = |n: i64| {
            let micros = 1_u64 << n;
            let amount = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
            let id = format!("e{round}-{n}");
            for_hours(event(round, &id, &amount, at(10, 5)), &[10, 11])
        };
        // The first event is there before anything else happens.
        let first = ledgers[0].add(vec![addition(0)], at(11, 9)).await.unwrap();
        assert_eq!(first, [Added::To(at(10, 0))]);
        let starts = [0, 3, 5, 11, 17, 19, 20, 26];
        let adders = async {
            let calls = (0..).zip(starts).map(|(call, start): (usize, i64)| {
                let ids: Vec<i64> = (start..(start + 18).min(EVENTS)).collect();
                let additions = ids.iter().map(|n| addition(*n)).collect();
                let ledger = &ledgers[call % ledgers.len()];
                async move { (ids, ledger.add(additions, at(11, 10)).await.unwrap()) }
            });
            join_all(calls).await
        };
        let freezer = async {
            let tick = vec![(key(round, 10), Input::Tick)];
            ledgers[ledgers.len() - 1].apply(tick, at(11, 10)).await.unwrap()
        };
        let (answers, frozen) = join(adders, freezer).await;
        let frozen = frozen[0].clone().unwrap();
        assert_eq!(frozen.state.name(), StateName::Frozen);
        assert_eq!(bucket(&ledgers[0], &key(round, 10)).await, frozen, "frozen is frozen");

        let mut hours: BTreeMap<i64, (Timestamp, u32)> = BTreeMap::new();
        for (n, added) in answers.iter().flat_map(|(ids, added)| ids.iter().zip(added)) {
            let (hour, new) = match added {
                Added::To(hour) => (*hour, 1),
                Added::Before(hour) => (*hour, 0),
                other => panic!("event {n} was answered {other:?}"),
            };
            let known = hours.entry(*n).or_insert((hour, 0));
            assert_eq!(known.0, hour, "event {n} is in two hours");
            known.1 += new;
        }
        assert_eq!(hours.len(), 40);
        for (n, (_, times)) in &hours {
            assert_eq!(*times, u32::from(*n != 0), "event {n} was added so often");
        }
        for hour in [10, 11] {
            let of_hour = || hours.iter().filter(move |(_, (of, _))| *of == at(hour, 0));
            let expected: u128 = of_hour().map(|(n, _)| 1_u128 << n).sum();
            let found = ledgers[0].get(vec![key(round, hour)]).await.unwrap().remove(0);
            let sum = found.as_ref().map_or(0, |bucket| bucket.contents.micros());
            assert_eq!(sum, expected, "the sum of hour {hour}");
            let events = found.map_or(0, |bucket| bucket.contents.events());
            assert_eq!(events, of_hour().count() as u64, "the events of hour {hour}");
        }
    }
}

/// A bucket that many freeze at once freezes once, and its rest is carried once.
pub async fn a_bucket_freezes_once<F: Fixture>(fixture: &F) {
    let (_store, ledgers) = two_ledgers(fixture).await;
    let parts = ["e1", "e2", "e3"]
        .map(|id| punctual(tagged(1, id, MOST, at(10, 30), &[(&id[..0], MOST)])))
        .to_vec();
    ledgers[0].add(parts, at(10, 31)).await.unwrap();
    let freezes = (0..6)
        .map(|n| ledgers[n % ledgers.len()].apply(vec![(key(1, 10), Input::Tick)], at(11, 10)));
    let frozen: Vec<Option<Bucket>> =
        join_all(freezes).await.into_iter().flat_map(Result::unwrap).collect();
    let kept = bucket(&ledgers[0], &key(1, 10)).await;
    assert_eq!(frozen, vec![Some(kept.clone()); 6]);
    let freezes = kept.notes.iter().filter(|note| matches!(note.kind, NoteKind::Frozen { .. }));
    assert_eq!(freezes.count(), 1);
    let rest = bucket(&ledgers[0], &key(1, 11)).await.contents;
    assert_eq!(rest.micros(), 2 * 9_999_999_999_999_999);
    assert_eq!(list_of(&ledgers[0], 1).await.len(), 2);
}

/// Of two senders one is the first; the second finds a send under way, and is in doubt.
pub async fn two_senders_are_told_apart<F: Fixture>(fixture: &F) {
    let (_store, ledgers) = two_ledgers(fixture).await;
    ledgers[0].adopt((0..10).map(|n| record(n, 10, "1")).collect(), at(11, 0)).await.unwrap();
    for number in 0..10 {
        let start = |ledger| start(ledger, number);
        let (one, other) = join(start(&ledgers[0]), start(&ledgers[ledgers.len() - 1])).await;
        let mut certainties = [one.certainty, other.certainty];
        certainties.sort_by_key(|certainty| *certainty == Certainty::InDoubt);
        assert_eq!(certainties, [Certainty::Underway, Certainty::InDoubt]);
        let kept = bucket(&ledgers[0], &key(number, 10)).await;
        assert_eq!((kept.certainty, kept.attempts), (Certainty::InDoubt, 2));
    }
}

async fn start<L: Ledger>(ledger: &L, number: u32) -> Bucket {
    let started = vec![(key(number, 10), Input::SendStarted)];
    ledger.apply(started, at(11, 1)).await.unwrap().remove(0).unwrap()
}

/// Several hours expire at once into the current hour, while events are added to it.
pub async fn many_carry_into_one_hour<F: Fixture>(fixture: &F) {
    let (_store, ledgers) = two_ledgers(fixture).await;
    let records = (4..10).map(|hour| record(1, hour, "1.5")).collect();
    ledgers[0].adopt(records, at(11, 0)).await.unwrap();
    let now = at(36, 5);
    let expiries = (4..10_u32).map(|hour| {
        let tick = vec![(key(1, i64::from(hour)), Input::Tick)];
        ledgers[hour as usize % ledgers.len()].apply(tick, now)
    });
    let additions = (0..6_usize).map(|n| {
        let addition: Addition = punctual(event(1, &format!("e{n}"), "0.25", at(36, 1)));
        ledgers[n % ledgers.len()].add(vec![addition], now)
    });
    let (expired, added) = join(join_all(expiries), join_all(additions)).await;
    for bucket in expired.into_iter().flat_map(Result::unwrap) {
        assert_eq!(bucket.map(|bucket| bucket.state.name()), Some(StateName::Expired));
    }
    for added in added {
        assert_eq!(added.unwrap(), [Added::To(at(36, 0))]);
    }
    let taker = bucket(&ledgers[0], &key(1, 36)).await.contents;
    assert_eq!((taker.micros(), taker.events()), (10_500_000, 6));
    let carried: Vec<_> = taker.carried().iter().map(|(hour, micros)| (*hour, *micros)).collect();
    let expected: Vec<_> = (4..10).map(|hour| (at(hour, 0), 1_500_000)).collect();
    assert_eq!(carried, expected);
}

/// A record is taken in once, and an empty bucket opened once, whoever does it at the same time.
pub async fn a_bucket_begins_once<F: Fixture>(fixture: &F) {
    let (_store, ledgers) = two_ledgers(fixture).await;
    let opens = (0..6).map(|n| ledgers[n % ledgers.len()].open(vec![key(1, 10)], at(10, 0)));
    let opened: usize = join_all(opens).await.into_iter().map(Result::unwrap).sum();
    assert_eq!(opened, 1);
    let adopts =
        (0..6).map(|n| ledgers[n % ledgers.len()].adopt(vec![record(2, 10, "5")], at(11, 0)));
    let first = Bucket::adopted(key(2, 10), record(2, 10, "5"), at(11, 0));
    for adopted in join_all(adopts).await {
        assert_eq!(adopted.unwrap(), [crate::Adopted::Ours(first.clone())]);
    }
    assert_eq!(list_of(&ledgers[0], 1).await.len(), 1);
    assert_eq!(list_of(&ledgers[0], 2).await, [first]);
}
