//! Usage records: read strictly, validated before AWS does, packed into requests and settled.
//!
//! - [`check`] and [`validate`] say everything that AWS would refuse in a document; [`read`] gives
//!   the records that it would take as well.
//! - [`plan`] packs records into requests that keep every limit.
//! - [`Batch::settle`] says what becomes of each record once the service has answered, and
//!   [`Batch::remaining`] what to send again.
//!
//! Nothing here reads a clock or sends a byte: the caller passes the time in and the outcome.

mod age;
mod allocation;
mod alphabets;
mod batch;
mod batch_request;
#[cfg(test)]
mod differential;
mod disposition;
mod echo;
mod edition;
mod identifiers;
mod identity;
mod license_arn;
pub mod limits;
mod meter_request;
mod plan;
mod quantity;
mod quantity_error;
mod read;
mod record;
#[cfg(any(test, feature = "paths"))]
pub mod reference;
mod report;
mod rules;
mod service_error;
mod settle;
mod text;
mod to_json;
mod validate;
mod value_error;
mod violation;
mod window;
mod wire;

pub use allocation::{AllocationError, Tag, TagSet, UsageAllocation};
pub use batch::Batch;
pub use batch_request::{BatchMeterUsageRequest, RequestError};
pub use disposition::{Disposition, Rejection, RetryCause};
pub use echo::{Outcome, RecordEcho, RecordResult, RecordStatus};
pub use edition::Edition;
pub use identifiers::{
    ClientToken, CustomerAwsAccountId, CustomerIdentifier, Dimension, LicenseArn, ProductCode,
    TagKey, TagValue,
};
pub use identity::{Identity, IdentityForm};
pub use meter_request::MeterUsageRequest;
pub use plan::{Conflict, Oversized, Plan, plan};
pub use quantity::Quantity;
pub use quantity_error::QuantityError;
pub use read::{Reading, check, read, validate};
pub use record::{IdempotencyKey, UsageRecord};
pub use report::{DocumentKind, Report};
pub use rules::{Rules, RulesError};
pub use service_error::{ErrorClass, RECORD_ERRORS, ServiceError, TRANSIENT_ERRORS};
pub use value_error::ValueError;
pub use violation::{Severity, Violation, ViolationCode};
pub use window::{MonthEnd, Window};
