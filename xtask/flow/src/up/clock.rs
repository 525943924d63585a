//! One simulated time for the agent and the emulator.
//!
//! Both run on the machine's clock, shifted by as many seconds: the agent reads them from a file,
//! the emulator is told. Signatures keep to the machine's time.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use meterproof::Timestamp;
use serde_json::json;

use crate::error::FlowError;
use crate::http::Http;

/// The clock of a flow.
pub struct SimulatedClock {
    file: PathBuf,
    offset: AtomicI64,
}

impl SimulatedClock {
    /// A clock that is not shifted yet; the file is made.
    ///
    /// # Errors
    /// [`FlowError::Setup`] where it cannot be.
    pub fn create(file: &Path) -> Result<Self, FlowError> {
        let clock = Self { file: file.to_owned(), offset: AtomicI64::new(0) };
        clock.write(0)?;
        Ok(clock)
    }

    /// What the agent takes for `--clock`.
    pub fn argument(&self) -> String {
        format!("offset-file:{}", self.file.display())
    }

    /// Makes it this time now.
    ///
    /// # Errors
    /// [`FlowError`] where the file or the emulator does not take it.
    pub async fn set(&self, emulator: &Http, now: Timestamp) -> Result<(), FlowError> {
        self.shift(emulator, now.unix_seconds() - machine()?.unix_seconds()).await
    }

    /// Makes it so many seconds later than the machine's time; 0 for the machine's own.
    ///
    /// # Errors
    /// As [`SimulatedClock::set`].
    pub async fn shift(&self, emulator: &Http, seconds: i64) -> Result<(), FlowError> {
        // The service first: an hour that is over for the agent alone would lie in its future.
        let clock = if seconds == 0 { json!({}) } else { json!({ "offsetSeconds": seconds }) };
        emulator.put("/_emulator/clock", &clock).await?;
        self.write(seconds)?;
        self.offset.store(seconds, Ordering::Relaxed);
        Ok(())
    }

    /// Lets so many seconds pass at once.
    ///
    /// # Errors
    /// As [`SimulatedClock::set`].
    pub async fn pass(&self, emulator: &Http, seconds: i64) -> Result<(), FlowError> {
        self.shift(emulator, self.offset.load(Ordering::Relaxed) + seconds).await
    }

    /// What time it is.
    ///
    /// # Errors
    /// [`FlowError::Setup`] where the calendar ends, or the machine's clock is not set.
    pub fn now(&self) -> Result<Timestamp, FlowError> {
        let now = machine()?.plus_seconds(self.offset.load(Ordering::Relaxed));
        now.ok_or_else(|| FlowError::Setup("the calendar ends".to_owned()))
    }

    /// Replaced as a whole: the agent may look at any time.
    fn write(&self, seconds: i64) -> Result<(), FlowError> {
        let next = self.file.with_extension("next");
        std::fs::write(&next, seconds.to_string())
            .and_then(|()| std::fs::rename(&next, &self.file))
            .map_err(|error| FlowError::Setup(format!("{}: {error}", self.file.display())))
    }
}

/// The machine's time.
///
/// # Errors
/// [`FlowError::Setup`] where it is before 1970.
pub fn machine() -> Result<Timestamp, FlowError> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    since
        .and_then(|since| i64::try_from(since.as_millis()).ok())
        .and_then(Timestamp::from_unix_millis)
        .ok_or_else(|| FlowError::Setup("this machine's clock is not set".to_owned()))
}
