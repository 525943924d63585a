//! The configuration of `resolve_customer`.

use std::path::PathBuf;

use lambda_http::http::Uri;
use meterproof_aws::{MeteringRegion, Timeouts};

use super::registration_id::RegistrationSecret;
use crate::env::{self, ConfigError, Variables};

/// Everything `resolve_customer` reads from its environment, once, at start.
#[derive(Clone, Debug)]
pub struct ResolveConfig {
    /// `CUSTOMERS`: where customers are kept.
    pub customers: CustomersLocation,
    /// What answers a resolved registration.
    pub registration: RegistrationConfig,
    /// `METERING_REGION`.
    pub region: MeteringRegion,
    /// `CONNECT_TIMEOUT_MS`, `ATTEMPT_TIMEOUT_MS`.
    pub timeouts: Timeouts,
    /// `RESOLVE_ATTEMPTS`: how often one token is tried at most while the service throttles or
    /// fails; 1 to 5, default 3. ResolveCustomer changes nothing, so repeating it is safe.
    pub attempts: u32,
}

/// How a resolved registration goes on.
#[derive(Clone, Debug)]
pub struct RegistrationConfig {
    /// `SIGN_UP_URL`.
    pub sign_up_url: SignUpUrl,
    /// `REGISTRATION_SECRET`.
    pub secret: RegistrationSecret,
    /// `REGISTRATION_TTL_SECONDS`: 60 to 86,400, default 900.
    pub ttl_seconds: u32,
}

/// `dynamodb:TABLE_NAME` or `file:PATH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustomersLocation {
    /// A DynamoDB table's name or ARN.
    DynamoDb(String),
    /// A file of JSON lines on this machine.
    File(PathBuf),
}

impl ResolveConfig {
    /// # Errors
    /// [`ConfigError`], which names the variable.
    pub fn from_env(variables: &Variables<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            customers: CustomersLocation::from_env(variables)?,
            registration: RegistrationConfig::from_env(variables)?,
            region: env::metering_region(variables)?,
            timeouts: env::timeouts(variables)?,
            // The range keeps the number within u32.
            attempts: variables.number("RESOLVE_ATTEMPTS", 1..=5, 3)? as u32,
        })
    }
}

impl RegistrationConfig {
    /// # Errors
    /// [`ConfigError`], which names the variable.
    pub fn from_env(variables: &Variables<'_>) -> Result<Self, ConfigError> {
        let secret = variables.required("REGISTRATION_SECRET")?;
        Ok(Self {
            sign_up_url: SignUpUrl::parse(&variables.required("SIGN_UP_URL")?).ok_or_else(|| ConfigError::Invalid {
                name: "SIGN_UP_URL",
                expected: "an absolute https URL without a fragment, such as https://example.com/sign-up (http on a loopback host)".into(),
            })?,
            secret: RegistrationSecret::new(secret.as_bytes()).ok_or_else(|| ConfigError::Invalid {
                name: "REGISTRATION_SECRET",
                expected: format!("at least {} bytes long", RegistrationSecret::MIN_BYTES),
            })?,
            // The range keeps the number within u32.
            ttl_seconds: variables.number("REGISTRATION_TTL_SECONDS", 60..=86_400, 900)? as u32,
        })
    }
}

impl CustomersLocation {
    fn from_env(variables: &Variables<'_>) -> Result<Self, ConfigError> {
        let text = variables.required("CUSTOMERS")?;
        match text.split_once(':') {
            Some(("dynamodb", table)) if !table.is_empty() => Ok(Self::DynamoDb(table.to_owned())),
            Some(("file", path)) if !path.is_empty() => Ok(Self::File(path.into())),
            _ => Err(ConfigError::Invalid {
                name: "CUSTOMERS",
                expected: "dynamodb:TABLE_NAME or file:/path/customers.jsonl".into(),
            }),
        }
    }
}

/// The seller's page that a buyer is sent to: https, or http on a loopback host for development.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUpUrl(String);

impl SignUpUrl {
    /// `None` where the text is no such URL, or has a fragment.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.contains('#') || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        let uri: Uri = text.parse().ok()?;
        let host = uri.host()?;
        let safe = match uri.scheme_str()? {
            "https" => true,
            "http" => matches!(host, "localhost" | "127.0.0.1" | "[::1]"),
            _ => false,
        };
        safe.then(|| Self(text.to_owned()))
    }

    /// The URL with `registration=<id>` added to its query.
    #[must_use]
    pub fn with_registration(&self, id: &str) -> String {
        let joint = match self.0.split_once('?') {
            None => "?",
            Some((_, "")) => "",
            Some((_, query)) if query.ends_with('&') => "",
            Some(_) => "&",
        };
        format!("{}{joint}registration={id}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::with_variables;

    const COMPLETE: [(&str, &str); 4] = [
        ("CUSTOMERS", "dynamodb:customers"),
        ("SIGN_UP_URL", "https://example.com/sign-up"),
        ("REGISTRATION_SECRET", "0123456789abcdef0123456789abcdef"),
        ("AWS_REGION", "us-east-1"),
    ];

    fn read(changed: &[(&str, &str)]) -> Result<ResolveConfig, ConfigError> {
        with_variables(&[changed, &COMPLETE].concat(), ResolveConfig::from_env)
    }

    #[test]
    fn defaults_fill_what_is_optional() {
        let config = read(&[]).unwrap();
        assert_eq!(config.customers, CustomersLocation::DynamoDb("customers".into()));
        assert_eq!((config.registration.ttl_seconds, config.attempts), (900, 3));
        assert!(!format!("{config:?}").contains("0123456789abcdef"));
        let file = read(&[("CUSTOMERS", "file:/data/customers.jsonl")]).unwrap();
        assert_eq!(file.customers, CustomersLocation::File("/data/customers.jsonl".into()));
    }

    #[test]
    fn a_wrong_value_names_its_variable_and_never_shows_it() {
        for (name, value) in [
            ("CUSTOMERS", "customers"),
            ("CUSTOMERS", "dynamodb:"),
            ("SIGN_UP_URL", "http://example.com/"),
            ("SIGN_UP_URL", "https://example.com/#top"),
            ("SIGN_UP_URL", "/sign-up"),
            ("REGISTRATION_SECRET", "short-secret"),
            ("REGISTRATION_TTL_SECONDS", "59"),
            ("RESOLVE_ATTEMPTS", "0"),
        ] {
            let error = read(&[(name, value)]).unwrap_err();
            assert_eq!(error.code(), "invalid_variable");
            assert!(
                error.to_string().starts_with(&format!("environment variable {name} must be ")),
                "{error}"
            );
            assert!(!error.to_string().contains("short-secret"));
        }
        for (name, _) in COMPLETE {
            assert_eq!(read(&[(name, "")]).unwrap_err(), ConfigError::Missing { name }, "{name}");
        }
    }

    #[test]
    fn the_registration_joins_an_existing_query() {
        let with = |url: &str| SignUpUrl::parse(url).unwrap().with_registration("v1.x");
        assert_eq!(with("https://example.com"), "https://example.com?registration=v1.x");
        assert_eq!(with("https://example.com/a?"), "https://example.com/a?registration=v1.x");
        assert_eq!(
            with("https://example.com/a?b=c"),
            "https://example.com/a?b=c&registration=v1.x"
        );
        assert_eq!(
            with("http://127.0.0.1:8791/a?b&"),
            "http://127.0.0.1:8791/a?b&registration=v1.x"
        );
    }
}
