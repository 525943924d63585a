//! One line of the bill: who, what, when, how much.

use alloc::vec::Vec;

use super::allocation::{self, AllocationError, UsageAllocation};
use super::identifiers::Dimension;
use super::identity::Identity;
use super::quantity::Quantity;
use crate::Timestamp;

/// A quantity of usage for a customer, a dimension and an hour.
///
/// It serialises to the form of AWS's wire, without the product code, which belongs to the
/// request: the same record has the same bytes each time, so that AWS bills a resend once.
///
/// `==` compares the moment to the millisecond; [`key`](Self::key) and
/// [`is_same_usage`](Self::is_same_usage) compare as AWS does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageRecord {
    identity: Identity,
    dimension: Dimension,
    timestamp: Timestamp,
    quantity: Quantity,
    allocations: Vec<UsageAllocation>,
}

impl UsageRecord {
    /// A record; no allocations where the usage is not split by tags.
    ///
    /// # Errors
    /// [`AllocationError`] where the allocations do not fit each other or the quantity.
    pub fn new(
        identity: Identity,
        dimension: Dimension,
        timestamp: Timestamp,
        quantity: Quantity,
        allocations: Vec<UsageAllocation>,
    ) -> Result<Self, AllocationError> {
        allocation::check(quantity, &allocations)?;
        Ok(Self { identity, dimension, timestamp, quantity, allocations })
    }

    /// Who used it.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// What was used.
    pub fn dimension(&self) -> &Dimension {
        &self.dimension
    }

    /// When, as given: AWS cuts it to the hour.
    pub fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    /// How much.
    pub fn quantity(&self) -> Quantity {
        self.quantity
    }

    /// The parts by tags; empty where the usage is not split.
    pub fn allocations(&self) -> &[UsageAllocation] {
        &self.allocations
    }

    /// What AWS bills once.
    pub fn key(&self) -> IdempotencyKey {
        IdempotencyKey {
            identity: self.identity.clone(),
            dimension: self.dimension.clone(),
            hour: self.timestamp.start_of_hour(),
        }
    }

    /// Whether AWS would take both for one: same key, same quantity by value, same allocations in
    /// any order.
    pub fn is_same_usage(&self, other: &Self) -> bool {
        self.quantity == other.quantity
            && self.dimension == other.dimension
            && self.timestamp.start_of_hour() == other.timestamp.start_of_hour()
            && self.identity == other.identity
            && self.has_same_allocations(other)
    }

    fn has_same_allocations(&self, other: &Self) -> bool {
        if self.allocations.len() != other.allocations.len() {
            return false;
        }
        let sorted = |record: &Self| {
            let mut allocations = record.allocations.clone();
            allocations.sort();
            allocations
        };
        self.allocations == other.allocations || sorted(self) == sorted(other)
    }
}

/// What AWS compares records by: with the same key and quantity, a record is billed once; with
/// the same key and another quantity it is a `DuplicateRecord`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey {
    identity: Identity,
    dimension: Dimension,
    hour: Timestamp,
}

impl IdempotencyKey {
    /// The customer, and the product by code or license.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The dimension.
    pub fn dimension(&self) -> &Dimension {
        &self.dimension
    }

    /// The start of the UTC hour.
    pub fn hour(&self) -> Timestamp {
        self.hour
    }
}
