//! Texts of any length, made fit for a message.

use alloc::string::{String, ToString};

use crate::text::text;

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

/// A text as `{:?}` shows it, without the machinery of `core::fmt`.
pub(super) fn debug(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 2);
    shown.push('"');
    for character in text.chars() {
        match character {
            '\'' => shown.push(character),
            _ => shown.extend(character.escape_debug()),
        }
    }
    shown.push('"');
    shown
}

/// A character as `{:?}` shows it.
pub(super) fn debug_char(character: char) -> String {
    let mut shown = String::from('\'');
    match character {
        '"' => shown.push(character),
        _ => shown.extend(character.escape_debug()),
    }
    shown.push('\'');
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn texts_are_shown_as_by_debug(text in ".{0,8}|[\"\\\\'a\u{300}\u{200d}\n]{0,8}") {
            prop_assert_eq!(debug(&text), format!("{text:?}"));
            for character in text.chars() {
                prop_assert_eq!(debug_char(character), format!("{character:?}"));
            }
        }
    }
}
