//! `forward_usage` with the real SDK against the emulator: what AWS would bill.

#[path = "support/clock.rs"]
mod clock;
mod emulated;

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

use meterproof::usage::{IdentityForm, Rules, plan, read};
use meterproof_aws::SdkMetering;
use meterproof_emulator::Config;
use meterproof_emulator::config::{LEGACY_CUSTOMER_IDENTIFIER, LEGACY_PRODUCT_CODE, LICENSE_ARN};
use meterproof_emulator::wire::Operation;
use meterproof_lambda::forward::Forwarder;
use meterproof_lambda::queue::{RejectedMessage, RejectsQueue, SendFailure, SqsEvent, SqsMessage};
use meterproof_metering::{
    Backoff, BucketFilter, Ledger as _, MemoryLedger, Place, Policy, Region, State,
};
use serde_json::json;

use clock::TestClock;
use emulated::{Emulator, now};

/// Far more than any test needs: none waits for it unless AWS is down for good.
const TIME_LEFT: Duration = Duration::from_secs(120);

/// Stands in for the queue; the real one is driven where the whole stack runs.
#[derive(Default)]
struct Rejects(Mutex<Vec<RejectedMessage>>);

impl RejectsQueue for &Rejects {
    async fn send(&self, messages: &[&RejectedMessage]) -> Vec<SendFailure> {
        self.0.lock().unwrap().extend(messages.iter().map(|message| (*message).clone()));
        Vec::new()
    }
}

impl Rejects {
    /// `code reason` of each message.
    fn reasons(&self) -> Vec<String> {
        let reason = |message: &RejectedMessage| {
            message
                .attributes()
                .take(2)
                .map(|(_, value)| value.to_owned())
                .collect::<Vec<_>>()
                .join(" ")
        };
        self.0.lock().unwrap().iter().map(reason).collect()
    }
}

fn ledger() -> MemoryLedger {
    ledger_of(IdentityForm::License)
}

fn ledger_of(form: IdentityForm) -> MemoryLedger {
    let policy = Policy {
        backoff: Backoff { base: Duration::from_millis(1), cap: Duration::from_millis(20) },
        calls_per_second: 10,
        ..Policy::default()
    };
    MemoryLedger::new(Place { region: Region::parse("us-east-1").unwrap(), form }, policy)
}

/// How many buckets are in this state, by its stable name.
async fn count(ledger: &MemoryLedger, state: &str) -> usize {
    let page = ledger.list(&BucketFilter::default(), None).await.unwrap();
    page.buckets.iter().filter(|bucket| bucket.state.name().code() == state).count()
}

type Function<'a> = Forwarder<'a, MemoryLedger, SdkMetering, &'a Rejects, TestClock>;

async fn function<'a>(
    ledger: &'a MemoryLedger,
    emulator: &Emulator,
    rejects: &'a Rejects,
) -> Function<'a> {
    function_with(ledger, emulator.usage_client().await, rejects)
}

fn function_with<'a>(
    ledger: &'a MemoryLedger,
    metering: SdkMetering,
    rejects: &'a Rejects,
) -> Function<'a> {
    let clock = TestClock::at(now());
    Forwarder::new(ledger, metering, rejects, clock, None, Duration::from_secs(1))
}

fn record(dimension: &str, hour: usize, quantity: &str) -> String {
    format!(
        r#"{{"Timestamp":"2026-11-21T{hour:02}:15:00Z","Dimension":"{dimension}",{quantity},"LicenseArn":"{LICENSE_ARN}","CustomerAWSAccountId":"444455556666"}}"#
    )
}

fn event(bodies: &[String]) -> SqsEvent {
    let message = |(index, body): (usize, &String)| SqsMessage {
        message_id: Some(format!("m{index}")),
        body: Some(body.clone()),
    };
    SqsEvent { records: bodies.iter().enumerate().map(message).collect() }
}

/// One invocation; the ids that are delivered again.
async fn invoke(function: &Function<'_>, event: &SqsEvent) -> BTreeSet<String> {
    let response = function.handle(event, TIME_LEFT).await.unwrap().response;
    response.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect()
}

/// Invokes a fresh process with an empty ledger once, and expects nothing to come back.
async fn forward(emulator: &Emulator, bodies: &[String]) -> Vec<String> {
    let (ledger, rejects) = (ledger(), Rejects::default());
    let function = function(&ledger, emulator, &rejects).await;
    assert_eq!(invoke(&function, &event(bodies)).await, BTreeSet::new());
    rejects.reasons()
}

