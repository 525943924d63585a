//! Reads a text once, forwards, and notes each value as it comes by.

use super::index::{Index, Node, Text, Type};
use super::names::Names;
use super::value::Span;
use super::{JsonError, MAX_DEPTH, eight, string, unique};

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
    error: Option<JsonError>,
}

/// The text is no JSON: [`Scanner::error`] says why. Nothing more, so that the many steps that go
/// well have nothing to carry.
pub(crate) struct Stop;

/// An array or object that is being walked.
pub(crate) struct Opened {
    /// Its place in the index.
    node: usize,
    /// Elements or members so far.
    pub(crate) count: usize,
    names: Names,
}

impl<'a> Scanner<'a> {
    /// Begins a text: UTF-8 without a byte order mark (RFC 8259 §8.1).
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self, JsonError> {
        let text = core::str::from_utf8(bytes)
            .map_err(|error| JsonError::InvalidUtf8 { at: error.valid_up_to() })?;
        if bytes.starts_with(b"\xEF\xBB\xBF") {
            return Err(JsonError::ByteOrderMark);
        }
        let mut scanner = Self { index: Index::new(text), bytes, at: 0, error: None };
        scanner.skip_white_space();
        Ok(scanner)
    }

    /// What was found so far.
    pub(crate) fn index(&self) -> &Index<'a> {
        &self.index
    }

    /// Moves on to an offset, up to which the caller has read the text by itself.
    pub(crate) fn go_on_at(&mut self, at: usize) {
        self.at = at;
    }

    /// The offset of the next byte.
    #[inline]
    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    /// The next byte: where a value is due, the first of it.
    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Ends the text: nothing but white space may follow the value.
    pub(crate) fn finish(&mut self) -> Result<(), Stop> {
        self.skip_white_space();
        if self.at < self.bytes.len() {
            return self.fail(JsonError::TrailingText { at: self.at });
        }
        Ok(())
    }

    /// Why reading stopped.
    pub(crate) fn error(self) -> JsonError {
        // Every stop leaves its reason.
        self.error.unwrap_or(JsonError::UnexpectedEnd { expected: "a JSON value", at: self.at })
    }

    /// Forgets the last value and all within it.
    pub(crate) fn forget(&mut self, node: usize) {
        self.index.nodes.truncate(node);
    }

    /// Reads a value, a member of this name or an element, and notes it and all within it.
    #[inline]
    pub(crate) fn value(&mut self, name: Text, depth: usize) -> Result<(), Stop> {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'"') => {
                if self.string()?.is_escaped() {
                    Type::EscapedString
                } else {
                    Type::String
                }
            }
            Some(b'0'..=b'9' | b'-') => {
                self.number()?;
                Type::Number
            }
            _ => return self.other_value(name, depth),
        };
        self.note(name, Span { start, end: self.at }, kind);
        Ok(())
    }

    fn other_value(&mut self, name: Text, depth: usize) -> Result<(), Stop> {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => return self.object(name, depth),
            Some(b'[') => return self.array(name, depth),
            Some(b't') => self.word(b"true", Type::True)?,
            Some(b'f') => self.word(b"false", Type::False)?,
            Some(b'n') => self.word(b"null", Type::Null)?,
            _ => return self.unexpected("a JSON value"),
        };
        self.note(name, Span { start, end: self.at }, kind);
        Ok(())
    }

    /// Enters an array or object, be it of a name.
    ///
    /// Recursion is bounded here, so no input can exhaust the stack.
    pub(crate) fn open(&mut self, name: Text, kind: Type, depth: usize) -> Result<Opened, Stop> {
        if depth >= MAX_DEPTH {
            return self.fail(JsonError::TooDeep { at: self.at });
        }
        let start = self.at;
        self.at += 1;
        let node = self.note(name, Span { start, end: start }, kind);
        Ok(Opened { node, count: 0, names: Names::default() })
    }

    /// Goes to the next member's value; `None` past the last one.
    pub(crate) fn next_name(&mut self, object: &mut Opened) -> Result<Option<Text>, Stop> {
        if !self.goes_on(object.count, b'}', "a comma or a closing brace")? {
            return Ok(None);
        }
        if self.peek() != Some(b'"') {
            return self.unexpected("a name in quotation marks");
        }
        let name = self.string()?;
        self.skip_white_space();
        if self.peek() != Some(b':') {
            return self.unexpected("a colon");
        }
        self.at += 1;
        self.skip_white_space();
        object.count += 1;
        object.names.add(self.bytes, name);
        Ok(Some(name))
    }

    /// Goes to the next element; `false` past the last one.
    #[inline]
    pub(crate) fn next_element(&mut self, array: &mut Opened) -> Result<bool, Stop> {
        let goes_on = self.goes_on(array.count, b']', "a comma or a closing bracket")?;
        array.count += usize::from(goes_on);
        Ok(goes_on)
    }

    /// Ends an array or object that was walked to its end. Names have to be unique among the
    /// members that were not forgotten.
    #[inline]
    pub(crate) fn close(&mut self, opened: &Opened) -> Result<(), Stop> {
        let next = self.index.nodes.len();
        if let Some(node) = self.index.nodes.get_mut(opened.node) {
            node.span.end = self.at;
            node.count = opened.count;
            node.next = next;
        }
        if opened.names.may_repeat()
            && let Err(error) = unique::check(&self.index, opened.node)
        {
            return self.fail(error);
        }
        Ok(())
    }

    fn object(&mut self, name: Text, depth: usize) -> Result<(), Stop> {
        let mut object = self.open(name, Type::Object, depth)?;
        loop {
            while self.usual_member(&mut object) {}
            if self.peek() == Some(b'}') {
                self.at += 1;
                return self.close(&object);
            }
            match self.next_name(&mut object)? {
                Some(name) => self.value(name, depth + 1)?,
                None => return self.close(&object),
            }
        }
    }

    /// Reads a member as most are: nothing but one space where it may stand, a string without
    /// escapes or a whole number. Anything else is left as it is, for the steps that know all.
    #[inline]
    fn usual_member(&mut self, object: &mut Opened) -> bool {
        let (bytes, mut at) = (self.bytes, self.at);
        let peek = |at: usize| bytes.get(at).copied();
        if object.count > 0 {
            if peek(at) != Some(b',') {
                return false;
            }
            at += 1;
            at += usize::from(peek(at) == Some(b' '));
        }
        let name_end = eight::next_special(bytes, at + 1);
        if peek(at) != Some(b'"')
            || peek(name_end) != Some(b'"')
            || peek(name_end + 1) != Some(b':')
        {
            return false;
        }
        let name = Text::plain(at + 1, name_end);
        at = name_end + 2;
        at += usize::from(peek(at) == Some(b' '));
        let start = at;
        let kind = match peek(at) {
            Some(b'"') => {
                at = eight::next_special(bytes, at + 1);
                if peek(at) != Some(b'"') {
                    return false;
                }
                at += 1;
                Type::String
            }
            Some(b'1'..=b'9') => {
                at = eight::next_non_digit(bytes, at + 1);
                if matches!(peek(at), Some(b'.' | b'e' | b'E')) {
                    return false;
                }
                Type::Number
            }
            _ => return false,
        };
        self.at = at;
        object.count += 1;
        object.names.add(bytes, name);
        self.note(name, Span { start, end: at }, kind);
        true
    }

    fn array(&mut self, name: Text, depth: usize) -> Result<(), Stop> {
        let mut array = self.open(name, Type::Array, depth)?;
        while self.next_element(&mut array)? {
            self.value(Text::NONE, depth + 1)?;
        }
        self.close(&array)
    }

    /// Whether another element or member follows `count` of them; then it is due next.
    #[inline]
    fn goes_on(&mut self, count: usize, end: u8, expected: &'static str) -> Result<bool, Stop> {
        self.skip_white_space();
        let next = self.peek();
        if next == Some(end) {
            self.at += 1;
            return Ok(false);
        }
        if count > 0 {
            if next != Some(b',') {
                return self.unexpected(expected);
            }
            self.at += 1;
            self.skip_white_space();
        }
        Ok(true)
    }

    #[inline]
    fn note(&mut self, name: Text, span: Span, kind: Type) -> usize {
        let node = self.index.nodes.len();
        self.index.nodes.push(Node { name, span, kind, count: 0, next: node + 1 });
        node
    }

    /// Moves past a string.
    #[inline]
    fn string(&mut self) -> Result<Text, Stop> {
        let start = self.at + 1;
        let end = eight::next_special(self.bytes, start);
        if self.bytes.get(end) != Some(&b'"') {
            return self.escaped_string(start, end);
        }
        self.at = end + 1;
        Ok(Text::plain(start, end))
    }

    #[cold]
    fn escaped_string(&mut self, start: usize, at: usize) -> Result<Text, Stop> {
        match string::check_escaped(self.bytes, at) {
            Ok(end) => {
                self.at = end + 1;
                Ok(Text::escaped(start, end))
            }
            Err(error) => self.fail(error),
        }
    }

    /// RFC 8259 §6: `[ minus ] int [ frac ] [ exp ]`.
    #[inline]
    fn number(&mut self) -> Result<(), Stop> {
        let start = self.at;
        let is_plain = matches!(self.peek(), Some(b'1'..=b'9'));
        if is_plain {
            self.digits();
        }
        if is_plain && !matches!(self.peek(), Some(b'.' | b'e' | b'E')) {
            return Ok(());
        }
        self.at = start;
        self.any_number()
    }

    fn any_number(&mut self) -> Result<(), Stop> {
        let invalid = JsonError::InvalidNumber { at: self.at };
        self.at += usize::from(self.peek() == Some(b'-'));
        if self.peek() == Some(b'0') {
            self.at += 1;
            if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return self.fail(invalid);
            }
        } else if !self.digits() {
            return self.fail(invalid);
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if !self.digits() {
                return self.fail(invalid);
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            if !self.digits() {
                return self.fail(invalid);
            }
        }
        Ok(())
    }

    /// Moves past digits; whether there was one.
    #[inline]
    fn digits(&mut self) -> bool {
        let start = self.at;
        self.at = eight::next_non_digit(self.bytes, start);
        self.at > start
    }

    fn word(&mut self, word: &[u8], kind: Type) -> Result<Type, Stop> {
        if !self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            return self.unexpected("a JSON value");
        }
        self.at += word.len();
        Ok(kind)
    }

    #[inline]
    fn skip_white_space(&mut self) {
        while let Some(0..=b' ') = self.peek() {
            if !matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
                return;
            }
            self.at += 1;
        }
    }

    #[cold]
    fn unexpected<T>(&mut self, expected: &'static str) -> Result<T, Stop> {
        let rest = self.index.slice(Span { start: self.at, end: self.bytes.len() });
        let error = match rest.chars().next() {
            Some(found) => JsonError::UnexpectedCharacter { found, expected, at: self.at },
            None => JsonError::UnexpectedEnd { expected, at: self.at },
        };
        self.fail(error)
    }

    #[cold]
    fn fail<T>(&mut self, error: JsonError) -> Result<T, Stop> {
        self.error = Some(error);
        Err(Stop)
    }
}
