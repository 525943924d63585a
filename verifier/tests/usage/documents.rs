//! Each violation by itself: its code, its place, and the text it points at.

use meterproof::usage::{DocumentKind, Report, Rules, validate};

use super::generate::{now, with};

fn check(json: &str) -> Report {
    validate(json.as_bytes(), &Rules::CURRENT, now())
}

/// Code, pointer and the text at the span, of each violation.
fn found<'j>(json: &'j str, report: &Report) -> Vec<(&'static str, String, &'j str)> {
    report
        .violations
        .iter()
        .map(|v| (v.code.code(), v.pointer.clone(), &json[v.span.start..v.span.end]))
        .collect()
}

/// Asserts the only violation of a record with one member changed, at that member.
fn assert_one(member: &str, value: &str, code: &str) {
    let json = with(member, value);
    let report = check(&json);
    let pointer = format!("/{member}");
    assert_eq!(found(&json, &report), [(code, pointer, value)], "{json}");
    assert_eq!(report.violations[0].record, Some(0));
}

#[test]
fn a_right_record_has_no_violation() {
    let json = with("Quantity", "17");
    let report = check(&json);
    assert_eq!(report.violations, []);
    assert_eq!((report.kind, report.record_count), (Some(DocumentKind::UsageRecord), 1));
}

#[test]
fn values_are_refused_where_they_stand() {
    for (member, value, code) in [
        ("Quantity", "17.0", "quantity_fraction"),
        ("Quantity", "1e2", "quantity_exponent"),
        ("Quantity", "\"17\"", "quantity_is_text"),
        ("Quantity", "-1", "quantity_negative"),
        ("Quantity", "2147483648", "quantity_too_large"),
        ("Quantity", "true", "wrong_type"),
        ("Timestamp", "1795251600000", "timestamp_malformed"),
        ("Timestamp", "\"1795251600\"", "timestamp_malformed"),
        ("Timestamp", "\"2026-11-21T09:00:00\"", "timestamp_malformed"),
        ("Timestamp", "\"yesterday\"", "timestamp_malformed"),
        ("Timestamp", "[]", "wrong_type"),
        ("Timestamp", "1795170000", "timestamp_too_old"),
        ("Timestamp", "1795257000", "timestamp_in_future"),
        ("Timestamp", "\"2026-11-21T10:00:00Z\"", "hour_still_open"),
        ("Dimension", "\"\"", "invalid_dimension"),
        ("Dimension", "1", "wrong_type"),
        ("LicenseArn", "\"l-1\"", "invalid_license_arn"),
        ("LicenseArn", "\"arn:aws:s3:::bucket\"", "unusual_license_arn"),
        ("CustomerAWSAccountId", "\"4444-5555\"", "invalid_account_id"),
        ("CustomerAWSAccountId", "444455556666", "wrong_type"),
        ("CustomerAWSAccountId", "\"44445555666\"", "unusual_account_id"),
        ("CustomerIdentifier", "\"c1\"", "conflicting_identity"),
        ("QuantityAsDecimal", "\"17\"", "two_quantities"),
        ("UsageAllocations", "[]", "no_allocations"),
        ("UsageAllocations", "{}", "wrong_type"),
    ] {
        assert_one(member, value, code);
    }
}

#[test]
fn absent_members_are_told_at_their_record() {
    for (member, code) in [
        ("Timestamp", "missing_member"),
        ("Dimension", "missing_member"),
        ("Quantity", "no_quantity"),
        ("CustomerAWSAccountId", "license_without_account"),
        ("LicenseArn", "missing_product_code"),
    ] {
        for value in ["", "null"] {
            let json = with(member, value);
            let report = check(&json);
            assert_eq!(found(&json, &report), [(code, String::new(), json.as_str())]);
        }
    }
}

#[test]
fn decimals_are_refused_where_they_stand() {
    for (value, code) in [
        ("17.42", "decimal_is_number"),
        ("\"017\"", "quantity_leading_zero"),
        ("\"-1\"", "quantity_negative"),
        ("\"1e2\"", "quantity_exponent"),
        ("\"0.1234567\"", "quantity_too_many_places"),
        ("\"10000000000\"", "quantity_too_large"),
        ("\"\"", "quantity_malformed"),
        ("{}", "wrong_type"),
    ] {
        let json = with("Quantity", "")
            .replace("\"Dimension\"", &format!("\"QuantityAsDecimal\":{value},\"Dimension\""));
        let report = check(&json);
        assert_eq!(
            found(&json, &report),
            [(code, "/QuantityAsDecimal".to_string(), value)],
            "{json}"
        );
    }
}

