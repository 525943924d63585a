//! The simulator's command line. `cargo xtask sim` builds it optimised and runs it.

mod arguments;
mod report;

use std::process::ExitCode;

use arguments::{Arguments, Job};
use meterproof_sim::{Bug, SHELLS, Tracing, campaign, coverage, crash_everywhere, run_seed};

fn main() -> ExitCode {
    let arguments = match Arguments::read(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(what) => {
            eprintln!("{what}\n\n{}", arguments::HELP);
            return ExitCode::FAILURE;
        }
    };
    let passed = match arguments.job {
        Job::Help => {
            println!("{}", arguments::HELP);
            true
        }
        Job::One { seed, trace } => one(seed, trace, arguments.bug),
        Job::Many { from, seeds } => many(from, seeds, &arguments),
        Job::Bugs => bugs(&arguments),
        Job::CrashPoints => crash_points(),
        Job::All { seeds } => crash_points() && many(0, seeds, &arguments) && bugs(&arguments),
    };
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn one(seed: u64, trace: bool, bug: Option<Bug>) -> bool {
    let run = run_seed(seed, bug, if trace { Tracing::Print } else { Tracing::Keep });
    if let Some(violation) = &run.violation {
        if !trace {
            report::tail(&run.trace);
        }
        report::failure(seed, bug, violation);
        return false;
    }
    println!("seed {seed}: every invariant holds; trace {:016x}", run.trace_hash);
    true
}

fn many(from: u64, seeds: u64, arguments: &Arguments) -> bool {
    let progress = report::Progress::new("seeds", seeds);
    let totals =
        campaign(from, seeds, arguments.threads, arguments.bug, |done| progress.show(done));
    progress.end();
    report::totals(&totals);
    if let Some((seed, violation)) = &totals.failure {
        // The same seed again, for its trace.
        report::tail(&run_seed(*seed, arguments.bug, Tracing::Keep).trace);
        report::failure(*seed, arguments.bug, violation);
        return false;
    }
    let gaps = if seeds < coverage::SEEDS { Vec::new() } else { coverage::gaps(&totals.counts) };
    if !gaps.is_empty() {
        println!("\nthe seeds did not meet everything they must:");
        gaps.iter().for_each(|gap| println!("  {gap}"));
    }
    gaps.is_empty()
}

/// Every deliberate bug must be caught, and soon.
fn bugs(arguments: &Arguments) -> bool {
    const SEEDS: u64 = 1_000;
    println!("\ndeliberate bugs, each to be caught within {SEEDS} seeds:");
    let mut all_caught = true;
    for bug in Bug::ALL.iter().copied() {
        let totals = campaign(0, SEEDS, arguments.threads, Some(bug), |_| {});
        match &totals.failure {
            Some((seed, violation)) => println!(
                "  {:<22} seed {seed:>4}  {:>6.2} s  {}",
                bug.name(),
                totals.took.as_secs_f64(),
                violation.invariant
            ),
            None => println!("  {:<22} NOT CAUGHT", bug.name()),
        }
        all_caught &= totals.failure.is_some();
    }
    all_caught
}

fn crash_points() -> bool {
    for shell in SHELLS {
        match crash_everywhere(shell, 1) {
            Ok(points) => {
                println!("{shell:?}: a crash at each of {points} await points, billed once")
            }
            Err((point, violation)) => {
                println!("{shell:?}: with a crash at await point {point}: {violation}");
                return false;
            }
        }
    }
    true
}
