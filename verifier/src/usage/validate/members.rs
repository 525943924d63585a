//! Members of objects: known or not, present or not, of the right JSON type or not.

use alloc::string::String;

use super::place::Place;
use super::quantity::{OF_METER_USAGE, OF_RECORD};
use super::source;
use super::spelling::nearest;
use super::vocabulary::VOCABULARY;
use super::walk::{Finding, Walk};
use crate::json::{Index, Node, Text, Type, Vocabulary};
use crate::text::text;
use crate::usage::text::{clip, quote};
use crate::usage::value_error::ValueError;
use crate::usage::violation::ViolationCode;

/// What became of a member: what is wrong has been reported already.
#[derive(Clone, Copy)]
pub(super) enum Field<T> {
    Absent,
    Wrong,
    Given(T),
}

impl<T> Field<T> {
    pub(super) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    pub(super) fn given(self) -> Option<T> {
        match self {
            Self::Given(value) => Some(value),
            Self::Absent | Self::Wrong => None,
        }
    }
}

/// A shape of the service model: its name and its members.
pub(super) struct Shape {
    pub(super) name: &'static str,
    /// [`MAX_MEMBERS`] at most.
    pub(super) members: &'static [&'static str],
    pub(super) source: &'static str,
    /// The slot of each name of the vocabulary, from 1; 0 for one that is not the shape's.
    slots: [u8; Vocabulary::MOST + 1],
}

/// A member of a shape, by its place among them.
#[derive(Clone, Copy)]
pub(super) struct Slot(pub(super) usize);

/// The most members that a shape has.
pub(super) const MAX_MEMBERS: usize = 8;

impl Shape {
    /// A shape whose members are all in the vocabulary.
    pub(super) const fn new(
        name: &'static str,
        members: &'static [&'static str],
        source: &'static str,
    ) -> Self {
        let mut slots = [0; Vocabulary::MOST + 1];
        let mut slot = 0;
        while slot < members.len() {
            let number = VOCABULARY.number_of(members[slot]);
            assert!(number > 0 && slot < MAX_MEMBERS);
            slots[number] = slot as u8 + 1;
            slot += 1;
        }
        Self { name, members, source, slots }
    }

    /// The slot of a member.
    #[inline]
    fn slot(&self, index: &Index<'_>, member: &Node) -> Option<usize> {
        let number = if member.name.is_escaped {
            let name = index.name(member.name);
            let is_name = |known: &&str| *known == name;
            return self.members.iter().position(is_name);
        } else {
            usize::from(member.number)
        };
        self.slots.get(number).and_then(|slot| usize::from(*slot).checked_sub(1))
    }

    pub(super) fn member(&self, slot: Slot) -> &'static str {
        self.members.get(slot.0).copied().unwrap_or_default()
    }
}

/// An object of the document.
#[derive(Clone, Copy)]
pub(super) struct Object<'i, 'a, 'p> {
    pub(super) index: &'i Index<'a>,
    pub(super) place: &'p Place<'p>,
    pub(super) shape: &'static Shape,
    /// Where in the index each member of the shape stands; 0, the document itself, for none.
    slots: [usize; MAX_MEMBERS],
}

impl<'i, 'a, 'p> Object<'i, 'a, 'p> {
    /// Takes a value as an object of a shape, and warns of members that the shape lacks.
    pub(super) fn open(
        walk: &mut Walk<'_>,
        index: &'i Index<'a>,
        node: usize,
        place: &'p Place<'p>,
        shape: &'static Shape,
    ) -> Option<Self> {
        let value = index.get(node)?;
        if value.kind != Type::Object {
            wrong_type(walk, index, value, place, "an object", shape.source);
            return None;
        }
        let mut slots = [0; MAX_MEMBERS];
        let mut knows_all = true;
        for (at, member) in index.children(node) {
            match shape.slot(index, member).and_then(|slot| slots.get_mut(slot)) {
                Some(slot) => *slot = at,
                None => knows_all = false,
            }
        }
        if !knows_all {
            unknown_members(walk, index, node, place, shape);
        }
        Some(Self { index, place, shape, slots })
    }

