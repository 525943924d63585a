//! The one place a product is metered in.

use std::fmt;

use meterproof::usage::IdentityForm;

/// An AWS Region, by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(String);

/// A text that names no region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionError {
    actual: String,
}

impl Region {
    /// Reads a name such as `us-east-1`.
    ///
    /// # Errors
    /// [`RegionError`] where the text has not the form of a region's name.
    pub fn parse(text: &str) -> Result<Self, RegionError> {
        let part = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if text.len() <= 64 && text.split('-').count() >= 3 && text.split('-').all(part) {
            Ok(Self(text.to_owned()))
        } else {
            Err(RegionError { actual: text.chars().take(64).collect() })
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl RegionError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "invalid_region"
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for RegionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} names no region; write one such as us-east-1", self.actual)
    }
}

impl std::error::Error for RegionError {}

/// Where and how a ledger's usage is metered: one region and one form of identity.
///
/// AWS keeps its records by region and by form: the same hour sent to two regions, or once under
/// a license and once under a product code, is billed twice. A ledger is made for one place and
/// refuses to be opened for another, and an event of another form is refused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The region whose endpoint takes the usage.
    pub region: Region,
    /// How customers are named.
    pub form: IdentityForm,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.form, self.region)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_has_the_form_of_a_regions_name() {
        for name in ["us-east-1", "eusc-de-east-1", "cn-northwest-1"] {
            assert_eq!(Region::parse(name).unwrap().as_str(), name);
        }
        for text in ["", "us", "us-east", "US-EAST-1", "us--1", "us-east-1 ", "us_east_1"] {
            let error = Region::parse(text).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("{text:?} names no region; write one such as us-east-1")
            );
        }
    }
}
