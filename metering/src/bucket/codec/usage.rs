//! Identities, quantities, tags and records as they are stored.

use meterproof::usage::{
    CustomerAwsAccountId, CustomerIdentifier, Dimension, Identity, LicenseArn, ProductCode,
    Quantity, Tag, TagKey, TagSet, TagValue, UsageAllocation, UsageRecord,
};
use serde::{Deserialize, Serialize};

use super::{CorruptBucket, corrupt, time};
use crate::BucketKey;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) enum StoredIdentity {
    License { arn: String, account: String },
    Account { product: String, account: String },
    Customer { product: String, customer: String },
}

impl From<&Identity> for StoredIdentity {
    fn from(identity: &Identity) -> Self {
        match identity {
            Identity::License { license_arn, account } => Self::License {
                arn: license_arn.as_str().to_owned(),
                account: account.as_str().to_owned(),
            },
            Identity::Account { product_code, account } => Self::Account {
                product: product_code.as_str().to_owned(),
                account: account.as_str().to_owned(),
            },
            Identity::Customer { product_code, customer } => Self::Customer {
                product: product_code.as_str().to_owned(),
                customer: customer.as_str().to_owned(),
            },
        }
    }
}

impl StoredIdentity {
    pub(super) fn read(self) -> Result<Identity, CorruptBucket> {
        let product = |code: &str| ProductCode::parse(code).map_err(|_| corrupt("its product"));
        let account =
            |id: &str| CustomerAwsAccountId::parse(id).map_err(|_| corrupt("its account"));
        Ok(match self {
            Self::License { arn, account: id } => Identity::License {
                license_arn: LicenseArn::parse(&arn).map_err(|_| corrupt("its license"))?,
                account: account(&id)?,
            },
            Self::Account { product: code, account: id } => {
                Identity::Account { product_code: product(&code)?, account: account(&id)? }
            }
            Self::Customer { product: code, customer } => Identity::Customer {
                product_code: product(&code)?,
                customer: CustomerIdentifier::parse(&customer)
                    .map_err(|_| corrupt("its customer"))?,
            },
        })
    }
}

/// Key, and value where there is one.
pub(super) type StoredTag = (String, Option<String>);

pub(super) fn stored_tags(tags: &TagSet) -> Vec<StoredTag> {
    let text = |tag: &Tag| {
        (tag.key().as_str().to_owned(), tag.value().map(|value| value.as_str().to_owned()))
    };
    tags.tags().iter().map(text).collect()
}

pub(super) fn tag_set(tags: Vec<StoredTag>) -> Result<TagSet, CorruptBucket> {
    let tags = tags
        .into_iter()
        .map(|(key, value)| {
            let key = TagKey::parse(&key).ok()?;
            let value = value.map(|value| TagValue::parse(&value).ok());
            match value {
                Some(None) => None,
                Some(value) => Some(Tag::new(key, value)),
                None => Some(Tag::new(key, None)),
            }
        })
        .collect::<Option<Vec<_>>>();
    tags.and_then(|tags| TagSet::new(tags).ok()).ok_or_else(|| corrupt("its tags"))
}

pub(super) fn dimension(name: &str) -> Result<Dimension, CorruptBucket> {
    Dimension::parse(name).map_err(|_| corrupt("its dimension"))
}

/// A quantity in the form it was written in.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) enum StoredQuantity {
    Whole(u64),
    Decimal(String),
}

impl From<Quantity> for StoredQuantity {
    fn from(quantity: Quantity) -> Self {
        match quantity.as_whole() {
            Some(units) => Self::Whole(units),
            None => Self::Decimal(quantity.to_string()),
        }
    }
}

impl StoredQuantity {
    pub(super) fn read(self) -> Result<Quantity, CorruptBucket> {
        match self {
            Self::Whole(units) => Quantity::whole(units).ok(),
            Self::Decimal(text) => Quantity::parse_decimal(&text).ok(),
        }
        .ok_or_else(|| corrupt("a quantity"))
    }
}

/// A record, but for the members that are its bucket's key.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct StoredRecord {
    timestamp: i64,
    quantity: StoredQuantity,
    allocations: Vec<(Vec<StoredTag>, StoredQuantity)>,
}

impl From<&UsageRecord> for StoredRecord {
    fn from(record: &UsageRecord) -> Self {
        Self {
            timestamp: record.timestamp().unix_millis(),
            quantity: record.quantity().into(),
            allocations: record
                .allocations()
                .iter()
                .map(|part| (stored_tags(part.tags()), part.quantity().into()))
                .collect(),
        }
    }
}

impl StoredRecord {
    pub(super) fn read(self, key: &BucketKey) -> Result<UsageRecord, CorruptBucket> {
        let allocations = self
            .allocations
            .into_iter()
            .map(|(tags, quantity)| Ok(UsageAllocation::new(quantity.read()?, tag_set(tags)?)))
            .collect::<Result<Vec<_>, CorruptBucket>>()?;
        let timestamp = time(self.timestamp)?;
        if timestamp.start_of_hour() != key.hour() {
            return Err(corrupt("its record's hour"));
        }
        UsageRecord::new(
            key.identity().clone(),
            key.dimension().clone(),
            timestamp,
            self.quantity.read()?,
            allocations,
        )
        .map_err(|_| corrupt("its record's allocations"))
    }
}
