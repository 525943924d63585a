//! The forwarding engine against a service that fails in every way AWS can, from a seed.
//!
//! The service here is a test double, because no real one can be made to fail by the record and
//! repeat it; `forward.rs` runs the same handler, with the real SDK, against the emulator.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Mutex;
use std::time::Duration;

use meterproof::Timestamp;
use meterproof::usage::{
    Batch, IdempotencyKey, Outcome, Quantity, RecordEcho, RecordResult, RecordStatus, Rules,
    ServiceError, UsageRecord,
};
use meterproof_lambda::forward::{
    Backoff, Forwarder, Handle, MeteringService, Policy, RejectedMessage, RejectsQueue,
    SendFailure, SqsEvent, SqsMessage,
};
use proptest::prelude::*;
use tokio::time::Instant;

const TIME_LEFT: Duration = Duration::from_secs(60);

/// Bills as AWS does: by value, once an hour; and fails as often as it is told to.
struct Service {
    state: Mutex<State>,
}

struct State {
    ledger: HashMap<IdempotencyKey, Quantity>,
    random: fastrand::Rng,
    /// How many of 100 calls fail.
    fault_rate: u8,
    /// Answers every call with this error.
    refuses_all: Option<&'static str>,
    /// Hides the quantity of an identical resend behind `DuplicateRecord`.
    duplicates_resends: bool,
    calls: Vec<usize>,
}

impl Service {
    fn new(seed: u64, fault_rate: u8) -> Self {
        Self {
            state: Mutex::new(State {
                ledger: HashMap::new(),
                random: fastrand::Rng::with_seed(seed),
                fault_rate,
                refuses_all: None,
                duplicates_resends: false,
                calls: Vec::new(),
            }),
        }
    }

    fn with(self, change: impl FnOnce(&mut State)) -> Self {
        change(&mut self.state.lock().unwrap());
        self
    }

    fn billed(&self) -> BTreeMap<String, u64> {
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
    async fn batch_meter_usage(&self, batch: &Batch<Handle>) -> Outcome {
        let mut state = self.state.lock().unwrap();
        state.calls.push(batch.len());
        state.answer(&batch.records().collect::<Vec<_>>())
    }
}

#[derive(Default)]
struct Rejects {
    taken: Mutex<Vec<RejectedMessage>>,
    refuses: bool,
}

impl RejectsQueue for &Rejects {
    async fn send(&self, messages: &[&RejectedMessage]) -> Vec<SendFailure> {
        assert!(messages.len() <= 10);
        if self.refuses {
            return (0..messages.len())
                .map(|index| SendFailure { index, cause: "refused".into() })
                .collect();
        }
        self.taken.lock().unwrap().extend(messages.iter().map(|message| (*message).clone()));
        Vec::new()
    }
}

impl Rejects {
    /// Source message id -> code.
    fn codes(&self) -> BTreeMap<String, String> {
        let taken = self.taken.lock().unwrap();
        let attribute = |message: &RejectedMessage, wanted: &str| {
            message
                .attributes()
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| value.to_owned())
                .unwrap_or_default()
        };
        taken
            .iter()
            .map(|message| {
                (
                    attribute(message, "MeterproofSourceMessageId"),
                    attribute(message, "MeterproofCode"),
                )
            })
            .collect()
    }
}

fn policy() -> Policy {
    Policy {
        rules: Rules::CURRENT,
        default_product: None,
        backoff: Backoff { base: Duration::from_millis(200), cap: Duration::from_secs(5) },
        safety_margin: Duration::from_secs(5),
    }
}

fn now() -> Timestamp {
    Timestamp::parse_iso_8601("2026-11-21T10:20:00Z").unwrap()
}

fn record(dimension: &str, customer: usize, quantity: u64) -> String {
    format!(
        r#"{{"Timestamp":"2026-11-21T09:00:00Z","Dimension":"{dimension}","Quantity":{quantity},"LicenseArn":"arn:aws:license-manager::444455556666:license:l-{customer:032x}","CustomerAWSAccountId":"444455556666"}}"#
    )
}

fn batch(records: &[String]) -> String {
    format!(r#"{{"UsageRecords":[{}]}}"#, records.join(","))
}

fn event<'a>(messages: impl IntoIterator<Item = (&'a str, &'a str)>) -> SqsEvent {
    let message = |(id, body): (&str, &str)| SqsMessage {
        message_id: (!id.is_empty()).then(|| id.to_owned()),
        body: Some(body.to_owned()),
    };
    SqsEvent { records: messages.into_iter().map(message).collect() }
}

/// One invocation; the ids that are delivered again.
async fn invoke(forwarder: &Forwarder<&Service, &Rejects>, event: &SqsEvent) -> BTreeSet<String> {
    invoke_within(forwarder, event, TIME_LEFT).await
}

async fn invoke_within(
    forwarder: &Forwarder<&Service, &Rejects>,
    event: &SqsEvent,
    time_left: Duration,
) -> BTreeSet<String> {
    let started = Instant::now();
    let response = forwarder.handle(event, now(), time_left).await.unwrap();
    assert!(started.elapsed() <= time_left, "it outlived its deadline");
    response.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect()
}

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

/// What a message can hold in the property below.
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
            let (service, rejects) = (Service::new(seed, fault_rate), Rejects::default());
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
                let forwarder = Forwarder::new(&service, &rejects, policy());
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
                    Content::Poison => prop_assert_eq!(code, Some("refused")),
                    Content::Stranger => prop_assert_eq!(code, Some("customer_not_subscribed")),
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
            Ok(())
        })?;
    }
}
