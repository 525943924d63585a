//! What makes two pieces of usage one line on the bill.

use std::fmt;

use meterproof::Timestamp;
use meterproof::usage::{Dimension, Identity, UsageRecord};
use sha2::{Digest, Sha256};

use crate::{Place, Region};

/// A bucket's key: region, identity, dimension and hour. Region and form of identity are part of
/// it because AWS keeps its records by them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BucketKey {
    region: Region,
    identity: Identity,
    dimension: Dimension,
    hour: Timestamp,
}

impl BucketKey {
    /// The key of usage at any time within an hour.
    #[must_use]
    pub fn new(region: Region, identity: Identity, dimension: Dimension, time: Timestamp) -> Self {
        Self { region, identity, dimension, hour: time.start_of_hour() }
    }

    /// The key that a record is billed under.
    #[must_use]
    pub fn of_record(region: Region, record: &UsageRecord) -> Self {
        Self::new(region, record.identity().clone(), record.dimension().clone(), record.timestamp())
    }

    /// The same customer and dimension in another hour.
    #[must_use]
    pub fn at(&self, hour: Timestamp) -> Self {
        Self { hour: hour.start_of_hour(), ..self.clone() }
    }

    /// The region whose endpoint takes the usage.
    #[must_use]
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// The customer, and the product by code or license.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The dimension.
    #[must_use]
    pub fn dimension(&self) -> &Dimension {
        &self.dimension
    }

    /// The start of the UTC hour.
    #[must_use]
    pub fn hour(&self) -> Timestamp {
        self.hour
    }

    /// Whether it lies in this place.
    #[must_use]
    pub fn is_in(&self, place: &Place) -> bool {
        self.region == place.region && self.identity.form() == place.form
    }

    /// A digest of the whole key, to spread buckets evenly over a store.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let identity = &self.identity;
        for text in [
            self.region.as_str(),
            identity.form().code(),
            identity.license_arn().map_or("", |license| license.as_str()),
            identity.product_code().map_or("", |product| product.as_str()),
            identity.account().map_or("", |account| account.as_str()),
            identity.customer().map_or("", |customer| customer.as_str()),
            self.dimension.as_str(),
        ] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
        hash.update(self.hour.unix_millis().to_be_bytes());
        hash.finalize().into()
    }
}

impl fmt::Display for BucketKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} in {}", self.identity, self.dimension, self.hour, self.region)
    }
}
