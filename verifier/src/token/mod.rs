//! Tokens: text to segments ([`jws`]) to signature ([`ps256`]) to claims ([`claims`]) to a
//! [`Registration`], checked in one [`walk`].

mod base64;
mod claims;
mod collector;
mod diagnosis;
mod error;
mod expectations;
mod forensics;
mod header;
mod jws;
mod key;
mod key_set;
mod nonce;
mod note;

pub mod ps256;
mod registration;
mod rotation;
mod verifier;
mod walk;
mod wrapper;

pub use diagnosis::{Check, CheckName, Diagnosis, Status, Verdict};
pub use error::{EncodingFault, VerifyError};
pub use forensics::{Cause, CauseCode};
pub use jws::Segment;
pub use key::{KeyError, MAX_EXPONENT, MAX_KEY_BITS, MIN_EXPONENT, MIN_KEY_BITS, PublicKey};
pub use key_set::{KeySet, KeyVersion};
pub use nonce::{ExpectedNonce, MAX_NONCE_CHARACTERS, Nonce, NonceError};
pub use note::Note;
pub use registration::{ClaimStyle, Registration};
pub use verifier::{
    DEFAULT_LEEWAY_SECONDS, DEFAULT_MAX_TOKEN_LENGTH, MAX_RESPONSE_OVERHEAD, RegistrationVerifier,
};
