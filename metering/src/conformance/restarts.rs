//! What a program that starts again finds.

use std::time::Duration;

use meterproof::usage::IdentityForm;

use super::Fixture;
use super::model::{Model, Op};
use super::world::{at, event, key, list, new_ledger, open, place, punctual, record, tagged};
use crate::{BucketFilter, Input, Ledger, LedgerError, Place, Policy, Region, TransientCause};

/// All there is survives a restart: buckets of every state with sums, notes and times, ids of
/// events, licenses (see [`every_license_is_known`](super::every_license_is_known)).
pub async fn everything_survives_a_restart<F: Fixture>(fixture: &F) {
    let (store, mut ledger) = new_ledger(fixture).await;
    let mut model = Model::default();
    let setup = Input::Setup { error: "AccessDeniedException".into() };
    let unreachable = Input::Transient(TransientCause::Unreachable);
    let apply = |number: u32, input: Input| Op::Apply(vec![(key(number, 10), input)]);
    let tagged = tagged(1, "e1", "1.25", at(10, 5), &[("ab", "0.25"), ("", "1.00")]);
    let ops = [
        Op::Add(vec![punctual(tagged.clone()), punctual(event(2, "e2", "3", at(10, 6)))]),
        Op::Open(vec![key(3, 10)]),
        Op::Adopt((4..=9).map(|number| record(number, 10, "2.5")).collect()),
        apply(2, Input::LicenseEnds { at: at(10, 40) }),
        apply(4, Input::SendStarted),
        apply(5, Input::SendStarted),
        apply(5, unreachable),
        apply(6, setup),
        apply(7, Input::Accepted { metering_record_id: Some("m1".into()) }),
        apply(8, Input::Duplicate),
        apply(9, Input::NotSubscribed),
        // The hour of the first two is over; everything sent before is out of its window later.
        Op::Apply(vec![(key(1, 10), Input::Tick), (key(2, 10), Input::Tick)]),
        Op::Add(vec![punctual(tagged), punctual(event(2, "e2", "4", at(10, 6)))]),
    ];
    for op in &ops {
        assert_eq!(op.run(&ledger, at(11, 10)).await.unwrap(), model.run(op, at(11, 10)), "{op:?}");
        drop(ledger);
        ledger = open(fixture, &store).await;
        assert_eq!(list(&ledger, &BucketFilter::default()).await, model.buckets(), "{op:?}");
    }
    let tally = ledger.tally().await.unwrap();
    assert_eq!(tally.states, [1, 4, 2, 1, 1, 0]);
    assert_eq!(ledger.due(at(11, 10), 20).await.unwrap().len(), 3, "adopted or frozen, not sent");
}

/// A store made for one region, or one form of identity, opens for no other; it is unchanged, and
/// still opens for its own. Another policy is no other place.
pub async fn a_store_belongs_to_one_place<F: Fixture>(fixture: &F) {
    let (store, ledger) = new_ledger(fixture).await;
    ledger.open(vec![key(1, 10)], at(10, 0)).await.unwrap();
    drop(ledger);
    let others = [
        Place { region: Region::parse("eu-west-1").unwrap(), ..place() },
        Place { form: IdentityForm::Account, ..place() },
    ];
    for other in others {
        let error = match fixture.open(&store, &other, &Policy::default()).await {
            Err(error) => error,
            Ok(_) => panic!("a store of {} opened for {other}", place()),
        };
        let expected =
            LedgerError::OtherPlace { actual: place().to_string(), expected: other.clone() };
        assert_eq!(error, expected);
        assert_eq!(error.code(), "other_place");
    }
    let patient = Policy { lateness: Duration::from_secs(1_800), ..Policy::default() };
    let ledger = fixture.open(&store, &place(), &patient).await.unwrap();
    assert_eq!((ledger.place(), ledger.policy()), (&place(), &patient));
    let keys: Vec<_> = list(&ledger, &BucketFilter::default()).await;
    assert_eq!(keys.len(), 1);
    // The policy that decides is the one it is open with.
    ledger.open(vec![key(2, 10)], at(10, 0)).await.unwrap();
    let opened = super::world::bucket(&ledger, &key(2, 10)).await;
    assert_eq!(opened.due_at, Some(at(11, 30)));
}

/// An hour that was opened under a shorter lateness waits as today's policy says, and is not due
/// before.
pub async fn an_hour_waits_as_todays_policy_says<F: Fixture>(fixture: &F) {
    let (store, ledger) = new_ledger(fixture).await;
    ledger.add(vec![punctual(event(1, "e1", "5", at(10, 5)))], at(10, 6)).await.unwrap();
    let mut expected = super::world::bucket(&ledger, &key(1, 10)).await;
    assert_eq!(expected.due_at, Some(at(11, 10)));
    drop(ledger);
    let patient = Policy { lateness: Duration::from_secs(1_800), ..Policy::default() };
    let ledger = fixture.open(&store, &place(), &patient).await.unwrap();
    let ticked = ledger.apply(vec![(key(1, 10), Input::Tick)], at(11, 10)).await.unwrap();
    expected.due_at = Some(at(11, 30));
    assert_eq!(ticked, [Some(expected.clone())]);
    assert_eq!(ledger.due(at(11, 29), 9).await.unwrap(), []);
    assert_eq!(ledger.due(at(11, 30), 9).await.unwrap(), [expected]);
}
