use serde::Serialize;

use super::{EpochSeconds, UsageRecord};

/// The answer of `BatchMeterUsage`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct BatchMeterUsageResult {
    /// The records that were processed, in the request's order.
    pub results: Vec<UsageRecordResult>,
    /// The records to send again, in the request's order.
    pub unprocessed_records: Vec<UsageRecord>,
}

/// What became of one record.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct UsageRecordResult {
    /// The record as it was sent.
    pub usage_record: UsageRecord,
    /// Set for `Success` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metering_record_id: Option<String>,
    /// The verdict.
    pub status: UsageRecordResultStatus,
}

/// The verdict on one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum UsageRecordResultStatus {
    /// Accepted and billed once, now or before.
    Success,
    /// The customer has no active agreement for the product; not billed.
    CustomerNotSubscribed,
    /// Another quantity is metered already for this hour; not billed.
    DuplicateRecord,
}

/// The answer of `MeterUsage`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct MeterUsageResult {
    /// The same for the same usage.
    pub metering_record_id: String,
}

/// The answer of `RegisterUsage`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RegisterUsageResult {
    /// Set only when the public key version has expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_key_rotation_timestamp: Option<EpochSeconds>,
    /// A compact JWS, `PS256`.
    pub signature: String,
}

/// The answer of `ResolveCustomer`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResolveCustomerResult {
    /// Only of customers of old integrations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_identifier: Option<String>,
    /// The product the buyer registers for.
    pub product_code: String,
    /// The buyer's AWS account.
    #[serde(rename = "CustomerAWSAccountId")]
    pub customer_aws_account_id: String,
    /// The license the purchase granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license_arn: Option<String>,
    /// The agreement behind the license.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
}

/// More about a resolved customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Metadata {
    /// The agreement the buyer accepted.
    pub agreement_id: String,
}
