//! What came back from BatchMeterUsage, as plain values that any client can fill in.

use alloc::string::String;
use alloc::vec::Vec;

use super::identity::Identity;
use super::quantity::Quantity;
use super::record::UsageRecord;
use super::service_error::ServiceError;
use crate::Timestamp;

/// What one BatchMeterUsage call came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// HTTP 200: each record has a result of its own, or was not processed.
    Answered {
        /// `Results`.
        results: Vec<RecordResult>,
        /// `UnprocessedRecords`.
        unprocessed: Vec<RecordEcho>,
    },
    /// The service answered with an error: nothing in the batch was processed.
    Refused(ServiceError),
    /// No answer: a timeout or a connection fault. The batch may have been processed or not.
    Unreachable {
        /// What the client said.
        reason: String,
    },
}

/// One element of `Results`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordResult {
    /// `UsageRecord`, if the service repeated it.
    pub record: Option<RecordEcho>,
    /// `Status`.
    pub status: RecordStatus,
    /// `MeteringRecordId`.
    pub metering_record_id: Option<String>,
}

/// `Status` of a result. Source: service model 2016-01-14, `UsageRecordResultStatus`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordStatus {
    /// Accepted and honored.
    Success,
    /// The customer is not subscribed; not honored.
    CustomerNotSubscribed,
    /// The same customer, dimension and hour was metered before with another quantity.
    DuplicateRecord,
    /// A status that the service model does not have, or none: never taken as final.
    Unknown(String),
}

impl RecordStatus {
    /// Reads the service's word.
    pub fn parse(text: &str) -> Self {
        match text {
            "Success" => Self::Success,
            "CustomerNotSubscribed" => Self::CustomerNotSubscribed,
            "DuplicateRecord" => Self::DuplicateRecord,
            other => Self::Unknown(other.into()),
        }
    }
}

/// A usage record as the service repeats it. Empty texts are taken as absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordEcho {
    /// `LicenseArn`.
    pub license_arn: Option<String>,
    /// `CustomerAWSAccountId`.
    pub customer_aws_account_id: Option<String>,
    /// `CustomerIdentifier`.
    pub customer_identifier: Option<String>,
    /// `Dimension`.
    pub dimension: String,
    /// `Timestamp`.
    pub timestamp: Timestamp,
    /// `Quantity` or `QuantityAsDecimal`; `None` where the client could not read it.
    pub quantity: Option<Quantity>,
}

impl RecordEcho {
    /// Whether it repeats this record: the same customer, dimension and hour, and the same
    /// quantity by value where one is told.
    pub fn is_of(&self, record: &UsageRecord) -> bool {
        self.has_identity(record.identity())
            && self.dimension == record.dimension().as_str()
            && self.timestamp.start_of_hour() == record.timestamp().start_of_hour()
            && self.quantity.is_none_or(|quantity| quantity == record.quantity())
    }

    fn has_identity(&self, identity: &Identity) -> bool {
        let license = given(&self.license_arn);
        let account = given(&self.customer_aws_account_id);
        let customer = given(&self.customer_identifier);
        match identity {
            Identity::License { license_arn, account: wanted } => {
                license == Some(license_arn.as_str())
                    && account.is_none_or(|account| account == wanted.as_str())
            }
            Identity::Account { account: wanted, .. } => {
                license.is_none() && account == Some(wanted.as_str())
            }
            Identity::Customer { customer: wanted, .. } => {
                license.is_none() && customer == Some(wanted.as_str())
            }
        }
    }
}

impl From<&UsageRecord> for RecordEcho {
    /// The echo of an honest service.
    fn from(record: &UsageRecord) -> Self {
        let identity = record.identity();
        Self {
            license_arn: identity.license_arn().map(|arn| arn.as_str().into()),
            customer_aws_account_id: identity.account().map(|id| id.as_str().into()),
            customer_identifier: identity.customer().map(|id| id.as_str().into()),
            dimension: record.dimension().as_str().into(),
            timestamp: record.timestamp(),
            quantity: Some(record.quantity()),
        }
    }
}

fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}
