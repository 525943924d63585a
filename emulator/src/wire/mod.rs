//! AWS JSON 1.1 as the service's clients speak it: operations, request and response bodies,
//! and errors.
//!
//! These types are the emulator's own, apart from the core's, so that the emulator can serve
//! as an oracle for the core's validator.

mod error;
mod operation;
mod request;
mod response;
mod time;

pub use error::{ErrorName, ServiceError};
pub use operation::Operation;
pub use request::{
    BatchMeterUsageRequest, MeterUsageRequest, RegisterUsageRequest, Request,
    ResolveCustomerRequest, Tag, UsageAllocation, UsageRecord,
};
pub use response::{
    BatchMeterUsageResult, Metadata, MeterUsageResult, RegisterUsageResult, ResolveCustomerResult,
    UsageRecordResult, UsageRecordResultStatus,
};
pub use time::EpochSeconds;
