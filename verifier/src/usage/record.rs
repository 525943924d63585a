//! One line of the bill: who, what, when, how much.

use alloc::vec::Vec;

use super::allocation::{self, AllocationError, UsageAllocation};
use super::identifiers::Dimension;
use super::identity::Identity;
use super::quantity::Quantity;
use crate::Timestamp;
use crate::sort::sort;

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
            && self.has_same_key(other)
            && self.has_same_allocations(other)
    }

    /// Whether both have one [`key`](Self::key).
    pub(super) fn has_same_key(&self, other: &Self) -> bool {
        self.dimension == other.dimension
            && self.timestamp.start_of_hour() == other.timestamp.start_of_hour()
            && self.identity == other.identity
    }

    fn has_same_allocations(&self, other: &Self) -> bool {
        if self.allocations.len() != other.allocations.len() {
            return false;
        }
        self.allocations == other.allocations || self.in_order() == other.in_order()
    }

    fn in_order(&self) -> Vec<&UsageAllocation> {
        let mut allocations: Vec<_> = self.allocations.iter().collect();
        sort(&mut allocations, |a, b| a < b);
        allocations
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::{CustomerAwsAccountId, LicenseArn, Tag, TagKey, TagSet, TagValue};
    use alloc::vec;

    fn quantity(text: &str) -> Quantity {
        Quantity::parse_whole(text).or_else(|_| Quantity::parse_decimal(text)).unwrap()
    }

    fn part(text: &str, tag: &str) -> UsageAllocation {
        let value = Some(TagValue::parse("v").unwrap());
        let tags = vec![Tag::new(TagKey::parse(tag).unwrap(), value)];
        UsageAllocation::new(quantity(text), TagSet::new(tags).unwrap())
    }

    fn record(
        text: &str,
        allocations: Vec<UsageAllocation>,
    ) -> Result<UsageRecord, AllocationError> {
        let identity = Identity::License {
            license_arn: LicenseArn::parse("arn:aws:license-manager::1:license:l-1").unwrap(),
            account: CustomerAwsAccountId::parse("444455556666").unwrap(),
        };
        let timestamp = Timestamp::from_unix_seconds(1_795_251_600).unwrap();
        let dimension = Dimension::parse("users").unwrap();
        UsageRecord::new(identity, dimension, timestamp, quantity(text), allocations)
    }

    #[test]
    fn allocations_have_to_fit() {
        let error = |text, allocations| record(text, allocations).unwrap_err();
        assert_eq!(
            error("3", vec![part("1", "a"), part("1", "b")]),
            AllocationError::Sum { sum: "2".into(), quantity: quantity("3") }
        );
        assert_eq!(
            error("0.3", vec![part("0.1", "a"), part("0.200001", "b")]),
            AllocationError::Sum { sum: "0.300001".into(), quantity: quantity("0.3") }
        );
        assert_eq!(
            error("2", vec![part("1", "a"), part("1", "a")]),
            AllocationError::RepeatedTags { first: 0, second: 1 }
        );
        assert_eq!(
            error("2", vec![part("1", "a"), part("1.0", "b")]),
            AllocationError::MixedKinds { index: 1 }
        );
        assert_eq!(
            error("0", vec![part("0", "a"); 2501]),
            AllocationError::TooMany { actual: 2501 }
        );
        assert!(record("0.3", vec![part("0.1", "a"), part("0.2", "b")]).is_ok());
    }

    #[test]
    fn usage_is_the_same_in_any_order_of_allocations() {
        let one = record("3", vec![part("1", "a"), part("2", "b")]).unwrap();
        let other = record("3", vec![part("2", "b"), part("1", "a")]).unwrap();
        assert!(one.is_same_usage(&other));
        assert_eq!(one.key(), other.key());
        let third = record("3", vec![part("2", "a"), part("1", "b")]).unwrap();
        assert!(!one.is_same_usage(&third));
        assert!(!one.is_same_usage(&record("3", vec![]).unwrap()));
    }
}
