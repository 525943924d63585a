//! What a start that fails leaves in the log: one structured line that names the variable.

use std::process::Command;

use serde_json::Value;

/// Exit code, the lines of standard output as JSON, and standard error.
fn start(binary: &str, variables: &[(&str, &str)]) -> (Option<i32>, Vec<Value>, String) {
    let output = Command::new(binary).env_clear().envs(variables.iter().copied()).output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let lines = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (output.status.code(), lines, String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_wrong_variable_is_one_line_of_the_log_and_nothing_else() {
    let forward = env!("CARGO_BIN_EXE_forward_usage");
    let resolve = env!("CARGO_BIN_EXE_resolve_customer");
    let ingest = env!("CARGO_BIN_EXE_ingest_events");
    let close = env!("CARGO_BIN_EXE_close_hour");
    let licenses = env!("CARGO_BIN_EXE_license_events");
    for (binary, variables, outcome, cause) in [
        (
            ingest,
            &[][..],
            "missing_variable",
            "environment variable REJECTS_QUEUE_URL is not set: set it on the function",
        ),
        (
            close,
            &[][..],
            "missing_variable",
            "environment variable METERING_QUEUE_URL is not set: set it on the function",
        ),
        (
            close,
            &[("METERING_QUEUE_URL", "metering")][..],
            "invalid_variable",
            "environment variable METERING_QUEUE_URL must be the URL of an SQS queue (its ARN or name will not do): correct it on the function",
        ),
        (
            licenses,
            &[("AWS_REGION", "us-east-1")][..],
            "missing_variable",
            "environment variable LEDGER_TABLE is not set: set it on the function",
        ),
        (
            licenses,
            &[("AWS_REGION", "us-east-1"), ("LEDGER_TABLE", "l"), ("LATE_EVENTS", "drop")][..],
            "invalid_variable",
            "environment variable LATE_EVENTS must be carry or reject: correct it on the function",
        ),
        (
            forward,
            &[][..],
            "missing_variable",
            "environment variable REJECTS_QUEUE_URL is not set: set it on the function",
        ),
        (
            resolve,
            &[][..],
            "missing_variable",
            "environment variable CUSTOMERS is not set: set it on the function",
        ),
        // The level is read before there is a log: its error has to be seen all the same.
        (
            forward,
            &[("LOG_LEVEL", "loud")][..],
            "invalid_variable",
            "environment variable LOG_LEVEL must be error, warn, info or debug: correct it on the function",
        ),
    ] {
        let (code, lines, stderr) = start(binary, variables);
        assert_eq!(code, Some(1), "{cause}");
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert_eq!(lines[0]["event"], "start");
        assert_eq!(lines[0]["outcome"], outcome);
        assert_eq!(lines[0]["cause"], cause);
        assert_eq!(stderr, "");
    }
}

#[test]
fn a_ledger_that_cannot_be_opened_is_named_and_so_is_a_shifted_clock() {
    let offset = std::env::temp_dir().join(format!("meterproof-start-{}", std::process::id()));
    std::fs::write(&offset, "-3600\n").unwrap();
    let clock = format!("offset-file:{}", offset.display());
    let variables = [
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "AKID"),
        ("AWS_SECRET_ACCESS_KEY", "any"),
        // Nobody listens there.
        ("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9"),
        ("LEDGER_TABLE", "ledger"),
        ("CLOCK", clock.as_str()),
    ];
    let (code, lines, stderr) = start(env!("CARGO_BIN_EXE_license_events"), &variables);
    std::fs::remove_file(offset).unwrap();
    assert_eq!(code, Some(1));
    let outcomes: Vec<_> =
        lines.iter().map(|line| (line["event"].as_str(), line["outcome"].as_str())).collect();
    assert_eq!(
        outcomes,
        [(Some("start"), Some("shifted_clock")), (Some("start"), Some("ledger_unavailable")),]
    );
    assert_eq!(stderr, "");
}
