//! Quantities and their allocation over tags.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use super::quantity::{Quantity, QuantityKind, write_millionths};
use crate::wire::{ErrorName, ServiceError, Tag, UsageAllocation};

/// "The tag is invalid, or the number of tags is greater than 5" (InvalidTagException).
const TAGS: RangeInclusive<usize> = 1..=5;
const TAG_KEY: RangeInclusive<usize> = 1..=100;
/// The model says 1 to 256 and required; its text says "the value can be empty or null".
const TAG_VALUE: RangeInclusive<usize> = 0..=256;

/// The tags of a bucket; empty for the untagged one.
type TagSet = BTreeMap<String, String>;

/// The quantity of a record, checked against its allocations. A quantity in neither member is
/// a whole 0.
pub(super) fn quantity(
    whole: Option<i64>,
    decimal: Option<&str>,
    allocations: Option<&[UsageAllocation]>,
) -> Result<Quantity, ServiceError> {
    let Some((kind, quantity)) =
        read(Some(whole.unwrap_or(0)).filter(|_| decimal.is_none()), decimal)
    else {
        // Out of range, or both members set: the constraints came first and refused it.
        return Err(ServiceError::new(ErrorName::ValidationException, "the quantity is not valid"));
    };
    if let Some(allocations) = allocations {
        check_allocations(kind, quantity, allocations)?;
    }
    Ok(quantity)
}

fn read(whole: Option<i64>, decimal: Option<&str>) -> Option<(QuantityKind, Quantity)> {
    match (whole, decimal) {
        (Some(whole), None) => Some((QuantityKind::Whole, Quantity::whole(whole)?)),
        (None, Some(text)) => Some((QuantityKind::Decimal, Quantity::decimal(text)?)),
        _ => None,
    }
}

fn check_allocations(
    kind: QuantityKind,
    quantity: Quantity,
    allocations: &[UsageAllocation],
) -> Result<(), ServiceError> {
    let mut buckets = BTreeSet::new();
    let mut sum = 0_u128;
    for (index, allocation) in allocations.iter().enumerate() {
        let refuse = |why: &str| {
            Err(ServiceError::new(
                ErrorName::InvalidUsageAllocationsException,
                format!("usage allocation {}: {why}", index + 1),
            ))
        };
        let tags = tag_set(allocation.tags.as_deref())?;
        let decimal = allocation.allocated_usage_quantity_as_decimal.as_deref();
        match read(allocation.allocated_usage_quantity, decimal) {
            None => return refuse("exactly one allocated usage quantity must be set"),
            Some((other, _)) if other != kind => {
                return refuse("its quantity must be of the record's kind, whole or decimal");
            }
            Some((_, part)) => sum += u128::from(part.millionths()),
        }
        if !buckets.insert(tags) {
            return refuse("another one has the same tags");
        }
    }
    if sum != u128::from(quantity.millionths()) {
        return Err(ServiceError::new(
            ErrorName::InvalidUsageAllocationsException,
            format!("the allocations add up to {}, not {quantity}", write_millionths(sum)),
        ));
    }
    Ok(())
}

fn tag_set(tags: Option<&[Tag]>) -> Result<TagSet, ServiceError> {
    let refuse = |why: String| Err(ServiceError::new(ErrorName::InvalidTagException, why));
    let Some(tags) = tags else { return Ok(TagSet::new()) };
    if !TAGS.contains(&tags.len()) {
        return refuse(format!("an allocation has 1 to 5 tags or no tag list, not {}", tags.len()));
    }
    let mut set = TagSet::new();
    for tag in tags {
        let Some(key) = tag.key.as_deref() else { return refuse("a tag needs a key".into()) };
        let value = tag.value.as_deref().unwrap_or_default();
        if !is_tag_text(key, &TAG_KEY) {
            return refuse(format!("tag key '{key}' is not valid"));
        }
        if !is_tag_text(value, &TAG_VALUE) {
            return refuse(format!("the value of tag '{key}' is not valid"));
        }
        if set.insert(key.into(), value.into()).is_some() {
            return refuse(format!("tag key '{key}' occurs twice in one allocation"));
        }
    }
    Ok(set)
}

