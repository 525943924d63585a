//! Compares every path with AWS-LC on as many cases as it is told to. `README.md` has the options.

mod options;
mod report;
mod run;

use std::process::ExitCode;

use meterproof_differential::case::Subject;
use meterproof_differential::hex;
use options::{Options, Replay, Task};

fn main() -> ExitCode {
    let outcome = match options::read() {
        Ok(Task::Compare(options)) => compare(&options),
        Ok(Task::Replay(case)) => replay(&case),
        Ok(Task::Help) => {
            print!("{}", options::HELP);
            Ok(true)
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn compare(options: &Options) -> Result<bool, String> {
    let tally = run::run(options);
    print!("{}", report::report(options, &tally));
    Ok(tally.differences == 0)
}

fn replay(case: &Replay) -> Result<bool, String> {
    let mut subject = Subject::new(&case.paths, &case.modulus, case.exponent);
    let differences = subject.compare(&case.base);
    for difference in &differences {
        println!("{difference}");
    }
    if differences.is_empty() {
        println!("no difference, base {}", hex::write(&case.base));
    }
    Ok(differences.is_empty())
}
