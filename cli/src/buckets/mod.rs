//! `meterproof buckets`: what a ledger holds, and what became of it.

mod account;
mod json;
mod options;
mod sentence;
mod table;
mod text;

use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;

use meterproof_metering::{Bucket, Ledger as _, LedgerError, SqliteLedger};

pub use json::bucket_json;
pub use options::{BucketsOptions, usage};
pub use text::parse_time;

use self::table::Table;

/// Writes what the options ask for. The ledger is only read, be there an agent at work on it or
/// not. No more than a page of buckets is held at a time.
///
/// # Errors
/// [`BucketsError`]. A reader that has gone (`| head`) is none.
pub async fn run(options: &BucketsOptions, out: &mut impl Write) -> Result<(), BucketsError> {
    match show(options, out).await {
        Err(BucketsError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

async fn show(options: &BucketsOptions, out: &mut impl Write) -> Result<(), BucketsError> {
    if !options.ledger.exists() {
        return Err(BucketsError::NoLedger { path: options.ledger.clone() });
    }
    let ledger = SqliteLedger::open_read_only(&options.ledger)?;
    let mut printer = Printer { options, table: Table::new(), alone: None, found: 0 };
    let mut after = None;
    loop {
        let page = ledger.list(&options.filter, after).await?;
        let buckets: Vec<Bucket> =
            page.buckets.into_iter().filter(|bucket| options.holds(bucket)).collect();
        printer.page(out, buckets)?;
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    printer.end(out)?;
    Ok(out.flush()?)
}

struct Printer<'a> {
    options: &'a BucketsOptions,
    table: Table,
    /// The first bucket of an hour, until there is a second.
    alone: Option<Bucket>,
    found: usize,
}

impl Printer<'_> {
    fn page(&mut self, out: &mut impl Write, mut buckets: Vec<Bucket>) -> io::Result<()> {
        let is_first = self.found == 0;
        self.found += buckets.len();
        if self.options.is_one_hour && is_first && buckets.len() == 1 {
            self.alone = buckets.pop();
            return Ok(());
        }
        if let Some(first) = self.alone.take_if(|_| !buckets.is_empty()) {
            buckets.insert(0, first);
        }
        if !self.options.is_json {
            return self.table.write(out, &buckets);
        }
        buckets.iter().try_for_each(|bucket| writeln!(out, "{}", bucket_json(bucket)))
    }

    fn end(self, out: &mut impl Write) -> io::Result<()> {
        match self.alone {
            Some(bucket) if self.options.is_json => {
                writeln!(out, "{}", json::whole_bucket_json(&bucket))
            }
            Some(bucket) => write!(out, "{}", account::account(&bucket)),
            None if self.found == 0 && !self.options.is_json => writeln!(out, "no bucket matches"),
            None => Ok(()),
        }
    }
}

/// Why a ledger cannot be shown.
#[derive(Debug)]
#[non_exhaustive]
pub enum BucketsError {
    /// There is no such file.
    NoLedger {
        /// As given.
        path: PathBuf,
    },
    /// It cannot be read.
    Ledger(LedgerError),
    /// What was read cannot be written.
    Output(io::Error),
}

impl BucketsError {
    /// The codes of all variants but those that have another error's code.
    pub const ALL: &'static [&'static str] = &["no_ledger", "output"];

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoLedger { .. } => "no_ledger",
            Self::Ledger(error) => error.code(),
            Self::Output(_) => "output",
        }
    }
}

impl fmt::Display for BucketsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLedger { path } => write!(
                f,
                "there is no ledger {}; give the file that the agent was started with",
                path.display()
            ),
            Self::Ledger(error) => write!(f, "the ledger cannot be read: {error}"),
            Self::Output(error) => write!(f, "the output cannot be written: {error}"),
        }
    }
}

impl std::error::Error for BucketsError {}

impl From<LedgerError> for BucketsError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl From<io::Error> for BucketsError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
