//! What the view shows at one moment, and what changes from one moment to the next.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use meterproof::Timestamp;
use serde_json::{Map, Value, json};

use super::amount::Amount;
use super::bucket::{Bucket, Line, Stage};
use super::faults::Standing;
use super::journal::Entry;

/// Buckets in one message. The counts are exact whatever is left out.
const MOST_BUCKETS: usize = 300;
/// Settled buckets in a first message: what settles later comes as it does.
const LATEST_SETTLED: usize = 60;
/// Points of the drawing that are kept: two minutes, one each half a second.
const MOST_POINTS: usize = 240;
const POINTS_APART_MS: u64 = 500;

/// Where the flow is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The driven flow is under way: the view begins after it.
    Driven,
    /// The view shows what happens.
    Live,
    /// Everything is being stopped.
    Ended,
}

/// One moment.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Where the flow is.
    pub phase: Phase,
    /// Milliseconds since the view began.
    pub at: u64,
    /// What time it is for the agent and the emulator.
    pub now: Timestamp,
    /// Whether the seller's software posts usage.
    pub flows: bool,
    /// Whether the customer that can leave is subscribed.
    pub subscribed: bool,
    /// Whether the agent answers.
    pub agent_is_up: bool,
    /// Sums that belong together; `None` until the first.
    pub totals: Option<Totals>,
    /// Faults that are in force.
    pub faults: Standing,
    /// All buckets of the ledger.
    pub buckets: BTreeMap<Line, Arc<Bucket>>,
    /// What happened lately.
    pub log: VecDeque<Arc<Entry>>,
    /// The totals of the last minutes.
    pub points: VecDeque<Point>,
}

/// Sums of one quiet moment: nothing was being posted, and nothing was billed while they were
/// read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    /// What the agent has acknowledged.
    pub used: Amount,
    /// What the emulator has billed.
    pub billed: Amount,
    /// What is in the agent's ledger and not billed.
    pub waiting: Amount,
    /// Buckets of each stage, and what of them waits.
    pub stages: [(usize, Amount); Stage::ALL.len()],
    /// Events that were acknowledged for the first time.
    pub events: u64,
}

/// The totals at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    at: u64,
    now: Timestamp,
    used: Amount,
    billed: Amount,
}

impl Totals {
    /// The sums of these buckets.
    pub fn of<'a>(
        used: Amount,
        billed: Amount,
        events: u64,
        buckets: impl IntoIterator<Item = &'a Arc<Bucket>>,
    ) -> Self {
        let mut stages = [(0, Amount::ZERO); Stage::ALL.len()];
        for bucket in buckets {
            let place = Stage::ALL.iter().position(|stage| *stage == bucket.stage);
            if let Some((count, waiting)) = place.and_then(|at| stages.get_mut(at)) {
                *count += 1;
                *waiting += bucket.waiting();
            }
        }
        let waiting = stages.iter().map(|(_, waiting)| *waiting).sum();
        Self { used, billed, waiting, stages, events }
    }

    /// What the equation `used = billed + waiting` leaves over. Zero, unless somebody else posted
    /// or billed usage (above zero), or usage was lost (below).
    pub fn unexplained(&self) -> Amount {
        self.billed + self.waiting - self.used
    }

    /// Whether time alone has something left to do.
    pub fn is_moving(&self) -> bool {
        Stage::ALL.iter().zip(self.stages).any(|(stage, (count, _))| stage.is_moving() && count > 0)
    }

    fn json(&self) -> Value {
        let stages = Stage::ALL.iter().zip(self.stages).map(|(stage, (count, waiting))| {
            let told = json!({ "buckets": count, "waiting": waiting.to_string() });
            (stage.code().to_owned(), told)
        });
        json!({
            "used": self.used.to_string(),
            "billed": self.billed.to_string(),
            "waiting": self.waiting.to_string(),
            "unexplained": self.unexplained().to_string(),
            "events": self.events,
            "states": Value::Object(stages.collect()),
        })
    }
}

impl Phase {
    fn code(self) -> &'static str {
        match self {
            Self::Driven => "driven",
            Self::Live => "live",
            Self::Ended => "ended",
        }
    }
}

