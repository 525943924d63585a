//! Whose part it is: usage split by tags, as AWS spells it or in short.

use meterproof::json::Value;
use meterproof::usage::limits::{MAX_ALLOCATIONS, MAX_TAGS};
use meterproof::usage::{
    AllocationError, Quantity, Tag, TagKey, TagSet, TagValue, UsageAllocation,
};

use super::object::{Field, Object, Result, Shape};
use super::place::Place;
use super::problem::EventProblem;
use super::quantity::{OF_ALLOCATION, quantity};

const ALLOCATION: Shape = Shape {
    name: "an allocation",
    members: &["AllocatedUsageQuantity", "AllocatedUsageQuantityAsDecimal", "Tags"],
};

const TAG: Shape = Shape { name: "a tag", members: &["Key", "Value"] };

/// The allocations of an event: `UsageAllocations`, or one of the whole quantity for `Tags`; none
/// where neither is given.
pub(super) fn allocations(
    object: &Object<'_, '_>,
    whole: Quantity,
) -> Result<Vec<UsageAllocation>> {
    match (object.get("Tags"), object.get("UsageAllocations")) {
        (None, None) => Ok(Vec::new()),
        (Some(tags), None) => Ok(vec![UsageAllocation::new(whole, tag_set(&tags)?)]),
        (None, Some(list)) => listed(&list),
        (Some(tags), Some(_)) => tags.fault(EventProblem::TagsWithAllocations),
    }
}

fn listed(list: &Field<'_, '_>) -> Result<Vec<UsageAllocation>> {
    let elements = list.elements()?;
    match elements.len() {
        0 => return list.fault(EventProblem::NoAllocations),
        1..=MAX_ALLOCATIONS => {}
        actual => {
            return list.fault(EventProblem::Allocation(AllocationError::TooMany { actual }));
        }
    }
    let place = list.place();
    elements
        .iter()
        .enumerate()
        .map(|(index, element)| allocation(element, &place.element(index)))
        .collect()
}

fn allocation(value: &Value<'_>, place: &Place<'_>) -> Result<UsageAllocation> {
    let object = Object::open(value, place, &ALLOCATION)?;
    let Some(quantity) = quantity(&object, &OF_ALLOCATION)? else {
        return object.lacks(OF_ALLOCATION.either);
    };
    let tags = match object.get("Tags") {
        None => TagSet::UNTAGGED,
        Some(tags) => tag_set(&tags)?,
    };
    Ok(UsageAllocation::new(quantity, tags))
}

fn tag_set(list: &Field<'_, '_>) -> Result<TagSet> {
    let elements = list.elements()?;
    match elements.len() {
        0 => return list.fault(EventProblem::NoTags),
        1..=MAX_TAGS => {}
        actual => {
            return list.fault(EventProblem::Allocation(AllocationError::TooManyTags { actual }));
        }
    }
    let place = list.place();
    let mut tags: Vec<Tag> = Vec::with_capacity(elements.len());
    for (second, element) in elements.iter().enumerate() {
        let tag = tag(element, &place.element(second))?;
        // Which of two values a key has is nothing to guess: AWS calls the tags a set.
        if let Some(first) = tags.iter().position(|earlier| earlier.key() == tag.key()) {
            return list.fault_at(second, EventProblem::RepeatedTagKey { first, second });
        }
        tags.push(tag);
    }
    match TagSet::new(tags) {
        Ok(tags) => Ok(tags),
        Err(error) => list.fault(EventProblem::Allocation(error)),
    }
}

fn tag(value: &Value<'_>, place: &Place<'_>) -> Result<Tag> {
    let object = Object::open(value, place, &TAG)?;
    let key = object.require(&["Key"])?.parse(TagKey::parse)?;
    // AWS's text allows a value that is null or empty; one that is not there may be misspelt.
    let Some(value) = object.get_or_null("Value") else {
        return object.lacks(&["Value"]);
    };
    let value = if value.value.is_null() { None } else { Some(value.parse(TagValue::parse)?) };
    Ok(Tag::new(key, value))
}
