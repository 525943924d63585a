//! The promise itself over the whole path, as a property: events -> ledger -> records -> bill.
//!
//! Queues deliver twice, late and out of order; functions are cut off at any moment; AWS throttles,
//! fails, and bills without an answer. In the end the bill of each customer is the sum of its
//! events, and no hour is billed twice.

mod support;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use meterproof::Timestamp;
use meterproof_lambda::close::Closer;
use meterproof_lambda::ingest::Ingester;
use meterproof_metering::{Clock as _, EventDefaults};
use proptest::prelude::*;
use tokio::time::timeout;

use support::{
    MARGIN, MessageQueue, Rejects, Service, TIME_LEFT, TestClock, TestLedger, buckets, event,
    forwarder, ledger, now, states, usage_event,
};

/// An event as the property makes it: customer, minutes before the start, quantity.
type Used = (usize, i64, u64);

/// A queue that hides what it hands out, and gives it again where it is not deleted.
#[derive(Default)]
struct Queue {
    waiting: VecDeque<(String, String, Timestamp)>,
    sent: usize,
}

impl Queue {
    fn put(&mut self, body: String, from: Timestamp) {
        self.sent += 1;
        self.waiting.push_back((format!("m{}", self.sent), body, from));
    }

    /// Up to ten messages that are not hidden, and hides them for six minutes.
    fn receive(&mut self, now: Timestamp, random: &mut fastrand::Rng) -> Vec<(String, String)> {
        random.shuffle(self.waiting.make_contiguous());
        let visible = self.waiting.iter_mut().filter(|(_, _, from)| *from <= now).take(10);
        let until = now.plus_seconds(365).unwrap();
        visible
            .map(|(id, body, from)| {
                *from = until;
                (id.clone(), body.clone())
            })
            .collect()
    }

    fn delete(&mut self, ids: &[String]) {
        self.waiting.retain(|(id, _, _)| !ids.contains(id));
    }
}

struct World {
    ledger: TestLedger,
    service: Service,
    rejects: Rejects,
    clock: TestClock,
    events: Queue,
    metering: Queue,
    random: fastrand::Rng,
}

impl World {
    /// How long a function lives: sometimes to its end, sometimes not.
    fn life(&mut self) -> Duration {
        match self.random.u8(0..4) {
            0 => Duration::from_millis(self.random.u64(0..2_000)),
            _ => TIME_LEFT,
        }
    }

    /// Some steps of the ledger, sometimes: then the function stands still until it is ended.
    fn maybe_stop(&mut self) {
        if self.random.u8(0..3) == 0 {
            self.ledger.stop_after(self.random.usize(1..8));
        }
    }

    async fn ingest(&mut self) {
        let messages = self.events.receive(self.clock.now(), &mut self.random);
        if messages.is_empty() {
            return;
        }
        let (life, batch) =
            (self.life(), messages.iter().map(|(id, body)| (id.as_str(), body.as_str())));
        let batch = event(batch);
        self.maybe_stop();
        let defaults = EventDefaults::default();
        let function =
            Ingester::new(&self.ledger, &self.rejects, self.clock.clone(), defaults, MARGIN);
        let ended = timeout(life, function.handle(&batch, TIME_LEFT)).await;
        self.ledger.go_on();
        if let Ok(handled) = ended {
            let back = handled.unwrap().response.batch_item_failures;
            self.events.delete(&done(&messages, &back));
        }
    }

    async fn forward(&mut self) {
        let messages = self.metering.receive(self.clock.now(), &mut self.random);
        if messages.is_empty() {
            return;
        }
        let (life, batch) =
            (self.life(), messages.iter().map(|(id, body)| (id.as_str(), body.as_str())));
        let batch = event(batch);
        self.maybe_stop();
        let function = forwarder(&self.ledger, &self.service, &self.rejects, &self.clock);
        let ended = timeout(life, function.handle(&batch, TIME_LEFT)).await;
        self.ledger.go_on();
        if let Ok(handled) = ended {
            let back = handled.unwrap().response.batch_item_failures;
            self.metering.delete(&done(&messages, &back));
        }
    }

