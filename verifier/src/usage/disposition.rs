//! What becomes of a record after a call: accepted, rejected with a reason, or sent again.

use alloc::string::String;
use core::fmt;

use super::quantity::Quantity;
use super::service_error::ServiceError;

/// What to do with a record and with whatever brought it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// AWS has it: forget it.
    Accept {
        /// `MeteringRecordId`, if told.
        metering_record_id: Option<String>,
    },
    /// AWS will never take it as it is: put it where a person looks.
    Reject(Rejection),
    /// Send it again, with the same bytes.
    Retry(RetryCause),
}

/// Why a record is final without being billed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// Status `CustomerNotSubscribed`.
    CustomerNotSubscribed,
    /// Status `DuplicateRecord`: the hour was metered before.
    DuplicateRecord {
        /// What was sent now.
        sent: Quantity,
        /// What the caller knows to have been metered before, if asked.
        known: Option<Quantity>,
    },
    /// The request held this record alone, and the service blamed it.
    Refused {
        /// The service's error.
        error: ServiceError,
    },
}

impl Rejection {
    /// The codes of all variants.
    pub const ALL: &'static [&'static str] =
        &["customer_not_subscribed", "duplicate_record", "refused"];

    /// The stable code of the variant.
    pub fn code(&self) -> &'static str {
        match self {
            Self::CustomerNotSubscribed => "customer_not_subscribed",
            Self::DuplicateRecord { .. } => "duplicate_record",
            Self::Refused { .. } => "refused",
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CustomerNotSubscribed => f.write_str(
                "the customer is not subscribed to the product; check the license or agreement, then send again if it was renewed",
            ),
            Self::DuplicateRecord { sent, known: None } => write!(
                f,
                "AWS has metered this customer, dimension and hour before, and reports another quantity than {sent}; compare with what was sent first"
            ),
            Self::DuplicateRecord {
                sent,
                known: Some(known),
            } => write!(
                f,
                "AWS has metered {known} for this customer, dimension and hour and will not take {sent}; the difference is not billed"
            ),
            Self::Refused { error } => {
                write!(f, "AWS refused the record ({error}); correct it, then send again")
            }
        }
    }
}

/// Why a record is to be sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryCause {
    /// The service listed it in `UnprocessedRecords`.
    Unprocessed,
    /// The service answered, but said nothing about this record, or contradicted itself.
    Unanswered,
    /// The service gave a status that its model does not have.
    UnknownStatus {
        /// As received.
        status: String,
    },
    /// An error that passes by itself.
    Transient {
        /// The service's error.
        error: ServiceError,
    },
    /// One record of the batch is wrong: halve the batch.
    Isolate {
        /// The service's error.
        error: ServiceError,
    },
    /// Nothing is wrong with the record: someone has to mend the set-up.
    NotTheRecord {
        /// The service's error.
        error: ServiceError,
    },
    /// No answer came.
    Unreachable {
        /// What the client said.
        reason: String,
    },
}

impl RetryCause {
    /// The codes of all variants.
    pub const ALL: &'static [&'static str] = &[
        "unprocessed",
        "unanswered",
        "unknown_status",
        "transient",
        "isolate",
        "not_the_record",
        "unreachable",
    ];

    /// The stable code of the variant.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unprocessed => "unprocessed",
            Self::Unanswered => "unanswered",
            Self::UnknownStatus { .. } => "unknown_status",
            Self::Transient { .. } => "transient",
            Self::Isolate { .. } => "isolate",
            Self::NotTheRecord { .. } => "not_the_record",
            Self::Unreachable { .. } => "unreachable",
        }
    }
}

impl fmt::Display for RetryCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unprocessed => {
                f.write_str("AWS did not process the record; send it again unchanged")
            }
            Self::Unanswered => f.write_str(
                "AWS gave no clear answer about the record; send it again unchanged, it is billed once",
            ),
            Self::UnknownStatus { status } => write!(
                f,
                "AWS answered with the unknown status {status:?}; send the record again unchanged"
            ),
            Self::Transient { error } => {
                write!(f, "AWS is busy ({error}); send the record again later")
            }
            Self::Isolate { error } => write!(
                f,
                "AWS refused the batch for one of its records ({error}); send it again in halves"
            ),
            Self::NotTheRecord { error } => write!(
                f,
                "AWS refused the call, not the record ({error}); mend credentials, region or product, then send again"
            ),
            Self::Unreachable { reason } => write!(
                f,
                "no answer from AWS ({reason}); send the record again unchanged, it is billed once"
            ),
        }
    }
}
