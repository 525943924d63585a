//! The simulator itself: repeatable, sharp, and everywhere. The long campaign is
//! `cargo xtask sim`, with an optimised build; here is as much as an unoptimised one takes.

use meterproof_sim::{
    Bug, SHELLS, Scenario, Tracing, campaign, coverage, crash_everywhere, run, run_seed,
};

#[test]
fn one_seed_is_one_course_of_events() {
    for seed in 0..4 {
        let hash = |tracing| run_seed(seed, None, tracing).trace_hash;
        assert_eq!(hash(Tracing::Off), hash(Tracing::Off), "seed {seed}");
        // With its whole text too: what was said to whom, and when.
        assert_eq!(hash(Tracing::Keep), hash(Tracing::Keep), "seed {seed}");
    }
    let hashes: std::collections::BTreeSet<u64> =
        (0..20).map(|seed| run_seed(seed, None, Tracing::Off).trace_hash).collect();
    assert_eq!(hashes.len(), 20);
}

#[test]
fn the_first_seeds_hold() {
    let totals = campaign(0, 30, 2, None, |_| {});
    assert_eq!(totals.failure, None);
    assert_eq!(totals.seeds, 30);
    assert!(totals.counts["calls"] > 1_000);
    assert!(totals.counts["crashes"] > 100);
}

#[test]
fn a_crash_at_any_await_point_changes_nothing_on_the_bill() {
    for shell in SHELLS {
        let points = crash_everywhere(shell, 5).expect("billed once");
        assert!(points > 500, "{points}");
    }
}

#[test]
fn every_bug_is_caught() {
    for bug in Bug::ALL.iter().copied() {
        let totals = campaign(0, 100, 2, Some(bug), |_| {});
        assert!(totals.failure.is_some(), "{bug} was not caught");
        assert_eq!(Bug::parse(bug.name()), Some(bug));
    }
}

#[test]
fn a_bug_is_caught_by_the_invariant_it_breaks() {
    let caught = |bug| campaign(0, 100, 1, Some(bug), |_| {}).failure.expect("caught").1.invariant;
    assert_eq!(caught(Bug::TimestampNow), "nothing is sent that was not frozen");
    assert_eq!(caught(Bug::ErrorIsDone), "settled means billed");
    assert_eq!(caught(Bug::LateDropped), "the bill is the sum of the events");
    assert_eq!(caught(Bug::OutcomesForgotten), "the bill is the sum of the events");
    assert_eq!(caught(Bug::ShortRetention), "every event is in one place");
}

#[test]
fn coverage_names_what_was_not_met() {
    let one = run(Scenario::small(SHELLS[0]), None, None, Tracing::Off);
    assert_eq!(one.violation, None);
    assert_eq!(one.billed, 15_000_000);
    let gaps = coverage::gaps(&one.counts);
    assert!(gaps.contains(&"fault.throttle: never met".to_owned()));
    assert!(!gaps.contains(&"verdict.carried: never met".to_owned()));
    let strange = coverage::gaps(&[("note.accepted_too_late", 1)].into());
    assert!(strange.contains(&"note.accepted_too_late: met".to_owned()));
}
