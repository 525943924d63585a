//! The AWS clients: the only part of this crate that knows the SDK.

mod dynamodb;
mod marketplace;
mod sqs;

pub use dynamodb::DynamoDbCustomers;
pub use sqs::SqsRejects;

use meterproof_aws::Failure;
