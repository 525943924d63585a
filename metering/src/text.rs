//! Texts of any length, made fit for a message.

use std::fmt;

use meterproof::json::JsonError;

/// Characters of a value that a message repeats.
const SHOWN: usize = 80;

/// The text, or its beginning where it is long.
pub(crate) fn clip(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        None => text.to_owned(),
        Some((end, _)) => {
            let shown = text.get(..end).unwrap_or(text);
            format!("{shown}… ({} characters)", text.chars().count())
        }
    }
}

/// The error with its place counted from further on, and with a name no longer than a message
/// bears.
pub(crate) fn json_error(mut error: JsonError, by: usize) -> JsonError {
    match &mut error {
        JsonError::DuplicateName { name, at } => {
            *name = clip(name);
            *at += by;
        }
        JsonError::InvalidUtf8 { at }
        | JsonError::UnexpectedEnd { at, .. }
        | JsonError::UnexpectedCharacter { at, .. }
        | JsonError::TrailingText { at }
        | JsonError::InvalidNumber { at }
        | JsonError::InvalidEscape { at }
        | JsonError::LoneSurrogate { at }
        | JsonError::ControlCharacter { at }
        | JsonError::TooDeep { at } => *at += by,
        // The mark stands at the beginning of a whole body only.
        _ => {}
    }
    error
}

/// Names with commas between them, and `or` before the last.
pub(crate) struct OneOf<'a>(pub(crate) &'a [&'a str]);

impl fmt::Display for OneOf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            match index {
                0 => {}
                _ if index + 1 == self.0.len() => f.write_str(" or ")?,
                _ => f.write_str(", ")?,
            }
            f.write_str(name)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(clip("short"), "short");
        assert_eq!(clip(&"é".repeat(81)), format!("{}… (81 characters)", "é".repeat(80)));
    }

    #[test]
    fn names_are_listed_as_a_choice() {
        assert_eq!(OneOf(&["a"]).to_string(), "a");
        assert_eq!(OneOf(&["a", "b", "c"]).to_string(), "a, b or c");
    }
}
