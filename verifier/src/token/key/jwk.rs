//! One JSON Web Key of type RSA (RFC 7517 §4, RFC 7518 §6.3.1).

use alloc::vec::Vec;

use super::{KeyError, Parts};
use crate::json::{self, Value};
use crate::text::beginning;
use crate::token::base64;

/// Members that hold a secret (RFC 7518 §6.3.2, §6.4.1).
const SECRET: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

pub(super) fn decode(text: &str) -> Result<Parts, KeyError> {
    let jwk = json::parse(text.as_bytes()).map_err(KeyError::JwkNotJson)?;
    if jwk.as_object().is_none() {
        return Err(KeyError::JwkMember { member: "kty", expected: "one JWK object" });
    }
    if jwk.get("keys").is_some() {
        return Err(KeyError::JwkSet);
    }
    if SECRET.iter().any(|member| jwk.get(member).is_some()) {
        return Err(KeyError::PrivateKey);
    }
    if let Some(kty) = jwk.get("kty").and_then(Value::as_str)
        && kty != "RSA"
    {
        return Err(KeyError::NotRsa { algorithm: beginning(kty, 32).into() });
    }
    if jwk.get("kty").and_then(Value::as_str).is_none() {
        return Err(KeyError::JwkMember { member: "kty", expected: "\"RSA\"" });
    }
    allows("use", &jwk, "\"sig\" or absent", |value| value.as_str() == Some("sig"))?;
    allows("alg", &jwk, "\"PS256\" or absent", |value| value.as_str() == Some("PS256"))?;
    allows("key_ops", &jwk, "a list with \"verify\", or absent", |value| {
        let verify = |operation: &Value<'_>| operation.as_str() == Some("verify");
        value.as_array().is_some_and(|operations| operations.iter().any(verify))
    })?;
    Ok(Parts { modulus: integer("n", &jwk)?, exponent: integer("e", &jwk)? })
}

fn allows(
    member: &'static str,
    jwk: &Value<'_>,
    expected: &'static str,
    rule: impl Fn(&Value<'_>) -> bool,
) -> Result<(), KeyError> {
    match jwk.get(member) {
        Some(value) if !rule(value) => Err(KeyError::JwkMember { member, expected }),
        _ => Ok(()),
    }
}

/// A Base64urlUInt (RFC 7518 §2): big-endian, in the fewest bytes.
fn integer(member: &'static str, jwk: &Value<'_>) -> Result<Vec<u8>, KeyError> {
    let expected = "an integer in base64url, without padding and without leading zero bytes";
    jwk.get(member)
        .and_then(Value::as_str)
        .and_then(|text| base64::decode(&base64::URL_SAFE, text.as_bytes()).ok())
        .filter(|bytes| bytes.first().is_some_and(|first| *first != 0))
        .ok_or(KeyError::JwkMember { member, expected })
}
