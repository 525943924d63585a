//! The wire, without a socket: exact bodies, statuses and headers.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use meterproof_emulator::config::{
    ACCESS_KEY_ID, CONTAINER_PRODUCT_CODE, LEGACY_PRODUCT_CODE, LICENSE_ARN, LICENSE_PRODUCT_CODE,
};
use meterproof_emulator::{Config, State, app};
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// 2026-11-21T10:00:00Z
const NOW: i64 = 1_795_255_200;

struct Emulator {
    state: State,
}

struct Answer {
    status: StatusCode,
    error_type: Option<String>,
    body: Vec<u8>,
}

impl Emulator {
    async fn start(config: Config) -> Self {
        let emulator = Self { state: State::new(config).expect("a valid configuration") };
        let set = emulator.admin("PUT", "/clock", json!({ "now": NOW })).await;
        assert_eq!(set, json!({ "mode": "fixed", "now": "2026-11-21T10:00:00Z" }));
        emulator
    }

    /// Zero configuration, but for signatures: these tests do not sign.
    async fn unsigned() -> Self {
        Self::start(Config { verify_signatures: false, ..Config::default() }).await
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = app(self.state.clone()).oneshot(request).await.expect("infallible");
        let header = |name| response.headers().get(name).map(|v| v.to_str().unwrap().to_owned());
        let (status, error_type) = (response.status(), header("x-amzn-errortype"));
        let body = response.into_body().collect().await.expect("a whole body").to_bytes().to_vec();
        Answer { status, error_type, body }
    }

