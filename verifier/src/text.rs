//! Sentences put together without `core::fmt`, whose machinery would be a third of the verifier
//! in WebAssembly.

use alloc::string::String;

use crate::Timestamp;

/// Puts pieces together to a `String`: `text!("at most ", limit, " bytes")`.
macro_rules! text {
    ($($piece:expr),+ $(,)?) => {{
        let mut text = ::alloc::string::String::new();
        $($crate::text::Piece::push_to(&$piece, &mut text);)+
        text
    }};
}
pub(crate) use text;

/// What a sentence can be made of.
pub(crate) trait Piece {
    /// Adds itself to the end.
    fn push_to(&self, text: &mut String);
}

impl Piece for &str {
    fn push_to(&self, text: &mut String) {
        text.push_str(self);
    }
}

impl Piece for String {
    fn push_to(&self, text: &mut String) {
        text.push_str(self);
    }
}

impl Piece for u64 {
    fn push_to(&self, text: &mut String) {
        push_padded(text, *self, 1);
    }
}

impl Piece for u32 {
    fn push_to(&self, text: &mut String) {
        u64::from(*self).push_to(text);
    }
}

impl Piece for usize {
    fn push_to(&self, text: &mut String) {
        // No target has more than 64 bits.
        (*self as u64).push_to(text);
    }
}

impl Piece for Timestamp {
    fn push_to(&self, text: &mut String) {
        self.write_iso_8601(text);
    }
}

/// A text in quotation marks, escaped, so that no character of it can pass for one of the
/// sentence around it: outside of printable ASCII everything is written `\u{…}`.
pub(crate) struct Quoted<'t>(pub(crate) &'t str);

impl Piece for Quoted<'_> {
    fn push_to(&self, text: &mut String) {
        text.push('"');
        for character in self.0.chars() {
            match character {
                '"' | '\\' => text.extend(['\\', character]),
                ' '..='~' => text.push(character),
                '\0' => text.push_str("\\0"),
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                '\t' => text.push_str("\\t"),
                _ => {
                    text.push_str("\\u{");
                    push_hexadecimal(text, character.into());
                    text.push('}');
                }
            }
        }
        text.push('"');
    }
}

/// The first so many characters, or all where there are fewer.
pub(crate) fn beginning(text: &str, characters: usize) -> &str {
    match text.char_indices().nth(characters) {
        Some((end, _)) => text.get(..end).unwrap_or_default(),
        None => text,
    }
}

/// Bytes in lower-case hexadecimal.
pub(crate) struct Hex<'b>(pub(crate) &'b [u8]);

impl Piece for Hex<'_> {
    fn push_to(&self, text: &mut String) {
        for byte in self.0 {
            push_digits(text, u64::from(*byte), 16, 2);
        }
    }
}

/// A number in decimal, with zeros before it to `width` digits.
pub(crate) fn push_padded(text: &mut String, number: u64, width: u32) {
    push_digits(text, number, 10, width);
}

/// A number in lower-case hexadecimal.
pub(crate) fn push_hexadecimal(text: &mut String, number: u32) {
    push_digits(text, number.into(), 16, 1);
}

fn push_digits(text: &mut String, number: u64, base: u64, width: u32) {
    if width > 1 || number >= base {
        push_digits(text, number / base, base, width.saturating_sub(1));
    }
    // Below 16.
    let digit = (number % base) as u8;
    text.push(char::from(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }));
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pieces() {
        assert_eq!(
            text!("at most ", 17_usize, " of ", u64::MAX),
            format!("at most 17 of {}", u64::MAX)
        );
        assert_eq!(text!(Hex(&[0, 0x0f, 0xa0])), "000fa0");
        assert_eq!(text!(Quoted("a\"\\\n\té\u{202e}\u{1}")), r#""a\"\\\n\t\u{e9}\u{202e}\u{1}""#);
    }

    proptest! {
        #[test]
        fn ascii_is_quoted_as_by_debug(text in "[ -~\\n\\r\\t]{0,40}") {
            prop_assert_eq!(text!(Quoted(&text)), format!("{text:?}"));
        }

        #[test]
        fn numbers_are_written_as_by_display(number: u64, width in 1_usize..24) {
            let mut text = String::new();
            push_padded(&mut text, number, width as u32);
            prop_assert_eq!(text, format!("{number:0width$}"));
            prop_assert_eq!(text!(number), number.to_string());
        }
    }
}
