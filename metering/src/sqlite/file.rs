//! The file: opened, made or brought up to date, and pinned to one place.

use std::path::Path;
use std::time::{Duration, Instant};

use meterproof::usage::IdentityForm;
use rusqlite::{
    Connection, ErrorCode, OpenFlags, OptionalExtension, Transaction, TransactionBehavior,
};

use super::failure::{corrupt, ledger_error, unavailable};
use crate::{LedgerError, Place, Region};

/// One script for each version of the schema; the first makes it in an empty file. A version that
/// was published never changes: the next one gets a script of its own.
const MIGRATIONS: [&str; 1] = [include_str!("schema_1.sql")];

/// Marks the file as a ledger: "MPLG" (SQLite file format, 1.3.15 "application ID").
const APPLICATION_ID: i32 = 0x4d50_4c47;

/// How long a program waits for another one that writes the same file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// How long it waits between two looks where SQLite does not wait by itself.
const BUSY_PAUSE: Duration = Duration::from_millis(10);

/// Pages that a connection keeps in memory, in KiB.
const CACHE_KIB: i64 = 32 * 1024;

/// Pages of 4 KiB that the log holds before they go to their places: 32 MiB, a second's reading
/// after a crash.
const LOG_PAGES: i64 = 8_192;

/// Statements are few and fixed; all of them stay prepared.
const STATEMENTS: usize = 64;

/// Opens the file for writing; makes it where it is missing.
pub(super) fn open_for_writing(path: &Path, place: &Place) -> Result<Connection, LedgerError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut file = connect(path, flags)?;
    let give_up = Instant::now() + BUSY_TIMEOUT;
    loop {
        match prepare(&mut file, place) {
            Ok(()) => return Ok(file),
            Err(Fault::Ledger(error)) => return Err(error),
            // SQLite does not wait by itself while one program turns the log on and others look.
            Err(Fault::Sqlite(error)) if is_busy(&error) && Instant::now() < give_up => {
                std::thread::sleep(BUSY_PAUSE);
            }
            Err(Fault::Sqlite(error)) => return Err(ledger_error(&error)),
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}

/// Opens a file that is there, to read it alone.
pub(super) fn open_for_reading(path: &Path) -> Result<Connection, LedgerError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    connect(path, flags)
}

