//! The ledger of one machine: one SQLite file.
//!
//! Changes go through one thread. It takes all that wait into one transaction (a group commit:
//! one sync of the disk for many requests) and answers each once the transaction is durable.
//! Within a transaction each bucket is read once and written once, however many events came for
//! it. Reads have threads and connections of their own, and see what is committed.
//!
//! The file's journal is a write-ahead log with `synchronous=FULL`: a commit is on the disk
//! before it is acknowledged (SQLite, "Write-Ahead Logging" and "PRAGMA synchronous"). A process
//! that ends anywhere leaves whole transactions behind. Several processes may hold one file; they
//! write in turn.

mod crash;
mod failure;
mod file;
mod license;
mod query;
mod queue;
mod reader;
mod work;
mod writer;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use meterproof::Timestamp;
use meterproof::usage::{LicenseArn, UsageRecord};

use self::crash::Steps;
use self::failure::{corrupt, unavailable};
use self::reader::Readers;
use self::writer::Writer;
use crate::{
    Added, Addition, Adopted, Bucket, BucketFilter, BucketKey, Cursor, Input, Ledger, LedgerError,
    License, LicenseEvent, Page, Place, Policy, Tally,
};

/// Keeps a ledger in one file of a local disk, durable before acknowledged.
///
/// Its operations need no particular runtime. Where more work waits than memory should hold, they
/// fail with [`LedgerError::Busy`]. Dropping the value waits for the work that was begun.
///
/// ```
/// use meterproof::usage::IdentityForm;
/// use meterproof_metering::{Place, Policy, Region, SqliteLedger};
///
/// let directory = tempfile::tempdir()?;
/// let place = Place { region: Region::parse("us-east-1")?, form: IdentityForm::License };
/// let ledger = SqliteLedger::open(directory.path().join("ledger.db"), place, Policy::default())?;
/// # drop(ledger);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SqliteLedger {
    path: PathBuf,
    opened: Arc<Opened>,
    steps: Steps,
    // Dropped first: what was begun is written before the readers go.
    writer: Option<Writer>,
    readers: Readers,
}

/// What a ledger was opened for.
struct Opened {
    place: Place,
    policy: Policy,
}

/// Ids that one transaction forgets: so many that others hardly wait for it.
const FORGOTTEN_AT_ONCE: u32 = 5_000;

impl SqliteLedger {
    /// Opens a ledger's file, and makes it where it is missing (its directory must be there).
    /// Blocks while another process writes to it, for at most some seconds.
    ///
    /// # Errors
    /// - [`LedgerError::OtherPlace`] where the file was made for another place;
    /// - [`LedgerError::Corrupt`] where it is no ledger, is damaged, or was made by a newer
    ///   program;
    /// - [`LedgerError::Unavailable`] where it cannot be opened or written.
    pub fn open(path: impl AsRef<Path>, place: Place, policy: Policy) -> Result<Self, LedgerError> {
        let path = path.as_ref().to_owned();
        let file = file::open_for_writing(&path, &place)?;
        let (opened, steps) = (Arc::new(Opened { place, policy }), Steps::default());
        let readers = Readers::start(&path)?;
        let writer = Some(Writer::start(file, opened.clone(), steps.clone())?);
        Ok(Self { path, opened, steps, writer, readers })
    }

    /// Opens a ledger's file to look at it, beside a program that works on it or without one. Its
    /// place is the file's own; its policy is the default one, and decides nothing. Operations
    /// that change something fail with [`LedgerError::Unavailable`].
    ///
    /// # Errors
    /// [`LedgerError::Corrupt`] and [`LedgerError::Unavailable`] as for [`open`](Self::open), the
    /// latter also where there is no file.
    pub fn open_read_only(path: impl AsRef<Path>) -> Result<Self, LedgerError> {
        let path = path.as_ref().to_owned();
        let place = file::place_of(&file::open_for_reading(&path)?)?;
        let opened = Arc::new(Opened { place, policy: Policy::default() });
        let readers = Readers::start(&path)?;
        Ok(Self { path, opened, steps: Steps::default(), writer: None, readers })
    }

    /// The ledger's file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Ends the ledger at a point, as the end of its process would: for tests.
    #[cfg(feature = "conformance")]
    pub fn crash_at(&self, point: crate::conformance::CrashPoint) {
        self.steps.crash_at(point);
    }

