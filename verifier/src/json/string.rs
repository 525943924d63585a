//! Strings with escapes: checked where they stand, copied when they are asked for.

use alloc::string::String;

use super::JsonError;
use super::eight::next_special;

/// Checks a string from its first byte on that is not plain; returns the offset of its closing
/// quotation mark.
///
/// `text` is UTF-8: the bytes above U+007F need no look.
pub(super) fn check_escaped(text: &[u8], start: usize) -> Result<usize, JsonError> {
    let mut at = start;
    loop {
        match text.get(at) {
            None => {
                let expected = "a closing quotation mark";
                return Err(JsonError::UnexpectedEnd { expected, at: text.len() });
            }
            Some(b'"') => return Ok(at),
            Some(b'\\') => at = escape(text, at)?.1,
            Some(_) => return Err(JsonError::ControlCharacter { at }),
        }
        at = next_special(text, at);
    }
}

/// The content of a string that [`check_escaped`] has passed, given without its quotation marks.
#[cold]
pub(super) fn unescaped(raw: &str) -> String {
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
            // Not after `check_escaped`; a backslash passed over keeps the loop going all the same.
            Err(_) => at += 1,
        }
        run = at;
    }
    content.push_str(raw.get(run..).unwrap_or_default());
    content
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
