//! Messages in full: they name the thing, the actual and the allowed value, and what to do.

use meterproof::usage::{Rules, validate};

use super::generate::{ARN, at, now};

fn messages(json: &str) -> Vec<String> {
    let report = validate(json.as_bytes(), &Rules::CURRENT, now());
    report.violations.into_iter().map(|violation| violation.message).collect()
}

/// The only message of a right record with some text replaced.
fn message(from: &str, to: &str) -> String {
    let right = format!(
        r#"{{"Timestamp":1795251600,"LicenseArn":"{ARN}","CustomerAWSAccountId":"444455556666","Dimension":"users","Quantity":17}}"#
    );
    assert!(right.contains(from), "{from}");
    let mut messages = messages(&right.replace(from, to));
    assert_eq!(messages.len(), 1, "{messages:?}");
    messages.remove(0)
}

#[test]
fn of_times() {
    let time = |text: &str| message("1795251600", text);
    assert_eq!(
        time("\"2026-11-20T09:20:00Z\""),
        "timestamp 2026-11-20T09:20:00Z is 25 h old; AWS refuses records 24 h old or older; this usage can no longer be metered"
    );
    assert_eq!(
        time("\"2026-11-21T12:25:00+00:00\""),
        "timestamp 2026-11-21T12:25:00Z is 2 h 5 min ahead of the clock (2026-11-21T10:20:00Z), more than 5 min; check the clock and the time zone"
    );
    assert_eq!(
        time("1795251600000"),
        "timestamp 1795251600000 is outside the years 0000 to 9999: were milliseconds given in place of seconds?"
    );
    assert_eq!(
        time("\"1795251600\""),
        "timestamp \"1795251600\" is a number in quotation marks; leave them out"
    );
    assert_eq!(
        time("\"2026-11-21T10:15:00Z\""),
        "the hour of timestamp 2026-11-21T10:15:00Z ends in 40 min; AWS takes one quantity for an hour and no more afterwards: send it when the hour is over"
    );
}

#[test]
fn of_a_closed_month() {
    let json = r#"{"ProductCode":"p","UsageRecords":[{"Timestamp":"2026-03-31T23:00:00Z",
        "CustomerIdentifier":"c1","Dimension":"users","Quantity":1}]}"#;
    let report = validate(json.as_bytes(), &Rules::CURRENT, at("2026-04-01T06:30:00Z"));
    assert_eq!(
        report.to_string(),
        "/UsageRecords/0/Timestamp: error timestamp_month_closed: timestamp 2026-03-31T23:00:00Z lies in a month that closed at 2026-04-01T06:00:00Z, 30 min ago; this usage can no longer be metered"
    );
    let violation = &report.violations[0];
    assert_eq!(violation.actual, "2026-03-31T23:00:00Z");
    assert_eq!(violation.limit, "2026-04-01T00:00:00Z or later");
    assert_eq!(violation.source, "service model 2016-01-14, UsageRecord");
}

#[test]
fn of_quantities() {
    let quantity = |member: &str| message("\"Quantity\":17", member);
    assert_eq!(
        quantity("\"Quantity\":17.0"),
        "Quantity 17.0 has a fraction; write a whole number, or use QuantityAsDecimal"
    );
    assert_eq!(
        quantity("\"Quantity\":\"17\""),
        "Quantity is the string \"17\"; write the number without quotation marks, or use QuantityAsDecimal"
    );
    assert_eq!(
        quantity("\"Quantity\":-1"),
        "quantity -1 is negative; AWS takes 0 or more, usage cannot be taken back"
    );
    assert_eq!(
        quantity("\"Quantity\":3000000000"),
        "Quantity 3000000000 is too large; AWS takes at most 2147483647, check the unit"
    );
    assert_eq!(
        quantity("\"QuantityAsDecimal\":17.42"),
        "QuantityAsDecimal is the number 17.42; write it in quotation marks, or a whole number as Quantity"
    );
    assert_eq!(
        quantity("\"Quantity\":17,\"QuantityAsDecimal\":\"17\""),
        "Quantity and QuantityAsDecimal are both given; AWS fails the whole request, keep one"
    );
    assert_eq!(
        quantity("\"Quantity\":17,\"UsageAllocations\":[{\"AllocatedUsageQuantity\":20}]"),
        "allocations add up to 20, 3 more than the quantity 17; make them equal"
    );
}

#[test]
fn of_names() {
    let right = format!(
        r#"{{"Timestamp":1795251600,"LicenseArn":"{ARN}","CustomerAWSAccountId":"444455556666","Dimension":"users","quantity":17}}"#
    );
    assert_eq!(
        messages(&right),
        [
            "neither Quantity nor QuantityAsDecimal is given, so AWS bills 0; give one, write 0 if that is meant",
            "quantity is no member of UsageRecord, so AWS ignores it and bills 0; did you mean Quantity?",
        ]
    );
    assert_eq!(
        message("\"Quantity\":17", "\"Quantity\":17,\"Comment\":1"),
        "Comment is no member of UsageRecord, so AWS ignores it; leave it out"
    );
}

#[test]
fn of_identities() {
    assert_eq!(
        message("\"CustomerAWSAccountId\":\"444455556666\",", ""),
        "LicenseArn comes without CustomerAWSAccountId; add the buyer's account as ResolveCustomer gives it"
    );
    assert_eq!(
        message("444455556666\",\"Dim", "44445555666\",\"Dim"),
        "CustomerAWSAccountId has 11 digits; an AWS account has 12, were leading zeros lost?"
    );
    assert_eq!(
        messages(
            r#"{"Timestamp":1795251600,"CustomerAWSAccountId":"444455556666","Dimension":"users","Quantity":17}"#
        ),
        [
            "CustomerAWSAccountId names the buyer but nothing names the product; add ProductCode to the request, or LicenseArn to the record for a product made from June 2026 on"
        ]
    );
}

#[test]
fn of_requests() {
    let legacy = |quantity: u32| {
        format!(
            r#"{{"Timestamp":1795251600,"CustomerIdentifier":"c1","Dimension":"users","Quantity":{quantity}}}"#
        )
    };
    assert_eq!(
        messages(&format!(
            r#"{{"ProductCode":"p","UsageRecords":[{},{}]}}"#,
            legacy(17),
            legacy(18)
        )),
        [
            "gives 18 where record 0 gives 17 (customer c1, users, hour 2026-11-21T09:00:00Z); AWS takes one record for an hour and answers DuplicateRecord: add them up into one"
        ]
    );
    let license = format!(
        r#"{{"Timestamp":1795251600,"LicenseArn":"{ARN}","CustomerAWSAccountId":"444455556666","Dimension":"users","Quantity":17}}"#
    );
    assert_eq!(
        messages(&format!(r#"{{"ProductCode":"p","UsageRecords":[{license}]}}"#)),
        [
            "ProductCode beside the LicenseArn of record 0 bills the usage twice; leave ProductCode out"
        ]
    );
}