    async fn close(&mut self) {
        let life = self.life();
        self.maybe_stop();
        let queue = MessageQueue::default();
        let function = Closer::new(&self.ledger, &queue, self.clock.clone(), MARGIN);
        let _ended = timeout(life, function.handle(TIME_LEFT)).await;
        self.ledger.go_on();
        let now = self.clock.now();
        for body in queue.drain() {
            // At least once.
            for _copy in 0..self.random.usize(1..3) {
                self.metering.put(body.clone(), now);
            }
        }
    }
}

fn done(
    messages: &[(String, String)],
    back: &[meterproof_lambda::queue::BatchItemFailure],
) -> Vec<String> {
    let is_back = |id: &String| back.iter().any(|failure| failure.item_identifier == *id);
    messages.iter().map(|(id, _)| id.clone()).filter(|id| !is_back(id)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_bill_of_each_customer_is_the_sum_of_its_events(
        used in proptest::collection::vec((0_usize..4, 0_i64..240, 1_u64..9), 1..60),
        seed: u64,
        fault_rate in 0_u8..60,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(run(used, seed, fault_rate))?;
    }
}

async fn run(used: Vec<Used>, seed: u64, fault_rate: u8) -> Result<(), TestCaseError> {
    let mut world = World {
        ledger: ledger(),
        service: Service::new(seed, fault_rate),
        rejects: Rejects::default(),
        clock: TestClock::at(now()),
        events: Queue::default(),
        metering: Queue::default(),
        random: fastrand::Rng::with_seed(seed),
    };
    let mut wanted: BTreeMap<usize, u64> = BTreeMap::new();
    let mut bodies = Vec::new();
    for (index, (customer, minutes, quantity)) in used.iter().enumerate() {
        *wanted.entry(*customer).or_default() += quantity;
        let time = now().plus_seconds(-60 * minutes).unwrap().to_string();
        let one = usage_event(&format!("e{index}"), *customer, &time, *quantity);
        // Twice, in other company, and up to two hours late.
        bodies.push(format!("[{one}]"));
        let bad = if index % 5 == 0 { ",{\"EventId\":\"\"}" } else { "" };
        bodies.push(format!("[{one}{bad}]"));
    }
    for body in bodies {
        let late = world.random.i64(0..7_200);
        world.events.put(body, now().plus_seconds(late).unwrap());
    }

    // Six hours of minutes: three with faults, then AWS is well again and functions live on.
    for minute in 0..360 {
        if minute == 180 {
            world.service.state.lock().unwrap().fault_rate = 0;
        }
        world.ingest().await;
        world.close().await;
        world.forward().await;
        world.clock.advance(Duration::from_secs(60));
    }

    prop_assert_eq!(world.events.waiting.len(), 0);
    prop_assert_eq!(world.metering.waiting.len(), 0);
    let left: Vec<_> =
        states(&world.ledger).await.into_iter().filter(|(name, _)| *name != "settled").collect();
    prop_assert_eq!(left, vec![]);
    let mut billed: BTreeMap<usize, u64> = BTreeMap::new();
    for (name, quantity) in world.service.billed() {
        let customer =
            (0..4).find(|customer| name.contains(&format!("l-{customer:032x}"))).unwrap();
        *billed.entry(customer).or_default() += quantity;
    }
    prop_assert_eq!(billed, wanted);
    // Each line of the bill is a bucket, and each bucket a line.
    prop_assert_eq!(world.service.billed().len(), buckets(&world.ledger).await.len());
    let codes: Vec<String> = world.rejects.codes().into_values().collect();
    prop_assert_eq!(codes.len(), used.len().div_ceil(5));
    prop_assert!(
        codes.iter().all(|code| code == "empty_member" || code == "missing_member"),
        "{:?}",
        codes
    );
    Ok(())
}
