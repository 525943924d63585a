//! The claims of a RegisterUsage token, read strictly and each on its own.

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use super::collector::Checked;
use super::error::VerifyError;
use super::header::{json_text, names_except};
use super::rotation::{self, Rotation};
use super::{ClaimStyle, KeyVersion};
use crate::Timestamp;
use crate::json::{self, Kind, Value};

/// The names of the claims in one spelling.
struct Names {
    product_code: &'static str,
    public_key_version: &'static str,
    nonce: &'static str,
    rotation: &'static str,
}

impl Names {
    fn of(style: Option<&ClaimStyle>) -> &'static Self {
        match style {
            Some(ClaimStyle::PascalCase) => &PASCAL_CASE,
            _ => &CAMEL_CASE,
        }
    }

    fn all(&self) -> [&'static str; 4] {
        [self.product_code, self.public_key_version, self.nonce, self.rotation]
    }
}

/// As issued.
static CAMEL_CASE: Names = Names {
    product_code: "productCode",
    public_key_version: "publicKeyVersion",
    nonce: "nonce",
    rotation: "publicKeyRotationTimestamp",
};

/// As printed in the API reference of RegisterUsage (2019-06-13, sample response).
static PASCAL_CASE: Names = Names {
    product_code: "ProductCode",
    public_key_version: "PublicKeyVersion",
    nonce: "Nonce",
    rotation: "PublicKeyRotationTimestamp",
};

/// Claims about time (RFC 7519 §4.1), which have one spelling.
const ISSUED_AT: &str = "iat";
const EXPIRES_AT: &str = "exp";
const NOT_BEFORE: &str = "nbf";

/// Reads the decoded payload as an object.
pub(super) fn parse(bytes: &[u8]) -> Result<Value<'_>, VerifyError> {
    let payload = json::parse(bytes).map_err(VerifyError::PayloadNotJson)?;
    match payload.as_object() {
        Some(_) => Ok(payload),
        None => Err(VerifyError::PayloadNotObject { actual: payload.type_name() }),
    }
}

/// The claims, each read or with its fault, for a diagnosis.
pub(super) struct Findings<'p> {
    pub(super) style: Checked<ClaimStyle>,
    pub(super) product_code: Checked<&'p str>,
    pub(super) key_version: Checked<KeyVersion>,
    pub(super) nonce: Checked<Option<&'p str>>,
    pub(super) times: Checked<Times>,
    pub(super) rotation: Rotation,
    /// Names of claims that mean nothing here.
    pub(super) ignored: Vec<String>,
}

impl<'p> Findings<'p> {
    pub(super) fn read(payload: &'p Value<'_>) -> Self {
        let style = style(payload).map_err(Rc::new);
        let names = Names::of(style.as_ref().ok());
        let mut known = names.all().to_vec();
        known.extend([ISSUED_AT, EXPIRES_AT, NOT_BEFORE]);
        Self {
            style,
            product_code: product_code(payload, names.product_code).map_err(Rc::new),
            key_version: key_version(payload, names.public_key_version).map_err(Rc::new),
            nonce: nonce(payload, names.nonce).map_err(Rc::new),
            times: Times::read(payload).map_err(Rc::new),
            rotation: rotation::read(payload.get(names.rotation)),
            ignored: names_except(payload, &known),
        }
    }

    /// All of them, or the first fault.
    pub(super) fn all(&self) -> Checked<Claims<'p>> {
        Ok(Claims {
            style: self.style.clone()?,
            product_code: self.product_code.clone()?,
            key_version: self.key_version.clone()?,
            nonce: self.nonce.clone()?,
            times: self.times.clone()?,
            rotation: self.rotation,
        })
    }
}

/// The claims, all of the right types.
pub(super) struct Claims<'p> {
    pub(super) style: ClaimStyle,
    pub(super) product_code: &'p str,
    pub(super) key_version: KeyVersion,
    /// `None` where no nonce was sent: absent, `null` or empty.
    pub(super) nonce: Option<&'p str>,
    pub(super) times: Times,
    pub(super) rotation: Rotation,
}

