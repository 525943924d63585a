//! What JavaScript is told when a call fails.

use alloc::string::String;

use meterproof::{KeyError, Timestamp, VerifyError};

use crate::json::{Json, Object, decimal};

/// One failed call: `kind` chooses the JavaScript class, the rest are its properties.
pub struct Refusal {
    kind: &'static str,
    code: &'static str,
    message: String,
    expected: Option<String>,
    actual: Option<String>,
    remedy: Option<&'static str>,
    public_key_version: Option<u32>,
}

impl Refusal {
    /// `VerifyError`
    pub fn of_token(error: &VerifyError) -> Self {
        Self {
            expected: error.expected(),
            actual: error.actual(),
            remedy: Some(error.remedy()),
            ..Self::new("verify", error.code(), error.message())
        }
    }

    /// `KeyError`, for a key that was given alone or as one of several versions.
    pub fn of_key(error: &KeyError, version: Option<u32>) -> Self {
        let message = match version {
            Some(version) => {
                ["the key of version ", &decimal(version.into()), ": ", &error.message()].concat()
            }
            None => error.message(),
        };
        Self { public_key_version: version, ..Self::new("key", error.code(), message) }
    }

    /// `ConfigurationError`
    pub fn configuration(code: &'static str, message: impl Into<String>) -> Self {
        Self::new("configuration", code, message.into())
    }

    /// Values that the JavaScript around this crate does not pass.
    pub fn options() -> Self {
        Self::configuration("invalid_options", "the options do not reach the engine whole")
    }

    /// As JavaScript reads it.
    pub fn to_json(&self) -> String {
        Json::object(|object| self.write(object))
    }

    fn write(&self, object: &mut Object<'_>) {
        object.text("kind", self.kind);
        object.text("code", self.code);
        object.text("message", &self.message);
        object.text_if_any("expected", self.expected.as_deref());
        object.text_if_any("actual", self.actual.as_deref());
        object.text_if_any("remedy", self.remedy);
        if let Some(version) = self.public_key_version {
            object.number("publicKeyVersion", i64::from(version));
        }
    }

    fn new(kind: &'static str, code: &'static str, message: String) -> Self {
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

/// A time from whole milliseconds since 1970.
pub fn time(millis: f64) -> Result<Timestamp, Refusal> {
    // `as` saturates, and what lies outside the years 0 to 9999 is refused after it.
    #[allow(clippy::cast_possible_truncation)]
    let millis = millis as i64;
    Timestamp::from_unix_millis(millis).ok_or_else(|| {
        let message = [&decimal(millis), " is not in the years 0 to 9999"].concat();
        Refusal::configuration("invalid_now", message)
    })
}
