//! The whole path with the real SDK against the emulator: what AWS would bill for events.

mod emulated;
mod support;

use std::collections::BTreeMap;
use std::time::Duration;

use meterproof_emulator::config::LICENSE_ARN;
use meterproof_lambda::close::Closer;
use meterproof_lambda::forward::Forwarder;
use meterproof_lambda::ingest::Ingester;
use meterproof_metering::{Clock as _, EventDefaults};
use serde_json::json;

use emulated::{Emulator, now};
use support::{MARGIN, MessageQueue, Rejects, TIME_LEFT, TestClock, event, ledger, states};

fn usage(id: usize, minutes_ago: i64, quantity: &str) -> String {
    let time = now().plus_seconds(-60 * minutes_ago).unwrap();
    format!(
        r#"{{"EventId":"e{id}","Source":"api","Timestamp":"{time}","Dimension":"gigabytes",{quantity},"LicenseArn":"{LICENSE_ARN}","CustomerAWSAccountId":"444455556666"}}"#
    )
}

#[tokio::test]
async fn events_are_billed_by_their_sums_whatever_fails() {
    let emulator = Emulator::start().await;
    emulator.fault(json!({ "kind": "throttle", "rate": 0.3, "seed": 7 })).await;
    emulator.fault(json!({ "kind": "unprocessed", "rate": 0.3, "seed": 8 })).await;
    emulator.fault(json!({ "kind": "dropAfterCommit", "count": 1 })).await;
    let (ledger, rejects, clock) = (ledger(), Rejects::default(), TestClock::at(now()));
    let queue = MessageQueue::default();
    let ingester =
        Ingester::new(&ledger, &rejects, clock.clone(), EventDefaults::default(), MARGIN);
    let closer = Closer::new(&ledger, &queue, clock.clone(), MARGIN);
    let metering = emulator.usage_client().await;
    let forwarder = Forwarder::new(&ledger, metering, &rejects, clock.clone(), None, MARGIN);

    // 09:05 to 05:45 in steps of ten minutes, a decimal among them; each message comes twice.
    let bodies: Vec<String> = (0..21)
        .map(|step| {
            let quantity = if step == 4 {
                r#""QuantityAsDecimal":"0.25""#.to_owned()
            } else {
                format!(r#""Quantity":{}"#, step + 1)
            };
            usage(step, 75 + 10 * step as i64, &quantity)
        })
        .collect();
    for _delivery in 0..2 {
        let messages = event(bodies.iter().map(|body| ("m", body.as_str())));
        let ingested = ingester.handle(&messages, TIME_LEFT).await.unwrap();
        assert!(ingested.response.batch_item_failures.is_empty());
    }
    let mut sums: BTreeMap<String, u64> = BTreeMap::new();
    for step in 0..21_i64 {
        let hour = now().plus_seconds(-60 * (75 + 10 * step)).unwrap().start_of_hour();
        let hundredths = if step == 4 { 25 } else { 100 * (step as u64 + 1) };
        *sums.entry(hour.to_string()).or_default() += hundredths;
    }
    let expected: Vec<String> = sums
        .into_iter()
        .map(|(hour, hundredths)| match hundredths % 100 {
            0 => format!("gigabytes {hour} {}", hundredths / 100),
            rest => format!("gigabytes {hour} {}.{rest}", hundredths / 100),
        })
        .collect();

    // Some minutes: what is handed back or left is brought again.
    for _minute in 0..10 {
        assert_eq!(closer.handle(TIME_LEFT).await.failure, None);
        for body in queue.drain() {
            let messages = event([("m", body.as_str())]);
            forwarder.handle(&messages, TIME_LEFT).await.unwrap();
        }
        clock.advance(Duration::from_secs(16 * 60));
        let emulated = clock.now().to_string();
        emulator.admin("PUT", "clock", json!({ "now": emulated })).await;
    }
    assert_eq!(emulator.billed().await, expected);
    assert_eq!(states(&ledger).await, BTreeMap::from([("settled", expected.len())]));
    assert!(rejects.codes().is_empty());
    assert!(emulator.calls().await.iter().any(|call| call["error"] == "ThrottlingException"));
}
