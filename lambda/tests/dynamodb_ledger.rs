//! The ledger in DynamoDB, on a real one or MiniStack's:
//! `DYNAMODB_ENDPOINT=http://127.0.0.1:4566 cargo test -p meterproof-lambda --test dynamodb_ledger -- --ignored`

#[path = "dynamodb/mod.rs"]
mod dynamodb;
#[path = "dynamodb/fixture.rs"]
mod fixture;

use aws_sdk_dynamodb::types::AttributeValue;
use dynamodb::DynamoDb;
use dynamodb::usage::{at, key, most, place, record, tagged, unit};
use fixture::{Program, Tables};
use meterproof::usage::{TagSet, UsageRecord};
use meterproof_lambda::aws::DynamoDbLedger;
use meterproof_metering::conformance::{self, CrashPoint, Fixture};
use meterproof_metering::{
    Added, Addition, Adopted, Bucket, Input, Ledger, LedgerError, Policy, StateName,
};

/// More requests than any operation here takes.
const MOST_STEPS: u32 = 200;

#[test]
#[ignore = "needs DynamoDB: cargo xtask stack runs it"]
fn the_ledger_in_dynamodb_conforms() {
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.unwrap().block_on(conformance::run_all(&tables()));
    };
    // Unoptimised, the suite's one function alone takes most of the usual 2 MB.
    let thread = std::thread::Builder::new().stack_size(16 << 20).spawn(run);
    thread.unwrap().join().unwrap();
}

#[tokio::test]
#[ignore = "needs DynamoDB: cargo xtask stack runs it"]
async fn many_events_of_one_customer_go_to_shards() {
    let tables = tables();
    let table = tables.store().await;
    let (one, other) = (open(&tables, &table).await, open(&tables, &table).await);
    let call = |from: u32| (from..from + 600).map(|n| unit(1, &format!("e{n}"))).collect();
    // The calls overlap: 300 events come twice.
    let (first, second) =
        tokio::join!(one.add(call(0), at(10, 6)), other.add(call(300), at(10, 6)));
    let first = first.unwrap().into_iter().chain(second.unwrap());
    assert_eq!(first.filter(|added| *added == Added::To(at(10, 0))).count(), 900);
    assert_eq!(one.partitions("shard").await.len(), 3, "a hot bucket has four shards");
    let open = bucket(&one, 1, 10).await;
    assert_eq!((open.contents.micros(), open.contents.events()), (900_000_000, 900));

    let frozen = tick(&one, 1).await;
    assert_eq!(frozen.state.record().unwrap().quantity().to_string(), "900");
    assert_eq!(bucket(&other, 1, 10).await, frozen);
    assert_eq!(one.partitions("shard").await, [""; 0], "nothing is left of the shards");
    // The other program still believes in them.
    let late = other.add(vec![unit(1, "late")], at(11, 11)).await.unwrap();
    assert_eq!(late, [Added::To(at(11, 0))]);
    assert_eq!(bucket(&one, 1, 11).await.contents.micros(), 1_000_000);
}

#[tokio::test]
#[ignore = "needs DynamoDB: cargo xtask stack runs it"]
async fn events_that_meet_others_are_tried_again_and_make_a_bucket_hot() {
    let program = program().await;
    assert_eq!(program.add(vec![unit(1, "e1")], at(10, 6)).await.unwrap().len(), 1);
    // Two tries of the event; the shards themselves, and the event again; then both go through.
    program.wire.conflict(4);
    let added = program.add(vec![unit(1, "e2")], at(10, 6)).await.unwrap();
    assert_eq!((added, program.wire.conflicts_left()), (vec![Added::To(at(10, 0))], 0));
    assert_eq!(program.partitions("shard").await.len(), 3);
    let others: Vec<Addition> = (3..40).map(|n| unit(1, &format!("e{n}"))).collect();
    for other in others {
        program.add(vec![other], at(10, 6)).await.unwrap();
    }
    assert_eq!(bucket(&program, 1, 10).await.contents.micros(), 39_000_000);
    program.wire.conflict(3);
    assert_eq!(tick(&program, 1).await.contents.events(), 39);
    assert_eq!(program.wire.conflicts_left(), 0);
}

