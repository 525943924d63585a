//! The service's decisions, over a catalogue of products and a ledger.
//!
//! Nothing here knows HTTP, reads a clock or waits: the caller says who calls and what time it
//! is. That way a deterministic simulation can drive the very code the server runs.

mod allocations;
mod batch_meter_usage;
mod caller;
mod catalogue;
mod constraints;
mod identity;
mod ledger;
mod meter_usage;
mod product;
mod quantity;
mod register_usage;
mod resolve_customer;
mod window;

use std::collections::{BTreeMap, BTreeSet};

use crate::wire::{
    BatchMeterUsageResult, ErrorName, MeterUsageResult, Operation, Request, ResolveCustomerResult,
    ServiceError,
};

pub use caller::{Call, Caller, Platform};
pub use catalogue::{Catalogue, CatalogueError};
pub(crate) use ledger::uuid;
pub use ledger::{Key, Ledger, LedgerEntry};
pub use product::{Customer, CustomerChange, IdentityForm, Product, ProductKind, PublicKeyVersion};
pub use quantity::Quantity;
pub use register_usage::Grant;
pub use resolve_customer::{RegistrationSubject, TokenError};

/// Regions where `BatchMeterUsage` and `ResolveCustomer` do not exist (API reference,
/// "Region support"): AWS GovCloud (US), the isolated partitions, and Beijing.
const REGIONS_WITHOUT_SAAS: [&str; 3] = ["us-gov-", "us-iso", "cn-north-1"];

/// Switches between readings of the reference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Answer an identical resend with `DuplicateRecord`, as some sellers report, in place of
    /// `Success` with the same `MeteringRecordId`, as the reference says.
    pub duplicate_on_identical_resend: bool,
    /// Operations that answer `DisabledApiException`.
    pub disabled_apis: BTreeSet<Operation>,
}

/// The Metering Service: one value, all its state.
#[derive(Clone, Debug)]
pub struct Service {
    settings: Settings,
    catalogue: Catalogue,
    ledger: Ledger,
    client_tokens: BTreeMap<meter_usage::TokenKey, meter_usage::Remembered>,
    registered_instances: BTreeSet<register_usage::Instance>,
    registration_tokens: BTreeMap<String, resolve_customer::RegistrationToken>,
    random: fastrand::Rng,
}

/// A decision in favour of the caller.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// `BatchMeterUsage`.
    BatchMeterUsage(BatchMeterUsageResult),
    /// `MeterUsage`.
    MeterUsage(MeterUsageResult),
    /// `RegisterUsage`: what is to be signed.
    RegisterUsage(Grant),
    /// `ResolveCustomer`.
    ResolveCustomer(ResolveCustomerResult),
}

impl Service {
    /// A service with an empty ledger. `seed` decides the registration tokens it makes.
    #[must_use]
    pub fn new(catalogue: Catalogue, settings: Settings, seed: u64) -> Self {
        Self {
            settings,
            catalogue,
            ledger: Ledger::default(),
            client_tokens: BTreeMap::new(),
            registered_instances: BTreeSet::new(),
            registration_tokens: BTreeMap::new(),
            random: fastrand::Rng::with_seed(seed),
        }
    }

    /// Decides on any request.
    ///
    /// # Errors
    /// What the operation's own method says.
    pub fn answer(&mut self, call: &Call<'_>, request: &Request) -> Result<Answer, ServiceError> {
        match request {
            Request::BatchMeterUsage(request) => {
                self.batch_meter_usage(call, request).map(Answer::BatchMeterUsage)
            }
            Request::MeterUsage(request) => self.meter_usage(call, request).map(Answer::MeterUsage),
            Request::RegisterUsage(request) => {
                self.register_usage(call, request).map(Answer::RegisterUsage)
            }
            Request::ResolveCustomer(request) => {
                self.resolve_customer(call, request).map(Answer::ResolveCustomer)
            }
        }
    }

    /// Everything that was metered.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The products and their customers.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The products and their customers, to change.
    pub fn catalogue_mut(&mut self) -> &mut Catalogue {
        &mut self.catalogue
    }

    /// The switches, to change.
    pub fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// What holds for a call whatever its body says: permission, and whether the API exists.
    fn admit(&self, call: &Call<'_>, operation: Operation) -> Result<(), ServiceError> {
        if call.caller.denied_operations.contains(&operation) {
            return Err(ServiceError::new(
                ErrorName::AccessDeniedException,
                format!(
                    "account {} is not authorized to perform: aws-marketplace:{operation}",
                    call.caller.account
                ),
            ));
        }
        let region = call.caller.region.as_str();
        let for_saas = matches!(operation, Operation::BatchMeterUsage | Operation::ResolveCustomer);
        let absent =
            for_saas && REGIONS_WITHOUT_SAAS.iter().any(|prefix| region.starts_with(prefix));
        if absent || self.settings.disabled_apis.contains(&operation) {
            return Err(ServiceError::new(
                ErrorName::DisabledApiException,
                format!("{operation} is disabled in {region}"),
            ));
        }
        Ok(())
    }
}
