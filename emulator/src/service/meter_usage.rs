use meterproof::Timestamp;

use super::ledger::{Entered, Key};
use super::product::{Customer, Product, ProductKind};
use super::{Call, Platform, Quantity, Service, allocations, constraints, window};
use crate::wire::{ErrorName, MeterUsageRequest, MeterUsageResult, Operation, ServiceError};

/// A `ClientToken` is an account's own.
pub(super) type TokenKey = (String, String);

/// What a `ClientToken` was used for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Remembered {
    parameters: Parameters,
    metering_record_id: String,
}

/// The parameters of a request as far as two requests can differ: quantities by value.
#[derive(Clone, Debug, PartialEq)]
struct Parameters {
    product_code: String,
    at: Timestamp,
    dimension: String,
    quantity: Quantity,
    allocations: Vec<(Option<Quantity>, Option<Vec<crate::wire::Tag>>)>,
}

impl Service {
    /// Meters one hour of one dimension on one instance.
    ///
    /// # Errors
    /// By the first rule broken, in this order: `AccessDenied`, `Validation`,
    /// `DryRunOperation` (or, when `DryRun` is set and the caller lacks the permission,
    /// `Unauthorized`), `InvalidProductCode`, `InvalidEndpointRegion`, `CustomerNotEntitled`,
    /// `InvalidUsageDimension`, `TimestampOutOfBounds`, `InvalidTag`,
    /// `InvalidUsageAllocations`, `IdempotencyConflict`, `DuplicateRequest`.
    pub fn meter_usage(
        &mut self,
        call: &Call<'_>,
        request: &MeterUsageRequest,
    ) -> Result<MeterUsageResult, ServiceError> {
        let dry_run = request.dry_run == Some(true);
        self.admit(call, Operation::MeterUsage).map_err(|error| match error.name {
            ErrorName::AccessDeniedException if dry_run => {
                ServiceError { name: ErrorName::UnauthorizedException, ..error }
            }
            _ => error,
        })?;
        constraints::meter_usage(request)?;
        if dry_run {
            return Err(ServiceError::new(
                ErrorName::DryRunOperation,
                "the request would have been allowed, but DryRun is set",
            ));
        }
        let (parameters, key) = self.check_meter_usage(call, request)?;
        self.enter_once(call, request, parameters, key)
    }

    fn check_meter_usage(
        &self,
        call: &Call<'_>,
        request: &MeterUsageRequest,
    ) -> Result<(Parameters, Key), ServiceError> {
        let (Some(code), Some(at), Some(dimension)) =
            (&request.product_code, &request.timestamp, &request.usage_dimension)
        else {
            // Required members: the constraints came first and refused it.
            return Err(ServiceError::new(ErrorName::ValidationException, "a member is missing"));
        };
        let caller = call.caller;
        let product = self.hosted_product(code, &[ProductKind::Container, ProductKind::Ami])?;
        if caller.region != caller.home_region {
            return Err(ServiceError::new(
                ErrorName::InvalidEndpointRegionException,
                format!(
                    "the endpoint is in {}, the instance in {}",
                    caller.region, caller.home_region
                ),
            ));
        }
        let customer = self.entitled(call, product)?;
        if !product.has_dimension(dimension) {
            return Err(ServiceError::new(
                ErrorName::InvalidUsageDimensionException,
                format!("product {code} has no dimension {dimension}"),
            ));
        }
        window::meter_usage(at.at(), call.now)?;
        window::not_before(customer.subscribed_at, at.at())?;
        let quantity = allocations::quantity(
            request.usage_quantity,
            request.usage_quantity_as_decimal.as_deref(),
            request.usage_allocations.as_deref(),
        )?;
        let parameters = Parameters {
            product_code: code.clone(),
            at: at.at(),
            dimension: dimension.clone(),
            quantity,
            allocations: by_value(request),
        };
        let agent_core = caller.platform == Platform::AgentCore;
        if agent_core && request.client_token.is_none() {
            return Err(ServiceError::new(
                ErrorName::ValidationException,
                "ClientToken must be sent from Amazon Bedrock AgentCore Runtime",
            ));
        }
        let key = Key {
            region: caller.region.clone(),
            product_code: code.clone(),
            account: caller.buyer_account.clone(),
            license_arn: None,
            instance: Some(caller.instance.clone()),
            dimension: dimension.clone(),
            hour: if agent_core { at.at() } else { at.at().start_of_hour() },
            client_token: request.client_token.clone().filter(|_| agent_core),
        };
        Ok((parameters, key))
    }

    fn enter_once(
        &mut self,
        call: &Call<'_>,
        request: &MeterUsageRequest,
        parameters: Parameters,
        key: Key,
    ) -> Result<MeterUsageResult, ServiceError> {
        let token = request.client_token.clone();
        let token_key = token.map(|token| (call.caller.buyer_account.clone(), token));
        if let Some(known) = token_key.as_ref().and_then(|key| self.client_tokens.get(key)) {
            if known.parameters != parameters {
                return Err(ServiceError::new(
                    ErrorName::IdempotencyConflictException,
                    "the ClientToken was used for a request with other parameters",
                ));
            }
            return Ok(MeterUsageResult { metering_record_id: known.metering_record_id.clone() });
        }
        let allocations = request.usage_allocations.as_deref().unwrap_or_default();
        match self.ledger.enter(key, parameters.quantity, None, allocations) {
            Entered::New(metering_record_id) | Entered::Again(metering_record_id) => {
                if let Some(key) = token_key {
                    let id = metering_record_id.clone();
                    let remembered = Remembered { parameters, metering_record_id: id };
                    self.client_tokens.insert(key, remembered);
                }
                Ok(MeterUsageResult { metering_record_id })
            }
            Entered::OtherQuantity => Err(ServiceError::new(
                ErrorName::DuplicateRequestException,
                format!(
                    "another quantity than {} is metered already for this dimension and hour",
                    parameters.quantity
                ),
            )),
        }
    }

    /// A product of one of the kinds that run in the buyer's account.
    pub(super) fn hosted_product(
        &self,
        product_code: &str,
        kinds: &[ProductKind],
    ) -> Result<&Product, ServiceError> {
        self.catalogue
            .product(product_code)
            .filter(|product| kinds.contains(&product.kind))
            .ok_or_else(|| {
                ServiceError::new(
                    ErrorName::InvalidProductCodeException,
                    format!("{product_code} is no product this operation is for"),
                )
            })
    }

    /// The calling buyer's agreement for the product.
    pub(super) fn entitled(
        &self,
        call: &Call<'_>,
        product: &Product,
    ) -> Result<Customer, ServiceError> {
        let account = &call.caller.buyer_account;
        product
            .customers
            .iter()
            .find(|customer| customer.account == *account && customer.is_entitled(call.now))
            .cloned()
            .ok_or_else(|| {
                ServiceError::new(
                    ErrorName::CustomerNotEntitledException,
                    format!(
                        "account {account} has no valid subscription for {}",
                        product.product_code
                    ),
                )
            })
    }
}

fn by_value(request: &MeterUsageRequest) -> Vec<(Option<Quantity>, Option<Vec<crate::wire::Tag>>)> {
    let allocations = request.usage_allocations.as_deref().unwrap_or_default();
    allocations
        .iter()
        .map(|one| {
            let whole = one.allocated_usage_quantity.and_then(Quantity::whole);
            let decimal = one.allocated_usage_quantity_as_decimal.as_deref();
            (whole.or_else(|| decimal.and_then(Quantity::decimal)), one.tags.clone())
        })
        .collect()
}
