//! Usage documents of `tests/vectors/usage.json`, which the npm package and the page are
//! tested by as well.

use std::collections::BTreeSet;

use meterproof::Timestamp;
use meterproof::json::Span;
use meterproof::usage::{Reading, Rules, ViolationCode, read};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// The rule of AWS's that the case is about.
    why: String,
    #[serde(default = "current")]
    rules: String,
    dimensions: Option<Vec<String>>,
    now: String,
    document: Document,
    expect: Expectation,
}

/// A text, or pieces that are joined.
#[derive(Deserialize)]
#[serde(untagged)]
enum Document {
    Text(String),
    Pieces(Vec<Piece>),
}

/// A text, or one that is repeated, with `§` for the number of the repetition.
#[derive(Deserialize)]
#[serde(untagged)]
enum Piece {
    Text(String),
    Repeated(String, usize),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Expectation {
    verdict: String,
    kind: Option<String>,
    record_count: usize,
    valid: Vec<usize>,
    violations: Vec<Finding>,
}

/// Code, JSON pointer, severity, and for some the text at the violation's place.
#[derive(Deserialize)]
#[serde(untagged)]
enum Finding {
    Placed(String, String, String, String),
    Plain(String, String, String),
}

#[test]
fn every_document_gets_the_expected_report() {
    let vectors = vectors();
    assert!(vectors.cases.len() >= 100, "{} cases", vectors.cases.len());
    for case in &vectors.cases {
        check(case);
    }
}

#[test]
fn the_cases_reach_every_code() {
    let vectors = vectors();
    let expected: BTreeSet<&str> = vectors
        .cases
        .iter()
        .flat_map(|case| &case.expect.violations)
        .map(|finding| finding.parts().0)
        .collect();
    let missing: Vec<&str> = ViolationCode::ALL
        .iter()
        .map(|code| code.code())
        .filter(|code| !expected.contains(code))
        .collect();
    assert_eq!(missing, [] as [&str; 0], "codes without a case");
}

fn check(case: &Case) {
    let Case { name, why, expect, .. } = case;
    let text = case.document.text();
    let reading = reading(case, &text);
    let report = &reading.report;

    let found: Vec<_> = report
        .violations
        .iter()
        .map(|one| (one.code.code(), one.pointer.as_str(), one.severity.code()))
        .collect();
    let wanted: Vec<_> = expect.violations.iter().map(Finding::parts).collect();
    assert_eq!(found, wanted, "{name}: {why}");

    let verdict = if report.is_accepted() { "accepted" } else { "rejected" };
    assert_eq!(verdict, expect.verdict, "{name}");
    assert_eq!(report.kind.map(|kind| kind.code()), expect.kind.as_deref(), "{name}");
    assert_eq!(report.record_count, expect.record_count, "{name}");
    let valid: Vec<usize> = reading.records.iter().map(|(index, _)| *index).collect();
    assert_eq!(valid, expect.valid, "{name}");

    for (violation, finding) in report.violations.iter().zip(&expect.violations) {
        let Span { start, end } = violation.span;
        let at = text.get(start..end);
        assert!(at.is_some(), "{name}: {start}..{end} is no part of the text");
        if let Finding::Placed(.., wanted) = finding {
            assert_eq!(at, Some(wanted.as_str()), "{name}");
        }
    }
}

fn reading(case: &Case, text: &str) -> Reading {
    let mut rules = match case.rules.as_str() {
        "current" => Rules::CURRENT,
        "2024" => Rules::EDITION_2024,
        "2019" => Rules::EDITION_2019,
        other => panic!("{}: no rules {other}", case.name),
    };
    if let Some(names) = &case.dimensions {
        rules = rules.with_dimensions(names).unwrap();
    }
    read(text.as_bytes(), &rules, Timestamp::parse_iso_8601(&case.now).unwrap(), None)
}

impl Document {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Pieces(pieces) => pieces.iter().map(Piece::text).collect(),
        }
    }
}

impl Piece {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Repeated(text, count) => {
                (0..*count).map(|at| text.replace('§', &at.to_string())).collect()
            }
        }
    }
}

impl Finding {
    fn parts(&self) -> (&str, &str, &str) {
        match self {
            Self::Placed(code, pointer, severity, _) | Self::Plain(code, pointer, severity) => {
                (code, pointer, severity)
            }
        }
    }
}

fn current() -> String {
    "current".to_owned()
}

fn vectors() -> Vectors {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/usage.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}
