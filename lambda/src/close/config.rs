//! The configuration of `close_hour`.

use crate::env::{ConfigError, Variables};
use crate::policy::{MeteringConfig, queue_url};

/// Everything `close_hour` reads from its environment, once, at start.
#[derive(Clone, Debug)]
pub struct CloseConfig {
    /// `METERING_QUEUE_URL`.
    pub metering_queue_url: String,
    /// What every function with a ledger reads.
    pub metering: MeteringConfig,
}

impl CloseConfig {
    /// # Errors
    /// [`ConfigError`], which names the variable.
    pub fn from_env(variables: &Variables<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            metering_queue_url: queue_url(variables, "METERING_QUEUE_URL")?,
            metering: MeteringConfig::from_env(variables)?,
        })
    }
}
