//! Lines and bars for whoever waits: a moving bar on a terminal, plain lines elsewhere.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

const WIDTH: usize = 30;
/// Between two drawings on a terminal: faster than this nobody reads.
const REDRAW: Duration = Duration::from_millis(80);

/// Says what begins; [`Step::done`] says how it ended and how long it took.
pub struct Step {
    what: String,
    started: Instant,
}

impl Step {
    /// Announces a step.
    pub fn start(what: impl Into<String>) -> Self {
        let what = what.into();
        println!("--> {what}");
        Self { what, started: Instant::now() }
    }

    /// Ends the step with what came of it.
    pub fn done(self, result: impl AsRef<str>) {
        let seconds = self.started.elapsed().as_secs_f64();
        println!("    {}: {} ({seconds:.1} s)", self.what, result.as_ref());
    }
}

/// A bar from 0 to a total.
pub struct Bar {
    label: String,
    total: u64,
    shown: u64,
    drawn: Option<Instant>,
    terminal: bool,
}

impl Bar {
    /// A bar that stands at 0.
    pub fn new(label: impl Into<String>, total: u64) -> Self {
        let terminal = std::io::stdout().is_terminal();
        let mut bar = Self { label: label.into(), total, shown: 0, drawn: None, terminal };
        bar.draw(0, "");
        bar
    }

    /// Moves the bar and says what is going on.
    pub fn set(&mut self, done: u64, note: &str) {
        if self.terminal {
            if self.drawn.is_none_or(|drawn| drawn.elapsed() >= REDRAW) {
                self.draw(done, note);
            }
        } else if tenths(done, self.total) > tenths(self.shown, self.total) {
            self.draw(done, note);
        }
    }

    /// Says something that stays, above the bar.
    pub fn say(&mut self, what: &str) {
        if self.terminal {
            print!("\r\x1b[2K");
        }
        println!("    {what}");
        self.drawn = None;
    }

    /// Leaves the bar where it is now, and goes to the next line.
    pub fn finish(mut self, done: u64, note: &str) {
        if self.terminal {
            self.draw(done, note);
            println!();
        } else if done != self.shown {
            self.draw(done, note);
        }
    }

    fn draw(&mut self, done: u64, note: &str) {
        let line = line(&self.label, done, self.total, note);
        if self.terminal {
            print!("\r\x1b[2K{line}");
            // A terminal that is gone is no reason to stop.
            let _ = std::io::stdout().flush();
        } else {
            println!("{line}");
        }
        self.shown = done;
        self.drawn = Some(Instant::now());
    }
}

fn tenths(done: u64, total: u64) -> u64 {
    done.saturating_mul(10).checked_div(total).unwrap_or(10)
}

fn line(label: &str, done: u64, total: u64, note: &str) -> String {
    let filled = usize::try_from(
        done.saturating_mul(WIDTH as u64).checked_div(total).unwrap_or(WIDTH as u64),
    )
    .map_or(WIDTH, |filled| filled.min(WIDTH));
    let (filled, empty) = ("#".repeat(filled), "-".repeat(WIDTH - filled));
    let line = format!("    {label} [{filled}{empty}] {done}/{total} {note}");
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_full_as_the_work_is_done() {
        assert_eq!(
            line("usage", 250, 1000, "2 faults"),
            "    usage [#######-----------------------] 250/1000 2 faults"
        );
        assert_eq!(
            line("usage", 1000, 1000, ""),
            "    usage [##############################] 1000/1000"
        );
        assert_eq!(line("none", 0, 0, ""), "    none [##############################] 0/0");
    }
}
