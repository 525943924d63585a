//! Who: which identity form a record is of, and whether it is whole.

use alloc::string::String;

use super::members::{Field, Object, Slot, not_in_edition};
use super::record::{CUSTOMER_AWS_ACCOUNT_ID, CUSTOMER_IDENTIFIER, LICENSE_ARN};
use super::source;
use super::walk::{Finding, Walk};
use crate::json::Text;
use crate::text::text;
use crate::usage::identifiers::{CustomerAwsAccountId, CustomerIdentifier, LicenseArn};
use crate::usage::identity::IdentityForm;
use crate::usage::license_arn::is_license_manager;
use crate::usage::text::quote;
use crate::usage::violation::ViolationCode;

/// Whether records come under a product code, by the request or by the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Product {
    Given,
    /// None, and each record that needs one reports it.
    None,
    /// None or a wrong one, reported once for all records.
    Reported,
}

/// What a record says about its customer.
pub(super) struct Found {
    /// The form, by the members present, even where their values are wrong.
    pub(super) form: Option<IdentityForm>,
    pub(super) who: Option<Who>,
}

/// The customer, and the product where a license names it.
#[derive(Clone, Copy)]
pub(super) enum Who {
    License { license_arn: Text, account: Text },
    Account(Text),
    Customer(Text),
}

impl Who {
    pub(super) fn form(&self) -> IdentityForm {
        match self {
            Self::License { .. } => IdentityForm::License,
            Self::Account(_) => IdentityForm::Account,
            Self::Customer(_) => IdentityForm::Customer,
        }
    }

    /// As [`Identity`](crate::usage::Identity) shows it.
    pub(super) fn shown(&self, document: &str) -> String {
        match self {
            Self::License { license_arn, .. } => license_arn.content(document).into_owned(),
            Self::Account(account) => text!("account ", &*account.content(document)),
            Self::Customer(customer) => text!("customer ", &*customer.content(document)),
        }
    }
}

pub(super) fn identity(
    walk: &mut Walk<'_>,
    record: &Object<'_, '_, '_>,
    product: Product,
) -> Found {
    let license = license(walk, record);
    let account = account(walk, record);
    let customer = customer(walk, record);
    let of = |form, who| Found { form: Some(form), who };
    match (license, account, customer) {
        (Field::Absent, Field::Absent, Field::Absent) => {
            missing(walk, record);
            Found { form: None, who: None }
        }
        (Field::Absent, Field::Absent, customer) => {
            let form = IdentityForm::Customer;
            let has_product = has_product(walk, record, product, form);
            of(form, customer.given().filter(|_| has_product).map(Who::Customer))
        }
        (Field::Absent, account, Field::Absent) => {
            let form = IdentityForm::Account;
            let has_product = has_product(walk, record, product, form);
            of(form, account.given().filter(|_| has_product).map(Who::Account))
        }
        (Field::Absent, ..) => {
            conflicting(walk, record, "CustomerAWSAccountId");
            Found { form: None, who: None }
        }
        (license, account, Field::Absent) => {
            if account.is_absent() {
                license_alone(walk, record);
            }
            let both = license.given().zip(account.given());
            let who = both.map(|(license_arn, account)| Who::License { license_arn, account });
            of(IdentityForm::License, who)
        }
        _ => {
            conflicting(walk, record, "LicenseArn");
            of(IdentityForm::License, None)
        }
    }
}

fn license(walk: &mut Walk<'_>, record: &Object<'_, '_, '_>) -> Field<Text> {
    let Some(node) = record.get(LICENSE_ARN) else {
        return Field::Absent;
    };
    if !walk.rules.has_licenses() {
        not_in_edition(walk, &record.at(LICENSE_ARN, node), "LicenseArn");
        return Field::Absent;
    }
    let code = ViolationCode::InvalidLicenseArn;
    let license = record.text(walk, LICENSE_ARN, code, source::LICENSE_ARN, LicenseArn::check);
    if let Field::Given(arn) = license
        && !is_license_manager(&arn.content(record.index.document()))
    {
        let arn = arn.content(record.index.document());
        let at = record.at(LICENSE_ARN, node);
        walk.report(&at, ViolationCode::UnusualLicenseArn, || Finding {
            actual: quote(&arn),
            limit: "arn:aws:license-manager:REGION:ACCOUNT:license:ID".into(),
            source: source::LICENSE_ARN,
            message: "LicenseArn is not the ARN of a license in AWS License Manager; take it from ResolveCustomer or the License Updated event".into(),
        });
    }
    license
}

