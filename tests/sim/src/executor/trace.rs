//! What happened, in order: as a hash always, as text on demand.

use std::collections::VecDeque;

/// Lines that are kept for a failure.
const KEPT: usize = 400;

/// A course of events. Equal hashes of equal length mean equal courses.
#[derive(Debug, Default)]
pub(super) struct Trace {
    pub(super) hash: u64,
    pub(super) mode: Mode,
    pub(super) lines: VecDeque<String>,
    #[cfg(test)]
    pub(super) labels: Vec<&'static str>,
}

/// What is done with text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mode {
    /// It is not made.
    #[default]
    Hash,
    /// The last lines are kept.
    Keep,
    /// Every line is printed too.
    Print,
}

impl Trace {
    pub(super) fn note(
        &mut self,
        numbers: &[u64],
        label: &'static str,
        text: impl FnOnce() -> String,
    ) {
        for number in numbers {
            self.mix(&number.to_le_bytes());
        }
        self.mix(label.as_bytes());
        #[cfg(test)]
        self.labels.push(label);
        if self.mode == Mode::Hash {
            return;
        }
        let line = text();
        self.mix(line.as_bytes());
        if self.mode == Mode::Print {
            println!("{line}");
        }
        if self.lines.len() == KEPT {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    /// FNV-1a, 64 bits.
    fn mix(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.hash = (self.hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
