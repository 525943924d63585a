//! The AWS SDK for Rust against the emulator: all four operations, and every error of the
//! service model as the SDK's own variant.

use std::future::pending;

use aws_credential_types::Credentials;
use aws_sdk_marketplacemetering::Client;
use aws_sdk_marketplacemetering::config::retry::RetryConfig;
use aws_sdk_marketplacemetering::config::{BehaviorVersion, Region};
use aws_sdk_marketplacemetering::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_marketplacemetering::operation::batch_meter_usage::BatchMeterUsageError as Batch;
use aws_sdk_marketplacemetering::operation::meter_usage::MeterUsageError as Meter;
use aws_sdk_marketplacemetering::operation::register_usage::RegisterUsageError as Register;
use aws_sdk_marketplacemetering::operation::resolve_customer::ResolveCustomerError as Resolve;
use aws_sdk_marketplacemetering::primitives::DateTime;
use aws_sdk_marketplacemetering::types::builders::UsageRecordBuilder;
use aws_sdk_marketplacemetering::types::{
    Tag, UsageAllocation, UsageRecord, UsageRecordResultStatus as Status,
};
use meterproof::usage::ProductCode;
use meterproof::{
    ExpectedNonce, KeySet, KeyVersion, Nonce, PublicKey, RegistrationVerifier, Timestamp,
};
use meterproof_emulator::config::{
    ACCESS_KEY_ID, CONTAINER_PRODUCT_CODE, LEGACY_CUSTOMER_IDENTIFIER, LEGACY_PRODUCT_CODE,
    LICENSE_AGREEMENT_ID, LICENSE_ARN, LICENSE_CUSTOMER_ACCOUNT, LICENSE_PRODUCT_CODE,
    SECRET_ACCESS_KEY,
};
use meterproof_emulator::faults::{FaultKind, FaultSpec};
use meterproof_emulator::service::{Platform, RegistrationSubject};
use meterproof_emulator::wire::Operation;
use meterproof_emulator::{Clock, Config, State, serve};
use tokio::net::TcpListener;

/// 2026-11-21T10:00:00Z
const NOW: i64 = 1_795_255_200;

struct Emulator {
    state: State,
    url: String,
}

impl Emulator {
    /// Zero configuration and a few more credentials, at [`NOW`].
    async fn start() -> Self {
        let mut config = Config::default();
        let base = config.credentials[0].clone();
        let mut more = |id: &str, change: fn(&mut meterproof_emulator::config::Credentials)| {
            let mut credentials = base.clone();
            credentials.access_key_id = id.into();
            change(&mut credentials);
            config.credentials.push(credentials);
        };
        more("STRANGER", |one| one.buyer_account = Some("99".into()));
        more("ABROAD", |one| one.region = Some("eu-west-1".into()));
        more("ELSEWHERE", |one| one.platform = Platform::Other);
        let state = State::new(config).expect("a valid configuration");
        *state.clock() = Clock::Fixed(now());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(serve(listener, state.clone(), pending()));
        Self { state, url }
    }

    fn client(&self) -> Client {
        self.client_as(ACCESS_KEY_ID, SECRET_ACCESS_KEY, "us-east-1", 1)
    }

    fn client_as(&self, id: &str, secret: &str, region: &str, attempts: u32) -> Client {
        let http = aws_smithy_http_client::Builder::new().build_http();
        let config = aws_sdk_marketplacemetering::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .http_client(http)
            .region(Region::new(region.to_owned()))
            .endpoint_url(&self.url)
            .credentials_provider(Credentials::new(id, secret, None, None, "test"))
            .retry_config(RetryConfig::standard().with_max_attempts(attempts))
            .build();
        Client::from_conf(config)
    }

    fn fault(&self, kind: FaultKind, operation: Operation) {
        let operation = Some(operation);
        let spec =
            FaultSpec { operation, kind, count: None, rate: None, seed: None, milliseconds: None };
        self.state.faults().add(spec).expect("a valid fault");
    }

    fn disable(&self, operation: Operation) {
        self.state.service().settings_mut().disabled_apis.insert(operation);
    }

    fn token(&self, product_code: &str, seconds: i64) -> String {
        let subject = RegistrationSubject {
            product_code: product_code.into(),
            ..RegistrationSubject::default()
        };
        let expires_at = now().plus_seconds(seconds).expect("in range");
        self.state.service().issue_registration_token(&subject, expires_at).expect("a token")
    }

