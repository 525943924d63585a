use meterproof::Timestamp;
use serde::{Deserialize, Serialize};

use crate::config::time;

/// A product and its buyers. In TOML and JSON alike; JSON may also write the names in camelCase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// 1 to 255 characters of `-a-zA-Z0-9/=:_.@`.
    #[serde(alias = "productCode")]
    pub product_code: String,
    /// Decides which operations are for it.
    pub kind: ProductKind,
    /// The account that published it; any caller's when absent.
    #[serde(default, alias = "sellerAccount", skip_serializing_if = "Option::is_none")]
    pub seller_account: Option<String>,
    /// How usage records may name the buyer (SaaS). By default only by license.
    #[serde(default = "by_license", alias = "identityForms")]
    pub identity_forms: Vec<IdentityForm>,
    /// What is metered.
    #[serde(default)]
    pub dimensions: Vec<String>,
    /// The buyers.
    #[serde(default)]
    pub customers: Vec<Customer>,
    /// Versions of the key that signs `RegisterUsage`. A container product without any gets
    /// version 1.
    #[serde(default, alias = "publicKeys")]
    pub public_keys: Vec<PublicKeyVersion>,
}

/// What kind of product it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProductKind {
    /// Software as a service: `BatchMeterUsage`, `ResolveCustomer`.
    Saas,
    /// A container: `RegisterUsage`, `MeterUsage`.
    Container,
    /// A machine image: `MeterUsage`.
    Ami,
}

/// How a usage record names the buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IdentityForm {
    /// `LicenseArn` with `CustomerAWSAccountId`, and no `ProductCode`.
    License,
    /// `ProductCode` with `CustomerAWSAccountId`.
    Account,
    /// `ProductCode` with `CustomerIdentifier`.
    Customer,
}

/// A buyer's agreement. A buyer with two agreements is listed twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// The buyer's AWS account.
    pub account: String,
    /// Only buyers of old integrations have one.
    #[serde(default, alias = "customerIdentifier", skip_serializing_if = "Option::is_none")]
    pub customer_identifier: Option<String>,
    /// The license the purchase granted.
    #[serde(default, alias = "licenseArn", skip_serializing_if = "Option::is_none")]
    pub license_arn: Option<String>,
    /// The agreement behind the license.
    #[serde(default, alias = "agreementId", skip_serializing_if = "Option::is_none")]
    pub agreement_id: Option<String>,
    /// Whether the agreement is active and paid for.
    #[serde(default = "yes")]
    pub subscribed: bool,
    /// Start of the subscription or activation of the license; since ever when absent.
    #[serde(
        default,
        alias = "subscribedAt",
        with = "time",
        skip_serializing_if = "Option::is_none"
    )]
    pub subscribed_at: Option<Timestamp>,
    /// When the license was deprovisioned: usage up to then is taken for one more hour.
    #[serde(
        default,
        alias = "deprovisionedAt",
        with = "time",
        skip_serializing_if = "Option::is_none"
    )]
    pub deprovisioned_at: Option<Timestamp>,
}

/// A version of a product's public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicKeyVersion {
    /// From 1.
    pub version: u32,
    /// When it was rotated out. It still signs, and `PublicKeyRotationTimestamp` says so.
    #[serde(default, alias = "expiredAt", with = "time", skip_serializing_if = "Option::is_none")]
    pub expired_at: Option<Timestamp>,
    /// A PKCS #8 PEM file with the private key; a new RSA-3072 key is made when absent.
    #[serde(default, alias = "privateKeyFile", skip_serializing_if = "Option::is_none")]
    pub private_key_file: Option<String>,
}

/// What to change about a buyer, for all the agreements it fits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomerChange {
    /// Only with this product.
    pub product_code: Option<String>,
    /// Only with this license.
    pub license_arn: Option<String>,
    /// Whether the agreement is active.
    pub subscribed: Option<bool>,
    /// When the license was deprovisioned.
    #[serde(default, with = "time")]
    pub deprovisioned_at: Option<Timestamp>,
}

impl Product {
    pub(super) fn takes(&self, form: IdentityForm) -> bool {
        self.kind == ProductKind::Saas && self.identity_forms.contains(&form)
    }

    pub(super) fn has_dimension(&self, dimension: &str) -> bool {
        self.dimensions.iter().any(|known| known == dimension)
    }

    pub(super) fn is_sold_by(&self, account: &str) -> bool {
        self.seller_account.as_deref().is_none_or(|seller| seller == account)
    }
}

impl Customer {
    /// Whether the buyer may use the product now.
    pub(super) fn is_entitled(&self, now: Timestamp) -> bool {
        self.subscribed && self.deprovisioned_at.is_none_or(|end| now < end)
    }
}

fn by_license() -> Vec<IdentityForm> {
    vec![IdentityForm::License]
}

fn yes() -> bool {
    true
}
