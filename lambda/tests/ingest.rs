//! `ingest_events`: each event counts once, and a bad one costs no other.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use meterproof::usage::ProductCode;
use meterproof_lambda::ingest::Ingester;
use meterproof_lambda::metrics::{Metric, Metrics};
use meterproof_lambda::queue::SqsEvent;
use meterproof_metering::{EventDefaults, LedgerError};

use support::{
    MARGIN, Rejects, TIME_LEFT, TestClock, TestLedger, buckets, event, ledger, now, usage_event,
};

fn ingester<'a>(
    ledger: &'a TestLedger,
    rejects: &'a Rejects,
    clock: &TestClock,
) -> Ingester<'a, TestLedger, &'a Rejects, TestClock> {
    Ingester::new(ledger, rejects, clock.clone(), EventDefaults::default(), MARGIN)
}

/// One invocation; the ids that are delivered again, and what was measured.
async fn invoke(
    function: &Ingester<'_, TestLedger, &Rejects, TestClock>,
    event: &SqsEvent,
) -> (BTreeSet<String>, Metrics) {
    let ingested = function.handle(event, TIME_LEFT).await.unwrap();
    let failures = ingested.response.batch_item_failures.into_iter();
    (failures.map(|failure| failure.item_identifier).collect(), ingested.metrics)
}

fn counts(metrics: &Metrics) -> [Option<u64>; 4] {
    [Metric::EventsAdded, Metric::EventsCarried, Metric::EventsDuplicate, Metric::EventsRejected]
        .map(|metric| metrics.get(metric))
}

/// Hour and sum of each bucket, in whole units.
async fn sums(ledger: &TestLedger) -> BTreeMap<String, u128> {
    let buckets = buckets(ledger).await.into_iter();
    buckets
        .map(|bucket| (bucket.key.hour().to_string(), bucket.contents.micros() / 1_000_000))
        .collect()
}

const NINE: &str = "2026-11-21T09:05:00Z";
const TEN: &str = "2026-11-21T10:05:00Z";

#[tokio::test(start_paused = true)]
async fn events_of_all_messages_are_added_once_each() {
    let (ledger, rejects, clock) = (ledger(), Rejects::default(), TestClock::at(now()));
    let function = ingester(&ledger, &rejects, &clock);
    let cloud_event = format!(
        r#"{{"specversion":"1.0","id":"e3","source":"api","type":"usage","time":"{TEN}","data":{{"LicenseArn":"arn:aws:license-manager::444455556666:license:l-{:032x}","CustomerAWSAccountId":"444455556666","Dimension":"users","Quantity":4}}}}"#,
        1
    );
    let several = format!("[{},{cloud_event}]", usage_event("e2", 1, TEN, 2));
    let (one, other) = (usage_event("e1", 1, TEN, 1), usage_event("e4", 1, NINE, 8));
    let messages = event([("a", one.as_str()), ("b", several.as_str()), ("c", other.as_str())]);
    let (handed_back, metrics) = invoke(&function, &messages).await;
    assert!(handed_back.is_empty() && rejects.codes().is_empty());
    assert_eq!(counts(&metrics), [Some(4), Some(0), Some(0), Some(0)]);
    let expected = BTreeMap::from([
        ("2026-11-21T09:00:00Z".to_owned(), 8),
        ("2026-11-21T10:00:00Z".to_owned(), 7),
    ]);
    assert_eq!(sums(&ledger).await, expected);

    // Every message again, and one event in another company.
    let again = event([("a", one.as_str()), ("b", several.as_str()), ("d", one.as_str())]);
    let (handed_back, metrics) = invoke(&function, &again).await;
    assert!(handed_back.is_empty() && rejects.codes().is_empty());
    assert_eq!(counts(&metrics), [Some(0), Some(0), Some(4), Some(0)]);
    assert_eq!(sums(&ledger).await, expected);
}

