use std::fmt;

use serde::{Deserialize, Serialize};

/// An operation of the Metering Service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Operation {
    /// Usage of many customers of one SaaS product, reported by the seller.
    BatchMeterUsage,
    /// Usage reported by the seller's software in the buyer's account.
    MeterUsage,
    /// Entitlement of a container at its start.
    RegisterUsage,
    /// A buyer's registration token, turned into the customer's identifiers.
    ResolveCustomer,
}

/// `targetPrefix` of the service model, with the dot that follows it in `X-Amz-Target`.
const TARGET_PREFIX: &str = "AWSMPMeteringService.";

impl Operation {
    /// Every operation, in alphabetical order.
    pub const ALL: [Self; 4] =
        [Self::BatchMeterUsage, Self::MeterUsage, Self::RegisterUsage, Self::ResolveCustomer];

    /// The operation an `X-Amz-Target` header names: `AWSMPMeteringService.<Operation>`.
    #[must_use]
    pub fn from_target(target: &str) -> Option<Self> {
        Self::from_name(target.strip_prefix(TARGET_PREFIX)?)
    }

    /// The operation of this name, spelt as AWS spells it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.name() == name)
    }

    /// The name, as AWS spells it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BatchMeterUsage => "BatchMeterUsage",
            Self::MeterUsage => "MeterUsage",
            Self::RegisterUsage => "RegisterUsage",
            Self::ResolveCustomer => "ResolveCustomer",
        }
    }

    /// Whether the service model lists `DisabledApiException` for it: all but `MeterUsage`.
    #[must_use]
    pub const fn can_be_disabled(self) -> bool {
        !matches!(self, Self::MeterUsage)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
