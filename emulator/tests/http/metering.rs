//! Metering and the envelope: exact bytes, and what is no request.

use axum::body::Body;
use axum::http::Request;
use meterproof_emulator::config::{LICENSE_ARN, LICENSE_PRODUCT_CODE};
use serde_json::json;

use super::support::{Emulator, by_license};

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
