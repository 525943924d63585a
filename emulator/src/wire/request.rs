use serde::{Deserialize, Deserializer, Serialize};

use super::{EpochSeconds, ErrorName, Operation, ServiceError};

/// A request body, read. Members the service does not know are ignored, as AWS JSON services
/// do; a member that is `null` counts as absent.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// `BatchMeterUsage`.
    BatchMeterUsage(BatchMeterUsageRequest),
    /// `MeterUsage`.
    MeterUsage(MeterUsageRequest),
    /// `RegisterUsage`.
    RegisterUsage(RegisterUsageRequest),
    /// `ResolveCustomer`.
    ResolveCustomer(ResolveCustomerRequest),
}

impl Request {
    /// Reads the body of a call to `operation`.
    ///
    /// # Errors
    /// `SerializationException` when it is not JSON or a member is of the wrong JSON type.
    pub fn read(operation: Operation, body: &[u8]) -> Result<Self, ServiceError> {
        match operation {
            Operation::BatchMeterUsage => serde_json::from_slice(body).map(Self::BatchMeterUsage),
            Operation::MeterUsage => serde_json::from_slice(body).map(Self::MeterUsage),
            Operation::RegisterUsage => serde_json::from_slice(body).map(Self::RegisterUsage),
            Operation::ResolveCustomer => serde_json::from_slice(body).map(Self::ResolveCustomer),
        }
        .map_err(|error| ServiceError::new(ErrorName::SerializationException, error.to_string()))
    }

    /// The number of usage records in it; `None` where there can be none.
    #[must_use]
    pub fn records(&self) -> Option<usize> {
        match self {
            Self::BatchMeterUsage(request) => {
                Some(request.usage_records.as_ref().map_or(0, Vec::len))
            }
            Self::MeterUsage(_) => Some(1),
            Self::RegisterUsage(_) | Self::ResolveCustomer(_) => None,
        }
    }
}

/// The body of `BatchMeterUsage`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BatchMeterUsageRequest {
    /// 0 to 25 records; required.
    pub usage_records: Option<Vec<UsageRecord>>,
    /// For records without a license. `""` is absent: the service model allows length 0.
    #[serde(default, deserialize_with = "empty_as_absent")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_code: Option<String>,
}

/// A usage record, in a request as well as echoed in a response.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UsageRecord {
    /// When the usage took place; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<EpochSeconds>,
    /// The buyer, in old integrations. Some clients send `""` when it is not set: absent.
    #[serde(default, deserialize_with = "empty_as_absent")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_identifier: Option<String>,
    /// What is metered; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimension: Option<String>,
    /// A whole quantity, 0 to 2147483647.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<i64>,
    /// A decimal quantity with up to six places; excludes `quantity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity_as_decimal: Option<String>,
    /// How the quantity is divided over the buyer's tags, 1 to 2500.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage_allocations: Option<Vec<UsageAllocation>>,
    /// The buyer's AWS account.
    #[serde(rename = "CustomerAWSAccountId", skip_serializing_if = "Option::is_none")]
    pub customer_aws_account_id: Option<String>,
    /// The license the usage is billed to; excludes a `ProductCode` for the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license_arn: Option<String>,
}

/// A part of a quantity, with the tags of its bucket.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UsageAllocation {
    /// A whole quantity; goes with a whole quantity of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocated_usage_quantity: Option<i64>,
    /// A decimal quantity; goes with a decimal quantity of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocated_usage_quantity_as_decimal: Option<String>,
    /// 1 to 5 tags; absent for the untagged bucket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<Tag>>,
}

/// A tag of an allocation.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tag {
    /// 1 to 100 characters; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Up to 256 characters; may be empty or `null`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// The body of `MeterUsage`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MeterUsageRequest {
    /// Required.
    pub product_code: Option<String>,
    /// When the usage took place; required.
    pub timestamp: Option<EpochSeconds>,
    /// What is metered; required.
    pub usage_dimension: Option<String>,
    /// A whole quantity, 0 to 2147483647.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage_quantity: Option<i64>,
    /// A decimal quantity with up to six places; excludes `usage_quantity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage_quantity_as_decimal: Option<String>,
    /// Only ask whether the caller may do this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    /// How the quantity is divided over the buyer's tags, 1 to 2500.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage_allocations: Option<Vec<UsageAllocation>>,
    /// Makes a retry of this very request safe, 1 to 64 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_token: Option<String>,
}

/// The body of `RegisterUsage`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RegisterUsageRequest {
    /// Required.
    pub product_code: Option<String>,
    /// The version of the product's public key, from 1; required.
    pub public_key_version: Option<i64>,
    /// Up to 255 characters that bind the answer to one running instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
}

/// The body of `ResolveCustomer`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResolveCustomerRequest {
    /// What the buyer's browser brought; required.
    pub registration_token: Option<String>,
}

// The token is a secret: whoever holds it can register as the buyer.
impl std::fmt::Debug for ResolveCustomerRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResolveCustomerRequest").finish_non_exhaustive()
    }
}

fn empty_as_absent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.filter(|text| !text.is_empty()))
}
