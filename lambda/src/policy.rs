//! What is decided once for all usage: where it is metered, by which rules, in which ledger.

use std::time::Duration;

use meterproof::usage::{Dimension, IdentityForm, ProductCode, Rules};
use meterproof_aws::{MeteringRegion, Timeouts};
use meterproof_metering::{
    Backoff, Heartbeats, LatePolicy, Place, Policy, PolicyError, SystemClock,
};

use crate::env::{self, ConfigError, Variables};

/// What every function with a ledger reads from its environment. All of a ledger's functions have
/// to be given the same values: template.yaml sees to that.
#[derive(Clone, Debug)]
pub struct MeteringConfig {
    /// `LEDGER_TABLE`.
    pub ledger_table: String,
    /// `METERING_REGION`.
    pub region: MeteringRegion,
    /// `METERING_REGION` and `IDENTITY_FORM` (`license`, the default, `account` or `customer`).
    pub place: Place,
    /// The other variables, see [`policy`].
    pub policy: Policy,
    /// `PRODUCT_CODE`: the product of usage that names an account or customer but no product.
    pub default_product: Option<ProductCode>,
    /// `CONNECT_TIMEOUT_MS`, `ATTEMPT_TIMEOUT_MS`.
    pub timeouts: Timeouts,
    /// `CLOCK`: `system` (default), or `offset-file:PATH` for tests.
    pub clock: SystemClock,
    /// `SAFETY_MARGIN_MS` (default 5,000): how long before the invocation's deadline work ends,
    /// so that rejects can still be put away and the answer returned.
    pub safety_margin: Duration,
}

impl MeteringConfig {
    /// # Errors
    /// [`ConfigError`], which names the variable.
    pub fn from_env(variables: &Variables<'_>) -> Result<Self, ConfigError> {
        let region = env::metering_region(variables)?;
        let form = one_of(variables, "IDENTITY_FORM", "license, account or customer", |text| {
            [IdentityForm::License, IdentityForm::Account, IdentityForm::Customer]
                .into_iter()
                .find(|form| form.code() == text)
        })?;
        Ok(Self {
            ledger_table: variables.required("LEDGER_TABLE")?,
            place: Place {
                region: region.region().clone(),
                form: form.unwrap_or(IdentityForm::License),
            },
            region,
            policy: policy(variables)?,
            default_product: default_product(variables)?,
            timeouts: env::timeouts(variables)?,
            clock: clock(variables)?,
            safety_margin: variables.milliseconds("SAFETY_MARGIN_MS", 100..=300_000, 5_000)?,
        })
    }
}

/// Reads a policy; what is not set is as in [`Policy::default`]: `RULES`, `LATE_EVENTS`,
/// `LATENESS_SECONDS`, `HEARTBEAT_DIMENSIONS`, `CALLS_PER_SECOND`, `FINAL_FLUSH_SECONDS`,
/// `MONTH_END_CLOSE_SECONDS`, `HOLD_RETRY_SECONDS`, `LEASE_SECONDS`, `BACKOFF_BASE_MS`,
/// `BACKOFF_CAP_MS`.
///
/// # Errors
/// [`ConfigError::Invalid`] for the first variable that is out of its bounds.
pub fn policy(variables: &Variables<'_>) -> Result<Policy, ConfigError> {
    let usual = Policy::default();
    let seconds = |name, range, default: Duration| {
        variables.number(name, range, default.as_secs()).map(Duration::from_secs)
    };
    let millis = |default: Duration| u64::try_from(default.as_millis()).unwrap_or(u64::MAX);
    // At least one for each of the two instances of forward_usage.
    let calls = variables.number("CALLS_PER_SECOND", 2..=10, u64::from(usual.calls_per_second))?;
    let policy = Policy {
        rules: one_of(variables, "RULES", "current, 2024 or 2019", |text| match text {
            "current" => Some(Rules::CURRENT),
            "2024" => Some(Rules::EDITION_2024),
            "2019" => Some(Rules::EDITION_2019),
            _ => None,
        })?
        .unwrap_or(usual.rules),
        lateness: seconds("LATENESS_SECONDS", 0..=43_200, usual.lateness)?,
        late: one_of(variables, "LATE_EVENTS", "carry or reject", LatePolicy::parse)?
            .unwrap_or(usual.late),
        heartbeats: heartbeats(variables)?,
        // At most 10: it fits.
        calls_per_second: u32::try_from(calls).unwrap_or(usual.calls_per_second),
        final_flush: seconds("FINAL_FLUSH_SECONDS", 0..=3_000, usual.final_flush)?,
        month_end_close: seconds("MONTH_END_CLOSE_SECONDS", 0..=18_000, usual.month_end_close)?,
        hold_retry: seconds("HOLD_RETRY_SECONDS", 1..=21_600, usual.hold_retry)?,
        backoff: Backoff {
            base: variables.milliseconds(
                "BACKOFF_BASE_MS",
                1..=60_000,
                millis(usual.backoff.base),
            )?,
            cap: variables.milliseconds(
                "BACKOFF_CAP_MS",
                1..=300_000,
                millis(usual.backoff.cap),
            )?,
        },
        lease: seconds("LEASE_SECONDS", 1..=3_600, usual.lease)?,
        ..usual
    };
    match policy.check() {
        Ok(()) => Ok(policy),
        Err(error) => Err(ConfigError::Invalid {
            name: variable_of(&error),
            expected: error.expected.to_owned(),
        }),
    }
}

