//! Where the Metering Service can be used.

use std::fmt;

use meterproof_metering::Region;

/// A region in which BatchMeterUsage and ResolveCustomer exist.
///
/// Usage is deduplicated per region: the same hour sent to two regions can be billed twice. One
/// product is metered in one region, which is why it is named rather than followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeteringRegion(Region);

/// A text that names no such region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionError {
    actual: String,
}

impl MeteringRegion {
    /// Reads a region's name, such as `us-east-1`.
    ///
    /// # Errors
    /// [`RegionError`] where the text names no region, or one in which the service answers
    /// BatchMeterUsage with DisabledApiException alone (`cn-north-1`, GovCloud and the isolated
    /// partitions).
    pub fn parse(text: &str) -> Result<Self, RegionError> {
        let served = text != "cn-north-1"
            && !text.split('-').any(|part| part == "gov" || part.starts_with("iso"));
        match Region::parse(text) {
            Ok(region) if served => Ok(Self(region)),
            _ => Err(RegionError { actual: text.chars().take(64).collect() }),
        }
    }

    /// The region's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The region as a [`Place`](meterproof_metering::Place) holds it.
    #[must_use]
    pub fn region(&self) -> &Region {
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

impl fmt::Display for RegionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is no region that offers BatchMeterUsage; name one such as us-east-1",
            self.actual
        )
    }
}

impl std::error::Error for RegionError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_named_and_served() {
        for name in ["eu-west-1", "us-east-1", "eusc-de-east-1", "cn-northwest-1"] {
            assert_eq!(MeteringRegion::parse(name).unwrap().as_str(), name);
        }
        for text in [
            "",
            "us-gov-west-1",
            "cn-north-1",
            "us-iso-east-1",
            "us-isob-east-1",
            "us-east-1 ",
            "mars",
        ] {
            let error = MeteringRegion::parse(text).unwrap_err();
            assert_eq!(error.code(), "invalid_region");
            assert_eq!(
                error.to_string(),
                format!(
                    "{text:?} is no region that offers BatchMeterUsage; name one such as us-east-1"
                )
            );
        }
    }
}
