//! What the emulator is set up with: read once, at start, into one checked value.

mod defaults;
pub(crate) mod time;

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::service::{Catalogue, CatalogueError, Platform, Product};
use crate::wire::Operation;

pub use defaults::{
    ACCESS_KEY_ID, CONTAINER_CUSTOMER_ACCOUNT, CONTAINER_PRODUCT_CODE, LEGACY_CUSTOMER_ACCOUNT,
    LEGACY_CUSTOMER_IDENTIFIER, LEGACY_PRODUCT_CODE, LICENSE_AGREEMENT_ID, LICENSE_ARN,
    LICENSE_CUSTOMER_ACCOUNT, LICENSE_PRODUCT_CODE, REGION, SECRET_ACCESS_KEY, SELLER_ACCOUNT,
};

/// The configuration. Each member has a default, so that an empty file is a good one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The Region calls without a signature count for, and where instances run.
    pub region: String,
    /// Whether signatures must match. When not, unsigned calls are taken too.
    pub verify_signatures: bool,
    /// How the claims of `RegisterUsage` tokens are spelt.
    pub claim_style: ClaimStyle,
    /// Answer identical resends with `DuplicateRecord` in place of `Success`.
    pub duplicate_on_identical_resend: bool,
    /// Operations that answer `DisabledApiException`.
    pub disabled_apis: BTreeSet<Operation>,
    /// Makes registration tokens the same in each run.
    pub seed: Option<u64>,
    /// Who may call. Replaces the default credentials when given.
    pub credentials: Vec<Credentials>,
    /// What is on sale. Replaces the default products when given.
    pub products: Vec<Product>,
}

/// How the claims of a `RegisterUsage` token are spelt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum ClaimStyle {
    /// `productCode`: as tokens are issued.
    #[default]
    #[serde(rename = "camelCase")]
    CamelCase,
    /// `ProductCode`: as AWS's reference prints them.
    PascalCase,
}

/// An access key and what it stands for. In JSON the names may be in camelCase too.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// Named in each signature.
    #[serde(alias = "accessKeyId")]
    pub access_key_id: String,
    /// Signs.
    #[serde(alias = "secretAccessKey")]
    pub secret_access_key: String,
    /// Must come with the request when set, and must not when not.
    #[serde(alias = "sessionToken")]
    pub session_token: Option<String>,
    /// The account that signs.
    pub account: String,
    /// The account whose role the software has, for `MeterUsage` and `RegisterUsage`:
    /// `account` when absent.
    #[serde(alias = "buyerAccount")]
    pub buyer_account: Option<String>,
    /// The Region its instance runs in: the configuration's when absent.
    pub region: Option<String>,
    /// What its software runs on.
    #[serde(default)]
    pub platform: Platform,
    /// The instance, task or pod: the access key id when absent.
    pub instance: Option<String>,
    /// Operations its policy does not allow.
    #[serde(default, alias = "deniedOperations")]
    pub denied_operations: BTreeSet<Operation>,
}

// Secrets stay out of logs.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

