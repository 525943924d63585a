//! The quick way against the plain way, on documents made to differ: both have to say the same,
//! to the byte of every message.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{DocumentKind, ProductCode, Reading, Rules, check, read, reference};
use crate::Timestamp;
use crate::json::{self, Kind};

/// The same numbers each time, so that a failure is found again (xorshift64*, Vigna 2016).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % bound
    }

    fn seldom(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }
}

const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "1",
    "2",
    "3",
    "17",
    "-1",
    "1.0",
    "1e2",
    "1E+2",
    "1.5e-3",
    "2147483647",
    "2147483648",
    "1000001",
    "18446744073709551616",
    "99999999999999999999999",
    "1795251600",
    "1795251600.5",
    "1.7952516E9",
    "1795251600000",
    "1795170000",
    "1795257000",
    "0.1",
];
const DECIMALS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "1.0",
    "2.50",
    "0.000001",
    "9999999999.999999",
    "",
    "01",
    "1.",
    ".5",
    "-1",
    "1e3",
    "1.0000000",
    "10000000000",
    " 1",
    "1\\u0030",
    "0.1",
    "0.2",
    "\\u0031",
];
const TIMES: &[&str] = &[
    "2026-11-21T09:00:00Z",
    "2026-11-21T09:59:59.999Z",
    "2026-11-21T10:00:00Z",
    "2026-11-20T10:20:00Z",
    "2026-11-20T10:20:00.001Z",
    "2026-11-21T10:25:00.001Z",
    "2026-11-21T11:00:00+02:00",
    "2026-10-31T23:00:00Z",
    "2026-11-21",
    "2026-11-21T09:00:00",
    "2026-02-30T09:00:00Z",
    "1795251600",
    "\\u0032026-11-21T09:00:00Z",
    "9999-12-31T23:59:59Z",
];
const ARNS: &[&str] = &[
    "arn:aws:license-manager::294406891311:license:l-0123456789abcdef0123456789abcdef",
    "arn:aws:license-manager::294406891311:license:l-0123456789abcdef0123456789abcdee",
    "arn:aws:license-manager:us-east-1:294406891311:license:l-1",
    "arn:aws:license-manager:us east:294406891311:license:l-1",
    "arn:aws:license-manager::294406891311:license:l 1",
    "arn:aws:license-manager::294406891311:licence:l-1",
    "arn:aws:license-manager::294406891311:license",
    "arn:aws-cn:license-manager:::license:x",
    "arn:aws:s3:::bucket",
    "arn",
    "arn:",
    "",
    "arn:aws:license-manager:::license:\\u0061",
    "arn:gcp:license-manager::1:license:l-1",
    "l-1",
];
const ACCOUNTS: &[&str] =
    &["444455556666", "444455556667", "44445555666", "4444-5555", "", "\\u0034444555566660", "é"];
const CUSTOMERS: &[&str] =
    &["c1", "c2", "", "\\u00631", "\\ud83d\\ude00", "😀", "a\\u0000b", "'\\\""];
const DIMENSIONS: &[&str] = &["users", "gigabytes", "us\\u0065rs", "", "é", "nothing", "\\u202e"];
const TAG_TEXTS: &[&str] =
    &["a", "b", "team", "\\u0061", "", "(x)", "é", "'", "\\\"", "a:b/c@d", "?"];
const PRODUCTS: &[&str] = &["p1", "p2", "", "a b", "\\u00701", "saaslegacy000000000000001"];
const NAMES: &[&str] = &[
    "Timestamp",
    "CustomerIdentifier",
    "Dimension",
    "Quantity",
    "QuantityAsDecimal",
    "UsageAllocations",
    "CustomerAWSAccountId",
    "LicenseArn",
    "AllocatedUsageQuantity",
    "AllocatedUsageQuantityAsDecimal",
    "Tags",
    "Key",
    "Value",
    "UsageRecords",
    "ProductCode",
    "UsageDimension",
    "UsageQuantity",
    "UsageQuantityAsDecimal",
    "DryRun",
    "ClientToken",
    "quantity",
    "Quantty",
    "usageRecords",
    "Comment",
    "",
    "a/b~c",
    "Qu\\u0061ntity",
    "Qu\\u0061ntty",
    "Dimensio\\u006e",
    "\\ud83d\\ude00",
    "é",
];

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

