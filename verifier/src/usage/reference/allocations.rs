//! The allocations of one record: each by itself, then all together.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec::Vec;

use super::members::{Field, Object, Shape, not_in_edition, wrong_type};
use super::place::Place;
use super::quantity::{OF_ALLOCATION, quantity};
use super::source;
use super::tags::tag_set;
use super::walk::{Finding, Walk};
use crate::json::{Kind, Value};
use crate::usage::allocation::{TagSet, UsageAllocation};
use crate::usage::limits::MAX_ALLOCATIONS;
use crate::usage::quantity::{Quantity, micros_to_text};
use crate::usage::violation::ViolationCode;

const ALLOCATION: Shape = Shape {
    name: "UsageAllocation",
    members: &["AllocatedUsageQuantity", "AllocatedUsageQuantityAsDecimal", "Tags"],
    source: source::ALLOCATION,
};

/// The allocations of a record or of MeterUsage; none where the member is absent.
pub(super) fn allocations(
    walk: &mut Walk<'_>,
    object: &Object<'_, '_>,
    whole: Field<&Quantity>,
) -> Field<Vec<UsageAllocation>> {
    let Some((list, place)) = object.get("UsageAllocations") else {
        return Field::Given(Vec::new());
    };
    if !walk.rules.has_allocations() {
        not_in_edition(walk, &place, "UsageAllocations");
        return Field::Wrong;
    }
    let Kind::Array(elements) = &list.kind else {
        wrong_type(walk, list, &place, "an array", source::ALLOCATIONS);
        return Field::Wrong;
    };
    count(walk, elements.len(), &place);
    let whole = whole.given().copied();
    let mut parts = Vec::with_capacity(elements.len());
    let mut buckets = BTreeMap::new();
    for (index, element) in elements.iter().enumerate() {
        let at = place.element(index, element.span);
        let (quantity, tags) = allocation(walk, element, &at, whole);
        if let Some(tags) = &tags {
            bucket_once(walk, &mut buckets, tags, index, &at);
        }
        parts.push(quantity.zip(tags).map(|(quantity, tags)| UsageAllocation::new(quantity, tags)));
    }
    let Some(parts) = parts.into_iter().collect::<Option<Vec<_>>>() else {
        return Field::Wrong;
    };
    if let Some(whole) = whole {
        sum(walk, whole, &parts, &place);
    }
    Field::Given(parts)
}

fn count(walk: &mut Walk<'_>, count: usize, place: &Place<'_>) {
    let code = match count {
        0 => ViolationCode::NoAllocations,
        1..=MAX_ALLOCATIONS => return,
        _ => ViolationCode::TooManyAllocations,
    };
    walk.report(place, code, || Finding {
        actual: format!("{count} allocations"),
        limit: format!("1 to {MAX_ALLOCATIONS} allocations"),
        source: source::ALLOCATIONS,
        message: if count == 0 {
            "UsageAllocations is empty; leave it out, or give at least one".into()
        } else {
            format!(
                "{count} allocations; AWS takes at most {MAX_ALLOCATIONS} for a record, merge some"
            )
        },
    });
}

fn allocation(
    walk: &mut Walk<'_>,
    value: &Value<'_>,
    place: &Place<'_>,
    whole: Option<Quantity>,
) -> (Option<Quantity>, Option<TagSet>) {
    let Some(object) = Object::open(walk, value, place, &ALLOCATION) else {
        return (None, None);
    };
    let part = quantity(walk, &object, &OF_ALLOCATION);
    if part.is_absent() {
        walk.report(place, ViolationCode::AllocationWithoutQuantity, || Finding {
            actual: "absent".into(),
            limit: format!("{} or {}", OF_ALLOCATION.whole, OF_ALLOCATION.decimal),
            source: source::ALLOCATION,
            message: format!(
                "the allocation has no quantity; give {} or {}, as its record does",
                OF_ALLOCATION.whole, OF_ALLOCATION.decimal
            ),
        });
    }
    let part = part.given();
    if let (Some(part), Some(whole)) = (part, whole)
        && part.is_decimal() != whole.is_decimal()
    {
        kind(walk, &object, whole);
    }
    (part, tag_set(walk, &object).given())
}

fn kind(walk: &mut Walk<'_>, allocation: &Object<'_, '_>, whole: Quantity) {
    let (has, takes) = if whole.is_decimal() {
        (OF_ALLOCATION.whole, OF_ALLOCATION.decimal)
    } else {
        (OF_ALLOCATION.decimal, OF_ALLOCATION.whole)
    };
    let Some((_, place)) = allocation.get(has) else {
        return;
    };
    let kind = if whole.is_decimal() { "a decimal" } else { "a whole number" };
    walk.report(&place, ViolationCode::AllocationKind, || Finding {
        actual: has.into(),
        limit: takes.into(),
        source: source::ALLOCATION_SUM,
        message: format!("{has} beside a record's quantity that is {kind}; use {takes}"),
    });
}

fn bucket_once(
    walk: &mut Walk<'_>,
    buckets: &mut BTreeMap<TagSet, usize>,
    tags: &TagSet,
    index: usize,
    place: &Place<'_>,
) {
    let first = *buckets.entry(tags.clone()).or_insert(index);
    if first == index {
        return;
    }
    walk.report(place, ViolationCode::RepeatedTagSet, || Finding {
        actual: format!("{tags}"),
        limit: "each tag set once".into(),
        source: source::METER_REQUEST,
        message: format!(
            "allocations {first} and {index} carry the same tags ({tags}); add them up into one"
        ),
    });
}

fn sum(walk: &mut Walk<'_>, whole: Quantity, parts: &[UsageAllocation], place: &Place<'_>) {
    let sum: u128 = parts.iter().map(|part| u128::from(part.quantity().micros())).sum();
    let target = u128::from(whole.micros());
    if parts.is_empty() || sum == target {
        return;
    }
    let difference = micros_to_text(sum.abs_diff(target));
    let (sum, more_or_less) = (micros_to_text(sum), if sum > target { "more" } else { "less" });
    walk.report(place, ViolationCode::AllocationSum, || Finding {
            actual: sum.clone(),
            limit: format!("{whole}"),
            source: source::ALLOCATION_SUM,
            message: format!(
                "allocations add up to {sum}, {difference} {more_or_less} than the quantity {whole}; make them equal"
            ),
        },
    );
}
