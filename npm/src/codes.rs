//! All stable codes, for those who list or translate them.

use meterproof::json::JsonError;
use meterproof::usage::ViolationCode;
use meterproof::{CheckName, KeyError, VerifyError};
use serde::{Serialize, Serializer};

/// The codes, by what carries them.
#[derive(Serialize)]
pub struct Codes {
    verify: &'static [&'static str],
    key: &'static [&'static str],
    configuration: &'static [&'static str],
    violation: ViolationCodes,
    checks: CheckNames,
}

impl Codes {
    /// All of them.
    pub const ALL: Self = Self {
        verify: VerifyError::ALL,
        key: KeyError::ALL,
        configuration: CONFIGURATION,
        violation: ViolationCodes,
        checks: CheckNames,
    };
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
    "missing_nonce",
    "no_keys",
    "not_initialised",
    "unknown_option",
];

/// The rules' codes, and those of a document that is not JSON.
struct ViolationCodes;

impl Serialize for ViolationCodes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rules = ViolationCode::ALL.iter().map(|code| code.code());
        serializer.collect_seq(JsonError::ALL.iter().copied().chain(rules))
    }
}

struct CheckNames;

impl Serialize for CheckNames {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(CheckName::ALL.iter().map(|name| name.as_str()))
    }
}
