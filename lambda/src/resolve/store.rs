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

/// The attributes of a customer's row beside its key and its times, in every store alike. What is
/// not known is left out, so that a stored value stays.
pub fn attributes(
    customer: &Customer,
    offer_type: Option<OfferType>,
) -> impl Iterator<Item = (&'static str, &str)> {
    [
        ("product_code", Some(customer.product_code())),
        ("license_arn", customer.license_arn()),
        ("customer_aws_account_id", customer.customer_aws_account_id()),
        ("customer_identifier", customer.customer_identifier()),
        ("agreement_id", customer.agreement_id()),
        ("offer_type", offer_type.map(OfferType::as_str)),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
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
