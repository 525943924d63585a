//! What metering needs of the world besides a ledger.

use std::future::Future;
use std::time::Duration;

use meterproof::Timestamp;
use meterproof::usage::{BatchMeterUsageRequest, Outcome};

/// Sends usage to AWS Marketplace.
pub trait MeteringService {
    /// BatchMeterUsage: one attempt, whose request body is exactly `request.to_json()`.
    ///
    /// A fault that leaves open whether the request arrived is
    /// [`Outcome::Unreachable`]; what has a name is [`Outcome::Refused`].
    fn batch_meter_usage(
        &self,
        request: &BatchMeterUsageRequest,
    ) -> impl Future<Output = Outcome> + Send;
}

/// What time it is, and waiting for it.
pub trait Clock {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// Returns so much later.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send;
}