    /// Whether that point was reached.
    #[cfg(feature = "conformance")]
    #[must_use]
    pub fn has_crashed(&self) -> bool {
        self.steps.has_crashed()
    }

    fn writer(&self) -> Result<&Writer, LedgerError> {
        self.writer.as_ref().ok_or_else(|| unavailable("it is open for reading only"))
    }

    fn readers(&self) -> Result<&Readers, LedgerError> {
        if self.steps.has_crashed() { Err(queue::ended()) } else { Ok(&self.readers) }
    }
}

impl Ledger for SqliteLedger {
    fn place(&self) -> &Place {
        &self.opened.place
    }

    fn policy(&self) -> &Policy {
        &self.opened.policy
    }

    async fn add(
        &self,
        additions: Vec<Addition>,
        now: Timestamp,
    ) -> Result<Vec<Added>, LedgerError> {
        let weight = additions.iter().map(|addition| 1 + addition.event.allocations().len()).sum();
        self.writer()?
            .write(weight, move |work| {
                additions.iter().map(|addition| work.add(addition, now)).collect()
            })
            .await
    }

    async fn adopt(
        &self,
        records: Vec<UsageRecord>,
        now: Timestamp,
    ) -> Result<Vec<Adopted>, LedgerError> {
        let weight = records.iter().map(|record| 1 + record.allocations().len()).sum();
        self.writer()?
            .write(weight, move |work| {
                records.iter().map(|record| work.adopt(record, now)).collect()
            })
            .await
    }

    async fn open(&self, keys: Vec<BucketKey>, now: Timestamp) -> Result<usize, LedgerError> {
        self.writer()?
            .write(keys.len(), move |work| {
                let mut opened = 0;
                for key in &keys {
                    opened += usize::from(work.open(key, now)?);
                }
                Ok(opened)
            })
            .await
    }

    async fn apply(
        &self,
        inputs: Vec<(BucketKey, Input)>,
        now: Timestamp,
    ) -> Result<Vec<Option<Bucket>>, LedgerError> {
        self.writer()?
            .write(inputs.len(), move |work| {
                inputs.iter().map(|(key, input)| work.apply(key, input, now)).collect()
            })
            .await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Bucket>, LedgerError> {
        self.readers()?.read(move |file| query::due(file, now, limit)).await
    }

    async fn get(&self, keys: Vec<BucketKey>) -> Result<Vec<Option<Bucket>>, LedgerError> {
        self.readers()?.read(move |file| query::get(file, &keys)).await
    }

    async fn unsettled_of(&self, license: &LicenseArn) -> Result<Vec<BucketKey>, LedgerError> {
        let license = license.clone();
        self.readers()?.read(move |file| query::unsettled_of(file, &license)).await
    }

    async fn list(
        &self,
        filter: &BucketFilter,
        after: Option<Cursor>,
    ) -> Result<Page, LedgerError> {
        let filter = filter.clone();
        self.readers()?.read(move |file| query::list(file, &filter, after.as_ref())).await
    }

    async fn tally(&self) -> Result<Tally, LedgerError> {
        self.readers()?.read(query::tally).await
    }

    async fn put_license(&self, event: &LicenseEvent) -> Result<License, LedgerError> {
        let event = event.clone();
        self.writer()?.write(1, move |work| work.put_license(&event)).await
    }

    async fn licenses(&self) -> Result<Vec<License>, LedgerError> {
        self.readers()?.read(license::load_all).await
    }

    async fn forget_events(&self, before: Timestamp) -> Result<u64, LedgerError> {
        let mut total = 0;
        loop {
            let forget =
                move |work: &mut work::Work<'_>| work.forget_events(before, FORGOTTEN_AT_ONCE);
            let forgotten = self.writer()?.write(1, forget).await?;
            total += forgotten;
            if forgotten < u64::from(FORGOTTEN_AT_ONCE) {
                return Ok(total);
            }
        }
    }
}

impl fmt::Debug for SqliteLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteLedger").field("path", &self.path).finish_non_exhaustive()
    }
}

/// A time as the file keeps it.
fn time(millis: i64) -> Result<Timestamp, LedgerError> {
    Timestamp::from_unix_millis(millis).ok_or_else(|| corrupt(format!("the time {millis}")))
}
