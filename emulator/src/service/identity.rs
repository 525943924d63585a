//! Which product and which buyer a usage record is for.

use meterproof::Timestamp;

use super::catalogue::Catalogue;
use super::product::{Customer, IdentityForm, Product};
use super::{Caller, window};
use crate::wire::{ErrorName, ServiceError, UsageRecord};

/// "A one-hour final-usage window" follows a License Deprovisioned event.
const FINAL_USAGE_MILLIS: i64 = 3_600_000;

/// Where a record belongs.
#[derive(Debug)]
pub(super) struct Resolved<'a> {
    pub product: &'a Product,
    pub form: IdentityForm,
    /// The buyer's agreement, or `None` when the buyer is known but has none for this product.
    pub customer: Option<&'a Customer>,
}

impl Resolved<'_> {
    /// Whether the record is honoured now, with the license's final-usage window.
    pub(super) fn is_subscribed(&self, now: Timestamp) -> bool {
        self.customer.is_some_and(|customer| {
            customer.subscribed
                && customer
                    .deprovisioned_at
                    .is_none_or(|end| now.unix_millis() - end.unix_millis() <= FINAL_USAGE_MILLIS)
        })
    }

    /// Whether usage of this time is within the agreement.
    pub(super) fn check_time(&self, at: Timestamp) -> Result<(), ServiceError> {
        let Some(customer) = self.customer else { return Ok(()) };
        if self.form != IdentityForm::License {
            return window::not_before(customer.subscribed_at, at);
        }
        let early = customer.subscribed_at.is_some_and(|start| at < start);
        let late = customer.deprovisioned_at.is_some_and(|end| at > end);
        if early || late {
            return Err(ServiceError::new(
                ErrorName::InvalidLicenseException,
                format!("usage at {at} is outside the license's activation period"),
            ));
        }
        Ok(())
    }
}

impl Catalogue {
    /// Finds the product and the buyer of a record, in the form the record is written in.
    pub(super) fn resolve<'a>(
        &'a self,
        caller: &Caller,
        product_code: Option<&str>,
        record: &UsageRecord,
    ) -> Result<Resolved<'a>, ServiceError> {
        let account = record.customer_aws_account_id.as_deref();
        let customer = record.customer_identifier.as_deref();
        match (product_code, record.license_arn.as_deref(), account, customer) {
            (None, Some(arn), Some(account), None) => self.by_license(caller, arn, account),
            (Some(code), None, Some(account), None) => {
                self.by_product(caller, code, IdentityForm::Account, account)
            }
            (Some(code), None, None, Some(customer)) => {
                self.by_product(caller, code, IdentityForm::Customer, customer)
            }
            (Some(_), Some(_), _, _) => {
                invalid("LicenseArn must not be sent with ProductCode: it would be billed twice")
            }
            (None, None, _, _) => {
                invalid("a request without ProductCode needs LicenseArn in every record")
            }
            (_, _, Some(_), Some(_)) => {
                invalid("CustomerAWSAccountId and CustomerIdentifier must not both be sent")
            }
            (_, None, None, None) => {
                invalid("one of CustomerAWSAccountId and CustomerIdentifier must be sent")
            }
            (_, Some(_), None, _) => invalid("LicenseArn needs CustomerAWSAccountId"),
        }
    }

    /// A product of the caller's that takes records of this form.
    pub(super) fn saas_product(
        &self,
        caller: &Caller,
        product_code: &str,
    ) -> Result<&Product, ServiceError> {
        let takes_codes = |product: &Product| {
            product.takes(IdentityForm::Account) || product.takes(IdentityForm::Customer)
        };
        self.product(product_code)
            .filter(|product| product.is_sold_by(&caller.account) && takes_codes(product))
            .ok_or_else(|| {
                let why = format!("{product_code} is no product of yours that is metered by code");
                ServiceError::new(ErrorName::InvalidProductCodeException, why)
            })
    }

    fn by_product(
        &self,
        caller: &Caller,
        product_code: &str,
        form: IdentityForm,
        identifier: &str,
    ) -> Result<Resolved<'_>, ServiceError> {
        let product = self.saas_product(caller, product_code)?;
        let is = |customer: &Customer| match form {
            IdentityForm::Customer => customer.customer_identifier.as_deref() == Some(identifier),
            IdentityForm::Account | IdentityForm::License => customer.account == identifier,
        };
        if !self.customers().any(|(_, customer)| is(customer)) {
            return Err(ServiceError::new(
                ErrorName::InvalidCustomerIdentifierException,
                format!("customer {identifier} does not exist"),
            ));
        }
        if !product.takes(form) {
            return invalid(&format!("product {product_code} is not metered by this identifier"));
        }
        let customer = product.customers.iter().find(|customer| is(customer));
        Ok(Resolved { product, form, customer })
    }

    fn by_license(
        &self,
        caller: &Caller,
        license_arn: &str,
        account: &str,
    ) -> Result<Resolved<'_>, ServiceError> {
        let refuse = |why: String| Err(ServiceError::new(ErrorName::InvalidLicenseException, why));
        let sold = |product: &Product| {
            product.is_sold_by(&caller.account) && product.takes(IdentityForm::License)
        };
        let Some((product, customer)) = self.license(license_arn).filter(|(one, _)| sold(one))
        else {
            return refuse(format!("license {license_arn} does not exist for a product of yours"));
        };
        if customer.account != account {
            return refuse(format!("license {license_arn} does not belong to account {account}"));
        }
        Ok(Resolved { product, form: IdentityForm::License, customer: Some(customer) })
    }
}

fn invalid<T>(why: &str) -> Result<T, ServiceError> {
    Err(ServiceError::new(ErrorName::ValidationException, why))
}
