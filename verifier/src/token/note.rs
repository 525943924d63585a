use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::error::quoted;
use crate::Timestamp;
use crate::text::text;

/// Something worth knowing about a token that is no reason to refuse it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// The response has members that are ignored.
    IgnoredResponseMembers(Vec<String>),
    /// The header has no `typ`.
    TypeAbsent,
    /// The header has members that are ignored.
    IgnoredHeaderMembers(Vec<String>),
    /// The claims are spelled as in the API reference, not as issued.
    PascalCaseClaims,
    /// The payload has claims that are ignored.
    IgnoredClaims(Vec<String>),
    /// The payload has no `iat`, so that its age is unknown.
    IssuedAtAbsent,
    /// The key version has been replaced by a newer one.
    KeyVersionExpired(Timestamp),
    /// A rotation timestamp cannot be read.
    RotationUnreadable,
    /// Token and response have different rotation timestamps; the token's counts.
    RotationsDiffer,
    /// What follows the signature was compared but is not proven.
    ClaimsUnproven,
}

impl Note {
    /// The codes of all variants.
    pub const ALL: &'static [&'static str] = &[
        "note_ignored_response_members",
        "note_type_absent",
        "note_ignored_header_members",
        "note_pascal_case_claims",
        "note_ignored_claims",
        "note_issued_at_absent",
        "note_key_version_expired",
        "note_rotation_unreadable",
        "note_rotations_differ",
        "note_claims_unproven",
    ];

    /// The stable code of the variant.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::IgnoredResponseMembers(_) => "note_ignored_response_members",
            Self::TypeAbsent => "note_type_absent",
            Self::IgnoredHeaderMembers(_) => "note_ignored_header_members",
            Self::PascalCaseClaims => "note_pascal_case_claims",
            Self::IgnoredClaims(_) => "note_ignored_claims",
            Self::IssuedAtAbsent => "note_issued_at_absent",
            Self::KeyVersionExpired(_) => "note_key_version_expired",
            Self::RotationUnreadable => "note_rotation_unreadable",
            Self::RotationsDiffer => "note_rotations_differ",
            Self::ClaimsUnproven => "note_claims_unproven",
        }
    }
}

impl Note {
    /// What `Display` shows.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::IgnoredResponseMembers(names) => {
                text!("members of the response that are ignored: ", list(names))
            }
            Self::TypeAbsent => text!("the header has no typ; as issued it is \"JWT\""),
            Self::IgnoredHeaderMembers(names) => text!(
                "members of the header that are ignored: ",
                list(names),
                "; a token cannot bring or choose its key"
            ),
            Self::PascalCaseClaims => {
                text!("the claims are in PascalCase, as in the API reference; AWS issues camelCase")
            }
            Self::IgnoredClaims(names) => text!("claims that are ignored: ", list(names)),
            Self::IssuedAtAbsent => text!("the token has no iat: its age is unknown"),
            Self::KeyVersionExpired(at) => text!(
                "the key version was replaced as of ",
                *at,
                ": ship the new version's key and number"
            ),
            Self::RotationUnreadable => text!(
                "a publicKeyRotationTimestamp is neither epoch seconds nor ISO 8601 nor null: \
                 it is ignored"
            ),
            Self::RotationsDiffer => {
                text!("token and response have different rotation timestamps: the token's counts")
            }
            Self::ClaimsUnproven => text!(
                "product code, nonce and times were compared although the signature was not \
                 verified: anybody may have written them"
            ),
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

/// At most eight names, each escaped and cut.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let mut list = String::new();
    for (at, name) in names.iter().take(SHOWN).enumerate() {
        list.push_str(if at == 0 { "" } else { ", " });
        list.push_str(&quoted(name));
    }
    match names.len().saturating_sub(SHOWN) {
        0 => list,
        more => text!(list, " and ", more, " more"),
    }
}
