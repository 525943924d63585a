//! Every command of the project, so that nothing but Rust need be installed to begin:
//! `cargo xtask up`, `cargo xtask test`, and what they are made of.

#![forbid(unsafe_code)]

mod bench;
mod build;
mod chromium;
mod emulator;
mod engines;
mod lint;
mod node;
mod page;
mod python;
mod rustup;
mod sim;
mod step;
mod suite;

use std::process::ExitCode;

use step::{Failure, Outcome};

const HELP: &str = "\
cargo xtask COMMAND

  up [--once]     the whole path on this machine: emulator, page, agent, from 10,000 usage events
                  to a bill that equals them, with faults and two crashes of the agent
                  (stays up until Ctrl-C; with --once ends after the flow)
  stack [--once]  template.yaml deployed on a local AWS (MiniStack) and checked, and 20,000 events
                  through it, with crashes of functions and an outage of three hours
  test            installs what the tests need, and runs every test
  sim [OPTIONS]   the metering engine in a simulated world, seed after seed (sim --help)
  bench [OPTIONS] speed and sizes beside their peers, into docs/performance.md; --check holds them
                  against bench/goals.toml, --quick takes few rounds, --only SUITE one suite,
                  --last judges and draws the last whole run again
  lint            formatting, clippy, licenses, no_std build, docs, SAM template
  ci              lint and test
  engines [--only NAME]  the npm package, packed and installed, in Node 20, 24 and 26, Deno, Bun,
                  workerd, Edge Runtime, Chromium, Firefox and WebKitGTK: a table of cases passed
  npm             the npm package as a tarball, in target/npm/
  page            the debugging page, in target/www/
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nxtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Outcome {
    match words {
        ["up", rest @ ..] => suite::up(only_once(rest)?),
        ["stack", rest @ ..] => suite::stack(only_once(rest)?),
        ["test"] => test(),
        ["sim", rest @ ..] => sim::sim(rest),
        ["bench", rest @ ..] => bench::bench(rest),
        ["lint"] => lint::all(),
        ["ci"] => lint::all().and_then(|()| test()),
        ["engines", rest @ ..] => engines::all(rest),
        ["npm"] => build::npm_tarball(),
        ["page"] => build::page(),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        unknown => Err(Failure::new(format!("no such command: {}", unknown.join(" ")), HELP)),
    }
}

/// The simulator first: it is quick, and what it finds the flows would find last.
fn test() -> Outcome {
    sim::in_short()?;
    suite::test()
}

fn only_once(flags: &[&str]) -> Result<bool, Failure> {
    match flags {
        [] => Ok(false),
        ["--once"] => Ok(true),
        other => Err(Failure::new(
            format!("no such flag: {}", other.join(" ")),
            "the only flag is --once",
        )),
    }
}
