//! What an installation adds to its events.

use meterproof::usage::ProductCode;

/// What events need not say themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventDefaults {
    /// The product of events that name a customer by account or identifier and no product.
    pub product_code: Option<ProductCode>,
}
