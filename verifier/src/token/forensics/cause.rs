use alloc::string::String;
use core::fmt;

/// One reason why a signature does not verify, as far as public keys and arithmetic can tell.
///
/// A diagnosis for whoever mends the signer or the way of the token; never a reason to accept it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Which reason.
    pub code: CauseCode,
    /// What was found, exactly: the key's version, lengths in bytes, the hash functions. Quoted
    /// text of the token is escaped and cut.
    pub evidence: String,
}

impl Cause {
    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        self.code.remedy()
    }
}

/// The reasons that can be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CauseCode {
    /// Another key of the set made it than the one of the version that the token names.
    SignedByOtherKey,
    /// A trusted key signed by PKCS #1 v1.5 (RFC 8017 §8.2), as RS256, RS384 and RS512 do.
    Rs256InDisguise,
    /// A trusted key signed by PSS with a salt of other than 32 bytes.
    OtherSaltLength,
    /// A trusted key signed by PSS with another hash function than SHA-256, in the message or in
    /// the mask (MGF1).
    OtherPssHash,
    /// A trusted key signed something that is nearly PSS.
    MalformedPss,
    /// A trusted key signed, over another header or payload.
    TextChanged,
    /// A trusted key signed the same header and payload in another notation.
    Reencoded,
    /// The signature has fewer bytes than the key's modulus, and is not as long as another key's of
    /// the set.
    Truncated,
    /// The signature's number is right and its notation is not.
    SignatureReencoded,
    /// It is a PS256 signature, under a header that says something else.
    AlgorithmMislabelled,
    /// No trusted key made it, or its bits were changed.
    UnknownKey,
}

impl CauseCode {
    /// The codes of all variants.
    pub const ALL: &'static [&'static str] = &[
        "signed_by_other_key",
        "rs256_in_disguise",
        "other_salt_length",
        "other_pss_hash",
        "malformed_pss",
        "text_changed",
        "reencoded",
        "truncated",
        "signature_reencoded",
        "algorithm_mislabelled",
        "unknown_key",
    ];

    /// The stable code.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignedByOtherKey => "signed_by_other_key",
            Self::Rs256InDisguise => "rs256_in_disguise",
            Self::OtherSaltLength => "other_salt_length",
            Self::OtherPssHash => "other_pss_hash",
            Self::MalformedPss => "malformed_pss",
            Self::TextChanged => "text_changed",
            Self::Reencoded => "reencoded",
            Self::Truncated => "truncated",
            Self::SignatureReencoded => "signature_reencoded",
            Self::AlgorithmMislabelled => "algorithm_mislabelled",
            Self::UnknownKey => "unknown_key",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        match self {
            Self::SignedByOtherKey => {
                "do not trust it; check which version number belongs to which key of the key set"
            }
            Self::Rs256InDisguise => {
                "do not trust it; AWS Marketplace signs with PS256: have another signer use \
                 RSASSA-PSS"
            }
            Self::OtherSaltLength => {
                "do not trust it; have the signer use a salt of 32 bytes, the length of its hash"
            }
            Self::OtherPssHash => {
                "do not trust it; have the signer use SHA-256 for the message and for MGF1"
            }
            Self::MalformedPss => {
                "do not trust it; have the signer encode as RFC 8017 section 9.1.1 says"
            }
            Self::TextChanged => {
                "do not trust it; take the token anew from the response of RegisterUsage"
            }
            Self::Reencoded => {
                "pass the token on character by character as RegisterUsage issued it, never \
                 decoded and encoded again"
            }
            Self::Truncated => "copy the token again, whole: its end is missing",
            Self::SignatureReencoded => {
                "leave the signature as RegisterUsage issued it, in base64url without padding"
            }
            Self::AlgorithmMislabelled => {
                "do not trust it; have the signer name PS256 in the header that it signs"
            }
            Self::UnknownKey => {
                "do not trust it; check that the key is this product's, and copy the token again"
            }
        }
    }
}

impl fmt::Display for CauseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