    /// `dimension quantity` of every line of the bill.
    fn billed(&self) -> Vec<String> {
        let service = self.state.service();
        let line = |(key, entry): (&meterproof_emulator::service::Key, &_)| {
            let entry: &meterproof_emulator::service::LedgerEntry = entry;
            format!("{} {}", key.dimension, entry.quantity)
        };
        service.ledger().entries().map(line).collect()
    }
}

fn now() -> Timestamp {
    Timestamp::from_unix_seconds(NOW).expect("in range")
}

fn record() -> UsageRecordBuilder {
    UsageRecord::builder()
        .timestamp(DateTime::from_secs(NOW))
        .dimension("users")
        .quantity(3)
        .customer_aws_account_id(LICENSE_CUSTOMER_ACCOUNT)
        .license_arn(LICENSE_ARN)
}

fn allocation(quantity: i32, key: &str) -> UsageAllocation {
    let tag = Tag::builder().key(key).value("one").build().expect("complete");
    UsageAllocation::builder()
        .allocated_usage_quantity(quantity)
        .tags(tag)
        .build()
        .expect("complete")
}

/// The call must fail with this variant.
macro_rules! refused {
    ($call:expr, $variant:path) => {
        match $call.send().await {
            Err(error) => match error.into_service_error() {
                $variant(_) => {}
                other => panic!("expected {}, got {other:?}", stringify!($variant)),
            },
            Ok(answer) => panic!("expected {}, got {answer:?}", stringify!($variant)),
        }
    };
}

/// The call must fail with this code, for which the model has no variant.
macro_rules! refused_as {
    ($call:expr, $code:literal) => {
        let error = $call.send().await.expect_err($code).into_service_error();
        assert_eq!(error.code(), Some($code));
    };
}

#[tokio::test]
async fn batches_are_metered_by_each_identity() {
    let emulator = Emulator::start().await;
    let client = emulator.client();
    // This SDK sends "" for a CustomerIdentifier that is not set.
    let license = record().usage_allocations(allocation(3, "team")).build().expect("complete");
    let conflict = record().quantity(4).build().expect("complete");
    let batch = client.batch_meter_usage().usage_records(license).usage_records(conflict);
    for _ in 0..2 {
        let answer = batch.clone().send().await.expect("answered");
        let statuses: Vec<_> = answer.results().iter().map(|result| result.status()).collect();
        assert_eq!(statuses, [Some(&Status::Success), Some(&Status::DuplicateRecord)]);
        assert_eq!(answer.unprocessed_records(), []);
    }
    let by_identifier = UsageRecord::builder()
        .timestamp(DateTime::from_secs(NOW))
        .dimension("requests")
        .quantity(7)
        .customer_identifier(LEGACY_CUSTOMER_IDENTIFIER)
        .build()
        .expect("complete");
    let legacy = client.batch_meter_usage().product_code(LEGACY_PRODUCT_CODE);
    let answer = legacy.usage_records(by_identifier).send().await.expect("answered");
    assert_eq!(answer.results()[0].status(), Some(&Status::Success));
    assert_eq!(emulator.billed(), ["requests 7", "users 3"]);
}

#[tokio::test]
async fn each_error_of_batch_meter_usage_is_typed() {
    let emulator = Emulator::start().await;
    let client = emulator.client();
    let one = |record: UsageRecordBuilder| {
        client.batch_meter_usage().usage_records(record.build().expect("complete"))
    };
    let by_code = |code: &str, account: &str| {
        let record = record().set_license_arn(None).customer_aws_account_id(account);
        one(record).product_code(code)
    };
    refused!(by_code("nothing", "1"), Batch::InvalidProductCodeException);
    refused!(by_code(LEGACY_PRODUCT_CODE, "99"), Batch::InvalidCustomerIdentifierException);
    refused!(one(record().dimension("nothing")), Batch::InvalidUsageDimensionException);
    let bad_tag = record().usage_allocations(allocation(3, "?"));
    refused!(one(bad_tag), Batch::InvalidTagException);
    let wrong_sum = record().usage_allocations(allocation(2, "team"));
    refused!(one(wrong_sum), Batch::InvalidUsageAllocationsException);
    refused!(one(record().customer_aws_account_id("1")), Batch::InvalidLicenseException);
    let old = record().timestamp(DateTime::from_secs(NOW - 86_400));
    refused!(one(old), Batch::TimestampOutOfBoundsException);
    refused_as!(one(record().quantity(-1)), "ValidationException");
    emulator.disable(Operation::BatchMeterUsage);
    refused!(one(record()), Batch::DisabledApiException);
    assert!(emulator.billed().is_empty());
}

