//! Strings: found eight bytes at a time, checked where they stand, copied only where escapes make
//! it necessary.

use alloc::borrow::Cow;
use alloc::string::String;

use super::JsonError;

/// Checks the string whose opening quotation mark stands at `start`; returns the offset after its
/// closing mark, and whether anything in it is escaped.
///
/// `text` is UTF-8: the bytes above U+007F need no look.
#[inline]
pub(super) fn check(text: &[u8], start: usize) -> Result<(usize, bool), JsonError> {
    let end = next_special(text, start + 1);
    match text.get(end) {
        Some(b'"') => Ok((end + 1, false)),
        _ => Ok((check_escaped(text, end)?, true)),
    }
}

/// The rest of a string from its first byte on that is not plain.
#[cold]
fn check_escaped(text: &[u8], start: usize) -> Result<usize, JsonError> {
    let mut at = start;
    loop {
        match text.get(at) {
            None => {
                let expected = "a closing quotation mark";
                return Err(JsonError::UnexpectedEnd { expected, at: text.len() });
            }
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => at = escape(text, at)?.1,
            Some(_) => return Err(JsonError::ControlCharacter { at }),
        }
        at = next_special(text, at);
    }
}

/// The content of a string that [`check`] has passed, without its quotation marks.
pub(super) fn content(raw: &str, is_escaped: bool) -> Cow<'_, str> {
    if is_escaped { Cow::Owned(unescaped(raw)) } else { Cow::Borrowed(raw) }
}

#[cold]
fn unescaped(raw: &str) -> String {
    let bytes = raw.as_bytes();
    let mut content = String::with_capacity(raw.len());
    let (mut run, mut at) = (0, 0);
    while at < bytes.len() {
        if bytes.get(at) != Some(&b'\\') {
            at += 1;
            continue;
        }
        content.push_str(raw.get(run..at).unwrap_or_default());
        match escape(bytes, at) {
            Ok((character, end)) => {
                content.push(character);
                at = end;
            }
            // Not after `check`; a backslash passed over keeps the loop going all the same.
            Err(_) => at += 1,
        }
        run = at;
    }
    content.push_str(raw.get(run..).unwrap_or_default());
    content
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The first byte from `at` on that ends a run of plain characters: a quotation mark, a backslash
/// or a control character (RFC 8259 §7); the end of the text if there is none.
#[inline]
fn next_special(text: &[u8], mut at: usize) -> usize {
    while let Some(eight) = text.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let specials = specials(u64::from_le_bytes(*eight));
        if specials != 0 {
            return at + (specials.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while text.get(at).is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1F)) {
        at += 1;
    }
    at
}

/// The high bit of each special byte among eight, right up to the lowest one; a borrow may mark
/// bytes above it, never below.
///
/// A byte `b` is below `n` where `b - n` borrows and `b` itself has no high bit; it is equal to
/// `c` where `b ^ c` is below 1.
#[inline]
fn specials(eight: u64) -> u64 {
    let quotes = eight ^ (ONES * b'"' as u64);
    let backslashes = eight ^ (ONES * b'\\' as u64);
    let below_space = eight.wrapping_sub(ONES * 0x20) & !eight;
    let is_quote = quotes.wrapping_sub(ONES) & !quotes;
    let is_backslash = backslashes.wrapping_sub(ONES) & !backslashes;
    (below_space | is_quote | is_backslash) & HIGH
}

/// The character that the escape at `at` stands for, and the offset after it.
fn escape(bytes: &[u8], at: usize) -> Result<(char, usize), JsonError> {
    let simple = match bytes.get(at + 1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{C}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode_escape(bytes, at),
        _ => return Err(JsonError::InvalidEscape { at }),
    };
    Ok((simple, at + 2))
}

/// RFC 8259 §7: `\uXXXX`, or two of them for a character outside the basic plane.
fn unicode_escape(bytes: &[u8], at: usize) -> Result<(char, usize), JsonError> {
    const LENGTH: usize = 6;
    let first = code_unit(bytes, at).ok_or(JsonError::InvalidEscape { at })?;
    if let Some(character) = char::from_u32(first) {
        return Ok((character, at + LENGTH));
    }
    let second = code_unit(bytes, at + LENGTH).filter(|unit| (0xDC00..0xE000).contains(unit));
    match second {
        Some(second) if first < 0xDC00 => {
            let scalar = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            char::from_u32(scalar)
                .map(|character| (character, at + 2 * LENGTH))
                .ok_or(JsonError::LoneSurrogate { at })
        }
        _ => Err(JsonError::LoneSurrogate { at }),
    }
}

fn code_unit(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |unit, &digit| Some(unit << 4 | char::from(digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    /// Every byte, at every place among plain, high and special neighbours.
    #[test]
    fn eight_bytes_at_a_time_find_what_one_at_a_time_finds() {
        let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1F);
        for length in 0..20_usize {
            for place in 0..length {
                for byte in 0..=u8::MAX {
                    for around in [b'a', b' ', b'!', b'#', b'[', b']', 0x7F, 0x80, 0xA2, 0xFF] {
                        let mut text: Vec<u8> = core::iter::repeat_n(around, length).collect();
                        text[place] = byte;
                        if place + 1 < length {
                            text[place + 1] = b'"';
                        }
                        let expected = text.iter().position(is_special).unwrap_or(length);
                        assert_eq!(next_special(&text, 0), expected, "{text:?}");
                    }
                }
            }
        }
    }
}
