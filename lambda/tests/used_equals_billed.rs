//! The promise itself, as a property: whatever fails, used equals billed.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use meterproof_metering::{State, StateName};
use proptest::prelude::*;

use support::{
    Rejects, Service, TestClock, batch, buckets, event, forwarder, invoke_within, ledger, now,
    record,
};

/// What a message can hold.
#[derive(Clone, Debug)]
enum Content {
    Good { records: Vec<(usize, u64)> },
    Poison,
    Stranger,
    Unreadable,
}

fn content() -> impl Strategy<Value = Content> {
    prop_oneof![
        8 => proptest::collection::vec((0_usize..40, 1_u64..3), 1..8).prop_map(|records| Content::Good { records }),
        1 => Just(Content::Poison),
        1 => Just(Content::Stranger),
        1 => Just(Content::Unreadable),
    ]
}

impl Content {
    fn body(&self, message: usize) -> String {
        match self {
            Self::Good { records } => {
                let records: Vec<String> = records
                    .iter()
                    .map(|(customer, quantity)| record("users", *customer, *quantity))
                    .collect();
                batch(&records)
            }
            Self::Poison => record("poison", message, 1),
            Self::Stranger => record("stranger", message, 1),
            Self::Unreadable => "{\"UsageRecords\":".to_owned(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// However AWS fails, redelivery ends with each hour billed once, at a quantity that was sent
    /// for it, and with a reason for every message that asked for something else.
    #[test]
    fn used_equals_billed_whatever_fails(
        contents in proptest::collection::vec(content(), 1..30),
        seed: u64,
        fault_rate in 0_u8..60,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let (ledger, rejects) = (ledger(), Rejects::default());
            let (service, clock) = (Service::new(seed, fault_rate), TestClock::at(now()));
            let mut waiting: BTreeMap<String, String> = contents
                .iter()
                .enumerate()
                .map(|(message, content)| (format!("m{message:02}"), content.body(message)))
                .collect();
            let mut random = fastrand::Rng::with_seed(seed);
            for _delivery in 0..1_000 {
                if waiting.is_empty() {
                    break;
                }
                // A cold process each time: nothing may depend on what the last one remembered.
                let forwarder = forwarder(&ledger, &service, &rejects, &clock);
                let messages = event(waiting.iter().map(|(id, body)| (id.as_str(), body.as_str())));
                // Often too short for what there is to do, so that messages come again.
                let handed_back = invoke_within(&forwarder, &messages, Duration::from_millis(random.u64(1..3_000))).await;
                waiting.retain(|id, _| handed_back.contains(id));
            }
            prop_assert!(waiting.is_empty(), "never settled: {waiting:?}");

            let mut asked: BTreeMap<usize, BTreeSet<u64>> = BTreeMap::new();
            for content in &contents {
                if let Content::Good { records } = content {
                    for (customer, quantity) in records {
                        asked.entry(*customer).or_default().insert(*quantity);
                    }
                }
            }
            let billed = service.billed();
            prop_assert_eq!(billed.len(), asked.len());
            let codes = rejects.codes();
            for (customer, quantities) in &asked {
                let arn = format!("l-{customer:032x}");
                let (_, quantity) = billed.iter().find(|(name, _)| name.contains(&arn)).unwrap();
                prop_assert!(quantities.contains(quantity));
            }
            for (message, content) in contents.iter().enumerate() {
                let code = codes.get(&format!("m{message:02}")).map(String::as_str);
                match content {
                    // The ledger has them, and says why.
                    Content::Poison | Content::Stranger => prop_assert_eq!(code, None),
                    Content::Unreadable => prop_assert!(code.is_some()),
                    Content::Good { records } => {
                        let all_billed = records.iter().all(|(customer, quantity)| {
                            let arn = format!("l-{customer:032x}");
                            billed.iter().any(|(name, billed)| name.contains(&arn) && billed == quantity)
                        });
                        prop_assert_eq!(code.is_none(), all_billed, "m{:02}: {:?}", message, code);
                    }
                }
            }
            let mut held = BTreeSet::new();
            for bucket in buckets(&ledger).await {
                match bucket.state {
                    State::Held { cause, .. } => {
                        held.insert(format!("{} {}", bucket.key.dimension(), cause.code()));
                    }
                    state => prop_assert_eq!(state.name(), StateName::Settled),
                }
            }
            let has = |wanted: fn(&Content) -> bool| contents.iter().any(wanted);
            let mut expected = BTreeSet::new();
            if has(|content| matches!(content, Content::Poison)) {
                expected.insert("poison refused".to_owned());
            }
            if has(|content| matches!(content, Content::Stranger)) {
                expected.insert("stranger customer_not_subscribed".to_owned());
            }
            prop_assert_eq!(held, expected);
            Ok(())
        })?;
    }
}
