//! One figure, as a benchmark program prints it.

use serde::{Deserialize, Serialize};

/// A line of JSON from a program: whose code, on what, how long or how large.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// What was measured: `verify`, `verify-many`, `signature`, `raw`, `usage`, `cold`, `size`,
    /// `grow`.
    pub suite: String,
    /// What ran it, with its version: `native`, `node 20.20.2`.
    pub engine: String,
    /// Whose code, with its version where it is a peer.
    pub subject: String,
    /// Size of the RSA key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bits: Option<u32>,
    /// How many tokens, or records, the figure is for (suite `grow`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<u64>,
    pub unit: Unit,
    pub median: f64,
    /// The least of the rounds; sizes have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounds: Option<u64>,
}

impl Measurement {
    /// Whether it is of our code.
    pub fn is_ours(&self) -> bool {
        self.subject.starts_with("meterproof")
    }
}

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    #[serde(rename = "ns")]
    Nanoseconds,
    #[serde(rename = "bytes")]
    Bytes,
}

impl Unit {
    /// A figure with three digits that count, as a person reads it.
    pub fn show(self, figure: f64) -> String {
        let steps: &[(f64, &str)] = match self {
            Self::Nanoseconds => &[(1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns")],
            Self::Bytes => &[(1e6, "MB"), (1e3, "kB"), (1.0, "bytes")],
        };
        let (size, name) = steps
            .iter()
            .find(|(size, _)| figure >= *size)
            .copied()
            .unwrap_or(steps[steps.len() - 1]);
        format!("{} {name}", digits(figure / size))
    }

    /// A round figure, as people set limits and scales: without zeros that say nothing.
    pub fn show_round(self, figure: f64) -> String {
        if figure == 0.0 {
            return "0".to_owned();
        }
        let shown = self.show(figure);
        match shown.split_once(' ') {
            Some((figure, unit)) if figure.contains('.') => {
                format!("{} {unit}", figure.trim_end_matches('0').trim_end_matches('.'))
            }
            _ => shown,
        }
    }
}

/// Three digits that count, and never an exponent.
pub fn digits(figure: f64) -> String {
    let decimals = match figure.abs() {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        size if size >= 0.995 || size == 0.0 => 2,
        _ => 3,
    };
    format!("{figure:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::{Measurement, Unit, digits};

    #[test]
    fn a_line_of_a_program_is_read() {
        let line = r#"{"suite":"verify","engine":"node 20.20.2","subject":"meterproof simd","bits":2048,"unit":"ns","median":41234,"min":39876,"rounds":300}"#;
        let read: Measurement = serde_json::from_str(line).unwrap();
        assert_eq!(read.bits, Some(2048));
        assert_eq!(read.unit, Unit::Nanoseconds);
        assert_eq!((read.median, read.min, read.rounds), (41_234.0, Some(39_876.0), Some(300)));
        assert!(read.is_ours());
        assert_eq!(
            serde_json::from_str::<Measurement>(&serde_json::to_string(&read).unwrap()).unwrap(),
            read
        );
    }

    #[test]
    fn a_size_has_a_median_only() {
        let line = r#"{"suite":"size","engine":"package","subject":"verify.simd.wasm brotli","unit":"bytes","median":15212}"#;
        let read: Measurement = serde_json::from_str(line).unwrap();
        assert_eq!((read.unit, read.median, read.min), (Unit::Bytes, 15_212.0, None));
    }

    #[test]
    fn figures_have_three_digits_and_a_unit() {
        let times = [0.4, 512.0, 999.6, 41_234.0, 1_500_000.0, 27_000_000_000.0];
        assert_eq!(
            times.map(|time| Unit::Nanoseconds.show(time)),
            ["0.400 ns", "512 ns", "1000 ns", "41.2 µs", "1.50 ms", "27.0 s"]
        );
        assert_eq!(
            [900.0, 15_212.0, 4_410_000.0].map(|size| Unit::Bytes.show(size)),
            ["900 bytes", "15.2 kB", "4.41 MB"]
        );
    }

    #[test]
    fn round_figures_have_no_zeros_behind_the_point() {
        let times = [0.0, 500.0, 2_500.0, 6_000_000.0, 20_000_000.0, 100_000_000.0];
        assert_eq!(
            times.map(|time| Unit::Nanoseconds.show_round(time)),
            ["0", "500 ns", "2.5 µs", "6 ms", "20 ms", "100 ms"]
        );
    }

    #[test]
    fn digits_round_without_a_fourth_one() {
        assert_eq!(
            [99.96, 9.996, 0.9956, 0.0994, 0.0].map(digits),
            ["100", "10.0", "1.00", "0.099", "0.00"]
        );
    }
}
