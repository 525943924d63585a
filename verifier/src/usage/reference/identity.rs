//! Who: which identity form a record is of, and whether it is whole.

use alloc::format;
use alloc::string::String;

use super::members::{Field, Object, not_in_edition};
use super::source;
use super::walk::{Finding, Walk};
use crate::usage::identifiers::{
    CustomerAwsAccountId, CustomerIdentifier, LicenseArn, ProductCode,
};
use crate::usage::identity::{Identity, IdentityForm};
use crate::usage::text::quote;
use crate::usage::violation::ViolationCode;

/// The product code that records are under, by the request or by the caller.
pub(super) enum Product {
    Of(ProductCode),
    /// None, and each record that needs one reports it.
    None,
    /// None or a wrong one, reported once for all records.
    Reported,
}

/// What a record says about its customer.
pub(super) struct Found {
    /// The form, by the members present, even where their values are wrong.
    pub(super) form: Option<IdentityForm>,
    pub(super) identity: Option<Identity>,
}

pub(super) fn identity(walk: &mut Walk<'_>, record: &Object<'_, '_>, product: &Product) -> Found {
    let license = license(walk, record);
    let account = account(walk, record);
    let customer = customer(walk, record);
    let nothing = |form| Found { form, identity: None };
    match (license, account, customer) {
        (Field::Absent, Field::Absent, Field::Absent) => {
            missing(walk, record);
            nothing(None)
        }
        (Field::Absent, Field::Absent, customer) => {
            let form = Some(IdentityForm::Customer);
            let product_code = product_code(walk, record, product, IdentityForm::Customer);
            let identity = product_code
                .zip(customer.given())
                .map(|(product_code, customer)| Identity::Customer { product_code, customer });
            Found { form, identity }
        }
        (Field::Absent, account, Field::Absent) => {
            let form = Some(IdentityForm::Account);
            let product_code = product_code(walk, record, product, IdentityForm::Account);
            let identity = product_code
                .zip(account.given())
                .map(|(product_code, account)| Identity::Account { product_code, account });
            Found { form, identity }
        }
        (Field::Absent, ..) => {
            conflicting(walk, record, "CustomerAWSAccountId");
            nothing(None)
        }
        (license, account, Field::Absent) => {
            let form = Some(IdentityForm::License);
            if account.is_absent() {
                license_alone(walk, record);
            }
            let identity = license
                .given()
                .zip(account.given())
                .map(|(license_arn, account)| Identity::License { license_arn, account });
            Found { form, identity }
        }
        _ => {
            conflicting(walk, record, "LicenseArn");
            nothing(Some(IdentityForm::License))
        }
    }
}

fn license(walk: &mut Walk<'_>, record: &Object<'_, '_>) -> Field<LicenseArn> {
    let Some((_, place)) = record.get("LicenseArn") else {
        return Field::Absent;
    };
    if !walk.rules.has_licenses() {
        not_in_edition(walk, &place, "LicenseArn");
        return Field::Absent;
    }
    let license = record.parse(
        walk,
        "LicenseArn",
        ViolationCode::InvalidLicenseArn,
        source::LICENSE_ARN,
        LicenseArn::parse,
    );
    if let Field::Given(arn) = &license
        && !arn.is_license_manager()
    {
        walk.report(&place, ViolationCode::UnusualLicenseArn, || Finding {
                actual: quote(arn.as_str()),
                limit: "arn:aws:license-manager:REGION:ACCOUNT:license:ID".into(),
                source: source::LICENSE_ARN,
                message: "LicenseArn is not the ARN of a license in AWS License Manager; take it from ResolveCustomer or the License Updated event".into(),
            },
        );
    }
    license
}

