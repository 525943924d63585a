//! An emulator of its own for a test that speaks to one.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::step::{Failure, target};

/// A running emulator; it ends with this value.
pub struct Emulator {
    child: Child,
    url: String,
}

impl Emulator {
    /// Starts the built binary on a free port of loopback.
    pub fn start() -> Result<Self, Failure> {
        let binary = target().join("debug/meterproof-emulator");
        let remedy = "run `cargo build -p meterproof-emulator` and start it by hand to see why";
        let mut child = Command::new(&binary)
            .args(["--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| {
                Failure::new(format!("{} did not start: {error}", binary.display()), remedy)
            })?;
        let mut first_line = String::new();
        if let Some(output) = child.stdout.as_mut() {
            // An error leaves the line empty, which the next check reports.
            let _ = BufReader::new(output).read_line(&mut first_line);
        }
        match first_line.trim().strip_prefix("listening on ") {
            Some(url) => Ok(Self { url: url.to_owned(), child }),
            None => {
                let _ = child.kill();
                Err(Failure::new("the emulator did not say where it listens", remedy))
            }
        }
    }

    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
