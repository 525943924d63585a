//! The configuration of `ingest_events`.

use crate::env::{ConfigError, Variables};
use crate::policy::{MeteringConfig, queue_url};

/// Everything `ingest_events` reads from its environment, once, at start.
#[derive(Clone, Debug)]
pub struct IngestConfig {
    /// `REJECTS_QUEUE_URL`.
    pub rejects_queue_url: String,
    /// What every function with a ledger reads.
    pub metering: MeteringConfig,
}

impl IngestConfig {
    /// # Errors
    /// [`ConfigError`], which names the variable.
    pub fn from_env(variables: &Variables<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            rejects_queue_url: queue_url(variables, "REJECTS_QUEUE_URL")?,
            metering: MeteringConfig::from_env(variables)?,
        })
    }
}
