use meterproof_emulator::service::{Answer, Call, Settings};
use meterproof_emulator::wire::{Operation, Request};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::support::{World, at, time, with};

fn record() -> Value {
    json!({
        "Timestamp": at("09:30:00"),
        "Dimension": "users",
        "Quantity": 5,
        "CustomerAWSAccountId": "1",
        "LicenseArn": "arn:aws:license-manager::1:license:l-1",
    })
}

/// By the product code that is migrating.
fn coded() -> Value {
    with(&record(), json!({ "CustomerAWSAccountId": "3", "LicenseArn": null }))
}

fn batch(records: &[Value]) -> Value {
    json!({ "UsageRecords": records })
}

fn coded_batch(records: &[Value]) -> Value {
    json!({ "ProductCode": "migrating", "UsageRecords": records })
}

/// The status of each record.
fn statuses(world: &mut World, body: &Value) -> Vec<Value> {
    let answer = world.call(Operation::BatchMeterUsage, body).expect("answered");
    let Answer::BatchMeterUsage(result) = answer else { panic!("another operation's answer") };
    let result = serde_json::to_value(result).expect("JSON");
    let results = result["Results"].as_array().expect("a list");
    results.iter().map(|result| result["Status"].clone()).collect()
}

fn refused(body: &Value) -> &'static str {
    World::new().refusal(Operation::BatchMeterUsage, body)
}

#[test]
fn one_bad_record_refuses_the_whole_batch() {
    let good = record();
    let cases = [
        (json!({ "Timestamp": null }), "ValidationException"),
        (json!({ "Dimension": null }), "ValidationException"),
        (json!({ "Dimension": "d".repeat(256) }), "ValidationException"),
        (json!({ "Quantity": 2_147_483_648_i64 }), "ValidationException"),
        (json!({ "QuantityAsDecimal": "5" }), "ValidationException"),
        (json!({ "Quantity": null, "QuantityAsDecimal": "5." }), "ValidationException"),
        (json!({ "UsageAllocations": [] }), "ValidationException"),
        (json!({ "CustomerAWSAccountId": null }), "ValidationException"),
        (json!({ "CustomerIdentifier": "Cust3" }), "ValidationException"),
        (json!({ "LicenseArn": null }), "ValidationException"),
        (json!({ "LicenseArn": "l-1" }), "ValidationException"),
        (
            json!({ "LicenseArn": "arn:aws:license-manager::1:license:l-9" }),
            "InvalidLicenseException",
        ),
        (json!({ "CustomerAWSAccountId": "2" }), "InvalidLicenseException"),
        (
            json!({ "LicenseArn": "arn:aws:license-manager::1:license:l-3" }),
            "InvalidLicenseException",
        ),
        (json!({ "Timestamp": at("05:59:59") }), "InvalidLicenseException"),
        (json!({ "Dimension": "seats" }), "InvalidUsageDimensionException"),
        (json!({ "Timestamp": at("10:05:01") }), "TimestampOutOfBoundsException"),
        (json!({ "Timestamp": at("10:00:00") - 86_400 }), "TimestampOutOfBoundsException"),
        (json!({ "Timestamp": -1 }), "TimestampOutOfBoundsException"),
        (
            json!({ "UsageAllocations": [{ "AllocatedUsageQuantity": 4 }] }),
            "InvalidUsageAllocationsException",
        ),
        (
            json!({ "UsageAllocations": [{ "AllocatedUsageQuantityAsDecimal": "5" }] }),
            "InvalidUsageAllocationsException",
        ),
        (
            json!({ "UsageAllocations": [
                { "AllocatedUsageQuantity": 5, "Tags": [{ "Key": "?", "Value": "x" }] }
            ] }),
            "InvalidTagException",
        ),
    ];
    for (changes, error) in cases {
        let bad = with(&good, changes.clone());
        assert_eq!(refused(&batch(&[good.clone(), bad])), error, "{changes}");
    }
}

