//! The result of one subject, as one line of JSON.

use serde::Serialize;

use crate::Samples;

/// What a benchmark program prints: one line a subject on standard output.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// What was measured: `verify`, `raw`, ...
    pub suite: &'static str,
    /// What ran it: for these programs `native`.
    pub engine: &'static str,
    /// Whose code, with its version where it is a peer.
    pub subject: String,
    /// Size of the RSA key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bits: Option<u32>,
    /// How many tokens, or records, one sample took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<u64>,
    /// `ns`.
    pub unit: &'static str,
    /// The median of the rounds.
    pub median: f64,
    /// The least of them.
    pub min: f64,
    /// How many there were.
    pub rounds: usize,
}

impl Line {
    /// Of a subject of these programs, in nanoseconds.
    #[must_use]
    pub fn new(suite: &'static str, subject: impl Into<String>, samples: &Samples) -> Self {
        Self {
            suite,
            engine: "native",
            subject: subject.into(),
            bits: None,
            n: None,
            unit: "ns",
            median: tenths(samples.median()),
            min: tenths(samples.min()),
            rounds: samples.len(),
        }
    }

    /// Prints it.
    ///
    /// # Panics
    /// Where standard output is closed: whoever asked is gone.
    pub fn print(&self) {
        // Strings and finite numbers are always JSON.
        println!("{}", serde_json::to_string(self).expect("a line is JSON"));
    }
}

/// Clocks tell no more than tenths of nanoseconds, even of a mean.
fn tenths(nanoseconds: f64) -> f64 {
    (nanoseconds * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::{Line, Samples};

    #[test]
    fn a_line_has_the_members_that_the_reader_expects() {
        let mut samples = Samples::default();
        samples.push(41_234.0);
        samples.push(39_876.04);
        let line = Line { bits: Some(2048), ..Line::new("verify", "meterproof avx2", &samples) };
        assert_eq!(
            serde_json::to_string(&line).unwrap(),
            r#"{"suite":"verify","engine":"native","subject":"meterproof avx2","bits":2048,"unit":"ns","median":40555.0,"min":39876.0,"rounds":2}"#
        );
    }
}