#[tokio::test(start_paused = true)]
async fn good_neighbours_of_bad_events_are_added_and_the_reason_names_the_bad() {
    let (ledger, rejects, clock) = (ledger(), Rejects::default(), TestClock::at(now()));
    let function = ingester(&ledger, &rejects, &clock);
    let negative = usage_event("e2", 1, TEN, 5).replace("\"Quantity\":5", "\"Quantity\":-5");
    let old = usage_event("e3", 1, "2026-11-18T10:05:00Z", 5);
    let body = format!(
        "[{},{negative},{old},{}]",
        usage_event("e1", 1, TEN, 1),
        usage_event("e1", 1, TEN, 2),
    );
    let messages = event([("m", body.as_str()), ("n", "{\"secret\":"), ("o", "")]);
    let (handed_back, metrics) = invoke(&function, &messages).await;
    assert!(handed_back.is_empty());
    assert_eq!(counts(&metrics), [Some(1), Some(0), Some(0), Some(5)]);
    assert_eq!(sums(&ledger).await.into_values().collect::<Vec<_>>(), [1]);

    let taken = rejects.taken.lock().unwrap();
    assert_eq!(taken.len(), 3);
    assert_eq!(taken[0].body(), body, "byte for byte");
    let attributes: BTreeMap<_, _> = taken[0].attributes().collect();
    assert_eq!(attributes["MeterproofCode"], "quantity_negative");
    assert_eq!(attributes["MeterproofSourceMessageId"], "m");
    let reason = attributes["MeterproofReason"];
    assert!(
        reason.starts_with("1 event accepted; not accepted: /1/Quantity: quantity_negative ("),
        "{reason}"
    );
    assert!(
        reason.contains("; /2: event_too_old (the event's time 2026-11-18T10:05:00Z is too old")
    );
    assert!(reason.contains("; /3: event_id_taken ("), "{reason}");
    assert!(taken[1].attributes().next().unwrap().1.starts_with("json_"));
    drop(taken);
    assert_eq!(rejects.codes()["o"], "json_unexpected_end");
}

#[tokio::test(start_paused = true)]
async fn what_belongs_to_a_closed_hour_is_carried() {
    let (ledger, rejects, clock) = (ledger(), Rejects::default(), TestClock::at(now()));
    let function = ingester(&ledger, &rejects, &clock);
    let in_time = usage_event("e1", 1, NINE, 1);
    invoke(&function, &event([("m", in_time.as_str())])).await;
    meterproof_metering::sweep(&ledger, now(), 10).await.unwrap();
    let late = usage_event("e2", 1, NINE, 2);
    let (handed_back, metrics) = invoke(&function, &event([("m", late.as_str())])).await;
    assert!(handed_back.is_empty() && rejects.codes().is_empty());
    assert_eq!(counts(&metrics), [Some(0), Some(1), Some(0), Some(0)]);
    let expected = BTreeMap::from([
        ("2026-11-21T09:00:00Z".to_owned(), 1),
        ("2026-11-21T10:00:00Z".to_owned(), 2),
    ]);
    assert_eq!(sums(&ledger).await, expected);
}

