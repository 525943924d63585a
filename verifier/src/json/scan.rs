//! Reads a text once, forwards, and notes each value as it comes by.

use super::index::{Index, Name, Node, Type};
use super::value::Span;
use super::{JsonError, MAX_DEPTH, string, unique};

/// A text being read, and the values that were found in it.
///
/// [`value`](Self::value) reads a whole value. A caller that wants to look at the elements of an
/// array, or at the members of an object, one after the other as they are read walks them itself:
/// [`open`](Self::open), then [`next_element`](Self::next_element) or
/// [`next_name`](Self::next_name) until there is none, then [`close`](Self::close). What it has
/// seen it may [`forget`](Self::forget), so that a text of any length needs the memory of its
/// largest element alone.
pub(crate) struct Scanner<'a> {
    index: Index<'a>,
    bytes: &'a [u8],
    /// Always on a character boundary: it moves past ASCII bytes or whole strings only.
    at: usize,
}

/// An array or object that is being walked.
pub(crate) struct Opened {
    /// Its place in the index.
    pub(crate) node: usize,
    /// Elements or members so far.
    pub(crate) count: usize,
    names: unique::Names,
}

impl<'a> Scanner<'a> {
    /// Begins a text: UTF-8 without a byte order mark (RFC 8259 §8.1).
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self, JsonError> {
        let text = core::str::from_utf8(bytes)
            .map_err(|error| JsonError::InvalidUtf8 { at: error.valid_up_to() })?;
        if bytes.starts_with(b"\xEF\xBB\xBF") {
            return Err(JsonError::ByteOrderMark);
        }
        let mut scanner = Self { index: Index::new(text), bytes, at: 0 };
        scanner.skip_white_space();
        Ok(scanner)
    }

