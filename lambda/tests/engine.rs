//! The forwarding engine, one behaviour at a time.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use meterproof_lambda::forward::Forwarder;
use tokio::time::Instant;

use support::{Rejects, Service, TIME_LEFT, batch, event, invoke, now, policy, record};

#[tokio::test(start_paused = true)]
async fn a_poison_record_is_found_and_its_neighbours_are_billed() {
    let (service, rejects) = (Service::new(1, 0), Rejects::default());
    let forwarder = Forwarder::new(&service, &rejects, policy());
    let mut bodies: Vec<(String, String)> =
        (0..25).map(|customer| (format!("m{customer}"), record("users", customer, 10))).collect();
    bodies[13].1 = record("poison", 13, 10);
    let messages = event(bodies.iter().map(|(id, body)| (id.as_str(), body.as_str())));
    assert!(invoke(&forwarder, &messages).await.is_empty());
    assert_eq!(service.billed().len(), 24);
    assert_eq!(rejects.codes(), BTreeMap::from([("m13".to_owned(), "refused".to_owned())]));
    let taken = rejects.taken.lock().unwrap();
    assert_eq!(taken[0].body(), bodies[13].1);
    assert_eq!(
        taken[0].attributes().nth(1).unwrap().1,
        "0 records accepted; not accepted: the body: refused (AWS refused the record (InvalidUsageDimensionException: by the test); correct it, then send again)"
    );
    // Halves of 25: at most five levels, and no level sends more than two requests more.
    assert!(
        service.state.lock().unwrap().calls.len() <= 11,
        "{:?}",
        service.state.lock().unwrap().calls
    );
}

#[tokio::test(start_paused = true)]
async fn isolation_does_not_wait() {
    let (service, rejects) = (Service::new(1, 0), Rejects::default());
    let forwarder = Forwarder::new(&service, &rejects, policy());
    let body = batch(&[record("users", 1, 1), record("poison", 2, 1)]);
    let started = Instant::now();
    assert!(invoke(&forwarder, &event([("m", body.as_str())])).await.is_empty());
    assert_eq!(started.elapsed(), Duration::ZERO);
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
        let rejects = Rejects::default();
        let forwarder = Forwarder::new(&service, &rejects, policy());
        let good = record("users", 1, 1);
        let handed_back =
            invoke(&forwarder, &event([("good", good.as_str()), ("unreadable", "{")])).await;
        assert_eq!(handed_back, BTreeSet::from(["good".to_owned()]), "{error}");
        assert_eq!(rejects.codes().len(), 1, "{error}: the unreadable one alone");
        assert_eq!(service.state.lock().unwrap().calls.len(), 1, "{error}: no use in repeating it");
    }
}

#[tokio::test(start_paused = true)]
async fn throttling_is_retried_until_the_time_is_up_and_then_handed_back() {
    let service = Service::new(1, 0).with(|state| state.refuses_all = Some("ThrottlingException"));
    let rejects = Rejects::default();
    let forwarder = Forwarder::new(&service, &rejects, policy());
    let started = Instant::now();
    let handed_back = invoke(&forwarder, &event([("m", record("users", 1, 1).as_str())])).await;
    assert_eq!(handed_back, BTreeSet::from(["m".to_owned()]));
    assert!(started.elapsed() <= TIME_LEFT - Duration::from_secs(5));
    assert!(service.state.lock().unwrap().calls.len() > 10);
    assert!(rejects.codes().is_empty());
}

#[tokio::test(start_paused = true)]
async fn no_time_means_no_call() {
    let (service, rejects) = (Service::new(1, 0), Rejects::default());
    let forwarder = Forwarder::new(&service, &rejects, policy());
    let response = forwarder
        .handle(&event([("m", record("users", 1, 1).as_str())]), now(), Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(response.batch_item_failures.len(), 1);
    assert!(service.billed().is_empty());
}

#[tokio::test(start_paused = true)]
async fn good_records_of_a_body_with_bad_ones_are_billed_and_the_reason_names_the_bad() {
    let (service, rejects) = (Service::new(1, 0), Rejects::default());
    let forwarder = Forwarder::new(&service, &rejects, policy());
    let bad = record("users", 2, 1).replace("\"Quantity\":1", "\"Quantity\":-1");
    let body =
        batch(&[record("users", 1, 7), bad, record("stranger", 3, 1), record("users", 4, 8)]);
    assert!(invoke(&forwarder, &event([("m", body.as_str())])).await.is_empty());
    assert_eq!(service.billed().values().sum::<u64>(), 15);
    let taken = rejects.taken.lock().unwrap();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].body(), body);
    let reason = taken[0].attributes().nth(1).unwrap().1;
    assert!(
        reason.starts_with("2 records accepted; not accepted: /UsageRecords/1/Quantity: "),
        "{reason}"
    );
    assert!(reason.contains("; /UsageRecords/2: customer_not_subscribed ("), "{reason}");
}

