//! Texts of any length, made fit for a message.

use alloc::string::{String, ToString};

/// Characters of a value that a message repeats.
const SHOWN: usize = 80;

/// The text, or its beginning and its length where it is long.
pub(super) fn clip(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        None => text.to_string(),
        Some((end, _)) => {
            let shown = text.get(..end).unwrap_or(text);
            alloc::format!("{shown}… ({} characters)", text.chars().count())
        }
    }
}

/// The text in quotation marks, clipped.
pub(super) fn quote(text: &str) -> String {
    alloc::format!("{:?}", clip(text))
}