#[tokio::test]
#[ignore = "needs DynamoDB: cargo xtask stack runs it"]
async fn a_table_that_is_always_busy_is_an_error_without_data() {
    let program = program().await;
    program.wire.conflict(u32::MAX);
    let error = program.add(vec![unit(1, "secret")], at(10, 6)).await.unwrap_err();
    let cause = "TransactWriteItems: others were at the same items 12 times".to_owned();
    assert_eq!(error, LedgerError::Unavailable { cause });
}

#[tokio::test]
#[ignore = "needs DynamoDB: cargo xtask stack runs it"]
async fn a_table_that_is_not_there_is_an_error() {
    let (client, _) = DynamoDb::of_environment().client().await;
    let opened = DynamoDbLedger::open(client, "no-such-table", place(), Policy::default()).await;
    let cause = "GetItem: ResourceNotFoundException".to_owned();
    assert_eq!(opened.unwrap_err(), LedgerError::Unavailable { cause });
}

/// A crash at each request of a freeze that gathers shards and tags; more events come before
/// anybody goes on with the freeze.
#[tokio::test]
#[ignore = "needs DynamoDB: cargo xtask stack runs it"]
async fn a_crash_while_gathering_shards_loses_nothing() {
    let tables = tables();
    let table = tables.store().await;
    for (customer, point) in (0..MOST_STEPS).zip(CrashPoint::all()) {
        let program = open(&tables, &table).await;
        program.add(vec![unit(customer, &format!("{customer}-1"))], at(10, 6)).await.unwrap();
        program.wire.conflict(2);
        let teams: Vec<String> = (0..3).map(|n| format!("t{n}")).collect();
        for n in 2..8 {
            let addition = tagged(customer, &format!("{customer}-{n}"), &teams);
            program.add(vec![addition], at(10, 6)).await.unwrap();
        }
        program.wire.crash_at(point);
        let outcome = program.apply(vec![(key(customer, 10), Input::Tick)], at(11, 10)).await;
        let has_crashed = program.wire.has_crashed();
        assert_eq!(outcome.is_err(), has_crashed, "{point:?}: {outcome:?}");

        let program = open(&tables, &table).await;
        let due = program.due(at(11, 10), 10_000).await.unwrap();
        assert!(due.iter().any(|bucket| bucket.key == key(customer, 10)), "{point:?}: it is due");
        let late = unit(customer, &format!("{customer}-late"));
        let [Added::To(hour)] = program.add(vec![late], at(11, 10)).await.unwrap()[..] else {
            panic!("{point:?}: a late event has an hour")
        };
        let frozen = tick(&program, customer).await;
        let late_there = u128::from(hour == at(10, 0));
        assert_eq!(frozen.contents.micros(), (19 + late_there) * 1_000_000, "{point:?}");
        assert_eq!(frozen.contents.events(), 7 + late_there as u64, "{point:?}");
        assert_eq!(frozen.state.record().unwrap().allocations().len(), 4, "{point:?}");
        assert_eq!(bucket(&program, customer, 10).await, frozen, "{point:?}");
        assert_eq!(program.partitions("shard").await, [""; 0], "{point:?}: nothing is left");
        if !has_crashed {
            assert!(customer > 10, "gathering takes several requests");
            return;
        }
    }
    panic!("it did not get through in {MOST_STEPS} crashes");
}

