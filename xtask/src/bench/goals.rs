//! The goals of `bench/goals.toml`, and whether a run meets them.

use serde::Deserialize;

use super::measurement::{Measurement, Unit, digits};
use super::results::Missing;
use crate::step::Failure;

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    goal: Vec<Row>,
}

/// A row of the file: one goal for each engine and each size.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    suite: String,
    engines: Vec<String>,
    /// None for what has no key.
    #[serde(default)]
    bits: Vec<u32>,
    subject: String,
    /// Without one the goal is for the figure itself, in `unit`.
    peer: Option<String>,
    at_most: f64,
    unit: Option<LimitUnit>,
}

/// The unit of a limit that is no ratio.
#[derive(Clone, Copy, Debug, Deserialize)]
enum LimitUnit {
    #[serde(rename = "ms")]
    Milliseconds,
    #[serde(rename = "kB")]
    Kilobytes,
    #[serde(rename = "MB")]
    Megabytes,
}

impl LimitUnit {
    fn in_base(self) -> (Unit, f64) {
        match self {
            Self::Milliseconds => (Unit::Nanoseconds, 1e6),
            Self::Kilobytes => (Unit::Bytes, 1e3),
            Self::Megabytes => (Unit::Bytes, 1e6),
        }
    }
}

/// One figure, or the ratio of two, and its limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    pub name: String,
    pub suite: String,
    pub engine: String,
    pub bits: Option<u32>,
    pub subject: String,
    pub limit: Limit,
}

/// What must not be exceeded.
#[derive(Clone, Debug, PartialEq)]
pub enum Limit {
    /// The subject's median by that of a peer.
    Ratio { peer: String, at_most: f64 },
    /// The subject's median.
    Figure { unit: Unit, at_most: f64 },
}

/// A goal and what a run says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    pub goal: Goal,
    pub outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Measured: the subject's median, its peer's if there is one, and what of them is held
    /// against the limit.
    Measured { unit: Unit, median: f64, peer: Option<f64>, value: f64, met: bool },
    /// Not measured, which is as good as missed, and why.
    Unmeasured(String),
}

impl Judgement {
    pub fn is_met(&self) -> bool {
        matches!(self.outcome, Outcome::Measured { met: true, .. })
    }

    pub fn verdict(&self) -> &'static str {
        match self.outcome {
            Outcome::Measured { met: true, .. } => "met",
            Outcome::Measured { met: false, .. } => "missed",
            Outcome::Unmeasured(_) => "not measured",
        }
    }

    /// The subject's figure.
    pub fn figure(&self) -> String {
        match &self.outcome {
            Outcome::Measured { unit, median, .. } => unit.show(*median),
            Outcome::Unmeasured(_) => "none".to_owned(),
        }
    }

    /// The peer's figure; empty where the goal has no peer.
    pub fn peer_figure(&self) -> String {
        match &self.outcome {
            Outcome::Measured { unit, peer: Some(peer), .. } => unit.show(*peer),
            _ => String::new(),
        }
    }

    /// The ratio, where there is one.
    pub fn ratio(&self) -> String {
        match &self.outcome {
            Outcome::Measured { peer: Some(_), value, .. } => digits(*value),
            _ => String::new(),
        }
    }

    /// The limit.
    pub fn limit(&self) -> String {
        match &self.goal.limit {
            Limit::Ratio { at_most, .. } => format!("≤ {at_most}"),
            Limit::Figure { unit, at_most } => format!("≤ {}", unit.show_round(*at_most)),
        }
    }
}

/// Reads the file.
pub fn read(text: &str) -> Result<Vec<Goal>, Failure> {
    let wrong = |what: String| Failure::new(what, "put bench/goals.toml right");
    let file: File =
        toml::from_str(text).map_err(|error| wrong(format!("bench/goals.toml: {error}")))?;
    let mut goals = Vec::new();
    for row in &file.goal {
        let limit = match (&row.peer, row.unit) {
            (Some(peer), None) => Limit::Ratio { peer: peer.clone(), at_most: row.at_most },
            (None, Some(limit_unit)) => {
                let (unit, size) = limit_unit.in_base();
                Limit::Figure { unit, at_most: row.at_most * size }
            }
            _ => return Err(wrong(format!("the goal `{}` needs `peer` or `unit`", row.name))),
        };
        let sizes: Vec<Option<u32>> = if row.bits.is_empty() {
            vec![None]
        } else {
            row.bits.iter().copied().map(Some).collect()
        };
        for engine in &row.engines {
            goals.extend(sizes.iter().map(|bits| Goal {
                name: row.name.clone(),
                suite: row.suite.clone(),
                engine: engine.clone(),
                bits: *bits,
                subject: row.subject.clone(),
                limit: limit.clone(),
            }));
        }
    }
    Ok(goals)
}

/// Holds a run against the goals.
pub fn judge(goals: Vec<Goal>, measured: &[Measurement], missing: &[Missing]) -> Vec<Judgement> {
    let judge_one = |goal: Goal| {
        let outcome = outcome(&goal, measured).unwrap_or_else(|why| {
            let engine = missing.iter().find(|missing| missing.is_about(&goal.engine, &goal.suite));
            Outcome::Unmeasured(engine.map_or(why, |missing| missing.why.clone()))
        });
        Judgement { goal, outcome }
    };
    goals.into_iter().map(judge_one).collect()
}

fn outcome(goal: &Goal, measured: &[Measurement]) -> Result<Outcome, String> {
    let subject = the_only(goal, &goal.subject, measured)?;
    let (peer, value, at_most) = match &goal.limit {
        Limit::Ratio { peer, at_most } => {
            let peer = the_only(goal, peer, measured)?;
            if peer.median <= 0.0 || peer.unit != subject.unit {
                return Err(format!("`{}` has no time to divide by", peer.subject));
            }
            (Some(peer.median), subject.median / peer.median, *at_most)
        }
        Limit::Figure { unit, .. } if *unit != subject.unit => {
            return Err(format!("`{}` is measured in another unit", subject.subject));
        }
        Limit::Figure { at_most, .. } => (None, subject.median, *at_most),
    };
    let met = value <= at_most;
    Ok(Outcome::Measured { unit: subject.unit, median: subject.median, peer, value, met })
}

/// The one measurement that a goal means.
fn the_only<'m>(
    goal: &Goal,
    subject: &str,
    measured: &'m [Measurement],
) -> Result<&'m Measurement, String> {
    let mut matching = measured.iter().filter(|found| {
        found.suite == goal.suite
            && found.bits == goal.bits
            && matches(&goal.engine, &found.engine)
            && matches(subject, &found.subject)
    });
    match (matching.next(), matching.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(format!("`{subject}` was not measured on `{}`", goal.engine)),
        (Some(one), Some(two)) => Err(format!(
            "`{subject}` on `{}` is both `{}` on `{}` and `{}` on `{}`",
            goal.engine, one.subject, one.engine, two.subject, two.engine
        )),
    }
}

/// Whether a text is of a pattern in which `*` stands for any text.
pub fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, after)) => text.strip_prefix(before).is_some_and(|rest| {
            rest.char_indices()
                .map(|(at, _)| at)
                .chain([rest.len()])
                .any(|at| rest.get(at..).is_some_and(|rest| matches(after, rest)))
        }),
    }
}

#[cfg(test)]
#[path = "goals_tests.rs"]
mod tests;
