//! The one-pass reading of usage against the plain one, and against itself on the same document
//! written in another way.
//!
//! Input: a byte for the rules and the product, then the document.
#![no_main]

use libfuzzer_sys::fuzz_target;
use meterproof::Timestamp;
use meterproof::json::{self, Kind, Value};
use meterproof::usage::{ProductCode, Report, Rules, check, read, reference};

/// 2026-11-21T10:20:00Z, near the times in the stored documents.
const NOW: i64 = 1_795_256_400;

fuzz_target!(|input: &[u8]| {
    let Some((options, document)) = input.split_first() else { return };
    let rules = match options % 3 {
        0 => Rules::CURRENT,
        1 => Rules::EDITION_2024,
        _ => Rules::EDITION_2019,
    };
    let rules = match options / 3 % 2 {
        0 => rules,
        _ => rules.with_dimensions(&["users", "gb", "d"]).expect("names of dimensions"),
    };
    let product = ProductCode::parse("saaslegacy000000000000001").expect("a product code");
    let product = (options / 6 % 2 == 1).then_some(&product);
    let now = Timestamp::from_unix_seconds(NOW).expect("a time");

    let reading = read(document, &rules, now, product);
    assert_eq!(reading, reference::read(document, &rules, now, product, None));
    assert_eq!(reading.report, check(document, &rules, now, product));

    if let Ok(value) = json::parse(document) {
        let mut text = String::new();
        write(&value, &mut text);
        let again = check(text.as_bytes(), &rules, now, product);
        assert_eq!(again.kind, reading.report.kind);
        assert_eq!(findings(&again), findings(&reading.report));
    }
});

/// What is wrong and where, but for the places in the bytes.
fn findings(report: &Report) -> Vec<(&str, &'static str)> {
    report.violations.iter().map(|found| (found.pointer.as_str(), found.code.code())).collect()
}

/// The same values in the same order, with blanks and escapes of its own.
fn write(value: &Value<'_>, text: &mut String) {
    let string = |string: &str| serde_json::to_string(string).expect("a string");
    match &value.kind {
        Kind::Null => text.push_str("null"),
        Kind::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        Kind::Number(number) => text.push_str(number),
        Kind::String(value) => text.push_str(&string(value)),
        Kind::Array(elements) => {
            text.push_str("[ ");
            for (at, element) in elements.iter().enumerate() {
                text.push_str(if at > 0 { ",\n" } else { "" });
                write(element, text);
            }
            text.push(']');
        }
        Kind::Object(members) => {
            text.push('{');
            for (at, member) in members.iter().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                text.push_str(&string(&member.name));
                text.push_str("\t: ");
                write(&member.value, text);
            }
            text.push_str("\r\n}");
        }
    }
}
