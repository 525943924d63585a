//! All stable codes, for those who list or translate them.

use alloc::string::String;

use meterproof::json::JsonError;
use meterproof::usage::ViolationCode;
use meterproof::{CauseCode, CheckName, KeyError, VerifyError};

use crate::json::Json;

/// The codes by what carries them, as JSON.
pub fn codes() -> String {
    // The rules' codes, and those of a document that is not JSON.
    let rules = ViolationCode::ALL.iter().map(|code| code.code());
    let violation = JsonError::ALL.iter().copied().chain(rules);
    let checks = CheckName::ALL.iter().map(|name| name.as_str());
    Json::object(|object| {
        object.list("verify", VerifyError::ALL, |json, code| json.text(code));
        object.list("key", KeyError::ALL, |json, code| json.text(code));
        object.list("configuration", CONFIGURATION, |json, code| json.text(code));
        object.list("violation", violation, Json::text);
        object.list("checks", checks, Json::text);
        object.list("causes", CauseCode::ALL, |json, code| json.text(code));
    })
}

/// What `ConfigurationError` carries; the JavaScript makes most of them.
const CONFIGURATION: &[&str] = &[
    "init_failed",
    "input_too_large",
    "invalid_dimensions",
    "invalid_document",
    "invalid_key_type",
    "invalid_key_version",
    "invalid_keys",
    "invalid_leeway_seconds",
    "invalid_max_token_length",
    "invalid_nonce",
    "invalid_now",
    "invalid_options",
    "invalid_product_code",
    "invalid_rules",
    "invalid_token_type",
    "invalid_tokens",
    "missing_nonce",
    "no_keys",
    "not_initialised",
    "unknown_option",
];