/// Why a configuration cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    File(PathBuf, std::io::Error),
    /// It is not TOML, or not of the right shape. The message names the line.
    Toml(Box<toml::de::Error>),
    /// A product breaks a rule.
    Product(String, CatalogueError),
    /// Two credentials share an access key id.
    DuplicateAccessKey(String),
    /// No credentials are left.
    NoCredentials,
    /// The service model has no `DisabledApiException` for this operation.
    CannotBeDisabled(Operation),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, error) => write!(f, "cannot read {}: {error}", path.display()),
            Self::Toml(error) => write!(f, "the configuration is not valid: {error}"),
            Self::Product(code, error) => write!(f, "products: {code}: {error}"),
            Self::DuplicateAccessKey(id) => write!(f, "credentials: {id} is listed twice"),
            Self::NoCredentials => {
                f.write_str("credentials: list one at least, or leave the member out")
            }
            Self::CannotBeDisabled(operation) => {
                write!(f, "disabled_apis: {operation} never answers DisabledApiException")
            }
        }
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Reads a configuration file. Paths in it are relative to the file.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn from_file(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::File(path.to_owned(), error))?;
        let mut config = Self::from_toml(&text)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        for key in config.products.iter_mut().flat_map(|product| &mut product.public_keys) {
            if let Some(file) = &mut key.private_key_file {
                *file = folder.join(&*file).to_string_lossy().into_owned();
            }
        }
        Ok(config)
    }

    /// Reads a configuration.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let config: Self =
            toml::from_str(text).map_err(|error| ConfigError::Toml(Box::new(error)))?;
        config.catalogue()?;
        config.check()?;
        Ok(config)
    }

    /// The products, checked.
    ///
    /// # Errors
    /// [`ConfigError::Product`].
    pub fn catalogue(&self) -> Result<Catalogue, ConfigError> {
        let mut catalogue = Catalogue::default();
        for product in &self.products {
            let code = product.product_code.clone();
            catalogue.add(product.clone()).map_err(|error| ConfigError::Product(code, error))?;
        }
        Ok(catalogue)
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if self.credentials.is_empty() {
            return Err(ConfigError::NoCredentials);
        }
        let mut ids = BTreeSet::new();
        if let Some(twice) = self.credentials.iter().find(|one| !ids.insert(&one.access_key_id)) {
            return Err(ConfigError::DuplicateAccessKey(twice.access_key_id.clone()));
        }
        match self.disabled_apis.iter().find(|operation| !operation.can_be_disabled()) {
            Some(operation) => Err(ConfigError::CannotBeDisabled(*operation)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_is_the_default() {
        assert_eq!(Config::from_toml("").expect("valid"), Config::default());
    }

    #[test]
    fn each_mistake_is_named() {
        let product =
            |rest: &str| format!("[[products]]\nproduct_code = \"p\"\nkind = \"saas\"\n{rest}");
        let customer = |rest: &str| product(&format!("[[products.customers]]\n{rest}"));
        let key =
            "[[credentials]]\naccess_key_id = \"A\"\nsecret_access_key = \"s\"\naccount = \"1\"\n";
        let cases = [
            ("credentials = []", "credentials: list one at least, or leave the member out"),
            (&format!("{key}{key}"), "credentials: A is listed twice"),
            (
                "disabled_apis = [\"MeterUsage\"]",
                "disabled_apis: MeterUsage never answers DisabledApiException",
            ),
            (
                &product("identity_forms = []"),
                "products: p: product p needs one of the identity forms license, account, customer",
            ),
            (
                &customer("account = \"1\""),
                "products: p: customer 1 needs a license_arn: the product is metered by license",
            ),
            (&customer("account = \"x\""), "products: p: account \"x\" must be digits"),
            (
                &customer("account = \"1\"\nlicense_arn = \"arn\""),
                "products: p: license ARN \"arn\" does not have AWS's form",
            ),
            (
                &product("dimensions = [\"a\", \"a\"]"),
                "products: p: dimension \"a\" must be 1 to 255 characters and listed once",
            ),
            (
                "[[products]]\nproduct_code = \"a b\"\nkind = \"saas\"",
                "products: a b: product code \"a b\" must be 1 to 255 of the characters -a-zA-Z0-9/=:_.@",
            ),
        ];
        for (text, message) in cases {
            assert_eq!(Config::from_toml(text).expect_err(text).to_string(), message);
        }
        let typo = Config::from_toml("regoin = \"x\"").expect_err("unknown member").to_string();
        assert!(typo.contains("unknown field `regoin`"), "{typo}");
    }

    #[test]
    fn times_are_toml_dates_or_texts() {
        for time in ["2026-01-01T00:00:00Z", "\"2026-01-01T02:00:00+02:00\""] {
            let text = format!(
                "[[products]]\nproduct_code = \"p\"\nkind = \"container\"\n\
                 [[products.customers]]\naccount = \"1\"\nsubscribed_at = {time}"
            );
            let config = Config::from_toml(&text).expect(time);
            let at = config.products[0].customers[0].subscribed_at.expect(time);
            assert_eq!(at.to_string(), "2026-01-01T00:00:00Z");
        }
    }

    #[test]
    fn the_readme_s_example_is_valid() {
        let readme = include_str!("../../README.md");
        let example = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next());
        let config = Config::from_toml(example.expect("an example")).expect("valid");
        assert_eq!((config.credentials.len(), config.products.len()), (2, 2));
        assert_eq!(config.products[1].public_keys[1].version, 2);
    }
}
