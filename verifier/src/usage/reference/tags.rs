//! The tags of one allocation.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;

use super::members::{Field, Object, Shape, wrong_type};
use super::place::Place;
use super::source;
use super::walk::{Finding, Walk};
use crate::json::{Kind, Value};
use crate::usage::allocation::{Tag, TagSet};
use crate::usage::identifiers::{TagKey, TagValue};
use crate::usage::limits::MAX_TAGS;
use crate::usage::violation::ViolationCode;

const TAG: Shape = Shape { name: "Tag", members: &["Key", "Value"], source: source::TAG };

/// The tags of an allocation; none given make the untagged bucket.
pub(super) fn tag_set(walk: &mut Walk<'_>, allocation: &Object<'_, '_>) -> Field<TagSet> {
    let Some((list, place)) = allocation.get("Tags") else {
        return Field::Given(TagSet::UNTAGGED);
    };
    let Kind::Array(elements) = &list.kind else {
        wrong_type(walk, list, &place, "an array", source::TAG_LIST);
        return Field::Wrong;
    };
    let count = elements.len();
    if count == 0 || count > MAX_TAGS {
        let code = if count == 0 { ViolationCode::NoTags } else { ViolationCode::TooManyTags };
        walk.report(&place, code, || Finding {
            actual: format!("{count} tags"),
            limit: format!("1 to {MAX_TAGS} tags"),
            source: source::TAG_LIST,
            message: if count == 0 {
                "Tags is empty; leave it out for the untagged bucket".into()
            } else {
                format!("{count} tags; AWS takes at most {MAX_TAGS} for an allocation, drop some")
            },
        });
    }
    let tags: Vec<Option<Tag>> = elements
        .iter()
        .enumerate()
        .map(|(index, element)| tag(walk, element, &place.element(index, element.span)))
        .collect();
    repeated_keys(walk, elements, &tags, &place);
    let tags: Option<Vec<Tag>> = tags.into_iter().collect();
    match tags.filter(|tags| !tags.is_empty()).map(TagSet::new) {
        Some(Ok(tags)) => Field::Given(tags),
        // Reported above: empty, too many, or one of them wrong.
        _ => Field::Wrong,
    }
}

fn tag(walk: &mut Walk<'_>, value: &Value<'_>, place: &Place<'_>) -> Option<Tag> {
    let object = Object::open(walk, value, place, &TAG)?;
    let key =
        object.parse(walk, "Key", ViolationCode::InvalidTagKey, source::TAG_KEY, TagKey::parse);
    if key.is_absent() {
        object.lacks(walk, "Key");
    }
    if let (Field::Given(key), Some((_, at))) = (&key, object.get("Key"))
        && let Some(character) = key.uncertain_character()
    {
        uncertain(walk, &at, "Key", character, source::TAG_KEY);
    }
    let value = tag_value(walk, &object);
    Some(Tag::new(key.given()?, value.given()?))
}

fn tag_value(walk: &mut Walk<'_>, tag: &Object<'_, '_>) -> Field<Option<TagValue>> {
    let Some((value, place)) = tag.get_or_null("Value") else {
        tag.lacks(walk, "Value");
        return Field::Absent;
    };
    if matches!(value.kind, Kind::Null) {
        empty_value(walk, &place, "null");
        return Field::Given(None);
    }
    let parsed = tag.parse(
        walk,
        "Value",
        ViolationCode::InvalidTagValue,
        source::TAG_VALUE,
        TagValue::parse,
    );
    match parsed {
        Field::Given(value) => {
            if value.as_str().is_empty() {
                empty_value(walk, &place, "empty");
            }
            if let Some(character) = value.uncertain_character() {
                uncertain(walk, &place, "Value", character, source::TAG_VALUE);
            }
            Field::Given(Some(value))
        }
        Field::Absent => Field::Absent,
        Field::Wrong => Field::Wrong,
    }
}

fn empty_value(walk: &mut Walk<'_>, place: &Place<'_>, actual: &str) {
    walk.report(place, ViolationCode::EmptyTagValue, || Finding {
            actual: actual.into(),
            limit: "at least 1 character".into(),
            source: source::TAG_VALUE,
            message: format!(
                "tag Value is {actual}; AWS's text allows it, its length rule does not: give a value to be sure"
            ),
        },
    );
}

fn uncertain(
    walk: &mut Walk<'_>,
    place: &Place<'_>,
    member: &str,
    character: char,
    source: &'static str,
) {
    walk.report(place, ViolationCode::UncertainTagCharacter, || Finding {
            actual: format!("{character:?}"),
            limit: "letters, digits, space and + - = . _ : / @".into(),
            source,
            message: format!(
                "tag {member} holds {character:?}, which AWS's pattern admits only by the letter; use letters, digits, space or + - = . _ : / @ to be sure"
            ),
        },
    );
}

/// AWS calls tags a set and says nothing of keys: one key with two values may be refused.
fn repeated_keys(
    walk: &mut Walk<'_>,
    elements: &[Value<'_>],
    tags: &[Option<Tag>],
    list: &Place<'_>,
) {
    let mut seen = BTreeSet::new();
    for (index, (element, tag)) in elements.iter().zip(tags).enumerate() {
        let Some(key) = tag.as_ref().map(|tag| tag.key().as_str()) else {
            continue;
        };
        if !seen.insert(key) {
            walk.report(&list.element(index, element.span), ViolationCode::RepeatedTagKey, || {
                Finding {
                    actual: key.into(),
                    limit: "each key once".into(),
                    source: source::TAG_LIST,
                    message: format!(
                        "tag key {key} comes twice in one set; AWS may refuse it, keep one"
                    ),
                }
            });
        }
    }
}
