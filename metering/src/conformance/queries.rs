//! What is due, what there is, and how much of it.

use meterproof::Timestamp;

use super::Fixture;
use super::world::{at, event, key, license, list, new_ledger, punctual, record};
use crate::{Bucket, BucketFilter, BucketKey, Cursor, Input, Ledger, StateName, Tally};

/// The longest due comes first, no more than asked for, and nothing before its time.
pub async fn the_longest_due_comes_first<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    for (number, hour) in [(1, 12), (2, 9), (3, 11), (4, 10)] {
        let addition = punctual(event(number, &format!("e{number}"), "1", at(hour, 5)));
        ledger.add(vec![addition], at(12, 6)).await.unwrap();
    }
    let order = [key(2, 9), key(4, 10), key(3, 11), key(1, 12)];
    due_becomes(&ledger, at(13, 10), 10, &order).await;
    due_becomes(&ledger, at(13, 10), 2, &order[..2]).await;
    due_becomes(&ledger, at(13, 9), 10, &order[..3]).await;
    due_becomes(&ledger, at(10, 9), 10, &[]).await;
    due_becomes(&ledger, at(10, 10), 10, &order[..1]).await;
}

/// A bucket is due again when its step says so, and never once nothing is left to do.
pub async fn what_is_final_is_never_due<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    let records = (1..=4).map(|number| record(number, 10, "1")).collect();
    ledger.adopt(records, at(11, 0)).await.unwrap();
    let apply = async |number: u32, input: Input, now: Timestamp| {
        ledger.apply(vec![(key(number, 10), input)], now).await.unwrap();
    };
    due_are(&ledger, at(11, 0), [1, 2, 3, 4].map(|number| key(number, 10)).to_vec()).await;
    for number in 1..=4 {
        apply(number, Input::SendStarted, at(11, 1)).await;
    }
    // Leased for two minutes.
    due_becomes(&ledger, at(11, 2), 10, &[]).await;
    apply(1, Input::Accepted { metering_record_id: Some("m1".into()) }, at(11, 2)).await;
    apply(2, Input::Duplicate, at(11, 2)).await;
    apply(3, Input::Setup { error: "AccessDeniedException".into() }, at(11, 2)).await;
    due_becomes(&ledger, at(11, 6), 10, &[key(4, 10)]).await;
    due_becomes(&ledger, at(11, 7), 10, &[key(4, 10), key(3, 10)]).await;
    for number in [3, 4] {
        apply(number, Input::Tick, at(36, 0)).await;
    }
    // What the third carried is due in its new hour; the four themselves are final.
    due_becomes(&ledger, at(36, 59), 10, &[]).await;
    due_becomes(&ledger, at(500, 0), 10, &[key(3, 36)]).await;
}

/// Filters by state, license and hours, alone and together.
pub async fn lists_are_filtered<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    let open = (0..3).flat_map(|number| [9, 10, 11].map(|hour| key(number, hour)));
    ledger.open(open.collect(), at(11, 0)).await.unwrap();
    ledger
        .apply(vec![(key(0, 9), Input::Tick), (key(1, 9), Input::Tick)], at(11, 0))
        .await
        .unwrap();
    let settle = Input::Accepted { metering_record_id: None };
    ledger.apply(vec![(key(1, 9), settle)], at(11, 1)).await.unwrap();
    let all = list(&ledger, &BucketFilter::default()).await;
    assert_eq!(all.len(), 9);
    let states = [
        vec![],
        vec![StateName::Open],
        vec![StateName::Frozen, StateName::Settled],
        vec![StateName::Conflict],
    ];
    for states in states {
        for license in [None, Some(license(1)), Some(license(7))] {
            for from in [None, Some(at(10, 0))] {
                for to in [None, Some(at(10, 0)), Some(at(11, 0))] {
                    let (states, license) = (states.clone(), license.clone());
                    let filter = BucketFilter { states, license, from, to };
                    let expected: Vec<Bucket> =
                        all.iter().filter(|bucket| filter.holds(bucket)).cloned().collect();
                    assert_eq!(list(&ledger, &filter).await, expected, "{filter:?}");
                }
            }
        }
    }
    let settled = BucketFilter { states: vec![StateName::Settled], ..BucketFilter::default() };
    let keys: Vec<_> = list(&ledger, &settled).await.into_iter().map(|one| one.key).collect();
    assert_eq!(keys, [key(1, 9)]);
}

