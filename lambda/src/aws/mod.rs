//! The AWS clients: the only part of this crate that knows the SDK.

mod dynamodb;
pub mod ledger;
mod marketplace;
mod sqs;

pub use dynamodb::DynamoDbCustomers;
pub use ledger::DynamoDbLedger;
pub use sqs::SqsQueue;

use meterproof_aws::Failure;
