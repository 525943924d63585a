//! The allocations of one record: each by itself, then all together.

use core::ops::Range;

use super::members::{Field, Object, Shape, Slot, not_in_edition, wrong_type};
use super::parts::{Part, Parts};
use super::place::Place;
use super::quantity::{OF_ALLOCATION, quantity};
use super::source;
use super::tags::tag_set;
use super::walk::{Finding, Walk};
use crate::json::{Index, Type};
use crate::text::text;
use crate::usage::limits::MAX_ALLOCATIONS;
use crate::usage::quantity::{Quantity, micros_to_text};
use crate::usage::violation::ViolationCode;

pub(super) const ALLOCATION: Shape = Shape {
    name: "UsageAllocation",
    members: &["AllocatedUsageQuantity", "AllocatedUsageQuantityAsDecimal", "Tags"],
    source: source::ALLOCATION,
};

pub(super) const TAGS: Slot = Slot(2);

/// The allocations of a record or of MeterUsage; none where the member is absent.
pub(super) fn allocations(
    walk: &mut Walk<'_>,
    parts: &mut Parts<'_>,
    object: &Object<'_, '_, '_>,
    slot: Slot,
    whole: Field<Quantity>,
) -> Field<Range<usize>> {
    let mark = parts.mark();
    let Some(list) = object.get(slot) else {
        return Field::Given(parts.since(mark));
    };
    let place = object.at(slot, list);
    if !walk.rules.has_allocations() {
        not_in_edition(walk, &place, "UsageAllocations");
        return Field::Wrong;
    }
    let index = object.index;
    if list.kind != Type::Array {
        wrong_type(walk, index, list, &place, "an array", source::ALLOCATIONS);
        return Field::Wrong;
    }
    if !(1..=MAX_ALLOCATIONS).contains(&list.count) {
        wrong_count(walk, list.count, &place);
    }
    let whole = whole.given();
    let mut sum = 0_u128;
    parts.begin_sets();
    for (number, (node, element)) in object.elements(slot).enumerate() {
        let at = place.element(number, element.span);
        let (quantity, tags) = allocation(walk, parts, (index, node), &at, whole);
        if let Some(tags) = &tags
            && list.count > 1
            && let Some(first) = parts.add_set(tags, number)
        {
            repeated_set(walk, parts, tags, (first, number), &at);
        }
        if let (Some(quantity), Some(tags)) = (quantity, tags) {
            sum += u128::from(quantity.micros());
            parts.push(Part { quantity, tags });
        }
    }
    let given = parts.since(mark);
    if given.len() < list.count {
        return Field::Wrong;
    }
    if let Some(whole) = whole
        && list.count > 0
        && sum != u128::from(whole.micros())
    {
        wrong_sum(walk, whole, sum, &place);
    }
    Field::Given(given)
}

fn wrong_count(walk: &mut Walk<'_>, count: usize, place: &Place<'_>) {
    let code = match count {
        0 => ViolationCode::NoAllocations,
        _ => ViolationCode::TooManyAllocations,
    };
    walk.report(place, code, || Finding {
        actual: text!(count, " allocations"),
        limit: text!("1 to ", MAX_ALLOCATIONS, " allocations"),
        source: source::ALLOCATIONS,
        message: if count == 0 {
            "UsageAllocations is empty; leave it out, or give at least one".into()
        } else {
            text!(
                count,
                " allocations; AWS takes at most ",
                MAX_ALLOCATIONS,
                " for a record, merge some"
            )
        },
    });
}

fn allocation(
    walk: &mut Walk<'_>,
    parts: &mut Parts<'_>,
    (index, node): (&Index<'_>, usize),
    place: &Place<'_>,
    whole: Option<Quantity>,
) -> (Option<Quantity>, Option<Range<usize>>) {
    let Some(object) = Object::open(walk, index, node, place, &ALLOCATION) else {
        return (None, None);
    };
    let part = quantity(walk, &object, &OF_ALLOCATION);
    if part.is_absent() {
        no_quantity(walk, place);
    }
    let part = part.given();
    if let (Some(part), Some(whole)) = (part, whole)
        && part.is_decimal() != whole.is_decimal()
    {
        other_kind(walk, &object, whole);
    }
    (part, tag_set(walk, parts, &object).given())
}

fn no_quantity(walk: &mut Walk<'_>, place: &Place<'_>) {
    let (whole, decimal) = (OF_ALLOCATION.whole_name(), OF_ALLOCATION.decimal_name());
    walk.report(place, ViolationCode::AllocationWithoutQuantity, || Finding {
        actual: "absent".into(),
        limit: text!(whole, " or ", decimal),
        source: source::ALLOCATION,
        message: text!(
            "the allocation has no quantity; give ",
            whole,
            " or ",
            decimal,
            ", as its record does"
        ),
    });
}

fn other_kind(walk: &mut Walk<'_>, allocation: &Object<'_, '_, '_>, whole: Quantity) {
    let (has, takes) = if whole.is_decimal() {
        (OF_ALLOCATION.whole, OF_ALLOCATION.decimal)
    } else {
        (OF_ALLOCATION.decimal, OF_ALLOCATION.whole)
    };
    let Some(node) = allocation.get(has) else {
        return;
    };
    let kind = if whole.is_decimal() { "a decimal" } else { "a whole number" };
    let place = allocation.at(has, node);
    let (has, takes) = (ALLOCATION.member(has), ALLOCATION.member(takes));
    walk.report(&place, ViolationCode::AllocationKind, || Finding {
        actual: has.into(),
        limit: takes.into(),
        source: source::ALLOCATION_SUM,
        message: text!(has, " beside a record's quantity that is ", kind, "; use ", takes),
    });
}

fn repeated_set(
    walk: &mut Walk<'_>,
    parts: &Parts<'_>,
    tags: &Range<usize>,
    (first, second): (usize, usize),
    place: &Place<'_>,
) {
    walk.report(place, ViolationCode::RepeatedTagSet, || {
        let tags = parts.shown(tags);
        let message = text!(
            "allocations ",
            first,
            " and ",
            second,
            " carry the same tags (",
            tags.as_str(),
            "); add them up into one"
        );
        Finding {
            actual: tags,
            limit: "each tag set once".into(),
            source: source::METER_REQUEST,
            message,
        }
    });
}

fn wrong_sum(walk: &mut Walk<'_>, whole: Quantity, sum: u128, place: &Place<'_>) {
    let target = u128::from(whole.micros());
    let more_or_less = if sum > target { " more" } else { " less" };
    walk.report(place, ViolationCode::AllocationSum, || {
        let actual = micros_to_text(sum);
        let message = text!(
            "allocations add up to ",
            actual.as_str(),
            ", ",
            micros_to_text(sum.abs_diff(target)),
            more_or_less,
            " than the quantity ",
            whole,
            "; make them equal"
        );
        Finding { actual, limit: text!(whole), source: source::ALLOCATION_SUM, message }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_those_of_the_names() {
        assert_eq!(ALLOCATION.member(TAGS), "Tags");
    }
}