#[tokio::test]
async fn meter_usage_and_each_of_its_errors() {
    let emulator = Emulator::start().await;
    let client = emulator.client();
    let usage_by = |client: &Client| {
        client
            .meter_usage()
            .product_code(CONTAINER_PRODUCT_CODE)
            .timestamp(DateTime::from_secs(NOW))
            .usage_dimension("pods")
            .usage_quantity(2)
            .client_token("token")
    };
    let usage = || usage_by(&client);
    let first = usage().send().await.expect("metered");
    let again = usage().client_token("another token").send().await.expect("metered");
    assert_eq!(again.metering_record_id(), first.metering_record_id());
    assert_eq!(emulator.billed(), ["pods 2"]);

    refused!(usage().usage_quantity(3), Meter::IdempotencyConflictException);
    let other = || usage().client_token("a third");
    refused!(other().usage_quantity(3), Meter::DuplicateRequestException);
    refused!(other().product_code(LICENSE_PRODUCT_CODE), Meter::InvalidProductCodeException);
    refused!(other().usage_dimension("nothing"), Meter::InvalidUsageDimensionException);
    refused!(other().usage_allocations(allocation(2, "?")), Meter::InvalidTagException);
    refused!(
        other().usage_allocations(allocation(1, "team")),
        Meter::InvalidUsageAllocationsException
    );
    let old = DateTime::from_secs(NOW - 6 * 3600 - 1);
    refused!(other().timestamp(old), Meter::TimestampOutOfBoundsException);
    let named = |id| emulator.client_as(id, SECRET_ACCESS_KEY, "us-east-1", 1);
    refused!(usage_by(&named("ABROAD")), Meter::InvalidEndpointRegionException);
    refused!(usage_by(&named("STRANGER")), Meter::CustomerNotEntitledException);
    refused_as!(usage().dry_run(true), "DryRunOperation");
    assert_eq!(emulator.billed(), ["pods 2"]);
}

#[tokio::test]
async fn register_usage_verifies_and_each_of_its_errors() {
    let emulator = Emulator::start().await;
    let register_by = |client: &Client| {
        client
            .register_usage()
            .product_code(CONTAINER_PRODUCT_CODE)
            .public_key_version(1)
            .nonce("this instance")
    };
    let register = || register_by(&emulator.client());
    let answer = register().send().await.expect("entitled");
    assert_eq!(answer.public_key_rotation_timestamp(), None);
    let pem = emulator.state.public_key_pem(CONTAINER_PRODUCT_CODE, 1).await.expect("a key");
    let key = PublicKey::from_pem(&pem).expect("a usable key");
    assert_eq!(key.bits(), 3072);
    let keys = KeySet::new().with(KeyVersion::new(1).expect("from 1"), key);
    let product_code = ProductCode::parse(CONTAINER_PRODUCT_CODE).expect("valid");
    let nonce = ExpectedNonce::Exactly(Nonce::new("this instance").expect("short"));
    let registration = RegistrationVerifier::new(product_code, keys)
        .verify(answer.signature().expect("a token"), &nonce, now())
        .expect("genuine");
    assert_eq!(registration.issued_at(), Some(now()));

    let named = |id| emulator.client_as(id, SECRET_ACCESS_KEY, "us-east-1", 1);
    refused!(register().public_key_version(2), Register::InvalidPublicKeyVersionException);
    refused!(register().product_code("nothing"), Register::InvalidProductCodeException);
    refused!(register_by(&named("ABROAD")), Register::InvalidRegionException);
    refused!(register_by(&named("ELSEWHERE")), Register::PlatformNotSupportedException);
    refused!(register_by(&named("STRANGER")), Register::CustomerNotEntitledException);
    refused_as!(register().nonce("n".repeat(256)), "ValidationException");

    let rotated =
        emulator.state.service().catalogue_mut().rotate_key(CONTAINER_PRODUCT_CODE, now());
    assert_eq!(rotated, Some(2));
    let answer = register().send().await.expect("entitled");
    assert_eq!(answer.public_key_rotation_timestamp(), Some(&DateTime::from_secs(NOW)));
    emulator.disable(Operation::RegisterUsage);
    refused!(register(), Register::DisabledApiException);
}

