//! The names of AWS's members, as they are written in JSON.

use crate::json::Vocabulary;

/// Every member of every shape. Source: service model 2016-01-14.
pub(super) const VOCABULARY: Vocabulary = Vocabulary(&[
    r#""Timestamp":"#,
    r#""CustomerIdentifier":"#,
    r#""Dimension":"#,
    r#""Quantity":"#,
    r#""QuantityAsDecimal":"#,
    r#""UsageAllocations":"#,
    r#""CustomerAWSAccountId":"#,
    r#""LicenseArn":"#,
    r#""AllocatedUsageQuantity":"#,
    r#""AllocatedUsageQuantityAsDecimal":"#,
    r#""Tags":"#,
    r#""Key":"#,
    r#""Value":"#,
    r#""UsageRecords":"#,
    r#""ProductCode":"#,
    r#""UsageDimension":"#,
    r#""UsageQuantity":"#,
    r#""UsageQuantityAsDecimal":"#,
    r#""DryRun":"#,
    r#""ClientToken":"#,
]);