#[tokio::test(start_paused = true)]
async fn a_conflict_waits_for_the_first_to_be_accepted() {
    let (service, rejects) = (Service::new(1, 0), Rejects::default());
    let forwarder = Forwarder::new(&service, &rejects, policy());
    let (first, second) = (record("users", 1, 10), record("users", 1, 12));
    assert!(
        invoke(&forwarder, &event([("a", first.as_str()), ("b", second.as_str())]))
            .await
            .is_empty()
    );
    assert_eq!(service.billed().values().sum::<u64>(), 10);
    assert_eq!(rejects.codes(), BTreeMap::from([("b".to_owned(), "conflict".to_owned())]));

    // A first that AWS rejects makes way for the second; one that is throttled holds it back.
    let (service, rejects) = (Service::new(1, 0), Rejects::default());
    let forwarder = Forwarder::new(&service, &rejects, policy());
    let (first, second) = (record("stranger", 1, 10), record("stranger", 1, 12));
    assert!(
        invoke(&forwarder, &event([("a", first.as_str()), ("b", second.as_str())]))
            .await
            .is_empty()
    );
    assert_eq!(rejects.codes().into_values().collect::<Vec<_>>(), ["customer_not_subscribed"; 2]);
    let service = Service::new(1, 0).with(|state| state.refuses_all = Some("ThrottlingException"));
    let rejects = Rejects::default();
    let forwarder = Forwarder::new(&service, &rejects, policy());
    assert_eq!(
        invoke(&forwarder, &event([("a", first.as_str()), ("b", second.as_str())])).await.len(),
        2
    );
    assert!(rejects.codes().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_conflict_within_one_body_is_one_fault() {
    let (service, rejects) = (Service::new(1, 0), Rejects::default());
    let forwarder = Forwarder::new(&service, &rejects, policy());
    let body = batch(&[record("users", 1, 10), record("users", 1, 10), record("users", 1, 12)]);
    assert!(invoke(&forwarder, &event([("m", body.as_str())])).await.is_empty());
    assert_eq!(service.billed().values().sum::<u64>(), 10);
    let taken = rejects.taken.lock().unwrap();
    assert_eq!(
        taken[0].attributes().nth(1).unwrap().1,
        "2 records accepted; not accepted: /UsageRecords/2: conflict (another record for this customer, dimension and hour \
         was accepted with the quantity 10; this one has 12 or other allocations and is not billed: meter the difference \
         for an hour that is still open)"
    );
}

#[tokio::test(start_paused = true)]
async fn a_duplicate_of_what_this_process_sent_is_accepted() {
    let service = Service::new(1, 0).with(|state| state.duplicates_resends = true);
    let rejects = Rejects::default();
    let forwarder = Forwarder::new(&service, &rejects, policy());
    let body = record("users", 1, 10);
    let messages = event([("m", body.as_str())]);
    assert!(invoke(&forwarder, &messages).await.is_empty());
    assert!(invoke(&forwarder, &messages).await.is_empty());
    assert!(rejects.codes().is_empty());
    // Another process cannot know, and shows it to a person.
    let cold = Forwarder::new(&service, &rejects, policy());
    assert!(invoke(&cold, &messages).await.is_empty());
    assert_eq!(rejects.codes(), BTreeMap::from([("m".to_owned(), "duplicate_record".to_owned())]));
}

#[tokio::test(start_paused = true)]
async fn a_message_without_id_never_fails_its_neighbours() {
    let service = Service::new(1, 0).with(|state| state.refuses_all = Some("DisabledApiException"));
    let rejects = Rejects::default();
    let forwarder = Forwarder::new(&service, &rejects, policy());
    let body = record("users", 1, 10);
    let messages = event([("", body.as_str()), ("named", body.as_str())]);
    assert_eq!(invoke(&forwarder, &messages).await, BTreeSet::from(["named".to_owned()]));
    assert_eq!(rejects.codes(), BTreeMap::from([(String::new(), "message_without_id".to_owned())]));

    let rejects = Rejects { refuses: true, ..Rejects::default() };
    let forwarder = Forwarder::new(&service, &rejects, policy());
    forwarder.handle(&messages, now(), TIME_LEFT).await.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn what_the_rejects_queue_does_not_take_is_handed_back() {
    let service = Service::new(1, 0);
    let rejects = Rejects { refuses: true, ..Rejects::default() };
    let forwarder = Forwarder::new(&service, &rejects, policy());
    let good = record("users", 1, 10);
    let messages = event([("bad", "not JSON"), ("good", good.as_str())]);
    assert_eq!(invoke(&forwarder, &messages).await, BTreeSet::from(["bad".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn a_meter_usage_request_has_its_own_reason() {
    let (service, rejects) = (Service::new(1, 0), Rejects::default());
    let forwarder = Forwarder::new(&service, &rejects, policy());
    let body = r#"{"ProductCode":"prod","Timestamp":"2026-11-21T09:00:00Z","UsageDimension":"users","UsageQuantity":1}"#;
    assert!(invoke(&forwarder, &event([("m", body)])).await.is_empty());
    assert_eq!(
        rejects.codes(),
        BTreeMap::from([("m".to_owned(), "meter_usage_request".to_owned())])
    );
}
