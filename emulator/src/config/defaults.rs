//! Zero configuration: one product of each kind, with a customer each.

use super::{ClaimStyle, Config, Credentials};
use crate::service::{Customer, IdentityForm, Platform, Product, ProductKind};

/// The default Region.
pub const REGION: &str = "us-east-1";
/// The default access key.
pub const ACCESS_KEY_ID: &str = "AKIDEMULATOR0000000";
/// The default secret.
pub const SECRET_ACCESS_KEY: &str = "emulator-secret-access-key";
/// The account that sells the default products.
pub const SELLER_ACCOUNT: &str = "111122223333";

/// The SaaS product that is metered by license.
pub const LICENSE_PRODUCT_CODE: &str = "saaslicense00000000000001";
/// Its customer's account.
pub const LICENSE_CUSTOMER_ACCOUNT: &str = "444455556666";
/// Its customer's license.
pub const LICENSE_ARN: &str =
    "arn:aws:license-manager::444455556666:license:l-00000000000000000000000000000001";
/// Its customer's agreement.
pub const LICENSE_AGREEMENT_ID: &str = "agmt-0000000000000000000000001";

/// The SaaS product that is metered by product code and customer identifier, or account.
pub const LEGACY_PRODUCT_CODE: &str = "saaslegacy000000000000001";
/// Its customer's identifier.
pub const LEGACY_CUSTOMER_IDENTIFIER: &str = "LegacyCust01";
/// Its customer's account.
pub const LEGACY_CUSTOMER_ACCOUNT: &str = "777788889999";

/// The container product, with public key version 1.
pub const CONTAINER_PRODUCT_CODE: &str = "container0000000000000001";
/// Its customer's account.
pub const CONTAINER_CUSTOMER_ACCOUNT: &str = "222233334444";

impl Default for Config {
    fn default() -> Self {
        Self {
            region: REGION.into(),
            verify_signatures: true,
            claim_style: ClaimStyle::default(),
            duplicate_on_identical_resend: false,
            disabled_apis: [].into(),
            seed: None,
            credentials: vec![credentials()],
            products: vec![by_license(), legacy(), container()],
        }
    }
}

/// One key for everything: the seller's own calls, and the buyer's role in the container.
fn credentials() -> Credentials {
    Credentials {
        access_key_id: ACCESS_KEY_ID.into(),
        secret_access_key: SECRET_ACCESS_KEY.into(),
        session_token: None,
        account: SELLER_ACCOUNT.into(),
        buyer_account: Some(CONTAINER_CUSTOMER_ACCOUNT.into()),
        region: None,
        platform: Platform::default(),
        instance: None,
        denied_operations: [].into(),
    }
}

fn by_license() -> Product {
    let customer = Customer {
        license_arn: Some(LICENSE_ARN.into()),
        agreement_id: Some(LICENSE_AGREEMENT_ID.into()),
        ..customer(LICENSE_CUSTOMER_ACCOUNT)
    };
    saas(LICENSE_PRODUCT_CODE, &[IdentityForm::License], customer)
}

fn legacy() -> Product {
    let customer = Customer {
        customer_identifier: Some(LEGACY_CUSTOMER_IDENTIFIER.into()),
        ..customer(LEGACY_CUSTOMER_ACCOUNT)
    };
    saas(LEGACY_PRODUCT_CODE, &[IdentityForm::Account, IdentityForm::Customer], customer)
}

fn saas(product_code: &str, identity_forms: &[IdentityForm], customer: Customer) -> Product {
    Product {
        product_code: product_code.into(),
        kind: ProductKind::Saas,
        seller_account: Some(SELLER_ACCOUNT.into()),
        identity_forms: identity_forms.into(),
        dimensions: ["users", "gigabytes", "requests"].map(Into::into).into(),
        customers: vec![customer],
        public_keys: vec![],
    }
}

fn container() -> Product {
    Product {
        product_code: CONTAINER_PRODUCT_CODE.into(),
        kind: ProductKind::Container,
        seller_account: Some(SELLER_ACCOUNT.into()),
        identity_forms: vec![],
        dimensions: ["pods", "hours"].map(Into::into).into(),
        customers: vec![customer(CONTAINER_CUSTOMER_ACCOUNT)],
        public_keys: vec![],
    }
}

fn customer(account: &str) -> Customer {
    Customer {
        account: account.into(),
        customer_identifier: None,
        license_arn: None,
        agreement_id: None,
        subscribed: true,
        subscribed_at: None,
        deprovisioned_at: None,
    }
}