/// 2500 sets of tags in one event and 600 more in sums of their own: more than an item or an
/// answer of DynamoDB holds.
#[tokio::test]
#[ignore = "needs DynamoDB: cargo xtask stack runs it"]
async fn usage_of_thousands_of_tags_is_kept_whole() {
    let program = program().await;
    let values = |from: u32, to: u32| -> Vec<String> {
        (from..to).map(|n| format!("{n:06}{}", "x".repeat(200))).collect()
    };
    let mut additions = vec![tagged(1, "all", &values(0, 2500))];
    additions.extend((0..25).map(|n| tagged(1, &format!("e{n}"), &values(n * 24, (n + 1) * 24))));
    let added = program.add(additions.clone(), at(10, 6)).await.unwrap();
    assert_eq!(added, [Added::To(at(10, 0)); 26]);
    let again = program.add(additions, at(10, 6)).await.unwrap();
    assert_eq!(again, [Added::Before(at(10, 0)); 26]);
    let open = bucket(&program, 1, 10).await;
    assert_eq!((open.contents.micros(), open.contents.events()), (3_100_000_000, 26));
    assert_eq!(open.contents.pieces().len(), 2500);
    let twice = open.contents.pieces().filter(|(_, micros)| *micros == 2_000_000).count();
    assert_eq!(twice, 600);

    // A record takes 240,000 bytes of allocations; the rest goes to the next hour.
    let frozen = tick(&program, 1).await;
    let record = frozen.record().unwrap().clone();
    let rest = bucket(&program, 1, 11).await.contents;
    assert_eq!(u128::from(record.quantity().micros()) + rest.micros(), 3_100_000_000);
    assert!(record.allocations().len() > 500 && rest.pieces().len() > 1500);
    assert!(record.allocations().iter().all(|one| *one.tags() != TagSet::UNTAGGED));
    assert_eq!(bucket(&program, 1, 10).await, frozen);
    assert_eq!(program.partition(&program.partitions("bucket#").await[0]).await.len().min(1), 1);

    let settle = Input::Accepted { metering_record_id: Some("m1".into()) };
    let settled = program.apply(vec![(key(1, 10), settle)], at(11, 12)).await.unwrap();
    let settled = settled[0].clone().unwrap();
    assert_eq!(settled.state.name(), StateName::Settled);
    assert_eq!(bucket(&program, 1, 10).await, settled);
    // Long texts of this bucket and of what it carried: each version's goes with the next.
    assert_eq!(program.partitions("text#").await.len(), 2);
}

/// A record whose bucket is longer than one item, taken in while the answer to each of its writes
/// is lost in turn: what refuses the second attempt is the first one.
#[tokio::test]
#[ignore = "needs DynamoDB: cargo xtask stack runs it"]
async fn a_long_record_is_taken_in_once_though_an_answer_is_lost() {
    let program = program().await;
    let values: Vec<String> = (0..1000).map(|n| format!("{n:06}{}", "x".repeat(140))).collect();
    for answers in 0.. {
        let customer = answers + 1;
        let event = tagged(customer, "any", &values).event;
        let record = UsageRecord::new(
            event.identity().clone(),
            event.dimension().clone(),
            at(10, 59),
            event.quantity(),
            event.allocations().to_vec(),
        )
        .unwrap();
        program.wire.lose_put_answer(answers);
        let adopted = program.adopt(vec![record.clone()], at(11, 10)).await.unwrap().remove(0);
        let Adopted::Ours(ours) = adopted else { panic!("after {answers}: it is ours") };
        assert_eq!(bucket(&program, customer, 10).await, ours, "after {answers}");
        assert_eq!(program.adopt(vec![record], at(11, 11)).await.unwrap(), [Adopted::Ours(ours)]);
        if program.wire.is_put_answer_to_come() {
            assert!(answers > 1, "a long bucket takes several writes");
            return;
        }
    }
}

/// DynamoDB may show one item of a transaction before another.
#[tokio::test]
#[ignore = "needs DynamoDB: cargo xtask stack runs it"]
async fn a_bucket_whose_sums_are_not_all_there_yet_does_not_freeze() {
    let program = program().await;
    let teams = vec!["a".to_owned(), "b".to_owned()];
    program.add(vec![tagged(1, "e1", &teams)], at(10, 6)).await.unwrap();
    let pk = program.partitions("bucket#").await.remove(0);
    let pieces = async |by: i64| {
        let update = program.client.update_item().table_name(&program.table);
        update
            .key("pk", AttributeValue::S(pk.clone()))
            .key("sk", AttributeValue::S("head".into()))
            .update_expression("ADD pieces :by")
            .expression_attribute_values(":by", AttributeValue::N(by.to_string()))
            .send()
            .await
            .unwrap();
    };
    pieces(1).await;
    let error = program.apply(vec![(key(1, 10), Input::Tick)], at(11, 10)).await.unwrap_err();
    assert_eq!(error.code(), "ledger_unavailable");
    let waiting = bucket(&program, 1, 10).await;
    assert_eq!(waiting.state.name(), StateName::Open, "closing is open to others");
    assert_eq!(program.due(at(11, 10), 10).await.unwrap(), [waiting]);
    assert_eq!(program.tally().await.unwrap().states, [1, 0, 0, 0, 0, 0]);
    pieces(-1).await;
    assert_eq!(tick(&program, 1).await.contents.micros(), 2_000_000);
}

