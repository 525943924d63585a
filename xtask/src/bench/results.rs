//! A run's figures with all that they depend on, kept in `target/bench`.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::goals::matches;
use super::machine::Machine;
use super::measurement::Measurement;
use crate::step::{Failure, Outcome, target};

/// One run.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Results {
    pub machine: Machine,
    /// The day, UTC, as `2026-11-22`.
    pub date: String,
    pub measurements: Vec<Measurement>,
    pub missing: Vec<Missing>,
}

/// What could not be measured on this machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Missing {
    /// The engine as it is asked for, without the rest of its version: `node 24`.
    pub engine: String,
    /// None for all of its suites.
    #[serde(default)]
    pub suite: Option<String>,
    /// What is wrong, and what to do.
    pub why: String,
}

impl Missing {
    /// Whether this is why a suite has no figures for the engines of a pattern.
    pub fn is_about(&self, engine_pattern: &str, suite: &str) -> bool {
        let same_engine = matches(engine_pattern, &self.engine)
            || engine_pattern
                .strip_prefix(&self.engine)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ' ', '*']));
        same_engine && self.suite.as_deref().is_none_or(|own| own == suite)
    }
}

/// The folder of results and of what is built for them alone.
pub fn folder() -> PathBuf {
    target().join("bench")
}

/// Where a whole run is kept. A run of a part, or a quick one, does not take its place.
pub fn file(is_whole: bool) -> PathBuf {
    folder().join(if is_whole { "results.json" } else { "results-partial.json" })
}

impl Results {
    pub fn write(&self, is_whole: bool) -> Outcome {
        let file = file(is_whole);
        let failed = |what: String| {
            Failure::new(
                format!("{} could not be written: {what}", file.display()),
                "is the disk full?",
            )
        };
        let text = serde_json::to_string_pretty(self).map_err(|error| failed(error.to_string()))?;
        fs::create_dir_all(folder()).map_err(|error| failed(error.to_string()))?;
        fs::write(&file, text).map_err(|error| failed(error.to_string()))
    }

    /// The last whole run.
    pub fn read_last() -> Result<Self, Failure> {
        let file = file(true);
        let failed = |what: String| {
            Failure::new(
                format!("{} could not be read: {what}", file.display()),
                "run `cargo xtask bench` without --last first",
            )
        };
        let text = fs::read(&file).map_err(|error| failed(error.to_string()))?;
        serde_json::from_slice(&text).map_err(|error| failed(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Missing, Results};

    fn missing(engine: &str, suite: Option<&str>) -> Missing {
        Missing { engine: engine.to_owned(), suite: suite.map(str::to_owned), why: String::new() }
    }

    #[test]
    fn a_missing_engine_is_known_by_the_beginning_of_its_version() {
        assert!(missing("node 24", None).is_about("node 24.*", "verify"));
        assert!(missing("chromium", None).is_about("chromium *", "verify"));
        assert!(missing("lambda", Some("size")).is_about("lambda", "size"));
        assert!(!missing("lambda", Some("size")).is_about("lambda", "cold"));
        assert!(!missing("node 2", None).is_about("node 24.*", "verify"));
        assert!(!missing("node 24", None).is_about("node 20.*", "verify"));
    }

    #[test]
    fn results_are_read_as_they_were_written() {
        let results = Results {
            date: "2026-11-22".to_owned(),
            missing: vec![missing("bun", None)],
            ..Results::default()
        };
        let text = serde_json::to_string(&results).unwrap();
        let read: Results = serde_json::from_str(&text).unwrap();
        assert_eq!((read.date, read.missing), (results.date, results.missing));
    }
}
