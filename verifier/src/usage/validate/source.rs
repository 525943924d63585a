//! Where AWS states a rule, as reports cite it.

pub(in crate::usage) const BATCH: &str = "service model 2016-01-14, BatchMeterUsage";
pub(in crate::usage) const BATCH_REQUEST: &str = "service model 2016-01-14, BatchMeterUsageRequest";
pub(in crate::usage) const METER_REQUEST: &str = "service model 2016-01-14, MeterUsageRequest";
pub(in crate::usage) const RECORD: &str = "service model 2016-01-14, UsageRecord";
pub(in crate::usage) const RECORD_LIST: &str = "service model 2016-01-14, UsageRecordList";
pub(in crate::usage) const RESULT: &str = "service model 2016-01-14, UsageRecordResultStatus";
pub(in crate::usage) const PRODUCT_CODE: &str = "service model 2016-01-14, ProductCode";
pub(in crate::usage) const LICENSE_ARN: &str = "service model 2016-01-14, LicenseArn";
pub(in crate::usage) const ACCOUNT_ID: &str = "service model 2016-01-14, CustomerAWSAccountId";
pub(in crate::usage) const CUSTOMER: &str = "service model 2016-01-14, CustomerIdentifier";
pub(in crate::usage) const DIMENSION: &str = "service model 2016-01-14, UsageDimension";
pub(in crate::usage) const UNKNOWN_DIMENSION: &str =
    "service model 2016-01-14, InvalidUsageDimensionException";
pub(in crate::usage) const CLIENT_TOKEN: &str = "service model 2016-01-14, ClientToken";
pub(in crate::usage) const TIMESTAMP: &str = "service model 2016-01-14, Timestamp";
pub(in crate::usage) const CLOCK: &str = "meterproof: usage is metered after it happened";
pub(in crate::usage) const OPEN_HOUR: &str = "service model 2016-01-14, MeterUsage";
pub(in crate::usage) const DECIMAL: &str = "service model 2016-01-14, UsageQuantityAsDecimalString";
pub(in crate::usage) const ALLOCATION: &str = "service model 2016-01-14, UsageAllocation";
pub(in crate::usage) const ALLOCATIONS: &str = "service model 2016-01-14, UsageAllocations";
pub(in crate::usage) const ALLOCATION_SUM: &str =
    "service model 2016-01-14, InvalidUsageAllocationsException";
pub(in crate::usage) const TAG: &str = "service model 2016-01-14, Tag";
pub(in crate::usage) const TAG_LIST: &str = "service model 2016-01-14, TagList";
pub(in crate::usage) const TAG_KEY: &str = "service model 2016-01-14, TagKey";
pub(in crate::usage) const TAG_VALUE: &str = "service model 2016-01-14, TagValue";
pub(in crate::usage) const JSON: &str = "RFC 8259";
pub(in crate::usage) const AWS_JSON: &str = "AWS JSON 1.1: unknown members are ignored";