fn of_texts(random: &mut Random, texts: &[&str]) -> String {
    match random.below(30) {
        0 => anything(random, 3),
        1 => quoted(&"x".repeat(random.below(1100))),
        2 => quoted(&"é".repeat(250 + random.below(10))),
        // The first ones are right, and come more often.
        3..20 => quoted(texts[random.below(2)]),
        _ => quoted(random.pick(texts)),
    }
}

fn anything(random: &mut Random, depth: usize) -> String {
    match random.below(if depth == 0 { 6 } else { 9 }) {
        0 => random.pick(&["null", "true", "false"]).into(),
        1 | 2 => random.pick(NUMBERS).into(),
        3 => quoted(random.pick(TAG_TEXTS)),
        4 => random.pick(&["[]", "{}", "\"\"", "null"]).into(),
        5 => quoted(random.pick(TIMES)),
        6 => list(random, 4, |random| anything(random, depth - 1)),
        7 => {
            let deep = random.below(34);
            format!("{}{}", "[".repeat(deep), "]".repeat(deep))
        }
        _ => {
            let members = (0..random.below(20)).map(|_| random.below(NAMES.len()));
            let members: Vec<usize> = members.collect();
            let members = members
                .into_iter()
                .map(|name| (NAMES[name], anything(random, depth - 1)))
                .collect::<Vec<_>>();
            object(random, members)
        }
    }
}

fn space(random: &mut Random) -> &'static str {
    if random.seldom(12) { random.pick(&[" ", "\n  ", "\t", "\r\n"]) } else { "" }
}

fn list(random: &mut Random, most: usize, mut one: impl FnMut(&mut Random) -> String) -> String {
    let elements: Vec<String> = (0..random.below(most + 1)).map(|_| one(random)).collect();
    format!("[{}{}]", space(random), elements.join(&format!("{},", space(random))))
}

fn object(random: &mut Random, members: Vec<(&str, String)>) -> String {
    let mut written: Vec<String> = Vec::new();
    for (name, value) in members {
        match random.below(60) {
            0 => continue,
            1 => written.push(format!("\"{name}\":null")),
            2 => written.push(format!("\"{}\":{value}", random.pick(NAMES))),
            3 => {
                let extra = anything(random, 2);
                written.push(format!("\"{}\":{extra}", random.pick(NAMES)));
            }
            _ => {}
        }
        written.push(format!("\"{name}\"{}:{}{value}", space(random), space(random)));
    }
    if random.seldom(4) && !written.is_empty() {
        let turn = random.below(written.len());
        written.rotate_left(turn);
    }
    format!("{{{}{}}}", space(random), written.join(&format!(",{}", space(random))))
}

fn tag(random: &mut Random) -> String {
    let (key, value) = (of_texts(random, TAG_TEXTS), of_texts(random, TAG_TEXTS));
    object(random, [("Key", key), ("Value", value)].into())
}

fn allocation(random: &mut Random) -> String {
    let mut members = Vec::new();
    if random.seldom(3) {
        members.push(("AllocatedUsageQuantityAsDecimal", of_texts(random, DECIMALS)));
    } else {
        members.push(("AllocatedUsageQuantity", random.pick(&NUMBERS[..5]).to_string()));
    }
    if !random.seldom(3) {
        let most = if random.seldom(20) { 30 } else { 3 };
        members.push(("Tags", list(random, most, tag)));
    }
    object(random, members)
}

