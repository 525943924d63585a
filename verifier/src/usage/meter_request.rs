//! The request of MeterUsage.

use alloc::string::String;
use alloc::vec::Vec;

use super::allocation::{self, AllocationError, UsageAllocation};
use super::identifiers::{ClientToken, Dimension, ProductCode};
use super::quantity::Quantity;
use super::rules::Rules;
use super::{DocumentKind, Report, read, to_json};
use crate::Timestamp;

/// A MeterUsage request: usage of the instance, task or pod that sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeterUsageRequest {
    product_code: ProductCode,
    timestamp: Timestamp,
    dimension: Dimension,
    quantity: Quantity,
    allocations: Vec<UsageAllocation>,
    dry_run: bool,
    client_token: Option<ClientToken>,
}

impl MeterUsageRequest {
    /// A request; no allocations where the usage is not split by tags.
    ///
    /// # Errors
    /// [`AllocationError`] where the allocations do not fit each other or the quantity.
    pub fn new(
        product_code: ProductCode,
        timestamp: Timestamp,
        dimension: Dimension,
        quantity: Quantity,
        allocations: Vec<UsageAllocation>,
    ) -> Result<Self, AllocationError> {
        allocation::check(quantity, &allocations)?;
        Ok(Self {
            product_code,
            timestamp,
            dimension,
            quantity,
            allocations,
            dry_run: false,
            client_token: None,
        })
    }

    /// Asks for permissions alone: AWS answers `DryRunOperation` and meters nothing.
    #[must_use]
    pub fn with_dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }

    /// Makes a retry safe: the same token and the same request are metered once.
    #[must_use]
    pub fn with_client_token(mut self, client_token: ClientToken) -> Self {
        self.client_token = Some(client_token);
        self
    }

    /// Reads a request body and checks it by all rules.
    ///
    /// # Errors
    /// The whole [`Report`], where it holds an error.
    pub fn from_json(json: &[u8], rules: &Rules, now: Timestamp) -> Result<Self, Report> {
        let reading = read::read_as(json, rules, now, DocumentKind::MeterUsage);
        match reading.meter_usage {
            Some(request) if reading.report.is_accepted() => Ok(request),
            _ => Err(reading.report),
        }
    }

    /// The product.
    pub fn product_code(&self) -> &ProductCode {
        &self.product_code
    }

    /// When, as given: AWS cuts it to the hour.
    pub fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    /// What was used.
    pub fn dimension(&self) -> &Dimension {
        &self.dimension
    }

    /// How much.
    pub fn quantity(&self) -> Quantity {
        self.quantity
    }

    /// The parts by tags; empty where the usage is not split.
    pub fn allocations(&self) -> &[UsageAllocation] {
        &self.allocations
    }

    /// Whether it asks for permissions alone.
    pub fn is_dry_run(&self) -> bool {
        self.dry_run
    }

    /// The token that makes a retry safe, if given.
    pub fn client_token(&self) -> Option<&ClientToken> {
        self.client_token.as_ref()
    }

    /// The request body: the same bytes for the same request, without spaces.
    pub fn to_json(&self) -> String {
        to_json::to_json(self)
    }
}
