//! The strings a usage record is made of, each parsed once and right from then on.
//!
//! Lengths are counted in characters (Unicode scalar values), as the service model counts them.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use super::alphabets::{self, Alphabet};
use super::license_arn;
use super::limits::{
    MAX_ACCOUNT_ID, MAX_CLIENT_TOKEN, MAX_CUSTOMER_IDENTIFIER, MAX_DIMENSION, MAX_PRODUCT_CODE,
    MAX_TAG_KEY, MAX_TAG_VALUE,
};
use super::value_error::ValueError;

/// Declares a text type with one way in.
macro_rules! text_type {
    ($(#[$meta:meta])* $name:ident, $check:path) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Reads the text.
            ///
            /// # Errors
            /// [`ValueError`] names the first thing that the service would refuse.
            pub fn parse(text: &str) -> Result<Self, ValueError> {
                $check(text)?;
                Ok(Self(text.to_owned()))
            }

            /// Whether the text can be read, without a copy of it.
            pub(super) fn check(text: &str) -> Result<(), ValueError> {
                $check(text)
            }

            /// The text as given.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl core::str::FromStr for $name {
            type Err = ValueError;

            fn from_str(text: &str) -> Result<Self, ValueError> {
                Self::parse(text)
            }
        }
    };
}

text_type!(
    /// The code of a product on AWS Marketplace: 1 to 255 of `A-Z a-z 0-9 - / = : _ . @`.
    ///
    /// Source: service model 2016-01-14, `ProductCode`. The model allows the empty text as well;
    /// the API reference of 2019 does not, and no product has an empty code.
    ///
    /// ```
    /// use meterproof::usage::ProductCode;
    /// assert!(ProductCode::parse("saaslegacy000000000000001").is_ok());
    /// assert_eq!(
    ///     ProductCode::parse("my product").unwrap_err().to_string(),
    ///     "ProductCode holds ' ' as character 3; AWS takes only A-Z a-z 0-9 - / = : _ . @",
    /// );
    /// ```
    ProductCode,
    check_product_code
);
text_type!(
    /// The ARN of a granted license, such as
    /// `arn:aws:license-manager::294406891311:license:l-…`.
    ///
    /// Source: service model 2016-01-14, `LicenseArn`.
    LicenseArn,
    license_arn::check
);
text_type!(
    /// The AWS account of a buyer: 1 to 255 digits (a real one has 12).
    ///
    /// Source: service model 2016-01-14, `CustomerAWSAccountId`.
    CustomerAwsAccountId,
    check_account_id
);
text_type!(
    /// The `CustomerIdentifier` of integrations older than June 2026: 1 to 255 characters.
    ///
    /// Source: service model 2016-01-14, `CustomerIdentifier`. The empty text, which some SDKs
    /// send for "not set", is no identifier: the readers of this crate take it as absent.
    CustomerIdentifier,
    check_customer_identifier
);
text_type!(
    /// A dimension that the product defines: 1 to 255 characters.
    ///
    /// Source: service model 2016-01-14, `UsageDimension`.
    Dimension,
    check_dimension
);
text_type!(
    /// The token that makes a MeterUsage call idempotent: 1 to 64 characters.
    ///
    /// Source: service model 2016-01-14, `ClientToken`.
    ClientToken,
    check_client_token
);
text_type!(
    /// The key of an allocation's tag: 1 to 100 characters of the tag alphabet.
    ///
    /// The model's pattern holds ` -=` as a character *range*; read literally it admits
    /// `! " # $ % & ' ( ) * , ; <` as well. Those are accepted here and told by
    /// [`uncertain_character`](Self::uncertain_character).
    ///
    /// Source: service model 2016-01-14, `TagKey`.
    TagKey,
    check_tag_key
);
text_type!(
    /// The value of an allocation's tag: up to 256 characters of the tag alphabet.
    ///
    /// The model's text says that a value can be empty, its length rule says at least 1: the
    /// empty value is accepted here, and validation warns of it.
    ///
    /// Source: service model 2016-01-14, `TagValue` and `Tag.Value`.
    TagValue,
    check_tag_value
);

impl TagKey {
    /// The first character that only the literal reading of AWS's pattern admits.
    pub fn uncertain_character(&self) -> Option<char> {
        uncertain_tag_character(&self.0)
    }
}

impl TagValue {
    /// The first character that only the literal reading of AWS's pattern admits.
    pub fn uncertain_character(&self) -> Option<char> {
        uncertain_tag_character(&self.0)
    }
}

