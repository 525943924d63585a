//! Names of members, and which of them comes next.

use super::cursor::Cursor;
use crate::json::eight;

/// Numbers of names, from 1: the place among the [`NAMES`].
pub(super) mod name {
    pub(in super::super) const TIMESTAMP: usize = 1;
    pub(in super::super) const CUSTOMER: usize = 2;
    pub(in super::super) const DIMENSION: usize = 3;
    pub(in super::super) const QUANTITY: usize = 4;
    pub(in super::super) const QUANTITY_AS_DECIMAL: usize = 5;
    pub(in super::super) const ALLOCATIONS: usize = 6;
    pub(in super::super) const ACCOUNT: usize = 7;
    pub(in super::super) const LICENSE_ARN: usize = 8;
    pub(in super::super) const ALLOCATED: usize = 9;
    pub(in super::super) const ALLOCATED_AS_DECIMAL: usize = 10;
    pub(in super::super) const TAGS: usize = 11;
    pub(in super::super) const KEY: usize = 12;
    pub(in super::super) const VALUE: usize = 13;
}

/// As names are written mostly: in quotation marks, with a colon right behind.
/// Source: service model 2016-01-14, `UsageRecord`, `UsageAllocation` and `Tag`.
const NAMES: [&str; 13] = [
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
];

/// What stands for the name before the first one of an object.
pub(super) const RECORD: usize = NAMES.len() + 1;
/// Likewise.
pub(super) const ALLOCATION: usize = RECORD + 1;
/// Likewise.
pub(super) const TAG: usize = RECORD + 2;

/// Which name is likely next: the one that came there the last time. Records of one list mostly
/// have the same members in the same order.
pub(super) struct Habits {
    /// By the number of the name before; 0 for none yet.
    after: [u8; TAG + 1],
}

impl Default for Habits {
    /// One order that is likely; any other is learnt from the first record.
    fn default() -> Self {
        let mut after = [0; TAG + 1];
        for (last, next) in [
            (RECORD, name::TIMESTAMP),
            (name::TIMESTAMP, name::ACCOUNT),
            (name::ACCOUNT, name::DIMENSION),
            (name::CUSTOMER, name::DIMENSION),
            (name::DIMENSION, name::QUANTITY),
            (name::QUANTITY, name::LICENSE_ARN),
            (name::LICENSE_ARN, name::ALLOCATIONS),
            (ALLOCATION, name::ALLOCATED),
            (name::ALLOCATED, name::TAGS),
            (TAG, name::KEY),
            (name::KEY, name::VALUE),
        ] {
            if let Some(after) = after.get_mut(last) {
                // At most 13.
                *after = next as u8;
            }
        }
        Self { after }
    }
}

impl Habits {
    /// Goes to the next member's value, and tells its name's number; `false` behind the object's
    /// end, `None` where something else stands, or a name that is not known or has been seen.
    #[inline(always)]
    pub(super) fn next(
        &mut self,
        cursor: &mut Cursor<'_>,
        last: &mut usize,
        seen: &mut u32,
    ) -> Option<bool> {
        if *seen == 0 {
            cursor.skip_white_space();
        } else if !cursor.goes_on(b'}')? {
            return Some(false);
        }
        let expected = usize::from(*self.after.get(*last)?);
        let written = NAMES.get(expected.wrapping_sub(1)).map(|name| name.as_bytes());
        let number = match written {
            Some(written) if cursor.takes(written) => expected,
            _ => {
                let (number, behind) = self.learn(*cursor, *last)?;
                *cursor = behind;
                number
            }
        };
        cursor.skip_white_space();
        let bit = 1 << (number & 31);
        if *seen & bit != 0 {
            return None;
        }
        (*last, *seen) = (number, *seen | bit);
        Some(true)
    }

    /// Reads a name that was not expected; it is from now on.
    #[cold]
    fn learn<'a>(&mut self, mut cursor: Cursor<'a>, last: usize) -> Option<(usize, Cursor<'a>)> {
        let name = cursor.string()?.written(cursor.document()).as_bytes();
        cursor.skip_white_space();
        cursor.take(b':')?;
        let is_name = |known: &&str| {
            known.as_bytes().get(1..).is_some_and(|known| {
                known.strip_suffix(b"\":").is_some_and(|known| eight::is_same(known, name))
            })
        };
        let number = NAMES.iter().position(is_name)? + 1;
        // At most 13.
        *self.after.get_mut(last)? = number as u8;
        Some((number, cursor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_names() {
        for (number, written) in [
            (name::TIMESTAMP, "Timestamp"),
            (name::CUSTOMER, "CustomerIdentifier"),
            (name::DIMENSION, "Dimension"),
            (name::QUANTITY, "Quantity"),
            (name::QUANTITY_AS_DECIMAL, "QuantityAsDecimal"),
            (name::ALLOCATIONS, "UsageAllocations"),
            (name::ACCOUNT, "CustomerAWSAccountId"),
            (name::LICENSE_ARN, "LicenseArn"),
            (name::ALLOCATED, "AllocatedUsageQuantity"),
            (name::ALLOCATED_AS_DECIMAL, "AllocatedUsageQuantityAsDecimal"),
            (name::TAGS, "Tags"),
            (name::KEY, "Key"),
            (name::VALUE, "Value"),
        ] {
            assert_eq!(NAMES[number - 1], alloc::format!("\"{written}\":"));
        }
    }
}