fn usage(
    random: &mut Random,
    [time, dimension, whole, decimal]: [&'static str; 4],
) -> Vec<(&'static str, String)> {
    let mut members = Vec::new();
    let at = if random.seldom(4) { of_texts(random, TIMES) } else { "1795251600".into() };
    members.push((time, at));
    members.push((dimension, of_texts(random, DIMENSIONS)));
    match random.below(8) {
        0 => members.push((decimal, of_texts(random, DECIMALS))),
        1 => members.push((whole, anything(random, 1))),
        2 if random.seldom(3) => {
            members.push((decimal, quoted(DECIMALS[random.below(4)])));
            members.push((whole, NUMBERS[random.below(6)].into()));
        }
        _ => members.push((whole, random.pick(&NUMBERS[..6]).into())),
    }
    if random.seldom(3) {
        members.push(("UsageAllocations", list(random, 3, allocation)));
    }
    members
}

fn record(random: &mut Random) -> String {
    let names = ["Timestamp", "Dimension", "Quantity", "QuantityAsDecimal"];
    let mut members = usage(random, names);
    let form = random.below(8);
    if form < 5 {
        members.insert(1, ("CustomerAWSAccountId", of_texts(random, ACCOUNTS)));
    }
    if form < 4 {
        members.push(("LicenseArn", of_texts(random, ARNS)));
    }
    if form >= 5 {
        members.push(("CustomerIdentifier", of_texts(random, CUSTOMERS)));
    }
    object(random, members)
}

fn document(random: &mut Random) -> String {
    let most = if random.seldom(10) { 30 } else { 5 };
    match random.below(10) {
        0..4 => {
            let mut members = Vec::new();
            members.push(("UsageRecords", list(random, most, record)));
            if !random.seldom(3) {
                members.push(("ProductCode", of_texts(random, PRODUCTS)));
            }
            object(random, members)
        }
        4 | 5 => list(random, most, record),
        6 | 7 => record(random),
        8 => {
            let names = ["Timestamp", "UsageDimension", "UsageQuantity", "UsageQuantityAsDecimal"];
            let mut members = usage(random, names);
            members.push(("ProductCode", of_texts(random, PRODUCTS)));
            if random.seldom(2) {
                members.push(("ClientToken", of_texts(random, CUSTOMERS)));
                members.push(("DryRun", random.pick(&["true", "false", "1", "null"]).into()));
            }
            object(random, members)
        }
        _ => anything(random, 4),
    }
}

/// Cuts, doubles, moves or replaces some bytes.
fn damage(random: &mut Random, text: &mut Vec<u8>) {
    const BYTES: &[u8] =
        b"{}[]\",:\\/ \n\t0123456789.eE+-utrfalsn\x00\x1f\x7f\x80\xc3\xa9\xed\xa0\xff";
    for _ in 0..random.below(3) {
        if text.is_empty() {
            return;
        }
        let at = random.below(text.len());
        let end = text.len().min(at + 1 + random.below(12));
        match random.below(5) {
            0 => drop(text.drain(at..end)),
            1 => text.truncate(at),
            2 => {
                let stretch = text[at..end].to_vec();
                let to = random.below(text.len());
                text.splice(to..to, stretch);
            }
            3 => text.insert(at, BYTES[random.below(BYTES.len())]),
            _ => text[at] = BYTES[random.below(BYTES.len())],
        }
    }
}

fn same(json: &[u8], rules: &Rules, now: Timestamp, product: Option<&ProductCode>) -> Reading {
    let plain = reference::read(json, rules, now, product, None);
    let text = || String::from_utf8_lossy(json);
    assert_eq!(read(json, rules, now, product), plain, "{}", text());
    assert_eq!(check(json, rules, now, product), plain.report, "{}", text());
    for kind in [DocumentKind::BatchMeterUsage, DocumentKind::MeterUsage] {
        let plain = reference::read(json, rules, now, None, Some(kind));
        assert_eq!(super::read::read_as(json, rules, now, kind), plain, "{}", text());
    }
    plain
}

fn all_rules() -> [Rules; 4] {
    let named = Rules::CURRENT.with_dimensions(&["users", "gigabytes"]).unwrap();
    [Rules::CURRENT, named, Rules::EDITION_2024, Rules::EDITION_2019]
}

#[test]
fn documents_are_read_the_same_both_ways() {
    let now = Timestamp::parse_iso_8601("2026-11-21T10:20:00Z").unwrap();
    let product = ProductCode::parse("saaslegacy000000000000001").unwrap();
    let rules = all_rules();
    let mut random = Random(0x5EED_0001);
    let (mut accepted, mut refused, mut not_json) = (0, 0, 0);
    for round in 0..6_000 {
        let mut json = document(&mut random).into_bytes();
        if random.seldom(3) {
            damage(&mut random, &mut json);
        }
        let product = Some(&product).filter(|_| random.seldom(2));
        let rules = &rules[if random.seldom(3) { random.below(4) } else { 0 }];
        let plain = same(&json, rules, now, product);
        match (plain.kind, plain.report.is_accepted()) {
            (None, _) => not_json += 1,
            (_, true) => accepted += 1,
            (_, false) => refused += 1,
        }
        let _ = round;
    }
    // The generator reaches all sides.
    assert!(accepted > 300 && refused > 2_000 && not_json > 600, "{accepted} {refused} {not_json}");
}

/// More findings than are listed: those of the request stand before those of its records.
#[test]
fn a_flood_is_listed_the_same_both_ways() {
    let now = Timestamp::parse_iso_8601("2026-11-21T10:20:00Z").unwrap();
    let wrong = ["7,".repeat(20_000), "{\"Timestamp\":[],\"x\":1},".repeat(4_000)];
    for records in wrong.map(|records| records.trim_end_matches(',').to_string()) {
        for json in [
            format!("[{records}]"),
            format!("{{\"UsageRecords\":[{records}],\"ProductCode\":7,\"y\":1}}"),
            format!("{{\"z\":1,\"ProductCode\":\"a b\",\"UsageRecords\":[{records}]}}"),
        ] {
            same(json.as_bytes(), &Rules::CURRENT, now, None);
        }
    }
}

/// A product code behind the records is as good as one before them, and a wrong one as wrong.
#[test]
fn the_product_code_may_come_late() {
    let now = Timestamp::parse_iso_8601("2026-11-21T10:20:00Z").unwrap();
    let record = |quantity| {
        format!(
            r#"{{"Timestamp":1795251600,"CustomerIdentifier":"c1","Dimension":"users","Quantity":{quantity}}}"#
        )
    };
    let records = format!("\"UsageRecords\":[{},{},{}]", record(1), record(1), record(2));
    for (product, conflicts) in
        [("\"p1\"", 1), ("\"\"", 0), ("null", 0), ("\"a b\"", 0), ("7", 0), ("\"\\u0070\"", 1)]
    {
        for json in [
            format!("{{{records},\"ProductCode\":{product}}}"),
            format!("{{\"ProductCode\":{product},{records}}}"),
        ] {
            let reading = same(json.as_bytes(), &Rules::CURRENT, now, None);
            let codes = reading.report.violations.iter().map(|violation| violation.code.code());
            assert_eq!(codes.filter(|code| *code == "conflicting_records").count(), conflicts);
        }
    }
}

/// The library's tree is made of the same index: names and places have to be right there too.
#[test]
fn every_value_of_a_tree_stands_where_it_says() {
    fn walk(text: &str, value: &json::Value<'_>) {
        let written = &text[value.span.start..value.span.end];
        match &value.kind {
            Kind::Number(number) => assert_eq!(*number, written),
            Kind::String(content) if !written.contains('\\') => {
                assert_eq!(format!("\"{content}\""), written);
            }
            Kind::Array(elements) => elements.iter().for_each(|element| walk(text, element)),
            Kind::Object(members) => members.iter().for_each(|member| {
                let name = &text[member.name_span.start..member.name_span.end];
                assert!(name.contains('\\') || format!("\"{}\"", member.name) == name);
                walk(text, &member.value);
            }),
            _ => assert!(!written.is_empty()),
        }
    }
    let mut random = Random(0x5EED_0002);
    for _ in 0..2_000 {
        let text = document(&mut random);
        if let Ok(value) = json::parse(text.as_bytes()) {
            walk(&text, &value);
        }
    }
}
