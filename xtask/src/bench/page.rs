//! docs/performance.md: its marked region is written by a run, the rest by people. The pictures
//! beside it are drawn anew.

use std::fs;
use std::path::Path;

use super::chart::{Bar, Chart, Group};
use super::goals::{Judgement, Outcome as GoalOutcome};
use super::growth;
use super::measurement::Measurement;
use super::results::Results;
use super::table::{Table, goal_table, grouped, groups, table};
use crate::step::{Failure, Outcome, root};

const BEGIN: &str = "<!-- written by `cargo xtask bench`: begin -->\n";
const END: &str = "<!-- written by `cargo xtask bench`: end -->\n";
/// Where the page and its pictures lie.
const PAGE: &str = "docs/performance.md";
const PICTURES: &str = "docs/performance";

/// Writes the region and the pictures.
pub fn write(results: &Results, judgements: &[Judgement]) -> Outcome {
    let page = root().join(PAGE);
    let text = fs::read_to_string(&page).map_err(|error| at(&page, &error))?;
    let charts = charts(&results.measurements);
    let region = region(results, judgements, &charts);
    let text = replaced(&text, &region).ok_or_else(|| {
        Failure::new(
            format!("{PAGE} has lost the two comments around what a run writes"),
            "restore them from the repository",
        )
    })?;
    fs::write(&page, text).map_err(|error| at(&page, &error))?;
    let folder = root().join(PICTURES);
    fs::create_dir_all(&folder).map_err(|error| at(&folder, &error))?;
    remove_pictures(&folder)?;
    for chart in charts {
        let file = folder.join(&chart.name).with_extension("svg");
        fs::write(&file, chart.to_svg()).map_err(|error| at(&file, &error))?;
    }
    Ok(())
}

/// A picture of what is no longer measured would stay for ever.
fn remove_pictures(folder: &Path) -> Outcome {
    for entry in fs::read_dir(folder).map_err(|error| at(folder, &error))? {
        let file = entry.map_err(|error| at(folder, &error))?.path();
        if file.extension().is_some_and(|extension| extension == "svg") {
            fs::remove_file(&file).map_err(|error| at(&file, &error))?;
        }
    }
    Ok(())
}

fn at(file: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        format!("{}: {error}", file.display()),
        "is the file there, and may it be written?",
    )
}

fn replaced(page: &str, region: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{region}{END}{after}"))
}

fn region(results: &Results, judgements: &[Judgement], charts: &[Chart]) -> String {
    let machine = &results.machine;
    let engines = distinct(results.measurements.iter().map(|one| one.engine.as_str()));
    let engines: Vec<&str> = engines
        .into_iter()
        .filter(|engine| !["native", "package", "lambda"].contains(engine))
        .collect();
    let mut text = format!(
        "Measured on {}: {}; {}; {}.",
        results.date,
        machine.describe(),
        machine.rustc,
        engines.join(", ")
    );
    if !machine.load_before.is_empty() {
        text.push_str(&format!(" Load in the minute before: {}.", machine.load_before));
    }
    text.push_str("\n\n### Goals\n\n");
    text.push_str(&summary(judgements));
    text.push_str(&goal_table(judgements).to_markdown());
    text.push_str(&unmeasured(results, judgements));
    for suite in super::sources::SUITES {
        let of_suite: Vec<_> = groups(&results.measurements)
            .into_iter()
            .filter(|group| group.iter().all(|one| one.suite == suite))
            .collect();
        if of_suite.is_empty() {
            continue;
        }
        text.push_str(&format!("\n### {}\n", heading(suite)));
        let pictures = || charts.iter().filter(|chart| suite_of(chart) == suite);
        for chart in pictures().filter(|chart| chart.name == suite) {
            text.push_str(&picture(chart));
        }
        for group in of_suite {
            let engine = &group[0].engine;
            let Table { rows, .. } = table(&group);
            text.push_str(&format!("\n#### {engine}\n"));
            let own = format!("{suite}-{}", slug(engine));
            for chart in pictures().filter(|chart| chart.name == own) {
                text.push_str(&picture(chart));
            }
            text.push('\n');
            text.push_str(&Table { title: String::new(), rows }.to_markdown());
            if suite == "grow" {
                text.push_str(&growth_lines(&group));
            }
        }
    }
    text
}

fn summary(judgements: &[Judgement]) -> String {
    let count = |verdict: &str| {
        judgements.iter().filter(|judgement| judgement.verdict() == verdict).count()
    };
    format!(
        "{} of {} are met, {} missed, {} not measured.\n\n",
        count("met"),
        judgements.len(),
        count("missed"),
        count("not measured")
    )
}

fn unmeasured(results: &Results, judgements: &[Judgement]) -> String {
    let mut reasons =
        distinct(judgements.iter().filter_map(|judgement| match &judgement.outcome {
            GoalOutcome::Unmeasured(why) => Some(why.as_str()),
            GoalOutcome::Measured { .. } => None,
        }));
    for missing in &results.missing {
        if !reasons.contains(&missing.why.as_str()) {
            reasons.push(&missing.why);
        }
    }
    if reasons.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = reasons.into_iter().map(|why| format!("- {why}\n")).collect();
    format!("\nNot measured:\n{}", lines.concat())
}

