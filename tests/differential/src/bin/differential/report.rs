//! The tables at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Debug, Write as _};

use crate::options::Options;
use crate::run::Tally;

/// Counts by kind and path, and what differed.
pub fn report(options: &Options, tally: &Tally) -> String {
    let paths: BTreeSet<_> = tally.bases.keys().map(|(path, _)| path.clone()).collect();
    let paths: Vec<_> = paths.into_iter().collect();
    let bits = options.bits.map_or("any length".to_owned(), |bits| format!("{bits} bits"));
    let mut text =
        format!("{bits}, seed {}, {:.0} s\n\n", options.seed, tally.elapsed.as_secs_f64());
    table(&mut text, "base", &paths, &tally.bases);
    row(&mut text, "all", &paths, |path| {
        tally.bases.iter().filter(|((of, _), _)| of == path).map(|(_, count)| count).sum()
    });
    text.push('\n');
    table(&mut text, "modulus", &paths, &tally.moduli);
    text.push('\n');
    let counts = |map: &BTreeMap<String, u64>, path: &str| map.get(path).copied().unwrap_or(0);
    row(&mut text, "other exponents", &paths, |path| counts(&tally.exponents, path));
    row(&mut text, "differences", &paths, |path| counts(&tally.by_path, path));
    text
}

fn table<K: Debug + Copy + Ord>(
    text: &mut String,
    title: &str,
    paths: &[String],
    counts: &BTreeMap<(String, K), u64>,
) {
    let header =
        paths.iter().fold(format!("{title:<16}"), |line, path| format!("{line}{path:>12}"));
    text.push_str(&header);
    text.push('\n');
    for kind in counts.keys().map(|(_, kind)| *kind).collect::<BTreeSet<_>>() {
        row(text, &spaced(&format!("{kind:?}")), paths, |path| {
            counts.get(&(path.to_owned(), kind)).copied().unwrap_or(0)
        });
    }
}

fn row(text: &mut String, name: &str, paths: &[String], count: impl Fn(&str) -> u64) {
    let _ = write!(text, "{name:<16}");
    for path in paths {
        let _ = write!(text, "{:>12}", count(path));
    }
    text.push('\n');
}

/// `NearModulus` as `near modulus`.
fn spaced(name: &str) -> String {
    let mut words = String::new();
    for (at, letter) in name.char_indices() {
        if letter.is_uppercase() && at > 0 {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}
