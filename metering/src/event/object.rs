//! Members of an event's objects: of the right JSON type, none unknown, each with its place.

use meterproof::json::{Kind, Member, Span, Value};
use meterproof::usage::ValueError;

use super::place::Place;
use super::problem::EventProblem;
use crate::text::clip;

/// A problem and its place within the text of one event. Boxed: it is rare, and large.
#[derive(Debug)]
pub(super) struct Located {
    pub(super) pointer: String,
    /// In bytes of the event.
    pub(super) span: Span,
    pub(super) problem: EventProblem,
}

pub(super) type Result<T> = std::result::Result<T, Box<Located>>;

/// What an object is, in words, and the members it has.
pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) members: &'static [&'static str],
}

/// An object that has no member its shape does not have.
#[derive(Clone, Copy)]
pub(super) struct Object<'v, 'p> {
    members: &'v [Member<'v>],
    place: &'p Place<'p>,
    span: Span,
    shape: &'static Shape,
}

/// A member that is there and not null.
#[derive(Clone, Copy)]
pub(super) struct Field<'v, 'p> {
    pub(super) name: &'static str,
    pub(super) value: &'v Value<'v>,
    parent: &'p Place<'p>,
}

pub(super) fn fault<T>(place: &Place<'_>, span: Span, problem: EventProblem) -> Result<T> {
    Err(Box::new(Located { pointer: place.pointer(), span, problem }))
}

impl<'v, 'p> Object<'v, 'p> {
    /// Takes a value as an object of a shape.
    pub(super) fn open(
        value: &'v Value<'v>,
        place: &'p Place<'p>,
        shape: &'static Shape,
    ) -> Result<Self> {
        Self::open_with(value, place, shape, |_| Ok(false))
    }

    /// Takes a value as an object of a shape; `allows` says of a member that the shape does not
    /// have whether it may stay.
    pub(super) fn open_with(
        value: &'v Value<'v>,
        place: &'p Place<'p>,
        shape: &'static Shape,
        allows: impl Fn(&Member<'_>) -> std::result::Result<bool, EventProblem>,
    ) -> Result<Self> {
        let Kind::Object(members) = &value.kind else {
            return wrong_type(value, place, "an object");
        };
        for member in members.iter().filter(|member| !shape.members.contains(&&*member.name)) {
            let problem = match allows(member) {
                Ok(true) => continue,
                Ok(false) => EventProblem::UnknownMember {
                    name: clip(&member.name),
                    shape: shape.name,
                    members: shape.members,
                },
                Err(problem) => problem,
            };
            return fault(&place.member(&clip(&member.name)), member.name_span, problem);
        }
        Ok(Self { members, place, span: value.span, shape })
    }

    /// A member; one that is null counts as absent, as AWS JSON has it and CloudEvents (JSON
    /// event format 1.0.2, §2.2).
    pub(super) fn get(&self, name: &'static str) -> Option<Field<'v, 'p>> {
        self.get_or_null(name).filter(|field| !field.value.is_null())
    }

    /// A member, be it null.
    pub(super) fn get_or_null(&self, name: &'static str) -> Option<Field<'v, 'p>> {
        let member = self.members.iter().find(|member| member.name == name)?;
        Some(Field { name, value: &member.value, parent: self.place })
    }

    /// A required member.
    pub(super) fn require(&self, name: &'static [&'static str; 1]) -> Result<Field<'v, 'p>> {
        let [only] = name;
        match self.get(only) {
            Some(field) => Ok(field),
            None => self.lacks(name),
        }
    }

    /// Says that one of these members is required.
    pub(super) fn lacks<T>(&self, members: &'static [&'static str]) -> Result<T> {
        self.fault(EventProblem::MissingMember { shape: self.shape.name, members })
    }

    /// Says what is wrong with the object as a whole.
    pub(super) fn fault<T>(&self, problem: EventProblem) -> Result<T> {
        fault(self.place, self.span, problem)
    }

    /// A member's text in its type.
    pub(super) fn parse<T>(
        &self,
        name: &'static str,
        parse: impl Fn(&str) -> std::result::Result<T, ValueError>,
    ) -> Result<Option<T>> {
        self.get(name).map(|field| field.parse(parse)).transpose()
    }
}

impl<'v, 'p> Field<'v, 'p> {
    /// The text.
    pub(super) fn text(&self) -> Result<&'v str> {
        match &self.value.kind {
            Kind::String(text) => Ok(text),
            _ => self.wrong_type("a string"),
        }
    }

    /// The text, which may not be empty.
    pub(super) fn non_empty(&self) -> Result<&'v str> {
        match self.text()? {
            "" => self.fault(EventProblem::Empty { member: self.name }),
            text => Ok(text),
        }
    }

    /// The text in its type.
    pub(super) fn parse<T>(
        &self,
        parse: impl Fn(&str) -> std::result::Result<T, ValueError>,
    ) -> Result<T> {
        match parse(self.text()?) {
            Ok(value) => Ok(value),
            Err(error) => self.fault(EventProblem::Value { member: self.name, error }),
        }
    }

    /// The elements; their places lie under [`place`](Self::place).
    pub(super) fn elements(&self) -> Result<&'v [Value<'v>]> {
        match &self.value.kind {
            Kind::Array(elements) => Ok(elements),
            _ => self.wrong_type("an array"),
        }
    }

    /// Where it stands.
    pub(super) fn place(&self) -> Place<'p> {
        self.parent.member(self.name)
    }

    pub(super) fn wrong_type<T>(&self, expected: &'static str) -> Result<T> {
        wrong_type(self.value, &self.place(), expected)
    }

    /// Says what is wrong with it.
    pub(super) fn fault<T>(&self, problem: EventProblem) -> Result<T> {
        fault(&self.place(), self.value.span, problem)
    }

    /// Says what is wrong with one of its elements.
    pub(super) fn fault_at<T>(&self, index: usize, problem: EventProblem) -> Result<T> {
        let span = self.value.as_array().and_then(|elements| elements.get(index));
        let span = span.map_or(self.value.span, |element| element.span);
        fault(&self.place().element(index), span, problem)
    }
}

fn wrong_type<T>(value: &Value<'_>, place: &Place<'_>, expected: &'static str) -> Result<T> {
    fault(place, value.span, EventProblem::WrongType { actual: value.type_name(), expected })
}
