//! The validator and the emulator read AWS's rules apart from each other: the one to say
//! beforehand what would be refused, the other to refuse it. On generated requests they must
//! come to the same verdict.

use std::collections::BTreeSet;

use meterproof::Timestamp;
use meterproof::usage::{Rules, Severity, validate};
use meterproof_emulator::Config;
use meterproof_emulator::config::{
    LEGACY_CUSTOMER_ACCOUNT, LEGACY_CUSTOMER_IDENTIFIER, LEGACY_PRODUCT_CODE, LICENSE_ARN,
    LICENSE_CUSTOMER_ACCOUNT, REGION, SELLER_ACCOUNT,
};
use meterproof_emulator::service::{Call, Caller, Platform, Service, Settings};
use meterproof_emulator::wire::{Operation, Request, UsageRecordResultStatus};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use serde_json::{Map, Value, json};

/// 2026-12-01T05:30:00Z: the previous month is still open, and half an hour later is not.
const BEFORE_MONTH_CLOSES: i64 = 1_796_103_000;
const AFTER_MONTH_CLOSES: i64 = BEFORE_MONTH_CLOSES + 1_800;
const HOUR: i64 = 3_600;

#[derive(Debug, PartialEq)]
enum Verdict {
    Refused,
    /// Taken, but a record contradicts another of the request.
    Contradictory,
    Accepted,
}

/// Findings on which AWS's pages leave both verdicts open: the validator warns.
const UNCERTAIN: [&str; 3] = ["repeated_tag_key", "empty_tag_value", "uncertain_tag_character"];

/// The verdict, the codes of the errors, and whether a finding is uncertain.
fn validator(body: &[u8], now: Timestamp) -> (Verdict, BTreeSet<&'static str>, bool) {
    let rules = Rules::CURRENT.with_dimensions(&["users", "gigabytes", "requests"]).unwrap();
    let report = validate(body, &rules, now);
    let errors: BTreeSet<_> = report
        .violations
        .iter()
        .filter(|violation| violation.severity == Severity::Error)
        .map(|violation| violation.code.code())
        .collect();
    let verdict = match errors.iter().copied().collect::<Vec<_>>()[..] {
        [] => Verdict::Accepted,
        ["conflicting_records"] => Verdict::Contradictory,
        _ => Verdict::Refused,
    };
    let uncertain =
        report.violations.iter().any(|violation| UNCERTAIN.contains(&violation.code.code()));
    (verdict, errors, uncertain)
}

fn emulator(body: &[u8], now: Timestamp) -> (Verdict, String) {
    let catalogue = Config::default().catalogue().unwrap();
    let mut service = Service::new(catalogue, Settings::default(), 0);
    let caller = Caller {
        account: SELLER_ACCOUNT.into(),
        buyer_account: SELLER_ACCOUNT.into(),
        region: REGION.into(),
        home_region: REGION.into(),
        platform: Platform::Ecs,
        instance: "task".into(),
        denied_operations: BTreeSet::new(),
    };
    let answer = Request::read(Operation::BatchMeterUsage, body).and_then(|request| {
        let Request::BatchMeterUsage(request) = request else { unreachable!() };
        service.batch_meter_usage(&Call::new(&caller, now), &request)
    });
    match answer {
        Err(error) => (Verdict::Refused, format!("{}: {}", error.name, error.message)),
        Ok(answer) => {
            let contradicted = answer
                .results
                .iter()
                .any(|result| result.status == UsageRecordResultStatus::DuplicateRecord);
            let verdict = if contradicted { Verdict::Contradictory } else { Verdict::Accepted };
            (verdict, "accepted".into())
        }
    }
}

/// Mostly the first strategy, now and then the second.
fn seldom<T: std::fmt::Debug + Clone + 'static>(
    usual: impl Strategy<Value = T> + 'static,
    odd: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = T> {
    prop_oneof![12 => usual, 1 => odd]
}

