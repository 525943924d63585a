//! Where figures come from: the native programs, the JavaScript engines, the package, the
//! functions. What fails or is not there is named, and the others are measured all the same.

use std::process::Command;

use serde::Deserialize;

use super::builds;
use super::measurement::Measurement;
use super::program::{self, Ran};
use super::results::{Missing, folder};
use crate::step::{Failure, Outcome, cargo, command, step};
use crate::{build, node, rustup};

/// What to measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// Few rounds.
    pub quick: bool,
    /// One suite alone.
    pub only: Option<&'a str>,
}

impl Wanted<'_> {
    fn wants(self, suite: &str) -> bool {
        self.only.is_none_or(|only| only == suite)
    }

    fn wants_one_of(self, suites: &[&str]) -> bool {
        suites.iter().any(|suite| self.wants(suite))
    }

    fn pass_on(self, program: &mut Command) {
        if self.quick {
            program.arg("--quick");
        }
    }
}

/// The suites of the native program; what it prints has the same names.
const NATIVE: [&str; 6] = ["verify", "verify-many", "signature", "raw", "usage", "grow"];
/// Those of the core under the profile that ships.
const SHIPPED: [&str; 2] = ["verify", "usage"];

/// Every suite.
pub const SUITES: [&str; 8] =
    ["verify", "verify-many", "signature", "raw", "usage", "grow", "cold", "size"];

/// What the sources gave so far.
#[derive(Default)]
pub struct Collected {
    pub measurements: Vec<Measurement>,
    pub missing: Vec<Missing>,
    pub failures: Vec<Failure>,
}

impl Collected {
    /// Measures everything that is wanted.
    pub fn of(wanted: Wanted<'_>) -> Self {
        let mut collected = Self::default();
        collected.attempt("native", |collected| collected.native(wanted));
        collected.attempt("the JavaScript engines", |collected| collected.javascript(wanted));
        if wanted.wants("size") {
            collected.attempt("package", Self::package);
        }
        if wanted.wants_one_of(&["cold", "size"]) {
            collected.attempt("lambda", |collected| collected.lambda(wanted));
        }
        collected.measurements.retain(|found| wanted.wants(&found.suite));
        collected
    }

    /// Goes on after a failure, and keeps it.
    fn attempt(&mut self, engine: &str, work: impl FnOnce(&mut Self) -> Outcome) {
        if let Err(failure) = work(self) {
            self.fail(engine, None, failure);
        }
    }

    fn fail(&mut self, engine: &str, suite: Option<&str>, failure: Failure) {
        eprintln!("    {engine}: {failure}");
        let (suite, why) = (suite.map(str::to_owned), format!("failed: {failure}"));
        let why = why.split_whitespace().collect::<Vec<_>>().join(" ");
        self.missing.push(Missing { engine: engine.to_owned(), suite, why });
        self.failures.push(failure);
    }

    fn take(&mut self, engine: &str, suite: Option<&str>, ran: Ran<Measurement>) {
        self.measurements.extend(ran.lines);
        if let Some(failure) = ran.failure {
            self.fail(engine, suite, failure);
        }
    }

    fn native(&mut self, wanted: Wanted<'_>) -> Outcome {
        if !wanted.wants_one_of(&NATIVE) {
            return Ok(());
        }
        let programs = builds::native()?;
        let remedy = "it says above what is wrong";
        step("measure natively", || {
            let mut bench = command(&programs.bench, &[]);
            wanted.pass_on(&mut bench);
            if let Some(suite) = wanted.only {
                bench.args(["--suite", suite]);
            }
            self.take("native", wanted.only, program::run(&mut bench, remedy));
            if !wanted.wants_one_of(&SHIPPED) {
                return Ok(());
            }
            let tokens = folder().join("tokens.json");
            crate::step::run(command(&programs.bench, &["--write-tokens"]).arg(&tokens), remedy)?;
            let mut shipped = command(&programs.shipped, &[]);
            wanted.pass_on(&mut shipped);
            shipped.arg("--tokens").arg(&tokens);
            self.take("native", None, program::run(&mut shipped, remedy));
            Ok(())
        })
    }

    fn javascript(&mut self, wanted: Wanted<'_>) -> Outcome {
        node::install("bench/js")?;
        let listed = program::run::<Listed>(
            &mut command("node", &["bench/js/run.mjs", "--list"]),
            "it says above what is wrong",
        );
        if let Some(failure) = listed.failure {
            return Err(failure);
        }
        let asked: Vec<Listed> =
            listed.lines.into_iter().filter(|listed| wanted.wants(&listed.suite)).collect();
        let (there, not_there): (Vec<_>, Vec<_>) =
            asked.into_iter().partition(|listed| listed.available);
        for listed in not_there {
            let why = format!(
                "{} is not here: {}",
                listed.engine,
                listed.remedy.unwrap_or_else(|| "bench/js does not say why".to_owned())
            );
            let (engine, suite) = (listed.engine, Some(listed.suite));
            self.missing.push(Missing { engine, suite, why });
        }
        if there.is_empty() {
            return Ok(());
        }
        build::npm_tarball()?;
        builds::wasm()?;
        for listed in there {
            let (engine, suite) = (listed.engine.as_str(), listed.suite.as_str());
            step(&format!("measure {suite} in {engine}"), || {
                let words = ["bench/js/run.mjs", "--engine", engine, "--suite", suite];
                let mut run = command("node", &words);
                wanted.pass_on(&mut run);
                let remedy = "it says above what is wrong";
                self.take(engine, Some(suite), program::run(&mut run, remedy));
                Ok(())
            })?;
        }
        Ok(())
    }

    fn package(&mut self) -> Outcome {
        node::install("npm")?;
        rustup::ensure_target(rustup::WASM)?;
        step("build the package and measure it", || {
            let mut sizes = cargo("run --quiet -p xtask-package -- sizes");
            let remedy = "it says above what is wrong";
            self.take("package", Some("size"), program::run(&mut sizes, remedy));
            Ok(())
        })
    }

    fn lambda(&mut self, wanted: Wanted<'_>) -> Outcome {
        step("measure the functions (the release build takes minutes)", || {
            crate::step::run(
                &mut cargo("build --release -p meterproof-lambda --bins"),
                "the functions do not compile: the error stands above",
            )?;
            // Not as a release: it only watches, and would be linked for minutes.
            let mut cold = cargo("run --quiet -p meterproof-lambda --example lambda_cold --");
            wanted.pass_on(&mut cold);
            let remedy = "it says above what is wrong";
            self.take("lambda", None, program::run(&mut cold, remedy));
            Ok(())
        })
    }
}

/// An engine and a suite of `bench/js`, as `run.mjs --list` prints them.
#[derive(Deserialize)]
struct Listed {
    engine: String,
    suite: String,
    available: bool,
    remedy: Option<String>,
}