impl Scene {
    /// Before the view begins.
    pub fn before(now: Timestamp) -> Self {
        Self {
            phase: Phase::Driven,
            at: 0,
            now,
            flows: true,
            subscribed: true,
            agent_is_up: false,
            totals: None,
            faults: Standing::default(),
            buckets: BTreeMap::new(),
            log: VecDeque::new(),
            points: VecDeque::new(),
        }
    }

    /// Adds the totals to the drawing, unless it has a point of a moment ago.
    pub fn draw(&mut self) {
        let Some(totals) = &self.totals else { return };
        if self.points.back().is_some_and(|last| self.at < last.at + POINTS_APART_MS) {
            return;
        }
        if self.points.len() >= MOST_POINTS {
            self.points.pop_front();
        }
        let (used, billed) = (totals.used, totals.billed);
        self.points.push_back(Point { at: self.at, now: self.now, used, billed });
    }

    /// The whole scene, with as many buckets as a page draws.
    pub fn json(&self) -> Value {
        let is_settled = |bucket: &&Arc<Bucket>| bucket.stage == Stage::Settled;
        let latest = || self.buckets.values().rev();
        let settled = latest().filter(is_settled).take(LATEST_SETTLED);
        let others = latest().filter(|bucket| !is_settled(bucket)).take(MOST_BUCKETS);
        let mut told = self.members(None);
        let buckets: Vec<_> = others.chain(settled).map(|bucket| bucket.json()).collect();
        told.insert("buckets".to_owned(), json!(buckets));
        let points: Vec<_> = self.points.iter().map(|point| point.json()).collect();
        told.insert("points".to_owned(), json!(points));
        Value::Object(told)
    }

    /// Every bucket.
    pub fn all_buckets(&self) -> Value {
        json!(self.buckets.values().map(|bucket| bucket.json()).collect::<Vec<_>>())
    }

    /// Everything but buckets and points.
    pub fn summary(&self) -> Value {
        Value::Object(self.members(None))
    }

    /// What is different from an earlier scene; `None` where nothing is that anybody sees.
    pub fn since(&self, earlier: &Self) -> Option<Value> {
        let mut told = self.members(Some(earlier));
        let is_new =
            |(line, bucket): &(&Line, &Arc<Bucket>)| earlier.buckets.get(*line) != Some(*bucket);
        let changed = self.buckets.iter().rev().filter(is_new).take(MOST_BUCKETS);
        let changed: Vec<_> = changed.map(|(_, bucket)| bucket.json()).collect();
        if !changed.is_empty() {
            told.insert("buckets".to_owned(), json!(changed));
        }
        // The time alone counts by the minute.
        let minute = |scene: &Self| scene.now.unix_seconds() / 60;
        (told.len() > 2 || minute(self) != minute(earlier)).then_some(Value::Object(told))
    }

    /// The time, and those of the other members that differ from the earlier scene's.
    fn members(&self, earlier: Option<&Self>) -> Map<String, Value> {
        let mut told = Map::new();
        told.insert("at".to_owned(), json!(self.at));
        told.insert("now".to_owned(), json!(self.now.to_string()));
        let mut tell = |name: &str, is_same: bool, value: &dyn Fn() -> Value| {
            if earlier.is_none() || !is_same {
                told.insert(name.to_owned(), value());
            }
        };
        let same = |is_same: fn(&Self, &Self) -> bool| {
            earlier.is_some_and(|earlier| is_same(self, earlier))
        };
        tell("phase", same(|a, b| a.phase == b.phase), &|| json!(self.phase.code()));
        tell("flows", same(|a, b| a.flows == b.flows), &|| json!(self.flows));
        tell("subscribed", same(|a, b| a.subscribed == b.subscribed), &|| json!(self.subscribed));
        tell("agentIsUp", same(|a, b| a.agent_is_up == b.agent_is_up), &|| json!(self.agent_is_up));
        tell("faults", same(|a, b| a.faults == b.faults), &|| self.faults.json());
        tell("totals", same(|a, b| a.totals == b.totals), &|| {
            self.totals.as_ref().map_or(Value::Null, Totals::json)
        });
        let last = earlier.and_then(|earlier| earlier.log.back()).map_or(0, |entry| entry.number);
        let fresh: Vec<_> = self.log.iter().filter(|entry| entry.number > last).collect();
        tell("log", fresh.is_empty(), &|| {
            json!(fresh.iter().map(|e| e.json()).collect::<Vec<_>>())
        });
        told
    }
}

