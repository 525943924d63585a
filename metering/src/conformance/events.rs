//! An event counts once, whatever is sent again.

use futures_util::future::join_all;

use super::Fixture;
use super::world::{at, bucket, event, for_hours, key, new_ledger, open, punctual, tagged};
use crate::{Added, Addition, Contents, EventId, Input, Ledger, UsageEvent};

/// An event that is sent again is answered with its hour, and counts once.
pub async fn a_resent_event_counts_once<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    let addition = punctual(event(1, "e1", "5", at(10, 20)));
    let first = ledger.add(vec![addition.clone()], at(10, 21)).await.unwrap();
    assert_eq!(first, [Added::To(at(10, 0))]);
    let before = bucket(&ledger, &key(1, 10)).await;
    for minute in [21, 25, 59] {
        let again = ledger.add(vec![addition.clone()], at(10, minute)).await.unwrap();
        assert_eq!(again, [Added::Before(at(10, 0))]);
    }
    assert_eq!(before.contents, Contents::of_event(&addition.event, None));
    assert_eq!(bucket(&ledger, &key(1, 10)).await, before, "a resend changes nothing");
}

/// Nor does it go elsewhere once its hour is closed.
pub async fn a_resend_after_the_close_counts_once<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    let addition = for_hours(event(1, "e1", "5", at(10, 20)), &[10, 11]);
    ledger.add(vec![addition.clone()], at(10, 21)).await.unwrap();
    ledger.apply(vec![(key(1, 10), Input::Tick)], at(11, 10)).await.unwrap();
    let again = ledger.add(vec![addition], at(11, 11)).await.unwrap();
    assert_eq!(again, [Added::Before(at(10, 0))]);
    assert_eq!(ledger.get(vec![key(1, 11)]).await.unwrap(), [None]);
}

/// Within one call too.
pub async fn an_event_twice_in_one_call_counts_once<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    let [e1, e2] = ["e1", "e2"].map(|id| punctual(event(1, id, "5", at(10, 20))));
    let added = ledger.add(vec![e1.clone(), e2, e1.clone(), e1], at(10, 21)).await.unwrap();
    let [to, before] = [Added::To(at(10, 0)), Added::Before(at(10, 0))];
    assert_eq!(added, [to, to, before, before]);
    let contents = bucket(&ledger, &key(1, 10)).await.contents;
    assert_eq!((contents.micros(), contents.events()), (10_000_000, 2));
}

/// And where many callers send it at once: one of them added it.
pub async fn an_event_sent_twice_at_once_counts_once<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    let addition = punctual(event(1, "e1", "5", at(10, 20)));
    let calls = (0..8).map(|_| ledger.add(vec![addition.clone()], at(10, 21)));
    let mut added: Vec<Added> =
        join_all(calls).await.into_iter().flat_map(Result::unwrap).collect();
    added.sort_by_key(|one| *one != Added::To(at(10, 0)));
    let mut expected = vec![Added::Before(at(10, 0)); 8];
    expected[0] = Added::To(at(10, 0));
    assert_eq!(added, expected);
    let contents = bucket(&ledger, &key(1, 10)).await.contents;
    assert_eq!((contents.micros(), contents.events()), (5_000_000, 1));
}

/// And after the program started again.
pub async fn an_event_resent_after_a_restart_counts_once<F: Fixture>(fixture: &F) {
    let (store, ledger) = new_ledger(fixture).await;
    let addition = punctual(event(1, "e1", "5", at(10, 20)));
    ledger.add(vec![addition.clone()], at(10, 21)).await.unwrap();
    drop(ledger);
    let ledger = open(fixture, &store).await;
    let again = ledger.add(vec![addition], at(10, 22)).await.unwrap();
    assert_eq!(again, [Added::Before(at(10, 0))]);
    assert_eq!(bucket(&ledger, &key(1, 10)).await.contents.micros(), 5_000_000);
}

