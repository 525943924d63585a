//! What forwarding needs of AWS Marketplace, as a trait.

use std::future::Future;

use meterproof::usage::{Batch, Outcome};

/// Where a record came from: the message within the event and the record within the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle {
    /// Index of the message.
    pub message: usize,
    /// Index of the record in the message's body.
    pub record: usize,
}

/// Sends batches of usage records.
pub trait MeteringService {
    /// BatchMeterUsage: one attempt, whose request body is exactly `batch.to_json()`.
    fn batch_meter_usage(&self, batch: &Batch<Handle>) -> impl Future<Output = Outcome> + Send;
}
