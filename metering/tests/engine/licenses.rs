//! Licenses that end, come back, and use nothing.

use meterproof::usage::{CustomerAwsAccountId, Dimension, LicenseArn};
use meterproof_emulator::config::{LICENSE_ARN, LICENSE_CUSTOMER_ACCOUNT};
use meterproof_emulator::service::CustomerChange;
use meterproof_metering::{
    Heartbeats, LicenseChange, LicenseEvent, Policy, StateName, license_event,
};

use crate::support::{World, at, event};

fn news(time: &str, change: LicenseChange) -> LicenseEvent {
    LicenseEvent {
        license_arn: LicenseArn::parse(LICENSE_ARN).unwrap(),
        account: Some(CustomerAwsAccountId::parse(LICENSE_CUSTOMER_ACCOUNT).unwrap()),
        time: at(time),
        change,
    }
}

fn change(world: &World, change: CustomerChange) {
    let mut service = world.service.lock().unwrap();
    service.catalogue_mut().change_customer(LICENSE_CUSTOMER_ACCOUNT, &change);
}

#[tokio::test]
async fn final_usage_is_billed_within_the_hour_after_the_end() {
    let world = World::new("2026-11-21T10:10:00Z", Policy::default());
    world.ingest(vec![event("a", "users", "2026-11-21T10:05:00Z", 3)]).await;
    world.set("2026-11-21T10:20:30Z");
    let end = at("2026-11-21T10:20:00Z");
    change(&world, CustomerChange { deprovisioned_at: Some(end), ..CustomerChange::default() });
    let deprovisioned = news("2026-11-21T10:20:00Z", LicenseChange::Deprovisioned);
    license_event(&world.ledger, &deprovisioned, at("2026-11-21T10:20:30Z")).await.unwrap();
    // Final usage that opens a bucket after the news.
    world.ingest(vec![event("b", "requests", "2026-11-21T10:15:00Z", 2)]).await;
    world.tick().await;
    assert!(world.billed().is_empty());
    world.set("2026-11-21T10:30:00Z");
    world.tick().await;
    let lines: Vec<_> = world.billed().into_iter().collect();
    assert_eq!(
        lines,
        [
            (("requests".to_owned(), "2026-11-21T10:00:00Z".to_owned()), 2),
            (("users".to_owned(), "2026-11-21T10:00:00Z".to_owned()), 3)
        ]
    );
}

#[tokio::test]
async fn usage_of_an_unsubscribed_customer_waits_for_the_license() {
    let world = World::new("2026-11-21T10:10:00Z", Policy::default());
    world.ingest(vec![event("a", "users", "2026-11-21T10:05:00Z", 3)]).await;
    change(&world, CustomerChange { subscribed: Some(false), ..CustomerChange::default() });
    world.set("2026-11-21T11:10:00Z");
    assert_eq!(world.tick().await[0].state.name(), StateName::Held);
    change(&world, CustomerChange { subscribed: Some(true), ..CustomerChange::default() });
    world.set("2026-11-21T11:20:00Z");
    assert!(world.tick().await.is_empty());
    let updated = news("2026-11-21T11:19:00Z", LicenseChange::Updated);
    license_event(&world.ledger, &updated, at("2026-11-21T11:20:00Z")).await.unwrap();
    assert_eq!(world.tick().await[0].state.name(), StateName::Settled);
}

#[tokio::test]
async fn news_in_any_order_leave_the_latest_standing() {
    let updated = news("2026-11-21T10:00:00Z", LicenseChange::Updated);
    let ended = news("2026-11-21T10:20:00Z", LicenseChange::Deprovisioned);
    let ended_then = news("2026-11-21T10:00:00Z", LicenseChange::Deprovisioned);
    for (events, since, change) in [
        ([&updated, &ended], "2026-11-21T10:20:00Z", LicenseChange::Deprovisioned),
        ([&ended, &updated], "2026-11-21T10:20:00Z", LicenseChange::Deprovisioned),
        ([&updated, &ended_then], "2026-11-21T10:00:00Z", LicenseChange::Deprovisioned),
        ([&ended_then, &updated], "2026-11-21T10:00:00Z", LicenseChange::Deprovisioned),
        ([&updated, &updated], "2026-11-21T10:00:00Z", LicenseChange::Updated),
    ] {
        let world = World::new("2026-11-21T10:30:00Z", Policy::default());
        let mut license = None;
        for event in events {
            license = Some(
                license_event(&world.ledger, event, at("2026-11-21T10:30:00Z")).await.unwrap(),
            );
        }
        let license = license.unwrap();
        assert_eq!((license.since, license.change), (at(since), change));
    }
}

#[tokio::test]
async fn an_active_license_that_used_nothing_has_a_record_of_nothing() {
    let heartbeats = Heartbeats { dimensions: vec![Dimension::parse("users").unwrap()] };
    let policy = Policy { heartbeats: Some(heartbeats), ..Policy::default() };
    let world = World::new("2026-11-21T09:10:00Z", policy);
    let updated = news("2026-11-21T09:00:00Z", LicenseChange::Updated);
    license_event(&world.ledger, &updated, at("2026-11-21T09:10:00Z")).await.unwrap();
    for now in ["2026-11-21T10:44:00Z", "2026-11-21T10:46:00Z", "2026-11-21T11:10:00Z"] {
        world.set(now);
        world.tick().await;
    }
    let lines: Vec<_> = world.billed().into_iter().collect();
    assert_eq!(lines, [(("users".to_owned(), "2026-11-21T10:00:00Z".to_owned()), 0)]);
}
