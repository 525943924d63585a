//! `license_events`: repeated, in any order, and before anything else is known of the license.

mod support;

use meterproof_lambda::licenses::{LicenseFailure, LicenseKeeper, LicenseOutcome};
use meterproof_metering::{
    Clock as _, HoldCause, Ledger as _, LedgerError, LicenseChange, State, ingest,
};
use serde_json::{Value, json};

use support::{
    Rejects, Service, TestClock, buckets, event, forwarder, invoke, ledger, now, record,
    usage_event,
};

fn license(customer: usize) -> String {
    format!("arn:aws:license-manager::444455556666:license:l-{customer:032x}")
}

fn news(what: &str, customer: usize, time: &str) -> Value {
    json!({
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": format!("License {what} - Manufacturer"),
        "source": "aws.agreement-marketplace",
        "account": "111122223333",
        "time": time,
        "region": "us-east-1",
        "resources": [],
        "detail": {
            "acceptor": { "accountId": "444455556666" },
            "license": { "arn": license(customer) },
        },
    })
}

#[tokio::test(start_paused = true)]
async fn the_latest_event_by_its_own_time_stands_whatever_the_order() {
    let updated = news("Updated", 1, "2026-11-21T09:00:00Z");
    let ended = news("Deprovisioned", 1, "2026-11-21T10:00:00Z");
    let later = news("Updated", 1, "2026-11-21T10:10:00Z");
    for (order, stands) in [
        ([&updated, &ended, &ended], LicenseChange::Deprovisioned),
        ([&ended, &updated, &updated], LicenseChange::Deprovisioned),
        ([&later, &ended, &updated], LicenseChange::Updated),
        ([&ended, &later, &ended], LicenseChange::Updated),
    ] {
        let (ledger, clock) = (ledger(), TestClock::at(now()));
        let function = LicenseKeeper::new(&ledger, clock);
        let mut outcome = LicenseOutcome::Ignored;
        for event in order {
            outcome = function.handle(event.to_string().as_bytes()).await.unwrap();
        }
        assert_eq!(outcome, LicenseOutcome::Noted(stands), "{order:?}");
        let licenses = ledger.licenses().await.unwrap();
        assert_eq!((licenses.len(), licenses[0].change), (1, stands));
        assert_eq!(licenses[0].account.as_ref().unwrap().as_str(), "444455556666");
    }
}

#[tokio::test(start_paused = true)]
async fn an_end_closes_the_licenses_open_hours_within_its_final_hour() {
    let (ledger, clock) = (ledger(), TestClock::at(now()));
    let events = meterproof_metering::parse_events(
        usage_event("e1", 1, "2026-11-21T10:05:00Z", 3).as_bytes(),
        &Default::default(),
    );
    let events = events.unwrap().into_iter().map(|entry| entry.event.unwrap()).collect();
    ingest(&ledger, events, clock.now()).await.unwrap();
    let function = LicenseKeeper::new(&ledger, clock.clone());
    let ended = news("Deprovisioned", 1, "2026-11-21T10:15:00Z");
    for _delivery in 0..2 {
        function.handle(ended.to_string().as_bytes()).await.unwrap();
    }
    let open = buckets(&ledger).await.remove(0);
    // Ten minutes after the end, not ten after the hour.
    assert_eq!(open.due_at.unwrap().to_string(), "2026-11-21T10:25:00Z");
    assert_eq!(open.ends_at.unwrap().to_string(), "2026-11-21T10:15:00Z");
}

#[tokio::test(start_paused = true)]
async fn an_update_releases_what_was_held_for_want_of_a_subscription() {
    let (ledger, clock) = (ledger(), TestClock::at(now()));
    let (service, rejects) = (Service::new(1, 0), Rejects::default());
    let forwarder = forwarder(&ledger, &service, &rejects, &clock);
    let body = record("stranger", 1, 1);
    assert!(invoke(&forwarder, &event([("m", body.as_str())])).await.is_empty());
    let cause = |state: &State| {
        matches!(state, State::Held { cause: HoldCause::CustomerNotSubscribed, .. })
    };
    assert!(cause(&buckets(&ledger).await[0].state));
    let function = LicenseKeeper::new(&ledger, clock.clone());
    let updated = news("Updated", 1, "2026-11-21T10:15:00Z");
    function.handle(updated.to_string().as_bytes()).await.unwrap();
    let released = buckets(&ledger).await.remove(0);
    assert!(matches!(released.state, State::Frozen { .. }));
    assert_eq!(released.due_at, Some(clock.now()));
}

#[tokio::test(start_paused = true)]
async fn other_events_are_nothing_to_do_and_unreadable_ones_fail() {
    let (ledger, clock) = (ledger(), TestClock::at(now()));
    let function = LicenseKeeper::new(&ledger, clock);
    let mut agreement = news("Updated", 1, "2026-11-21T10:15:00Z");
    agreement["detail-type"] = json!("Purchase Agreement Created - Proposer");
    let outcome = function.handle(agreement.to_string().as_bytes()).await;
    assert_eq!(outcome, Ok(LicenseOutcome::Ignored));

    let mut without = news("Updated", 1, "2026-11-21T10:15:00Z");
    without["detail"].as_object_mut().unwrap().remove("license");
    for unreadable in [without.to_string(), "{}".to_owned(), "null".to_owned(), String::new()] {
        let failure = function.handle(unreadable.as_bytes()).await.unwrap_err();
        assert!(matches!(failure, LicenseFailure::Event(_)), "{failure}");
    }
    assert!(ledger.licenses().await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_fails_fails_the_invocation_so_that_it_is_repeated() {
    let (ledger, clock) = (ledger(), TestClock::at(now()));
    let function = LicenseKeeper::new(&ledger, clock);
    let error = LedgerError::Unavailable { cause: "test".into() };
    ledger.fail_with(Some(error.clone()));
    let updated = news("Updated", 1, "2026-11-21T10:15:00Z").to_string();
    let failure = function.handle(updated.as_bytes()).await.unwrap_err();
    assert_eq!(failure, LicenseFailure::Ledger(error));
    assert_eq!(failure.code(), "ledger_unavailable");
    ledger.fail_with(None);
    let outcome = function.handle(updated.as_bytes()).await.unwrap();
    assert_eq!(outcome, LicenseOutcome::Noted(LicenseChange::Updated));
}