    async fn raw(&self, operation: &str, body: impl Into<Body>) -> Answer {
        let request = Request::post("/")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("AWSMPMeteringService.{operation}"))
            .body(body.into())
            .expect("a request");
        self.send(request).await
    }

    async fn call(&self, operation: &str, body: Value) -> Result<Value, (u16, String)> {
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

    async fn admin(&self, method: &str, path: &str, body: Value) -> Value {
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

    async fn get(&self, path: &str) -> Value {
        self.admin("GET", path, Value::Null).await
    }
}

fn by_license(quantity: u32) -> Value {
    json!({
        "Timestamp": NOW - 60,
        "Dimension": "users",
        "Quantity": quantity,
        "LicenseArn": LICENSE_ARN,
        "CustomerAWSAccountId": "444455556666",
    })
}

#[tokio::test]
async fn a_batch_is_metered_once_and_shown() {
    let emulator = Emulator::unsigned().await;
    let mut sent = by_license(3);
    // What the SDK for Rust sends for an identifier that is not set.
    sent["CustomerIdentifier"] = json!("");
    let request = json!({ "UsageRecords": [sent] });
    // Made of the key alone.
    let id = "db64a6ae-f941-87c0-a356-bbe1a1f04e32";
    let expected = json!({
        "Results": [{
            "UsageRecord": by_license(3),
            "MeteringRecordId": id,
            "Status": "Success",
        }],
        "UnprocessedRecords": [],
    });
    for _ in 0..3 {
        assert_eq!(emulator.call("BatchMeterUsage", request.clone()).await, Ok(expected.clone()));
    }
    let changed = json!({ "UsageRecords": [by_license(4)] });
    let answer = emulator.call("BatchMeterUsage", changed).await.expect("answered");
    assert_eq!(
        answer,
        json!({
            "Results": [{ "UsageRecord": by_license(4), "Status": "DuplicateRecord" }],
            "UnprocessedRecords": [],
        })
    );
    assert_eq!(
        emulator.get("/ledger").await,
        json!({
            "entries": [{
                "region": "us-east-1",
                "productCode": LICENSE_PRODUCT_CODE,
                "customer": { "customerAWSAccountId": "444455556666", "licenseArn": LICENSE_ARN },
                "instance": null,
                "dimension": "users",
                "hour": "2026-11-21T09:00:00Z",
                "quantity": "3",
                "meteringRecordId": id,
                "allocations": [],
                "resends": 2,
            }],
            "totals": { LICENSE_PRODUCT_CODE: { "users": "3" } },
        })
    );
}

#[tokio::test]
async fn the_exact_bytes_of_an_answer_and_of_an_error() {
    let emulator = Emulator::unsigned().await;
    let answer = emulator.raw("BatchMeterUsage", r#"{"UsageRecords":[]}"#).await;
    assert_eq!(answer.body, br#"{"Results":[],"UnprocessedRecords":[]}"#);
    let answer = emulator.raw("BatchMeterUsage", "{}").await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.error_type.as_deref(), Some("ValidationException"));
    assert_eq!(
        String::from_utf8(answer.body).expect("text"),
        r#"{"__type":"ValidationException","message":"1 validation error detected: Value null at 'usageRecords' failed to satisfy constraint: Member must not be null"}"#
    );
}

#[tokio::test]
async fn wrong_json_is_a_serialization_error() {
    let emulator = Emulator::unsigned().await;
    let record = |member: &str| format!(r#"{{"UsageRecords":[{{"Dimension":"users",{member}}}]}}"#);
    for body in [
        "",
        "[",
        "[]",
        "null",
        r#"{"UsageRecords":{}}"#,
        r#"{"UsageRecords":[null]}"#,
        r#"{"UsageRecords":[],"UsageRecords":[]}"#,
        &record(r#""Timestamp":"2026-11-21T10:00:00Z""#),
        &record(r#""Quantity":1.5"#),
        &record(r#""Quantity":"1""#),
        &record(r#""Quantity":99999999999999999999"#),
        &record(r#""QuantityAsDecimal":1.5"#),
        &record(r#""UsageAllocations":"x""#),
        &"[".repeat(100_000),
        "{\"UsageRecords\":\u{feff}[]}",
    ] {
        let answer = emulator.raw("BatchMeterUsage", body.to_owned()).await;
        assert_eq!(answer.error_type.as_deref(), Some("SerializationException"), "{body:.60}");
        assert_eq!(answer.status, 400);
    }
    let answer = emulator.raw("BatchMeterUsage", b"{\"UsageRecords\":\"\xff\"}".to_vec()).await;
    assert_eq!(answer.error_type.as_deref(), Some("SerializationException"));
}

#[tokio::test]
async fn a_megabyte_is_too_large() {
    let emulator = Emulator::unsigned().await;
    let body = |bytes: usize| {
        let around = r#"{"UsageRecords":[],"Ignored":""}"#;
        around.replace("\"\"", &format!("\"{}\"", "x".repeat(bytes - around.len())))
    };
    assert_eq!(emulator.raw("BatchMeterUsage", body(999_999)).await.status, 200);
    for bytes in [1_000_000, 20 * 1024 * 1024] {
        let answer = emulator.raw("BatchMeterUsage", body(bytes)).await;
        assert_eq!(answer.status, 413);
        assert_eq!(answer.error_type.as_deref(), Some("RequestEntityTooLargeException"));
    }
}

#[tokio::test]
async fn only_the_four_operations_are_known() {
    let emulator = Emulator::unsigned().await;
    let request = |method: &str, uri: &str, content_type: &str, target: &str| {
        Request::builder()
            .method(method)
            .uri(uri)
            .header("content-type", content_type)
            .header("x-amz-target", target)
            .body(Body::from("{}"))
            .expect("a request")
    };
    let json = "application/x-amz-json-1.1";
    let known = "AWSMPMeteringService.MeterUsage";
    for (request, status) in [
        (request("POST", "/", json, "AWSMPMeteringService.GetUsage"), 400),
        (request("POST", "/", json, "MeterUsage"), 400),
        (request("POST", "/", "application/json", known), 400),
        (request("POST", "/other", json, known), 404),
    ] {
        let answer = emulator.send(request).await;
        assert_eq!(answer.status.as_u16(), status);
        assert_eq!(answer.error_type.as_deref(), Some("UnknownOperationException"));
    }
    assert_eq!(emulator.send(request("GET", "/", json, known)).await.status, 405);
    let with_charset = request("POST", "/", "application/x-amz-json-1.1; charset=utf-8", known);
    let answer = emulator.send(with_charset).await;
    assert_eq!(answer.error_type.as_deref(), Some("ValidationException"));
}

#[tokio::test]
async fn signatures_are_asked_for_and_read() {
    let emulator = Emulator::start(Config::default()).await;
    let send = |authorization: Option<String>, date: Option<&str>| {
        let mut request = Request::post("/")
            .header("host", "127.0.0.1")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", "AWSMPMeteringService.BatchMeterUsage");
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        if let Some(date) = date {
            request = request.header("x-amz-date", date);
        }
        let request = request.body(Body::from(r#"{"UsageRecords":[]}"#)).expect("a request");
        async { emulator.send(request).await.error_type.expect("an error") }
    };
    let signed = |id: &str, service: &str, headers: &str| {
        let scope = format!("{id}/20260101/us-east-1/{service}/aws4_request");
        Some(format!(
            "AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={headers}, Signature={}",
            "00".repeat(32)
        ))
    };
    let date = Some("20260101T000000Z");
    assert_eq!(send(None, date).await, "MissingAuthenticationTokenException");
    // The status of the reference, Common Errors.
    assert_eq!(emulator.raw("BatchMeterUsage", "{}").await.status, 403);
    let basic = Some("Basic eHg6eHg=".to_owned());
    assert_eq!(send(basic, date).await, "IncompleteSignatureException");
    let unknown = signed("AKUNKNOWN", "aws-marketplace", "host");
    assert_eq!(send(unknown, date).await, "UnrecognizedClientException");
    let other_service = signed(ACCESS_KEY_ID, "sqs", "host");
    assert_eq!(send(other_service, date).await, "InvalidSignatureException");
    let no_host = signed(ACCESS_KEY_ID, "aws-marketplace", "x-amz-date");
    assert_eq!(send(no_host, date).await, "InvalidSignatureException");
    let known = || signed(ACCESS_KEY_ID, "aws-marketplace", "host");
    assert_eq!(send(known(), None).await, "IncompleteSignatureException");
    assert_eq!(send(known(), Some("today")).await, "IncompleteSignatureException");
    assert_eq!(send(known(), Some("20260102T000000Z")).await, "InvalidSignatureException");
    // Months ago by the machine's clock, whatever the emulator's own says.
    assert_eq!(send(known(), date).await, "RequestExpired");
}

#[tokio::test]
async fn a_registration_is_signed_by_the_version_that_is_asked_for() {
    let emulator = Emulator::unsigned().await;
    let register = |version: u32| {
        let body = json!({
            "ProductCode": CONTAINER_PRODUCT_CODE,
            "PublicKeyVersion": version,
            "Nonce": "one instance",
        });
        emulator.call("RegisterUsage", body)
    };
    let first = register(1).await.expect("entitled");
    assert_eq!(first.as_object().map(|members| members.len()), Some(1));
    assert_eq!(
        claims(&first),
        json!({
            "productCode": CONTAINER_PRODUCT_CODE,
            "publicKeyVersion": 1,
            "nonce": "one instance",
            "iat": NOW,
        })
    );
    assert_eq!(
        register(2).await.expect_err("no such version"),
        (400, "InvalidPublicKeyVersionException".into())
    );

    let path = format!("/products/{CONTAINER_PRODUCT_CODE}");
    let rotated = emulator.admin("POST", &format!("{path}/keys"), Value::Null).await;
    assert_eq!(rotated, json!({ "productCode": CONTAINER_PRODUCT_CODE, "publicKeyVersion": 2 }));
    let expired = register(1).await.expect("still entitled");
    assert_eq!(expired["PublicKeyRotationTimestamp"], NOW);
    assert_eq!(claims(&expired)["publicKeyRotationTimestamp"], NOW);
    let second = register(2).await.expect("entitled");
    assert_eq!(claims(&second)["publicKeyVersion"], 2);

    let one = emulator.get(&format!("{path}/public-keys/1")).await;
    let two = emulator.get(&format!("{path}/public-keys/2")).await;
    assert!(one.as_str().expect("PEM").starts_with("-----BEGIN PUBLIC KEY-----\n"));
    assert_ne!(one, two);
    assert_eq!(
        emulator.get(&format!("{path}/public-keys/3")).await,
        json!({ "error": "no such product or public key version" })
    );
}

#[tokio::test]
async fn claims_can_be_spelt_as_the_reference_prints_them() {
    let config = Config::from_toml("verify_signatures = false\nclaim_style = \"PascalCase\"");
    let emulator = Emulator::start(config.expect("valid")).await;
    let body = json!({ "ProductCode": CONTAINER_PRODUCT_CODE, "PublicKeyVersion": 1 });
    let answer = emulator.call("RegisterUsage", body).await.expect("entitled");
    assert_eq!(
        claims(&answer),
        json!({
            "ProductCode": CONTAINER_PRODUCT_CODE,
            "PublicKeyVersion": 1,
            "Nonce": null,
            "PublicKeyRotationTimestamp": null,
        })
    );
}

#[tokio::test]
async fn registration_tokens_are_made_redeemed_and_expire() {
    let emulator = Emulator::unsigned().await;
    let token = |body: Value| async {
        let made = emulator.admin("POST", "/registration-tokens", body).await;
        made["registrationToken"].as_str().expect("a token").to_owned()
    };
    let resolve =
        |token: String| emulator.call("ResolveCustomer", json!({ "RegistrationToken": token }));
    let by_license = token(json!({ "productCode": LICENSE_PRODUCT_CODE })).await;
    assert_eq!(
        resolve(by_license).await.expect("resolved"),
        json!({
            "ProductCode": LICENSE_PRODUCT_CODE,
            "CustomerAWSAccountId": "444455556666",
            "LicenseArn": LICENSE_ARN,
            "Metadata": { "AgreementId": "agmt-0000000000000000000000001" },
        })
    );
    let legacy = json!({ "productCode": LEGACY_PRODUCT_CODE, "customer": "LegacyCust01", "expiresInSeconds": 60 });
    let legacy = token(legacy).await;
    let expected = json!({
        "CustomerIdentifier": "LegacyCust01",
        "ProductCode": LEGACY_PRODUCT_CODE,
        "CustomerAWSAccountId": "777788889999",
    });
    emulator.admin("PUT", "/clock", json!({ "now": NOW + 59 })).await;
    for _ in 0..2 {
        assert_eq!(resolve(legacy.clone()).await.expect("resolved"), expected);
    }
    emulator.admin("PUT", "/clock", json!({ "now": NOW + 60 })).await;
    let refused = |name: &str| (400, name.to_owned());
    assert_eq!(resolve(legacy).await, Err(refused("ExpiredTokenException")));
    assert_eq!(resolve("x".into()).await, Err(refused("InvalidTokenException")));
    assert_eq!(resolve(String::new()).await, Err(refused("ValidationException")));

    let typo = json!({ "productCode": LICENSE_PRODUCT_CODE, "expiresInSecond": 0 });
    let refused = emulator.admin("POST", "/registration-tokens", typo).await.to_string();
    assert!(refused.contains("unknown field `expiresInSecond`"), "{refused}");

    let container = json!({ "productCode": CONTAINER_PRODUCT_CODE });
    assert_eq!(
        emulator.admin("POST", "/registration-tokens", container).await,
        json!({ "error": "no SaaS product has the code container0000000000000001" })
    );
}

#[tokio::test]
async fn faults_strike_and_the_log_shows_it() {
    let emulator = Emulator::unsigned().await;
    let fault = |body: Value| emulator.admin("POST", "/faults", body);
    fault(json!({ "kind": "throttle", "operation": "BatchMeterUsage" })).await;
    fault(json!({ "kind": "internalError" })).await;
    fault(json!({ "kind": "unprocessed", "count": 1 })).await;
    let batch = || {
        let other = json!({ "Dimension": "requests" });
        let mut second = by_license(1);
        second["Dimension"] = other["Dimension"].clone();
        emulator.call("BatchMeterUsage", json!({ "UsageRecords": [by_license(1), second] }))
    };
    assert_eq!(batch().await, Err((400, "ThrottlingException".into())));
    assert_eq!(batch().await, Err((500, "InternalServiceErrorException".into())));
    let answer = batch().await.expect("answered");
    assert_eq!(answer["UnprocessedRecords"], json!([by_license(1)]));
    assert_eq!(answer["Results"][0]["UsageRecord"]["Dimension"], "requests");
    assert_eq!(
        emulator.get("/ledger").await["totals"],
        json!({ LICENSE_PRODUCT_CODE: { "requests": "1" } })
    );
    let again = batch().await.expect("answered");
    assert_eq!(again["UnprocessedRecords"], json!([]));

    let calls = emulator.get("/calls").await;
    assert_eq!(
        calls["counts"],
        json!({ "BatchMeterUsage": {
            "ThrottlingException": 1, "InternalServiceErrorException": 1, "ok": 2,
        } })
    );
    let mut third = calls["calls"][2].clone();
    third["bytes"].take();
    assert_eq!(
        third,
        json!({
            "operation": "BatchMeterUsage", "at": "2026-11-21T10:00:00Z", "status": 200,
            "error": null, "dropped": false, "records": 2, "unprocessed": 1, "bytes": null,
        })
    );
    assert_eq!(
        fault(json!({ "kind": "throttle", "rate": 2 })).await,
        json!({ "error": "rate must be from 0 to 1" })
    );
    assert_eq!(emulator.admin("DELETE", "/faults", Value::Null).await, json!({ "faults": [] }));
}

#[tokio::test]
async fn every_refusal_of_its_own_endpoints_is_json() {
    let emulator = Emulator::unsigned().await;
    let version = format!("/products/{CONTAINER_PRODUCT_CODE}/public-keys/first");
    for (method, path) in [("GET", version.as_str()), ("DELETE", "/ledger"), ("GET", "/nothing")] {
        let refused = emulator.admin(method, path, Value::Null).await;
        assert!(refused["error"].is_string(), "{method} {path}: {refused}");
    }
}

#[tokio::test]
async fn the_log_holds_no_token() {
    let emulator = Emulator::unsigned().await;
    let secret = json!({ "RegistrationToken": "SECRET+TOKEN" });
    emulator.call("ResolveCustomer", secret).await.expect_err("unknown");
    let calls = emulator.get("/calls").await.to_string();
    assert!(calls.contains("InvalidTokenException") && !calls.contains("SECRET"), "{calls}");
}

#[tokio::test]
async fn products_and_customers_change_at_run_time() {
    let emulator = Emulator::unsigned().await;
    let arn = "arn:aws:license-manager::555566667777:license:l-2";
    let product = json!({
        "productCode": "second",
        "kind": "saas",
        "dimensions": ["seats"],
        "customers": [{ "account": "555566667777", "licenseArn": arn, "agreementId": "agmt-2" }],
    });
    let added = emulator.admin("POST", "/products", product.clone()).await;
    assert_eq!(added, json!({ "productCode": "second" }));
    assert_eq!(
        emulator.admin("POST", "/products", product).await,
        json!({ "error": "product second is there already" })
    );
    let status = |change: Value| async {
        if !change.is_null() {
            let changed = emulator.admin("PUT", "/customers/555566667777", change).await;
            assert_eq!(changed, json!({ "changed": 1 }));
        }
        let record = json!({
            "Timestamp": NOW, "Dimension": "seats", "Quantity": 1,
            "LicenseArn": arn, "CustomerAWSAccountId": "555566667777",
        });
        let answer = emulator.call("BatchMeterUsage", json!({ "UsageRecords": [record] })).await;
        answer.expect("answered")["Results"][0]["Status"].as_str().expect("a status").to_owned()
    };
    assert_eq!(status(json!({ "subscribed": false })).await, "CustomerNotSubscribed");
    assert_eq!(status(json!({ "subscribed": true })).await, "Success");
    let ended = json!({ "deprovisionedAt": "2026-11-21T10:00:00Z" });
    assert_eq!(status(ended).await, "Success");
    assert_eq!(
        emulator.admin("PUT", "/customers/1", json!({})).await,
        json!({ "error": "no such customer" })
    );
}

#[tokio::test]
async fn the_clock_can_be_set_shifted_and_made_real() {
    let emulator = Emulator::unsigned().await;
    let set = |body: Value| emulator.admin("PUT", "/clock", body);
    let fixed = set(json!({ "now": "2030-01-01T00:00:00Z" })).await;
    assert_eq!(fixed, json!({ "mode": "fixed", "now": "2030-01-01T00:00:00Z" }));
    assert_eq!(emulator.get("/clock").await, fixed);
    let shifted = set(json!({ "offsetSeconds": -3600 })).await;
    assert_eq!((&shifted["mode"], &shifted["offsetSeconds"]), (&json!("shifted"), &json!(-3600)));
    assert_eq!(set(json!({})).await["mode"], "real");
    assert_eq!(
        set(json!({ "now": 0, "offsetSeconds": 0 })).await,
        json!({ "error": "give now or offsetSeconds, not both" })
    );
}

fn claims(answer: &Value) -> Value {
    use base64::Engine as _;
    let token = answer["Signature"].as_str().expect("a token");
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        panic!("three segments: {token}");
    };
    let decode = |text: &str| {
        base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(text).expect("canonical base64url")
    };
    assert_eq!(decode(header), br#"{"alg":"PS256","typ":"JWT"}"#);
    assert_eq!(decode(signature).len(), 384);
    serde_json::from_slice(&decode(payload)).expect("JSON")
}