#[tokio::test(start_paused = true)]
async fn a_product_is_given_to_events_that_name_none() {
    let (place, policy) = (support::place(), support::policy());
    let form = meterproof::usage::IdentityForm::Account;
    let ledger = TestLedger::new(meterproof_metering::Place { form, ..place }, policy);
    let (rejects, clock) = (Rejects::default(), TestClock::at(now()));
    let defaults = EventDefaults { product_code: Some(ProductCode::parse("prod").unwrap()) };
    let function = Ingester::new(&ledger, &rejects, clock, defaults, MARGIN);
    let event_of_account = format!(
        r#"{{"EventId":"e1","Timestamp":"{TEN}","CustomerAWSAccountId":"444455556666","Dimension":"users","Quantity":3}}"#
    );
    let of_license = usage_event("e2", 1, TEN, 1);
    let messages = event([("a", event_of_account.as_str()), ("b", of_license.as_str())]);
    assert!(invoke(&function, &messages).await.0.is_empty());
    assert_eq!(buckets(&ledger).await[0].key.identity().product_code().unwrap().as_str(), "prod");
    assert_eq!(
        rejects.codes(),
        BTreeMap::from([("b".to_owned(), "other_identity_form".to_owned())])
    );
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_fails_hands_back_messages_with_events_alone() {
    let (ledger, rejects, clock) = (ledger(), Rejects::default(), TestClock::at(now()));
    let function = ingester(&ledger, &rejects, &clock);
    ledger.fail_with(Some(LedgerError::Unavailable { cause: "test".into() }));
    let (good, bad) = (usage_event("e1", 1, TEN, 1), "[]]");
    let mixed = format!("[{},{{}}]", usage_event("e2", 1, TEN, 2));
    let messages = event([("good", good.as_str()), ("bad", bad), ("mixed", mixed.as_str())]);
    let (handed_back, metrics) = invoke(&function, &messages).await;
    assert_eq!(handed_back, BTreeSet::from(["good".to_owned(), "mixed".to_owned()]));
    assert_eq!(rejects.codes().into_keys().collect::<Vec<_>>(), ["bad"]);
    // What is handed back is counted when it comes again.
    assert_eq!(counts(&metrics), [Some(0), Some(0), Some(0), Some(1)]);

    ledger.fail_with(None);
    let again = event([("good", good.as_str()), ("mixed", mixed.as_str())]);
    let (handed_back, metrics) = invoke(&function, &again).await;
    assert!(handed_back.is_empty());
    assert_eq!(counts(&metrics), [Some(2), Some(0), Some(0), Some(1)]);
    assert_eq!(sums(&ledger).await.into_values().collect::<Vec<_>>(), [3]);
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_does_not_answer_is_left_in_time() {
    let (ledger, rejects, clock) = (ledger(), Rejects::default(), TestClock::at(now()));
    let function = ingester(&ledger, &rejects, &clock);
    ledger.hang(true);
    let good = usage_event("e1", 1, TEN, 1);
    let messages = event([("good", good.as_str()), ("bad", "nothing"), ("", good.as_str())]);
    let started = tokio::time::Instant::now();
    let (handed_back, _) = invoke(&function, &messages).await;
    assert_eq!(started.elapsed(), TIME_LEFT - MARGIN);
    assert_eq!(handed_back, BTreeSet::from(["good".to_owned()]));
    let codes = rejects.codes();
    assert_eq!(codes[""], "message_without_id", "it cannot be handed back");
    assert!(codes.contains_key("bad"));

    let rejects = Rejects { refuses: true, ..Rejects::default() };
    let function = ingester(&ledger, &rejects, &clock);
    function.handle(&messages, Duration::from_secs(1)).await.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn many_events_are_added_some_at_a_time() {
    let (ledger, rejects, clock) = (ledger(), Rejects::default(), TestClock::at(now()));
    let function = ingester(&ledger, &rejects, &clock);
    let bodies: Vec<(String, String)> = (0..30)
        .map(|message| {
            let events: Vec<String> = (0..100)
                .map(|event| usage_event(&format!("{message}-{event}"), event % 7, TEN, 1))
                .collect();
            (format!("m{message}"), format!("[{}]", events.join(",")))
        })
        .collect();
    let messages = event(bodies.iter().map(|(id, body)| (id.as_str(), body.as_str())));
    let (handed_back, metrics) = invoke(&function, &messages).await;
    assert!(handed_back.is_empty());
    assert_eq!(counts(&metrics), [Some(3_000), Some(0), Some(0), Some(0)]);
    let operations = ledger.operations.load(std::sync::atomic::Ordering::SeqCst);
    assert_eq!(operations, 6, "five hundred at a time");
    let total: u128 = buckets(&ledger).await.iter().map(|bucket| bucket.contents.micros()).sum();
    assert_eq!(total, 3_000_000_000);
}