fn decimal() -> impl Strategy<Value = Value> {
    seldom(
        select(vec!["0", "1", "1.5", "2.50", "9999999999.999999", "0.000001"]),
        select(vec!["", "01", "1.", ".5", "-1", "1e3", "1.0000000", "10000000000", " 1"]),
    )
    .prop_map(Value::from)
}

fn whole() -> impl Strategy<Value = Value> {
    seldom(
        select(vec![json!(0), json!(1), json!(2), json!(2_147_483_647_i64)]),
        select(vec![json!(-1), json!(2_147_483_648_i64), json!("1"), json!(1.5), json!(true)]),
    )
}

fn tag() -> impl Strategy<Value = Value> {
    let key = seldom(select(vec!["team".to_owned(), "env".into(), "a:b/c@d".into()]), {
        select(vec![String::new(), "k".repeat(101), "ä".into(), "?".into()])
    });
    let value = seldom(select(vec!["red".to_owned(), "blue".into(), "-".into()]), {
        select(vec!["v".repeat(257), "v".repeat(256), "ü".into(), "a|b".into()])
    });
    (key, value).prop_map(|(key, value)| json!({"Key": key, "Value": value}))
}

fn allocation(is_decimal: bool) -> impl Strategy<Value = Value> {
    let tags = prop::option::weighted(
        0.8,
        seldom(prop::collection::vec(tag(), 1..=2), {
            prop_oneof![Just(Vec::new()), prop::collection::vec(tag(), 6..=6)]
        }),
    );
    let kind = seldom(Just(is_decimal), Just(!is_decimal));
    (tags, kind, seldom(Just(true), Just(false))).prop_map(|(tags, kind, has_quantity)| {
        let mut allocation = Map::new();
        if has_quantity {
            match kind {
                true => allocation.insert("AllocatedUsageQuantityAsDecimal".into(), json!("1.0")),
                false => allocation.insert("AllocatedUsageQuantity".into(), json!(1)),
            };
        }
        if let Some(tags) = tags {
            allocation.insert("Tags".into(), Value::Array(tags));
        }
        Value::Object(allocation)
    })
}

/// A quantity, and sometimes allocations that mostly add up to it.
fn quantities() -> impl Strategy<Value = Map<String, Value>> {
    let plain = prop_oneof![
        6 => whole().prop_map(|quantity| vec![("Quantity", quantity)]),
        6 => decimal().prop_map(|quantity| vec![("QuantityAsDecimal", quantity)]),
        1 => Just(vec![]),
        1 => (whole(), decimal())
            .prop_map(|(whole, decimal)| vec![("Quantity", whole), ("QuantityAsDecimal", decimal)]),
    ];
    let allocated = any::<bool>().prop_flat_map(|is_decimal| {
        let off_by = seldom(Just(0_usize), Just(1_usize));
        (prop::collection::vec(allocation(is_decimal), 0..4), off_by).prop_map(
            move |(allocations, off_by)| {
                let sum = allocations.len() + off_by;
                let quantity = match is_decimal {
                    true => ("QuantityAsDecimal", json!(format!("{sum}.00"))),
                    false => ("Quantity", json!(sum)),
                };
                vec![quantity, ("UsageAllocations", Value::Array(allocations))]
            },
        )
    });
    prop_oneof![3 => plain, 1 => allocated].prop_map(|members| {
        members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    })
}

fn timestamp(now: i64) -> impl Strategy<Value = Value> {
    let edges = vec![
        now - 24 * HOUR + 1,
        now - 24 * HOUR,
        now - 25 * HOUR,
        now - 5 * HOUR - 1_800,
        now - 6 * HOUR,
        now + 300,
        now + 301,
        0,
    ];
    seldom(
        (0..3_i64).prop_map(move |hours| json!(now - hours * HOUR)),
        prop_oneof![
            4 => select(edges).prop_map(Value::from),
            1 => select(vec![json!("soon"), json!(true), json!(null)]),
        ],
    )
}

#[derive(Clone, Copy, Debug)]
enum Form {
    License,
    Account,
    Customer,
}