/// 30 records: three dimensions, ten hours each.
fn thirty() -> (Vec<String>, Vec<String>) {
    let mut bodies = Vec::new();
    let mut billed = Vec::new();
    for dimension in ["gigabytes", "requests", "users"] {
        for hour in 0..10 {
            bodies.push(record(dimension, hour, &format!(r#""Quantity":{}"#, hour + 1)));
            billed.push(format!("{dimension} 2026-11-21T{hour:02}:00:00Z {}", hour + 1));
        }
    }
    (bodies, billed)
}

#[tokio::test]
async fn single_records_travel_together_in_the_planned_bytes() {
    let emulator = Emulator::start().await;
    let (bodies, billed) = thirty();
    assert_eq!(forward(&emulator, &bodies).await, Vec::<String>::new());
    assert_eq!(emulator.billed().await, billed);

    let all = format!("[{}]", bodies.join(","));
    let planned: Vec<_> = plan(read(all.as_bytes(), &Rules::CURRENT, now(), None).records)
        .batches
        .iter()
        .map(|batch| (json!(batch.len()), json!(batch.to_json().len())))
        .collect();
    assert_eq!(
        planned.iter().map(|(records, _)| records.clone()).collect::<Vec<_>>(),
        [json!(25), json!(5)]
    );
    let mut sent: Vec<_> = emulator
        .calls()
        .await
        .iter()
        .map(|call| (call["records"].clone(), call["bytes"].clone()))
        .collect();
    sent.sort_by_key(|(records, _)| std::cmp::Reverse(records.as_u64()));
    assert_eq!(sent, planned);
}

#[tokio::test]
async fn throttling_errors_and_unprocessed_records_end_in_the_same_bill() {
    let emulator = Emulator::start().await;
    emulator.fault(json!({ "kind": "throttle", "rate": 0.3, "seed": 7 })).await;
    emulator.fault(json!({ "kind": "unprocessed", "rate": 0.4, "seed": 8 })).await;
    emulator.fault(json!({ "kind": "internalError", "rate": 0.2, "seed": 9 })).await;
    let (bodies, billed) = thirty();
    assert_eq!(forward(&emulator, &bodies).await, Vec::<String>::new());
    assert_eq!(emulator.billed().await, billed);
    assert!(emulator.calls().await.len() > 2, "no fault struck");
}

#[tokio::test]
async fn a_connection_lost_after_the_commit_bills_once() {
    for kind in ["dropAfterCommit", "dropBeforeCommit"] {
        let emulator = Emulator::start().await;
        emulator.fault(json!({ "kind": kind, "count": 2 })).await;
        let (bodies, billed) = thirty();
        assert_eq!(forward(&emulator, &bodies).await, Vec::<String>::new());
        assert_eq!(emulator.billed().await, billed, "{kind}");
        assert_eq!(emulator.calls().await.len(), 4, "{kind}");
    }
}

#[tokio::test]
async fn a_record_that_fails_its_batch_is_isolated() {
    let emulator = Emulator::start().await;
    let (mut bodies, mut billed) = thirty();
    bodies[3] = record("nonsense", 3, r#""Quantity":4"#);
    billed.remove(3);
    let (ledger, rejects) = (ledger(), Rejects::default());
    let function = function(&ledger, &emulator, &rejects).await;
    assert_eq!(invoke(&function, &event(&bodies)).await, BTreeSet::new());
    assert_eq!(emulator.billed().await, billed);
    assert!(rejects.reasons().is_empty());
    assert_eq!((count(&ledger, "settled").await, count(&ledger, "held").await), (29, 1));
    let page = ledger.list(&BucketFilter::default(), None).await.unwrap();
    let held = page.buckets.iter().find_map(|bucket| match &bucket.state {
        State::Held { cause, .. } => Some(cause.to_string()),
        _ => None,
    });
    assert_eq!(
        held.unwrap(),
        "AWS refuses this record with InvalidUsageDimensionException; mend its cause, it is tried again until its window closes"
    );
}

#[tokio::test]
async fn a_set_up_that_is_wrong_is_never_final() {
    let (bodies, billed) = thirty();
    let disabled =
        Config { disabled_apis: [Operation::BatchMeterUsage].into(), ..Config::default() };
    let mut denied = Config::default();
    denied.credentials[0].denied_operations = [Operation::BatchMeterUsage].into();
    for (config, error) in [(disabled, "DisabledApiException"), (denied, "AccessDeniedException")] {
        let emulator = Emulator::with(config).await;
        let (ledger, rejects) = (ledger(), Rejects::default());
        let function = function(&ledger, &emulator, &rejects).await;
        assert_eq!(invoke(&function, &event(&bodies)).await, BTreeSet::new(), "{error}");
        assert_eq!(count(&ledger, "held").await, bodies.len(), "{error}: in the ledger");
        assert!(rejects.reasons().is_empty(), "{error}");
        assert!(emulator.calls().await.iter().all(|call| call["error"] == error), "{error}");
    }

    // Credentials that are wrong today and right tomorrow.
    let emulator = Emulator::start().await;
    let (ledger, rejects) = (ledger(), Rejects::default());
    let wrong = emulator.usage_client_as("another secret").await;
    let misconfigured = function_with(&ledger, wrong, &rejects);
    assert_eq!(invoke(&misconfigured, &event(&bodies)).await, BTreeSet::new());
    assert_eq!(count(&ledger, "held").await, bodies.len());
    assert!(rejects.reasons().is_empty());
    assert!(emulator.billed().await.is_empty());
    let mended = function(&ledger, &emulator, &rejects).await;
    assert_eq!(invoke(&mended, &event(&bodies)).await, BTreeSet::new());
    assert_eq!(count(&ledger, "settled").await, bodies.len());
    assert_eq!(emulator.billed().await, billed);
}

#[tokio::test]
async fn nobody_listening_is_never_final() {
    let mut emulator = Emulator::start().await;
    emulator.url = "http://127.0.0.1:9".into();
    let (ledger, rejects) = (ledger(), Rejects::default());
    let function = function(&ledger, &emulator, &rejects).await;
    let messages = event(&[record("users", 9, r#""Quantity":1"#)]);
    let forwarded = function.handle(&messages, Duration::from_millis(500)).await.unwrap();
    assert_eq!(forwarded.response.batch_item_failures.len(), 1);
    assert_eq!(count(&ledger, "frozen").await, 1);
    assert!(rejects.reasons().is_empty());
}

#[tokio::test]
async fn an_unknown_product_is_held_and_does_not_stop_the_others() {
    let emulator = Emulator::start().await;
    let legacy = |product: &str| {
        format!(
            r#"{{"ProductCode":"{product}","UsageRecords":[{{"Timestamp":"2026-11-21T09:00:00Z","Dimension":"users","Quantity":3,"CustomerIdentifier":"{LEGACY_CUSTOMER_IDENTIFIER}"}}]}}"#
        )
    };
    let bodies = [legacy("nosuchproduct"), legacy(LEGACY_PRODUCT_CODE)];
    let (ledger, rejects) = (ledger_of(IdentityForm::Customer), Rejects::default());
    let function = function(&ledger, &emulator, &rejects).await;
    assert_eq!(invoke(&function, &event(&bodies)).await, BTreeSet::new());
    assert!(rejects.reasons().is_empty());
    assert_eq!((count(&ledger, "settled").await, count(&ledger, "held").await), (1, 1));
    assert_eq!(emulator.billed().await, ["users 2026-11-21T09:00:00Z 3"]);
    assert!(
        emulator.calls().await.iter().any(|call| call["error"] == "InvalidProductCodeException")
    );
}

#[tokio::test]
async fn decimals_arrive_exactly() {
    let emulator = Emulator::start().await;
    let split = r#""QuantityAsDecimal":"0.3","UsageAllocations":[
        {"AllocatedUsageQuantityAsDecimal":"0.1","Tags":[{"Key":"team","Value":"a"}]},
        {"AllocatedUsageQuantityAsDecimal":"0.2"}]"#;
    let bodies = [
        record("gigabytes", 8, r#""QuantityAsDecimal":"17.420001""#),
        record("gigabytes", 9, split),
    ];
    assert_eq!(forward(&emulator, &bodies).await, Vec::<String>::new());
    assert_eq!(
        emulator.billed().await,
        ["gigabytes 2026-11-21T08:00:00Z 17.420001", "gigabytes 2026-11-21T09:00:00Z 0.3"]
    );
}

#[tokio::test]
async fn another_quantity_for_a_billed_hour_is_rejected_and_an_equal_one_is_not() {
    let emulator = Emulator::start().await;
    assert!(forward(&emulator, &[record("users", 9, r#""Quantity":17"#)]).await.is_empty());
    assert!(
        forward(&emulator, &[record("users", 9, r#""QuantityAsDecimal":"17.00""#)])
            .await
            .is_empty()
    );
    let reasons = forward(&emulator, &[record("users", 9, r#""Quantity":18"#)]).await;
    assert_eq!(reasons.len(), 1);
    assert!(reasons[0].starts_with("duplicate_record 0 records accepted; "), "{reasons:?}");
    assert_eq!(emulator.billed().await, ["users 2026-11-21T09:00:00Z 17"]);
}

#[tokio::test]
async fn where_aws_calls_resends_duplicates_the_ledger_knows_better() {
    let emulator =
        Emulator::with(Config { duplicate_on_identical_resend: true, ..Config::default() }).await;
    let (ledger, rejects) = (ledger(), Rejects::default());
    let messages = event(&[record("users", 9, r#""QuantityAsDecimal":"1.5""#)]);
    for _delivery in 0..2 {
        let cold = function(&ledger, &emulator, &rejects).await;
        assert!(invoke(&cold, &messages).await.is_empty());
    }
    assert!(rejects.reasons().is_empty());
    assert_eq!(emulator.calls().await.len(), 1, "what is settled is not sent again");
}

#[tokio::test]
async fn a_duplicate_after_a_lost_answer_is_the_records_own() {
    let config = Config { duplicate_on_identical_resend: true, ..Config::default() };
    let emulator = Emulator::with(config).await;
    emulator.fault(json!({ "kind": "dropAfterCommit", "count": 1 })).await;
    let (ledger, rejects) = (ledger(), Rejects::default());
    let function = function(&ledger, &emulator, &rejects).await;
    let messages = event(&[record("users", 9, r#""Quantity":17"#)]);
    assert!(invoke(&function, &messages).await.is_empty());
    assert!(rejects.reasons().is_empty());
    assert_eq!(count(&ledger, "settled").await, 1);
    assert_eq!(emulator.calls().await.len(), 2);
    assert_eq!(emulator.billed().await, ["users 2026-11-21T09:00:00Z 17"]);
}

#[tokio::test]
async fn one_bad_body_or_record_costs_no_other() {
    let emulator = Emulator::start().await;
    let mixed = format!(
        r#"{{"UsageRecords":[{},{}]}}"#,
        record("users", 7, r#""Quantity":5"#),
        record("users", 8, r#""Quantity":-5"#)
    );
    let too_old = record("users", 9, r#""Quantity":1"#).replace("2026-11-21T", "2026-11-19T");
    let bodies = [
        "\u{feff}{}".to_owned(),
        mixed,
        String::new(),
        too_old,
        record("users", 9, r#""Quantity":6"#),
    ];
    let reasons = forward(&emulator, &bodies).await;
    assert_eq!(reasons.len(), 4);
    assert!(reasons[1].starts_with(
        "quantity_negative 1 record accepted; not accepted: /UsageRecords/1/Quantity: "
    ));
    assert!(reasons[3].starts_with("timestamp_too_old 0 records accepted; "), "{reasons:?}");
    assert_eq!(
        emulator.billed().await,
        ["users 2026-11-21T07:00:00Z 5", "users 2026-11-21T09:00:00Z 6"]
    );
}

#[tokio::test]
async fn a_late_delivery_keeps_its_hour() {
    let emulator = Emulator::start().await;
    emulator.fault(json!({ "kind": "throttle", "rate": 1.0 })).await;
    let (ledger, rejects, clock) = (ledger(), Rejects::default(), TestClock::at(now()));
    let metering = emulator.usage_client().await;
    let margin = Duration::from_secs(1);
    let function = Forwarder::new(&ledger, metering, &rejects, clock.clone(), None, margin);
    let messages = event(&[record("users", 1, r#""Quantity":5"#)]);
    let forwarded = function.handle(&messages, Duration::from_millis(200)).await.unwrap();
    assert_eq!(forwarded.response.batch_item_failures.len(), 1);
    emulator.admin("DELETE", "faults", json!({})).await;
    let later = now().plus_seconds(5 * 3_600).unwrap();
    emulator.admin("PUT", "clock", json!({ "now": later.to_string() })).await;
    clock.advance_to(later);
    assert!(invoke(&function, &messages).await.is_empty());
    assert_eq!(emulator.billed().await, ["users 2026-11-21T01:00:00Z 5"]);
}
