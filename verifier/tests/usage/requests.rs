//! Whole requests: records against each other and against what is around them.

use meterproof::usage::{DocumentKind, ProductCode, Report, Rules, Violation, read, validate};

use super::generate::{now, with};

const LEGACY: &str =
    r#"{"Timestamp":1795251600,"CustomerIdentifier":"c1","Dimension":"users","Quantity":17}"#;

fn check(json: &str) -> Report {
    validate(json.as_bytes(), &Rules::CURRENT, now())
}

#[test]
fn a_request_is_checked_as_a_whole() {
    let of = |json: &str| {
        let report = check(json);
        assert_eq!(report.kind, Some(DocumentKind::BatchMeterUsage));
        report
            .violations
            .iter()
            .map(|v| (format!("{} {}", v.code, v.pointer), v.record))
            .collect::<Vec<_>>()
    };
    let license = with("Quantity", "17");
    let whole = |text: &str| (text.to_string(), None);
    assert_eq!(of(&format!(r#"{{"UsageRecords":[{license}]}}"#)), []);
    assert_eq!(of(&format!(r#"{{"ProductCode":"","UsageRecords":[{license}]}}"#)), []);
    assert_eq!(of(&format!(r#"{{"ProductCode":"p","UsageRecords":[{LEGACY}]}}"#)), []);
    assert_eq!(
        of(&format!(r#"{{"ProductCode":"p","UsageRecords":[{license}]}}"#)),
        [whole("product_code_with_license /ProductCode")]
    );
    assert_eq!(of(&format!(r#"{{"UsageRecords":[{LEGACY}]}}"#)), [whole("missing_product_code ")]);
    assert_eq!(
        of(&format!(r#"{{"ProductCode":"p","UsageRecords":[{LEGACY},{license}]}}"#)),
        [
            whole("product_code_with_license /ProductCode"),
            whole("mixed_identity_forms /UsageRecords/1"),
        ]
    );
    assert_eq!(
        of(&format!(r#"{{"ProductCode":"a b","UsageRecords":[{LEGACY}]}}"#)),
        [whole("invalid_product_code /ProductCode")]
    );
    assert_eq!(of(r#"{"UsageRecords":[]}"#), [whole("no_records /UsageRecords")]);
    assert_eq!(of(r#"{"UsageRecords":{}}"#), [whole("wrong_type /UsageRecords")]);
    assert_eq!(
        of(r#"{"usageRecords":[]}"#),
        [whole("missing_member "), whole("unknown_member /usageRecords")]
    );
    assert_eq!(
        of(r#"{"UsageRecords":[7]}"#),
        [("wrong_type /UsageRecords/0".to_string(), Some(0))]
    );
    let records: Vec<_> = (0..26).map(|n| LEGACY.replace("c1", &format!("c{n}"))).collect();
    assert_eq!(
        of(&format!(r#"{{"ProductCode":"p","UsageRecords":[{}]}}"#, records.join(","))),
        [whole("too_many_records /UsageRecords")]
    );
    assert_eq!(
        of(&format!(r#"{{"ProductCode":"p","UsageRecords":[{}]}}"#, records[..25].join(","))),
        []
    );
}

#[test]
fn size_is_measured_as_given() {
    let codes = |bytes: usize| {
        let json = format!(r#"{{"ProductCode":"p","UsageRecords":[{LEGACY}]}}"#);
        let json = json.clone() + &" ".repeat(bytes - json.len());
        let report = check(&json);
        report.violations.iter().map(|v| v.code.code()).collect::<Vec<_>>()
    };
    assert_eq!(codes(999_999), [""; 0]);
    assert_eq!(codes(1_000_000), ["request_maybe_too_large"]);
    assert_eq!(codes(1_048_575), ["request_maybe_too_large"]);
    assert_eq!(codes(1_048_576), ["request_too_large"]);
}

#[test]
fn neighbours_are_compared() {
    let of = |first: &str, second: &str| {
        let json = format!("[{first},{second}]");
        let reading = read(json.as_bytes(), &Rules::CURRENT, now(), None);
        let kept: Vec<_> = reading.records.iter().map(|(index, _)| *index).collect();
        let codes: Vec<_> = reading
            .report
            .violations
            .iter()
            .map(|v| format!("{} {} {:?} {:?}", v.code, v.pointer, v.record, v.first_record))
            .collect();
        (codes.join("; "), kept)
    };
    let first = with("Quantity", "17");
    let same_hour = with("Timestamp", "\"2026-11-21T09:59:59Z\"");
    assert_eq!(
        of(&first, &same_hour),
        ("repeated_record /1 Some(1) Some(0)".to_string(), vec![0, 1])
    );
    assert_eq!(
        of(&first, &with("Quantity", "18")),
        ("conflicting_records /1 Some(1) Some(0)".to_string(), vec![0, 1])
    );
    let allocated = with("UsageAllocations", r#"[{"AllocatedUsageQuantity":17}]"#);
    assert_eq!(
        of(&first, &allocated),
        ("differing_allocations /1 Some(1) Some(0)".to_string(), vec![0, 1])
    );
    assert_eq!(of(&first, &with("Timestamp", "1795248000")), (String::new(), vec![0, 1]));
    assert_eq!(
        of(&with("Quantity", "-1"), &first),
        ("quantity_negative /0/Quantity Some(0) None".to_string(), vec![1])
    );
}

#[test]
fn of_two_records_the_later_names_the_earlier() {
    let of = |json: &str| {
        let report = check(json);
        let found = |v: &Violation| (v.code.code(), v.pointer.clone(), v.record, v.first_record);
        report.violations.iter().map(found).collect::<Vec<_>>()
    };
    let at = |pointer: &str| pointer.to_string();
    let (other, record) = (with("Dimension", "\"other\""), with("Quantity", "17"));
    let more = with("Quantity", "18");
    assert_eq!(
        of(&format!("[{other},{record},{more},{record},{other}]")),
        [
            ("conflicting_records", at("/2"), Some(2), Some(1)),
            ("repeated_record", at("/3"), Some(3), Some(1)),
            ("repeated_record", at("/4"), Some(4), Some(0)),
        ]
    );
    let nobody = LEGACY.replace(r#""CustomerIdentifier":"c1","#, "");
    let account =
        LEGACY.replace("CustomerIdentifier\":\"c1", "CustomerAWSAccountId\":\"444455556666");
    assert_eq!(
        of(&format!(
            r#"{{"ProductCode":"p","UsageRecords":[{nobody},{LEGACY},{account},{account}]}}"#
        )),
        [
            ("missing_identity", at("/UsageRecords/0"), Some(0), None),
            ("mixed_identity_forms", at("/UsageRecords/2"), None, Some(1)),
            ("repeated_record", at("/UsageRecords/3"), Some(3), Some(2)),
        ]
    );
}

#[test]
fn a_full_list_of_repeated_records_names_one_and_the_same() {
    let json = format!("[{}]", vec![LEGACY; Report::MAX_VIOLATIONS + 3].join(","));
    let product = ProductCode::parse("p").unwrap();
    let report = read(json.as_bytes(), &Rules::CURRENT, now(), Some(&product)).report;
    assert_eq!((report.violations.len(), report.unlisted_warnings), (Report::MAX_VIOLATIONS, 2));
    assert!(report.violations.iter().all(|violation| violation.first_record == Some(0)));
}

#[test]
fn an_error_of_the_request_leaves_no_record() {
    let license = with("Quantity", "17");
    let json = format!(r#"{{"ProductCode":"p","UsageRecords":[{license}]}}"#);
    assert_eq!(read(json.as_bytes(), &Rules::CURRENT, now(), None).records, []);
}

#[test]
fn a_default_product_is_for_bare_records_alone() {
    let product = ProductCode::parse("saaslegacy000000000000001").unwrap();
    let codes = |json: &str, product| {
        let reading = read(json.as_bytes(), &Rules::CURRENT, now(), product);
        let codes: Vec<_> = reading.report.violations.iter().map(|v| v.code.code()).collect();
        (codes, reading.records.len())
    };
    assert_eq!(codes(LEGACY, Some(&product)), (vec![], 1));
    assert_eq!(codes(LEGACY, None), (vec!["missing_product_code"], 0));
    assert_eq!(codes(&format!("[{LEGACY}]"), Some(&product)), (vec![], 1));
    let license = with("Quantity", "17");
    let reading = read(license.as_bytes(), &Rules::CURRENT, now(), Some(&product));
    assert_eq!(reading.records[0].1.identity().product_code(), None);
    let body = format!(r#"{{"UsageRecords":[{LEGACY}]}}"#);
    assert_eq!(codes(&body, Some(&product)), (vec!["missing_product_code"], 0));
}

#[test]
fn meter_usage_has_rules_of_its_own() {
    let of = |json: &str| {
        let report = check(json);
        assert_eq!(report.kind, Some(DocumentKind::MeterUsage));
        report.violations.iter().map(|v| format!("{} {}", v.code, v.pointer)).collect::<Vec<_>>()
    };
    let right = r#"{"ProductCode":"p","Timestamp":"2026-11-21T04:20:00Z","UsageDimension":"pods","UsageQuantity":1}"#;
    assert_eq!(of(right), [""; 0]);
    assert_eq!(of(&right.replace("04:20:00", "04:19:59")), ["timestamp_too_old /Timestamp"]);
    assert_eq!(
        of(r#"{"UsageQuantity":1,"UsageQuantityAsDecimal":"1","DryRun":"no","ClientToken":""}"#),
        [
            "missing_member ",
            "missing_member ",
            "missing_member ",
            "two_quantities /UsageQuantityAsDecimal",
            "wrong_type /DryRun",
            "invalid_client_token /ClientToken",
        ]
    );
}
