//! docs/error-codes.md lists exactly the codes that the code has.

use meterproof::json::JsonError;
use meterproof::usage::{
    AllocationError, Rejection, RequestError, RetryCause, RulesError, ValueError, ViolationCode,
};
use meterproof::{CauseCode, KeyError, NonceError, Note, TimestampError, VerifyError};
use meterproof_cli::agent::{AgentError, HEALTH_CODES, LockError, Problem as AgentProblem};
use meterproof_cli::args::ArgsError;
use meterproof_cli::buckets::BucketsError;
use meterproof_lambda::env::ConfigError;
use meterproof_lambda::resolve::{Problem, RegistrationIdError};
use meterproof_metering::{
    ClockError, EventError, EventProblem, ExpiryCause, HoldCause, IngestRejection, LedgerError,
    LicenseEventError, Policy, Region, TransientCause, Verdict,
};

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
    let policy = Policy { calls_per_second: 0, ..Policy::default() }.check().unwrap_err();
    let region = Region::parse("").unwrap_err();
    let metering = [&[policy.code(), region.code()], ClockError::ALL].concat();
    let command = [ArgsError::ALL, LockError::ALL, AgentError::ALL, BucketsError::ALL].concat();
    for (heading, codes) in [
        ("Tokens", VerifyError::ALL),
        ("Notes of a diagnosis", Note::ALL),
        ("Causes of a bad signature", CauseCode::ALL),
        ("Public keys", KeyError::ALL),
        ("Nonces", NonceError::ALL),
        ("JSON", JsonError::ALL),
        ("Timestamps", TimestampError::ALL),
        ("Values made in Rust", &values),
        ("Bodies of usage events", EventError::ALL),
        ("Usage events", EventProblem::ALL),
        ("Verdicts on events", Verdict::ALL),
        ("Rejections of events", IngestRejection::ALL),
        ("License events", LicenseEventError::ALL),
        ("Held buckets", HoldCause::ALL),
        ("Failed attempts", TransientCause::ALL),
        ("Expired buckets", ExpiryCause::ALL),
        ("Ledger", LedgerError::ALL),
        ("Configuration of metering", &metering),
        ("Agent", AgentProblem::ALL),
        ("Health", HEALTH_CODES),
        ("Command line", &command),
        ("Rejections", Rejection::ALL),
        ("Forwarding", meterproof_lambda::forward::codes::ALL),
        ("Queues", meterproof_lambda::queue::codes::ALL),
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
