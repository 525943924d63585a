//! Licenses: what AWS Marketplace tells of them on EventBridge.

mod error;
mod parse;

use meterproof::Timestamp;
use meterproof::usage::{CustomerAwsAccountId, LicenseArn};

pub use error::LicenseEventError;
pub use parse::{LicenseNews, parse_license_event};

/// What happened to a license, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenseEvent {
    /// The license.
    pub license_arn: LicenseArn,
    /// The buyer, where the event names one.
    pub account: Option<CustomerAwsAccountId>,
    /// When it happened: the event's own time, whenever it arrives.
    pub time: Timestamp,
    /// What happened.
    pub change: LicenseChange,
}

/// What happened to a license.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LicenseChange {
    /// `License Updated`: it is active.
    Updated,
    /// `License Deprovisioned`: final usage is taken for one more hour.
    Deprovisioned,
}

/// A license as it stands by the latest event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct License {
    /// The license.
    pub license_arn: LicenseArn,
    /// The buyer, where any event named one.
    pub account: Option<CustomerAwsAccountId>,
    /// The time of the latest event.
    pub since: Timestamp,
    /// What happened then.
    pub change: LicenseChange,
}

impl License {
    /// A license of which this is the first event.
    #[must_use]
    pub fn first(event: &LicenseEvent) -> Self {
        Self {
            license_arn: event.license_arn.clone(),
            account: event.account.clone(),
            since: event.time,
            change: event.change,
        }
    }

    /// The license after one more event: the latest by its own time stands, and at one time an
    /// end stands before an update.
    #[must_use]
    pub fn after(self, event: &LicenseEvent) -> Self {
        let account = event.account.clone().or(self.account.clone());
        if (event.time, event.change) >= (self.since, self.change) {
            Self { account, ..Self::first(event) }
        } else {
            Self { account: self.account.or(account), ..self }
        }
    }

    /// When it was deprovisioned, if it is.
    #[must_use]
    pub fn ended_at(&self) -> Option<Timestamp> {
        match self.change {
            LicenseChange::Updated => None,
            LicenseChange::Deprovisioned => Some(self.since),
        }
    }
}
