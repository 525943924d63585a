//! Where AWS states a rule, as reports cite it.

pub(super) const BATCH: &str = "service model 2016-01-14, BatchMeterUsage";
pub(super) const BATCH_REQUEST: &str = "service model 2016-01-14, BatchMeterUsageRequest";
pub(super) const METER_REQUEST: &str = "service model 2016-01-14, MeterUsageRequest";
pub(super) const RECORD: &str = "service model 2016-01-14, UsageRecord";
pub(super) const RECORD_LIST: &str = "service model 2016-01-14, UsageRecordList";
pub(super) const RESULT: &str = "service model 2016-01-14, UsageRecordResultStatus";
pub(super) const PRODUCT_CODE: &str = "service model 2016-01-14, ProductCode";
pub(super) const LICENSE_ARN: &str = "service model 2016-01-14, LicenseArn";
pub(super) const ACCOUNT_ID: &str = "service model 2016-01-14, CustomerAWSAccountId";
pub(super) const CUSTOMER: &str = "service model 2016-01-14, CustomerIdentifier";
pub(super) const DIMENSION: &str = "service model 2016-01-14, UsageDimension";
pub(super) const UNKNOWN_DIMENSION: &str =
    "service model 2016-01-14, InvalidUsageDimensionException";
pub(super) const CLIENT_TOKEN: &str = "service model 2016-01-14, ClientToken";
pub(super) const TIMESTAMP: &str = "service model 2016-01-14, Timestamp";
pub(super) const CLOCK: &str = "meterproof: usage is metered after it happened";
pub(super) const OPEN_HOUR: &str = "service model 2016-01-14, MeterUsage";
pub(super) const DECIMAL: &str = "service model 2016-01-14, UsageQuantityAsDecimalString";
pub(super) const ALLOCATION: &str = "service model 2016-01-14, UsageAllocation";
pub(super) const ALLOCATIONS: &str = "service model 2016-01-14, UsageAllocations";
pub(super) const ALLOCATION_SUM: &str =
    "service model 2016-01-14, InvalidUsageAllocationsException";
pub(super) const TAG: &str = "service model 2016-01-14, Tag";
pub(super) const TAG_LIST: &str = "service model 2016-01-14, TagList";
pub(super) const TAG_KEY: &str = "service model 2016-01-14, TagKey";
pub(super) const TAG_VALUE: &str = "service model 2016-01-14, TagValue";
pub(super) const JSON: &str = "RFC 8259";
pub(super) const AWS_JSON: &str = "AWS JSON 1.1: unknown members are ignored";
