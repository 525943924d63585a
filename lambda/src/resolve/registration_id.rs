//! The short-lived, signed id that goes to the sign-up page in place of AWS's token.
//!
//! Format: `v1.<customer id>.<expires>.<mac>`, where `<customer id>` is a [`CustomerId`] (the key
//! of the customer's row), `<expires>` is Unix time in seconds, and `<mac>` is unpadded base64url
//! of HMAC-SHA256, keyed with `REGISTRATION_SECRET`'s bytes, over everything before its dot.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use meterproof::Timestamp;
use sha2::Sha256;

use super::customer::CustomerId;

const VERSION: &str = "v1";

/// The key that signs registration ids: at least 32 bytes, as many as HMAC-SHA256 puts out
/// (RFC 2104 §3 discourages fewer).
#[derive(Clone)]
pub struct RegistrationSecret(Box<[u8]>);

impl RegistrationSecret {
    /// The least number of bytes.
    pub const MIN_BYTES: usize = 32;

    /// `None` where there are fewer than [`RegistrationSecret::MIN_BYTES`].
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        (bytes.len() >= Self::MIN_BYTES).then(|| Self(bytes.into()))
    }

    fn mac(&self, text: &str) -> Hmac<Sha256> {
        // HMAC takes keys of any length (RFC 2104 §2), so this cannot fail.
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(text.as_bytes());
        mac
    }
}

impl fmt::Debug for RegistrationSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RegistrationSecret(..)")
    }
}

/// Signs an id for `customer` that holds until `expires`.
#[must_use]
pub fn sign_registration(
    customer: &CustomerId,
    expires: Timestamp,
    secret: &RegistrationSecret,
) -> String {
    let signed = format!("{VERSION}.{customer}.{}", expires.unix_seconds());
    let mac = URL_SAFE_NO_PAD.encode(secret.mac(&signed).finalize().into_bytes());
    format!("{signed}.{mac}")
}

/// Why a registration id is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistrationIdError {
    /// Not of the form `v1.<customer id>.<expires>.<mac>`.
    Malformed,
    /// The signature is not one by this secret.
    InvalidSignature,
    /// Genuine, but its time is over.
    Expired {
        /// When it ended.
        expires: Timestamp,
        /// The time it was looked at.
        now: Timestamp,
    },
}

impl RegistrationIdError {
    /// Every code [`RegistrationIdError::code`] can return.
    pub const ALL: &'static [&'static str] =
        &["registration_malformed", "registration_signature_invalid", "registration_expired"];

    /// A stable name for the kind of error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "registration_malformed",
            Self::InvalidSignature => "registration_signature_invalid",
            Self::Expired { .. } => "registration_expired",
        }
    }
}

impl fmt::Display for RegistrationIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("not a registration id: pass the `registration` parameter as it came"),
            Self::InvalidSignature => {
                f.write_str("invalid registration signature: check that both sides hold the same REGISTRATION_SECRET")
            }
            Self::Expired { expires, now } => write!(
                f,
                "the registration id expired at {expires}, now is {now}: send the buyer back to AWS Marketplace"
            ),
        }
    }
}

impl std::error::Error for RegistrationIdError {}

/// Checks a registration id and returns the key of the customer's row.
///
/// ```
/// use meterproof::Timestamp;
/// use meterproof_lambda::resolve::{
///     CustomerId, RegistrationSecret, sign_registration, verify_registration,
/// };
///
/// let secret = RegistrationSecret::new(&[7; 32]).unwrap();
/// let customer = CustomerId::parse("0123456789012345678901234567890123456789abc").unwrap();
/// let now = Timestamp::parse_iso_8601("2026-11-21T10:00:00Z").unwrap();
/// let id = sign_registration(&customer, now.plus_seconds(900).unwrap(), &secret);
/// assert_eq!(verify_registration(&id, &secret, now).unwrap(), customer);
/// ```
///
/// # Errors
/// [`RegistrationIdError`]; the signature is compared in constant time and before the expiry.
pub fn verify_registration(
    id: &str,
    secret: &RegistrationSecret,
    now: Timestamp,
) -> Result<CustomerId, RegistrationIdError> {
    let (signed, mac) = id.rsplit_once('.').ok_or(RegistrationIdError::Malformed)?;
    let mac = URL_SAFE_NO_PAD.decode(mac).map_err(|_| RegistrationIdError::Malformed)?;
    let mut parts = signed.split('.');
    let (Some(VERSION), Some(customer), Some(expires), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(RegistrationIdError::Malformed);
    };
    let customer = CustomerId::parse(customer).ok_or(RegistrationIdError::Malformed)?;
    let expires: i64 = expires.parse().map_err(|_| RegistrationIdError::Malformed)?;
    let expires = Timestamp::from_unix_seconds(expires).ok_or(RegistrationIdError::Malformed)?;
    secret.mac(signed).verify_slice(&mac).map_err(|_| RegistrationIdError::InvalidSignature)?;
    if now < expires { Ok(customer) } else { Err(RegistrationIdError::Expired { expires, now }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUSTOMER: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    fn time(text: &str) -> Timestamp {
        Timestamp::parse_iso_8601(text).unwrap()
    }

    fn secret() -> RegistrationSecret {
        RegistrationSecret::new(b"0123456789abcdef0123456789abcdef").unwrap()
    }

    fn signed() -> String {
        sign_registration(
            &CustomerId::parse(CUSTOMER).unwrap(),
            time("2026-11-21T10:15:00Z"),
            &secret(),
        )
    }

    #[test]
    fn the_format_is_pinned() {
        // The mac was computed with Python's hmac module.
        assert_eq!(
            signed(),
            format!("v1.{CUSTOMER}.1795256100.{}", "PuDzwkY9m9LTdFqDHkR2aKMd2RFSbff0tmTHv_WWpFo")
        );
    }

    #[test]
    fn it_holds_until_the_second_it_expires() {
        assert_eq!(
            verify_registration(&signed(), &secret(), time("2026-11-21T10:14:59Z"))
                .unwrap()
                .as_str(),
            CUSTOMER
        );
        let error =
            verify_registration(&signed(), &secret(), time("2026-11-21T10:15:00Z")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the registration id expired at 2026-11-21T10:15:00Z, now is 2026-11-21T10:15:00Z: send the buyer back to AWS Marketplace"
        );
    }

    #[test]
    fn nothing_in_it_can_be_changed() {
        let now = time("2026-11-21T10:00:00Z");
        let genuine = signed();
        for at in 0..genuine.len() {
            let mut bytes = genuine.clone().into_bytes();
            bytes[at] = if bytes[at] == b'1' { b'2' } else { b'1' };
            let forged = String::from_utf8(bytes).unwrap();
            let error = verify_registration(&forged, &secret(), now).unwrap_err();
            assert!(
                matches!(error.code(), "registration_malformed" | "registration_signature_invalid"),
                "{forged}"
            );
        }
        let other = RegistrationSecret::new(&[1; 32]).unwrap();
        assert_eq!(
            verify_registration(&genuine, &other, now),
            Err(RegistrationIdError::InvalidSignature)
        );
        for malformed in
            ["", "v1", "v1.a.b.c", "....", "v2.a.1.AA", &format!("{genuine}.x"), &genuine[1..]]
        {
            assert_eq!(
                verify_registration(malformed, &secret(), now),
                Err(RegistrationIdError::Malformed),
                "{malformed}"
            );
        }
    }

    #[test]
    fn a_short_secret_is_none() {
        assert!(RegistrationSecret::new(&[1; 31]).is_none());
        assert_eq!(format!("{:?}", secret()), "RegistrationSecret(..)");
    }
}
