//! The forwarding engine, one behaviour at a time.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use meterproof_lambda::metrics::Metric;
use meterproof_metering::{Clock as _, HoldCause, Input, Ledger as _, LedgerError, State};
use tokio::time::Instant;

use support::{
    MARGIN, Rejects, Service, TIME_LEFT, TestClock, batch, buckets, event, forwarder, invoke,
    ledger, now, record, states,
};

/// One ledger, one service, one rejects queue, and a clock.
fn parts(service: Service) -> (support::TestLedger, Service, Rejects, TestClock) {
    (ledger(), service, Rejects::default(), TestClock::at(now()))
}

#[tokio::test(start_paused = true)]
async fn a_poison_record_is_found_and_its_neighbours_are_billed() {
    let (ledger, service, rejects, clock) = parts(Service::new(1, 0));
    let forwarder = forwarder(&ledger, &service, &rejects, &clock);
    let mut bodies: Vec<(String, String)> =
        (0..25).map(|customer| (format!("m{customer}"), record("users", customer, 10))).collect();
    bodies[13].1 = record("poison", 13, 10);
    let messages = event(bodies.iter().map(|(id, body)| (id.as_str(), body.as_str())));
    assert!(invoke(&forwarder, &messages).await.is_empty());
    assert_eq!(service.billed().len(), 24);
    // The ledger owns it now, and brings it again.
    assert!(rejects.codes().is_empty());
    assert_eq!(states(&ledger).await, BTreeMap::from([("held", 1), ("settled", 24)]));
    let all = buckets(&ledger).await;
    let held = all.iter().find(|bucket| bucket.key.dimension().as_str() == "poison").unwrap();
    let cause = HoldCause::Refused { error: "InvalidUsageDimensionException".into() };
    assert!(matches!(&held.state, State::Held { cause: known, .. } if *known == cause));
    // Halves of 25: at most five levels, and no level sends more than two requests more.
    assert!(
        service.state.lock().unwrap().calls.len() <= 11,
        "{:?}",
        service.state.lock().unwrap().calls
    );
}

#[tokio::test(start_paused = true)]
async fn isolation_waits_for_nothing_but_the_pace() {
    let (ledger, service, rejects, clock) = parts(Service::new(1, 0));
    let forwarder = forwarder(&ledger, &service, &rejects, &clock);
    let body = batch(&[record("users", 1, 1), record("poison", 2, 1)]);
    let started = Instant::now();
    assert!(invoke(&forwarder, &event([("m", body.as_str())])).await.is_empty());
    // Ten calls a second are five for each of two instances: the second and the third wait.
    assert_eq!(started.elapsed(), Duration::from_millis(400));
    assert_eq!(service.state.lock().unwrap().calls, [2, 1, 1]);
}

