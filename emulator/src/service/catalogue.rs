use std::collections::BTreeMap;
use std::fmt;

use meterproof::Timestamp;

use super::constraints::{is_account, is_license_arn, is_product_code};
use super::product::{
    Customer, CustomerChange, IdentityForm, Product, ProductKind, PublicKeyVersion,
};

/// The products on sale, by product code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    products: BTreeMap<String, Product>,
}

/// Why a product cannot be taken into the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CatalogueError {
    /// The product code is empty or breaks its pattern.
    ProductCode(String),
    /// There is a product of this code already.
    DuplicateProduct(String),
    /// A dimension is not 1 to 255 characters long, or listed twice.
    Dimension(String),
    /// An account that is not digits.
    Account(String),
    /// A license ARN that breaks its pattern.
    LicenseArn(String),
    /// A license that another customer has.
    DuplicateLicense(String),
    /// A product by license whose customer has no license.
    MissingLicense(String),
    /// A product by customer identifier whose customer has none.
    MissingCustomerIdentifier(String),
    /// A public key version that is 0 or listed twice.
    PublicKeyVersion(u32),
    /// A SaaS product without any form of identity.
    NoIdentityForm(String),
}

impl fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ProductCode(code) => {
                write!(
                    f,
                    "product code {code:?} must be 1 to 255 of the characters -a-zA-Z0-9/=:_.@"
                )
            }
            Self::DuplicateProduct(code) => write!(f, "product {code} is there already"),
            Self::Dimension(dimension) => {
                write!(f, "dimension {dimension:?} must be 1 to 255 characters and listed once")
            }
            Self::Account(account) => write!(f, "account {account:?} must be digits"),
            Self::LicenseArn(arn) => write!(f, "license ARN {arn:?} does not have AWS's form"),
            Self::DuplicateLicense(arn) => write!(f, "license {arn} belongs to two customers"),
            Self::MissingLicense(account) => {
                write!(
                    f,
                    "customer {account} needs a license_arn: the product is metered by license"
                )
            }
            Self::MissingCustomerIdentifier(account) => write!(
                f,
                "customer {account} needs a customer_identifier: the product is metered by it"
            ),
            Self::PublicKeyVersion(version) => {
                write!(f, "public key version {version} must be 1 or more and listed once")
            }
            Self::NoIdentityForm(code) => {
                write!(
                    f,
                    "product {code} needs one of the identity forms license, account, customer"
                )
            }
        }
    }
}

impl std::error::Error for CatalogueError {}

impl Catalogue {
    /// Takes a product in.
    ///
    /// # Errors
    /// [`CatalogueError`], and the catalogue stays as it was.
    pub fn add(&mut self, mut product: Product) -> Result<(), CatalogueError> {
        self.check(&product)?;
        if product.kind == ProductKind::Container && product.public_keys.is_empty() {
            let first = PublicKeyVersion { version: 1, expired_at: None, private_key_file: None };
            product.public_keys.push(first);
        }
        self.products.insert(product.product_code.clone(), product);
        Ok(())
    }

    /// The product of this code.
    #[must_use]
    pub fn product(&self, product_code: &str) -> Option<&Product> {
        self.products.get(product_code)
    }

    /// All products, by code.
    pub fn products(&self) -> impl Iterator<Item = &Product> {
        self.products.values()
    }

    /// Makes the next version of a container product's public key and expires the others.
    pub fn rotate_key(&mut self, product_code: &str, now: Timestamp) -> Option<u32> {
        let product = self.products.get_mut(product_code)?;
        if product.kind != ProductKind::Container {
            return None;
        }
        let keys = &mut product.public_keys;
        let version = keys.iter().map(|key| key.version).max().unwrap_or(0).checked_add(1)?;
        for key in keys.iter_mut() {
            key.expired_at.get_or_insert(now);
        }
        keys.push(PublicKeyVersion { version, expired_at: None, private_key_file: None });
        Some(version)
    }

    /// Changes a buyer's agreements, and says how many fitted.
    pub fn change_customer(&mut self, account: &str, change: &CustomerChange) -> usize {
        let fits_product =
            |code: &str| change.product_code.as_deref().is_none_or(|only| only == code);
        let fits = |customer: &Customer| {
            customer.account == account
                && (change.license_arn.is_none() || change.license_arn == customer.license_arn)
        };
        let mut changed = 0;
        let products = self.products.values_mut();
        for product in products.filter(|product| fits_product(&product.product_code)) {
            for customer in product.customers.iter_mut().filter(|customer| fits(customer)) {
                customer.subscribed = change.subscribed.unwrap_or(customer.subscribed);
                customer.deprovisioned_at = change.deprovisioned_at.or(customer.deprovisioned_at);
                changed += 1;
            }
        }
        changed
    }

    pub(super) fn license(&self, license_arn: &str) -> Option<(&Product, &Customer)> {
        self.customers().find(|(_, customer)| customer.license_arn.as_deref() == Some(license_arn))
    }

    pub(super) fn customers(&self) -> impl Iterator<Item = (&Product, &Customer)> {
        self.products().flat_map(|product| product.customers.iter().map(move |one| (product, one)))
    }

    fn check(&self, product: &Product) -> Result<(), CatalogueError> {
        let code = &product.product_code;
        if code.is_empty() || !is_product_code(code) {
            return Err(CatalogueError::ProductCode(code.clone()));
        }
        if self.products.contains_key(code) {
            return Err(CatalogueError::DuplicateProduct(code.clone()));
        }
        if product.kind == ProductKind::Saas && product.identity_forms.is_empty() {
            return Err(CatalogueError::NoIdentityForm(code.clone()));
        }
        if let Some(account) = product.seller_account.as_deref().filter(|text| !is_account(text)) {
            return Err(CatalogueError::Account(account.into()));
        }
        for (index, dimension) in product.dimensions.iter().enumerate() {
            let repeated = product.dimensions.iter().take(index).any(|other| other == dimension);
            if repeated || !(1..=255).contains(&dimension.chars().count()) {
                return Err(CatalogueError::Dimension(dimension.clone()));
            }
        }
        for (index, key) in product.public_keys.iter().enumerate() {
            let repeated =
                product.public_keys.iter().take(index).any(|other| other.version == key.version);
            if repeated || key.version == 0 {
                return Err(CatalogueError::PublicKeyVersion(key.version));
            }
        }
        for (index, customer) in product.customers.iter().enumerate() {
            self.check_customer(product, index, customer)?;
        }
        Ok(())
    }

    fn check_customer(
        &self,
        product: &Product,
        index: usize,
        customer: &Customer,
    ) -> Result<(), CatalogueError> {
        let account = &customer.account;
        if !is_account(account) {
            return Err(CatalogueError::Account(account.clone()));
        }
        if let Some(arn) = &customer.license_arn {
            if !is_license_arn(arn) {
                return Err(CatalogueError::LicenseArn(arn.clone()));
            }
            let before = product.customers.iter().take(index);
            let taken = |other: &Customer| other.license_arn.as_ref() == Some(arn);
            if self.license(arn).is_some() || before.into_iter().any(taken) {
                return Err(CatalogueError::DuplicateLicense(arn.clone()));
            }
        }
        if product.kind == ProductKind::Saas {
            let only = |form| product.identity_forms.as_slice() == [form];
            if only(IdentityForm::License) && customer.license_arn.is_none() {
                return Err(CatalogueError::MissingLicense(account.clone()));
            }
            if only(IdentityForm::Customer) && customer.customer_identifier.is_none() {
                return Err(CatalogueError::MissingCustomerIdentifier(account.clone()));
            }
        }
        Ok(())
    }
}
