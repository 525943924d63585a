//! What a text holds, value by value, without a copy of it.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::string;
use super::value::Span;

/// The values of a text in its order: each stands before those within it.
///
/// One vector for all, so that a document costs no allocation for each value of it, and a reader
/// that forgets what it has seen uses the same memory again.
pub(crate) struct Index<'a> {
    text: &'a str,
    pub(super) nodes: Vec<Node>,
}

/// A value: what it is and where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    /// The member's name; [`Name::NONE`] for an element or the document.
    pub(crate) name: Name,
    /// Where the value stands; a string's span includes its quotation marks.
    pub(crate) span: Span,
    /// What the value is.
    pub(crate) kind: Type,
    /// Elements of an array, members of an object.
    pub(crate) count: usize,
    /// The place in the index of what follows this value and all within it.
    pub(super) next: usize,
}

/// Where a member's name stands, with its quotation marks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Name {
    pub(crate) span: Span,
    pub(crate) is_escaped: bool,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Null,
    True,
    False,
    Number,
    /// A string without escapes.
    String,
    /// A string that is not what it says letter by letter.
    EscapedString,
    Array,
    Object,
}

impl Name {
    pub(crate) const NONE: Self = Self { span: Span { start: 0, end: 0 }, is_escaped: false };
}

impl<'a> Index<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        // A usage record has about six values, a token's claims as many.
        Self { text, nodes: Vec::with_capacity(16) }
    }

    /// The value at a place.
    #[inline]
    pub(crate) fn get(&self, node: usize) -> Option<&Node> {
        self.nodes.get(node)
    }

    /// How many values there are; the next one's place.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The elements of an array or the members of an object.
    #[inline]
    pub(crate) fn children(&self, node: usize) -> Children<'_> {
        let end = self.nodes.get(node).map_or(0, |node| node.next);
        Children { nodes: self.nodes.get(..end).unwrap_or_default(), at: node + 1 }
    }

    /// The members of an object that is still being read.
    pub(crate) fn open_children(&self, node: usize) -> Children<'_> {
        Children { nodes: &self.nodes, at: node + 1 }
    }

    /// A stretch of the text.
    #[inline]
    pub(crate) fn slice(&self, span: Span) -> &'a str {
        // The spans of this module lie on character boundaries: next to ASCII bytes.
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// A name with its escapes resolved.
    #[inline]
    pub(crate) fn name(&self, name: Name) -> Cow<'a, str> {
        string::content(self.slice(inner(name.span)), name.is_escaped)
    }

    /// A name that holds no escape, in bytes.
    #[inline]
    pub(crate) fn plain_name(&self, name: Name) -> &'a [u8] {
        let Span { start, end } = inner(name.span);
        self.text.as_bytes().get(start..end).unwrap_or_default()
    }

    /// The content of a string with its escapes resolved; `None` for another value.
    #[inline]
    pub(crate) fn string(&self, node: &Node) -> Option<Cow<'a, str>> {
        match node.kind {
            Type::String => Some(Cow::Borrowed(self.slice(inner(node.span)))),
            Type::EscapedString => Some(string::content(self.slice(inner(node.span)), true)),
            _ => None,
        }
    }
}

/// A string without its quotation marks.
#[inline]
fn inner(span: Span) -> Span {
    Span { start: span.start + 1, end: span.end.saturating_sub(1) }
}

/// Values side by side.
#[derive(Clone)]
pub(crate) struct Children<'i> {
    nodes: &'i [Node],
    at: usize,
}

impl<'i> Iterator for Children<'i> {
    /// Its place in the index, and the value.
    type Item = (usize, &'i Node);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let at = self.at;
        let node = self.nodes.get(at)?;
        self.at = node.next;
        Some((at, node))
    }
}

impl Node {
    /// What an error message calls the value.
    pub(crate) fn type_name(&self) -> &'static str {
        match self.kind {
            Type::Null => "null",
            Type::True | Type::False => "a boolean",
            Type::Number => "a number",
            Type::String | Type::EscapedString => "a string",
            Type::Array => "an array",
            Type::Object => "an object",
        }
    }
}
