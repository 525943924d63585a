//! Usage goes to the first of its hours that is open.

use super::Fixture;
use super::world::{at, bucket, event, for_hours, key, new_ledger, record};
use crate::{Added, Input, Ledger, Note, NoteKind, State, close_time};

/// An absent bucket is opened, with a note and the time it closes; an open one is added to.
pub async fn the_first_open_hour_takes_an_event<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    let first = for_hours(event(1, "e1", "2", at(10, 5)), &[10, 11, 12]);
    let second = for_hours(event(1, "e2", "3", at(10, 6)), &[10, 11, 12]);
    let hour = at(10, 0);
    assert_eq!(ledger.add(vec![first], at(10, 7)).await.unwrap(), [Added::To(hour)]);
    assert_eq!(ledger.add(vec![second], at(10, 8)).await.unwrap(), [Added::To(hour)]);
    let open = bucket(&ledger, &key(1, 10)).await;
    assert_eq!(open.key, key(1, 10));
    assert_eq!(open.state, State::Open);
    assert_eq!(open.contents.micros(), 5_000_000);
    assert!(open.contents.carried().is_empty());
    assert_eq!(open.due_at, Some(close_time(hour, None, ledger.policy())));
    assert_eq!(open.due_at, Some(at(11, 10)));
    assert_eq!(open.notes, [Note { at: at(10, 7), kind: NoteKind::Opened }]);
    assert_eq!(ledger.get(vec![key(1, 11), key(1, 12)]).await.unwrap(), [None, None]);
}

/// Hours that are no longer open are passed over; what lands elsewhere is noted by the hour it
/// belongs to.
pub async fn closed_hours_are_passed_over<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    let add = async |id: &str, hours: &[i64], minute: i64| {
        let addition = for_hours(event(1, id, "2.5", at(10, 5)), hours);
        ledger.add(vec![addition], at(11, minute)).await.unwrap()
    };
    assert_eq!(add("e1", &[10, 11], 1).await, [Added::To(at(10, 0))]);
    ledger.apply(vec![(key(1, 10), Input::Tick)], at(11, 10)).await.unwrap();
    ledger.adopt(vec![record(1, 11, "9")], at(11, 11)).await.unwrap();
    assert_eq!(add("e2", &[10, 11, 12], 12).await, [Added::To(at(12, 0))]);
    assert_eq!(add("e3", &[10, 12], 13).await, [Added::To(at(12, 0))]);
    let later = bucket(&ledger, &key(1, 12)).await;
    assert_eq!(later.contents.micros(), 5_000_000);
    assert_eq!(later.contents.events(), 2);
    let carried: Vec<_> = later.contents.carried().iter().collect();
    assert_eq!(carried, [(&at(10, 0), &5_000_000)]);
    assert_eq!(bucket(&ledger, &key(1, 10)).await.contents.micros(), 2_500_000);
}

/// Where no hour is open the event is not added, its id is not taken, and a later call with an
/// open hour adds it.
pub async fn an_event_without_an_open_hour_may_come_again<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    ledger.adopt(vec![record(1, 10, "1"), record(1, 11, "1")], at(11, 30)).await.unwrap();
    let late = event(1, "e1", "2", at(10, 5));
    let closed = for_hours(late.clone(), &[10, 11]);
    for _ in 0..2 {
        let added = ledger.add(vec![closed.clone()], at(11, 31)).await.unwrap();
        assert_eq!(added, [Added::NoHour]);
    }
    let added = ledger.add(vec![for_hours(late, &[10, 11, 12])], at(11, 32)).await.unwrap();
    assert_eq!(added, [Added::To(at(12, 0))]);
    let again = ledger.add(vec![closed], at(11, 33)).await.unwrap();
    assert_eq!(again, [Added::Before(at(12, 0))]);
}

/// An event that may go to no hour is not added; if it was added before, that is the answer.
pub async fn an_event_without_hours_may_be_known<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    let known = event(1, "e1", "2", at(10, 5));
    let added = ledger.add(vec![for_hours(known.clone(), &[10])], at(10, 6)).await.unwrap();
    assert_eq!(added, [Added::To(at(10, 0))]);
    let additions = vec![
        for_hours(event(1, "e2", "2", at(10, 5)), &[]),
        for_hours(known, &[]),
        for_hours(event(1, "e1", "3", at(10, 5)), &[]),
        for_hours(event(1, "e3", "5", at(10, 7)), &[10]),
    ];
    let hour = at(10, 0);
    let expected = [Added::NoHour, Added::Before(hour), Added::IdTaken, Added::To(hour)];
    assert_eq!(ledger.add(additions, at(10, 8)).await.unwrap(), expected);
    assert_eq!(bucket(&ledger, &key(1, 10)).await.contents.micros(), 7_000_000);
}
