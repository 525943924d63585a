use alloc::string::String;
use core::fmt;

use super::{MAX_EXPONENT, MAX_KEY_BITS, MIN_EXPONENT, MIN_KEY_BITS};
use crate::json::JsonError;
use crate::text::{Quoted, text};

/// Why a text or a DER document is no [`PublicKey`](super::PublicKey).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// Nothing was given.
    Empty,
    /// Neither PEM nor a JWK.
    UnknownFormat,
    /// Something stands before `-----BEGIN`, where readers that skip it can be misled.
    TextBeforeHeader {
        /// How many bytes.
        bytes: usize,
    },
    /// Something other than line breaks stands after the footer line.
    TextAfterFooter,
    /// A PEM block of another kind, such as `CERTIFICATE`.
    PemLabel {
        /// The label found.
        label: String,
    },
    /// The PEM framing or its base64 is broken.
    MalformedPem {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Not the one DER encoding of an RSA key (RFC 8017 §A.1).
    MalformedDer,
    /// The JWK is not JSON.
    JwkNotJson(JsonError),
    /// A JWK Set, where one JWK is needed.
    JwkSet,
    /// A member of the JWK is missing or has a value that cannot be used.
    JwkMember {
        /// The member's name.
        member: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// A private key. It has no business here, and may now be known to others.
    PrivateKey,
    /// A key of another algorithm.
    NotRsa {
        /// The algorithm's name, object identifier or `kty`.
        algorithm: String,
    },
    /// A key whose private half is published.
    DemoKey {
        /// Where it is published.
        published_in: &'static str,
    },
    /// The modulus has fewer than 2048 bits (RFC 7518 §3.5).
    TooSmall {
        /// Bits of the modulus.
        bits: usize,
    },
    /// The modulus has more than 4096 bits.
    TooLarge {
        /// Bits of the modulus.
        bits: usize,
    },
    /// The modulus is even, so that it is no product of two large primes.
    EvenModulus,
    /// The exponent is smaller than 65537 (FIPS 186-5 §A.1.1).
    ExponentTooSmall {
        /// The exponent.
        exponent: u64,
    },
    /// The exponent is larger than 2^33 - 1.
    ExponentTooLarge,
    /// The exponent is even, so that signatures are not unique.
    EvenExponent {
        /// The exponent.
        exponent: u64,
    },
}

impl KeyError {
    /// The codes of all variants.
    pub const ALL: &'static [&'static str] = &[
        "key_empty",
        "key_format_unknown",
        "key_text_before_header",
        "key_text_after_footer",
        "key_pem_label",
        "key_pem_malformed",
        "key_der_malformed",
        "key_jwk_not_json",
        "key_jwk_set",
        "key_jwk_member",
        "key_is_private",
        "key_not_rsa",
        "key_is_published",
        "key_too_small",
        "key_too_large",
        "key_modulus_even",
        "key_exponent_too_small",
        "key_exponent_too_large",
        "key_exponent_even",
    ];

    /// The stable code of the variant.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "key_empty",
            Self::UnknownFormat => "key_format_unknown",
            Self::TextBeforeHeader { .. } => "key_text_before_header",
            Self::TextAfterFooter => "key_text_after_footer",
            Self::PemLabel { .. } => "key_pem_label",
            Self::MalformedPem { .. } => "key_pem_malformed",
            Self::MalformedDer => "key_der_malformed",
            Self::JwkNotJson(_) => "key_jwk_not_json",
            Self::JwkSet => "key_jwk_set",
            Self::JwkMember { .. } => "key_jwk_member",
            Self::PrivateKey => "key_is_private",
            Self::NotRsa { .. } => "key_not_rsa",
            Self::DemoKey { .. } => "key_is_published",
            Self::TooSmall { .. } => "key_too_small",
            Self::TooLarge { .. } => "key_too_large",
            Self::EvenModulus => "key_modulus_even",
            Self::ExponentTooSmall { .. } => "key_exponent_too_small",
            Self::ExponentTooLarge => "key_exponent_too_large",
            Self::EvenExponent { .. } => "key_exponent_even",
        }
    }
}

impl KeyError {
    /// What `Display` shows.
    #[must_use]
    pub fn message(&self) -> String {
        let copy = ": copy the key again, unchanged";
        let showed = ": use the key that AWS Marketplace showed";
        match self {
            Self::Empty => text!(
                "no key was given: paste the public key that AWS Marketplace showed for the product"
            ),
            Self::UnknownFormat => text!(
                "neither PEM nor a JWK: keep the line -----BEGIN PUBLIC KEY----- as the first line"
            ),
            Self::TextBeforeHeader { bytes } => text!(
                *bytes,
                " bytes stand before the header line, expected none: begin with -----BEGIN"
            ),
            Self::TextAfterFooter => text!(
                "something stands after the footer line: end the text there and give one key only"
            ),
            Self::PemLabel { label } => text!(
                "the PEM label is ",
                Quoted(label),
                ", expected \"PUBLIC KEY\" or \"RSA PUBLIC KEY\": give the public key itself"
            ),
            Self::MalformedPem { problem } => text!("the PEM text is damaged, ", *problem, copy),
            Self::MalformedDer => text!("not the DER encoding of an RSA public key", copy),
            Self::JwkNotJson(error) => {
                text!("the JWK is not JSON at byte ", error.at(), ": ", error.message())
            }
            Self::JwkSet => {
                text!("a JWK Set was given: give the one key in it that belongs to the version")
            }
            Self::JwkMember { member, expected } => {
                text!("the JWK's \"", *member, "\" cannot be used: it must be ", *expected)
            }
            Self::PrivateKey => text!(
                "a private key was given: use the public key, and replace the private key \
                 if others can read this place"
            ),
            Self::NotRsa { algorithm } => text!(
                "the key's algorithm is ",
                algorithm.as_str(),
                ", expected RSA (rsaEncryption)",
                showed
            ),
            Self::DemoKey { published_in } => text!(
                "the private half of this key is published by ",
                *published_in,
                ", so that anybody can sign with it",
                showed
            ),
            Self::TooSmall { bits } => {
                text!("the key has ", *bits, " bits, expected at least ", MIN_KEY_BITS, showed)
            }
            Self::TooLarge { bits } => {
                text!("the key has ", *bits, " bits, expected at most ", MAX_KEY_BITS, showed)
            }
            Self::EvenModulus => text!("the key's modulus is even", copy),
            Self::ExponentTooSmall { exponent } => text!(
                "the key's exponent is ",
                *exponent,
                ", expected at least ",
                MIN_EXPONENT,
                showed
            ),
            Self::ExponentTooLarge => {
                text!("the key's exponent is larger than ", MAX_EXPONENT, showed)
            }
            Self::EvenExponent { exponent } => {
                text!("the key's exponent ", *exponent, " is even", showed)
            }
        }
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for KeyError {}