/// Another event under a known id is refused, whatever it differs in, and counts nowhere.
pub async fn an_id_stands_for_one_event<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    let time = at(10, 20);
    ledger.add(vec![punctual(event(1, "e1", "5", time))], at(10, 21)).await.unwrap();
    let others = [
        event(1, "e1", "6", time),
        event(1, "e1", "5", at(10, 19)),
        event(2, "e1", "5", time),
        event(1, "e1", "5", at(11, 20)),
        tagged(1, "e1", "5", time, &[("a", "5")]),
    ];
    let kept = bucket(&ledger, &key(1, 10)).await;
    // Alone, all in one call, and beside a new event whose id comes twice in the call.
    for other in &others {
        let one = ledger.add(vec![punctual(other.clone())], at(11, 1)).await.unwrap();
        assert_eq!(one, [Added::IdTaken], "{other:?}");
    }
    let all = ledger.add(others.into_iter().map(punctual).collect(), at(11, 1)).await.unwrap();
    assert_eq!(all, [Added::IdTaken; 5]);
    assert_eq!(bucket(&ledger, &key(1, 10)).await, kept);
    assert_eq!(ledger.get(vec![key(2, 10), key(1, 11)]).await.unwrap(), [None, None]);
    let two = [event(3, "e2", "1", time), event(3, "e2", "2", time)].map(punctual).to_vec();
    let added = ledger.add(two, at(10, 21)).await.unwrap();
    assert_eq!(added, [Added::To(at(10, 0)), Added::IdTaken]);
    assert_eq!(bucket(&ledger, &key(3, 10)).await.contents.micros(), 1_000_000);
}

/// Ids are told apart by their sources.
pub async fn an_id_belongs_to_its_source<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    let of_source = |source: &str, id: &str| {
        let one = event(1, "e1", "5", at(10, 20));
        let id = EventId::new(source, id).unwrap();
        let (identity, dimension) = (one.identity().clone(), one.dimension().clone());
        let event =
            UsageEvent::new(id, identity, dimension, one.quantity(), one.time(), Vec::new());
        punctual(event.unwrap())
    };
    // Written one after the other, three of these are the same text.
    let ids = [("", "e1"), ("api", "e1"), ("ap", "ie1"), ("", "apie1")];
    let additions: Vec<Addition> = ids.map(|(source, id)| of_source(source, id)).to_vec();
    let added = ledger.add(additions, at(10, 21)).await.unwrap();
    assert_eq!(added, [Added::To(at(10, 0)); 4]);
    assert_eq!(bucket(&ledger, &key(1, 10)).await.contents.events(), 4);
}

/// An event that is not added holds up none of its neighbours.
pub async fn an_event_that_is_refused_holds_up_no_other<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    ledger.adopt(vec![super::world::record(9, 10, "1")], at(11, 0)).await.unwrap();
    let taken = punctual(event(1, "taken", "1", at(10, 1)));
    ledger.add(vec![taken.clone()], at(10, 2)).await.unwrap();
    let mut additions: Vec<Addition> =
        (0..60).map(|n| punctual(event(n % 3, &format!("e{n}"), "1", at(10, 20)))).collect();
    additions[7] = punctual(event(9, "closed", "1", at(10, 20)));
    additions[31] = punctual(event(1, "taken", "2", at(10, 1)));
    additions[45] = taken;
    let added = ledger.add(additions, at(10, 21)).await.unwrap();
    let mut expected = vec![Added::To(at(10, 0)); 60];
    expected[7] = Added::NoHour;
    expected[31] = Added::IdTaken;
    expected[45] = Added::Before(at(10, 0));
    assert_eq!(added, expected);
    let mut sum = 0;
    for number in 0..3 {
        sum += bucket(&ledger, &key(number, 10)).await.contents.micros();
    }
    assert_eq!(sum, 58_000_000);
    assert_eq!(ledger.add(Vec::new(), at(10, 21)).await.unwrap(), []);
}

/// An id is forgotten when its event was added before a time, and not a moment earlier.
pub async fn ids_are_forgotten_by_age<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    let additions = [10, 11, 12].map(|n| punctual(event(1, &format!("e{n}"), "1", at(10, 5))));
    for (addition, minute) in additions.iter().zip([10, 11, 12]) {
        ledger.add(vec![addition.clone()], at(10, minute)).await.unwrap();
    }
    assert_eq!(ledger.forget_events(at(10, 10)).await.unwrap(), 0);
    assert_eq!(ledger.forget_events(at(10, 12)).await.unwrap(), 2);
    assert_eq!(ledger.forget_events(at(10, 12)).await.unwrap(), 0);
    assert_eq!(bucket(&ledger, &key(1, 10)).await.contents.events(), 3, "usage stays");
    let again = ledger.add(additions.to_vec(), at(10, 13)).await.unwrap();
    let hour = at(10, 0);
    assert_eq!(again, [Added::To(hour), Added::To(hour), Added::Before(hour)]);
}
