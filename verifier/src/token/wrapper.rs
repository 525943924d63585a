//! The RegisterUsage response around a token, as SDKs and the AWS CLI print it.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::error::VerifyError;
use super::header::names_except;
use super::rotation::{self, Rotation};
use crate::json::{self, Kind};

const SIGNATURE: &str = "Signature";
const ROTATION: &str = "PublicKeyRotationTimestamp";

/// The token, out of its wrapper where it came in one.
pub(super) struct Unwrapped<'i> {
    pub(super) token: Cow<'i, [u8]>,
    /// What the response says beside the token; `None` for a bare token.
    pub(super) response: Option<Response>,
}

/// What a response says beside the token. None of it is signed.
pub(super) struct Response {
    pub(super) rotation: Rotation,
    /// Names of other members, such as `ResponseMetadata`.
    pub(super) ignored: Vec<String>,
}

/// What begins with a brace is a response, since no base64url begins so; white space around it
/// is JSON's. Behind a byte order mark too, so that the reader can name what is wrong.
pub(super) fn is_response(input: &[u8]) -> bool {
    let text = input.strip_prefix("\u{feff}".as_bytes()).unwrap_or(input);
    text.trim_ascii_start().first() == Some(&b'{')
}

/// Takes the token out of a response (`RegisterUsageResult`, API reference 2016-01-14).
/// Anything but a response is a bare token.
pub(super) fn unwrap(input: &[u8]) -> Result<Unwrapped<'_>, VerifyError> {
    if !is_response(input) {
        return Ok(Unwrapped { token: Cow::Borrowed(input), response: None });
    }
    let mut wrapper = json::parse(input).map_err(VerifyError::WrapperNotJson)?;
    let response = Response {
        rotation: rotation::read(wrapper.get(ROTATION)),
        ignored: names_except(&wrapper, &[SIGNATURE, ROTATION]),
    };
    let members = match &mut wrapper.kind {
        Kind::Object(members) => members.as_mut_slice(),
        _ => &mut [],
    };
    let Some(signature) = members.iter_mut().find(|member| member.name == SIGNATURE) else {
        return Err(VerifyError::WrapperSignature { actual: "absent" });
    };
    let actual = signature.value.type_name();
    let Kind::String(token) = core::mem::replace(&mut signature.value.kind, Kind::Null) else {
        return Err(VerifyError::WrapperSignature { actual });
    };
    let token = match token {
        Cow::Borrowed(token) => Cow::Borrowed(token.as_bytes()),
        Cow::Owned(token) => Cow::Owned(token.into_bytes()),
    };
    Ok(Unwrapped { token, response: Some(response) })
}
