use alloc::string::String;
use core::fmt;

use crate::text::text;

/// Most characters in a nonce (`Nonce` of RegisterUsage, API reference 2016-01-14).
pub const MAX_NONCE_CHARACTERS: usize = 255;

/// What one start of a container sends to RegisterUsage as `Nonce`: 1 to 255 characters.
///
/// It is the only guard against a token from another instance being played back: make a fresh
/// one at each start.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Nonce(String);

impl Nonce {
    /// # Errors
    /// [`NonceError`] when the text is empty or too long.
    pub fn new(text: &str) -> Result<Self, NonceError> {
        // Each character begins with a byte that continues no other.
        match text.bytes().filter(|byte| byte & 0xc0 != 0x80).count() {
            0 => Err(NonceError::Empty),
            characters if characters > MAX_NONCE_CHARACTERS => {
                Err(NonceError::TooLong { characters })
            }
            _ => Ok(Self(String::from(text))),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the token must say about the nonce. There is no "don't care": a token that is taken
/// without looking at its nonce can come from any instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpectedNonce {
    /// RegisterUsage was called with this nonce.
    Exactly(Nonce),
    /// RegisterUsage was called without a nonce: a token that has one is of another call.
    NotSent,
}

/// Why a text is no [`Nonce`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NonceError {
    /// Empty: the service takes that as no nonce.
    Empty,
    /// More than 255 characters.
    TooLong {
        /// How many it has.
        characters: usize,
    },
}

impl NonceError {
    /// The codes of all variants.
    pub const ALL: &'static [&'static str] = &["nonce_empty", "nonce_too_long"];

    /// The stable code of the variant.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "nonce_empty",
            Self::TooLong { .. } => "nonce_too_long",
        }
    }
}

impl NonceError {
    /// What `Display` shows.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Empty => {
                text!("the nonce is empty: write out that none was sent, or give the one sent")
            }
            Self::TooLong { characters } => text!(
                "the nonce has ",
                *characters,
                " characters, expected at most ",
                MAX_NONCE_CHARACTERS,
                ": a UUID is enough"
            ),
        }
    }
}

impl fmt::Display for NonceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for NonceError {}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn has_1_to_255_characters() {
        assert_eq!(Nonce::new(""), Err(NonceError::Empty));
        assert_eq!(Nonce::new(&"é".repeat(255)).unwrap().as_str().len(), 510);
        let error = Nonce::new(&"é".repeat(256)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the nonce has 256 characters, expected at most 255: a UUID is enough"
        );
    }
}
