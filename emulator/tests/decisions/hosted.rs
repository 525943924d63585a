//! What runs in the buyer's account: `MeterUsage` and `RegisterUsage`.

use meterproof_emulator::service::{Answer, Grant, Platform, Settings};
use meterproof_emulator::wire::Operation;
use serde_json::{Value, json};

use super::support::{World, at, time, with};

fn usage() -> Value {
    json!({
        "ProductCode": "container",
        "Timestamp": at("09:30:00"),
        "UsageDimension": "pods",
        "UsageQuantity": 5,
    })
}

fn meter(world: &mut World, body: &Value) -> String {
    match world.call(Operation::MeterUsage, body).expect("metered") {
        Answer::MeterUsage(result) => result.metering_record_id,
        _ => panic!("another operation's answer"),
    }
}

fn register(world: &mut World, body: &Value) -> Grant {
    match world.call(Operation::RegisterUsage, body).expect("entitled") {
        Answer::RegisterUsage(grant) => grant,
        _ => panic!("another operation's answer"),
    }
}

fn not_metered(world: &mut World, body: &Value) -> &'static str {
    world.refusal(Operation::MeterUsage, body)
}

#[test]
fn an_hour_is_metered_once_for_each_instance() {
    let mut world = World::new();
    let id = meter(&mut world, &usage());
    let same_hour = with(
        &usage(),
        json!({
            "Timestamp": at("09:59:59"), "UsageQuantity": null, "UsageQuantityAsDecimal": "5.0"
        }),
    );
    assert_eq!(meter(&mut world, &same_hour), id);
    let other = with(&usage(), json!({ "UsageQuantity": 6 }));
    assert_eq!(not_metered(&mut world, &other), "DuplicateRequestException");
    world.caller.instance = "task-2".into();
    assert_ne!(meter(&mut world, &other), id);
    assert_eq!(world.billed(), ["5", "6"]);
}

#[test]
fn a_client_token_belongs_to_one_request() {
    let mut world = World::new();
    let request = with(&usage(), json!({ "ClientToken": "token" }));
    let id = meter(&mut world, &request);
    assert_eq!(meter(&mut world, &request), id);
    let by_value =
        with(&request, json!({ "UsageQuantity": null, "UsageQuantityAsDecimal": "5.00" }));
    assert_eq!(meter(&mut world, &by_value), id);
    for changes in [
        json!({ "UsageQuantity": 6 }),
        json!({ "Timestamp": at("08:30:00") }),
        json!({ "ProductCode": "image", "UsageDimension": "hours" }),
        json!({ "UsageAllocations": [{ "AllocatedUsageQuantity": 5 }] }),
    ] {
        let changed = with(&request, changes);
        assert_eq!(not_metered(&mut world, &changed), "IdempotencyConflictException");
    }
    for bad in ["".to_owned(), "t".repeat(65)] {
        let request = with(&usage(), json!({ "ClientToken": bad }));
        assert_eq!(not_metered(&mut world, &request), "ValidationException");
    }
    // A token another account used is free.
    world.caller.buyer_account = "5".into();
    let changed = with(&request, json!({ "UsageQuantity": 6 }));
    assert_eq!(not_metered(&mut world, &changed), "CustomerNotEntitledException");
}

#[test]
fn each_rule_of_meter_usage_has_its_error() {
    for (changes, error) in [
        (json!({ "ProductCode": null }), "ValidationException"),
        (json!({ "Timestamp": null }), "ValidationException"),
        (json!({ "UsageDimension": null }), "ValidationException"),
        (json!({ "UsageQuantity": -1 }), "ValidationException"),
        (json!({ "UsageQuantityAsDecimal": "5" }), "ValidationException"),
        (json!({ "ProductCode": "" }), "InvalidProductCodeException"),
        (json!({ "ProductCode": "licensed" }), "InvalidProductCodeException"),
        (json!({ "UsageDimension": "nodes" }), "InvalidUsageDimensionException"),
        (json!({ "Timestamp": at("03:59:59") }), "TimestampOutOfBoundsException"),
        (json!({ "Timestamp": at("05:00:00") }), "TimestampOutOfBoundsException"),
        (json!({ "Timestamp": at("10:05:01") }), "TimestampOutOfBoundsException"),
        (
            json!({ "UsageAllocations": [{ "AllocatedUsageQuantity": 4 }] }),
            "InvalidUsageAllocationsException",
        ),
        (
            json!({ "UsageAllocations": [{ "AllocatedUsageQuantity": 5, "Tags": [] }] }),
            "InvalidTagException",
        ),
        (json!({ "DryRun": true }), "DryRunOperation"),
        (json!({ "DryRun": true, "ProductCode": "nothing" }), "DryRunOperation"),
        (json!({ "DryRun": true, "ProductCode": null }), "ValidationException"),
    ] {
        let body = with(&usage(), changes.clone());
        assert_eq!(not_metered(&mut World::new(), &body), error, "{changes}");
    }
    let mut world = World::new();
    world.caller.region = "us-east-1".into();
    assert_eq!(not_metered(&mut world, &usage()), "InvalidEndpointRegionException");

    let mut world = World::new();
    world.caller.denied_operations = [Operation::MeterUsage].into();
    assert_eq!(not_metered(&mut world, &usage()), "AccessDeniedException");
    let dry = with(&usage(), json!({ "DryRun": true }));
    assert_eq!(not_metered(&mut world, &dry), "UnauthorizedException");

    let mut world = World::new();
    for account in ["5", "99"] {
        world.caller.buyer_account = account.into();
        assert_eq!(not_metered(&mut world, &usage()), "CustomerNotEntitledException");
    }
}

