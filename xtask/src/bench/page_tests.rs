use super::{BEGIN, END, charts, region, replaced, slug, suite_of};
use crate::bench::goals::{judge, read};
use crate::bench::machine::Machine;
use crate::bench::measurement::{Measurement, Unit};
use crate::bench::results::{Missing, Results};
use crate::bench::table::tables;

fn of(suite: &str, engine: &str, subject: &str, bits: Option<u32>, median: f64) -> Measurement {
    Measurement {
        suite: suite.to_owned(),
        engine: engine.to_owned(),
        subject: subject.to_owned(),
        bits,
        n: None,
        unit: Unit::Nanoseconds,
        median,
        min: Some(median),
        rounds: Some(9),
    }
}

fn results() -> Results {
    let grown = |n: u64| Measurement {
        n: Some(n),
        ..of("grow", "native", "meterproof records", None, 500.0 * n as f64)
    };
    Results {
        machine: Machine {
            processor: "Some CPU".to_owned(),
            cores: 2,
            memory: "25 GB".to_owned(),
            system: "Linux 6.1.0 x86_64".to_owned(),
            rustc: "rustc 1.95.0".to_owned(),
            load_before: "0.20".to_owned(),
        },
        date: "2026-11-22".to_owned(),
        measurements: vec![
            of("verify", "native", "meterproof avx2", Some(2048), 20_000.0),
            of("verify", "native", "peer", Some(2048), 30_000.0),
            of("verify-many", "native", "meterproof avx2", Some(2048), 19_000.0),
            of("verify-many", "node 20.20.2", "meterproof simd", Some(2048), 39_000.0),
            of("usage", "native", "meterproof", None, 500.0),
            of("usage", "node 20.20.2", "meterproof simd", None, 600.0),
            grown(1_000),
            grown(10_000),
        ],
        missing: vec![Missing {
            engine: "bun".to_owned(),
            suite: None,
            why: "bun is not here: npm ci".to_owned(),
        }],
    }
}

#[test]
fn only_the_region_between_the_comments_is_written() {
    let page = format!("# Ours\n{BEGIN}old\n{END}the end\n");
    assert_eq!(replaced(&page, "new\n").unwrap(), format!("# Ours\n{BEGIN}new\n{END}the end\n"));
    assert_eq!(replaced("# no comments\n", "new\n"), None);
}

#[test]
fn tokens_and_records_grow_in_the_same_columns() {
    let grown = |subject: &str, bits, n| Measurement {
        n: Some(n),
        min: None,
        ..of("grow", "node 20.20.2", subject, bits, 500.0 * n as f64)
    };
    let measured = [
        grown("tokens", Some(2048), 1_000),
        grown("tokens", Some(2048), 10_000),
        grown("records", None, 1_000),
        grown("records", None, 10_000),
    ];
    assert_eq!(
        tables(&measured)[0].rows,
        [
            ["subject", "n = 1,000", "n = 10,000"],
            ["tokens", "500 µs", "5.00 ms"],
            ["records", "500 µs", "5.00 ms"],
        ]
    );
}

#[test]
fn sizes_share_a_picture_and_engines_do_where_they_are_compared() {
    let charts = charts(&results().measurements);
    let shown: Vec<_> = charts
        .iter()
        .map(|chart| {
            let groups: Vec<_> = chart.groups.iter().map(|group| group.label.as_str()).collect();
            (chart.name.as_str(), groups)
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("verify-native", vec!["RSA-2048"]),
            ("verify-many", vec!["native, RSA-2048", "node 20.20.2, RSA-2048"]),
            ("usage", vec!["native", "node 20.20.2"]),
            ("grow-native", vec!["meterproof records"]),
        ]
    );
    assert_eq!(
        charts.iter().map(suite_of).collect::<Vec<_>>(),
        ["verify", "verify-many", "usage", "grow"]
    );
    let growth: Vec<_> =
        charts[3].groups[0].bars.iter().map(|bar| (bar.label.as_str(), bar.median)).collect();
    assert_eq!(growth, [("1,000", 500.0), ("10,000", 500.0)]);
}

#[test]
fn the_region_names_machine_goals_gaps_and_growth() {
    let results = results();
    let goals = read(
        "[[goal]]\nname = \"as fast as its peer\"\nsuite = \"verify\"\nengines = [\"native\"]\n\
         bits = [2048]\nsubject = \"meterproof avx2\"\npeer = \"peer\"\nat_most = 0.5\n",
    )
    .unwrap();
    let judgements = judge(goals, &results.measurements, &results.missing);
    let text = region(&results, &judgements, &charts(&results.measurements));
    for expected in [
        "Measured on 2026-11-22: Some CPU, 2 cores, 25 GB of memory, Linux 6.1.0 x86_64; rustc 1.95.0; node 20.20.2. Load in the minute before: 0.20.\n",
        "0 of 1 are met, 1 missed, 0 not measured.\n",
        "| as fast as its peer | native | 2048 | 20.0 µs | 30.0 µs | 0.667 | ≤ 0.5 | missed |\n",
        "- bun is not here: npm ci\n",
        "### From token to claims, one call each\n\n#### native\n\n![From token to claims, one call each: native](performance/verify-native.svg)\n\n| subject | RSA-2048 | × |\n",
        "### Usage, per record\n\n![Usage, per record](performance/usage.svg)\n\n#### native\n\n| subject",
        "- meterproof records: 500 ns each by least squares through nought; no point is further from that line than 0.0 %; time grows as n to the power of 1.000.\n",
    ] {
        assert!(text.contains(expected), "{expected:?} is not in\n{text}");
    }
}

#[test]
fn the_page_of_the_repository_has_its_region() {
    assert!(replaced(include_str!("../../../docs/performance.md"), "").is_some());
}

#[test]
fn a_picture_keeps_its_name_when_a_version_moves() {
    assert_eq!(
        ["node 20.20.2", "chromium 156.0.1", "native"].map(slug),
        ["node-20", "chromium-156", "native"]
    );
}
