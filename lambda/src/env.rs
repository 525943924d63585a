//! Environment variables, read once at start into typed values.

use std::fmt;
use std::time::Duration;

use meterproof_aws::{MeteringRegion, Timeouts};

/// A variable that is missing or holds a value this function cannot work with.
///
/// The value itself is never part of the message: some variables are secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// A required variable is not set, or empty.
    Missing {
        /// The variable's name.
        name: &'static str,
    },
    /// A variable is set to something else than what it must hold.
    Invalid {
        /// The variable's name.
        name: &'static str,
        /// What it must hold.
        expected: String,
    },
}

impl ConfigError {
    /// Every code [`ConfigError::code`] can return.
    pub const ALL: &'static [&'static str] = &["missing_variable", "invalid_variable"];

    /// A stable name for the kind of error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "missing_variable",
            Self::Invalid { .. } => "invalid_variable",
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { name } => {
                write!(f, "environment variable {name} is not set: set it on the function")
            }
            Self::Invalid { name, expected } => {
                write!(
                    f,
                    "environment variable {name} must be {expected}: correct it on the function"
                )
            }
        }
    }
}

impl std::error::Error for ConfigError {}

/// Where variables come from: the process in production, a list in tests.
pub struct Variables<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
}

impl<'a> Variables<'a> {
    /// Variables by any means of looking them up.
    #[must_use]
    pub fn new(lookup: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { lookup }
    }

    /// A variable's value; an empty one counts as not set, as templates cannot leave one out.
    #[must_use]
    pub fn optional(&self, name: &'static str) -> Option<String> {
        (self.lookup)(name).filter(|value| !value.is_empty())
    }

    /// A variable's value.
    ///
    /// # Errors
    /// [`ConfigError::Missing`] where it is not set or empty.
    pub fn required(&self, name: &'static str) -> Result<String, ConfigError> {
        self.optional(name).ok_or(ConfigError::Missing { name })
    }

    /// A whole number within `range`, or `default` where the variable is not set.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] where it is no such number.
    pub fn number(
        &self,
        name: &'static str,
        range: std::ops::RangeInclusive<u64>,
        default: u64,
    ) -> Result<u64, ConfigError> {
        let Some(text) = self.optional(name) else { return Ok(default) };
        text.parse().ok().filter(|number| range.contains(number)).ok_or_else(|| {
            ConfigError::Invalid {
                name,
                expected: format!("a whole number from {} to {}", range.start(), range.end()),
            }
        })
    }

    /// [`Variables::number`] as milliseconds.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] where it is no such number.
    pub fn milliseconds(
        &self,
        name: &'static str,
        range: std::ops::RangeInclusive<u64>,
        default: u64,
    ) -> Result<Duration, ConfigError> {
        self.number(name, range, default).map(Duration::from_millis)
    }
}

/// Reads `METERING_REGION`, or `AWS_REGION` where that is not set.
///
/// # Errors
/// [`ConfigError`] where neither is set, or where the region is none that offers BatchMeterUsage.
pub fn metering_region(variables: &Variables<'_>) -> Result<MeteringRegion, ConfigError> {
    let (name, region) = match variables.optional("METERING_REGION") {
        Some(region) => ("METERING_REGION", region),
        None => ("AWS_REGION", variables.required("AWS_REGION")?),
    };
    MeteringRegion::parse(&region).map_err(|_| ConfigError::Invalid {
        name,
        expected: "a region that offers BatchMeterUsage, such as us-east-1 (set METERING_REGION)"
            .into(),
    })
}

/// Reads `CONNECT_TIMEOUT_MS` (default 3,000) and `ATTEMPT_TIMEOUT_MS` (default 10,000).
///
/// # Errors
/// [`ConfigError::Invalid`] where one is not a number of milliseconds in its range.
pub fn timeouts(variables: &Variables<'_>) -> Result<Timeouts, ConfigError> {
    Ok(Timeouts {
        connect: variables.milliseconds("CONNECT_TIMEOUT_MS", 100..=60_000, 3_000)?,
        attempt: variables.milliseconds("ATTEMPT_TIMEOUT_MS", 100..=300_000, 10_000)?,
    })
}

/// Reads from a list in place of the process; the first of a name counts.
#[cfg(test)]
pub(crate) fn with_variables<T>(pairs: &[(&str, &str)], read: impl Fn(&Variables<'_>) -> T) -> T {
    let lookup = |name: &str| {
        pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    };
    read(&Variables::new(&lookup))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_counts_as_missing_and_is_named() {
        let error = with_variables(&[("A", "")], |variables| variables.required("A")).unwrap_err();
        assert_eq!(error.code(), "missing_variable");
        assert_eq!(error.to_string(), "environment variable A is not set: set it on the function");
    }

    #[test]
    fn a_number_out_of_range_names_the_range() {
        let error = with_variables(&[("CONNECT_TIMEOUT_MS", "5s")], timeouts).unwrap_err();
        assert_eq!(
            error.to_string(),
            "environment variable CONNECT_TIMEOUT_MS must be a whole number from 100 to 60000: correct it on the function"
        );
        let timeouts = with_variables(&[("ATTEMPT_TIMEOUT_MS", "250")], timeouts).unwrap();
        assert_eq!(
            timeouts,
            Timeouts { connect: Duration::from_secs(3), attempt: Duration::from_millis(250) }
        );
    }

    #[test]
    fn the_metering_region_is_pinned_and_served() {
        let region = |pairs: &[(&str, &str)]| {
            with_variables(pairs, |variables| {
                metering_region(variables).map(|region| region.as_str().to_owned())
            })
        };
        assert_eq!(region(&[("AWS_REGION", "eu-west-1")]).unwrap(), "eu-west-1");
        assert_eq!(
            region(&[("AWS_REGION", "eu-west-1"), ("METERING_REGION", "us-east-1")]).unwrap(),
            "us-east-1"
        );
        assert_eq!(region(&[("METERING_REGION", "eusc-de-east-1")]).unwrap(), "eusc-de-east-1");
        assert_eq!(region(&[("METERING_REGION", "cn-northwest-1")]).unwrap(), "cn-northwest-1");
        for refused in
            ["us-gov-west-1", "cn-north-1", "us-iso-east-1", "us-isob-east-1", "us-east-1 ", "mars"]
        {
            assert_eq!(
                region(&[("METERING_REGION", refused)]).unwrap_err().code(),
                "invalid_variable",
                "{refused}"
            );
        }
        assert_eq!(region(&[]).unwrap_err(), ConfigError::Missing { name: "AWS_REGION" });
    }
}
