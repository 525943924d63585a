//! A seller's world in one process: a ledger, the emulator's service, and a clock that stands
//! still until it is told.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use meterproof::Timestamp;
use meterproof::usage::{
    BatchMeterUsageRequest, CustomerAwsAccountId, Dimension, Identity, IdentityForm, LicenseArn,
    Outcome, Quantity, RecordEcho, RecordResult, RecordStatus, ServiceError,
};
use meterproof_emulator::Config;
use meterproof_emulator::config::{LICENSE_ARN, LICENSE_CUSTOMER_ACCOUNT, REGION, SELLER_ACCOUNT};
use meterproof_emulator::service::{Call, Caller, Platform, Service, Settings};
use meterproof_emulator::wire::{BatchMeterUsageResult, UsageRecordResultStatus};
use meterproof_metering::{
    Bucket, Clock, EventId, MemoryLedger, MeteringService, Pacer, Place, Policy, Region,
    UsageEvent, Verdict, ingest, send, sweep,
};

/// What happens to one call in place of a plain answer.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// The service answers with this error.
    Refuse(&'static str),
    /// The service decides, and the answer is lost.
    LoseAnswer,
    /// These records, by their place, come back unprocessed.
    Unprocessed(Vec<usize>),
}

/// The world.
pub struct World {
    pub ledger: MemoryLedger,
    pub pacer: Pacer,
    pub service: Mutex<Service>,
    pub trouble: Mutex<Vec<Trouble>>,
    /// The bodies of all calls.
    pub calls: Mutex<Vec<String>>,
    /// When each was made.
    pub times: Mutex<Vec<Timestamp>>,
    millis: AtomicI64,
}

pub fn at(text: &str) -> Timestamp {
    Timestamp::parse_iso_8601(text).unwrap()
}

pub fn event(id: &str, dimension: &str, time: &str, units: u64) -> UsageEvent {
    let identity = Identity::License {
        license_arn: LicenseArn::parse(LICENSE_ARN).unwrap(),
        account: CustomerAwsAccountId::parse(LICENSE_CUSTOMER_ACCOUNT).unwrap(),
    };
    UsageEvent::new(
        EventId::new("tests", id).unwrap(),
        identity,
        Dimension::parse(dimension).unwrap(),
        Quantity::whole(units).unwrap(),
        at(time),
        Vec::new(),
    )
    .unwrap()
}

impl World {
    pub fn new(now: &str, policy: Policy) -> Self {
        let config = Config::default();
        let service = Service::new(config.catalogue().unwrap(), Settings::default(), 0);
        let place = Place { region: Region::parse(REGION).unwrap(), form: IdentityForm::License };
        Self {
            pacer: Pacer::new(policy.calls_per_second),
            ledger: MemoryLedger::new(place, policy),
            service: Mutex::new(service),
            trouble: Mutex::default(),
            calls: Mutex::default(),
            times: Mutex::default(),
            millis: AtomicI64::new(at(now).unix_millis()),
        }
    }

    pub fn set(&self, now: &str) {
        self.millis.store(at(now).unix_millis(), Ordering::Relaxed);
    }

    pub async fn ingest(&self, events: Vec<UsageEvent>) -> Vec<Verdict> {
        ingest(&self.ledger, events, self.now()).await.unwrap()
    }

    /// Sweeps and sends once, as the agent does.
    pub async fn tick(&self) -> Vec<Bucket> {
        let ready = sweep(&self.ledger, self.now(), 1_000).await.unwrap().ready;
        self.send(ready).await
    }

    pub async fn send(&self, ready: Vec<Bucket>) -> Vec<Bucket> {
        let deadline = self.now().plus_seconds(60).unwrap();
        let sending = send(&self.ledger, self, self, &self.pacer, ready, deadline).await;
        sending.unwrap().buckets
    }

    pub fn trouble(&self, troubles: impl IntoIterator<Item = Trouble>) {
        self.trouble.lock().unwrap().extend(troubles);
    }

    /// What the service has metered, by dimension and hour.
    pub fn billed(&self) -> BTreeMap<(String, String), u64> {
        let service = self.service.lock().unwrap();
        let entries = service.ledger().entries();
        entries
            .map(|(key, entry)| {
                let line = (key.dimension.clone(), key.hour.to_string());
                (line, entry.quantity.millionths() / 1_000_000)
            })
            .collect()
    }
}

impl Clock for World {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.millis.load(Ordering::Relaxed)).unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        let millis = i64::try_from(duration.as_millis()).unwrap();
        self.millis.fetch_add(millis, Ordering::Relaxed);
    }
}

impl MeteringService for World {
    async fn batch_meter_usage(&self, request: &BatchMeterUsageRequest) -> Outcome {
        let body = request.to_json();
        self.calls.lock().unwrap().push(body.clone());
        self.times.lock().unwrap().push(self.now());
        let trouble = {
            let mut waiting = self.trouble.lock().unwrap();
            if waiting.is_empty() { None } else { Some(waiting.remove(0)) }
        };
        if let Some(Trouble::Refuse(error)) = trouble {
            return Outcome::Refused(ServiceError::new(error, "as the test says"));
        }
        let caller = Caller {
            account: SELLER_ACCOUNT.into(),
            buyer_account: SELLER_ACCOUNT.into(),
            region: REGION.into(),
            home_region: REGION.into(),
            platform: Platform::Ecs,
            instance: String::new(),
            denied_operations: [].into(),
        };
        let mut call = Call::new(&caller, self.now());
        if let Some(Trouble::Unprocessed(places)) = &trouble {
            call.unprocessed = places.iter().copied().collect();
        }
        let wire = serde_json::from_str(&body).unwrap();
        let decided = self.service.lock().unwrap().batch_meter_usage(&call, &wire);
        if let Some(Trouble::LoseAnswer) = trouble {
            return Outcome::Unreachable { reason: "the test lost the answer".into() };
        }
        match decided {
            Ok(result) => answered(&result, request),
            Err(error) => {
                Outcome::Refused(ServiceError::new(&error.name.to_string(), error.message))
            }
        }
    }
}

/// The service repeats records in the request's order, the unprocessed ones apart.
fn answered(result: &BatchMeterUsageResult, request: &BatchMeterUsageRequest) -> Outcome {
    let unprocessed = &result.unprocessed_records;
    let is_unprocessed = |echo: &RecordEcho| {
        unprocessed.iter().any(|record| record.dimension.as_deref() == Some(&echo.dimension))
    };
    let (left, processed): (Vec<RecordEcho>, Vec<RecordEcho>) =
        request.records().iter().map(RecordEcho::from).partition(is_unprocessed);
    let results = processed.into_iter().zip(&result.results).map(|(echo, result)| RecordResult {
        record: Some(echo),
        status: RecordStatus::parse(match result.status {
            UsageRecordResultStatus::Success => "Success",
            UsageRecordResultStatus::CustomerNotSubscribed => "CustomerNotSubscribed",
            UsageRecordResultStatus::DuplicateRecord => "DuplicateRecord",
        }),
        metering_record_id: result.metering_record_id.clone(),
    });
    Outcome::Answered { results: results.collect(), unprocessed: left }
}
