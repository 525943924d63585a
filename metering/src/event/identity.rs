//! Who used it.

use meterproof::usage::{
    CustomerAwsAccountId, CustomerIdentifier, Identity, LicenseArn, ProductCode,
};

use super::defaults::EventDefaults;
use super::object::{Field, Object, Result};
use super::problem::EventProblem;

const LICENSE: &str = "LicenseArn";
const ACCOUNT: &str = "CustomerAWSAccountId";
const CUSTOMER: &str = "CustomerIdentifier";
const PRODUCT: &str = "ProductCode";

/// The customer, named in exactly one way, and the product: by the license, by the event's own
/// product code, or by the default.
pub(super) fn identity(object: &Object<'_, '_>, defaults: &EventDefaults) -> Result<Identity> {
    let license = object.get(LICENSE);
    let account = object.get(ACCOUNT);
    // Some of AWS's SDKs write "" for an identifier that is not set.
    let customer = object.get(CUSTOMER).filter(|field| field.value.as_str() != Some(""));
    match (license, account, customer) {
        (Some(license), account, None) => {
            if let Some(product) = object.get(PRODUCT) {
                return product.fault(EventProblem::ProductCodeWithLicense);
            }
            let Some(account) = account else {
                return license.fault(EventProblem::LicenseWithoutAccount);
            };
            Ok(Identity::License {
                license_arn: license.parse(LicenseArn::parse)?,
                account: account.parse(CustomerAwsAccountId::parse)?,
            })
        }
        (None, Some(account), None) => Ok(Identity::Account {
            account: account.parse(CustomerAwsAccountId::parse)?,
            product_code: product_code(object, &account, defaults)?,
        }),
        (None, None, Some(customer)) => Ok(Identity::Customer {
            customer: customer.parse(CustomerIdentifier::parse)?,
            product_code: product_code(object, &customer, defaults)?,
        }),
        (None, None, None) => object.fault(EventProblem::MissingIdentity),
        (license, _, Some(customer)) => {
            let one = if license.is_some() { LICENSE } else { ACCOUNT };
            customer.fault(EventProblem::ConflictingIdentity { one, other: CUSTOMER })
        }
    }
}

fn product_code(
    object: &Object<'_, '_>,
    customer: &Field<'_, '_>,
    defaults: &EventDefaults,
) -> Result<ProductCode> {
    let given = object.parse(PRODUCT, ProductCode::parse)?;
    match given.or_else(|| defaults.product_code.clone()) {
        Some(product_code) => Ok(product_code),
        None => object.fault(EventProblem::MissingProductCode { customer: customer.name }),
    }
}