impl CustomerAwsAccountId {
    /// The digits of a real account.
    pub(super) const USUAL_LENGTH: usize = 12;

    /// Whether it has the 12 digits of a real account.
    pub fn has_usual_length(&self) -> bool {
        self.0.len() == Self::USUAL_LENGTH
    }
}

impl LicenseArn {
    /// Whether it names a license of AWS License Manager, as every real one does.
    pub fn is_license_manager(&self) -> bool {
        license_arn::is_license_manager(&self.0)
    }
}

#[inline]
fn length(what: &'static str, text: &str, min: usize, limit: usize) -> Result<(), ValueError> {
    // No text has more characters than bytes, and only the empty one has none.
    if text.len() >= min && text.len() <= limit {
        return Ok(());
    }
    if text.len() < min {
        return Err(ValueError::Empty { what });
    }
    match text.chars().count() {
        characters if characters > limit => Err(ValueError::TooLong { what, characters, limit }),
        _ => Ok(()),
    }
}

#[inline]
fn alphabet(what: &'static str, text: &str, alphabet: Alphabet) -> Result<(), ValueError> {
    if alphabet.holds_all(text.as_bytes()) {
        return Ok(());
    }
    let mut characters = text.chars().enumerate();
    match characters.find(|(_, character)| !alphabet.holds(*character)) {
        None => Ok(()),
        Some((index, character)) => {
            let allowed = alphabet.words();
            Err(ValueError::Character { what, character, position: index + 1, allowed })
        }
    }
}

fn check_product_code(text: &str) -> Result<(), ValueError> {
    length("ProductCode", text, 1, MAX_PRODUCT_CODE)?;
    alphabet("ProductCode", text, alphabets::PRODUCT_CODE)
}

fn check_account_id(text: &str) -> Result<(), ValueError> {
    length("CustomerAWSAccountId", text, 1, MAX_ACCOUNT_ID)?;
    alphabet("CustomerAWSAccountId", text, alphabets::DIGITS)
}

fn check_customer_identifier(text: &str) -> Result<(), ValueError> {
    length("CustomerIdentifier", text, 1, MAX_CUSTOMER_IDENTIFIER)
}

fn check_dimension(text: &str) -> Result<(), ValueError> {
    length("Dimension", text, 1, MAX_DIMENSION)
}

fn check_client_token(text: &str) -> Result<(), ValueError> {
    length("ClientToken", text, 1, MAX_CLIENT_TOKEN)
}

fn check_tag_key(text: &str) -> Result<(), ValueError> {
    length("tag Key", text, 1, MAX_TAG_KEY)?;
    alphabet("tag Key", text, alphabets::TAG)
}

fn check_tag_value(text: &str) -> Result<(), ValueError> {
    length("tag Value", text, 0, MAX_TAG_VALUE)?;
    alphabet("tag Value", text, alphabets::TAG)
}

/// The first character of a tag's text that only the literal reading of AWS's pattern admits.
pub(super) fn uncertain_tag_character(text: &str) -> Option<char> {
    if alphabets::CERTAIN_TAG.holds_all(text.as_bytes()) {
        return None;
    }
    text.chars().find(|character| !alphabets::CERTAIN_TAG.holds(*character))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn lengths_count_characters_not_bytes() {
        assert!(Dimension::parse(&"é".repeat(255)).is_ok());
        assert_eq!(
            Dimension::parse(&"é".repeat(256)).unwrap_err().to_string(),
            "Dimension has 256 characters; AWS takes at most 255"
        );
    }

    #[test]
    fn the_tag_alphabet_tells_certain_from_uncertain() {
        let certain = TagKey::parse("aZ09+ -=._:/@").unwrap();
        assert_eq!(certain.uncertain_character(), None);
        for c in "!\"#$%&'()*,;<".chars() {
            let key = TagKey::parse(&c.to_string()).unwrap();
            assert_eq!(key.uncertain_character(), Some(c));
        }
        for c in ">?[\\]^`{|}~\té".chars() {
            assert!(TagKey::parse(&c.to_string()).is_err(), "{c:?}");
        }
    }

    #[test]
    fn an_empty_tag_value_is_a_value_and_an_empty_key_is_none() {
        assert!(TagValue::parse("").is_ok());
        assert_eq!(TagKey::parse("").unwrap_err().code(), "empty");
    }
}