fn account(walk: &mut Walk<'_>, record: &Object<'_, '_, '_>) -> Field<Text> {
    const SLOT: Slot = CUSTOMER_AWS_ACCOUNT_ID;
    let Some(node) = record.get(SLOT) else {
        return Field::Absent;
    };
    if !walk.rules.has_accounts() {
        not_in_edition(walk, &record.at(SLOT, node), "CustomerAWSAccountId");
        return Field::Absent;
    }
    let code = ViolationCode::InvalidAccountId;
    let account = record.text(walk, SLOT, code, source::ACCOUNT_ID, CustomerAwsAccountId::check);
    if let Field::Given(id) = account
        && id.len() != CustomerAwsAccountId::USUAL_LENGTH
        && let digits = id.content(record.index.document()).len()
        && digits != CustomerAwsAccountId::USUAL_LENGTH
    {
        walk.report(&record.at(SLOT, node), ViolationCode::UnusualAccountId, || Finding {
            actual: text!(digits, " digits"),
            limit: "12 digits".into(),
            source: source::ACCOUNT_ID,
            message: text!(
                "CustomerAWSAccountId has ",
                digits,
                " digits; an AWS account has 12, were leading zeros lost?"
            ),
        });
    }
    account
}

/// The empty text is what some SDKs send for "not set".
fn customer(walk: &mut Walk<'_>, record: &Object<'_, '_, '_>) -> Field<Text> {
    if record.is_empty_text(CUSTOMER_IDENTIFIER) {
        return Field::Absent;
    }
    let code = ViolationCode::InvalidCustomerIdentifier;
    let check = CustomerIdentifier::check;
    record.text(walk, CUSTOMER_IDENTIFIER, code, source::CUSTOMER, check)
}

fn has_product(
    walk: &mut Walk<'_>,
    record: &Object<'_, '_, '_>,
    product: Product,
    form: IdentityForm,
) -> bool {
    if product == Product::None {
        missing_product_code(walk, record, form);
    }
    product == Product::Given
}

/// Reports, at a record or a request, that nothing names the product.
pub(super) fn missing_product_code(
    walk: &mut Walk<'_>,
    at: &Object<'_, '_, '_>,
    form: IdentityForm,
) {
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
        message: text!(
            member,
            " names the buyer but nothing names the product; add ProductCode to the request",
            license
        ),
    });
}

fn missing(walk: &mut Walk<'_>, record: &Object<'_, '_, '_>) {
    let rules = walk.rules;
    let form = |form: IdentityForm| form.members();
    let (limit, what): (String, &str) = if rules.has_licenses() {
        (
            text!(form(IdentityForm::License), " or ", form(IdentityForm::Customer)),
            "add LicenseArn and CustomerAWSAccountId, or CustomerIdentifier for an older integration",
        )
    } else if rules.has_accounts() {
        (
            text!(form(IdentityForm::Account), " or ", form(IdentityForm::Customer)),
            "add CustomerAWSAccountId or CustomerIdentifier",
        )
    } else {
        (form(IdentityForm::Customer).into(), "add CustomerIdentifier")
    };
    walk.report(record.place, ViolationCode::MissingIdentity, || Finding {
        actual: "absent".into(),
        limit,
        source: source::RECORD,
        message: text!("the record names no customer; ", what),
    });
}

fn conflicting(walk: &mut Walk<'_>, record: &Object<'_, '_, '_>, other: &str) {
    let Some(node) = record.get(CUSTOMER_IDENTIFIER) else {
        return;
    };
    let at = record.at(CUSTOMER_IDENTIFIER, node);
    walk.report(&at, ViolationCode::ConflictingIdentity, || Finding {
        actual: text!("CustomerIdentifier and ", other),
        limit: "one of them".into(),
        source: source::BATCH,
        message: text!(
            "the record names its customer by CustomerIdentifier and by ",
            other,
            "; keep ",
            other,
            ", which new integrations need"
        ),
    });
}

fn license_alone(walk: &mut Walk<'_>, record: &Object<'_, '_, '_>) {
    walk.report(record.place, ViolationCode::LicenseWithoutAccount, || Finding {
        actual: "LicenseArn alone".into(),
        limit: IdentityForm::License.members().into(),
        source: source::BATCH,
        message: "LicenseArn comes without CustomerAWSAccountId; add the buyer's account as ResolveCustomer gives it".into(),
    });
}
