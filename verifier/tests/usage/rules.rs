//! The editions, against each other.

use meterproof::usage::{Edition, Rules, validate};

use super::generate::{ARN, at, now};

/// Codes of the errors alone.
fn errors(json: &str, rules: &Rules) -> Vec<&'static str> {
    let report = validate(json.as_bytes(), rules, now());
    report.errors().map(|violation| violation.code.code()).collect()
}

fn legacy(record: &str) -> String {
    format!(r#"{{"ProductCode":"p1","UsageRecords":[{{"Dimension":"users",{record}}}]}}"#)
}

#[test]
fn a_record_of_2019_passes_all_editions() {
    let json = legacy(
        r#""CustomerIdentifier":"c1","Timestamp":"2026-11-21T09:20:00Z","Quantity":1000000"#,
    );
    for rules in [Rules::EDITION_2019, Rules::EDITION_2024, Rules::CURRENT] {
        assert_eq!(errors(&json, &rules), [""; 0]);
    }
}

#[test]
fn age_differs_by_edition() {
    let aged = |time: &str| {
        let json =
            legacy(&format!(r#""CustomerIdentifier":"c1","Timestamp":"{time}","Quantity":1"#));
        [Rules::EDITION_2019, Rules::EDITION_2024, Rules::CURRENT]
            .map(|rules| errors(&json, &rules).len())
    };
    assert_eq!(aged("2026-11-21T09:20:00Z"), [0, 0, 0]);
    assert_eq!(aged("2026-11-21T09:19:59.999Z"), [1, 0, 0]);
    assert_eq!(aged("2026-11-21T04:20:00Z"), [1, 0, 0]);
    assert_eq!(aged("2026-11-21T04:19:59.999Z"), [1, 1, 0]);
    assert_eq!(aged("2026-11-20T10:20:00.001Z"), [1, 1, 0]);
    assert_eq!(aged("2026-11-20T10:20:00Z"), [1, 1, 1]);
}

/// No page is cited by a title or a year that it does not have.
#[test]
fn each_source_is_a_page_that_exists() {
    let sources = |rules: &Rules, members: &str| -> Vec<_> {
        let report = validate(legacy(members).as_bytes(), rules, now());
        report.errors().map(|violation| violation.source).collect()
    };
    let old = r#""CustomerIdentifier":"c1","Timestamp":"2026-11-20T09:00:00Z","Quantity":1"#;
    assert_eq!(sources(&Rules::EDITION_2024, old), ["AWS's pages of 2024"]);
    assert_eq!(
        sources(&Rules::EDITION_2019, old),
        ["API reference 2019-06-13, UsageRecord.Timestamp"]
    );
    let both = r#""CustomerIdentifier":"c1","CustomerAWSAccountId":"444455556666",
        "Timestamp":"2026-11-21T09:20:00Z","Quantity":1"#;
    assert_eq!(sources(&Rules::CURRENT, both), ["service model 2016-01-14, BatchMeterUsage"]);
}

#[test]
fn members_come_with_their_edition() {
    let time = r#""Timestamp":"2026-11-21T09:30:00Z""#;
    let license = format!(
        r#"{{"UsageRecords":[{{"Dimension":"users",{time},"LicenseArn":"{ARN}","CustomerAWSAccountId":"444455556666","Quantity":1}}]}}"#
    );
    assert_eq!(errors(&license, &Rules::CURRENT), [""; 0]);
    assert_eq!(errors(&license, &Rules::EDITION_2024), ["missing_product_code", "not_in_edition"]);
    assert_eq!(
        errors(&license, &Rules::EDITION_2019),
        ["missing_member", "missing_identity", "not_in_edition", "not_in_edition"]
    );
    let account = legacy(&format!(r#"{time},"CustomerAWSAccountId":"444455556666","Quantity":1"#));
    assert_eq!(errors(&account, &Rules::EDITION_2024), [""; 0]);
    assert_eq!(errors(&account, &Rules::EDITION_2019), ["missing_identity", "not_in_edition"]);
    let allocated = legacy(&format!(
        r#"{time},"CustomerIdentifier":"c1","Quantity":1,"UsageAllocations":[{{"AllocatedUsageQuantity":1}}]"#
    ));
    assert_eq!(errors(&allocated, &Rules::EDITION_2024), [""; 0]);
    assert_eq!(errors(&allocated, &Rules::EDITION_2019), ["not_in_edition"]);
    let decimal = legacy(&format!(r#"{time},"CustomerIdentifier":"c1","QuantityAsDecimal":"1.5""#));
    assert_eq!(errors(&decimal, &Rules::CURRENT), [""; 0]);
    assert_eq!(errors(&decimal, &Rules::EDITION_2024), ["not_in_edition"]);
    let large = legacy(&format!(r#"{time},"CustomerIdentifier":"c1","Quantity":1000001"#));
    assert_eq!(errors(&large, &Rules::EDITION_2024), [""; 0]);
    assert_eq!(errors(&large, &Rules::EDITION_2019), ["quantity_too_large"]);
}

#[test]
fn named_dimensions_are_the_only_ones() {
    let json =
        legacy(r#""CustomerIdentifier":"c1","Timestamp":"2026-11-21T09:20:00Z","Quantity":1"#);
    let rules = Rules::CURRENT.with_dimensions(&["users", "requests"]).unwrap();
    assert_eq!(errors(&json, &rules), [""; 0]);
    let rules = Rules::CURRENT.with_dimensions(&["requests"]).unwrap();
    assert_eq!(errors(&json, &rules), ["unknown_dimension"]);
}

#[test]
fn only_2019_counts_dimensions() {
    let nine = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
    assert!(Rules::EDITION_2019.with_dimensions(&nine[..8]).is_ok());
    let error = Rules::EDITION_2019.with_dimensions(&nine).unwrap_err();
    assert_eq!(error.code(), "too_many_dimensions");
    assert_eq!(
        error.to_string(),
        "9 dimensions; under the edition of 2019 a product has at most 8"
    );
    assert!(Rules::CURRENT.with_dimensions(&nine).is_ok());
    assert_eq!(Rules::CURRENT.with_dimensions(&[""]).unwrap_err().code(), "invalid_dimension");
    assert_eq!(Rules::CURRENT.with_dimensions(&[] as &[&str]).unwrap_err().code(), "no_dimensions");
}

#[test]
fn the_month_ends_under_the_current_rules_alone() {
    let json =
        legacy(r#""CustomerIdentifier":"c1","Timestamp":"2026-10-31T23:59:59Z","Quantity":1"#);
    let codes = |rules: &Rules, now: &str| {
        let report = validate(json.as_bytes(), rules, at(now));
        report.errors().map(|violation| violation.code.code()).collect::<Vec<_>>()
    };
    assert_eq!(codes(&Rules::CURRENT, "2026-11-01T05:59:59.999Z"), [""; 0]);
    assert_eq!(codes(&Rules::CURRENT, "2026-11-01T06:00:00Z"), ["timestamp_month_closed"]);
    assert_eq!(codes(&Rules::EDITION_2024, "2026-11-01T05:59:59Z"), [""; 0]);
    // Older than 24 hours: the age is what is told.
    assert_eq!(codes(&Rules::CURRENT, "2026-11-02T06:00:00Z"), ["timestamp_too_old"]);
}

#[test]
fn editions_have_names() {
    let names: Vec<_> = Edition::ALL.iter().map(|edition| edition.code()).collect();
    assert_eq!(names, ["2019", "2024", "current"]);
}
