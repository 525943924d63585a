//! Why a text is not what its type holds.

use alloc::string::String;
use core::fmt;

use super::text::debug_char;
use crate::text::text;

/// Why a text is not a value of its type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValueError {
    /// Nothing was given where at least one character is needed.
    Empty {
        /// The member as AWS spells it.
        what: &'static str,
    },
    /// More characters than the service takes.
    TooLong {
        /// The member as AWS spells it.
        what: &'static str,
        /// Characters given.
        characters: usize,
        /// Characters allowed.
        limit: usize,
    },
    /// A character that the service refuses.
    Character {
        /// The member as AWS spells it.
        what: &'static str,
        /// The first such character.
        character: char,
        /// Its place, counted in characters from 1.
        position: usize,
        /// What is allowed, in words.
        allowed: &'static str,
    },
    /// The parts are not those of a license ARN.
    NotAnArn {
        /// What the first wrong part is, in words.
        problem: &'static str,
    },
}

impl ValueError {
    /// The codes of all variants.
    pub const ALL: &'static [&'static str] =
        &["empty", "too_long", "invalid_character", "not_an_arn"];

    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty { .. } => "empty",
            Self::TooLong { .. } => "too_long",
            Self::Character { .. } => "invalid_character",
            Self::NotAnArn { .. } => "not_an_arn",
        }
    }

    /// What the service allows, in words.
    pub fn limit(&self) -> String {
        match self {
            Self::Empty { .. } => "at least 1 character".into(),
            Self::TooLong { limit, .. } => text!("at most ", *limit, " characters"),
            Self::Character { allowed, .. } => (*allowed).into(),
            Self::NotAnArn { .. } => ARN_SHAPE.into(),
        }
    }
}

impl ValueError {
    /// What `Display` shows.
    pub fn message(&self) -> String {
        match self {
            Self::Empty { what } => text!(*what, " is empty; give at least 1 character"),
            Self::TooLong { what, characters, limit } => {
                text!(*what, " has ", *characters, " characters; AWS takes at most ", *limit)
            }
            Self::Character { what, character, position, allowed } => text!(
                *what,
                " holds ",
                debug_char(*character),
                " as character ",
                *position,
                "; AWS takes only ",
                *allowed
            ),
            Self::NotAnArn { problem } => {
                text!("LicenseArn is no ARN: ", *problem, "; expected ", ARN_SHAPE)
            }
        }
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for ValueError {}

/// What a license ARN looks like.
const ARN_SHAPE: &str = "arn:aws:license-manager:REGION:ACCOUNT:license:ID";
