//! The JOSE header: exactly `PS256`, and nothing that changes what is verified.

use alloc::string::String;
use alloc::vec::Vec;

use super::error::VerifyError;
use crate::json::{self, Kind, Value};
use crate::text::beginning;

/// Reads the decoded header as an object.
pub(super) fn parse(bytes: &[u8]) -> Result<Value<'_>, VerifyError> {
    let header = json::parse(bytes).map_err(VerifyError::HeaderNotJson)?;
    match header.as_object() {
        Some(_) => Ok(header),
        None => Err(VerifyError::HeaderNotObject { actual: header.type_name() }),
    }
}

/// All that is asked of a header.
pub(super) fn check(header: &Value<'_>) -> Result<(), VerifyError> {
    check_algorithm(header)?;
    check_type(header)?;
    check_critical(header)
}

/// `alg` (RFC 7515 §4.1.1) is compared, never used to choose.
pub(super) fn check_algorithm(header: &Value<'_>) -> Result<(), VerifyError> {
    match header.get("alg") {
        Some(alg) if alg.as_str() == Some("PS256") => Ok(()),
        alg => Err(VerifyError::Algorithm { actual: alg.map(json_text) }),
    }
}

/// `typ` (RFC 7519 §5.1) is optional; as issued it is `JWT`. Returns whether it is there.
pub(super) fn check_type(header: &Value<'_>) -> Result<bool, VerifyError> {
    match header.get("typ") {
        None => Ok(false),
        Some(typ) if typ.as_str() == Some("JWT") => Ok(true),
        Some(typ) => Err(VerifyError::Type { actual: json_text(typ) }),
    }
}

/// `crit` (RFC 7515 §4.1.11) and `b64` (RFC 7797 §3), whatever their values.
pub(super) fn check_critical(header: &Value<'_>) -> Result<(), VerifyError> {
    if header.get("crit").is_some() {
        return Err(VerifyError::Critical);
    }
    if header.get("b64").is_some() {
        return Err(VerifyError::UnencodedPayload);
    }
    Ok(())
}

/// The members that are ignored. Among them may be `jwk`, `jku`, `x5c`, `kid`: a token does
/// not get to bring or to choose its key.
pub(super) fn ignored(header: &Value<'_>) -> Vec<String> {
    names_except(header, &["alg", "typ", "crit", "b64"])
}

pub(super) fn names_except(object: &Value<'_>, known: &[&str]) -> Vec<String> {
    let members = object.as_object().unwrap_or_default();
    let unknown = members.iter().filter(|member| !known.contains(&member.name.as_ref()));
    unknown.map(|member| member.name.clone().into_owned()).collect()
}

/// A short form of a value, for an error: its own text where it is a number or a string.
pub(super) fn json_text(value: &Value<'_>) -> String {
    match &value.kind {
        Kind::String(text) => super::error::quoted(text),
        Kind::Number(text) => beginning(text, 40).into(),
        _ => value.type_name().into(),
    }
}
