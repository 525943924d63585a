//! What can go wrong with the file.

use rusqlite::ErrorCode;

use crate::{CorruptBucket, LedgerError};

/// Why some work on the file was not done.
#[derive(Debug)]
pub(super) enum Failure {
    /// What the caller is told.
    Ledger(LedgerError),
    /// The program ends here: a test says so.
    #[cfg(feature = "conformance")]
    Crashed,
}

pub(super) fn unavailable(cause: impl Into<String>) -> LedgerError {
    LedgerError::Unavailable { cause: cause.into() }
}

pub(super) fn corrupt(what: impl Into<String>) -> LedgerError {
    LedgerError::Corrupt { what: what.into() }
}

/// A bucket that cannot be read, named by its row.
pub(super) fn corrupt_bucket(number: i64, error: &CorruptBucket) -> LedgerError {
    corrupt(format!("bucket {number}: {error}"))
}

/// What SQLite says: damage is told from what may pass.
pub(super) fn ledger_error(error: &rusqlite::Error) -> LedgerError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => {
            corrupt("the file is not a ledger; name a ledger's file, or a new one")
        }
        Some(ErrorCode::DatabaseCorrupt) => {
            corrupt(format!("{error}; restore the file from a copy"))
        }
        _ if is_unreadable(error) => corrupt(error.to_string()),
        _ => unavailable(error.to_string()),
    }
}

/// Whether a column holds what the schema does not allow.
fn is_unreadable(error: &rusqlite::Error) -> bool {
    matches!(
        error,
        rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::Utf8Error(..)
    )
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Ledger(ledger_error(&error))
    }
}
