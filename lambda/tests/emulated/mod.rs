//! The emulator within the test's own process, on a port of its own, and the SDK pointed at it.

#![allow(dead_code, missing_docs, reason = "each test program uses its part")]

use std::time::Duration;

use aws_credential_types::Credentials;
use axum::body::Body;
use axum::http::{Request, header};
use http_body_util::BodyExt as _;
use meterproof::Timestamp;
use meterproof_aws::{MeteringRegion, SdkMetering, Timeouts, config_loader};
use meterproof_emulator::config::{
    ACCESS_KEY_ID, CONTAINER_PRODUCT_CODE, REGION, SECRET_ACCESS_KEY,
};
use meterproof_emulator::{Config, State, app, serve};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::ServiceExt as _;

pub const NOW: &str = "2026-11-21T10:20:00Z";

pub fn now() -> Timestamp {
    Timestamp::parse_iso_8601(NOW).unwrap()
}

pub struct Emulator {
    state: State,
    pub url: String,
}

impl Emulator {
    pub async fn start() -> Self {
        Self::with(Config::default()).await
    }

    pub async fn with(mut config: Config) -> Self {
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

    pub async fn admin(&self, method: &str, path: &str, body: Value) -> Value {
        let request = Request::builder()
            .method(method)
            .uri(format!("/_emulator/{path}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        let response = app(self.state.clone()).oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        assert!(
            status.is_success(),
            "{method} {path}: {status} {}",
            String::from_utf8_lossy(&bytes)
        );
        serde_json::from_slice(&bytes).unwrap()
    }

    pub async fn fault(&self, fault: Value) {
        self.admin("POST", "faults", fault).await;
    }

    /// `dimension hour quantity` of every line of the bill, sorted.
    pub async fn billed(&self) -> Vec<String> {
        let ledger = self.admin("GET", "ledger", Value::Null).await;
        let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
        let mut lines: Vec<String> = ledger["entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| {
                format!(
                    "{} {} {}",
                    text(entry, "dimension"),
                    text(entry, "hour"),
                    text(entry, "quantity")
                )
            })
            .collect();
        lines.sort();
        lines
    }

    /// The calls so far, the oldest first.
    pub async fn calls(&self) -> Vec<Value> {
        let calls = self.admin("GET", "calls", Value::Null).await;
        let mut calls = calls["calls"].as_array().unwrap().clone();
        calls.sort_by_key(|call| call["at"].as_str().unwrap_or_default().to_owned());
        calls
    }

    pub async fn usage_client(&self) -> SdkMetering {
        self.usage_client_as(SECRET_ACCESS_KEY).await
    }

    pub async fn usage_client_as(&self, secret: &str) -> SdkMetering {
        SdkMetering::for_usage(&self.sdk_config(secret).await, &region())
    }

    pub async fn registration_client(&self, attempts: u32) -> SdkMetering {
        SdkMetering::for_registrations(
            &self.sdk_config(SECRET_ACCESS_KEY).await,
            &region(),
            attempts,
        )
    }

    async fn sdk_config(&self, secret: &str) -> aws_config::SdkConfig {
        let timeouts =
            Timeouts { connect: Duration::from_secs(20), attempt: Duration::from_secs(20) };
        config_loader(timeouts)
            .region(aws_config::Region::new(REGION))
            .credentials_provider(Credentials::new(ACCESS_KEY_ID, secret, None, None, "test"))
            .endpoint_url(&self.url)
            .load()
            .await
    }
}

fn region() -> MeteringRegion {
    MeteringRegion::parse(REGION).unwrap()
}
