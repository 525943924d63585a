//! The machine's time.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use meterproof::Timestamp;

use crate::Clock;
use crate::hours::plus;

/// The machine's time, for tests so many seconds later or earlier.
#[derive(Clone, Debug)]
pub struct SystemClock {
    offset: Option<Offset>,
}

/// A file with a number of seconds, and the number that was last read from it.
#[derive(Clone, Debug)]
struct Offset {
    file: PathBuf,
    last: Arc<AtomicI64>,
}

/// A word that names no clock, or one whose file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClockError {
    /// Neither `system` nor `offset-file:PATH`.
    Unknown {
        /// What was given.
        actual: String,
    },
    /// The file is not there, or holds no whole number of seconds.
    OffsetFile {
        /// Its path.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
}

impl SystemClock {
    /// The machine's time.
    #[must_use]
    pub fn machine() -> Self {
        Self { offset: None }
    }

    /// Reads `system`, or `offset-file:PATH`: the machine's time and the seconds that stand in a
    /// file, read anew each time. Such a clock is for tests: it lets a day pass in a minute.
    ///
    /// # Errors
    /// [`ClockError`].
    pub fn parse(text: &str) -> Result<Self, ClockError> {
        match text.split_once(':') {
            None if text == "system" => Ok(Self::machine()),
            Some(("offset-file", path)) if !path.is_empty() => {
                let file = PathBuf::from(path);
                let last = Arc::new(AtomicI64::new(read(&file)?));
                Ok(Self { offset: Some(Offset { file, last }) })
            }
            _ => Err(ClockError::Unknown { actual: text.to_owned() }),
        }
    }

    /// Whether the time may be another than the machine's.
    #[must_use]
    pub fn is_shifted(&self) -> bool {
        self.offset.is_some()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let machine = machine_time();
        plus(machine, self.offset.as_ref().map_or(0, Offset::seconds))
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

impl Offset {
    /// While the file is being replaced the last number stands: the time never jumps back to the
    /// machine's and forth again.
    fn seconds(&self) -> i64 {
        match read(&self.file) {
            Ok(seconds) => {
                self.last.store(seconds, Ordering::Relaxed);
                seconds
            }
            Err(_) => self.last.load(Ordering::Relaxed),
        }
    }
}

fn read(path: &PathBuf) -> Result<i64, ClockError> {
    let error = |cause: String| ClockError::OffsetFile { path: path.clone(), cause };
    let text = std::fs::read_to_string(path).map_err(|cause| error(cause.to_string()))?;
    text.trim().parse().map_err(|_| error("it holds no whole number of seconds".into()))
}

fn machine_time() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let millis = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    // A machine whose clock is past the year 9999 gets the first instant there is.
    Timestamp::from_unix_millis(millis)
        .or_else(|| Timestamp::from_unix_millis(0))
        .expect("1970 lies within the years 0000 to 9999")
}

impl ClockError {
    /// The codes of all variants.
    pub const ALL: &'static [&'static str] = &["unknown_clock", "offset_file"];

    /// The stable code of the variant.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "unknown_clock",
            Self::OffsetFile { .. } => "offset_file",
        }
    }
}

impl fmt::Display for ClockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { actual } => {
                write!(f, "{actual:?} names no clock; write system, or offset-file:PATH for tests")
            }
            Self::OffsetFile { path, cause } => write!(
                f,
                "the clock's offset file {} cannot be used ({cause}); write a whole number of seconds into it",
                path.display()
            ),
        }
    }
}

impl std::error::Error for ClockError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_stands_while_its_file_is_being_replaced() {
        const DAY: i64 = 86_400;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("offset");
        std::fs::write(&path, (30 * DAY).to_string()).unwrap();
        let clock = SystemClock::parse(&format!("offset-file:{}", path.display())).unwrap();
        let days = || (clock.now().unix_seconds() - machine_time().unix_seconds()) / (DAY - 60);
        assert_eq!(days(), 30);
        std::fs::write(&path, "").unwrap();
        assert_eq!(days(), 30);
        std::fs::write(&path, (31 * DAY).to_string()).unwrap();
        assert_eq!(days(), 31);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(days(), 31);
    }
}
