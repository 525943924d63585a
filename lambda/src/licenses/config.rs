//! The configuration of `license_events`.

use crate::env::{ConfigError, Variables};
use crate::policy::MeteringConfig;

/// Everything `license_events` reads from its environment, once, at start.
#[derive(Clone, Debug)]
pub struct LicensesConfig {
    /// What every function with a ledger reads.
    pub metering: MeteringConfig,
}

impl LicensesConfig {
    /// # Errors
    /// [`ConfigError`], which names the variable.
    pub fn from_env(variables: &Variables<'_>) -> Result<Self, ConfigError> {
        Ok(Self { metering: MeteringConfig::from_env(variables)? })
    }
}
