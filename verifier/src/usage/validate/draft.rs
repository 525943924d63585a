//! A record but for its product code, which may come after the records.

use alloc::vec::Vec;
use core::ops::Range;

use super::identity::Who;
use super::parts::Parts;
use super::record::Usage;
use crate::Timestamp;
use crate::json::Text;
use crate::usage::allocation::{Tag, TagSet, UsageAllocation};
use crate::usage::identifiers::{
    CustomerAwsAccountId, CustomerIdentifier, Dimension, LicenseArn, ProductCode, TagKey, TagValue,
};
use crate::usage::identity::Identity;
use crate::usage::quantity::Quantity;
use crate::usage::record::UsageRecord;

/// A record that lacks nothing but the product code that it may be under.
pub(super) struct Draft {
    who: WhoOwned,
    dimension: Dimension,
    timestamp: Timestamp,
    quantity: Quantity,
    allocations: Vec<UsageAllocation>,
}

enum WhoOwned {
    License(LicenseArn, CustomerAwsAccountId),
    Account(CustomerAwsAccountId),
    Customer(CustomerIdentifier),
}

impl Draft {
    /// Takes over what was found; `None` where a text is not of its type, which it is.
    pub(super) fn of(usage: &Usage, parts: &Parts<'_>) -> Option<Self> {
        let document = parts.document();
        let account = |id: &Text| CustomerAwsAccountId::parse(&id.content(document)).ok();
        let who = match &usage.who {
            Who::License { license_arn, account: id } => WhoOwned::License(
                LicenseArn::parse(&license_arn.content(document)).ok()?,
                account(id)?,
            ),
            Who::Account(id) => WhoOwned::Account(account(id)?),
            Who::Customer(id) => {
                WhoOwned::Customer(CustomerIdentifier::parse(&id.content(document)).ok()?)
            }
        };
        Some(Self {
            who,
            dimension: Dimension::parse(&usage.dimension.content(document)).ok()?,
            timestamp: usage.timestamp,
            quantity: usage.quantity,
            allocations: allocations(&usage.allocations, parts)?,
        })
    }

    /// The record; `None` where it needs a product code and there is none.
    pub(super) fn under(self, product_code: Option<&ProductCode>) -> Option<UsageRecord> {
        let product_code = || product_code.cloned();
        let identity = match self.who {
            WhoOwned::License(license_arn, account) => Identity::License { license_arn, account },
            WhoOwned::Account(account) => {
                Identity::Account { product_code: product_code()?, account }
            }
            WhoOwned::Customer(customer) => {
                Identity::Customer { product_code: product_code()?, customer }
            }
        };
        let Self { dimension, timestamp, quantity, allocations, .. } = self;
        // Every reason to refuse allocations has been reported as an error by now.
        UsageRecord::new(identity, dimension, timestamp, quantity, allocations).ok()
    }
}

/// The allocations of a record or of MeterUsage.
pub(super) fn allocations(found: &Range<usize>, parts: &Parts<'_>) -> Option<Vec<UsageAllocation>> {
    let document = parts.document();
    let allocations = parts.get(found).iter().map(|part| {
        let tags = parts.tags(&part.tags).iter().map(|tag| {
            let value = tag.value.map(|value| TagValue::parse(&value.content(document)));
            let value = value.transpose().ok()?;
            Some(Tag::new(TagKey::parse(&tag.key.content(document)).ok()?, value))
        });
        let tags = TagSet::new(tags.collect::<Option<_>>()?).ok()?;
        Some(UsageAllocation::new(part.quantity, tags))
    });
    allocations.collect()
}
