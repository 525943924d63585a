//! The tags of one allocation.

use core::ops::Range;

use super::allocations::TAGS;
use super::members::{Field, Object, Shape, Slot, wrong_type};
use super::parts::{Parts, TagText};
use super::place::Place;
use super::source;
use super::walk::{Finding, Walk};
use crate::json::{Index, Text, Type};
use crate::text::text;
use crate::usage::identifiers::{TagKey, TagValue, uncertain_tag_character};
use crate::usage::limits::MAX_TAGS;
use crate::usage::text::debug_char;
use crate::usage::violation::ViolationCode;

const TAG: Shape = Shape { name: "Tag", members: &["Key", "Value"], source: source::TAG };

const KEY: Slot = Slot(0);
const VALUE: Slot = Slot(1);

/// The tags of an allocation; none given make the untagged bucket.
pub(super) fn tag_set(
    walk: &mut Walk<'_>,
    parts: &mut Parts<'_>,
    allocation: &Object<'_, '_, '_>,
) -> Field<Range<usize>> {
    let mark = parts.mark();
    let Some(list) = allocation.get(TAGS) else {
        return Field::Given(parts.tags_since(mark));
    };
    let (index, place) = (allocation.index, allocation.at(TAGS, list));
    if list.kind != Type::Array {
        wrong_type(walk, index, list, &place, "an array", source::TAG_LIST);
        return Field::Wrong;
    }
    let has_right_count = (1..=MAX_TAGS).contains(&list.count);
    if !has_right_count {
        wrong_count(walk, list.count, &place);
    }
    let mut are_right = has_right_count;
    for (number, (node, element)) in allocation.elements(TAGS).enumerate() {
        match tag(walk, (index, node), &place.element(number, element.span)) {
            Some((key, value)) => {
                parts.push_tag(TagText { key, value, number, span: element.span });
            }
            None => are_right = false,
        }
    }
    let tags = parts.tags_since(mark);
    if tags.len() > 1 {
        repeated_keys(walk, parts, &tags, &place);
    }
    if are_right {
        parts.sort_tags(&tags);
        return Field::Given(tags);
    }
    // Reported above: none, too many, or one of them wrong.
    parts.back_to(mark);
    Field::Wrong
}

fn wrong_count(walk: &mut Walk<'_>, count: usize, place: &Place<'_>) {
    let code = if count == 0 { ViolationCode::NoTags } else { ViolationCode::TooManyTags };
    walk.report(place, code, || Finding {
        actual: text!(count, " tags"),
        limit: text!("1 to ", MAX_TAGS, " tags"),
        source: source::TAG_LIST,
        message: if count == 0 {
            "Tags is empty; leave it out for the untagged bucket".into()
        } else {
            text!(count, " tags; AWS takes at most ", MAX_TAGS, " for an allocation, drop some")
        },
    });
}

/// A tag's key and value, where neither is wrong.
type KeyAndValue = (Text, Option<Text>);

fn tag(
    walk: &mut Walk<'_>,
    (index, node): (&Index<'_>, usize),
    place: &Place<'_>,
) -> Option<KeyAndValue> {
    let object = Object::open(walk, index, node, place, &TAG)?;
    let key = tag_key(walk, &object);
    let value = tag_value(walk, &object);
    key.zip(value)
}

fn tag_key(walk: &mut Walk<'_>, tag: &Object<'_, '_, '_>) -> Option<Text> {
    let code = ViolationCode::InvalidTagKey;
    let key = tag.text(walk, KEY, code, source::TAG_KEY, TagKey::check);
    match key {
        Field::Given(key) => uncertain(walk, tag, KEY, key, source::TAG_KEY),
        Field::Absent => tag.lacks(walk, KEY),
        Field::Wrong => {}
    }
    key.given()
}

fn tag_value(walk: &mut Walk<'_>, tag: &Object<'_, '_, '_>) -> Option<Option<Text>> {
    let Some(node) = tag.get_or_null(VALUE) else {
        tag.lacks(walk, VALUE);
        return None;
    };
    if node.kind == Type::Null {
        empty_value(walk, &tag.at(VALUE, node), "null");
        return Some(None);
    }
    let code = ViolationCode::InvalidTagValue;
    match tag.text(walk, VALUE, code, source::TAG_VALUE, TagValue::check) {
        Field::Given(value) => {
            if value.len() == 0 {
                empty_value(walk, &tag.at(VALUE, node), "empty");
            }
            uncertain(walk, tag, VALUE, value, source::TAG_VALUE);
            Some(Some(value))
        }
        Field::Absent | Field::Wrong => None,
    }
}

fn empty_value(walk: &mut Walk<'_>, place: &Place<'_>, actual: &str) {
    walk.report(place, ViolationCode::EmptyTagValue, || Finding {
        actual: actual.into(),
        limit: "at least 1 character".into(),
        source: source::TAG_VALUE,
        message: text!(
            "tag Value is ",
            actual,
            "; AWS's text allows it, its length rule does not: give a value to be sure"
        ),
    });
}

/// Warns of a character that only the literal reading of AWS's pattern admits.
fn uncertain(
    walk: &mut Walk<'_>,
    tag: &Object<'_, '_, '_>,
    slot: Slot,
    text: Text,
    source: &'static str,
) {
    let character = uncertain_tag_character(&text.content(tag.index.document()));
    let (Some(character), Some(node)) = (character, tag.get(slot)) else {
        return;
    };
    walk.report(&tag.at(slot, node), ViolationCode::UncertainTagCharacter, || {
        let character = debug_char(character);
        let message = text!(
            "tag ",
            TAG.member(slot),
            " holds ",
            character.as_str(),
            ", which AWS's pattern admits only by the letter; use letters, digits, space or + - = . _ : / @ to be sure"
        );
        Finding {
            actual: character,
            limit: "letters, digits, space and + - = . _ : / @".into(),
            source,
            message,
        }
    });
}

/// AWS calls tags a set and says nothing of keys: one key with two values may be refused.
fn repeated_keys(
    walk: &mut Walk<'_>,
    parts: &mut Parts<'_>,
    tags: &Range<usize>,
    list: &Place<'_>,
) {
    // A hostile list may have a hundred thousand tags, and must not take quadratic time.
    const FEW: usize = 16;
    let is_long = tags.len() > FEW;
    parts.begin_keys();
    for at in tags.clone() {
        let is_second =
            if is_long { parts.adds_key_again(at) } else { parts.has_key_before(tags, at) };
        if is_second && let [tag] = parts.tags(&(at..at + 1)) {
            repeated_key(walk, parts, tag, list);
        }
    }
}

fn repeated_key(walk: &mut Walk<'_>, parts: &Parts<'_>, tag: &TagText, list: &Place<'_>) {
    let at = list.element(tag.number, tag.span);
    let key = &*tag.key.content(parts.document());
    walk.report(&at, ViolationCode::RepeatedTagKey, || Finding {
        actual: key.into(),
        limit: "each key once".into(),
        source: source::TAG_LIST,
        message: text!("tag key ", key, " comes twice in one set; AWS may refuse it, keep one"),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_those_of_the_names() {
        assert_eq!((TAG.member(KEY), TAG.member(VALUE)), ("Key", "Value"));
    }
}
