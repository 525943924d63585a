use alloc::string::String;
use core::fmt;

use super::MAX_DEPTH;
use crate::text::{Quoted, text};

/// Why a text is not JSON as [this module](super) accepts it, and at which byte.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonError {
    /// The bytes are not UTF-8 (RFC 8259 §8.1).
    InvalidUtf8 {
        /// Offset of the first byte that is not.
        at: usize,
    },
    /// The text begins with a byte order mark, which RFC 8259 §8.1 tells writers not to add.
    ByteOrderMark,
    /// The text ends before the value does; an empty text is the plainest case.
    UnexpectedEnd {
        /// What could have come next.
        expected: &'static str,
        /// Length of the text.
        at: usize,
    },
    /// A character that cannot stand here.
    UnexpectedCharacter {
        /// The character found.
        found: char,
        /// What could have stood here.
        expected: &'static str,
        /// Offset of the character.
        at: usize,
    },
    /// More text after the value.
    TrailingText {
        /// Offset of the first character after the value that is not white space.
        at: usize,
    },
    /// A number that JSON does not allow: a leading zero, a bare point, an empty exponent.
    InvalidNumber {
        /// Offset of the number.
        at: usize,
    },
    /// A backslash followed by what is no escape (RFC 8259 §7).
    InvalidEscape {
        /// Offset of the backslash.
        at: usize,
    },
    /// Half of a surrogate pair, which stands for no character.
    LoneSurrogate {
        /// Offset of the escape.
        at: usize,
    },
    /// A control character inside a string (RFC 8259 §7 wants it escaped).
    ControlCharacter {
        /// Offset of the character.
        at: usize,
    },
    /// A name that stands twice in one object.
    DuplicateName {
        /// The name.
        name: String,
        /// Offset of its second appearance.
        at: usize,
    },
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep {
        /// Offset of the bracket that goes too deep.
        at: usize,
    },
}

impl JsonError {
    /// The codes of all variants.
    pub const ALL: &'static [&'static str] = &[
        "json_invalid_utf8",
        "json_byte_order_mark",
        "json_unexpected_end",
        "json_unexpected_character",
        "json_trailing_text",
        "json_invalid_number",
        "json_invalid_escape",
        "json_lone_surrogate",
        "json_control_character",
        "json_duplicate_name",
        "json_too_deep",
    ];

    /// The byte offset at which reading stopped.
    #[must_use]
    pub fn at(&self) -> usize {
        match *self {
            Self::ByteOrderMark => 0,
            Self::InvalidUtf8 { at }
            | Self::UnexpectedEnd { at, .. }
            | Self::UnexpectedCharacter { at, .. }
            | Self::TrailingText { at }
            | Self::InvalidNumber { at }
            | Self::InvalidEscape { at }
            | Self::LoneSurrogate { at }
            | Self::ControlCharacter { at }
            | Self::DuplicateName { at, .. }
            | Self::TooDeep { at } => at,
        }
    }

    /// The stable code of the variant.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidUtf8 { .. } => "json_invalid_utf8",
            Self::ByteOrderMark => "json_byte_order_mark",
            Self::UnexpectedEnd { .. } => "json_unexpected_end",
            Self::UnexpectedCharacter { .. } => "json_unexpected_character",
            Self::TrailingText { .. } => "json_trailing_text",
            Self::InvalidNumber { .. } => "json_invalid_number",
            Self::InvalidEscape { .. } => "json_invalid_escape",
            Self::LoneSurrogate { .. } => "json_lone_surrogate",
            Self::ControlCharacter { .. } => "json_control_character",
            Self::DuplicateName { .. } => "json_duplicate_name",
            Self::TooDeep { .. } => "json_too_deep",
        }
    }
}

impl JsonError {
    /// What `Display` shows.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::InvalidUtf8 { at } => {
                text!("byte ", *at, " is not UTF-8: encode the text as UTF-8")
            }
            Self::ByteOrderMark => {
                text!("the text begins with a byte order mark: save it as UTF-8 without one")
            }
            Self::UnexpectedEnd { expected, .. } => {
                text!("the text ends where ", *expected, " should come: was it cut off?")
            }
            Self::UnexpectedCharacter { found, expected, .. } => {
                let mut character = [0; 4];
                let found = Quoted(found.encode_utf8(&mut character));
                text!("found ", found, " where ", *expected, " should come")
            }
            Self::TrailingText { .. } => {
                text!("more text follows the JSON value: keep one value only")
            }
            Self::InvalidNumber { .. } => {
                text!("not a JSON number: write digits without leading zeros, as in 17 or 0.5")
            }
            Self::InvalidEscape { .. } => text!(
                "not a JSON escape: after a backslash comes one of \" \\ / b f n r t or u and four hex digits"
            ),
            Self::LoneSurrogate { .. } => {
                text!("half of a surrogate pair: escape both halves or write the character")
            }
            Self::ControlCharacter { .. } => {
                text!("a control character inside a string: escape it, as in \\n")
            }
            Self::DuplicateName { name, .. } => {
                text!("the name ", Quoted(name), " stands twice in one object: keep one of them")
            }
            Self::TooDeep { .. } => text!("nested more than ", MAX_DEPTH, " deep: flatten it"),
        }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for JsonError {}
