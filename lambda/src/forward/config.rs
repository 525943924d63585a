//! The configuration of `forward_usage`.

use std::time::Duration;

use meterproof::usage::{ProductCode, Rules};
use meterproof_aws::{MeteringRegion, Timeouts};

use super::backoff::Backoff;
use crate::env::{self, ConfigError, Variables};

/// Everything `forward_usage` reads from its environment, once, at start.
#[derive(Clone, Debug)]
pub struct ForwardConfig {
    /// `REJECTS_QUEUE_URL`.
    pub rejects_queue_url: String,
    /// What governs reading and sending.
    pub policy: Policy,
    /// `METERING_REGION`.
    pub region: MeteringRegion,
    /// `CONNECT_TIMEOUT_MS`, `ATTEMPT_TIMEOUT_MS`.
    pub timeouts: Timeouts,
}

/// How messages are read and records sent.
#[derive(Clone, Debug)]
pub struct Policy {
    /// `RULES`: `current` (default), `2024` or `2019`.
    pub rules: Rules,
    /// `PRODUCT_CODE`: the product of records that name an account or customer but no product.
    pub default_product: Option<ProductCode>,
    /// `BACKOFF_BASE_MS` (default 200) and `BACKOFF_CAP_MS` (default 5,000).
    pub backoff: Backoff,
    /// `SAFETY_MARGIN_MS` (default 5,000): how long before the invocation's deadline sending ends,
    /// so that rejects can still be put away and the answer returned.
    pub safety_margin: Duration,
}

impl ForwardConfig {
    /// # Errors
    /// [`ConfigError`], which names the variable.
    pub fn from_env(variables: &Variables<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            rejects_queue_url: queue_url(variables)?,
            policy: Policy::from_env(variables)?,
            region: env::metering_region(variables)?,
            timeouts: env::timeouts(variables)?,
        })
    }
}

impl Policy {
    /// # Errors
    /// [`ConfigError`], which names the variable.
    pub fn from_env(variables: &Variables<'_>) -> Result<Self, ConfigError> {
        let default_product = variables
            .optional("PRODUCT_CODE")
            .map(|text| ProductCode::parse(&text))
            .transpose()
            .map_err(|error| ConfigError::Invalid {
                name: "PRODUCT_CODE",
                expected: format!("an AWS Marketplace product code ({error})"),
            })?;
        let rules = match variables.optional("RULES").as_deref() {
            None | Some("current") => Rules::CURRENT,
            Some("2024") => Rules::EDITION_2024,
            Some("2019") => Rules::EDITION_2019,
            Some(_) => {
                return Err(ConfigError::Invalid {
                    name: "RULES",
                    expected: "current, 2024 or 2019".into(),
                });
            }
        };
        Ok(Self {
            rules,
            default_product,
            backoff: Backoff {
                base: variables.milliseconds("BACKOFF_BASE_MS", 1..=60_000, 200)?,
                cap: variables.milliseconds("BACKOFF_CAP_MS", 1..=300_000, 5_000)?,
            },
            safety_margin: variables.milliseconds("SAFETY_MARGIN_MS", 100..=300_000, 5_000)?,
        })
    }
}

fn queue_url(variables: &Variables<'_>) -> Result<String, ConfigError> {
    let name = "REJECTS_QUEUE_URL";
    let url = variables.required(name)?;
    if url.starts_with("https://") || url.starts_with("http://") {
        Ok(url)
    } else {
        Err(ConfigError::Invalid {
            name,
            expected: "the URL of an SQS queue (its ARN or name will not do)".into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::with_variables;

    const COMPLETE: [(&str, &str); 2] = [
        ("REJECTS_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/111122223333/rejects"),
        ("AWS_REGION", "us-east-1"),
    ];

    fn read(changed: &[(&str, &str)]) -> Result<ForwardConfig, ConfigError> {
        with_variables(&[changed, &COMPLETE].concat(), ForwardConfig::from_env)
    }

    #[test]
    fn defaults_fill_what_is_optional() {
        let config = read(&[("PRODUCT_CODE", "")]).unwrap();
        assert!(config.policy.default_product.is_none());
        assert_eq!(config.policy.backoff.ceiling(1), Duration::from_millis(200));
        assert_eq!(config.policy.safety_margin, Duration::from_secs(5));
        assert_eq!(config.region.as_str(), "us-east-1");
    }

    #[test]
    fn a_wrong_value_names_its_variable() {
        for (name, value) in [
            ("REJECTS_QUEUE_URL", "arn:aws:sqs:us-east-1:111122223333:rejects"),
            ("PRODUCT_CODE", "not a product code"),
            ("RULES", "2020"),
            ("BACKOFF_CAP_MS", "0"),
            ("SAFETY_MARGIN_MS", "-1"),
        ] {
            let error = read(&[(name, value)]).unwrap_err();
            assert_eq!(error.code(), "invalid_variable", "{name}");
            assert!(
                error.to_string().starts_with(&format!("environment variable {name} must be ")),
                "{error}"
            );
        }
        assert_eq!(read(&[("REJECTS_QUEUE_URL", "")]).unwrap_err().code(), "missing_variable");
    }
}