fn heading(suite: &str) -> &'static str {
    match suite {
        "verify" => "From token to claims, one call each",
        "verify-many" => "A thousand tokens, per token",
        "signature" => "The signature alone",
        "raw" => "The public operation alone",
        "usage" => "Usage, per record",
        "grow" => "As tokens and records grow",
        "cold" => "From nothing to the first answer",
        _ => "Sizes",
    }
}

/// What each workload of the suite `grow` comes to for one item.
fn growth_lines(group: &[&Measurement]) -> String {
    let mut text = String::from("\n");
    for subject in distinct(group.iter().map(|one| one.subject.as_str())) {
        let of_subject: Vec<_> = group.iter().filter(|one| one.subject == subject).collect();
        let points: Vec<(f64, f64)> =
            of_subject.iter().filter_map(|one| Some((one.n? as f64, one.median))).collect();
        if let Some(fit) = growth::fit(&points) {
            let unit = of_subject[0].unit;
            text.push_str(&format!(
                "- {subject}: {} each by least squares through nought; no point is further from that \
                 line than {:.1} %; time grows as n to the power of {:.3}.\n",
                unit.show(fit.slope),
                fit.residual * 100.0,
                fit.exponent
            ));
        }
    }
    text
}

/// The pictures of a run. One an engine where sizes are compared, one in all where engines are.
fn charts(measured: &[Measurement]) -> Vec<Chart> {
    let mut charts = Vec::new();
    for group in groups(measured) {
        let (suite, engine) = (group[0].suite.as_str(), group[0].engine.as_str());
        let sizes = distinct(group.iter().filter_map(|one| one.bits));
        let of_size = |bits: u32| {
            let bars = group.iter().filter(|one| one.bits == Some(bits));
            Group { label: format!("RSA-{bits}"), bars: bars.map(|one| Bar::of(one)).collect() }
        };
        match suite {
            "verify" | "raw" => charts.push(Chart {
                name: format!("{suite}-{}", slug(engine)),
                title: format!("{}: {engine}", heading(suite)),
                groups: sizes.into_iter().map(of_size).collect(),
                unit: group[0].unit,
            }),
            "verify-many" => {
                for bits in sizes {
                    add_group(&mut charts, &group, format!("{engine}, RSA-{bits}"), Some(bits));
                }
            }
            "usage" => add_group(&mut charts, &group, engine.to_owned(), None),
            "grow" => charts.push(growth_chart(&group, engine)),
            _ => {}
        }
    }
    charts
}

/// Adds an engine's bars to the one picture of its suite.
fn add_group(charts: &mut Vec<Chart>, group: &[&Measurement], label: String, bits: Option<u32>) {
    let suite = group[0].suite.as_str();
    let bars = group.iter().filter(|one| one.bits == bits).map(|one| Bar::of(one)).collect();
    let added = Group { label, bars };
    match charts.iter_mut().find(|chart| chart.name == suite) {
        Some(chart) => chart.groups.push(added),
        None => charts.push(Chart {
            name: suite.to_owned(),
            title: heading(suite).to_owned(),
            groups: vec![added],
            unit: group[0].unit,
        }),
    }
}

/// Time for one item at each n: bars of one length are a straight line.
fn growth_chart(group: &[&Measurement], engine: &str) -> Chart {
    let of_subject = |subject: &str| {
        let bars = group.iter().filter(|one| one.subject == subject).filter_map(|one| {
            let n = one.n?;
            Some(Bar {
                label: grouped(n),
                median: one.median / n as f64,
                min: one.min.map(|min| min / n as f64),
                is_ours: one.is_ours(),
            })
        });
        Group { label: subject.to_owned(), bars: bars.collect() }
    };
    Chart {
        name: format!("grow-{}", slug(engine)),
        title: format!("{}, time for each: {engine}", heading("grow")),
        groups: distinct(group.iter().map(|one| one.subject.as_str()))
            .into_iter()
            .map(of_subject)
            .collect(),
        unit: group[0].unit,
    }
}

fn suite_of(chart: &Chart) -> &'static str {
    let of = |suite: &&str| {
        chart.name.strip_prefix(suite).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    // The longest that fits: `verify-many` begins like `verify`.
    super::sources::SUITES.into_iter().filter(of).max_by_key(|suite| suite.len()).unwrap_or("")
}

fn picture(chart: &Chart) -> String {
    format!("\n![{}](performance/{}.svg)\n", chart.title, chart.name)
}

/// An engine without the parts of its version that change often: `node 20.20.2` is `node-20`.
fn slug(engine: &str) -> String {
    engine.split('.').next().unwrap_or(engine).replace(' ', "-")
}

fn distinct<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut found = Vec::new();
    for item in items {
        if !found.contains(&item) {
            found.push(item);
        }
    }
    found
}

#[cfg(test)]
#[path = "page_tests.rs"]
mod tests;