#[test]
fn misspelt_names_are_warned_of() {
    let json = with("Quantity", "").replace("\"Dimension\"", "\"quantity\":17,\"Dimension\"");
    let report = check(&json);
    assert_eq!(
        found(&json, &report),
        [
            ("no_quantity", String::new(), json.as_str()),
            ("unknown_member", "/quantity".to_string(), "\"quantity\""),
        ]
    );
    assert!(report.is_accepted());
}

#[test]
fn allocations_are_checked_one_by_one_and_together() {
    let of = |allocations: &str| {
        let json = with("UsageAllocations", allocations);
        let report = check(&json);
        found(&json, &report)
            .into_iter()
            .map(|(code, pointer, _)| format!("{code} {pointer}"))
            .collect::<Vec<_>>()
    };
    let tag = |key: &str, value: &str| format!(r#"{{"Key":{key:?},"Value":{value:?}}}"#);
    let one = |quantity: u32, tags: &str| {
        format!(r#"{{"AllocatedUsageQuantity":{quantity},"Tags":[{tags}]}}"#)
    };
    let (a, b) = (tag("a", "1"), tag("b", "2"));
    assert_eq!(of(&format!("[{},{}]", one(10, &a), one(7, &b))), [""; 0]);
    assert_eq!(of(&format!("[{},{}]", one(10, &a), r#"{"AllocatedUsageQuantity":7}"#)), [""; 0]);
    assert_eq!(
        of(&format!("[{},{}]", one(10, &a), one(8, &b))),
        ["allocation_sum /UsageAllocations"]
    );
    // One set in another order is the same set.
    assert_eq!(
        of(&format!("[{},{}]", one(10, &format!("{a},{b}")), one(7, &format!("{b},{a}")))),
        ["repeated_tag_set /UsageAllocations/1"]
    );
    assert_eq!(
        of(r#"[{"AllocatedUsageQuantityAsDecimal":"17"}]"#),
        ["allocation_kind /UsageAllocations/0/AllocatedUsageQuantityAsDecimal"]
    );
    assert_eq!(
        of(r#"[{"Tags":[{"Key":"a","Value":"1"}]},7]"#),
        ["allocation_without_quantity /UsageAllocations/0", "wrong_type /UsageAllocations/1",]
    );
    assert_eq!(of(&format!("[{}]", one(17, ""))), ["no_tags /UsageAllocations/0/Tags"]);
    let six: Vec<_> = (0..6).map(|n| tag(&format!("k{n}"), "v")).collect();
    assert_eq!(
        of(&format!("[{}]", one(17, &six.join(",")))),
        ["too_many_tags /UsageAllocations/0/Tags"]
    );
    let many: Vec<_> =
        (0..2501).map(|n| one(u32::from(n < 17), &tag("k", &format!("{n}")))).collect();
    assert_eq!(of(&format!("[{}]", many.join(","))), ["too_many_allocations /UsageAllocations"]);
    assert_eq!(of(&format!("[{}]", many[..2500].join(","))), [""; 0]);
}

#[test]
fn allocations_are_of_their_records_kind() {
    let json = with("UsageAllocations", r#"[{"AllocatedUsageQuantity":17}]"#)
        .replace("\"Quantity\":17", "\"QuantityAsDecimal\":\"17\"");
    let report = check(&json);
    let pointer = "/UsageAllocations/0/AllocatedUsageQuantity".to_string();
    assert_eq!(found(&json, &report), [("allocation_kind", pointer, "17")]);
    assert_eq!(
        report.violations[0].message,
        "AllocatedUsageQuantity beside a record's quantity that is a decimal; use AllocatedUsageQuantityAsDecimal"
    );
}

#[test]
fn a_timestamp_may_be_ahead_by_five_minutes() {
    let codes = |timestamp: &str| {
        let report = check(&with("Timestamp", timestamp));
        report.violations.iter().map(|violation| violation.code.code()).collect::<Vec<_>>()
    };
    assert_eq!(codes("\"2026-11-21T10:25:00Z\""), ["hour_still_open"]);
    assert_eq!(codes("\"2026-11-21T10:25:00.001Z\""), ["timestamp_in_future"]);
    // The last hour has ended, to the millisecond; this one has not.
    assert_eq!(codes("\"2026-11-21T09:59:59.999Z\""), [""; 0]);
}

#[test]
fn tags_are_checked_by_their_alphabet() {
    let of = |tags: &str| {
        let allocation = format!(r#"[{{"AllocatedUsageQuantity":17,"Tags":[{tags}]}}]"#);
        let json = with("UsageAllocations", &allocation);
        let report = check(&json);
        report
            .violations
            .iter()
            .map(|v| format!("{} {}", v.code, v.pointer.replace("/UsageAllocations/0/Tags", "")))
            .collect::<Vec<_>>()
    };
    assert_eq!(of(r#"{"Key":"a b+-=._:/@","Value":"Z9"}"#), [""; 0]);
    assert_eq!(
        of(r#"{"Key":"a&b","Value":"x;y"}"#),
        ["uncertain_tag_character /0/Key", "uncertain_tag_character /0/Value"]
    );
    assert_eq!(
        of(r#"{"Key":"é","Value":"x>y"}"#),
        ["invalid_tag_key /0/Key", "invalid_tag_value /0/Value"]
    );
    assert_eq!(of(r#"{"Key":"a","Value":""}"#), ["empty_tag_value /0/Value"]);
    assert_eq!(of(r#"{"Key":"a","Value":null}"#), ["empty_tag_value /0/Value"]);
    assert_eq!(of(r#"{"Key":"","Value":"v"}"#), ["invalid_tag_key /0/Key"]);
    assert_eq!(
        of(r#"{"Name":"a"}"#),
        ["missing_member /0", "missing_member /0", "unknown_member /0/Name"]
    );
    assert_eq!(of(r#"{"Key":"a","Value":"1"},{"Key":"a","Value":"2"}"#), ["repeated_tag_key /1"]);
    let long = |n: usize| "k".repeat(n);
    assert_eq!(of(&format!(r#"{{"Key":"{}","Value":"{}"}}"#, long(100), long(256))), [""; 0]);
    assert_eq!(
        of(&format!(r#"{{"Key":"{}","Value":"{}"}}"#, long(101), long(257))),
        ["invalid_tag_key /0/Key", "invalid_tag_value /0/Value"]
    );
}

#[test]
fn what_is_not_json_is_told_at_its_place() {
    for (json, code, at) in [
        ("", "json_unexpected_end", ""),
        ("{\"a\":1,\"a\":2}", "json_duplicate_name", "\""),
        ("[1,]", "json_unexpected_character", "]"),
        ("\u{feff}{}", "json_byte_order_mark", "\u{feff}"),
    ] {
        let report = check(json);
        assert_eq!(found(json, &report), [(code, String::new(), at)], "{json}");
        assert_eq!((report.kind, report.record_count), (None, 0));
    }
    let report = validate(b"\xff", &Rules::CURRENT, now());
    assert_eq!(report.violations[0].code.code(), "json_invalid_utf8");
    let report = check("17");
    assert_eq!(found("17", &report), [("wrong_type", String::new(), "17")]);
}

#[test]
fn a_flood_of_violations_is_counted_and_not_listed() {
    let json = format!("[{}7]", "7,".repeat(19_999));
    let report = check(&json);
    assert_eq!(report.violations.len(), Report::MAX_VIOLATIONS);
    assert_eq!((report.unlisted_errors, report.unlisted_warnings), (10_000, 0));
    assert_eq!(report.record_count, 20_000);
    // Warnings first, then an error beyond the list: still not accepted.
    let unknown: Vec<_> = (0..10_000).map(|n| format!("\"x{n}\":1")).collect();
    let json = with("Timestamp", "[]").replace('{', &format!("{{{},", unknown.join(",")));
    let report = check(&json);
    assert_eq!(report.errors().count(), 0);
    assert_eq!(report.unlisted_errors, 1);
    assert!(!report.is_accepted());
}
