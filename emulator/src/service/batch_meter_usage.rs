use super::ledger::{Entered, Key};
use super::{Call, Quantity, Service, allocations, constraints, window};
use crate::wire::{
    BatchMeterUsageRequest, BatchMeterUsageResult, ErrorName, Operation, ServiceError, UsageRecord,
    UsageRecordResult, UsageRecordResultStatus,
};

/// A record nothing of the request-level rules speaks against.
struct Checked {
    key: Key,
    quantity: Quantity,
    subscribed: bool,
}

impl Service {
    /// Meters a batch. First every record is checked: one bad record refuses the whole request.
    /// Then each gets its own status.
    ///
    /// # Errors
    /// By the first rule broken, in this order: `AccessDenied`, `DisabledApi`, `Validation`
    /// (parameters, then the identity forms), `InvalidProductCode`; then record by record
    /// `Validation` (identity), `InvalidLicense`, `InvalidCustomerIdentifier`,
    /// `InvalidUsageDimension`, `TimestampOutOfBounds`, `InvalidTag`,
    /// `InvalidUsageAllocations`. The order is the emulator's: AWS documents none.
    pub fn batch_meter_usage(
        &mut self,
        call: &Call<'_>,
        request: &BatchMeterUsageRequest,
    ) -> Result<BatchMeterUsageResult, ServiceError> {
        self.admit(call, Operation::BatchMeterUsage)?;
        constraints::batch_meter_usage(request)?;
        let records = request.usage_records.as_deref().unwrap_or_default();
        if let Some(code) = &request.product_code {
            one_form(records)?;
            self.catalogue.saas_product(call.caller, code)?;
        }
        let checked = self.check(call, request.product_code.as_deref(), records)?;

        let mut result = BatchMeterUsageResult::default();
        for (index, (record, checked)) in records.iter().zip(checked).enumerate() {
            if call.unprocessed.contains(&index) {
                result.unprocessed_records.push(record.clone());
            } else {
                result.results.push(self.process(record, checked));
            }
        }
        Ok(result)
    }

    fn check(
        &self,
        call: &Call<'_>,
        product_code: Option<&str>,
        records: &[UsageRecord],
    ) -> Result<Vec<Checked>, ServiceError> {
        let mut checked: Vec<Checked> = Vec::with_capacity(records.len());
        for (index, record) in records.iter().enumerate() {
            let one = self.check_record(call, product_code, record).map_err(|mut error| {
                error.message = format!("usage record {}: {}", index + 1, error.message);
                error
            })?;
            let product = |checked: &Checked| checked.key.product_code.clone();
            if let Some(first) = checked.first().filter(|first| product(first) != product(&one)) {
                return Err(ServiceError::new(
                    ErrorName::InvalidLicenseException,
                    format!(
                        "usage record {}: its license is for product {}, that of the first record \
                         for {}: a request is for one product",
                        index + 1,
                        one.key.product_code,
                        first.key.product_code
                    ),
                ));
            }
            checked.push(one);
        }
        Ok(checked)
    }

    fn check_record(
        &self,
        call: &Call<'_>,
        product_code: Option<&str>,
        record: &UsageRecord,
    ) -> Result<Checked, ServiceError> {
        let resolved = self.catalogue.resolve(call.caller, product_code, record)?;
        let (Some(at), Some(dimension)) = (&record.timestamp, &record.dimension) else {
            // Required members: the constraints came first and refused it.
            return Err(ServiceError::new(ErrorName::ValidationException, "a member is missing"));
        };
        if !resolved.product.has_dimension(dimension) {
            return Err(ServiceError::new(
                ErrorName::InvalidUsageDimensionException,
                format!("product {} has no dimension {dimension}", resolved.product.product_code),
            ));
        }
        window::batch_meter_usage(at.at(), call.now)?;
        resolved.check_time(at.at())?;
        let quantity = allocations::quantity(
            record.quantity,
            record.quantity_as_decimal.as_deref(),
            record.usage_allocations.as_deref(),
        )?;
        // A buyer without an agreement for the product is not entered: its key is never used.
        let account = resolved.customer.map(|customer| customer.account.clone());
        Ok(Checked {
            key: Key {
                region: call.caller.region.clone(),
                product_code: resolved.product.product_code.clone(),
                account: account.unwrap_or_default(),
                license_arn: record.license_arn.clone(),
                instance: None,
                dimension: dimension.clone(),
                hour: at.at().start_of_hour(),
                client_token: None,
            },
            quantity,
            subscribed: resolved.is_subscribed(call.now),
        })
    }

    fn process(&mut self, record: &UsageRecord, checked: Checked) -> UsageRecordResult {
        let (status, metering_record_id) = if checked.subscribed {
            self.enter(record, checked)
        } else {
            (UsageRecordResultStatus::CustomerNotSubscribed, None)
        };
        UsageRecordResult { usage_record: record.clone(), metering_record_id, status }
    }

    fn enter(
        &mut self,
        record: &UsageRecord,
        checked: Checked,
    ) -> (UsageRecordResultStatus, Option<String>) {
        let entered = self.ledger.enter(
            checked.key,
            checked.quantity,
            record.customer_identifier.as_deref(),
            record.usage_allocations.as_deref().unwrap_or_default(),
        );
        match entered {
            Entered::Again(_) if self.settings.duplicate_on_identical_resend => {
                (UsageRecordResultStatus::DuplicateRecord, None)
            }
            Entered::New(id) | Entered::Again(id) => (UsageRecordResultStatus::Success, Some(id)),
            Entered::OtherQuantity => (UsageRecordResultStatus::DuplicateRecord, None),
        }
    }
}

/// The records of a request with a product code all name the buyer in one way.
fn one_form(records: &[UsageRecord]) -> Result<(), ServiceError> {
    let by_account = records.iter().any(|record| record.customer_aws_account_id.is_some());
    let by_identifier = records.iter().any(|record| record.customer_identifier.is_some());
    if by_account && by_identifier {
        return Err(ServiceError::new(
            ErrorName::ValidationException,
            "CustomerAWSAccountId and CustomerIdentifier must not both be used in one request",
        ));
    }
    Ok(())
}
