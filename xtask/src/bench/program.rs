//! Runs a benchmark program: its figures from standard output, its progress to the terminal.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde::de::DeserializeOwned;

use crate::step::{Failure, shown};

/// What a program printed before it ended, and how it ended.
pub struct Ran<T> {
    pub lines: Vec<T>,
    pub failure: Option<Failure>,
}

/// Runs it to its end. Lines printed before a failure count all the same.
pub fn run<T: DeserializeOwned>(command: &mut Command, remedy: &str) -> Ran<T> {
    let shown = shown(command);
    println!("    $ {shown}");
    let mut ran = Ran { lines: Vec::new(), failure: None };
    let failed = |what: String| Some(Failure::new(format!("`{shown}` {what}"), remedy));
    let mut child = match command.stdout(Stdio::piped()).spawn() {
        Ok(child) => child,
        Err(error) => {
            ran.failure = failed(format!("did not start: {error}"));
            return ran;
        }
    };
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            match serde_json::from_str(&line) {
                Ok(read) => ran.lines.push(read),
                Err(error) => {
                    ran.failure = failed(format!("printed no measurement: {error}: {line}"));
                }
            }
        }
    }
    match child.wait() {
        Ok(status) if status.success() => {}
        Ok(status) => ran.failure = failed(format!("ended with {status}")),
        Err(error) => ran.failure = failed(format!("is lost: {error}")),
    }
    ran
}

#[cfg(all(test, unix))]
mod tests {
    use super::run;
    use crate::bench::measurement::Measurement;
    use crate::step::command;

    const LINE: &str =
        r#"{"suite":"size","engine":"package","subject":"x","unit":"bytes","median":5}"#;

    #[test]
    fn lines_are_figures() {
        let ran = run::<Measurement>(&mut command("sh", &["-c", &format!("echo '{LINE}'")]), "");
        assert!(ran.failure.is_none());
        assert_eq!(ran.lines.iter().map(|line| line.median).collect::<Vec<_>>(), [5.0]);
    }

    #[test]
    fn what_came_before_a_failure_is_kept() {
        let ran =
            run::<Measurement>(&mut command("sh", &["-c", &format!("echo '{LINE}'; exit 3")]), "");
        assert_eq!(ran.lines.len(), 1);
        assert!(ran.failure.unwrap().to_string().contains("ended with exit status: 3"));
    }

    #[test]
    fn a_line_that_is_no_figure_is_a_failure() {
        let ran = run::<Measurement>(&mut command("sh", &["-c", "echo hello"]), "");
        assert!(ran.failure.unwrap().to_string().contains("printed no measurement"));
    }
}
