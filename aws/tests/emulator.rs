//! The client against the emulator, over HTTP: one attempt, exact bytes, and every outcome.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::credential_fn::provide_credentials_fn;
use aws_credential_types::provider::error::CredentialsError;
use meterproof::Timestamp;
use meterproof::usage::{BatchMeterUsageRequest, Outcome, RecordStatus, Rules};
use meterproof_aws::{Failure, MeteringRegion, SdkMetering, Timeouts, config_loader};
use meterproof_emulator::config::{
    ACCESS_KEY_ID, CONTAINER_PRODUCT_CODE, LICENSE_ARN, REGION, SECRET_ACCESS_KEY,
};
use meterproof_emulator::{Config, State, app, serve};
use meterproof_metering::MeteringService as _;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::ServiceExt as _;

const NOW: &str = "2026-11-21T10:20:00Z";

struct Emulator {
    state: State,
    url: String,
}

impl Emulator {
    async fn start() -> Self {
        let mut config = Config::default();
        // No test here registers containers, and their keys take long to make.
        config.products.retain(|product| product.product_code != CONTAINER_PRODUCT_CODE);
        let state = State::new(config).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(serve(listener, state.clone(), std::future::pending()));
        let emulator = Self { state, url };
        emulator.admin("PUT", "clock", json!({ "now": NOW })).await;
        emulator
    }

    async fn admin(&self, method: &str, path: &str, body: Value) -> Value {
        let request = axum::http::Request::builder()
            .method(method)
            .uri(format!("/_emulator/{path}"))
            .header("content-type", "application/json")
            .body(axum::body::Body::from(body.to_string()))
            .unwrap();
        let response = app(self.state.clone()).oneshot(request).await.unwrap();
        assert!(response.status().is_success(), "{method} {path}: {}", response.status());
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    async fn calls(&self) -> Vec<Value> {
        self.admin("GET", "calls", Value::Null).await["calls"].as_array().unwrap().clone()
    }

    async fn client(&self) -> SdkMetering {
        client(&self.url, SECRET_ACCESS_KEY).await
    }
}

async fn client(url: &str, secret: &str) -> SdkMetering {
    let timeouts = Timeouts { connect: Duration::from_secs(20), attempt: Duration::from_secs(20) };
    let config = config_loader(timeouts)
        .region(aws_config::Region::new(REGION))
        .credentials_provider(Credentials::new(ACCESS_KEY_ID, secret, None, None, "test"))
        .endpoint_url(url)
        .load()
        .await;
    SdkMetering::for_usage(&config, &MeteringRegion::parse(REGION).unwrap())
}

fn request(quantity: &str) -> BatchMeterUsageRequest {
    let body = format!(
        r#"{{"UsageRecords":[{{"Timestamp":"2026-11-21T09:59:59Z","Dimension":"gigabytes",{quantity},"LicenseArn":"{LICENSE_ARN}","CustomerAWSAccountId":"444455556666"}}]}}"#
    );
    let now = Timestamp::parse_iso_8601(NOW).unwrap();
    BatchMeterUsageRequest::from_json(body.as_bytes(), &Rules::CURRENT, now).unwrap()
}

#[tokio::test]
async fn a_decimal_quantity_arrives_in_the_planned_bytes() {
    let emulator = Emulator::start().await;
    let request = request(r#""QuantityAsDecimal":"17.420001""#);
    let outcome = emulator.client().await.batch_meter_usage(&request).await;
    let Outcome::Answered { results, unprocessed } = outcome else { panic!("{outcome:?}") };
    assert_eq!((results.len(), unprocessed.len()), (1, 0));
    assert_eq!(results[0].status, RecordStatus::Success);
    assert!(results[0].metering_record_id.is_some());
    let ledger = emulator.admin("GET", "ledger", Value::Null).await;
    assert_eq!(ledger["entries"][0]["quantity"], "17.420001");
    let calls = emulator.calls().await;
    assert_eq!(calls[0]["bytes"], json!(request.to_json().len()));
}

#[tokio::test]
async fn every_call_is_one_attempt() {
    let emulator = Emulator::start().await;
    for (kind, error) in
        [("throttle", "ThrottlingException"), ("internalError", "InternalServiceErrorException")]
    {
        emulator.admin("POST", "faults", json!({ "kind": kind, "count": 1 })).await;
        let outcome = emulator.client().await.batch_meter_usage(&request(r#""Quantity":1"#)).await;
        assert!(
            matches!(&outcome, Outcome::Refused(refused) if refused.name == error),
            "{outcome:?}"
        );
    }
    assert_eq!(emulator.calls().await.len(), 2);
}

#[tokio::test]
async fn a_lost_answer_leaves_open_what_was_billed() {
    let emulator = Emulator::start().await;
    emulator.admin("POST", "faults", json!({ "kind": "dropAfterCommit", "count": 1 })).await;
    let client = emulator.client().await;
    let outcome = client.batch_meter_usage(&request(r#""Quantity":1"#)).await;
    assert!(matches!(outcome, Outcome::Unreachable { .. }), "{outcome:?}");
    let outcome = client.batch_meter_usage(&request(r#""Quantity":1"#)).await;
    assert!(matches!(outcome, Outcome::Answered { .. }), "{outcome:?}");
    let ledger = emulator.admin("GET", "ledger", Value::Null).await;
    assert_eq!(ledger["entries"].as_array().unwrap().len(), 1);

    let nobody = self::client("http://127.0.0.1:9", SECRET_ACCESS_KEY).await;
    let outcome = nobody.batch_meter_usage(&request(r#""Quantity":1"#)).await;
    assert!(matches!(outcome, Outcome::Unreachable { .. }), "{outcome:?}");
}

#[tokio::test]
async fn wrong_credentials_are_a_refusal_with_a_name() {
    let emulator = Emulator::start().await;
    let client = client(&emulator.url, "another secret").await;
    let outcome = client.batch_meter_usage(&request(r#""Quantity":1"#)).await;
    let Outcome::Refused(error) = outcome else { panic!("{outcome:?}") };
    assert!(!error.name.is_empty());
    let failure = client.resolve_customer("token").await.unwrap_err();
    assert!(matches!(failure, Failure::Named { .. }), "{failure:?}");
}

#[tokio::test]
async fn a_request_that_gets_no_credentials_is_known_not_to_have_been_sent() {
    let emulator = Emulator::start().await;
    let nobody = provide_credentials_fn(async || {
        Err::<Credentials, _>(CredentialsError::provider_error("the source of credentials is down"))
    });
    let timeouts = Timeouts { connect: Duration::from_secs(20), attempt: Duration::from_secs(20) };
    let config = config_loader(timeouts)
        .region(aws_config::Region::new(REGION))
        .credentials_provider(nobody)
        .endpoint_url(&emulator.url)
        .load()
        .await;
    let client = SdkMetering::for_usage(&config, &MeteringRegion::parse(REGION).unwrap());
    let outcome = client.batch_meter_usage(&request(r#""Quantity":1"#)).await;
    let Outcome::Refused(error) = outcome else { panic!("{outcome:?}") };
    assert_eq!(error.name, "ConstructionFailure");
    let failure = client.resolve_customer("token").await.unwrap_err();
    assert!(matches!(&failure, Failure::Named { name, .. } if name == "ConstructionFailure"));
    assert_eq!(emulator.calls().await.len(), 0);
}
