//! Texts of any length, made fit for a message.

use alloc::string::{String, ToString};

use crate::text::{push_hexadecimal, text};

/// Characters of a value that a message repeats.
const SHOWN: usize = 80;

/// The text, or its beginning and its length where it is long.
pub(super) fn clip(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        None => text.to_string(),
        Some((end, _)) => {
            let shown = text.get(..end).unwrap_or(text);
            text!(shown, "… (", text.chars().count(), " characters)")
        }
    }
}

/// The text in quotation marks, clipped.
pub(super) fn quote(text: &str) -> String {
    debug(&clip(text))
}

/// A text in quotation marks, so that a message shows what could not be seen in it. The escapes are
/// written as `{:?}` writes them, but not of the same characters: see [`is_visible`].
pub(super) fn debug(text: &str) -> String {
    let mut shown = String::from('"');
    text.chars().for_each(|character| push(&mut shown, character, '"'));
    shown.push('"');
    shown
}

/// A character likewise.
pub(super) fn debug_char(character: char) -> String {
    let mut shown = String::from('\'');
    push(&mut shown, character, '\'');
    shown.push('\'');
    shown
}

fn push(shown: &mut String, character: char, mark: char) {
    let short = match character {
        '\0' => '0',
        '\t' => 't',
        '\n' => 'n',
        '\r' => 'r',
        '\\' => character,
        _ if character == mark => character,
        _ if is_visible(character) => return shown.push(character),
        _ => {
            shown.push_str("\\u{");
            push_hexadecimal(shown, character.into());
            return shown.push('}');
        }
    };
    shown.push('\\');
    shown.push(short);
}

/// Whether a character can be seen, stands where it is written and stays by itself: no control
/// character, no space but the plain one, nothing that is not drawn, that turns the direction of
/// the text, or that is drawn upon the character before it. Of the last, of the controls of
/// shorthand and of hieroglyphs, and of code points that mean nothing yet, `{:?}` escapes more:
/// whole tables of Unicode would be larger than what uses them. The four Hangul fillers, which it
/// shows, are invisible here.
fn is_visible(character: char) -> bool {
    !matches!(
        u32::from(character),
        0..=0x1F
            | 0x7F..=0xA0
            | 0xAD
            | 0x300..=0x36F
            | 0x483..=0x489
            | 0x591..=0x5BD
            | 0x600..=0x605
            | 0x61C
            | 0x64B..=0x65F
            | 0x6DD
            | 0x70F
            | 0x115F..=0x1160
            | 0x1680
            | 0x17B4..=0x17B5
            | 0x180B..=0x180F
            | 0x1AB0..=0x1AFF
            | 0x1DC0..=0x1DFF
            | 0x2000..=0x200F
            | 0x2028..=0x202F
            | 0x205F..=0x206F
            | 0x20D0..=0x20FF
            | 0x3000
            | 0x3164
            | 0xE000..=0xF8FF
            | 0xFE00..=0xFE0F
            | 0xFE20..=0xFE2F
            | 0xFEFF
            | 0xFFA0
            | 0xFFF0..=0xFFFB
            | 0xFFFE..=0xFFFF
            | 0x1D173..=0x1D17A
            | 0xE0000..=0x10_FFFF
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn common_texts_are_shown_as_by_debug(
            text in "[ -~]{0,8}|[\0\t\r\n\u{1}\u{7f}\u{a0}\u{ad}\"\\\\'a\u{300}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}\u{3000}\u{fe0f}\u{feff}\u{e000}\u{e0001}\u{10ffff}]{0,8}|[¡-¬®-ÿĀ-ſΑ-ΡΣ-ωА-яא-תぁ-ゖ一-龥가-힣😀-😎]{0,8}",
        ) {
            prop_assert_eq!(debug(&text), format!("{text:?}"));
            for character in text.chars() {
                prop_assert_eq!(debug_char(character), format!("{character:?}"));
            }
        }
    }

    #[test]
    fn what_cannot_be_seen_is_escaped() {
        // Soft hyphen, Arabic letter mark, Hangul filler, zero-width space, line separator,
        // right-to-left override, isolate, variation selector, byte order mark, tag.
        let hidden =
            "\u{ad}\u{61c}\u{3164}\u{200b}\u{2028}\u{202e}\u{2066}\u{fe0f}\u{feff}\u{e0061}";
        for character in hidden.chars() {
            let number = u32::from(character);
            assert_eq!(debug_char(character), format!("'\\u{{{number:x}}}'"));
        }
    }
}
