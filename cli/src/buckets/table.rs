//! A list of buckets, a line each.

use std::io::{self, Write};

use meterproof_metering::Bucket;

use super::text::{Plain, hour, quantity, short, units};

/// An aligned list that is written as it is read: a page is as wide as the widest line so far.
pub(super) struct Table {
    widths: [usize; COLUMNS],
    is_begun: bool,
}

const COLUMNS: usize = 9;

const HEAD: [&str; COLUMNS] = [
    "HOUR",
    "STATE",
    "IDENTITY",
    "DIMENSION",
    "QUANTITY",
    "EVENTS",
    "CARRIED IN",
    "ATTEMPTS",
    "DUE",
];

/// Numbers stand to the right.
const NUMBERS: std::ops::RangeInclusive<usize> = 4..=7;

impl Table {
    pub(super) fn new() -> Self {
        Self { widths: HEAD.map(str::len), is_begun: false }
    }

    /// Writes one page.
    ///
    /// # Errors
    /// What writing fails with.
    pub(super) fn write(&mut self, out: &mut impl Write, buckets: &[Bucket]) -> io::Result<()> {
        if buckets.is_empty() {
            return Ok(());
        }
        let rows: Vec<[String; COLUMNS]> = buckets.iter().map(row).collect();
        for row in &rows {
            for (width, cell) in self.widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        if !self.is_begun {
            self.is_begun = true;
            self.line(out, &HEAD.map(str::to_owned))?;
        }
        rows.iter().try_for_each(|row| self.line(out, row))
    }

    fn line(&self, out: &mut impl Write, row: &[String; COLUMNS]) -> io::Result<()> {
        let cells = row.iter().zip(self.widths).enumerate().map(|(column, (cell, width))| {
            if NUMBERS.contains(&column) {
                format!("{cell:>width$}")
            } else {
                format!("{cell:<width$}")
            }
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        writeln!(out, "{}", line.trim_end())
    }
}

fn row(bucket: &Bucket) -> [String; COLUMNS] {
    let key = &bucket.key;
    let carried: u128 = bucket.contents.carried().values().sum();
    [
        hour(key.hour()),
        bucket.state.name().to_string(),
        Plain(&short(key.identity())).to_string(),
        Plain(key.dimension().as_str()).to_string(),
        quantity(bucket),
        bucket.contents.events().to_string(),
        if carried == 0 { "-".to_owned() } else { units(carried) },
        bucket.attempts.to_string(),
        bucket.due_at.map_or_else(|| "-".to_owned(), |due| due.to_string()),
    ]
}