#[tokio::test]
async fn resolve_customer_and_each_of_its_errors() {
    let emulator = Emulator::start().await;
    let resolve = |token: &str| emulator.client().resolve_customer().registration_token(token);
    let answer = resolve(&emulator.token(LICENSE_PRODUCT_CODE, 60)).send().await.expect("known");
    assert_eq!(answer.product_code(), Some(LICENSE_PRODUCT_CODE));
    assert_eq!(answer.customer_aws_account_id(), Some(LICENSE_CUSTOMER_ACCOUNT));
    assert_eq!(answer.license_arn(), Some(LICENSE_ARN));
    assert_eq!(answer.customer_identifier(), None);
    let agreement = answer.metadata().and_then(|metadata| metadata.agreement_id());
    assert_eq!(agreement, Some(LICENSE_AGREEMENT_ID));
    let answer = resolve(&emulator.token(LEGACY_PRODUCT_CODE, 60)).send().await.expect("known");
    assert_eq!(answer.customer_identifier(), Some(LEGACY_CUSTOMER_IDENTIFIER));

    refused!(resolve("nothing"), Resolve::InvalidTokenException);
    refused!(resolve(&emulator.token(LEGACY_PRODUCT_CODE, 0)), Resolve::ExpiredTokenException);
    emulator.disable(Operation::ResolveCustomer);
    refused!(resolve("nothing"), Resolve::DisabledApiException);
}

#[tokio::test]
async fn throttling_and_internal_errors_are_typed_for_each_operation() {
    let emulator = Emulator::start().await;
    let client = emulator.client();
    macro_rules! faulty {
        ($operation:path, $call:expr, $throttling:path, $internal:path) => {
            emulator.fault(FaultKind::Throttle, $operation);
            refused!($call, $throttling);
            emulator.fault(FaultKind::InternalError, $operation);
            refused!($call, $internal);
        };
    }
    faulty!(
        Operation::BatchMeterUsage,
        client.batch_meter_usage().set_usage_records(Some(vec![])),
        Batch::ThrottlingException,
        Batch::InternalServiceErrorException
    );
    faulty!(
        Operation::MeterUsage,
        client
            .meter_usage()
            .product_code("p")
            .usage_dimension("d")
            .timestamp(DateTime::from_secs(NOW)),
        Meter::ThrottlingException,
        Meter::InternalServiceErrorException
    );
    faulty!(
        Operation::RegisterUsage,
        client.register_usage().product_code("p").public_key_version(1),
        Register::ThrottlingException,
        Register::InternalServiceErrorException
    );
    faulty!(
        Operation::ResolveCustomer,
        client.resolve_customer().registration_token("x"),
        Resolve::ThrottlingException,
        Resolve::InternalServiceErrorException
    );
}

#[tokio::test]
async fn signatures_are_checked() {
    let emulator = Emulator::start().await;
    let empty = |id: &str, secret: &str| {
        let client = emulator.client_as(id, secret, "eu-central-1", 1);
        client.batch_meter_usage().set_usage_records(Some(vec![]))
    };
    empty(ACCESS_KEY_ID, SECRET_ACCESS_KEY).send().await.expect("any Region signs");
    refused_as!(empty(ACCESS_KEY_ID, "another"), "InvalidSignatureException");
    refused_as!(empty("NOBODY", SECRET_ACCESS_KEY), "UnrecognizedClientException");
}

#[tokio::test]
async fn a_connection_dropped_after_the_commit_is_retried_and_billed_once() {
    let emulator = Emulator::start().await;
    let batch = |attempts| {
        let client = emulator.client_as(ACCESS_KEY_ID, SECRET_ACCESS_KEY, "us-east-1", attempts);
        client.batch_meter_usage().usage_records(record().build().expect("complete"))
    };
    emulator.fault(FaultKind::DropBeforeCommit, Operation::BatchMeterUsage);
    let error = batch(1).send().await.expect_err("no answer");
    assert!(matches!(error, SdkError::DispatchFailure(_)), "{error:?}");
    assert!(emulator.billed().is_empty());

    emulator.fault(FaultKind::DropAfterCommit, Operation::BatchMeterUsage);
    let answer = batch(2).send().await.expect("answered");
    assert_eq!(answer.results()[0].status(), Some(&Status::Success));
    assert_eq!(emulator.billed(), ["users 3"]);
}
