//! Several values in one input: numbers of four bytes, and texts behind their length, both
//! little-endian. `npm/package/src/engine.js` writes them.

/// What is left to read of an input.
pub struct Fields<'i>(&'i [u8]);

impl<'i> Fields<'i> {
    /// Begins to read.
    pub fn of(input: &'i [u8]) -> Self {
        Self(input)
    }

    /// Whether everything was read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next number, unless the input ends before.
    pub fn number(&mut self) -> Option<u32> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*bytes))
    }

    /// The next text, unless the input ends before or it is not UTF-8.
    pub fn text(&mut self) -> Option<&'i str> {
        let length = self.number()?;
        let (bytes, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        core::str::from_utf8(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_was_written() {
        let input = b"\x02\0\0\0ab\x07\0\0\0\0\0\0\0";
        let mut fields = Fields::of(input);
        assert_eq!(fields.text(), Some("ab"));
        assert_eq!(fields.number(), Some(7));
        assert_eq!(fields.text(), Some(""));
        assert!(fields.is_empty());
        assert_eq!(fields.number(), None);
    }

    #[test]
    fn a_text_that_is_cut_or_no_utf_8_is_none() {
        assert_eq!(Fields::of(b"\x03\0\0\0ab").text(), None);
        assert_eq!(Fields::of(b"\xff\xff\xff\xffab").text(), None);
        assert_eq!(Fields::of(b"\x01\0\0\0\xff").text(), None);
        assert_eq!(Fields::of(b"\x01\0\0").text(), None);
    }
}
