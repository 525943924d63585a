//! A metering service, queues and a ledger that fail as they are told to.
//!
//! The service is a test double, because no real one can be made to fail by the record and repeat
//! it; `forward.rs` runs the same handler, with the real SDK, against the emulator.

#![allow(dead_code, unused_imports, missing_docs, reason = "each test program uses its part")]

mod clock;
mod ledger;
mod queues;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Mutex;
use std::time::Duration;

use meterproof::Timestamp;
use meterproof::usage::{
    BatchMeterUsageRequest, IdempotencyKey, IdentityForm, Outcome, Quantity, RecordEcho,
    RecordResult, RecordStatus, ServiceError, UsageRecord,
};
use meterproof_lambda::forward::Forwarder;
use meterproof_lambda::queue::{SqsEvent, SqsMessage};
use meterproof_metering::{
    Backoff, Bucket, BucketFilter, Ledger, MeteringService, Place, Policy, Region,
};
use tokio::time::Instant;

pub use clock::TestClock;
pub use ledger::TestLedger;
pub use queues::{MessageQueue, Rejects};

pub const TIME_LEFT: Duration = Duration::from_secs(60);
pub const MARGIN: Duration = Duration::from_secs(5);

/// Bills as AWS does: by value, once an hour; and fails as often as it is told to.
pub struct Service {
    pub state: Mutex<State>,
}

pub struct State {
    pub ledger: HashMap<IdempotencyKey, Quantity>,
    pub random: fastrand::Rng,
    /// How many of 100 calls fail.
    pub fault_rate: u8,
    /// Answers every call with this error.
    pub refuses_all: Option<&'static str>,
    /// Hides the quantity of an identical resend behind `DuplicateRecord`.
    pub duplicates_resends: bool,
    /// Never answers, and bills nothing.
    pub hangs: bool,
    pub calls: Vec<usize>,
}

impl Service {
    pub fn new(seed: u64, fault_rate: u8) -> Self {
        Self {
            state: Mutex::new(State {
                ledger: HashMap::new(),
                random: fastrand::Rng::with_seed(seed),
                fault_rate,
                refuses_all: None,
                duplicates_resends: false,
                hangs: false,
                calls: Vec::new(),
            }),
        }
    }

    pub fn with(self, change: impl FnOnce(&mut State)) -> Self {
        change(&mut self.state.lock().unwrap());
        self
    }

    pub fn billed(&self) -> BTreeMap<String, u64> {
        let state = self.state.lock().unwrap();
        state
            .ledger
            .iter()
            .map(|(key, quantity)| (name(key), quantity.micros() / 1_000_000))
            .collect()
    }
}

fn name(key: &IdempotencyKey) -> String {
    format!("{} {} {}", key.identity(), key.dimension(), key.hour())
}

fn refused(name: &str) -> Outcome {
    Outcome::Refused(ServiceError::new(name, "by the test"))
}

impl State {
    fn answer(&mut self, records: &[&UsageRecord]) -> Outcome {
        if let Some(error) = self.refuses_all {
            return refused(error);
        }
        let fails = self.random.u8(0..100) < self.fault_rate;
        let fault = if fails { self.random.u8(0..5) } else { u8::MAX };
        match fault {
            0 => return refused("ThrottlingException"),
            1 => return refused("InternalServiceErrorException"),
            2 => return Outcome::Unreachable { reason: "connection reset".into() },
            _ => {}
        }
        if records.iter().any(|record| record.dimension().as_str() == "poison") {
            return refused("InvalidUsageDimensionException");
        }
        let mut results = Vec::new();
        let mut unprocessed = Vec::new();
        for record in records {
            if fault == 3 && self.random.bool() {
                unprocessed.push(RecordEcho::from(*record));
                continue;
            }
            let status = match self.ledger.get(&record.key()) {
                _ if record.dimension().as_str() == "stranger" => {
                    RecordStatus::CustomerNotSubscribed
                }
                Some(billed) if *billed != record.quantity() || self.duplicates_resends => {
                    RecordStatus::DuplicateRecord
                }
                Some(_) => RecordStatus::Success,
                None => {
                    self.ledger.insert(record.key(), record.quantity());
                    RecordStatus::Success
                }
            };
            let metering_record_id = (status == RecordStatus::Success).then(|| "id".to_owned());
            results.push(RecordResult {
                record: Some(RecordEcho::from(*record)),
                status,
                metering_record_id,
            });
        }
        if fault == 4 {
            // Committed, but nobody hears of it.
            return Outcome::Unreachable { reason: "timeout".into() };
        }
        Outcome::Answered { results, unprocessed }
    }
}

