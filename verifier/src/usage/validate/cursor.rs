//! A place in a document, and what stands there: JSON without its rarer forms.

use crate::json::{Text, digits, eight};

/// A place in a document, moved on by what is read. Where a form is not known here (an escape, a
/// fraction, a broken text) there is `None`, and the place is of no more use.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    document: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(document: &'a str, at: usize) -> Self {
        Self { document, bytes: document.as_bytes(), at }
    }

    pub(super) fn document(&self) -> &'a str {
        self.document
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    #[inline(always)]
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Moves past this byte.
    #[inline(always)]
    pub(super) fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// Moves past this text, if it stands here.
    #[inline(always)]
    pub(super) fn takes(&mut self, text: &[u8]) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let is_here = rest.get(..text.len()).is_some_and(|here| eight::is_same(here, text));
        self.at += if is_here { text.len() } else { 0 };
        is_here
    }

    #[inline(always)]
    pub(super) fn skip_white_space(&mut self) {
        while matches!(self.peek(), Some(byte) if byte <= b' ') {
            if !matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
                return;
            }
            self.at += 1;
        }
    }

    /// Whether a comma comes, and another element or member, rather than this end.
    #[inline(always)]
    pub(super) fn goes_on(&mut self, end: u8) -> Option<bool> {
        self.skip_white_space();
        let byte = self.peek()?;
        if byte != b',' && byte != end {
            return None;
        }
        self.at += 1;
        if byte == b',' {
            self.skip_white_space();
        }
        Some(byte == b',')
    }

    /// Reads a string without escapes.
    #[inline(always)]
    pub(super) fn string(&mut self) -> Option<Text> {
        self.take(b'"')?;
        let start = self.at;
        self.at = eight::next_special(self.bytes, start);
        let text = Text::plain(start, self.at);
        self.take(b'"')?;
        Some(text)
    }

    /// Reads a string of digits alone.
    #[inline(always)]
    pub(super) fn digits_in_quotes(&mut self) -> Option<Text> {
        self.take(b'"')?;
        let start = self.at;
        self.at = eight::next_non_digit(self.bytes, start);
        let text = Text::plain(start, self.at);
        self.take(b'"')?;
        Some(text)
    }

    /// Reads a whole number of at most 18 digits, in JSON's only writing of it without a fraction
    /// and an exponent.
    #[inline(always)]
    pub(super) fn whole(&mut self) -> Option<u64> {
        let start = self.at;
        self.at = eight::next_non_digit(self.bytes, start);
        let written = self.bytes.get(start..self.at)?;
        let has_leading_zero = written.len() > 1 && written.first() == Some(&b'0');
        if has_leading_zero || matches!(self.peek(), Some(b'.' | b'e' | b'E')) {
            return None;
        }
        digits::number(written)
    }
}
