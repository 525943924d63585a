//! The answer to "why not?": every check, what was found, what was expected, what to do.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::{Cause, Note, Registration, VerifyError};

/// Every check of one token, in order.
///
/// A diagnosis is for people who look for a cause. To decide, call
/// [`verify`](super::RegistrationVerifier::verify).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    pub(super) checks: Vec<Check>,
    pub(super) notes: Vec<Note>,
    pub(super) causes: Vec<Cause>,
    pub(super) header: Option<String>,
    pub(super) payload: Option<String>,
    pub(super) outcome: Result<Registration, VerifyError>,
}

impl Diagnosis {
    /// What `verify` says of the same input.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if self.outcome.is_ok() { Verdict::Verified } else { Verdict::Refused }
    }

    /// What `verify` returns for the same input: the registration, or the first failure.
    ///
    /// # Errors
    /// The error of the first check that failed.
    pub fn outcome(&self) -> Result<&Registration, &VerifyError> {
        self.outcome.as_ref()
    }

    /// The registration, where all checks passed.
    #[must_use]
    pub fn registration(&self) -> Option<&Registration> {
        self.outcome.as_ref().ok()
    }

    /// All 15 checks, in the order of [`CheckName::ALL`].
    #[must_use]
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// The check of this name.
    #[must_use]
    pub fn check(&self, name: CheckName) -> Option<&Check> {
        self.checks.iter().find(|check| check.name == name)
    }

    /// What is worth knowing and no reason to refuse.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Why the signature does not verify, as far as that can be told, the cause that explains
    /// most first. Empty where it does verify, or where there is none to look at. Never a reason
    /// to accept the token.
    #[must_use]
    pub fn causes(&self) -> &[Cause] {
        &self.causes
    }

    /// The header's text, where its base64url and UTF-8 can be read. It may be no JSON.
    #[must_use]
    pub fn header(&self) -> Option<&str> {
        self.header.as_deref()
    }

    /// The payload's text, where its base64url and UTF-8 can be read. It may be no JSON, and
    /// is nobody's word unless the verdict is `Verified`.
    #[must_use]
    pub fn payload(&self) -> Option<&str> {
        self.payload.as_deref()
    }
}

/// The end of a diagnosis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Every check passed.
    Verified,
    /// At least one failed.
    Refused,
}

impl Verdict {
    /// The stable name: `verified` or `refused`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Refused => "refused",
        }
    }
}

/// One check of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Which one.
    pub name: CheckName,
    /// How it went.
    pub status: Status,
    /// What was expected, where that can be named and the check was made.
    pub expected: Option<String>,
    /// What was found. Quoted text of the token is escaped and cut.
    pub actual: Option<String>,
    /// After a failure what to do; after a skip why; after a pass only where the result is
    /// unproven.
    pub remedy: Option<String>,
    /// The error's code, after a failure.
    pub code: Option<&'static str>,
}

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// As it must be.
    Pass,
    /// A reason to refuse the token.
    Fail,
    /// Not possible after an earlier failure.
    Skipped,
}

impl Status {
    /// The stable name: `pass`, `fail` or `skipped`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Skipped => "skipped",
        }
    }
}

/// The checks, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckName {
    /// Something was given, and not too much.
    Length,
    /// A response, if it is one, has a token in it.
    Wrapper,
    /// Three segments.
    Segments,
    /// Each in canonical base64url.
    Encoding,
    /// The header is a JSON object.
    Header,
    /// `alg` is `PS256`.
    Algorithm,
    /// `typ` is `JWT` or absent.
    Type,
    /// Neither `crit` nor `b64`.
    Critical,
    /// The payload is a JSON object.
    Payload,
    /// The claims have one spelling, and the right types.
    Claims,
    /// The key version is trusted.
    Key,
    /// The signature verifies.
    Signature,
    /// The product is the expected one.
    ProductCode,
    /// The nonce is the expected one.
    Nonce,
    /// `iat`, `exp` and `nbf` agree with the time.
    IssuedAt,
}

impl CheckName {
    /// All of them, in order.
    pub const ALL: [Self; 15] = [
        Self::Length,
        Self::Wrapper,
        Self::Segments,
        Self::Encoding,
        Self::Header,
        Self::Algorithm,
        Self::Type,
        Self::Critical,
        Self::Payload,
        Self::Claims,
        Self::Key,
        Self::Signature,
        Self::ProductCode,
        Self::Nonce,
        Self::IssuedAt,
    ];

    /// The stable name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Wrapper => "wrapper",
            Self::Segments => "segments",
            Self::Encoding => "encoding",
            Self::Header => "header",
            Self::Algorithm => "algorithm",
            Self::Type => "type",
            Self::Critical => "critical",
            Self::Payload => "payload",
            Self::Claims => "claims",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::ProductCode => "product_code",
            Self::Nonce => "nonce",
            Self::IssuedAt => "issued_at",
        }
    }
}

impl fmt::Display for CheckName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