impl<'p> Claims<'p> {
    pub(super) fn read(payload: &'p Value<'_>) -> Result<Self, VerifyError> {
        let style = style(payload)?;
        let names = Names::of(Some(&style));
        Ok(Self {
            style,
            product_code: product_code(payload, names.product_code)?,
            key_version: key_version(payload, names.public_key_version)?,
            nonce: nonce(payload, names.nonce)?,
            times: Times::read(payload)?,
            rotation: rotation::read(payload.get(names.rotation)),
        })
    }
}

/// The claims about time (RFC 7519 §4.1).
#[derive(Clone)]
pub(super) struct Times {
    pub(super) issued_at: Option<Timestamp>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) not_before: Option<Timestamp>,
}

impl Times {
    fn read(payload: &Value<'_>) -> Result<Self, VerifyError> {
        Ok(Self {
            issued_at: time(payload, ISSUED_AT)?,
            expires_at: time(payload, EXPIRES_AT)?,
            not_before: time(payload, NOT_BEFORE)?,
        })
    }
}

/// The spelling of the claims. Both at once is refused: two readers would see two tokens.
fn style(payload: &Value<'_>) -> Result<ClaimStyle, VerifyError> {
    let first = |names: &Names| names.all().into_iter().find(|name| payload.get(name).is_some());
    match (first(&CAMEL_CASE), first(&PASCAL_CASE)) {
        (Some(camel_case), Some(pascal_case)) => {
            Err(VerifyError::MixedClaimStyles { camel_case, pascal_case })
        }
        (None, Some(_)) => Ok(ClaimStyle::PascalCase),
        (_, None) => Ok(ClaimStyle::CamelCase),
    }
}

fn product_code<'p>(payload: &'p Value<'_>, claim: &'static str) -> Result<&'p str, VerifyError> {
    let value = payload.get(claim).ok_or(VerifyError::ClaimMissing { claim })?;
    value.as_str().ok_or_else(|| wrong_type(claim, "a string", value))
}

fn key_version(payload: &Value<'_>, claim: &'static str) -> Result<KeyVersion, VerifyError> {
    let value = payload.get(claim).ok_or(VerifyError::ClaimMissing { claim })?;
    let text = value.as_number().ok_or_else(|| wrong_type(claim, "a number", value))?;
    whole(text).and_then(|number| KeyVersion::new(u32::try_from(number).ok()?)).ok_or_else(|| {
        let expected = "a whole number from 1 to 4294967295";
        VerifyError::ClaimValue { claim, expected, actual: json_text(value) }
    })
}

fn nonce<'p>(payload: &'p Value<'_>, claim: &'static str) -> Result<Option<&'p str>, VerifyError> {
    match payload.get(claim) {
        None => Ok(None),
        Some(value) => match &value.kind {
            Kind::Null => Ok(None),
            Kind::String(text) => Ok(Some(text.as_ref()).filter(|text| !text.is_empty())),
            _ => Err(wrong_type(claim, "a string or null", value)),
        },
    }
}

/// A NumericDate (RFC 7519 §2), narrower than there: whole seconds, as RegisterUsage issues.
fn time(payload: &Value<'_>, claim: &'static str) -> Result<Option<Timestamp>, VerifyError> {
    let Some(value) = payload.get(claim) else { return Ok(None) };
    let text = value.as_number().ok_or_else(|| wrong_type(claim, "a number", value))?;
    whole(text)
        .and_then(|number| Timestamp::from_unix_seconds(i64::try_from(number).ok()?))
        .map(Some)
        .ok_or_else(|| {
            let expected = "whole seconds from 1970 to 9999";
            VerifyError::ClaimValue { claim, expected, actual: json_text(value) }
        })
}

/// The number where its text is digits alone: no sign, fraction or exponent, each of which would
/// write the same number in a second way.
fn whole(text: &str) -> Option<u64> {
    text.bytes().try_fold(0_u64, |number, byte| match byte {
        b'0'..=b'9' => number.checked_mul(10)?.checked_add(u64::from(byte - b'0')),
        _ => None,
    })
}

fn wrong_type(claim: &'static str, expected: &'static str, value: &Value<'_>) -> VerifyError {
    VerifyError::ClaimType { claim, expected, actual: value.type_name() }
}
