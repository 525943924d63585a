//! Figures side by side: one table for each suite and engine, one line a subject, one column a
//! size.

use super::goals::Judgement;
use super::measurement::{Measurement, digits};

/// Cells, the first row of which names the columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub title: String,
    pub rows: Vec<Vec<String>>,
}

/// A column of figures: a key's size, or for what grows how many.
type Column = (Option<u32>, Option<u64>);

/// Records that grow have no key, and stand in one column with as many tokens.
fn column_of(one: &Measurement) -> Column {
    match one.n {
        Some(n) => (None, Some(n)),
        None => (one.bits, None),
    }
}

/// The tables of a run, in the order in which its figures came.
pub fn tables(measured: &[Measurement]) -> Vec<Table> {
    groups(measured).into_iter().map(|group| table(&group)).collect()
}

/// Figures by suite and engine, suites together.
pub fn groups(measured: &[Measurement]) -> Vec<Vec<&Measurement>> {
    let mut groups: Vec<Vec<&Measurement>> = Vec::new();
    for suite in super::sources::SUITES {
        for one in measured.iter().filter(|one| one.suite == suite) {
            match groups
                .iter_mut()
                .find(|group| group[0].suite == one.suite && group[0].engine == one.engine)
            {
                Some(group) => group.push(one),
                None => groups.push(vec![one]),
            }
        }
    }
    groups
}

/// One group as a table. The ratios are to the first subject of ours, where there is one: above
/// 1 is slower.
pub fn table(group: &[&Measurement]) -> Table {
    let columns: Vec<Column> = distinct(group.iter().map(|one| column_of(one)));
    let subjects: Vec<&str> = distinct(group.iter().map(|one| one.subject.as_str()));
    let is_compared = group.iter().any(|one| one.is_ours())
        && subjects.len() > 1
        && group.iter().any(|one| one.min.is_some() && one.n.is_none());
    let find = |subject: &str, column: &Column| {
        group.iter().find(|one| one.subject == subject && column_of(one) == *column)
    };
    let mut rows = vec![vec![String::from("subject")]];
    for column in &columns {
        rows[0].push(column_name(column));
        if is_compared {
            rows[0].push("×".to_owned());
        }
    }
    for subject in subjects {
        let mut row = vec![subject.to_owned()];
        for column in &columns {
            let found = find(subject, column);
            row.push(found.map_or(String::new(), |one| cell(one)));
            if is_compared {
                let base = group
                    .iter()
                    .find(|one| one.is_ours() && column_of(one) == *column)
                    .map(|one| one.median);
                row.push(match (found, base) {
                    (Some(one), Some(base)) if base > 0.0 => digits(one.median / base),
                    _ => String::new(),
                });
            }
        }
        rows.push(row);
    }
    // A group has at least one figure.
    let title = group.first().map_or(String::new(), |one| format!("{}, {}", one.suite, one.engine));
    Table { title, rows }
}

/// The goals, and whether they are met.
pub fn goal_table(judgements: &[Judgement]) -> Table {
    let mut rows = vec![
        ["goal", "engine", "RSA", "figure", "peer", "ratio", "limit", ""]
            .map(str::to_owned)
            .to_vec(),
    ];
    for judgement in judgements {
        let goal = &judgement.goal;
        rows.push(vec![
            goal.name.clone(),
            goal.engine.trim_end_matches(['*', '.', ' ']).to_owned(),
            goal.bits.map_or(String::new(), |bits| bits.to_string()),
            judgement.figure(),
            judgement.peer_figure(),
            judgement.ratio(),
            judgement.limit(),
            judgement.verdict().to_owned(),
        ]);
    }
    Table { title: "goals".to_owned(), rows }
}

fn column_name((bits, n): &Column) -> String {
    match (bits, n) {
        (Some(bits), None) => format!("RSA-{bits}"),
        (_, Some(n)) => format!("n = {}", grouped(*n)),
        (None, None) => "median".to_owned(),
    }
}

/// Digits in threes, as `1,000,000`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

fn cell(one: &Measurement) -> String {
    match one.min {
        Some(min) => format!("{} ({})", one.unit.show(one.median), one.unit.show(min)),
        None => one.unit.show(one.median),
    }
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

impl Table {
    /// For a terminal: columns of equal width, figures at the right.
    pub fn to_text(&self) -> String {
        let width_of = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.rows.first().map_or(0, Vec::len)).map(width_of).collect();
        let mut text = format!("{}\n", self.title);
        for row in &self.rows {
            let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
                let space = " ".repeat(width - cell.chars().count());
                if column == 0 { format!("{cell}{space}") } else { format!("{space}{cell}") }
            });
            text.push_str("  ");
            text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
            text.push('\n');
        }
        text
    }

    /// For a page in Markdown, without the title.
    pub fn to_markdown(&self) -> String {
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | ").replace('*', "\\*"));
        let mut text = String::new();
        for (index, row) in self.rows.iter().enumerate() {
            text.push_str(&line(row));
            if index == 0 {
                text.push_str("|---|");
                text.push_str(&"---:|".repeat(row.len().saturating_sub(1)));
                text.push('\n');
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{Measurement, grouped, tables};
    use crate::bench::measurement::Unit;

    fn of(engine: &str, subject: &str, bits: u32, median: f64, min: f64) -> Measurement {
        Measurement {
            suite: "verify".to_owned(),
            engine: engine.to_owned(),
            subject: subject.to_owned(),
            bits: Some(bits),
            n: None,
            unit: Unit::Nanoseconds,
            median,
            min: Some(min),
            rounds: Some(9),
        }
    }

    fn measured() -> Vec<Measurement> {
        vec![
            of("native", "meterproof avx2", 2048, 20_000.0, 19_000.0),
            of("native", "peer 1.0", 2048, 30_000.0, 28_500.0),
            of("node 20.20.2", "meterproof simd", 2048, 40_000.0, 39_000.0),
            of("native", "meterproof avx2", 3072, 33_000.0, 32_000.0),
        ]
    }

    #[test]
    fn a_table_has_a_column_a_size_and_a_ratio_beside_it() {
        let tables = tables(&measured());
        assert_eq!(tables.len(), 2);
        assert_eq!(tables[0].title, "verify, native");
        assert_eq!(
            tables[0].rows,
            [
                vec!["subject", "RSA-2048", "×", "RSA-3072", "×"],
                vec!["meterproof avx2", "20.0 µs (19.0 µs)", "1.00", "33.0 µs (32.0 µs)", "1.00"],
                vec!["peer 1.0", "30.0 µs (28.5 µs)", "1.50", "", ""],
            ]
        );
    }

    #[test]
    fn a_subject_alone_is_compared_with_nothing() {
        let tables = tables(&measured());
        assert_eq!(
            tables[1].to_markdown(),
            "| subject | RSA-2048 |\n|---|---:|\n| meterproof simd | 40.0 µs (39.0 µs) |\n"
        );
        assert_eq!(
            tables[1].to_text(),
            "verify, node 20.20.2\n  subject                   RSA-2048\n  meterproof simd  40.0 µs (39.0 µs)\n"
        );
    }

    #[test]
    fn large_numbers_are_grouped() {
        assert_eq!(
            [7, 1_000, 25_000, 1_000_000].map(grouped),
            ["7", "1,000", "25,000", "1,000,000"]
        );
    }
}
