//! An emulator without a socket, and how to call it.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use meterproof_emulator::config::LICENSE_ARN;
use meterproof_emulator::{Config, State, app};
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// 2026-11-21T10:00:00Z
pub const NOW: i64 = 1_795_255_200;

pub struct Emulator {
    pub state: State,
}

pub struct Answer {
    pub status: StatusCode,
    pub error_type: Option<String>,
    pub body: Vec<u8>,
}

impl Emulator {
    pub async fn start(config: Config) -> Self {
        let emulator = Self { state: State::new(config).expect("a valid configuration") };
        let set = emulator.admin("PUT", "/clock", json!({ "now": NOW })).await;
        assert_eq!(set, json!({ "mode": "fixed", "now": "2026-11-21T10:00:00Z" }));
        emulator
    }

    /// Zero configuration, but for signatures: these tests do not sign.
    pub async fn unsigned() -> Self {
        Self::start(Config { verify_signatures: false, ..Config::default() }).await
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = app(self.state.clone()).oneshot(request).await.expect("infallible");
        let header = |name| response.headers().get(name).map(|v| v.to_str().unwrap().to_owned());
        let (status, error_type) = (response.status(), header("x-amzn-errortype"));
        let body = response.into_body().collect().await.expect("a whole body").to_bytes().to_vec();
        Answer { status, error_type, body }
    }

    pub async fn raw(&self, operation: &str, body: impl Into<Body>) -> Answer {
        let request = Request::post("/")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("AWSMPMeteringService.{operation}"))
            .body(body.into())
            .expect("a request");
        self.send(request).await
    }

    pub async fn call(&self, operation: &str, body: Value) -> Result<Value, (u16, String)> {
        let answer = self.raw(operation, body.to_string()).await;
        let json: Value = serde_json::from_slice(&answer.body).expect("JSON");
        if answer.status == StatusCode::OK {
            return Ok(json);
        }
        let name = json["__type"].as_str().expect("a type").to_owned();
        assert_eq!(answer.error_type.as_deref(), Some(name.as_str()));
        assert!(json["message"].is_string());
        Err((answer.status.as_u16(), name))
    }

    pub async fn admin(&self, method: &str, path: &str, body: Value) -> Value {
        let request = Request::builder()
            .method(method)
            .uri(format!("/_emulator{path}"))
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .expect("a request");
        let answer = self.send(request).await;
        serde_json::from_slice(&answer.body)
            .unwrap_or_else(|_| String::from_utf8(answer.body).map_or(Value::Null, Value::String))
    }

    pub async fn get(&self, path: &str) -> Value {
        self.admin("GET", path, Value::Null).await
    }
}

pub fn by_license(quantity: u32) -> Value {
    json!({
        "Timestamp": NOW - 60,
        "Dimension": "users",
        "Quantity": quantity,
        "LicenseArn": LICENSE_ARN,
        "CustomerAWSAccountId": "444455556666",
    })
}
