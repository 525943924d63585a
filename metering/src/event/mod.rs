//! Usage events: what happened, once each.

mod allocations;
mod cloud_event;
mod defaults;
mod error;
mod fault;
mod id;
mod identity;
mod object;
mod parse;
mod place;
mod plain;
mod problem;
mod quantity;
mod split;
mod stamp;
#[cfg(test)]
mod tests;
mod usage;

use meterproof::Timestamp;
use meterproof::usage::{
    AllocationError, Dimension, Identity, Quantity, UsageAllocation, UsageRecord,
};

pub use defaults::EventDefaults;
pub use error::EventError;
pub use fault::EventFault;
pub use id::{EventId, Fingerprint};
pub use parse::{EventEntry, MAX_BODY_BYTES, MAX_EVENT_BYTES, MAX_EVENTS, parse_events};
pub use problem::EventProblem;

/// One use of a product, as it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageEvent {
    id: EventId,
    identity: Identity,
    dimension: Dimension,
    quantity: Quantity,
    time: Timestamp,
    allocations: Vec<UsageAllocation>,
}

impl UsageEvent {
    /// An event; no allocations where the usage is not split by tags.
    ///
    /// # Errors
    /// [`AllocationError`] where the allocations do not fit each other or the quantity, by the
    /// rules for a usage record.
    pub fn new(
        id: EventId,
        identity: Identity,
        dimension: Dimension,
        quantity: Quantity,
        time: Timestamp,
        allocations: Vec<UsageAllocation>,
    ) -> Result<Self, AllocationError> {
        // The rules are the record's: let it check them.
        UsageRecord::new(identity.clone(), dimension.clone(), time, quantity, allocations.clone())?;
        Ok(Self { id, identity, dimension, quantity, time, allocations })
    }

    /// The idempotency key.
    #[must_use]
    pub fn id(&self) -> &EventId {
        &self.id
    }

    /// Who used it.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// What was used.
    #[must_use]
    pub fn dimension(&self) -> &Dimension {
        &self.dimension
    }

    /// How much.
    #[must_use]
    pub fn quantity(&self) -> Quantity {
        self.quantity
    }

    /// When.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// The parts by tags; empty where the usage is not split.
    #[must_use]
    pub fn allocations(&self) -> &[UsageAllocation] {
        &self.allocations
    }
}