/// `^[a-zA-Z0-9+ -=._:\/@]+$`, read to the letter: ` -=` is a range, from space to equals sign.
fn is_tag_text(text: &str, sizes: &RangeInclusive<usize>) -> bool {
    sizes.contains(&text.len())
        && text.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || (b' '..=b'=').contains(&byte) || b"_@".contains(&byte)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(key: &str, value: &str) -> Tag {
        Tag { key: Some(key.into()), value: Some(value.into()) }
    }

    fn whole(quantity: i64, tags: &[Tag]) -> UsageAllocation {
        UsageAllocation {
            allocated_usage_quantity: Some(quantity),
            tags: (!tags.is_empty()).then(|| tags.to_vec()),
            ..UsageAllocation::default()
        }
    }

    fn decimal(text: &str) -> UsageAllocation {
        UsageAllocation {
            allocated_usage_quantity_as_decimal: Some(text.into()),
            ..UsageAllocation::default()
        }
    }

    fn refusal(
        whole: Option<i64>,
        decimal: Option<&str>,
        allocations: &[UsageAllocation],
    ) -> (ErrorName, String) {
        let error = quantity(whole, decimal, Some(allocations)).expect_err("must be refused");
        (error.name, error.message)
    }

    #[test]
    fn allocations_add_up_exactly() {
        let halves = [whole(2, &[tag("a", "1")]), whole(3, &[])];
        assert_eq!(quantity(Some(5), None, Some(&halves)), Ok(Quantity::whole(5).expect("5")));
        assert_eq!(
            refusal(Some(6), None, &halves),
            (
                ErrorName::InvalidUsageAllocationsException,
                "the allocations add up to 5, not 6".into()
            )
        );
        assert_eq!(
            quantity(None, Some("0.3"), Some(&[decimal("0.300000")])),
            Ok(Quantity::decimal("0.3").expect("0.3"))
        );
        let zero = quantity(None, None, Some(&[whole(0, &[])]));
        assert_eq!(zero, Ok(Quantity::default()));
    }

    #[test]
    fn the_largest_sum_does_not_wrap() {
        let tags = |index: usize| UsageAllocation {
            tags: Some(vec![tag("bucket", &index.to_string())]),
            ..decimal("9999999999.999999")
        };
        let many: Vec<_> = (0..2500).map(tags).collect();
        assert_eq!(
            refusal(None, Some("1"), &many).1,
            "the allocations add up to 24999999999999.9975, not 1"
        );
    }

    #[test]
    fn kinds_must_not_mix() {
        let message =
            "usage allocation 1: its quantity must be of the record's kind, whole or decimal";
        assert_eq!(refusal(Some(1), None, &[decimal("1")]).1, message);
        assert_eq!(refusal(None, Some("1"), &[whole(1, &[])]).1, message);
        assert_eq!(
            refusal(Some(0), None, &[UsageAllocation::default()]).1,
            "usage allocation 1: exactly one allocated usage quantity must be set"
        );
    }

    #[test]
    fn a_bucket_occurs_once_whatever_the_order_of_its_tags() {
        let allocations =
            [whole(1, &[tag("a", "1"), tag("b", "2")]), whole(1, &[tag("b", "2"), tag("a", "1")])];
        assert_eq!(
            refusal(Some(2), None, &allocations).1,
            "usage allocation 2: another one has the same tags"
        );
    }

    #[test]
    fn broken_tags_are_invalid_tags() {
        let six: Vec<_> = ["a", "b", "c", "d", "e", "f"].map(|key| tag(key, "1")).into();
        let cases = [
            (whole(1, &six), "an allocation has 1 to 5 tags or no tag list, not 6"),
            (
                UsageAllocation { tags: Some(vec![]), ..whole(1, &[]) },
                "an allocation has 1 to 5 tags or no tag list, not 0",
            ),
            (whole(1, &[tag("", "1")]), "tag key '' is not valid"),
            (whole(1, &[tag("ä", "1")]), "tag key 'ä' is not valid"),
            (whole(1, &[tag("a?", "1")]), "tag key 'a?' is not valid"),
            (
                whole(1, &[tag(&"a".repeat(101), "1")]),
                &format!("tag key '{}' is not valid", "a".repeat(101)),
            ),
            (whole(1, &[tag("a", &"v".repeat(257))]), "the value of tag 'a' is not valid"),
            (whole(1, &[Tag { key: None, value: Some("a".into()) }]), "a tag needs a key"),
            (
                whole(1, &[tag("a", "1"), tag("a", "2")]),
                "tag key 'a' occurs twice in one allocation",
            ),
        ];
        for (allocation, message) in cases {
            assert_eq!(
                refusal(Some(1), None, &[allocation]),
                (ErrorName::InvalidTagException, message.to_owned())
            );
        }
        let empty = [tag("a", ""), Tag { key: Some("b".into()), value: None }];
        assert!(quantity(Some(1), None, Some(&[whole(1, &empty)])).is_ok());
        assert!(is_tag_text("a-Z 0+.:/=_@!\"#$%&'()*,;<", &TAG_KEY));
    }
}
