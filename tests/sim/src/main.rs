//! sim
use meterproof_sim::{run_seed, Tracing};
fn main() {
    let args: Vec<u64> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let from = args[0]; let n = args[1];
    let start = std::time::Instant::now();
    let mut bad = 0;
    let mut counts = std::collections::BTreeMap::new();
    for seed in from..from+n {
        let run = run_seed(seed, None, if args.len() > 2 { Tracing::Print } else { Tracing::Off });
        for (k, v) in run.counts { *counts.entry(k).or_insert(0) += v; }
        if let Some(v) = run.violation { bad += 1; println!("{seed}: {v}"); }
    }
    println!("{counts:#?}");
    println!("{bad} bad of {n} in {:?}", start.elapsed());
}
