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
    for (binary, variables, outcome, cause) in [
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
