//! Usage records: read strictly, validated before AWS does, packed into requests and settled.

mod allocation;
mod disposition;
mod echo;
mod identifiers;
mod identity;
pub mod limits;
mod quantity;
mod record;
mod service_error;
mod text;

pub use allocation::{AllocationError, Tag, TagSet, UsageAllocation};
pub use disposition::{Disposition, Rejection, RetryCause};
pub use echo::{Outcome, RecordEcho, RecordResult, RecordStatus};
pub use identifiers::{
    ClientToken, CustomerAwsAccountId, CustomerIdentifier, Dimension, LicenseArn, ProductCode,
    TagKey, TagValue, ValueError,
};
pub use identity::{Identity, IdentityForm};
pub use quantity::{Quantity, QuantityError};
pub use record::{IdempotencyKey, UsageRecord};
pub use service_error::{ErrorClass, RECORD_ERRORS, ServiceError, TRANSIENT_ERRORS};