/// The place a file was made for.
pub(super) fn place_of(file: &Connection) -> Result<Place, LedgerError> {
    let version = version_of(file).map_err(|error| ledger_error(&error))?;
    if version == 0 {
        return Err(corrupt("the file is not a ledger; name a ledger's file"));
    }
    check_version(version)?;
    pinned(file)
        .map_err(|error| ledger_error(&error))?
        .ok_or_else(|| corrupt("the place it was made for is missing"))?
        .into_place()
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, LedgerError> {
    let open = || {
        let file = Connection::open_with_flags(path, flags)?;
        file.busy_timeout(BUSY_TIMEOUT)?;
        file.set_prepared_statement_cache_capacity(STATEMENTS);
        // Durable before acknowledged: each commit reaches the disk (SQLite, "PRAGMA synchronous").
        file.pragma_update(None, "synchronous", "FULL")?;
        // On macOS a plain sync stops at the disk's own cache.
        file.pragma_update(None, "fullfsync", true)?;
        file.pragma_update(None, "checkpoint_fullfsync", true)?;
        file.pragma_update(None, "foreign_keys", true)?;
        file.pragma_update(None, "trusted_schema", false)?;
        file.pragma_update(None, "cache_size", -CACHE_KIB)?;
        // Ids are random, and so are the pages they change: a longer log writes a page to its
        // place once for many changes.
        file.pragma_update_and_check(None, "wal_autocheckpoint", LOG_PAGES, |_| Ok(()))?;
        // A log that once grew long is cut again when it is checkpointed.
        file.pragma_update_and_check(None, "journal_size_limit", 64 << 20, |_| Ok(()))?;
        Ok(file)
    };
    open().map_err(|error: rusqlite::Error| match ledger_error(&error) {
        LedgerError::Unavailable { cause } => unavailable(format!("{}: {cause}", path.display())),
        error => error,
    })
}

enum Fault {
    Ledger(LedgerError),
    Sqlite(rusqlite::Error),
}

impl From<LedgerError> for Fault {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

fn prepare(file: &mut Connection, place: &Place) -> Result<(), Fault> {
    // Before anything is written: another program's file stays as it is.
    check_owner(file)?;
    let mode: String =
        file.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        return Err(unavailable(format!(
            "the file's journal mode is {mode}, not wal: keep the ledger on a local disk"
        ))
        .into());
    }
    // One program at a time, and all of it or nothing.
    let transaction = file.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version = version_of(&transaction)?;
    check_version(version)?;
    migrate(&transaction, version)?;
    pin(&transaction, place)?;
    Ok(transaction.commit()?)
}

fn check_owner(file: &mut Connection) -> Result<(), Fault> {
    // Both from one state of the file: another program may be making it.
    let look = file.transaction()?;
    let owner: i32 = look.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = look.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    look.commit()?;
    if owner == APPLICATION_ID || (owner == 0 && tables == 0) {
        Ok(())
    } else {
        let what = "the file is another program's database; name a ledger's file, or a new one";
        Err(corrupt(what).into())
    }
}

/// The schema's version; 0 in a file without one.
fn version_of(file: &Connection) -> rusqlite::Result<usize> {
    let is_made: bool = file.query_row(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'meta'",
        [],
        |row| row.get(0),
    )?;
    if !is_made {
        return Ok(0);
    }
    let version: Option<i64> = file
        .query_row(
            "SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'schema_version'",
            [],
            |row| row.get(0),
        )
        .optional()?;
    Ok(version.and_then(|version| usize::try_from(version).ok()).unwrap_or(0))
}

fn check_version(version: usize) -> Result<(), LedgerError> {
    let known = MIGRATIONS.len();
    if version <= known {
        return Ok(());
    }
    Err(corrupt(format!(
        "the file's schema has version {version}, this program knows up to {known}: run the program that made it, or a newer one"
    )))
}

fn migrate(transaction: &Transaction<'_>, version: usize) -> rusqlite::Result<()> {
    for script in MIGRATIONS.iter().skip(version) {
        transaction.execute_batch(script)?;
    }
    if version < MIGRATIONS.len() {
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.execute(
            "INSERT INTO meta (name, value) VALUES ('schema_version', ?1)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [MIGRATIONS.len().to_string()],
        )?;
    }
    Ok(())
}

/// Notes the place in a new file; compares it in one that has a place.
fn pin(transaction: &Transaction<'_>, place: &Place) -> Result<(), Fault> {
    let (region, form) = (place.region.as_str(), place.form.code());
    match pinned(transaction)? {
        Some(pinned) if pinned.region == region && pinned.form == form => Ok(()),
        Some(pinned) => {
            let actual = pinned.into_place()?.to_string();
            Err(LedgerError::OtherPlace { actual, expected: place.clone() }.into())
        }
        None => {
            transaction.execute(
                "INSERT INTO meta (name, value) VALUES ('region', ?1), ('identity_form', ?2)",
                [region, form],
            )?;
            Ok(())
        }
    }
}

struct Pinned {
    region: String,
    form: String,
}

fn pinned(file: &Connection) -> rusqlite::Result<Option<Pinned>> {
    file.query_row(
        "SELECT r.value, f.value FROM meta r, meta f
         WHERE r.name = 'region' AND f.name = 'identity_form'",
        [],
        |row| Ok(Pinned { region: row.get(0)?, form: row.get(1)? }),
    )
    .optional()
}

impl Pinned {
    fn into_place(self) -> Result<Place, LedgerError> {
        let form = IdentityForm::ALL.iter().copied().find(|form| form.code() == self.form);
        match (Region::parse(&self.region), form) {
            (Ok(region), Some(form)) => Ok(Place { region, form }),
            _ => Err(corrupt(format!("the place {:?} in {:?}", self.form, self.region))),
        }
    }
}