/// A hot bucket that holds more than a record, while the hours that the rest may go to are taken:
/// it stays open, and takes events that no longer go to its shards.
#[tokio::test]
#[ignore = "needs DynamoDB: cargo xtask stack runs it"]
async fn a_bucket_that_cannot_close_yet_goes_on_taking_events() {
    let program = program().await;
    program.add(vec![most(1, "e1")], at(10, 6)).await.unwrap();
    program.wire.conflict(2);
    program.add(vec![most(1, "e2")], at(10, 6)).await.unwrap();
    assert_eq!(program.partitions("shard").await.len(), 3);
    program.adopt(vec![record(1, 11), record(1, 12)], at(11, 10)).await.unwrap();
    let before = bucket(&program, 1, 10).await;
    let tick = vec![(key(1, 10), Input::Tick)];
    assert_eq!(program.apply(tick.clone(), at(11, 10)).await.unwrap(), [Some(before.clone())]);
    assert_eq!(bucket(&program, 1, 10).await, before);
    for n in 0..20 {
        let added = program.add(vec![unit(1, &format!("u{n}"))], at(11, 11)).await.unwrap();
        assert_eq!(added, [Added::To(at(10, 0))]);
    }
    let frozen = program.apply(tick, at(12, 1)).await.unwrap().remove(0).unwrap();
    assert_eq!(frozen.contents.micros(), 2 * 9_999_999_999_999_999 + 20_000_000);
    assert_eq!(frozen.record().unwrap().quantity().micros(), 9_999_999_999_999_999);
    let rest = bucket(&program, 1, 13).await.contents;
    assert_eq!(rest.micros(), 9_999_999_999_999_999 + 20_000_000);
}

/// What the module's documentation says an event costs.
#[tokio::test]
#[ignore = "needs DynamoDB: cargo xtask stack runs it"]
async fn an_event_costs_what_is_said() {
    let program = program().await;
    let cost = async |additions: Vec<Addition>| {
        program.wire.measure();
        let count = additions.len();
        let added = program.add(additions, at(10, 6)).await.unwrap();
        assert_eq!(added, vec![Added::To(at(10, 0)); count]);
        let cost = program.wire.cost();
        (cost.table, cost.indexes, cost.requests["TransactWriteItems"])
    };
    // Two units for each item of a transaction; the first event makes three entries of indexes.
    assert_eq!(cost(vec![unit(1, "e1")]).await, (4.0, 3.0, 1));
    assert_eq!(cost(vec![unit(1, "e2")]).await, (4.0, 0.0, 1));
    let hundred = (0..99).map(|n| unit(1, &format!("h{n}"))).collect();
    assert_eq!(cost(hundred).await, (200.0, 0.0, 1));
    let several = (0..10).map(|n| unit(n + 2, &format!("s{n}"))).collect();
    assert_eq!(cost(several).await, (40.0, 30.0, 10));
    let teams: Vec<String> = (0..3).map(|n| format!("t{n}")).collect();
    assert_eq!(cost(vec![tagged(1, "t1", &teams)]).await, (10.0, 0.0, 1));
}

fn tables() -> Tables {
    Tables(DynamoDb::of_environment())
}

async fn open(tables: &Tables, table: &String) -> Program {
    tables.open(table, &place(), &Policy::default()).await.unwrap()
}

async fn program() -> Program {
    let tables = tables();
    open(&tables, &tables.store().await).await
}

async fn bucket(program: &Program, customer: u32, hour: i64) -> Bucket {
    program.get(vec![key(customer, hour)]).await.unwrap().remove(0).unwrap()
}

/// Freezes the hour from 10:00.
async fn tick(program: &Program, customer: u32) -> Bucket {
    let tick = vec![(key(customer, 10), Input::Tick)];
    let frozen = program.apply(tick, at(11, 10)).await.unwrap().remove(0).unwrap();
    assert_eq!(frozen.state.name(), StateName::Frozen);
    frozen
}
