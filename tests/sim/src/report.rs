//! What a person reads.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use meterproof_sim::{Bug, Totals, Violation};

/// Lines of the trace that a failure shows.
const SHOWN: usize = 40;

/// How far it is: a line that is written over on a terminal, else one line in five seconds.
pub struct Progress {
    what: &'static str,
    all: u64,
    started: Instant,
    shown: AtomicU64,
}

impl Progress {
    pub fn new(what: &'static str, all: u64) -> Self {
        Self { what, all, started: Instant::now(), shown: AtomicU64::new(0) }
    }

    pub fn show(&self, done: u64) {
        let is_terminal = std::io::stdout().is_terminal();
        let took = self.started.elapsed();
        let beat = took.as_millis() as u64 / if is_terminal { 200 } else { 5_000 };
        if self.shown.swap(beat, Ordering::Relaxed) == beat {
            return;
        }
        let rate = done as f64 / took.as_secs_f64().max(0.001);
        let left = Duration::from_secs_f64(self.all.saturating_sub(done) as f64 / rate.max(0.001));
        let line = format!(
            "{done} of {} {}, {rate:.0} a second, {} s left",
            self.all,
            self.what,
            left.as_secs()
        );
        if is_terminal {
            print!("\r\x1b[K{line}");
            // A terminal that is gone misses a line of progress.
            let _ = std::io::stdout().flush();
        } else {
            println!("{line}");
        }
    }

    pub fn end(&self) {
        if std::io::stdout().is_terminal() {
            print!("\r\x1b[K");
        }
    }
}

/// What the seeds met, in columns.
pub fn totals(totals: &Totals) {
    let days = totals.simulated.as_secs() / 86_400;
    println!(
        "{} seeds in {:.1} s ({:.1} a second): {days} simulated days, {} await points",
        totals.seeds,
        totals.took.as_secs_f64(),
        totals.seeds as f64 / totals.took.as_secs_f64().max(0.001),
        totals.points
    );
    let cells: Vec<String> =
        totals.counts.iter().map(|(name, times)| format!("{name:<34}{times:>10}")).collect();
    let rows = cells.len().div_ceil(2);
    for row in 0..rows {
        let line: Vec<&str> =
            [row, row + rows].iter().filter_map(|at| cells.get(*at)).map(String::as_str).collect();
        println!("  {}", line.join("    "));
    }
}

pub fn tail(trace: &[String]) {
    println!("\nthe last of what happened:");
    for line in trace.iter().skip(trace.len().saturating_sub(SHOWN)) {
        println!("  {line}");
    }
}

pub fn failure(seed: u64, bug: Option<Bug>, violation: &Violation) {
    let with = bug.map(|bug| format!(" --bug {bug}")).unwrap_or_default();
    println!("\nseed {seed} violates an invariant");
    println!("  {}", violation.invariant);
    println!("  {}", violation.figures);
    println!("again, with all that happens: cargo xtask sim --seed {seed}{with} --trace");
}
