use alloc::borrow::Cow;
use alloc::string::String;

use super::JsonError;

/// Reads the string whose opening quotation mark stands at `start`; returns its content
/// and the offset after its closing mark. Borrows when nothing is escaped.
pub(super) fn read(text: &str, start: usize) -> Result<(Cow<'_, str>, usize), JsonError> {
    let bytes = text.as_bytes();
    let mut unescaped: Option<String> = None;
    let mut run = start + 1;
    let mut at = run;
    // `run` and `at` only ever stop next to ASCII bytes, so every slice is on character
    // boundaries.
    loop {
        match bytes.get(at) {
            None => {
                return Err(JsonError::UnexpectedEnd {
                    expected: "a closing quotation mark",
                    at: text.len(),
                });
            }
            Some(b'"') => {
                let rest = &text[run..at];
                let content = match unescaped {
                    None => Cow::Borrowed(rest),
                    Some(mut content) => {
                        content.push_str(rest);
                        Cow::Owned(content)
                    }
                };
                return Ok((content, at + 1));
            }
            Some(b'\\') => {
                let content = unescaped.get_or_insert_default();
                content.push_str(&text[run..at]);
                let (character, end) = escape(bytes, at)?;
                content.push(character);
                at = end;
                run = end;
            }
            Some(0..=0x1F) => return Err(JsonError::ControlCharacter { at }),
            Some(_) => at += 1,
        }
    }
}

/// The character that the escape at `at` stands for, and the offset after it.
fn escape(bytes: &[u8], at: usize) -> Result<(char, usize), JsonError> {
    let invalid = JsonError::InvalidEscape { at };
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
        _ => return Err(invalid),
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