#[tokio::test(start_paused = true)]
async fn errors_that_are_not_the_records_fault_are_never_final() {
    for error in [
        "DisabledApiException",
        "InvalidProductCodeException",
        "AccessDeniedException",
        "ExpiredTokenException",
        "InternalServerErrorException",
        "ConstructionFailure",
        "",
    ] {
        let service = Service::new(1, 0).with(|state| state.refuses_all = Some(error));
        let (ledger, service, rejects, clock) = parts(service);
        let forwarder = forwarder(&ledger, &service, &rejects, &clock);
        let good = record("users", 1, 1);
        let messages = event([("good", good.as_str()), ("unreadable", "{")]);
        let forwarded = forwarder.handle(&messages, TIME_LEFT).await.unwrap();
        assert!(forwarded.response.batch_item_failures.is_empty(), "{error}: the ledger has it");
        assert_eq!(forwarded.metrics.get(Metric::BucketsHeld), Some(1), "{error}");
        assert_eq!(rejects.codes().len(), 1, "{error}: the unreadable one alone");
        assert_eq!(service.state.lock().unwrap().calls.len(), 1, "{error}: no use in repeating it");
        let held = buckets(&ledger).await.remove(0);
        let cause = HoldCause::Setup { error: error.into() };
        assert!(matches!(&held.state, State::Held { cause: known, .. } if *known == cause));
        assert_eq!(held.due_at, clock.now().plus_seconds(300), "{error}: tried again");

        service.state.lock().unwrap().refuses_all = None;
        assert!(invoke(&forwarder, &messages).await.is_empty());
        assert_eq!(states(&ledger).await, BTreeMap::from([("settled", 1)]), "{error}");
        assert_eq!(service.billed().values().sum::<u64>(), 1, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn throttling_is_retried_until_the_time_is_up_and_then_handed_back() {
    let service = Service::new(1, 0).with(|state| state.refuses_all = Some("ThrottlingException"));
    let (ledger, service, rejects, clock) = parts(service);
    let forwarder = forwarder(&ledger, &service, &rejects, &clock);
    let started = Instant::now();
    let body = record("users", 1, 1);
    let forwarded = forwarder.handle(&event([("m", body.as_str())]), TIME_LEFT).await.unwrap();
    let failures: Vec<_> = forwarded.response.batch_item_failures.into_iter().collect();
    assert_eq!(failures.len(), 1);
    assert_eq!(failures[0].item_identifier, "m");
    assert!(started.elapsed() <= TIME_LEFT - MARGIN);
    let calls = service.state.lock().unwrap().calls.len();
    assert!(calls > 10, "{calls}");
    assert_eq!(forwarded.metrics.get(Metric::Calls), Some(calls as u64));
    assert_eq!(forwarded.metrics.get(Metric::Throttled), Some(calls as u64));
    assert!(rejects.codes().is_empty());
    // The message is still on the queue: the ledger does not put a second one beside it.
    let waiting = buckets(&ledger).await.remove(0);
    assert!(matches!(waiting.state, State::Frozen { .. }));
    assert_eq!(waiting.due_at, clock.now().plus_seconds(15 * 60));
}

#[tokio::test(start_paused = true)]
async fn no_time_means_no_call() {
    let (ledger, service, rejects, clock) = parts(Service::new(1, 0));
    let forwarder = forwarder(&ledger, &service, &rejects, &clock);
    let messages = event([("m", record("users", 1, 1).as_str())]);
    let forwarded = forwarder.handle(&messages, Duration::ZERO).await.unwrap();
    assert_eq!(forwarded.response.batch_item_failures.len(), 1);
    assert!(service.billed().is_empty());
}

#[tokio::test(start_paused = true)]
async fn good_records_of_a_body_with_bad_ones_are_billed_and_the_reason_names_the_bad() {
    let (ledger, service, rejects, clock) = parts(Service::new(1, 0));
    let forwarder = forwarder(&ledger, &service, &rejects, &clock);
    let bad = record("users", 2, 1).replace("\"Quantity\":1", "\"Quantity\":-1");
    let body =
        batch(&[record("users", 1, 7), bad, record("stranger", 3, 1), record("users", 4, 8)]);
    assert!(invoke(&forwarder, &event([("m", body.as_str())])).await.is_empty());
    assert_eq!(service.billed().values().sum::<u64>(), 15);
    let taken = std::mem::take(&mut *rejects.taken.lock().unwrap());
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].body(), body);
    let reason = taken[0].attributes().nth(1).unwrap().1;
    assert!(
        reason.starts_with(
            "2 records accepted, 1 held in the ledger; not accepted: /UsageRecords/1/Quantity: "
        ),
        "{reason}"
    );
    assert!(!reason.contains("UsageRecords/2"), "{reason}");
}

#[tokio::test(start_paused = true)]
async fn a_customer_that_is_not_subscribed_is_held_until_the_license_is_updated() {
    let (ledger, service, rejects, clock) = parts(Service::new(1, 0));
    let forwarder = forwarder(&ledger, &service, &rejects, &clock);
    let body = record("stranger", 3, 1);
    let messages = event([("m", body.as_str())]);
    assert!(invoke(&forwarder, &messages).await.is_empty());
    assert!(rejects.codes().is_empty());
    let held = buckets(&ledger).await.remove(0);
    assert!(matches!(&held.state, State::Held { cause: HoldCause::CustomerNotSubscribed, .. }));
    let released = ledger.apply(vec![(held.key, Input::LicenseUpdated)], clock.now()).await;
    let released = released.unwrap().remove(0).unwrap();
    assert!(matches!(released.state, State::Frozen { .. }));
    assert_eq!(released.due_at, Some(clock.now()));
}

#[tokio::test(start_paused = true)]
async fn an_hour_belongs_to_the_first_record_that_came_for_it() {
    let throttled =
        Service::new(1, 0).with(|state| state.refuses_all = Some("ThrottlingException"));
    for (dimension, service, billed, handed_back) in [
        ("users", Service::new(1, 0), 10, 0),
        // Held or throttled, it is the first one's all the same.
        ("stranger", Service::new(1, 0), 0, 0),
        ("users", throttled, 0, 1),
    ] {
        let (ledger, service, rejects, clock) = parts(service);
        let forwarder = forwarder(&ledger, &service, &rejects, &clock);
        let (first, second) = (record(dimension, 1, 10), record(dimension, 1, 12));
        let messages = event([("a", first.as_str()), ("b", second.as_str())]);
        assert_eq!(invoke(&forwarder, &messages).await.len(), handed_back);
        assert_eq!(service.billed().values().sum::<u64>(), billed);
        assert_eq!(rejects.codes(), BTreeMap::from([("b".to_owned(), "conflict".to_owned())]));
    }
}

#[tokio::test(start_paused = true)]
async fn a_conflict_within_one_body_is_one_fault() {
    let (ledger, service, rejects, clock) = parts(Service::new(1, 0));
    let forwarder = forwarder(&ledger, &service, &rejects, &clock);
    let body = batch(&[record("users", 1, 10), record("users", 1, 10), record("users", 1, 12)]);
    assert!(invoke(&forwarder, &event([("m", body.as_str())])).await.is_empty());
    assert_eq!(service.billed().values().sum::<u64>(), 10);
    let taken = rejects.taken.lock().unwrap();
    assert_eq!(
        taken[0].attributes().nth(1).unwrap().1,
        "2 records accepted; not accepted: /UsageRecords/2: conflict (the ledger has the quantity 10 for this \
         customer, dimension and hour (frozen); this record has 12 or other allocations and is not billed: meter \
         the difference for an hour that is still open)"
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_settled_is_done_without_a_call_by_any_process() {
    let service = Service::new(1, 0).with(|state| state.duplicates_resends = true);
    let (ledger, service, rejects, clock) = parts(service);
    let body = batch(&[record("users", 1, 10), record("users", 2, 20)]);
    let messages = event([("m", body.as_str())]);
    assert!(invoke(&forwarder(&ledger, &service, &rejects, &clock), &messages).await.is_empty());
    // A cold process an hour later, and one days later, when AWS takes the hour no more.
    for wait in [3600, 5 * 86_400] {
        clock.advance(Duration::from_secs(wait));
        let cold = forwarder(&ledger, &service, &rejects, &clock);
        assert!(invoke(&cold, &messages).await.is_empty());
    }
    assert!(rejects.codes().is_empty());
    assert_eq!(service.state.lock().unwrap().calls, [2]);
    assert_eq!(service.billed().values().sum::<u64>(), 30);
}

#[tokio::test(start_paused = true)]
async fn what_aws_takes_no_more_and_the_ledger_does_not_know_is_rejected() {
    let (ledger, service, rejects, clock) = parts(Service::new(1, 0));
    let forwarder = forwarder(&ledger, &service, &rejects, &clock);
    let settled = record("users", 1, 10);
    assert!(invoke(&forwarder, &event([("m", settled.as_str())])).await.is_empty());
    clock.advance(Duration::from_secs(2 * 86_400));
    let body = batch(&[settled, record("users", 1, 11), record("users", 2, 5)]);
    assert!(invoke(&forwarder, &event([("late", body.as_str())])).await.is_empty());
    let taken = std::mem::take(&mut *rejects.taken.lock().unwrap());
    let attributes: Vec<_> = taken[0].attributes().map(|(_, value)| value.to_owned()).collect();
    assert_eq!(attributes[0], "timestamp_too_old");
    assert!(
        attributes[1].starts_with(
            "1 record accepted; not accepted: /UsageRecords/1/Timestamp: timestamp_too_old "
        ),
        "{attributes:?}"
    );
    assert!(attributes[1].contains("; /UsageRecords/2/Timestamp: timestamp_too_old "));
    assert_eq!(service.state.lock().unwrap().calls, [1]);
    assert_eq!(states(&ledger).await, BTreeMap::from([("settled", 1)]), "nothing was taken in");
}

#[tokio::test(start_paused = true)]
async fn an_hour_that_somebody_else_metered_is_a_conflict() {
    let (ledger, service, rejects, clock) = parts(Service::new(1, 0));
    let elsewhere = support::ledger();
    let (theirs, ours) = (record("users", 1, 12), record("users", 1, 10));
    let other = forwarder(&elsewhere, &service, &rejects, &clock);
    assert!(invoke(&other, &event([("theirs", theirs.as_str())])).await.is_empty());
    let forwarder = forwarder(&ledger, &service, &rejects, &clock);
    let forwarded = forwarder.handle(&event([("ours", ours.as_str())]), TIME_LEFT).await.unwrap();
    assert!(forwarded.response.batch_item_failures.is_empty());
    assert_eq!(forwarded.metrics.get(Metric::BucketsConflict), Some(1));
    assert_eq!(
        rejects.codes(),
        BTreeMap::from([("ours".to_owned(), "duplicate_record".to_owned())])
    );
    assert_eq!(states(&ledger).await, BTreeMap::from([("conflict", 1)]));
    assert_eq!(service.billed().values().sum::<u64>(), 12);
}

#[tokio::test(start_paused = true)]
async fn another_form_of_identity_is_refused() {
    let (ledger, service, rejects, clock) = parts(Service::new(1, 0));
    let forwarder = forwarder(&ledger, &service, &rejects, &clock);
    let body = r#"{"ProductCode":"prod","UsageRecords":[{"Timestamp":"2026-11-21T09:00:00Z","Dimension":"users","Quantity":1,"CustomerAWSAccountId":"444455556666"}]}"#;
    assert!(invoke(&forwarder, &event([("m", body)])).await.is_empty());
    let taken = std::mem::take(&mut *rejects.taken.lock().unwrap());
    assert_eq!(
        taken[0].attributes().nth(1).unwrap().1,
        "0 records accepted; not accepted: /UsageRecords/0: other_identity_form (the record names its customer by \
         CustomerAWSAccountId with ProductCode, this ledger meters by LicenseArn with CustomerAWSAccountId: one \
         product metered in two forms is billed twice, so send it in the ledger's form)"
    );
    assert!(buckets(&ledger).await.is_empty() && service.billed().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_another_process_is_sending_waits_for_its_lease() {
    let (ledger, service, rejects, clock) = parts(Service::new(1, 0));
    let forwarder = forwarder(&ledger, &service, &rejects, &clock);
    let body = record("users", 1, 10);
    let messages = event([("m", body.as_str())]);
    // One that dies between the note of its send and the send.
    let throttled = Service::new(1, 0).with(|state| state.hangs = true);
    let dying = support::forwarder(&ledger, &throttled, &rejects, &clock);
    let died = tokio::time::timeout(Duration::from_secs(10), dying.handle(&messages, TIME_LEFT));
    assert!(died.await.is_err());
    assert_eq!(invoke(&forwarder, &messages).await.len(), 1, "the lease is longer than this");
    assert!(service.billed().is_empty());
    clock.advance(Duration::from_secs(120));
    assert!(invoke(&forwarder, &messages).await.is_empty());
    assert_eq!(service.billed().values().sum::<u64>(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_fails_hands_back_what_it_would_have_to_know() {
    for error in [LedgerError::Unavailable { cause: "test".into() }, LedgerError::Busy] {
        let (ledger, service, rejects, clock) = parts(Service::new(1, 0));
        let forwarder = forwarder(&ledger, &service, &rejects, &clock);
        let good = record("users", 1, 10);
        let old = record("users", 1, 10).replace("2026-11-21T", "2026-11-11T");
        let messages = event([("good", good.as_str()), ("bad", "not JSON"), ("old", old.as_str())]);
        ledger.fail_with(Some(error));
        let handed_back = BTreeSet::from(["good".to_owned(), "old".to_owned()]);
        assert_eq!(invoke(&forwarder, &messages).await, handed_back);
        assert!(service.billed().is_empty(), "nothing is sent that is not written down");
        assert_eq!(rejects.codes().into_keys().collect::<Vec<_>>(), ["bad"]);
        ledger.fail_with(None);
        let again = event([("good", good.as_str())]);
        assert!(invoke(&forwarder, &again).await.is_empty());
        assert_eq!(service.billed().values().sum::<u64>(), 10);
    }
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_does_not_answer_is_left_in_time() {
    // Before and after each of its operations: the look-up, the note of the send, the outcome.
    for operations in 0..4 {
        let (ledger, service, rejects, clock) = parts(Service::new(1, 0));
        let forwarder = forwarder(&ledger, &service, &rejects, &clock);
        let good = record("users", 1, 10);
        let messages = event([("good", good.as_str()), ("bad", "not JSON")]);
        ledger.stop_after(operations);
        let ended = tokio::time::timeout(TIME_LEFT, invoke(&forwarder, &messages)).await;
        let handed_back = ended.expect("it answers while Lambda still listens");
        assert_eq!(handed_back, BTreeSet::from(["good".to_owned()]), "{operations}");
        assert_eq!(rejects.codes().into_keys().collect::<Vec<_>>(), ["bad"]);
        ledger.go_on();
        clock.advance(Duration::from_secs(365));
        assert!(invoke(&forwarder, &event([("good", good.as_str())])).await.is_empty());
        assert_eq!(service.billed().values().sum::<u64>(), 10);
        assert_eq!(states(&ledger).await, BTreeMap::from([("settled", 1)]));
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_without_id_never_fails_its_neighbours() {
    let service = Service::new(1, 0).with(|state| state.refuses_all = Some("ThrottlingException"));
    let (ledger, service, rejects, clock) = parts(service);
    let forwarder = support::forwarder(&ledger, &service, &rejects, &clock);
    let body = record("users", 1, 10);
    let messages = event([("", body.as_str()), ("named", body.as_str())]);
    assert_eq!(invoke(&forwarder, &messages).await, BTreeSet::from(["named".to_owned()]));
    assert_eq!(rejects.codes(), BTreeMap::from([(String::new(), "message_without_id".to_owned())]));

    let rejects = Rejects { refuses: true, ..Rejects::default() };
    let forwarder = support::forwarder(&ledger, &service, &rejects, &clock);
    forwarder.handle(&messages, TIME_LEFT).await.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn what_the_rejects_queue_does_not_take_is_handed_back() {
    let (ledger, service, _, clock) = parts(Service::new(1, 0));
    let rejects = Rejects { refuses: true, ..Rejects::default() };
    let forwarder = forwarder(&ledger, &service, &rejects, &clock);
    let good = record("users", 1, 10);
    let messages = event([("bad", "not JSON"), ("good", good.as_str())]);
    assert_eq!(invoke(&forwarder, &messages).await, BTreeSet::from(["bad".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn a_meter_usage_request_has_its_own_reason() {
    let (ledger, service, rejects, clock) = parts(Service::new(1, 0));
    let forwarder = forwarder(&ledger, &service, &rejects, &clock);
    let body = r#"{"ProductCode":"prod","Timestamp":"2026-11-21T09:00:00Z","UsageDimension":"users","UsageQuantity":1}"#;
    assert!(invoke(&forwarder, &event([("m", body)])).await.is_empty());
    assert_eq!(
        rejects.codes(),
        BTreeMap::from([("m".to_owned(), "meter_usage_request".to_owned())])
    );
}