/// More buckets than a page holds come page by page, each once, to the end.
pub async fn lists_go_on_page_by_page<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    // Long texts make pages of few buckets where pages are counted in bytes.
    let mut expected = Vec::new();
    for call in 0..11_u32 {
        let numbers = call * 200..(call + 1) * 200;
        let keys: Vec<BucketKey> = numbers.map(|n| key(n % 40, i64::from(n / 40) % 55)).collect();
        expected.extend(keys.iter().cloned());
        assert_eq!(ledger.open(keys, at(54, 0)).await.unwrap(), 200);
    }
    expected.sort();
    let listed = list(&ledger, &BucketFilter::default()).await;
    let keys: Vec<BucketKey> = listed.into_iter().map(|bucket| bucket.key).collect();
    assert_eq!(keys.len(), 2_200);
    assert!(keys == expected, "each bucket comes once");
    let of_one = BucketFilter { license: Some(license(7)), ..BucketFilter::default() };
    assert_eq!(list(&ledger, &of_one).await.len(), 55);
}

/// A cursor that is none of the ledger's is an error, not an empty list.
pub async fn a_foreign_cursor_is_refused<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    ledger.open(vec![key(1, 10)], at(10, 0)).await.unwrap();
    for text in ["", "no cursor", "\u{0}", "9".repeat(40).as_str()] {
        let cursor = Some(Cursor(text.to_owned()));
        let error = ledger.list(&BucketFilter::default(), cursor).await.unwrap_err();
        assert_eq!(error.code(), "corrupt_ledger", "{text:?}: {error}");
    }
}

/// Buckets are counted by state; the oldest that is not settled is known by its hour.
pub async fn the_tally_counts_every_bucket<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    assert_eq!(ledger.tally().await.unwrap(), Tally::default());
    ledger.open(vec![key(1, 11), key(2, 11), key(3, 12)], at(12, 0)).await.unwrap();
    ledger.adopt((1..=5).map(|n| record(n, 10, "1")).collect(), at(12, 0)).await.unwrap();
    ledger.adopt(vec![record(6, 9, "1"), record(7, 8, "1")], at(12, 0)).await.unwrap();
    let settle = || Input::Accepted { metering_record_id: None };
    let inputs = vec![
        (key(1, 10), Input::NotSubscribed),
        (key(2, 10), Input::Duplicate),
        (key(3, 10), settle()),
        (key(6, 9), settle()),
        (key(7, 8), Input::Duplicate),
    ];
    ledger.apply(inputs, at(12, 1)).await.unwrap();
    // Open, frozen, held, settled, conflict, expired.
    let expected = Tally { states: [3, 2, 1, 2, 2, 0], oldest_unsettled: Some(at(10, 0)) };
    assert_eq!(ledger.tally().await.unwrap(), expected);
    let rest = [1, 4, 5].map(|number| (key(number, 10), settle())).to_vec();
    ledger.apply(rest, at(12, 2)).await.unwrap();
    let expected = Tally { states: [3, 0, 0, 5, 2, 0], oldest_unsettled: Some(at(11, 0)) };
    assert_eq!(ledger.tally().await.unwrap(), expected);
}

/// A ledger may learn of a due bucket a moment late: it is asked until it has.
const PATIENCE: usize = 1_000;

async fn due_becomes<L: Ledger>(ledger: &L, now: Timestamp, limit: usize, expected: &[BucketKey]) {
    let mut keys = Vec::new();
    for _ in 0..PATIENCE {
        let due = ledger.due(now, limit).await.unwrap();
        assert!(due.len() <= limit, "{} buckets where {limit} were asked for", due.len());
        keys = due.into_iter().map(|bucket| bucket.key).collect();
        if keys == expected {
            return;
        }
    }
    assert_eq!(keys, expected, "due at {now}, at most {limit}");
}

/// In any order: all of them became due at one time.
async fn due_are<L: Ledger>(ledger: &L, now: Timestamp, mut expected: Vec<BucketKey>) {
    expected.sort();
    let mut keys = Vec::new();
    for _ in 0..PATIENCE {
        let due = ledger.due(now, expected.len() + 10).await.unwrap();
        keys = due.into_iter().map(|bucket| bucket.key).collect();
        keys.sort();
        if keys == expected {
            return;
        }
    }
    assert_eq!(keys, expected, "due at {now}");
}