    /// A member; one that is null counts as absent, as AWS JSON has it.
    #[inline]
    pub(super) fn get(&self, slot: Slot) -> Option<&'i Node> {
        self.get_or_null(slot).filter(|node| node.kind != Type::Null)
    }

    /// A member, be it null.
    #[inline]
    pub(super) fn get_or_null(&self, slot: Slot) -> Option<&'i Node> {
        match self.node(slot) {
            0 => None,
            node => self.index.get(node),
        }
    }

    /// A member's place in the index.
    #[inline]
    pub(super) fn node(&self, slot: Slot) -> usize {
        self.slots.get(slot.0).copied().unwrap_or_default()
    }

    /// Where a member's value stands.
    pub(super) fn at<'o>(&'o self, slot: Slot, node: &Node) -> Place<'o>
    where
        'p: 'o,
    {
        self.place.member(self.shape.member(slot), node.span)
    }

    /// A member's text, once it has passed its type's check.
    #[inline]
    pub(super) fn text(
        &self,
        walk: &mut Walk<'_>,
        slot: Slot,
        code: ViolationCode,
        source: &'static str,
        check: fn(&str) -> Result<(), ValueError>,
    ) -> Field<Text> {
        let Some(node) = self.get(slot) else {
            return Field::Absent;
        };
        match node.text() {
            Some(text) if !text.is_escaped => match check(text.written(self.index.document())) {
                Ok(()) => Field::Given(text),
                Err(error) => self.wrong_text(walk, (slot, node), code, source, &error),
            },
            _ => self.unusual_text(walk, (slot, node), code, source, check),
        }
    }

    /// A text with escapes, or no text.
    #[cold]
    fn unusual_text(
        &self,
        walk: &mut Walk<'_>,
        (slot, node): (Slot, &Node),
        code: ViolationCode,
        source: &'static str,
        check: fn(&str) -> Result<(), ValueError>,
    ) -> Field<Text> {
        let Some(text) = node.text() else {
            wrong_type(walk, self.index, node, &self.at(slot, node), "a string", source);
            return Field::Wrong;
        };
        match check(&text.content(self.index.document())) {
            Ok(()) => Field::Given(text),
            Err(error) => self.wrong_text(walk, (slot, node), code, source, &error),
        }
    }

    #[cold]
    fn wrong_text(
        &self,
        walk: &mut Walk<'_>,
        (slot, node): (Slot, &Node),
        code: ViolationCode,
        source: &'static str,
        error: &ValueError,
    ) -> Field<Text> {
        walk.report(&self.at(slot, node), code, || Finding {
            actual: quote(&self.index.string(node).unwrap_or_default()),
            limit: error.limit(),
            source,
            message: error.message(),
        });
        Field::Wrong
    }

    /// Whether a member is the empty string, which some SDKs send for "not set".
    pub(super) fn is_empty_text(&self, slot: Slot) -> bool {
        // No escape stands for nothing: only the two quotation marks are empty.
        self.get(slot).is_some_and(|node| {
            node.kind == Type::String && node.span.end - node.span.start == "\"\"".len()
        })
    }

    /// Reports a required member that is absent.
    #[cold]
    pub(super) fn lacks(&self, walk: &mut Walk<'_>, slot: Slot) {
        let (shape, name) = (self.shape, self.shape.member(slot));
        walk.report(self.place, ViolationCode::MissingMember, || Finding {
            actual: "absent".into(),
            limit: text!(name, " is required"),
            source: shape.source,
            message: text!(shape.name, " has no ", name, "; add it"),
        });
    }
}

#[cold]
pub(super) fn wrong_type(
    walk: &mut Walk<'_>,
    index: &Index<'_>,
    node: &Node,
    place: &Place<'_>,
    expected: &'static str,
    source: &'static str,
) {
    walk.report(place, ViolationCode::WrongType, || Finding {
        actual: node.type_name().into(),
        limit: expected.into(),
        source,
        message: text!(
            "found ",
            found(index, node),
            " where AWS takes ",
            expected,
            "; write ",
            expected
        ),
    });
}

/// Reports a member that the chosen edition does not have.
#[cold]
pub(super) fn not_in_edition(walk: &mut Walk<'_>, place: &Place<'_>, member: &str) {
    let edition = walk.rules.edition();
    walk.report(place, ViolationCode::NotInEdition, || Finding {
        actual: member.into(),
        limit: text!("the members of the edition of ", edition.code()),
        source: edition.source(),
        message: text!(
            member,
            " is unknown to the edition of ",
            edition.code(),
            "; leave it out, or check by the current rules"
        ),
    });
}

/// The value in words, short.
fn found(index: &Index<'_>, node: &Node) -> String {
    match node.kind {
        Type::Null => "null".into(),
        Type::True => "true".into(),
        Type::False => "false".into(),
        Type::Number => text!("the number ", clip(index.slice(node.span))),
        Type::String | Type::EscapedString => {
            text!("the string ", quote(&index.string(node).unwrap_or_default()))
        }
        Type::Array => "an array".into(),
        Type::Object => "an object".into(),
    }
}

#[cold]
fn unknown_members(
    walk: &mut Walk<'_>,
    index: &Index<'_>,
    object: usize,
    place: &Place<'_>,
    shape: &'static Shape,
) {
    let mut lacks_quantity = true;
    for (_, member) in index.children(object) {
        let slot = shape.slot(index, member);
        lacks_quantity &= !slot.is_some_and(|slot| is_billed(shape.member(Slot(slot))));
    }
    for (_, member) in index.children(object) {
        if shape.slot(index, member).is_none() {
            unknown_member(walk, &index.name(member.name), member, place, shape, lacks_quantity);
        }
    }
}

fn unknown_member(
    walk: &mut Walk<'_>,
    written: &str,
    member: &Node,
    place: &Place<'_>,
    shape: &'static Shape,
    lacks_quantity: bool,
) {
    let at = place.member(written, member.name.span());
    walk.report(&at, ViolationCode::UnknownMember, || {
        let name = clip(written);
        let mut message =
            text!(name.as_str(), " is no member of ", shape.name, ", so AWS ignores it");
        let more = match nearest(written, shape.members) {
            Some(near) if lacks_quantity && is_billed(near) => {
                text!(" and bills 0; did you mean ", near, "?")
            }
            Some(near) => text!("; did you mean ", near, "?"),
            None => "; leave it out".into(),
        };
        message.push_str(&more);
        let limit = shape.members.join(", ");
        Finding { actual: name, limit, source: source::AWS_JSON, message }
    });
}

/// Whether the member holds what a record or MeterUsage is billed by.
fn is_billed(name: &str) -> bool {
    [&OF_RECORD, &OF_METER_USAGE]
        .iter()
        .any(|members| name == members.whole_name() || name == members.decimal_name())
}
