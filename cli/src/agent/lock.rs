//! One agent a ledger.

use std::fmt;
use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

/// Held for as long as an agent works on a ledger.
///
/// Two agents on one file would each keep the pace and together pass the account's rate. The lock
/// is on a file of its own beside the ledger, since closing any handle of the ledger's own file
/// would drop SQLite's locks. The kernel lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct LedgerLock {
    _file: File,
}

/// Why a ledger cannot be locked.
#[derive(Debug)]
#[non_exhaustive]
pub enum LockError {
    /// Another agent works on it.
    Taken {
        /// The ledger.
        ledger: PathBuf,
        /// The other agent's process, where it says.
        process: Option<u32>,
    },
    /// The lock's file cannot be opened.
    File {
        /// The lock's file.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
}

impl LedgerLock {
    /// Locks a ledger, which need not exist yet; its folder must.
    ///
    /// # Errors
    /// [`LockError`].
    pub fn take(ledger: &Path) -> Result<Self, LockError> {
        let ledger =
            resolved(ledger).map_err(|cause| LockError::File { path: ledger.to_owned(), cause })?;
        let path = lock_path(&ledger);
        let failed = |cause| LockError::File { path: path.clone(), cause };
        // Not truncated: until it is locked, its content is the other agent's.
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(LockError::Taken { ledger, process: process(&mut file) });
            }
            Err(TryLockError::Error(cause)) => return Err(failed(cause)),
        }
        // The number is for the other's message alone.
        let noted = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()));
        noted.map_err(failed)?;
        Ok(Self { _file: file })
    }
}

/// The file itself, whatever link it is reached by: two names of one ledger are one lock.
fn resolved(ledger: &Path) -> io::Result<PathBuf> {
    match ledger.canonicalize() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let folder = ledger.parent().filter(|folder| !folder.as_os_str().is_empty());
            let name = ledger.file_name().ok_or(error)?;
            Ok(folder.unwrap_or(Path::new(".")).canonicalize()?.join(name))
        }
        other => other,
    }
}

fn lock_path(ledger: &Path) -> PathBuf {
    let mut path = ledger.as_os_str().to_owned();
    path.push(".lock");
    path.into()
}

fn process(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(16).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

impl LockError {
    /// The codes of all variants.
    pub const ALL: &'static [&'static str] = &["ledger_in_use", "lock_file"];

    /// The stable code of the variant.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Taken { .. } => "ledger_in_use",
            Self::File { .. } => "lock_file",
        }
    }
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken { ledger, process } => {
                write!(f, "another agent works on {}", ledger.display())?;
                if let Some(process) = process {
                    write!(f, " (process {process})")?;
                }
                f.write_str("; end it first, or send the events to it")
            }
            Self::File { path, cause } => write!(
                f,
                "{} cannot be opened ({cause}); give a ledger in a folder that exists and can be written to",
                path.display()
            ),
        }
    }
}

impl std::error::Error for LockError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_is_locked_once_under_all_its_names_and_free_again_after() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("usage.db");
        let lock = LedgerLock::take(&ledger).unwrap();
        std::fs::write(&ledger, "").unwrap();
        let link = folder.path().join("link.db");
        std::os::unix::fs::symlink(&ledger, &link).unwrap();
        for name in [&ledger, &link, &folder.path().join(".").join("usage.db")] {
            let error = LedgerLock::take(name).unwrap_err();
            assert_eq!(error.code(), "ledger_in_use");
            assert_eq!(
                error.to_string(),
                format!(
                    "another agent works on {} (process {}); end it first, or send the events to it",
                    ledger.canonicalize().unwrap().display(),
                    std::process::id()
                )
            );
        }
        drop(lock);
        LedgerLock::take(&link).unwrap();
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let error = LedgerLock::take(Path::new("/nowhere/at/all/usage.db")).unwrap_err();
        assert_eq!(error.code(), "lock_file");
        assert!(error.to_string().starts_with("/nowhere/at/all/usage.db cannot be opened ("));
    }
}
