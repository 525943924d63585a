//! Signatures of requests, registrations and registration tokens.

use axum::body::Body;
use axum::http::Request;
use meterproof_emulator::Config;
use meterproof_emulator::config::{
    ACCESS_KEY_ID, CONTAINER_PRODUCT_CODE, LEGACY_PRODUCT_CODE, LICENSE_ARN, LICENSE_PRODUCT_CODE,
};
use serde_json::{Value, json};

use super::support::{Emulator, NOW};

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
