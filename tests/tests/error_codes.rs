//! docs/error-codes.md lists exactly the codes that the code has.

use meterproof::json::JsonError;
use meterproof::usage::{
    AllocationError, Rejection, RequestError, RetryCause, RulesError, ValueError, ViolationCode,
};
use meterproof::{KeyError, NonceError, Note, TimestampError, VerifyError};
use meterproof_lambda::env::ConfigError;
use meterproof_lambda::resolve::{Problem, RegistrationIdError};

const PAGE: &str = include_str!("../../docs/error-codes.md");

/// The codes in the first column of the table under a heading.
fn listed(heading: &str) -> Vec<&'static str> {
    let section = PAGE
        .split("\n## ")
        .find_map(|section| section.strip_prefix(heading)?.strip_prefix('\n'))
        .unwrap_or_else(|| panic!("no section {heading}"));
    section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect()
}

#[test]
fn every_table_is_the_code_s_own_list() {
    let values: Vec<&str> =
        [ValueError::ALL, AllocationError::ALL, RequestError::ALL, RulesError::ALL].concat();
    let problems: Vec<&str> = Problem::ALL.iter().map(|problem| problem.code()).collect();
    for (heading, codes) in [
        ("Tokens", VerifyError::ALL),
        ("Notes of a diagnosis", Note::ALL),
        ("Public keys", KeyError::ALL),
        ("Nonces", NonceError::ALL),
        ("JSON", JsonError::ALL),
        ("Timestamps", TimestampError::ALL),
        ("Values made in Rust", &values),
        ("Rejections", Rejection::ALL),
        ("Forwarding", meterproof_lambda::forward::codes::ALL),
        ("Retries", RetryCause::ALL),
        ("Fulfilment", &problems),
        ("Registration ids", RegistrationIdError::ALL),
        ("Configuration of the functions", ConfigError::ALL),
    ] {
        assert_eq!(listed(heading), codes, "{heading}");
    }
}

#[test]
fn violations_are_listed_with_their_severity() {
    let section = PAGE.split("\n## Usage documents\n").nth(1).unwrap();
    let rows: Vec<(&str, &str)> = section
        .split("\n## ")
        .next()
        .unwrap()
        .lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix("| `")?.split(" | ");
            Some((cells.next()?.trim_end_matches('`'), cells.next()?))
        })
        .collect();
    let codes: Vec<(&str, &str)> =
        ViolationCode::ALL.iter().map(|code| (code.code(), code.severity().code())).collect();
    assert_eq!(rows, codes);
}