    /// What was found so far.
    pub(crate) fn index(&self) -> &Index<'a> {
        &self.index
    }

    /// The next byte: where a value is due, the first of it.
    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Ends the text: nothing but white space may follow the value.
    pub(crate) fn finish(mut self) -> Result<Index<'a>, JsonError> {
        self.skip_white_space();
        if self.at < self.bytes.len() {
            return Err(JsonError::TrailingText { at: self.at });
        }
        Ok(self.index)
    }

    /// Forgets the last value and all within it.
    pub(crate) fn forget(&mut self, node: usize) {
        self.index.nodes.truncate(node);
    }

    /// Reads a value, a member of this name or an element, and notes it and all within it.
    pub(crate) fn value(&mut self, name: Name, depth: usize) -> Result<(), JsonError> {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'"') => {
                if self.string()? {
                    Type::EscapedString
                } else {
                    Type::String
                }
            }
            Some(b'{') => return self.object(name, depth),
            Some(b'[') => return self.array(name, depth),
            Some(b'-' | b'0'..=b'9') => {
                self.number()?;
                Type::Number
            }
            Some(b't') => self.word(b"true", Type::True)?,
            Some(b'f') => self.word(b"false", Type::False)?,
            Some(b'n') => self.word(b"null", Type::Null)?,
            _ => return Err(self.unexpected("a JSON value")),
        };
        self.note(name, Span { start, end: self.at }, kind);
        Ok(())
    }

    /// Enters an array or object, be it of a name.
    ///
    /// Recursion is bounded here, so no input can exhaust the stack.
    pub(crate) fn open(
        &mut self,
        name: Name,
        kind: Type,
        depth: usize,
    ) -> Result<Opened, JsonError> {
        if depth >= MAX_DEPTH {
            return Err(JsonError::TooDeep { at: self.at });
        }
        let start = self.at;
        self.at += 1;
        let node = self.note(name, Span { start, end: start }, kind);
        self.skip_white_space();
        Ok(Opened { node, count: 0, names: unique::Names::default() })
    }

    /// Goes to the next member's value; `None` past the last one.
    #[inline]
    pub(crate) fn next_name(&mut self, object: &mut Opened) -> Result<Option<Name>, JsonError> {
        if !self.goes_on(object.count, b'}', "a comma or a closing brace")? {
            return Ok(None);
        }
        if self.peek() != Some(b'"') {
            return Err(self.unexpected("a name in quotation marks"));
        }
        let start = self.at;
        let is_escaped = self.string()?;
        let name = Name { span: Span { start, end: self.at }, is_escaped };
        self.skip_white_space();
        if self.peek() != Some(b':') {
            return Err(self.unexpected("a colon"));
        }
        self.at += 1;
        self.skip_white_space();
        object.count += 1;
        object.names.add(&self.index, name);
        Ok(Some(name))
    }

    /// Goes to the next element; `false` past the last one.
    #[inline]
    pub(crate) fn next_element(&mut self, array: &mut Opened) -> Result<bool, JsonError> {
        let goes_on = self.goes_on(array.count, b']', "a comma or a closing bracket")?;
        array.count += usize::from(goes_on);
        Ok(goes_on)
    }

    /// Ends an array or object that was walked to its end. Names have to be unique among the
    /// members that were not forgotten.
    #[inline]
    pub(crate) fn close(&mut self, opened: &Opened) -> Result<(), JsonError> {
        let next = self.index.nodes.len();
        if let Some(node) = self.index.nodes.get_mut(opened.node) {
            node.span.end = self.at;
            node.count = opened.count;
            node.next = next;
        }
        if opened.names.may_repeat() {
            unique::check(&self.index, opened.node)?;
        }
        Ok(())
    }

    fn object(&mut self, name: Name, depth: usize) -> Result<(), JsonError> {
        let mut object = self.open(name, Type::Object, depth)?;
        while let Some(name) = self.next_name(&mut object)? {
            self.value(name, depth + 1)?;
        }
        self.close(&object)
    }

    fn array(&mut self, name: Name, depth: usize) -> Result<(), JsonError> {
        let mut array = self.open(name, Type::Array, depth)?;
        while self.next_element(&mut array)? {
            self.value(Name::NONE, depth + 1)?;
        }
        self.close(&array)
    }

    /// Whether another element or member follows `count` of them; then it is due next.
    #[inline]
    fn goes_on(
        &mut self,
        count: usize,
        end: u8,
        expected: &'static str,
    ) -> Result<bool, JsonError> {
        self.skip_white_space();
        let next = self.peek();
        if next == Some(end) {
            self.at += 1;
            return Ok(false);
        }
        if count > 0 {
            if next != Some(b',') {
                return Err(self.unexpected(expected));
            }
            self.at += 1;
            self.skip_white_space();
        }
        Ok(true)
    }

    #[inline]
    fn note(&mut self, name: Name, span: Span, kind: Type) -> usize {
        let node = self.index.nodes.len();
        self.index.nodes.push(Node { name, span, kind, count: 0, next: node + 1 });
        node
    }

    /// Moves past a string; whether anything in it is escaped.
    #[inline]
    fn string(&mut self) -> Result<bool, JsonError> {
        let (end, is_escaped) = string::check(self.bytes, self.at)?;
        self.at = end;
        Ok(is_escaped)
    }

    /// RFC 8259 §6: `[ minus ] int [ frac ] [ exp ]`.
    fn number(&mut self) -> Result<(), JsonError> {
        let invalid = JsonError::InvalidNumber { at: self.at };
        self.at += usize::from(self.peek() == Some(b'-'));
        if self.peek() == Some(b'0') {
            self.at += 1;
            if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return Err(invalid);
            }
        } else if !self.digits() {
            return Err(invalid);
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if !self.digits() {
                return Err(invalid);
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            if !self.digits() {
                return Err(invalid);
            }
        }
        Ok(())
    }

    /// Moves past digits; whether there was one.
    #[inline]
    fn digits(&mut self) -> bool {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at > start
    }

    fn word(&mut self, word: &[u8], kind: Type) -> Result<Type, JsonError> {
        if !self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            return Err(self.unexpected("a JSON value"));
        }
        self.at += word.len();
        Ok(kind)
    }

    #[inline]
    fn skip_white_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    #[cold]
    fn unexpected(&self, expected: &'static str) -> JsonError {
        let rest = self.index.slice(Span { start: self.at, end: self.bytes.len() });
        match rest.chars().next() {
            Some(found) => JsonError::UnexpectedCharacter { found, expected, at: self.at },
            None => JsonError::UnexpectedEnd { expected, at: self.at },
        }
    }
}
