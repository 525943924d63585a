//! Metrics in CloudWatch's embedded metric format: a line of the log that CloudWatch Logs takes
//! values out of, without a call.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use std::io::Write as _;

use meterproof::Timestamp;
use serde_json::{Map, Value, json};

/// The namespace of all metrics.
pub const NAMESPACE: &str = "Meterproof";

/// The one dimension: the ledger's table tells stacks of one account apart.
pub const DIMENSION: &str = "LedgerTable";

/// A metric. Counters count since the line before; gauges say how things stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Events added to their own hour.
    EventsAdded,
    /// Events taken before.
    EventsDuplicate,
    /// Events added to a later hour.
    EventsCarried,
    /// Events that do not count.
    EventsRejected,
    /// Hours that became records.
    BucketsFrozen,
    /// Records that AWS has.
    BucketsSettled,
    /// Records that somebody has to do something about first.
    BucketsHeld,
    /// Records whose hour AWS has billed with another quantity.
    BucketsConflict,
    /// Buckets whose window closed and whose usage stays unbilled.
    BucketsExpired,
    /// Buckets whose window closed and whose usage is in a later hour now.
    BucketsCarriedOver,
    /// Rounds of `close_hour` that ended well.
    Sweeps,
    /// BatchMeterUsage calls.
    Calls,
    /// Calls that were throttled.
    Throttled,
    /// Gauge: for how long the hour of the oldest unsettled bucket has been closed, in seconds.
    OldestUnsettledBucketAge,
    /// Gauge: buckets that are held.
    HeldBuckets,
}

impl Metric {
    /// All metrics.
    pub const ALL: [Self; 15] = [
        Self::EventsAdded,
        Self::EventsDuplicate,
        Self::EventsCarried,
        Self::EventsRejected,
        Self::BucketsFrozen,
        Self::BucketsSettled,
        Self::BucketsHeld,
        Self::BucketsConflict,
        Self::BucketsExpired,
        Self::BucketsCarriedOver,
        Self::Sweeps,
        Self::Calls,
        Self::Throttled,
        Self::OldestUnsettledBucketAge,
        Self::HeldBuckets,
    ];

    /// The name in CloudWatch.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EventsAdded => "EventsAdded",
            Self::EventsDuplicate => "EventsDuplicate",
            Self::EventsCarried => "EventsCarried",
            Self::EventsRejected => "EventsRejected",
            Self::BucketsFrozen => "BucketsFrozen",
            Self::BucketsSettled => "BucketsSettled",
            Self::BucketsHeld => "BucketsHeld",
            Self::BucketsConflict => "BucketsConflict",
            Self::BucketsExpired => "BucketsExpired",
            Self::BucketsCarriedOver => "BucketsCarriedOver",
            Self::Sweeps => "Sweeps",
            Self::Calls => "Calls",
            Self::Throttled => "Throttled",
            Self::OldestUnsettledBucketAge => "OldestUnsettledBucketAge",
            Self::HeldBuckets => "HeldBuckets",
        }
    }

    fn unit(self) -> &'static str {
        match self {
            Self::OldestUnsettledBucketAge => "Seconds",
            _ => "Count",
        }
    }
}

/// What one invocation measured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
    values: Vec<(Metric, u64)>,
}

impl Metrics {
    /// Adds to a metric; a metric that is added to, be it nothing, is written.
    pub fn add(&mut self, metric: Metric, value: u64) {
        match self.values.iter_mut().find(|(known, _)| *known == metric) {
            Some((_, sum)) => *sum = sum.saturating_add(value),
            None => self.values.push((metric, value)),
        }
    }

    /// The value of a metric; `None` where it was not measured.
    #[must_use]
    pub fn get(&self, metric: Metric) -> Option<u64> {
        self.values.iter().find(|(known, _)| *known == metric).map(|(_, value)| *value)
    }

    /// The line of the log, without its end; `None` where nothing was measured.
    #[must_use]
    pub fn line(&self, ledger_table: &str, now: Timestamp) -> Option<String> {
        if self.values.is_empty() {
            return None;
        }
        let definitions: Vec<Value> = self
            .values
            .iter()
            .map(|(metric, _)| json!({ "Name": metric.name(), "Unit": metric.unit() }))
            .collect();
        let mut line = Map::new();
        line.insert(
            "_aws".into(),
            json!({
                "Timestamp": now.unix_millis(),
                "CloudWatchMetrics": [{
                    "Namespace": NAMESPACE,
                    "Dimensions": [[DIMENSION]],
                    "Metrics": definitions,
                }],
            }),
        );
        line.insert(DIMENSION.into(), ledger_table.into());
        for (metric, value) in &self.values {
            line.insert(metric.name().into(), (*value).into());
        }
        Some(Value::Object(line).to_string())
    }

    /// Writes the line to standard output, where Lambda's logs come from.
    pub fn print(&self, ledger_table: &str, now: Timestamp) {
        if let Some(line) = self.line(ledger_table, now) {
            // One write: lines of the log do not mix. A closed output loses a measurement, no usage.
            let _ = std::io::stdout().lock().write_all(format!("{line}\n").as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::parse_iso_8601("2026-11-21T10:20:00.250Z").unwrap()
    }

    #[test]
    fn a_line_has_the_form_of_the_specification() {
        let mut metrics = Metrics::default();
        metrics.add(Metric::BucketsFrozen, 2);
        metrics.add(Metric::BucketsFrozen, 3);
        metrics.add(Metric::OldestUnsettledBucketAge, 0);
        let line = metrics.line("ledger", now()).unwrap();
        let expected = json!({
            "_aws": {
                "Timestamp": 1_795_256_400_250_i64,
                "CloudWatchMetrics": [{
                    "Namespace": "Meterproof",
                    "Dimensions": [["LedgerTable"]],
                    "Metrics": [
                        { "Name": "BucketsFrozen", "Unit": "Count" },
                        { "Name": "OldestUnsettledBucketAge", "Unit": "Seconds" },
                    ],
                }],
            },
            "LedgerTable": "ledger",
            "BucketsFrozen": 5,
            "OldestUnsettledBucketAge": 0,
        });
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), expected);
        assert!(!line.contains('\n'));
    }

    #[test]
    fn every_metric_keeps_the_limits_of_the_specification() {
        let mut metrics = Metrics::default();
        for metric in Metric::ALL {
            metrics.add(metric, u64::MAX);
        }
        let line: Value = serde_json::from_str(&metrics.line("l", now()).unwrap()).unwrap();
        let definitions = line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap();
        // At most 100 definitions, each with a value at the root that is a number, and no root
        // member twice.
        assert_eq!(definitions.len(), Metric::ALL.len());
        for definition in definitions {
            assert!(line[definition["Name"].as_str().unwrap()].is_number(), "{definition}");
        }
        assert_eq!(line.as_object().unwrap().len(), Metric::ALL.len() + 2);
    }

    #[test]
    fn nothing_measured_is_no_line() {
        assert_eq!(Metrics::default().line("ledger", now()), None);
    }
}
