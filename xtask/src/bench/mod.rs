//! `cargo xtask bench`: the project beside its peers in one run, held against its goals.

mod builds;
mod chart;
mod goals;
mod growth;
mod machine;
mod measurement;
mod page;
mod program;
mod results;
mod sources;
mod table;

use std::fs;

use goals::Judgement;
use machine::Machine;
use results::Results;
use sources::{Collected, SUITES, Wanted};

use crate::step::{Failure, Outcome, root};

const USAGE: &str = "the flags are --check (fail where a goal is missed), --quick (few rounds), \
                     --only SUITE, --last (judge and draw the last whole run again)";

/// What the command line asks for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Options<'a> {
    check: bool,
    last: bool,
    wanted: Wanted<'a>,
}

/// Runs the command with these words.
pub fn bench(words: &[&str]) -> Outcome {
    let options = parse(words)?;
    let goals = read_goals()?;
    let is_whole = options.wanted == Wanted::default();
    let (results, failures) = if options.last {
        (Results::read_last()?, Vec::new())
    } else {
        measure(options.wanted, is_whole)?
    };
    let goals = goals
        .into_iter()
        .filter(|goal| options.wanted.only.is_none_or(|only| goal.suite == only))
        .collect();
    let judgements = goals::judge(goals, &results.measurements, &results.missing);
    show(&results, &judgements);
    if is_whole {
        page::write(&results, &judgements)?;
        println!("docs/performance.md and its pictures are written.");
    } else {
        println!("A part, or a quick run: docs/performance.md is as it was.");
    }
    verdict(&options, &judgements, failures)
}

fn parse<'a>(words: &[&'a str]) -> Result<Options<'a>, Failure> {
    let mut options = Options::default();
    let mut rest = words;
    while let [word, after @ ..] = rest {
        rest = after;
        match (*word, after) {
            ("--check", _) => options.check = true,
            ("--last", _) => options.last = true,
            ("--quick", _) => options.wanted.quick = true,
            ("--only", [suite, after @ ..]) if SUITES.contains(suite) => {
                options.wanted.only = Some(suite);
                rest = after;
            }
            ("--only", _) => {
                let suites = format!("the suites are {}", SUITES.join(", "));
                return Err(Failure::new("--only needs the name of a suite", suites));
            }
            (other, _) => return Err(Failure::new(format!("no such flag: {other}"), USAGE)),
        }
    }
    if options.last && options.wanted != Wanted::default() {
        return Err(Failure::new("--last measures nothing, so nothing can be chosen", USAGE));
    }
    Ok(options)
}

fn read_goals() -> Result<Vec<goals::Goal>, Failure> {
    let file = root().join("bench/goals.toml");
    let text = fs::read_to_string(&file).map_err(|error| {
        Failure::new(format!("{}: {error}", file.display()), "restore the file from the repository")
    })?;
    goals::read(&text)
}

fn measure(wanted: Wanted<'_>, is_whole: bool) -> Result<(Results, Vec<Failure>), Failure> {
    let machine = Machine::here();
    println!("{}", machine.describe());
    if machine.was_busy() {
        println!(
            "Other programs are running (load {}): what they take, the figures will show.",
            machine.load_before
        );
    }
    let collected = Collected::of(wanted);
    let results = Results {
        machine,
        date: machine::today(),
        measurements: collected.measurements,
        missing: collected.missing,
    };
    results.write(is_whole)?;
    Ok((results, collected.failures))
}

fn show(results: &Results, judgements: &[Judgement]) {
    println!("\nMedians (least of the rounds in brackets); × is the ratio to the first of ours.\n");
    for table in table::tables(&results.measurements) {
        println!("{}", table.to_text());
    }
    println!("{}", table::goal_table(judgements).to_text());
    for missing in &results.missing {
        println!("not measured: {}", missing.why);
    }
}