fn account(walk: &mut Walk<'_>, record: &Object<'_, '_>) -> Field<CustomerAwsAccountId> {
    let Some((_, place)) = record.get("CustomerAWSAccountId") else {
        return Field::Absent;
    };
    if !walk.rules.has_accounts() {
        not_in_edition(walk, &place, "CustomerAWSAccountId");
        return Field::Absent;
    }
    let account = record.parse(
        walk,
        "CustomerAWSAccountId",
        ViolationCode::InvalidAccountId,
        source::ACCOUNT_ID,
        CustomerAwsAccountId::parse,
    );
    if let Field::Given(id) = &account
        && !id.has_usual_length()
    {
        let digits = id.as_str().len();
        walk.report(&place, ViolationCode::UnusualAccountId, || Finding {
                actual: format!("{digits} digits"),
                limit: "12 digits".into(),
                source: source::ACCOUNT_ID,
                message: format!(
                    "CustomerAWSAccountId has {digits} digits; an AWS account has 12, were leading zeros lost?"
                ),
            },
        );
    }
    account
}

/// The empty text is what some SDKs send for "not set".
fn customer(walk: &mut Walk<'_>, record: &Object<'_, '_>) -> Field<CustomerIdentifier> {
    if let Some((value, _)) = record.get("CustomerIdentifier")
        && value.as_str() == Some("")
    {
        return Field::Absent;
    }
    record.parse(
        walk,
        "CustomerIdentifier",
        ViolationCode::InvalidCustomerIdentifier,
        source::CUSTOMER,
        CustomerIdentifier::parse,
    )
}

fn product_code(
    walk: &mut Walk<'_>,
    record: &Object<'_, '_>,
    product: &Product,
    form: IdentityForm,
) -> Option<ProductCode> {
    match product {
        Product::Of(product_code) => Some(product_code.clone()),
        Product::Reported => None,
        Product::None => {
            missing_product_code(walk, record, form);
            None
        }
    }
}

/// Reports, at a record or a request, that nothing names the product.
pub(super) fn missing_product_code(walk: &mut Walk<'_>, at: &Object<'_, '_>, form: IdentityForm) {
    let member = match form {
        IdentityForm::Customer => "CustomerIdentifier",
        IdentityForm::Account | IdentityForm::License => "CustomerAWSAccountId",
    };
    let license = if walk.rules.has_licenses() && form == IdentityForm::Account {
        ", or LicenseArn to the record for a product made from June 2026 on"
    } else {
        ""
    };
    walk.report(at.place, ViolationCode::MissingProductCode, || Finding {
            actual: "absent".into(),
            limit: "ProductCode in the request".into(),
            source: source::BATCH_REQUEST,
            message: format!(
                "{member} names the buyer but nothing names the product; add ProductCode to the request{license}"
            ),
        },
    );
}

fn missing(walk: &mut Walk<'_>, record: &Object<'_, '_>) {
    let rules = walk.rules;
    let (limit, what): (String, &str) = if rules.has_licenses() {
        (
            format!("{} or {}", IdentityForm::License, IdentityForm::Customer),
            "add LicenseArn and CustomerAWSAccountId, or CustomerIdentifier for an older integration",
        )
    } else if rules.has_accounts() {
        (
            format!("{} or {}", IdentityForm::Account, IdentityForm::Customer),
            "add CustomerAWSAccountId or CustomerIdentifier",
        )
    } else {
        (format!("{}", IdentityForm::Customer), "add CustomerIdentifier")
    };
    walk.report(record.place, ViolationCode::MissingIdentity, || Finding {
        actual: "absent".into(),
        limit,
        source: source::RECORD,
        message: format!("the record names no customer; {what}"),
    });
}

fn conflicting(walk: &mut Walk<'_>, record: &Object<'_, '_>, other: &str) {
    let Some((_, place)) = record.get("CustomerIdentifier") else {
        return;
    };
    walk.report(&place, ViolationCode::ConflictingIdentity, || Finding {
            actual: format!("CustomerIdentifier and {other}"),
            limit: "one of them".into(),
            source: source::BATCH,
            message: format!(
                "the record names its customer by CustomerIdentifier and by {other}; keep {other}, which new integrations need"
            ),
        },
    );
}

fn license_alone(walk: &mut Walk<'_>, record: &Object<'_, '_>) {
    walk.report(record.place, ViolationCode::LicenseWithoutAccount, || Finding {
            actual: "LicenseArn alone".into(),
            limit: format!("{}", IdentityForm::License),
            source: source::BATCH,
            message: "LicenseArn comes without CustomerAWSAccountId; add the buyer's account as ResolveCustomer gives it".into(),
        },
    );
}