#[test]
fn product_codes_and_customers_have_their_own_errors() {
    let by_identifier = with(
        &coded(),
        json!({
            "CustomerAWSAccountId": null, "CustomerIdentifier": "Cust3"
        }),
    );
    let mut world = World::new();
    assert_eq!(
        statuses(&mut world, &coded_batch(std::slice::from_ref(&by_identifier))),
        ["Success"]
    );

    let code = |code: &str| json!({ "ProductCode": code, "UsageRecords": [coded()] });
    for unknown in ["nothing", "container", "licensed"] {
        assert_eq!(refused(&code(unknown)), "InvalidProductCodeException", "{unknown}");
    }
    assert_eq!(
        refused(&json!({ "ProductCode": "no", "UsageRecords": [] })),
        "InvalidProductCodeException"
    );
    assert_eq!(refused(&code("a b")), "ValidationException");
    // The same customer by two names in one request.
    assert_eq!(refused(&coded_batch(&[coded(), by_identifier.clone()])), "ValidationException");
    assert_eq!(refused(&coded_batch(&[record()])), "ValidationException");
    for (changes, error) in [
        (json!({ "CustomerIdentifier": "Nobody" }), "InvalidCustomerIdentifierException"),
        (json!({ "CustomerIdentifier": "" }), "ValidationException"),
    ] {
        let bad = with(&by_identifier, changes);
        assert_eq!(refused(&coded_batch(&[bad])), error);
    }
    let nobody = with(&coded(), json!({ "CustomerAWSAccountId": "99" }));
    assert_eq!(refused(&coded_batch(&[nobody])), "InvalidCustomerIdentifierException");
    let early = with(&coded(), json!({ "Timestamp": at("05:00:00") }));
    assert_eq!(refused(&coded_batch(&[early])), "TimestampOutOfBoundsException");
}

#[test]
fn a_known_customer_without_an_agreement_is_not_subscribed() {
    let unsubscribed = with(
        &record(),
        json!({
            "CustomerAWSAccountId": "2", "LicenseArn": "arn:aws:license-manager::2:license:l-2"
        }),
    );
    let mut world = World::new();
    assert_eq!(
        statuses(&mut world, &batch(&[unsubscribed, record()])),
        ["CustomerNotSubscribed", "Success"]
    );
    let of_another_product = with(&coded(), json!({ "CustomerAWSAccountId": "1" }));
    assert_eq!(
        statuses(&mut world, &coded_batch(&[of_another_product, coded()])),
        ["CustomerNotSubscribed", "Success"]
    );
    assert_eq!(world.billed(), ["5", "5"]);
}

#[test]
fn the_same_quantity_is_billed_once_and_another_is_a_duplicate() {
    let mut world = World::new();
    let decimal =
        |text: &str| with(&record(), json!({ "Quantity": null, "QuantityAsDecimal": text }));
    let later = with(&record(), json!({ "Timestamp": at("09:59:59") }));
    let next_hour = with(&record(), json!({ "Timestamp": at("10:00:00") }));
    let other = with(&record(), json!({ "Quantity": 6 }));
    let zero = with(&record(), json!({ "Quantity": null }));
    let records = [record(), later, decimal("5.00"), other, decimal("5.000001"), zero, next_hour];
    let expected = [
        "Success",
        "Success",
        "Success",
        "DuplicateRecord",
        "DuplicateRecord",
        "DuplicateRecord",
        "Success",
    ];
    assert_eq!(statuses(&mut world, &batch(&records)), expected);
    assert_eq!(statuses(&mut world, &batch(&records)), expected);
    assert_eq!(world.billed(), ["5", "5"]);
}

#[test]
fn the_other_reading_calls_an_identical_resend_a_duplicate() {
    let settings = Settings { duplicate_on_identical_resend: true, ..Settings::default() };
    let mut world = World::with(settings);
    assert_eq!(statuses(&mut world, &batch(&[record()])), ["Success"]);
    assert_eq!(statuses(&mut world, &batch(&[record()])), ["DuplicateRecord"]);
    assert_eq!(world.billed(), ["5"]);
}

#[test]
fn two_regions_or_both_identity_forms_bill_twice_as_they_do_on_aws() {
    let mut world = World::new();
    let licensed =
        with(&coded(), json!({ "LicenseArn": "arn:aws:license-manager::3:license:l-4" }));
    statuses(&mut world, &batch(&[licensed]));
    statuses(&mut world, &coded_batch(&[coded()]));
    world.caller.region = "us-east-1".into();
    statuses(&mut world, &coded_batch(&[coded()]));
    assert_eq!(world.billed(), ["5", "5", "5"]);
}

