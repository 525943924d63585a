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
    /// The member's name; [`Text::NONE`] for an element or the document.
    pub(crate) name: Text,
    /// Where the value stands; a string's span includes its quotation marks.
    pub(crate) span: Span,
    /// What the value is.
    pub(crate) kind: Type,
    /// Elements of an array, members of an object.
    pub(crate) count: usize,
    /// The place in the index of what follows this value and all within it.
    pub(super) next: usize,
}

/// Where the content of a string stands, a value's or a name's: between its quotation marks.
///
/// Two words, so that it travels in registers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Text {
    pub(crate) start: usize,
    /// The end, and in the uppermost bit, which no offset has (a slice has at most `isize::MAX`
    /// bytes), whether anything is escaped.
    end: usize,
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

impl Text {
    /// The name of what has none.
    pub(crate) const NONE: Self = Self { start: 0, end: 0 };

    const ESCAPED: usize = 1 << (usize::BITS - 1);

    /// A string without escapes.
    #[inline]
    pub(crate) fn plain(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// A string in which something is escaped.
    pub(crate) fn escaped(start: usize, end: usize) -> Self {
        Self { start, end: end | Self::ESCAPED }
    }

    /// Whether anything in it is escaped.
    #[inline]
    pub(crate) fn is_escaped(self) -> bool {
        self.end & Self::ESCAPED != 0
    }

    /// The offset behind it.
    #[inline]
    pub(crate) fn end(self) -> usize {
        self.end & !Self::ESCAPED
    }

    /// Its bytes as they are written.
    #[inline]
    pub(crate) fn len(self) -> usize {
        self.end().wrapping_sub(self.start)
    }

    /// The string, with its quotation marks.
    pub(crate) fn span(self) -> Span {
        Span { start: self.start.saturating_sub(1), end: self.end() + 1 }
    }

    /// As it is written in its document.
    #[inline]
    pub(crate) fn written(self, document: &str) -> &str {
        // Next to ASCII bytes on both sides: on character boundaries.
        document.get(self.start..self.end()).unwrap_or_default()
    }

    /// With its escapes resolved: a copy only where there are any.
    #[inline]
    pub(crate) fn content(self, document: &str) -> Cow<'_, str> {
        if self.is_escaped() {
            return Cow::Owned(string::unescaped(self.written(document)));
        }
        Cow::Borrowed(self.written(document))
    }
}

impl<'a> Index<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        // Enough for a usage record or the claims of a token.
        Self { text, nodes: Vec::with_capacity(32) }
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

    /// The whole text.
    pub(crate) fn document(&self) -> &'a str {
        self.text
    }

    /// A stretch of the text.
    #[inline]
    pub(crate) fn slice(&self, span: Span) -> &'a str {
        // The spans of this module lie on character boundaries: next to ASCII bytes.
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// A name with its escapes resolved.
    pub(crate) fn name(&self, name: Text) -> Cow<'a, str> {
        name.content(self.text)
    }

    /// The content of a string with its escapes resolved; `None` for another value.
    pub(crate) fn string(&self, node: &Node) -> Option<Cow<'a, str>> {
        node.text().map(|text| text.content(self.text))
    }
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
    /// Where the content of a string stands; `None` for another value.
    #[inline]
    pub(crate) fn text(&self) -> Option<Text> {
        let Span { start, end } = self.span;
        match self.kind {
            Type::String => Some(Text::plain(start + 1, end.saturating_sub(1))),
            Type::EscapedString => Some(Text::escaped(start + 1, end.saturating_sub(1))),
            _ => None,
        }
    }

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
