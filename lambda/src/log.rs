//! Structured logs: one JSON line an outcome.

use meterproof_metering::LedgerError;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::env::{ConfigError, Variables};

/// Writes this crate's events to standard output as JSON, at the level `LOG_LEVEL` (`error`,
/// `warn`, `info`, `debug`; default `info`).
///
/// Only this crate's events: the SDKs print requests and responses at their lower levels, and
/// those hold tokens and customer data.
///
/// # Errors
/// [`ConfigError::Invalid`] for another level. The log is started all the same, at `info`, so that
/// this error can be written to it.
pub fn start(variables: &Variables<'_>) -> Result<(), ConfigError> {
    let level = level(variables);
    write_from(*level.as_ref().unwrap_or(&LevelFilter::INFO));
    level.map(drop)
}

/// One line for a ledger that failed.
pub(crate) fn ledger_failed(error: &LedgerError) {
    tracing::error!(event = "ledger", outcome = error.code(), cause = %error);
}

fn level(variables: &Variables<'_>) -> Result<LevelFilter, ConfigError> {
    match variables.optional("LOG_LEVEL").as_deref() {
        None | Some("info") => Ok(LevelFilter::INFO),
        Some("error") => Ok(LevelFilter::ERROR),
        Some("warn") => Ok(LevelFilter::WARN),
        Some("debug") => Ok(LevelFilter::DEBUG),
        Some(_) => Err(ConfigError::Invalid {
            name: "LOG_LEVEL",
            expected: "error, warn, info or debug".into(),
        }),
    }
}

fn write_from(level: LevelFilter) {
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false)
        .with_filter(Targets::new().with_target(env!("CARGO_CRATE_NAME"), level));
    // A second start in one process (tests) keeps the first one's subscriber.
    let _already_started = tracing_subscriber::registry().with(lines).try_init();
}
