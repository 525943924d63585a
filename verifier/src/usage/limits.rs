//! Every limit of the service, each with the page it comes from.
//!
//! "Model" is the service model of API version 2016-01-14 as botocore 1.44.5 ships it; a name
//! after it is the shape. Other pages are named in full.

const HOUR: i64 = 60 * 60;

/// Records in one BatchMeterUsage request. Model: `UsageRecordList`.
pub const MAX_RECORDS: usize = 25;

/// Bytes below which a request body is safe under both readings of "less than 1 MB".
///
/// Model: `BatchMeterUsage` ("each request must be less than 1 MB in size"). MB is read as
/// 10⁶ bytes here: the planner keeps every body below it.
pub const MAX_REQUEST_BYTES: usize = 1_000_000;

/// Bytes from which a request body is too large under both readings of "1 MB" (2²⁰ bytes).
pub const REQUEST_BYTES_REFUSED: usize = 1_048_576;

/// The largest whole quantity. Model: `UsageQuantity`.
pub const MAX_WHOLE_QUANTITY: u64 = 2_147_483_647;

/// The largest whole quantity of the older edition. API reference of 2019-06-13: `UsageRecord`.
pub const MAX_WHOLE_QUANTITY_2019: u64 = 1_000_000;

/// The largest decimal quantity, in millionths: ten digits and six places.
/// Model: `UsageQuantityAsDecimalString`.
pub const MAX_DECIMAL_MICROS: u64 = 9_999_999_999_999_999;

/// Digits before the point of a decimal quantity. Model: `UsageQuantityAsDecimalString`.
pub const MAX_DECIMAL_DIGITS: usize = 10;

/// Digits after the point of a decimal quantity. Model: `UsageQuantityAsDecimalString`.
pub const MAX_DECIMAL_PLACES: usize = 6;

/// Allocations of one record. Model: `UsageAllocations`.
pub const MAX_ALLOCATIONS: usize = 2500;

/// Tags of one allocation. Model: `TagList`.
pub const MAX_TAGS: usize = 5;

/// Characters of a tag's key. Model: `TagKey`.
pub const MAX_TAG_KEY: usize = 100;

/// Characters of a tag's value. Model: `TagValue`.
pub const MAX_TAG_VALUE: usize = 256;

/// Characters of a product code. Model: `ProductCode`.
pub const MAX_PRODUCT_CODE: usize = 255;

/// Digits of an account id. Model: `CustomerAWSAccountId`.
pub const MAX_ACCOUNT_ID: usize = 255;

/// Characters of a customer identifier. Model: `CustomerIdentifier`.
pub const MAX_CUSTOMER_IDENTIFIER: usize = 255;

/// Characters of a dimension's name. Model: `UsageDimension`.
pub const MAX_DIMENSION: usize = 255;

/// Characters of a client token. Model: `ClientToken`.
pub const MAX_CLIENT_TOKEN: usize = 64;

/// Dimensions of a product. API reference of 2019-06-13: `UsageRecord`, `Dimension`.
pub const MAX_DIMENSIONS_2019: usize = 8;

/// Seconds of age from which a usage record is refused. Model: `BatchMeterUsage`
/// ("aren't accepted 24 hours or more after an event").
pub const USAGE_RECORD_AGE: i64 = 24 * HOUR;

/// Seconds of age beyond which the edition of 2024 refuses: AWS's pages of that year say six
/// hours.
pub const USAGE_RECORD_AGE_2024: i64 = 6 * HOUR;

/// Seconds of age of the edition of 2019: up to one hour. API reference of 2019-06-13:
/// `UsageRecord`, `Timestamp`.
pub const USAGE_RECORD_AGE_2019: i64 = HOUR;

/// Seconds of age beyond which MeterUsage refuses. Model: `MeterUsageRequest.Timestamp`.
pub const METER_USAGE_AGE: i64 = 6 * HOUR;

/// Seconds after the month's start until which the previous month is open.
/// Model: `UsageRecord.Timestamp` ("before 06:00 UTC on the first day of the next month").
pub const MONTH_END_GRACE: i64 = 6 * HOUR;

/// Seconds that a timestamp may lie ahead of the clock. AWS documents no figure: usage that has
/// not happened cannot be metered, and five minutes forgive two clocks that disagree.
pub const MAX_FUTURE: i64 = 5 * 60;
