//! Members of objects: known or not, present or not, of the right JSON type or not.

use alloc::string::String;

use super::place::Place;
use super::quantity::{OF_METER_USAGE, OF_RECORD};
use super::source;
use super::spelling::nearest;
use super::walk::{Finding, Walk};
use crate::json::{Index, Node, Text, Type};
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
    pub(super) members: &'static [&'static str],
    pub(super) source: &'static str,
}

/// A member of a shape, by its place among them.
#[derive(Clone, Copy)]
pub(super) struct Slot(pub(super) usize);

impl Shape {
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
    node: usize,
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
        let name = |member: &Node| index.name(member.name);
        let is_known = |member: &Node| shape.members.contains(&&*name(member));
        let members = || index.children(node).map(|(_, member)| member);
        let lacks_quantity = !members().any(|member| is_known(member) && is_billed(&name(member)));
        for member in members().filter(|member| !is_known(member)) {
            unknown_member(walk, &name(member), member, place, shape, lacks_quantity);
        }
        Some(Self { index, place, shape, node })
    }

    /// A member; one that is null counts as absent, as AWS JSON has it.
    pub(super) fn get(&self, slot: Slot) -> Option<&'i Node> {
        self.get_or_null(slot).filter(|node| node.kind != Type::Null)
    }

    /// A member, be it null.
    pub(super) fn get_or_null(&self, slot: Slot) -> Option<&'i Node> {
        self.find(slot).map(|(_, node)| node)
    }

    /// The elements of a member that is an array.
    pub(super) fn elements(&self, slot: Slot) -> impl Iterator<Item = (usize, &'i Node)> + use<'i> {
        let list = self.find(slot).map(|(at, _)| self.index.children(at));
        list.into_iter().flatten()
    }

    /// A member's place in the index, and the member.
    fn find(&self, slot: Slot) -> Option<(usize, &'i Node)> {
        let name = self.shape.member(slot);
        self.index.children(self.node).find(|(_, member)| self.index.name(member.name) == name)
    }

    /// Where a member's value stands.
    pub(super) fn at<'o>(&'o self, slot: Slot, node: &Node) -> Place<'o>
    where
        'p: 'o,
    {
        self.place.member(self.shape.member(slot), node.span)
    }

    /// A member's text, once it has passed its type's check.
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
        let Some(text) = node.text() else {
            wrong_type(walk, self.index, node, &self.at(slot, node), "a string", source);
            return Field::Wrong;
        };
        let content = text.content(self.index.document());
        match check(&content) {
            Ok(()) => Field::Given(text),
            Err(error) => {
                walk.report(&self.at(slot, node), code, || Finding {
                    actual: quote(&content),
                    limit: error.limit(),
                    source,
                    message: error.message(),
                });
                Field::Wrong
            }
        }
    }

    /// Whether a member is the empty string, which some SDKs send for "not set".
    pub(super) fn is_empty_text(&self, slot: Slot) -> bool {
        // No escape stands for nothing: only the two quotation marks are empty.
        self.get(slot).is_some_and(|node| {
            node.kind == Type::String && node.span.end - node.span.start == "\"\"".len()
        })
    }

    /// Reports a required member that is absent.
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
