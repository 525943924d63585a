//! Buckets that are opened empty, taken in whole, and looked up.

use super::Fixture;
use super::world::{at, bucket, event, key, license, new_ledger, place, punctual, record};
use crate::{Added, Adopted, Bucket, Contents, Input, Ledger, NoteKind, State, close_time};

/// A record that was summed up elsewhere becomes a frozen bucket, once.
pub async fn a_record_is_taken_in_once<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    let ours = record(1, 10, "17.5");
    let expected = Bucket::adopted(key(1, 10), ours.clone(), at(11, 0));
    assert_eq!(expected.state, State::Frozen { record: ours.clone() });
    let adopted = ledger.adopt(vec![ours.clone()], at(11, 0)).await.unwrap();
    assert_eq!(adopted, [Adopted::Ours(expected.clone())]);
    let again = ledger.adopt(vec![ours.clone(), ours], at(11, 5)).await.unwrap();
    assert_eq!(again, [Adopted::Ours(expected.clone()), Adopted::Ours(expected.clone())]);
    assert_eq!(bucket(&ledger, &key(1, 10)).await, expected);
}

/// Other usage for the key is told from it, and changes nothing.
pub async fn a_record_of_other_usage_is_told_apart<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    ledger.add(vec![punctual(event(2, "e1", "5", at(10, 5)))], at(10, 6)).await.unwrap();
    let open = bucket(&ledger, &key(2, 10)).await;
    // Two records of one key in one call, and a record for a bucket of events.
    let records = vec![record(1, 10, "5"), record(1, 10, "6"), record(2, 10, "5")];
    let first = Bucket::adopted(key(1, 10), records[0].clone(), at(11, 0));
    let expected =
        [Adopted::Ours(first.clone()), Adopted::Other(first.clone()), Adopted::Other(open.clone())];
    assert_eq!(ledger.adopt(records.clone(), at(11, 0)).await.unwrap(), expected);
    assert_eq!(ledger.adopt(records, at(11, 1)).await.unwrap(), expected);
    assert_eq!(bucket(&ledger, &key(1, 10)).await, first);
    assert_eq!(bucket(&ledger, &key(2, 10)).await, open);
}

/// A record that was taken in and settled is still ours, and no event goes into its hour.
pub async fn a_record_stays_taken_in<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    let ours = record(1, 10, "5");
    ledger.adopt(vec![ours.clone()], at(11, 0)).await.unwrap();
    let late = punctual(event(1, "e1", "5", at(10, 5)));
    assert_eq!(ledger.add(vec![late], at(11, 1)).await.unwrap(), [Added::NoHour]);
    for input in [Input::SendStarted, Input::Accepted { metering_record_id: Some("m1".into()) }] {
        ledger.apply(vec![(key(1, 10), input)], at(11, 2)).await.unwrap();
    }
    let settled = bucket(&ledger, &key(1, 10)).await;
    assert_eq!(settled.record(), Some(&ours));
    assert_eq!(settled.due_at, None);
    let again = ledger.adopt(vec![ours], at(11, 3)).await.unwrap();
    assert_eq!(again, [Adopted::Ours(settled)]);
}

/// Empty buckets are opened where there are none, and take events like any other.
pub async fn empty_buckets_are_opened_once<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    ledger.add(vec![punctual(event(2, "e1", "5", at(10, 5)))], at(10, 6)).await.unwrap();
    let kept = bucket(&ledger, &key(2, 10)).await;
    let keys = vec![key(1, 10), key(2, 10), key(1, 10), key(3, 10)];
    assert_eq!(ledger.open(keys.clone(), at(10, 30)).await.unwrap(), 2);
    assert_eq!(ledger.open(keys, at(10, 31)).await.unwrap(), 0);
    let due = close_time(at(10, 0), None, ledger.policy());
    let empty = Bucket::open(key(1, 10), due, at(10, 30));
    assert_eq!(bucket(&ledger, &key(1, 10)).await, empty);
    assert_eq!(empty.contents, Contents::default());
    assert_eq!(bucket(&ledger, &key(2, 10)).await, kept);
    let addition = punctual(event(1, "e2", "0.5", at(10, 40)));
    ledger.add(vec![addition.clone()], at(10, 41)).await.unwrap();
    let used = bucket(&ledger, &key(1, 10)).await;
    assert_eq!(used.contents, Contents::of_event(&addition.event, None));
    assert_eq!(used.notes, empty.notes, "it was opened before");
    // An empty hour becomes a record of nothing used.
    let frozen = ledger.apply(vec![(key(3, 10), Input::Tick)], at(11, 10)).await.unwrap();
    let quantity = frozen[0].as_ref().and_then(Bucket::record).map(|record| record.quantity());
    assert_eq!(quantity.map(|quantity| quantity.to_string()).as_deref(), Some("0"));
}

/// Buckets are looked up in the order of the keys; there may be none, or many.
pub async fn buckets_are_looked_up_in_order<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    let evens: Vec<_> = (0..130).filter(|n| n % 2 == 0).map(|n| key(n, 10)).collect();
    assert_eq!(ledger.open(evens, at(10, 1)).await.unwrap(), 65);
    let keys: Vec<_> = (0..130).rev().map(|n| key(n, 10)).collect();
    let found = ledger.get(keys.clone()).await.unwrap();
    assert_eq!(found.len(), 130);
    for ((n, key), bucket) in (0..130).rev().zip(keys).zip(found) {
        assert_eq!(bucket.map(|bucket| bucket.key), (n % 2 == 0).then_some(key));
    }
    assert_eq!(ledger.get(Vec::new()).await.unwrap(), []);
    // The same license and dimension elsewhere is another bucket.
    let region = crate::Region::parse("eu-west-1").unwrap();
    let here = key(2, 10);
    let there = crate::BucketKey::new(
        region,
        here.identity().clone(),
        here.dimension().clone(),
        here.hour(),
    );
    assert_ne!(place().region, *there.region());
    assert_eq!(ledger.get(vec![there]).await.unwrap(), [None]);
}

/// The open, frozen and held buckets of a license, and of no other.
pub async fn unsettled_buckets_of_a_license<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    assert_eq!(ledger.unsettled_of(&license(1)).await.unwrap(), []);
    let adopted: Vec<_> = [6, 7, 8, 9].map(|hour| record(1, hour, "5")).to_vec();
    ledger.adopt(adopted, at(10, 0)).await.unwrap();
    ledger.adopt(vec![record(2, 6, "5"), record(2, 7, "5")], at(10, 0)).await.unwrap();
    ledger.open(vec![key(1, 10), key(2, 10)], at(10, 0)).await.unwrap();
    let inputs = vec![
        (key(1, 6), Input::SendStarted),
        (key(1, 7), Input::NotSubscribed),
        (key(1, 8), Input::Duplicate),
        (key(2, 6), Input::Accepted { metering_record_id: None }),
    ];
    ledger.apply(inputs, at(10, 1)).await.unwrap();
    let settle = Input::Accepted { metering_record_id: None };
    ledger.apply(vec![(key(1, 9), settle)], at(10, 1)).await.unwrap();
    let unsettled = async |number: u32| {
        let mut keys = ledger.unsettled_of(&license(number)).await.unwrap();
        keys.sort();
        keys
    };
    assert_eq!(unsettled(1).await, [key(1, 6), key(1, 7), key(1, 10)]);
    assert_eq!(unsettled(2).await, [key(2, 7), key(2, 10)]);
    let conflict = bucket(&ledger, &key(1, 8)).await;
    assert_eq!(conflict.notes.last().map(|note| note.kind.clone()), Some(NoteKind::Conflict));
}
