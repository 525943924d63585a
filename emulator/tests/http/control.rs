//! The endpoints under `/_emulator`.

use meterproof_emulator::config::{CONTAINER_PRODUCT_CODE, LICENSE_PRODUCT_CODE};
use serde_json::{Value, json};

use super::support::{Emulator, NOW, by_license};

#[tokio::test]
async fn faults_strike_and_the_log_shows_it() {
    let emulator = Emulator::unsigned().await;
    let fault = |body: Value| emulator.admin("POST", "/faults", body);
    fault(json!({ "kind": "throttle", "operation": "BatchMeterUsage" })).await;
    fault(json!({ "kind": "internalError" })).await;
    fault(json!({ "kind": "internalFailure" })).await;
    fault(json!({ "kind": "serviceUnavailable" })).await;
    fault(json!({ "kind": "unprocessed", "count": 1 })).await;
    let batch = || {
        let other = json!({ "Dimension": "requests" });
        let mut second = by_license(1);
        second["Dimension"] = other["Dimension"].clone();
        emulator.call("BatchMeterUsage", json!({ "UsageRecords": [by_license(1), second] }))
    };
    assert_eq!(batch().await, Err((400, "ThrottlingException".into())));
    assert_eq!(batch().await, Err((500, "InternalServiceErrorException".into())));
    assert_eq!(batch().await, Err((500, "InternalFailure".into())));
    assert_eq!(batch().await, Err((503, "ServiceUnavailable".into())));
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
            "ThrottlingException": 1, "InternalServiceErrorException": 1,
            "InternalFailure": 1, "ServiceUnavailable": 1, "ok": 2,
        } })
    );
    let mut unprocessed = calls["calls"][4].clone();
    unprocessed["bytes"].take();
    assert_eq!(
        unprocessed,
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