fn identity(form: Form) -> Vec<(&'static str, &'static str)> {
    match form {
        Form::License => {
            vec![("LicenseArn", LICENSE_ARN), ("CustomerAWSAccountId", LICENSE_CUSTOMER_ACCOUNT)]
        }
        Form::Account => vec![("CustomerAWSAccountId", LEGACY_CUSTOMER_ACCOUNT)],
        Form::Customer => vec![("CustomerIdentifier", LEGACY_CUSTOMER_IDENTIFIER)],
    }
}

fn form() -> impl Strategy<Value = Form> + Clone {
    select(vec![Form::License, Form::Account, Form::Customer])
}

fn record(now: i64, form: Form) -> impl Strategy<Value = Value> {
    let who = seldom(
        Just(identity(form)),
        prop_oneof![
            select(vec![Form::License, Form::Account]).prop_map(|form| [
                identity(form),
                identity(Form::Customer)
            ]
            .concat()),
            Just(vec![("LicenseArn", LICENSE_ARN)]),
            Just(vec![]),
            Just(vec![("CustomerAWSAccountId", "12ab")]),
            Just(vec![("LicenseArn", "l-1"), ("CustomerAWSAccountId", LICENSE_CUSTOMER_ACCOUNT)]),
        ],
    );
    let dimension = seldom(
        select(vec![json!("users"), json!("gigabytes"), json!("requests")]),
        select(vec![json!(""), json!("unknown"), json!(7), json!(null)]),
    );
    (who, dimension, timestamp(now), quantities()).prop_map(
        |(who, dimension, timestamp, mut record)| {
            record.extend(who.into_iter().map(|(name, value)| (name.to_owned(), value.into())));
            record.insert("Dimension".into(), dimension);
            record.insert("Timestamp".into(), timestamp);
            Value::Object(record)
        },
    )
}

fn request() -> impl Strategy<Value = (i64, Value)> {
    let now = select(vec![BEFORE_MONTH_CLOSES, AFTER_MONTH_CLOSES]);
    (now, form()).prop_flat_map(|(now, form)| {
        let sizes = prop_oneof![8 => 0..4_usize, 1 => 24..27_usize];
        let records = sizes.prop_flat_map(move |size| {
            let forms = seldom(Just(form), self::form());
            let record = forms.prop_flat_map(move |form| record(now, form));
            prop::collection::vec(record, size)
        });
        let by_code = !matches!(form, Form::License);
        (seldom(Just(by_code), Just(!by_code)), records).prop_map(move |(has_code, records)| {
            let mut body = json!({"UsageRecords": records});
            if has_code {
                body["ProductCode"] = LEGACY_PRODUCT_CODE.into();
            }
            (now, body)
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn both_come_to_the_same_verdict((now, body) in request()) {
        let now = Timestamp::from_unix_seconds(now).unwrap();
        let text = serde_json::to_vec(&body).unwrap();
        let (foretold, errors, uncertain) = validator(&text, now);
        let (actual, words) = emulator(&text, now);
        // AWS's pages leave it open: either verdict is right.
        if uncertain && foretold != Verdict::Refused {
            return Ok(());
        }
        prop_assert_eq!(foretold, actual, "validator: {:?}; emulator: {}", errors, words);
    }
}

/// The generator reaches all three verdicts, or the test above would prove little.
#[test]
fn the_generator_is_not_one_sided() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut counts = [0; 3];
    for _ in 0..1_500 {
        let (now, body) = request().new_tree(&mut runner).unwrap().current();
        let now = Timestamp::from_unix_seconds(now).unwrap();
        let (verdict, _) = emulator(&serde_json::to_vec(&body).unwrap(), now);
        counts[match verdict {
            Verdict::Refused => 0,
            Verdict::Contradictory => 1,
            Verdict::Accepted => 2,
        }] += 1;
    }
    assert!(counts.iter().all(|count| *count >= 10), "{counts:?}");
}
