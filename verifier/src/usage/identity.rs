//! Who used it: the three forms in which a record names its customer.

use core::fmt;

use super::identifiers::{CustomerAwsAccountId, CustomerIdentifier, LicenseArn, ProductCode};

/// The customer, and the product by way of code or license.
///
/// AWS bills twice where one hour is sent under a product code and under a license: a value of
/// this type cannot hold both.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identity {
    /// A license and the account it was granted to: what products made from June 2026 on use.
    License {
        /// Names the product and the agreement.
        license_arn: LicenseArn,
        /// The buyer.
        account: CustomerAwsAccountId,
    },
    /// An account, under the product code of the request.
    Account {
        /// The request's product.
        product_code: ProductCode,
        /// The buyer.
        account: CustomerAwsAccountId,
    },
    /// A customer identifier, under the product code of the request: older integrations.
    Customer {
        /// The request's product.
        product_code: ProductCode,
        /// The buyer.
        customer: CustomerIdentifier,
    },
}

impl Identity {
    /// Which of the three forms it is.
    pub fn form(&self) -> IdentityForm {
        match self {
            Self::License { .. } => IdentityForm::License,
            Self::Account { .. } => IdentityForm::Account,
            Self::Customer { .. } => IdentityForm::Customer,
        }
    }

    /// The product code that the request carries; none where the license names the product.
    pub fn product_code(&self) -> Option<&ProductCode> {
        match self {
            Self::License { .. } => None,
            Self::Account { product_code, .. } | Self::Customer { product_code, .. } => {
                Some(product_code)
            }
        }
    }

    /// The license, in the license form.
    pub fn license_arn(&self) -> Option<&LicenseArn> {
        match self {
            Self::License { license_arn, .. } => Some(license_arn),
            _ => None,
        }
    }

    /// The buyer's account, in the license and the account form.
    pub fn account(&self) -> Option<&CustomerAwsAccountId> {
        match self {
            Self::License { account, .. } | Self::Account { account, .. } => Some(account),
            Self::Customer { .. } => None,
        }
    }

    /// The customer identifier, in the customer form.
    pub fn customer(&self) -> Option<&CustomerIdentifier> {
        match self {
            Self::Customer { customer, .. } => Some(customer),
            _ => None,
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::License { license_arn, .. } => write!(f, "{license_arn}"),
            Self::Account { account, .. } => write!(f, "account {account}"),
            Self::Customer { customer, .. } => write!(f, "customer {customer}"),
        }
    }
}

/// The form of an [`Identity`]. One request holds records of one form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentityForm {
    /// `LicenseArn` and `CustomerAWSAccountId`, without `ProductCode`.
    License,
    /// `CustomerAWSAccountId` under a `ProductCode`.
    Account,
    /// `CustomerIdentifier` under a `ProductCode`.
    Customer,
}

impl IdentityForm {
    /// All forms.
    pub const ALL: &'static [Self] = &[Self::License, Self::Account, Self::Customer];

    /// A stable name for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::License => "license",
            Self::Account => "account",
            Self::Customer => "customer",
        }
    }
}

impl IdentityForm {
    /// What `Display` shows.
    pub(super) fn members(self) -> &'static str {
        match self {
            Self::License => "LicenseArn with CustomerAWSAccountId",
            Self::Account => "CustomerAWSAccountId with ProductCode",
            Self::Customer => "CustomerIdentifier with ProductCode",
        }
    }
}

impl fmt::Display for IdentityForm {
    /// The members that make the form, as AWS spells them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.members())
    }
}