impl Point {
    fn json(&self) -> Value {
        json!([self.at, self.now.to_string(), self.used.to_string(), self.billed.to_string()])
    }
}

#[cfg(test)]
mod tests {
    use super::super::bucket::testing::bucket;
    use super::*;

    const HOUR: &str = "2026-11-21T10:00:00Z";

    fn amount(text: &str) -> Amount {
        Amount::parse(text).unwrap()
    }

    fn scene(buckets: &[(&str, Stage, &str, Option<&str>)], used: &str, billed: &str) -> Scene {
        let mut scene = Scene::before(Timestamp::parse_iso_8601(HOUR).unwrap());
        for (license, stage, quantity, billed) in buckets {
            let mut one = bucket(license, HOUR, *stage, quantity, "opened");
            one.billed = billed.map(amount);
            scene.buckets.insert(one.line.clone(), Arc::new(one));
        }
        let totals = Totals::of(amount(used), amount(billed), 9, scene.buckets.values());
        scene.totals = Some(totals);
        scene
    }

    #[test]
    fn used_is_billed_and_what_waits_in_each_stage() {
        let scene = scene(
            &[
                ("l-1", Stage::Open, "1.5", None),
                ("l-2", Stage::Frozen, "4", Some("4")),
                ("l-3", Stage::Frozen, "2", None),
                ("l-4", Stage::Settled, "10", Some("10")),
                ("l-5", Stage::Conflict, "7", Some("1")),
            ],
            "24.5",
            "15",
        );
        let told = scene.json();
        assert_eq!(told["totals"]["waiting"], json!("9.5"));
        assert_eq!(told["totals"]["unexplained"], json!("0"));
        assert_eq!(
            told["totals"]["states"]["frozen"],
            json!({ "buckets": 2, "waiting": "2" }),
            "one of them is billed, and its answer got lost"
        );
        assert_eq!(told["totals"]["states"]["conflict"]["waiting"], json!("6"));
        assert!(scene.totals.unwrap().is_moving());
    }

    #[test]
    fn lost_usage_and_foreign_usage_are_told_apart() {
        let lost = scene(&[("l-1", Stage::Open, "1", None)], "3", "1").totals.unwrap();
        assert_eq!(lost.unexplained(), amount("-1"));
        let foreign = scene(&[("l-1", Stage::Open, "9", None)], "3", "1").totals.unwrap();
        assert_eq!(foreign.unexplained(), amount("7"));
        let quiet = scene(&[("l-1", Stage::Settled, "3", Some("3"))], "3", "3").totals.unwrap();
        assert_eq!((quiet.unexplained(), quiet.is_moving()), (Amount::ZERO, false));
    }

    #[test]
    fn only_what_changed_is_told() {
        let before = scene(&[("l-1", Stage::Open, "1", None)], "1", "0");
        let mut after = before.clone();
        assert_eq!(after.since(&before), None);
        after.now = after.now.plus_seconds(59).unwrap();
        assert_eq!(after.since(&before), None);
        after.now = after.now.plus_seconds(1).unwrap();
        assert_eq!(
            after.since(&before),
            Some(json!({ "at": 0, "now": "2026-11-21T10:01:00Z" })),
            "the time, by the minute"
        );
        after.flows = false;
        let new = Arc::new(bucket("l-2", HOUR, Stage::Open, "5", "opened"));
        after.buckets.insert(new.line.clone(), new);
        let told = after.since(&before).unwrap();
        let names: Vec<_> = told.as_object().unwrap().keys().collect();
        assert_eq!(names, ["at", "buckets", "flows", "now"]);
        assert_eq!(told["buckets"][0]["license"], json!("l-2"));
    }

    #[test]
    fn the_drawing_keeps_two_minutes_of_points() {
        let mut scene = scene(&[], "1", "1");
        for at in 0..1_000 {
            scene.at = at * 250;
            scene.draw();
        }
        let points = scene.json()["points"].as_array().unwrap().clone();
        assert_eq!(points.len(), MOST_POINTS);
        assert_eq!(points[0][0], json!((1_000 - 2 * MOST_POINTS as u64) * 250));
    }
}