impl MeteringService for &Service {
    async fn batch_meter_usage(&self, request: &BatchMeterUsageRequest) -> Outcome {
        if self.state.lock().unwrap().hangs {
            std::future::pending::<()>().await;
        }
        let mut state = self.state.lock().unwrap();
        state.calls.push(request.records().len());
        state.answer(&request.records().iter().collect::<Vec<_>>())
    }
}

pub fn place() -> Place {
    Place { region: Region::parse("us-east-1").unwrap(), form: IdentityForm::License }
}

pub fn policy() -> Policy {
    Policy {
        backoff: Backoff { base: Duration::from_millis(200), cap: Duration::from_secs(5) },
        // Five calls a second for each of the two instances.
        calls_per_second: 10,
        ..Policy::default()
    }
}

pub fn ledger() -> TestLedger {
    TestLedger::new(place(), policy())
}

pub fn forwarder<'a, L: Ledger>(
    ledger: &'a L,
    service: &'a Service,
    rejects: &'a Rejects,
    clock: &TestClock,
) -> Forwarder<'a, L, &'a Service, &'a Rejects, TestClock> {
    Forwarder::new(ledger, service, rejects, clock.clone(), None, MARGIN)
}

/// All buckets of a ledger, in the order of their keys.
pub async fn buckets(ledger: &impl Ledger) -> Vec<Bucket> {
    let (mut buckets, mut after) = (Vec::new(), None);
    loop {
        let page = ledger.list(&BucketFilter::default(), after).await.unwrap();
        buckets.extend(page.buckets);
        after = page.next;
        if after.is_none() {
            buckets.sort_by(|one, other| one.key.cmp(&other.key));
            return buckets;
        }
    }
}

/// How many buckets are in which state.
pub async fn states(ledger: &impl Ledger) -> BTreeMap<&'static str, usize> {
    let mut states = BTreeMap::new();
    for bucket in buckets(ledger).await {
        *states.entry(bucket.state.name().code()).or_default() += 1;
    }
    states
}

pub fn now() -> Timestamp {
    Timestamp::parse_iso_8601("2026-11-21T10:20:00Z").unwrap()
}

pub fn record(dimension: &str, customer: usize, quantity: u64) -> String {
    format!(
        r#"{{"Timestamp":"2026-11-21T09:00:00Z","Dimension":"{dimension}","Quantity":{quantity},"LicenseArn":"arn:aws:license-manager::444455556666:license:l-{customer:032x}","CustomerAWSAccountId":"444455556666"}}"#
    )
}

/// A usage event in plain form.
pub fn usage_event(id: &str, customer: usize, time: &str, quantity: u64) -> String {
    format!(
        r#"{{"EventId":"{id}","Timestamp":"{time}","Dimension":"users","Quantity":{quantity},"LicenseArn":"arn:aws:license-manager::444455556666:license:l-{customer:032x}","CustomerAWSAccountId":"444455556666"}}"#
    )
}

pub fn batch(records: &[String]) -> String {
    format!(r#"{{"UsageRecords":[{}]}}"#, records.join(","))
}

pub fn event<'a>(messages: impl IntoIterator<Item = (&'a str, &'a str)>) -> SqsEvent {
    let message = |(id, body): (&str, &str)| SqsMessage {
        message_id: (!id.is_empty()).then(|| id.to_owned()),
        body: Some(body.to_owned()),
    };
    SqsEvent { records: messages.into_iter().map(message).collect() }
}

/// One invocation; the ids that are delivered again.
pub async fn invoke<L: Ledger>(
    forwarder: &Forwarder<'_, L, &Service, &Rejects, TestClock>,
    event: &SqsEvent,
) -> BTreeSet<String> {
    invoke_within(forwarder, event, TIME_LEFT).await
}

pub async fn invoke_within<L: Ledger>(
    forwarder: &Forwarder<'_, L, &Service, &Rejects, TestClock>,
    event: &SqsEvent,
    time_left: Duration,
) -> BTreeSet<String> {
    let started = Instant::now();
    let forwarded = forwarder.handle(event, time_left).await.unwrap();
    assert!(started.elapsed() <= time_left, "it outlived its deadline");
    let failures = forwarded.response.batch_item_failures.into_iter();
    failures.map(|failure| failure.item_identifier).collect()
}