#[test]
fn agent_core_meters_each_token_and_needs_one() {
    let mut world = World::new();
    world.caller.platform = Platform::AgentCore;
    assert_eq!(not_metered(&mut world, &usage()), "ValidationException");
    for (token, quantity) in [("a", 5), ("b", 6), ("a", 5)] {
        let body = with(&usage(), json!({ "ClientToken": token, "UsageQuantity": quantity }));
        meter(&mut world, &body);
    }
    assert_eq!(world.billed(), ["5", "6"]);
}

#[test]
fn a_grant_says_what_is_to_be_signed() {
    let mut world = World::new();
    let body = json!({ "ProductCode": "container", "PublicKeyVersion": 2, "Nonce": "n" });
    let grant = Grant {
        product_code: "container".into(),
        public_key_version: 2,
        nonce: Some("n".into()),
        issued_at: world.now,
        public_key_rotation_timestamp: None,
    };
    assert_eq!(register(&mut world, &body), grant);
    let without = with(&body, json!({ "Nonce": "", "PublicKeyVersion": 1 }));
    assert_eq!(
        register(&mut world, &without),
        Grant {
            public_key_version: 1,
            nonce: None,
            public_key_rotation_timestamp: Some(time("2026-11-21T09:00:00Z")),
            ..grant
        }
    );
}

#[test]
fn each_rule_of_register_usage_has_its_error() {
    let body = json!({ "ProductCode": "container", "PublicKeyVersion": 1 });
    let refused = |world: &mut World, changes: Value| {
        world.refusal(Operation::RegisterUsage, &with(&body, changes))
    };
    for (changes, error) in [
        (json!({ "ProductCode": null }), "ValidationException"),
        (json!({ "PublicKeyVersion": null }), "ValidationException"),
        (json!({ "PublicKeyVersion": 0 }), "ValidationException"),
        (json!({ "Nonce": "n".repeat(256) }), "ValidationException"),
        (json!({ "PublicKeyVersion": 3 }), "InvalidPublicKeyVersionException"),
        (json!({ "ProductCode": "image" }), "InvalidProductCodeException"),
        (json!({ "ProductCode": "licensed" }), "InvalidProductCodeException"),
    ] {
        assert_eq!(refused(&mut World::new(), changes.clone()), error, "{changes}");
    }
    let mut world = World::new();
    world.caller.home_region = "us-east-1".into();
    assert_eq!(refused(&mut world, json!({})), "InvalidRegionException");
    let mut world = World::new();
    for platform in [Platform::Ec2, Platform::Other, Platform::AgentCore] {
        world.caller.platform = platform;
        assert_eq!(refused(&mut world, json!({})), "PlatformNotSupportedException");
    }
    let mut world = World::new();
    world.caller.buyer_account = "5".into();
    assert_eq!(refused(&mut world, json!({})), "CustomerNotEntitledException");
    let disabled =
        Settings { disabled_apis: [Operation::RegisterUsage].into(), ..Settings::default() };
    assert_eq!(refused(&mut World::with(disabled), json!({})), "DisabledApiException");
}

#[test]
fn a_running_task_keeps_its_entitlement() {
    let mut world = World::new();
    let body = json!({ "ProductCode": "container", "PublicKeyVersion": 2 });
    register(&mut world, &body);
    let unsubscribe = serde_json::from_value(json!({ "subscribed": false })).expect("a change");
    assert_eq!(world.service.catalogue_mut().change_customer("4", &unsubscribe), 2);
    register(&mut world, &body);
    world.caller.instance = "task-2".into();
    let refused = world.refusal(Operation::RegisterUsage, &body);
    assert_eq!(refused, "CustomerNotEntitledException");
}
