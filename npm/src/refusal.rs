//! What JavaScript is told when a call fails.

use std::fmt::Display;

use meterproof::{KeyError, VerifyError};
use serde::Serialize;

/// One failed call: `kind` chooses the JavaScript class, the rest are its properties.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    kind: Kind,
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actual: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    public_key_version: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Verify,
    Key,
    Configuration,
}

impl Refusal {
    /// `VerifyError`
    pub fn of_token(error: &VerifyError) -> Self {
        Self {
            expected: error.expected(),
            actual: error.actual(),
            remedy: Some(error.remedy()),
            ..Self::new(Kind::Verify, error.code(), error.to_string())
        }
    }

    /// `KeyError`, for a key that was given alone or as one of several versions.
    pub fn of_key(error: &KeyError, version: Option<u32>) -> Self {
        let message = match version {
            Some(version) => format!("the key of version {version}: {error}"),
            None => error.to_string(),
        };
        Self { public_key_version: version, ..Self::new(Kind::Key, error.code(), message) }
    }

    /// `ConfigurationError`
    pub fn configuration(code: &'static str, message: impl Display) -> Self {
        Self::new(Kind::Configuration, code, message.to_string())
    }

    /// Options that the JavaScript around this crate does not write.
    pub fn options(error: serde_json::Error) -> Self {
        Self::configuration("invalid_options", format!("the options cannot be read: {error}"))
    }

    /// An answer that cannot be written, which no value of this crate is.
    pub fn internal(error: serde_json::Error) -> Self {
        Self::configuration("invalid_options", format!("the answer cannot be written: {error}"))
    }

    /// As JavaScript reads it.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn new(kind: Kind, code: &'static str, message: String) -> Self {
        Self {
            kind,
            code,
            message,
            expected: None,
            actual: None,
            remedy: None,
            public_key_version: None,
        }
    }
}