/// The variable that holds a member of the policy. What its own range lets through can only be
/// wrong beside another variable.
fn variable_of(error: &PolicyError) -> &'static str {
    match error.name {
        "lateness" => "LATENESS_SECONDS",
        "calls_per_second" => "CALLS_PER_SECOND",
        "final_flush" => "FINAL_FLUSH_SECONDS",
        "month_end_close" => "MONTH_END_CLOSE_SECONDS",
        "hold_retry" => "HOLD_RETRY_SECONDS",
        "lease" => "LEASE_SECONDS",
        "backoff" => "BACKOFF_BASE_MS",
        other => other,
    }
}

/// `HEARTBEAT_DIMENSIONS`: names with commas between them; none where it is not set.
fn heartbeats(variables: &Variables<'_>) -> Result<Option<Heartbeats>, ConfigError> {
    let name = "HEARTBEAT_DIMENSIONS";
    let Some(text) = variables.optional(name) else { return Ok(None) };
    let dimensions: Result<Vec<Dimension>, _> =
        text.split(',').map(|dimension| Dimension::parse(dimension.trim())).collect();
    match dimensions {
        Ok(dimensions) => Ok(Some(Heartbeats { dimensions })),
        Err(error) => Err(ConfigError::Invalid {
            name,
            expected: format!("the product's dimensions with commas between them ({error})"),
        }),
    }
}

fn default_product(variables: &Variables<'_>) -> Result<Option<ProductCode>, ConfigError> {
    let name = "PRODUCT_CODE";
    variables.optional(name).map(|text| ProductCode::parse(&text)).transpose().map_err(|error| {
        ConfigError::Invalid {
            name,
            expected: format!("an AWS Marketplace product code ({error})"),
        }
    })
}

fn clock(variables: &Variables<'_>) -> Result<SystemClock, ConfigError> {
    let name = "CLOCK";
    let Some(text) = variables.optional(name) else { return Ok(SystemClock::machine()) };
    SystemClock::parse(&text).map_err(|error| ConfigError::Invalid {
        name,
        expected: format!("system, or offset-file:PATH in tests ({error})"),
    })
}

