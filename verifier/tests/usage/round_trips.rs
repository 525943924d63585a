//! What is accepted is written and read again without a change.

use meterproof::Timestamp;
use meterproof::usage::{
    BatchMeterUsageRequest, MeterUsageRequest, Rules, Severity, plan, read, validate,
};
use proptest::collection::vec;
use proptest::prelude::*;

use super::generate::{now, records};

proptest! {
    #[test]
    fn a_record_reads_as_it_was_written(record in records()) {
        let json = serde_json::to_string(&record).unwrap();
        let product = record.identity().product_code();
        let reading = read(json.as_bytes(), &Rules::CURRENT, now(), product);
        prop_assert!(reading.report.is_accepted(), "{}", reading.report);
        prop_assert_eq!(&reading.records, &[(0, record)]);
        prop_assert_eq!(serde_json::to_string(&reading.records[0].1).unwrap(), json);
    }

    #[test]
    fn a_request_reads_as_it_was_written(records in vec(records(), 0..40)) {
        for batch in plan(records.into_iter().enumerate()).batches {
            let json = batch.to_json();
            let request = BatchMeterUsageRequest::from_json(json.as_bytes(), &Rules::CURRENT, now());
            prop_assert_eq!(request.as_ref(), Ok(batch.request()));
            prop_assert_eq!(request.unwrap().to_json(), json);
            let made = BatchMeterUsageRequest::new(batch.records().cloned().collect());
            prop_assert_eq!(made.as_ref(), Ok(batch.request()));
        }
    }

    #[test]
    fn no_bytes_panic(bytes in vec(any::<u8>(), 0..200)) {
        let _ = validate(&bytes, &Rules::CURRENT, now());
    }

    /// Documents that are nearly right: a right one with a stretch replaced.
    #[test]
    fn no_document_panics(
        record in records(),
        from in any::<prop::sample::Index>(),
        length in 0..12_usize,
        filler in "[\\[\\]{}:,\"0-9a-z.eE-]{0,12}|null|true|\\\\u0000|é",
        millis in prop_oneof![Just(now().unix_millis()), -62_167_219_200_000..=253_402_300_799_999_i64],
        wrap in any::<bool>(),
    ) {
        let mut json = serde_json::to_string(&record).unwrap();
        if wrap {
            json = format!(r#"{{"ProductCode":"p","UsageRecords":[{json},{json}]}}"#);
        }
        let mut bytes = json.into_bytes();
        let start = from.index(bytes.len());
        let end = bytes.len().min(start + length);
        bytes.splice(start..end, filler.into_bytes());
        let now = Timestamp::from_unix_millis(millis).unwrap();
        for rules in [Rules::CURRENT, Rules::EDITION_2024, Rules::EDITION_2019] {
            let reading = read(&bytes, &rules, now, None);
            for violation in &reading.report.violations {
                let span = violation.span;
                prop_assert!(span.start <= span.end && span.end <= bytes.len());
                prop_assert_eq!(violation.severity, violation.code.severity());
                prop_assert!(!violation.message.is_empty());
            }
            for (index, _) in &reading.records {
                let own = reading.report.violations.iter().filter(|violation| {
                    violation.record == Some(*index)
                        && violation.severity == Severity::Error
                        && violation.code.code() != "conflicting_records"
                });
                prop_assert_eq!(own.count(), 0);
            }
        }
    }
}

#[test]
fn meter_usage_reads_as_it_was_written() {
    let json = concat!(
        r#"{"ProductCode":"container0000000000000001","Timestamp":1795251600.25,"#,
        r#""UsageDimension":"pods","UsageQuantityAsDecimal":"2.50","DryRun":true,"#,
        r#""UsageAllocations":[{"AllocatedUsageQuantityAsDecimal":"2.5","#,
        r#""Tags":[{"Key":"team","Value":"a"}]},{"AllocatedUsageQuantityAsDecimal":"0"}],"#,
        r#""ClientToken":"c1"}"#,
    );
    let request = MeterUsageRequest::from_json(json.as_bytes(), &Rules::CURRENT, now()).unwrap();
    assert_eq!(request.to_json(), json);
    assert!(request.is_dry_run());
    assert_eq!(request.quantity().to_string(), "2.50");
    assert_eq!(request.timestamp().unix_millis(), 1_795_251_600_250);
    assert_eq!(request.allocations()[1].tags().tags().len(), 0);
    assert_eq!(request.client_token().unwrap().as_str(), "c1");
}

#[test]
fn an_empty_customer_identifier_is_absent() {
    // As the Rust SDK sends a record by account.
    let json = br#"{"ProductCode":"p1","UsageRecords":[{"Timestamp":1795251600,
        "CustomerIdentifier":"","CustomerAWSAccountId":"444455556666",
        "Dimension":"users","Quantity":1,"UsageAllocations":null}]}"#;
    let request = BatchMeterUsageRequest::from_json(json, &Rules::CURRENT, now()).unwrap();
    assert_eq!(
        request.to_json(),
        r#"{"ProductCode":"p1","UsageRecords":[{"Timestamp":1795251600,"CustomerAWSAccountId":"444455556666","Dimension":"users","Quantity":1}]}"#
    );
}