#[test]
fn a_deprovisioned_license_has_one_more_hour() {
    let mut world = World::new();
    let last = with(&record(), json!({ "Timestamp": at("11:00:00") }));
    world.now = time("2026-11-21T12:00:00Z");
    assert_eq!(statuses(&mut world, &batch(std::slice::from_ref(&last))), ["Success"]);
    let after = with(&record(), json!({ "Timestamp": at("11:00:01") }));
    assert_eq!(
        world.refusal(Operation::BatchMeterUsage, &batch(&[after])),
        "InvalidLicenseException"
    );
    world.now = time("2026-11-21T12:00:01Z");
    assert_eq!(statuses(&mut world, &batch(&[last])), ["CustomerNotSubscribed"]);
}

#[test]
fn twenty_five_records_are_the_limit_and_none_is_fine() {
    let mut world = World::new();
    assert_eq!(statuses(&mut world, &batch(&[])), Vec::<Value>::new());
    assert_eq!(statuses(&mut world, &batch(&vec![record(); 25])), vec!["Success"; 25]);
    assert_eq!(refused(&batch(&vec![record(); 26])), "ValidationException");
    assert_eq!(refused(&json!({})), "ValidationException");
}

#[test]
fn permission_and_region_come_first() {
    let mut world = World::new();
    for region in ["us-gov-west-1", "cn-north-1"] {
        world.caller.region = region.into();
        assert_eq!(world.refusal(Operation::BatchMeterUsage, &json!({})), "DisabledApiException");
    }
    world.caller.region = "cn-northwest-1".into();
    assert_eq!(statuses(&mut world, &batch(&[record()])), ["Success"]);
    world.caller.account = "101".into();
    assert_eq!(
        world.refusal(Operation::BatchMeterUsage, &batch(&[record()])),
        "InvalidLicenseException"
    );
    let coded = coded_batch(&[coded()]);
    assert_eq!(world.refusal(Operation::BatchMeterUsage, &coded), "InvalidProductCodeException");
    world.caller.denied_operations = [Operation::BatchMeterUsage].into();
    assert_eq!(world.refusal(Operation::BatchMeterUsage, &coded), "AccessDeniedException");
}

#[test]
fn unprocessed_records_are_left_out_and_come_back() {
    let mut world = World::new();
    let other = with(&record(), json!({ "Dimension": "gigabytes" }));
    let body = batch(&[record(), other.clone()]);
    let request =
        Request::read(Operation::BatchMeterUsage, body.to_string().as_bytes()).expect("read");
    let call = Call { unprocessed: [1].into(), ..Call::new(&world.caller, world.now) };
    let Ok(Answer::BatchMeterUsage(result)) = world.service.answer(&call, &request) else {
        panic!("answered");
    };
    assert_eq!(serde_json::to_value(&result.unprocessed_records).expect("JSON"), json!([other]));
    assert_eq!(result.results.len(), 1);
    assert_eq!(world.billed(), ["5"]);
}

proptest! {
    /// However often, in whatever pieces and order records are sent: each hour is billed once,
    /// by the first quantity that came.
    #[test]
    fn resends_never_bill_twice(sent in prop::collection::vec((0_i64..5, 0_i64..3), 1..60), pieces in 1_usize..25) {
        let mut world = World::new();
        let mut first = std::collections::BTreeMap::new();
        for &(hour, quantity) in &sent {
            first.entry(hour).or_insert(quantity.to_string());
        }
        for piece in sent.chunks(pieces) {
            let records: Vec<_> = piece
                .iter()
                .map(|(hour, quantity)| with(&record(), json!({
                    "Timestamp": at("06:10:00") + hour * 3600, "Quantity": quantity,
                })))
                .collect();
            world.now = time("2026-11-21T11:00:00Z");
            let answered = statuses(&mut world, &batch(&records));
            for ((hour, quantity), status) in piece.iter().zip(answered) {
                let expected = if first[hour] == quantity.to_string() { "Success" } else { "DuplicateRecord" };
                prop_assert_eq!(status, expected);
            }
        }
        prop_assert_eq!(world.billed(), first.into_values().collect::<Vec<_>>());
    }
}
