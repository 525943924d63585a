//! `license_events`: what AWS Marketplace tells of licenses on EventBridge, in any order and
//! repeatedly, to the ledger.

mod config;

pub use config::LicensesConfig;

use std::fmt;

use meterproof_metering::{
    Clock, Ledger, LedgerError, LicenseChange, LicenseEventError, LicenseNews, license_event,
    parse_license_event,
};

/// The function: its ledger and its clock.
#[derive(Debug)]
pub struct LicenseKeeper<'a, L, C> {
    ledger: &'a L,
    clock: C,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LicenseOutcome {
    /// The license is noted as it stands now, by the latest event of all that came; its buckets
    /// know.
    Noted(LicenseChange),
    /// An event of another kind, such as one of an agreement.
    Ignored,
}

/// Why an event was not taken in. Lambda hands the event in once more, twice at most, and then to
/// the function's destination on failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LicenseFailure {
    /// The event cannot be read.
    Event(LicenseEventError),
    /// The ledger failed.
    Ledger(LedgerError),
}

impl<'a, L: Ledger, C: Clock> LicenseKeeper<'a, L, C> {
    /// A function that keeps licenses in this ledger.
    #[must_use]
    pub fn new(ledger: &'a L, clock: C) -> Self {
        Self { ledger, clock }
    }

    /// Handles one event, as EventBridge delivers it.
    ///
    /// # Errors
    /// [`LicenseFailure`]; the event can be handed in again at any time.
    pub async fn handle(&self, event: &[u8]) -> Result<LicenseOutcome, LicenseFailure> {
        let outcome = self.take_in(event).await;
        match &outcome {
            Ok(LicenseOutcome::Noted(LicenseChange::Updated)) => {
                tracing::info!(event = "license", outcome = "updated");
            }
            Ok(LicenseOutcome::Noted(LicenseChange::Deprovisioned)) => {
                tracing::info!(event = "license", outcome = "deprovisioned");
            }
            Ok(LicenseOutcome::Ignored) => tracing::info!(event = "license", outcome = "ignored"),
            // The words can quote the event.
            Err(failure) => tracing::error!(event = "license", outcome = failure.code()),
        }
        outcome
    }

    async fn take_in(&self, event: &[u8]) -> Result<LicenseOutcome, LicenseFailure> {
        match parse_license_event(event).map_err(LicenseFailure::Event)? {
            LicenseNews::Event(event) => {
                let license = license_event(self.ledger, &event, self.clock.now()).await;
                license
                    .map(|license| LicenseOutcome::Noted(license.change))
                    .map_err(LicenseFailure::Ledger)
            }
            LicenseNews::Nothing { .. } => Ok(LicenseOutcome::Ignored),
        }
    }
}

impl LicenseFailure {
    /// The stable code of the cause.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Event(error) => error.code(),
            Self::Ledger(error) => error.code(),
        }
    }
}

impl fmt::Display for LicenseFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event(error) => error.fmt(f),
            Self::Ledger(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for LicenseFailure {}
