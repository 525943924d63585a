//! Sums are exact.

use fastrand::Rng;

use super::Fixture;
use super::model::{Answer, Model, Op};
use super::world::{MOST, at, bucket, event, key, list_of, new_ledger, punctual, tagged, tags};
use crate::{Addition, Ledger};

/// Decimals add up without rounding, whole numbers and decimals in one bucket too.
pub async fn decimals_add_up_exactly<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    let amounts = ["0.1", "0.2", "0.000001", "1234567890.123456", "7", "0.0", "0.30"];
    let additions = amounts
        .iter()
        .enumerate()
        .map(|(n, amount)| punctual(event(1, &format!("e{n}"), amount, at(10, 5))))
        .collect();
    ledger.add(additions, at(10, 6)).await.unwrap();
    let contents = bucket(&ledger, &key(1, 10)).await.contents;
    assert_eq!(contents.micros(), 1_234_567_897_723_457);
    assert_eq!(contents.places(), Some(6));
    assert_eq!(contents.events(), 7);
}

/// A sum passes what 64 bits hold, in millionths of a unit.
pub async fn sums_pass_64_bits<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    for call in 0..20 {
        let additions = (0..100)
            .map(|n| punctual(event(1, &format!("e{call}-{n}"), MOST, at(10, 5))))
            .collect();
        ledger.add(additions, at(10, 6)).await.unwrap();
    }
    let contents = bucket(&ledger, &key(1, 10)).await.contents;
    assert_eq!(contents.micros(), 2_000 * 9_999_999_999_999_999_u128);
    assert!(contents.micros() > u128::from(u64::MAX));
    assert_eq!(contents.events(), 2_000);
}

/// Sums are kept for each set of tags, whatever order the tags come in; usage without tags beside
/// tagged usage counts as untagged.
pub async fn tags_add_up_in_any_order<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    let split = |id: &str, amount: &str, parts: &[(&str, &str)]| {
        punctual(tagged(1, id, amount, at(10, 5), parts))
    };
    ledger.add(vec![split("e1", "10", &[("ab", "4"), ("c", "6")])], at(10, 6)).await.unwrap();
    let more = vec![
        split("e2", "3", &[("c", "1"), ("ba", "2")]),
        split("e3", "5", &[]),
        split("e4", "0.5", &[("a", "0.25"), ("abc", "0.25")]),
    ];
    ledger.add(more, at(10, 7)).await.unwrap();
    let contents = bucket(&ledger, &key(1, 10)).await.contents;
    let mut expected = [
        (tags(""), 5_000_000),
        (tags("a"), 250_000),
        (tags("ab"), 6_000_000),
        (tags("abc"), 250_000),
        (tags("c"), 7_000_000),
    ];
    expected.sort();
    let pieces: Vec<_> = contents.pieces().map(|(tags, micros)| (tags.clone(), micros)).collect();
    assert_eq!(pieces, expected);
    assert_eq!(contents.micros(), 18_500_000);
}

/// A thousand events of some licenses, in calls of any size: the ledger agrees with the model.
pub async fn a_thousand_events_add_up<F: Fixture>(fixture: &F) {
    let (_store, ledger) = new_ledger(fixture).await;
    let (mut model, mut random) = (Model::default(), Rng::with_seed(1_000));
    let mut waiting: Vec<Addition> = (0..1_000).map(|n| random_addition(n, &mut random)).collect();
    while !waiting.is_empty() {
        let size = random.usize(1..=120).min(waiting.len());
        let op = Op::Add(waiting.split_off(waiting.len() - size));
        let answer = op.run(&ledger, at(10, 59)).await.unwrap();
        let Answer::Added(added) = &answer else { panic!("additions are answered as such") };
        assert_eq!(added.len(), size);
        assert_eq!(answer, model.run(&op, at(10, 59)));
    }
    for number in 0..4 {
        let expected = model.buckets_of(&super::world::license(number));
        assert_eq!(list_of(&ledger, number).await, expected);
    }
    let events: u64 = model.buckets().iter().map(|bucket| bucket.contents.events()).sum();
    assert_eq!(events, 1_000);
}

fn random_addition(n: u32, random: &mut Rng) -> Addition {
    let number = random.u32(0..4);
    let time = at(random.i64(8..11), random.i64(0..60));
    let amount = random.u32(0..1_000_000);
    let amount = match random.u32(0..3) {
        0 => amount.to_string(),
        1 => format!("{}.{:02}", amount / 100, amount % 100),
        _ => format!("{}.{:06}", amount / 7, amount),
    };
    let id = format!("e{n}");
    let names = ["a", "ab", "ba", "c", ""][random.usize(0..5)];
    punctual(if random.bool() {
        event(number, &id, &amount, time)
    } else {
        tagged(number, &id, &amount, time, &[(names, &amount)])
    })
}
