//! Answers that spell absent members as `null`, which AWS's own servers may do: each one that
//! accepts usage is taken as an acceptance, not as an answer nobody can read.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_credential_types::Credentials;
use axum::Router;
use axum::http::{HeaderMap, header};
use axum::routing::post;
use meterproof_aws::{MeteringRegion, SdkMetering, Timeouts, config_loader};
use meterproof_lambda::forward::Forwarder;
use meterproof_lambda::resolve::{Customer, Form, Marketplace};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

use support::{Rejects, TestClock, batch, event, ledger, now, record, states};

const TIME_LEFT: Duration = Duration::from_secs(60);
/// More calls than are made.
const NO_LIMIT: u32 = u32::MAX;

/// A service that answers every call with the body that `answer` makes of the request, and how
/// often it was called.
async fn service(answer: fn(&Value) -> Value) -> (aws_config::SdkConfig, watch::Receiver<u32>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (count, calls) = watch::channel(0);
    let respond = move |headers: HeaderMap, body: String| async move {
        count.send_modify(|calls| *calls += 1);
        assert!(headers.contains_key("x-amz-target"));
        let answer = answer(&serde_json::from_str(&body).unwrap());
        ([(header::CONTENT_TYPE, "application/x-amz-json-1.1")], answer.to_string())
    };
    let router = Router::new().route("/", post(respond));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let timeouts = Timeouts { connect: Duration::from_secs(20), attempt: Duration::from_secs(20) };
    let config = config_loader(timeouts)
        .region(aws_config::Region::new("us-east-1"))
        .credentials_provider(Credentials::new("AKID", "secret", None, None, "test"))
        .endpoint_url(&url)
        .load()
        .await;
    (config, calls)
}

fn region() -> MeteringRegion {
    MeteringRegion::parse("us-east-1").unwrap()
}

/// Forwards two records until they are settled or the service was called `most` times, when the
/// invocation's time is up; the ids handed back, and how many buckets are in which state.
async fn forward(
    answer: fn(&Value) -> Value,
    most: u32,
) -> (BTreeSet<String>, BTreeMap<&'static str, usize>) {
    let (config, mut calls) = service(answer).await;
    let (ledger, rejects) = (ledger(), Rejects::default());
    let metering = SdkMetering::for_usage(&config, &region());
    let (clock, margin) = (TestClock::at(now()), Duration::from_secs(5));
    let forwarder = Forwarder::new(&ledger, metering, &rejects, clock, None, margin);
    let body = batch(&[record("users", 1, 10), record("users", 2, 20)]);
    let messages = event([("m", body.as_str())]);
    let forwarded = tokio::select! {
        forwarded = forwarder.handle(&messages, TIME_LEFT) => forwarded.unwrap(),
        never = async {
            calls.wait_for(|calls| *calls >= most).await.unwrap();
            // From here on time passes at once where nothing else is to do.
            tokio::time::pause();
            std::future::pending().await
        } => never,
    };
    assert!(rejects.codes().is_empty());
    let handed_back = forwarded.response.batch_item_failures.into_iter();
    (handed_back.map(|failure| failure.item_identifier).collect(), states(&ledger).await)
}

/// The record as it was sent, its absent members spelt out.
fn with_nulls(record: &Value) -> Value {
    let mut echo = record.clone();
    for member in ["CustomerIdentifier", "QuantityAsDecimal", "UsageAllocations"] {
        echo[member] = Value::Null;
    }
    echo
}

fn results(request: &Value, status: &str) -> Vec<Value> {
    let result = |record| json!({ "UsageRecord": with_nulls(record), "MeteringRecordId": null, "Status": status });
    request["UsageRecords"].as_array().unwrap().iter().map(result).collect()
}

#[tokio::test]
async fn a_success_with_nulls_is_a_success() {
    let handed_back = forward(
        |request| json!({ "Results": results(request, "Success"), "UnprocessedRecords": null }),
        NO_LIMIT,
    );
    assert_eq!(handed_back.await, (BTreeSet::new(), BTreeMap::from([("settled", 2)])));
}

#[tokio::test]
async fn a_verdict_with_nulls_is_that_verdict() {
    let held = forward(
        |request| json!({ "Results": results(request, "CustomerNotSubscribed"), "UnprocessedRecords": [] }),
        NO_LIMIT,
    );
    assert_eq!(held.await, (BTreeSet::new(), BTreeMap::from([("held", 2)])));
}

#[tokio::test]
async fn a_result_without_its_record_counts_at_its_place() {
    let answer = |_: &Value| {
        let bare = json!({ "UsageRecord": null, "MeteringRecordId": "id", "Status": "Success" });
        json!({ "Results": [bare.clone(), bare], "UnprocessedRecords": null })
    };
    let settled = (BTreeSet::new(), BTreeMap::from([("settled", 2)]));
    assert_eq!(forward(answer, NO_LIMIT).await, settled);
}

#[tokio::test]
async fn a_status_of_null_accepts_nothing() {
    let answer = |request: &Value| {
        let mut results = results(request, "Success");
        results[0]["Status"] = Value::Null;
        json!({ "Results": results, "UnprocessedRecords": null })
    };
    // Both together, the first alone, and again: by the third call the second is written down.
    let (handed_back, states) = forward(answer, 3).await;
    assert_eq!(handed_back, BTreeSet::from(["m".to_owned()]));
    // Of two, the second is a success; of one alone, the first is none.
    assert_eq!(states, BTreeMap::from([("frozen", 1), ("settled", 1)]));
}

#[tokio::test]
async fn a_customer_with_nulls_is_a_customer() {
    let (config, _) = service(|_| {
        json!({
            "CustomerIdentifier": null,
            "ProductCode": "prod",
            "CustomerAWSAccountId": "444455556666",
            "LicenseArn": null,
            "Metadata": { "AgreementId": null },
        })
    })
    .await;
    let marketplace = SdkMetering::for_registrations(&config, &region(), 1);
    let form = Form::parse(b"x-amzn-marketplace-token=token").unwrap();
    let customer =
        Customer::new(Marketplace::resolve_customer(&marketplace, &form.token).await.unwrap())
            .unwrap();
    assert_eq!(customer.customer_aws_account_id(), Some("444455556666"));
    assert_eq!((customer.customer_identifier(), customer.license_arn()), (None, None));
    assert_eq!(customer.agreement_id(), None);
}