/// A variable that holds one of a few words; `None` where it is not set.
fn one_of<T>(
    variables: &Variables<'_>,
    name: &'static str,
    expected: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, ConfigError> {
    let Some(text) = variables.optional(name) else { return Ok(None) };
    match parse(&text) {
        Some(value) => Ok(Some(value)),
        None => Err(ConfigError::Invalid { name, expected: expected.to_owned() }),
    }
}

/// Reads the URL of an SQS queue.
///
/// # Errors
/// [`ConfigError`] where the variable is not set, or holds something else.
pub(crate) fn queue_url(
    variables: &Variables<'_>,
    name: &'static str,
) -> Result<String, ConfigError> {
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

    const COMPLETE: [(&str, &str); 2] = [("LEDGER_TABLE", "ledger"), ("AWS_REGION", "us-east-1")];

    fn read(changed: &[(&str, &str)]) -> Result<MeteringConfig, ConfigError> {
        with_variables(&[changed, &COMPLETE].concat(), MeteringConfig::from_env)
    }

    #[test]
    fn defaults_are_the_policys_own() {
        let config = read(&[("PRODUCT_CODE", ""), ("HEARTBEAT_DIMENSIONS", "")]).unwrap();
        assert_eq!(config.policy, Policy::default());
        assert_eq!(config.place.to_string(), "LicenseArn with CustomerAWSAccountId in us-east-1");
        assert!(config.default_product.is_none() && !config.clock.is_shifted());
        assert_eq!(config.safety_margin, Duration::from_secs(5));
    }

    #[test]
    fn every_variable_reaches_its_place() {
        let config = read(&[
            ("METERING_REGION", "eu-west-1"),
            ("IDENTITY_FORM", "account"),
            ("PRODUCT_CODE", "prod"),
            ("RULES", "2024"),
            ("LATE_EVENTS", "reject"),
            ("LATENESS_SECONDS", "60"),
            ("HEARTBEAT_DIMENSIONS", "users, requests"),
            ("CALLS_PER_SECOND", "4"),
            ("FINAL_FLUSH_SECONDS", "120"),
            ("MONTH_END_CLOSE_SECONDS", "3600"),
            ("HOLD_RETRY_SECONDS", "30"),
            ("LEASE_SECONDS", "90"),
            ("BACKOFF_BASE_MS", "10"),
            ("BACKOFF_CAP_MS", "1000"),
        ])
        .unwrap();
        let seconds = Duration::from_secs;
        assert_eq!(config.place.to_string(), "CustomerAWSAccountId with ProductCode in eu-west-1");
        assert_eq!(config.default_product, Some(ProductCode::parse("prod").unwrap()));
        let dimensions = ["users", "requests"].map(|name| Dimension::parse(name).unwrap()).to_vec();
        let expected = Policy {
            rules: Rules::EDITION_2024,
            lateness: seconds(60),
            late: LatePolicy::Reject,
            heartbeats: Some(Heartbeats { dimensions }),
            calls_per_second: 4,
            final_flush: seconds(120),
            month_end_close: seconds(3600),
            hold_retry: seconds(30),
            backoff: Backoff { base: Duration::from_millis(10), cap: seconds(1) },
            lease: seconds(90),
            ..Policy::default()
        };
        assert_eq!(config.policy, expected);
    }

    #[test]
    fn a_wrong_value_names_its_variable() {
        for (name, value) in [
            ("METERING_REGION", "mars"),
            ("IDENTITY_FORM", "licence"),
            ("PRODUCT_CODE", "not a product code"),
            ("RULES", "2020"),
            ("LATE_EVENTS", "drop"),
            ("LATENESS_SECONDS", "43201"),
            ("HEARTBEAT_DIMENSIONS", "users,,requests"),
            ("CALLS_PER_SECOND", "1"),
            ("CALLS_PER_SECOND", "11"),
            ("FINAL_FLUSH_SECONDS", "3001"),
            ("MONTH_END_CLOSE_SECONDS", "18001"),
            ("HOLD_RETRY_SECONDS", "0"),
            ("LEASE_SECONDS", "0"),
            ("BACKOFF_CAP_MS", "0"),
            ("SAFETY_MARGIN_MS", "-1"),
            ("CLOCK", "sundial"),
            ("CLOCK", "offset-file:no/such/file"),
        ] {
            let error = read(&[(name, value)]).unwrap_err();
            assert_eq!(error.code(), "invalid_variable", "{name}");
            assert!(
                error.to_string().starts_with(&format!("environment variable {name} must be ")),
                "{error}"
            );
        }
        assert_eq!(
            read(&[("LEDGER_TABLE", "")]).unwrap_err(),
            ConfigError::Missing { name: "LEDGER_TABLE" }
        );
        let error = read(&[("BACKOFF_BASE_MS", "2000"), ("BACKOFF_CAP_MS", "1000")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "environment variable BACKOFF_BASE_MS must be a base no longer than its cap: correct it on the function"
        );
    }
}