/// Fails where a program did, and with `--check` where a goal is not met.
fn verdict(options: &Options<'_>, judgements: &[Judgement], failures: Vec<Failure>) -> Outcome {
    let unmet: Vec<String> =
        judgements.iter().filter(|judgement| !judgement.is_met()).map(describe).collect();
    if options.check && !unmet.is_empty() {
        return Err(Failure::new(
            format!(
                "{} of {} goals are not met:\n       {}",
                unmet.len(),
                judgements.len(),
                unmet.join("\n       ")
            ),
            "measure again on a machine that does nothing else; bench/goals.toml holds the limits",
        ));
    }
    failures.into_iter().next().map_or(Ok(()), Err)
}

/// A goal that is not met, with both figures.
fn describe(judgement: &Judgement) -> String {
    let goal = &judgement.goal;
    let bits = goal.bits.map_or(String::new(), |bits| format!(", RSA-{bits}"));
    let what = format!("{} ({}{bits})", goal.name, goal.engine);
    match &judgement.outcome {
        goals::Outcome::Unmeasured(why) => format!("not measured: {what}: {why}"),
        goals::Outcome::Measured { peer: None, .. } => {
            format!("missed: {what}: {}, limit {}", judgement.figure(), judgement.limit())
        }
        goals::Outcome::Measured { peer: Some(_), .. } => format!(
            "missed: {what}: {} / {} = {}, limit {}",
            judgement.figure(),
            judgement.peer_figure(),
            judgement.ratio(),
            judgement.limit()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::goals::{Goal, Limit, judge};
    use super::measurement::{Measurement, Unit};
    use super::{Options, Wanted, parse, verdict};

    #[test]
    fn flags_are_read() {
        let wanted = Wanted { quick: true, only: Some("usage") };
        assert_eq!(
            parse(&["--quick", "--only", "usage", "--check"]).unwrap(),
            Options { check: true, last: false, wanted }
        );
        assert_eq!(parse(&["--last"]).unwrap(), Options { last: true, ..Options::default() });
    }

    #[test]
    fn flags_that_say_nothing_are_refused() {
        for words in [&["--only"][..], &["--only", "speed"], &["--fast"], &["--last", "--quick"]] {
            assert!(parse(words).is_err(), "{words:?} was taken");
        }
    }

    fn figure(subject: &str, median: f64) -> Measurement {
        Measurement {
            suite: "verify".to_owned(),
            engine: "native".to_owned(),
            subject: subject.to_owned(),
            bits: Some(2048),
            n: None,
            unit: Unit::Nanoseconds,
            median,
            min: None,
            rounds: None,
        }
    }

    #[test]
    fn a_missed_goal_fails_the_check_alone_and_is_named_with_both_figures() {
        let goal = Goal {
            name: "as fast".to_owned(),
            suite: "verify".to_owned(),
            engine: "native".to_owned(),
            bits: Some(2048),
            subject: "meterproof avx2".to_owned(),
            limit: Limit::Ratio { peer: "aws-lc-rs *".to_owned(), at_most: 0.9 },
        };
        let slow = [figure("meterproof avx2", 30_000.0), figure("aws-lc-rs 1.19.0", 25_000.0)];
        let missed = judge(vec![goal.clone()], &slow, &[]);
        let checked = Options { check: true, ..Options::default() };
        let failure = verdict(&checked, &missed, Vec::new()).unwrap_err().to_string();
        assert!(
            failure.starts_with(
                "1 of 1 goals are not met:\n       missed: as fast (native, RSA-2048): 30.0 µs / 25.0 µs = 1.20, limit ≤ 0.9\n"
            ),
            "{failure}"
        );
        assert!(verdict(&Options::default(), &missed, Vec::new()).is_ok());

        let unmeasured = judge(vec![goal.clone()], &[], &[]);
        let failure = verdict(&checked, &unmeasured, Vec::new()).unwrap_err().to_string();
        assert!(failure.contains(
            "not measured: as fast (native, RSA-2048): `meterproof avx2` was not measured"
        ));

        let quick = [figure("meterproof avx2", 20_000.0), figure("aws-lc-rs 1.19.0", 25_000.0)];
        assert!(verdict(&checked, &judge(vec![goal], &quick, &[]), Vec::new()).is_ok());
    }
}
