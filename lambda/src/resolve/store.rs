//! Where customers are kept.

use std::fmt;
use std::future::Future;

use meterproof::Timestamp;

use super::customer::Customer;
use super::form::OfferType;

/// A keeper of customers.
///
/// A registration may come twice, or again months later: storing one must be safe to repeat. The
/// row's key is [`Customer::id`]; `first_seen` never changes, `last_seen` follows, an offer type
/// once seen stays until another one is.
pub trait CustomerStore {
    /// Stores a customer, or brings its row up to date.
    fn remember(
        &self,
        customer: &Customer,
        offer_type: Option<OfferType>,
        now: Timestamp,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// A customer that could not be stored; nothing was lost, as the buyer's token can be sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreError {
    /// What happened, without customer data.
    pub reason: String,
}

impl StoreError {
    /// With what happened, without customer data.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the customer could not be stored: {}", self.reason)
    }
}

impl std::error::Error for StoreError {}
