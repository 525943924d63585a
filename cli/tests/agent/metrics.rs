//! The text of `/metrics`, read by the rules of its format.

use std::collections::{BTreeMap, BTreeSet};

use meterproof_metering::{MemoryLedger, Policy};
use serde_json::json;

use super::requests::{agent, get, place, post};
use crate::support::event;

/// Every sample by its name and labels, once the text keeps the rules of version 0.0.4
/// (<https://prometheus.io/docs/instrumenting/exposition_formats/>): a line feed ends each line;
/// `HELP` and `TYPE` stand once and before the samples, and all samples of a metric together;
/// names and labels are well formed; no sample comes twice; a histogram's counts rise to `+Inf`,
/// which is its `_count`.
fn samples(text: &str) -> BTreeMap<String, f64> {
    assert!(text.ends_with('\n') && !text.contains('\r'));
    let mut samples = BTreeMap::new();
    let (mut described, mut typed) = (BTreeSet::new(), BTreeMap::new());
    let mut current = String::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap();
            assert!(is_name(name) && !help.is_empty(), "{line}");
            assert!(described.insert(name.to_owned()), "{line}");
            current = name.to_owned();
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert_eq!(name, current, "{line}");
            assert!(typed.insert(name.to_owned(), kind.to_owned()).is_none(), "{line}");
        } else {
            let (series, value) = line.rsplit_once(' ').unwrap();
            let name = series.split('{').next().unwrap();
            let of_histogram = typed[&current] == "histogram"
                && ["_bucket", "_sum", "_count"]
                    .iter()
                    .any(|suffix| name.strip_suffix(suffix) == Some(&current));
            assert!(name == current || of_histogram, "{line} under {current}");
            assert!(is_name(name), "{line}");
            check_labels(&series[name.len()..]);
            if typed[&current] == "counter" {
                assert!(name.ends_with("_total"), "{line}");
            }
            let value: f64 = value.parse().unwrap();
            assert!(samples.insert(series.to_owned(), value).is_none(), "{line}");
        }
    }
    for (name, _) in typed.iter().filter(|(_, kind)| *kind == "histogram") {
        check_histogram(name, text, &samples);
    }
    samples
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|first: char| first.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':'))
}

fn check_labels(labels: &str) {
    if labels.is_empty() {
        return;
    }
    let labels = labels.strip_prefix('{').unwrap().strip_suffix('}').unwrap();
    // No value here holds a comma or a quotation mark.
    for label in labels.split(',') {
        let (name, value) = label.split_once('=').unwrap();
        assert!(is_name(name) && !name.contains(':'), "{label}");
        let value = value.strip_prefix('"').unwrap().strip_suffix('"').unwrap();
        assert!(!value.contains(['"', '\\']), "{label}");
    }
}

fn check_histogram(name: &str, text: &str, samples: &BTreeMap<String, f64>) {
    let mut last: BTreeMap<String, f64> = BTreeMap::new();
    let prefix = format!("{name}_bucket{{");
    for line in text.lines().filter(|line| line.starts_with(&prefix)) {
        let (series, count) = line.rsplit_once(' ').unwrap();
        let labels = series.strip_prefix(&prefix).unwrap().strip_suffix('}').unwrap();
        let (others, bound): (Vec<_>, Vec<_>) =
            labels.split(',').partition(|label| !label.starts_with("le="));
        let count: f64 = count.parse().unwrap();
        let before = last.insert(others.join(","), count).unwrap_or(0.0);
        assert!(count >= before, "{line}");
        if bound == ["le=\"+Inf\""] {
            let labels = others.join(",");
            let braces = if labels.is_empty() { labels } else { format!("{{{labels}}}") };
            assert_eq!(samples[&format!("{name}_count{braces}")], count, "{line}");
            assert!(samples.contains_key(&format!("{name}_sum{braces}")));
        }
    }
}

#[tokio::test]
async fn the_counters_say_what_happened() {
    let agent = agent(MemoryLedger::new(place(), Policy::default()), 8);
    let body = json!([
        event("e1", 1, "2026-11-21T10:00:00Z", 3),
        event("e1", 1, "2026-11-21T10:00:00Z", 3),
        event("e2", 2, "2026-11-21T08:59:00Z", 3),
        event("e3", 1, "2026-11-21T18:00:00Z", 3),
        {},
    ]);
    post(&agent, "/v1/events", body.to_string()).await;
    post(&agent, "/v1/events", "no JSON").await;
    get(&agent, "/v1/whatever-a-client-makes-up").await;
    let answer = get(&agent, "/metrics").await;
    assert_eq!(answer.headers["content-type"], "text/plain; version=0.0.4");
    let samples = samples(answer.text());
    let value = |series: &str| {
        *samples.get(&format!("meterproof_{series}")).unwrap_or_else(|| panic!("{series}"))
    };
    assert_eq!(value("events_total{verdict=\"added\"}"), 2.0);
    assert_eq!(value("events_total{verdict=\"duplicate\"}"), 1.0);
    assert_eq!(value("events_total{verdict=\"carried\"}"), 0.0);
    assert_eq!(value("events_total{verdict=\"rejected\"}"), 2.0);
    assert_eq!(value("rejected_events_total{code=\"event_in_future\"}"), 1.0);
    assert_eq!(value("buckets{state=\"open\"}"), 2.0);
    assert_eq!(value("buckets{state=\"settled\"}"), 0.0);
    // It is 10:20, and the hour that began at 08:00 is open.
    assert_eq!(value("oldest_unsettled_bucket_age_seconds"), 8_400.0);
    assert_eq!(value("requests_total{route=\"/v1/events\",status=\"202\"}"), 1.0);
    assert_eq!(value("requests_total{route=\"/v1/events\",status=\"400\"}"), 1.0);
    assert_eq!(value("requests_total{route=\"other\",status=\"404\"}"), 1.0);
    assert_eq!(value("request_duration_seconds_count{route=\"/v1/events\"}"), 2.0);
    assert_eq!(value("calls_total{outcome=\"answered\"}"), 0.0);
    assert_eq!(value("throttles_total"), 0.0);
    assert_eq!(value("ledger_up"), 1.0);
}
