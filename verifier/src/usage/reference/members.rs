//! Members of objects: known or not, present or not, of the right JSON type or not.

use alloc::format;
use alloc::string::String;

use super::place::Place;
use super::quantity::{OF_METER_USAGE, OF_RECORD};
use super::source;
use super::spelling::nearest;
use super::walk::{Finding, Walk};
use crate::json::{Kind, Member, Value};
use crate::usage::text::{clip, quote};
use crate::usage::value_error::ValueError;
use crate::usage::violation::ViolationCode;

/// What became of a member: what is wrong has been reported already.
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

    pub(super) fn as_ref(&self) -> Field<&T> {
        match self {
            Self::Absent => Field::Absent,
            Self::Wrong => Field::Wrong,
            Self::Given(value) => Field::Given(value),
        }
    }
}

/// A shape of the service model: its name and its members.
pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) members: &'static [&'static str],
    pub(super) source: &'static str,
}

/// An object of the document.
#[derive(Clone, Copy)]
pub(super) struct Object<'v, 'p> {
    members: &'v [Member<'v>],
    pub(super) place: &'p Place<'p>,
    shape: &'static Shape,
}

impl<'v, 'p> Object<'v, 'p> {
    /// Takes a value as an object of a shape, and warns of members that the shape lacks.
    pub(super) fn open(
        walk: &mut Walk<'_>,
        value: &'v Value<'v>,
        place: &'p Place<'p>,
        shape: &'static Shape,
    ) -> Option<Self> {
        let Kind::Object(members) = &value.kind else {
            wrong_type(walk, value, place, "an object", shape.source);
            return None;
        };
        let is_known = |member: &Member<'_>| shape.members.contains(&member.name.as_ref());
        let lacks_quantity =
            !members.iter().any(|member| is_known(member) && is_billed(&member.name));
        for member in members.iter().filter(|member| !is_known(member)) {
            unknown_member(walk, member, place, shape, lacks_quantity);
        }
        Some(Self { members, place, shape })
    }

    /// A member; one that is null counts as absent, as AWS JSON has it.
    pub(super) fn get<'o>(&'o self, name: &'o str) -> Option<(&'v Value<'v>, Place<'o>)>
    where
        'p: 'o,
    {
        let value = self.get_or_null(name)?;
        (!matches!(value.0.kind, Kind::Null)).then_some(value)
    }

    /// A member, be it null.
    pub(super) fn get_or_null<'o>(&'o self, name: &'o str) -> Option<(&'v Value<'v>, Place<'o>)>
    where
        'p: 'o,
    {
        let member = self.members.iter().find(|member| member.name == name)?;
        Some((&member.value, self.place.member(name, member.value.span)))
    }

    /// A member's text, read into its type.
    pub(super) fn parse<T>(
        &self,
        walk: &mut Walk<'_>,
        name: &str,
        code: ViolationCode,
        source: &'static str,
        parse: impl Fn(&str) -> Result<T, ValueError>,
    ) -> Field<T> {
        let Some((value, place)) = self.get(name) else {
            return Field::Absent;
        };
        let Kind::String(text) = &value.kind else {
            wrong_type(walk, value, &place, "a string", source);
            return Field::Wrong;
        };
        match parse(text) {
            Ok(value) => Field::Given(value),
            Err(error) => {
                walk.report(&place, code, || Finding {
                    actual: quote(text),
                    limit: error.limit(),
                    source,
                    message: format!("{error}"),
                });
                Field::Wrong
            }
        }
    }

    /// Reports a required member that is absent.
    pub(super) fn lacks(&self, walk: &mut Walk<'_>, name: &str) {
        let shape = self.shape;
        walk.report(self.place, ViolationCode::MissingMember, || Finding {
            actual: "absent".into(),
            limit: format!("{name} is required"),
            source: shape.source,
            message: format!("{} has no {name}; add it", shape.name),
        });
    }
}

pub(super) fn wrong_type(
    walk: &mut Walk<'_>,
    value: &Value<'_>,
    place: &Place<'_>,
    expected: &'static str,
    source: &'static str,
) {
    walk.report(place, ViolationCode::WrongType, || Finding {
        actual: value.type_name().into(),
        limit: expected.into(),
        source,
        message: format!("found {} where AWS takes {expected}; write {expected}", found(value)),
    });
}

/// Reports a member that the chosen edition does not have.
pub(super) fn not_in_edition(walk: &mut Walk<'_>, place: &Place<'_>, member: &str) {
    let edition = walk.rules.edition();
    walk.report(place, ViolationCode::NotInEdition, || Finding {
        actual: member.into(),
        limit: format!("the members of the edition of {}", edition.code()),
        source: edition.source(),
        message: format!(
            "{member} is unknown to the edition of {}; leave it out, or check by the current rules",
            edition.code()
        ),
    });
}

/// The value in words, short.
fn found(value: &Value<'_>) -> String {
    match &value.kind {
        Kind::Null => "null".into(),
        Kind::Bool(value) => format!("{value}"),
        Kind::Number(text) => format!("the number {}", clip(text)),
        Kind::String(text) => format!("the string {}", quote(text)),
        Kind::Array(_) => "an array".into(),
        Kind::Object(_) => "an object".into(),
    }
}

fn unknown_member(
    walk: &mut Walk<'_>,
    member: &Member<'_>,
    place: &Place<'_>,
    shape: &'static Shape,
    lacks_quantity: bool,
) {
    let at = place.member(&member.name, member.name_span);
    walk.report(&at, ViolationCode::UnknownMember, || {
        let name = clip(&member.name);
        let ignored = format!("{name} is no member of {}, so AWS ignores it", shape.name);
        let message = match nearest(&member.name, shape.members) {
            Some(near) if lacks_quantity && is_billed(near) => {
                format!("{ignored} and bills 0; did you mean {near}?")
            }
            Some(near) => format!("{ignored}; did you mean {near}?"),
            None => format!("{ignored}; leave it out"),
        };
        let limit = shape.members.join(", ");
        Finding { actual: name, limit, source: source::AWS_JSON, message }
    });
}

/// Whether the member holds what a record or MeterUsage is billed by.
fn is_billed(name: &str) -> bool {
    [OF_RECORD, OF_METER_USAGE]
        .iter()
        .any(|members| name == members.whole || name == members.decimal)
}
