//! The core beside its native peers: interleaved rounds in one process, one JSON line a subject.
//!
//! ```text
//! meterproof-bench [--quick] [--suite NAME] [--write-tokens FILE]
//! ```

mod jws;
mod peers;
mod suites;
mod tokens;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use meterproof_bench_harness::Effort;

const USAGE: &str = "usage: meterproof-bench [--quick] [--suite NAME] [--write-tokens FILE]\n\
                     suites: verify, verify-many, signature, raw, usage, grow";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words, Effort::FULL, None) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("meterproof-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str], effort: Effort, only: Option<&str>) -> Result<(), Box<dyn Error>> {
    match words {
        ["--quick", rest @ ..] => run(rest, Effort::QUICK, only),
        ["--suite", name, rest @ ..] => run(rest, effort, Some(name)),
        ["--write-tokens", file] => tokens::write(Path::new(file)),
        [] => measure(effort, only),
        _ => Err(USAGE.into()),
    }
}

fn measure(effort: Effort, only: Option<&str>) -> Result<(), Box<dyn Error>> {
    let chosen: Vec<_> =
        suites::ALL.iter().filter(|(name, _)| only.is_none_or(|only| only == *name)).collect();
    if chosen.is_empty() {
        return Err(USAGE.into());
    }
    peers::prepare();
    for (_, suite) in chosen {
        suite(effort)?;
    }
    Ok(())
}
