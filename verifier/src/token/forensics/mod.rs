//! Why a signature does not verify, as far as public keys and arithmetic can tell.
//!
//! A public key turns each of its own signatures into a block with structure, and any other
//! number into noise. So the block says who signed and by which scheme before a word of the
//! message is known; the message is compared after that, in several writings. Nothing here is
//! ever asked by [`verify`](super::RegistrationVerifier::verify).

mod cause;
mod forms;
mod hash;
mod json_text;
mod notation;
mod pkcs1;
mod pss;
mod writings;

use alloc::string::String;
use alloc::vec::Vec;

pub use cause::{Cause, CauseCode};
use forms::Form;
use hash::Hash;
use pss::Pss;

use super::jws::Segments;
use super::{KeySet, KeyVersion, PublicKey, ps256};
use crate::text::text;

/// Most keys that are tried, so that a large set does not make a diagnosis slow: each takes two
/// to eight public operations.
const MOST_KEYS: usize = 64;

/// A signature that is not known to verify, and what there is to hold it against.
pub(super) struct Question<'q> {
    pub(super) segments: &'q Segments<'q>,
    pub(super) keys: &'q KeySet,
    /// The version that the token names, where that can be read.
    pub(super) named: Option<KeyVersion>,
    /// Whether the header names another algorithm than PS256, or none.
    pub(super) has_other_algorithm: bool,
}

/// What a signature was made over.
enum Over {
    /// The token's header and payload, as they stand.
    ThisText,
    /// Something near them.
    Near(Cause),
    /// Something else.
    OtherText,
    /// That cannot be told.
    Unknown,
}

impl Question<'_> {
    /// The causes, the one that explains most first. Empty where there is no key, where the
    /// signature cannot be read at all, and where nothing is wrong with it.
    pub(super) fn narrow(&self) -> Vec<Cause> {
        let forms = forms::readings(self.segments.signature);
        let keys = self.keys();
        for form in &forms {
            for (version, key) in &keys {
                for fitted in forms::fit(form, key.modulus_len()) {
                    if let Some(causes) = self.made_by(*version, key, &fitted) {
                        return causes;
                    }
                }
            }
        }
        unknown(&forms, &keys)
    }

    /// The keys to try, that of the version named first.
    fn keys(&self) -> Vec<(KeyVersion, &PublicKey)> {
        let mut keys: Vec<_> = self.keys.iter().collect();
        if let Some(at) = keys.iter().position(|(version, _)| Some(*version) == self.named) {
            // A position is in range.
            keys[..=at].rotate_right(1);
        }
        keys.truncate(MOST_KEYS);
        keys
    }

    /// The causes, where this key made the signature.
    fn made_by(&self, version: KeyVersion, key: &PublicKey, form: &Form) -> Option<Vec<Cause>> {
        let encoded = ps256::encoded_message(key, &form.bytes)?;
        if let Some(pkcs1) = pkcs1::read(encoded.as_slice()) {
            let over = pkcs1.function.map_or(Over::Unknown, |hash| {
                self.over(&|message| hash.digest(&[message]) == pkcs1.digest)
            });
            let by = text!(signed(version, &over), " by PKCS #1 v1.5 with ", pkcs1.name);
            let scheme = Cause { code: CauseCode::Rs256InDisguise, evidence: by };
            return Some(self.list(version, form, Some(scheme), over));
        }
        for hash in Hash::ALL {
            for mask in Hash::ALL {
                let bits = ps256::encoded_bits(key);
                let Some(pss) = pss::read(encoded.as_slice(), bits, hash, mask) else { continue };
                let over = match pss.fault {
                    Some(_) => Over::Unknown,
                    None => self.over(&|message| pss.is_over(message)),
                };
                if pss.is_proof() || matches!(over, Over::ThisText | Over::Near(_)) {
                    let scheme = of_scheme(version, &pss, &over);
                    return Some(self.list(version, form, scheme, over));
                }
            }
        }
        None
    }

    fn over(&self, fits: &dyn Fn(&[u8]) -> bool) -> Over {
        if fits(self.segments.signing_input) {
            return Over::ThisText;
        }
        writings::find(self.segments, fits).map_or(Over::OtherText, Over::Near)
    }

    /// All causes of a signature that this key made.
    fn list(
        &self,
        version: KeyVersion,
        form: &Form,
        scheme: Option<Cause>,
        over: Over,
    ) -> Vec<Cause> {
        let mut causes = Vec::new();
        let verifies = scheme.is_none() && matches!(over, Over::ThisText);
        if let Some(how) = &form.how {
            let it = if verifies { "it does verify " } else { "it is a signature " };
            let evidence = text!(it, how.as_str());
            causes.push(Cause { code: CauseCode::SignatureReencoded, evidence });
        }
        if self.named.is_some_and(|named| named != version) {
            let evidence = if verifies {
                text!("it does verify under the key of version ", version)
            } else {
                text!("the key of version ", version, " made it")
            };
            causes.push(Cause { code: CauseCode::SignedByOtherKey, evidence });
        }
        causes.extend(scheme);
        match over {
            Over::Near(cause) => causes.push(cause),
            Over::OtherText => {
                let evidence = text!(
                    "the key of version ",
                    version,
                    " made it over another header or payload"
                );
                causes.push(Cause { code: CauseCode::TextChanged, evidence });
            }
            Over::ThisText | Over::Unknown => {}
        }
        if verifies && self.has_other_algorithm {
            let evidence = text!(
                "a PS256 signature of the key of version ",
                version,
                " over this very header"
            );
            causes.push(Cause { code: CauseCode::AlgorithmMislabelled, evidence });
        }
        causes
    }
}

/// The cause where none of the keys made the signature in any of its forms. It is held against the
/// first key: that of the version named, or any where the set has no such version. A set may hold
/// keys of several lengths, and a signature as long as another one's is not cut off.
fn unknown(forms: &[Form], keys: &[(KeyVersion, &PublicKey)]) -> Vec<Cause> {
    let (Some(form), [(version, key), others @ ..]) = (forms.first(), keys) else {
        return Vec::new();
    };
    let (actual, expected) = (form.bytes.len(), key.modulus_len());
    let of_key = text!("of the key of version ", *version);
    let (code, evidence) = if actual != expected {
        let than = text!(", where those ", of_key, " have ", expected);
        let lengths = text!("a signature of ", actual, " bytes", than);
        match (others.iter().find(|(_, key)| key.modulus_len() == actual), maker(actual)) {
            (Some((other, _)), _) => {
                let as_long = text!(" and those of version ", *other, " have ", actual);
                let evidence = text!(lengths, as_long, ", but no key of the set made it");
                (CauseCode::UnknownKey, evidence)
            }
            (None, Some(maker)) => (CauseCode::UnknownKey, text!(lengths, " and ", maker)),
            (None, None) if actual < expected => (CauseCode::Truncated, lengths),
            (None, None) => (CauseCode::UnknownKey, lengths),
        }
    } else if ps256::encoded_message(key, &form.bytes).is_none() {
        (CauseCode::UnknownKey, text!("a number that is not below the modulus ", of_key))
    } else {
        let others = match others.len() {
            0 => String::new(),
            1 => String::from(", nor of the other key"),
            more => text!(", nor of ", more, " other keys"),
        };
        let none = text!("no signature ", of_key, others);
        (CauseCode::UnknownKey, text!(none, ": it opens neither as PSS nor as PKCS #1 v1.5"))
    };
    Vec::from([Cause { code, evidence }])
}

/// Who makes signatures of so many bytes, where that is not one cut off by chance.
fn maker(bytes: usize) -> Option<&'static str> {
    Some(match bytes {
        32 => "those of HS256 have 32",
        48 => "those of HS384 have 48",
        64 => "those of ES256, EdDSA and HS512 have 64",
        96 => "those of ES384 have 96",
        132 => "those of ES512 have 132",
        256 => "those of an RSA-2048 key have 256",
        384 => "those of an RSA-3072 key have 384",
        512 => "those of an RSA-4096 key have 512",
        _ => return None,
    })
}

/// What is wrong with how this key signed; `None` where it is PS256.
fn of_scheme(version: KeyVersion, pss: &Pss, over: &Over) -> Option<Cause> {
    if let Some(fault) = &pss.fault {
        let evidence = text!("the key of version ", version, " made it, but ", fault.as_str());
        return Some(Cause { code: CauseCode::MalformedPss, evidence });
    }
    let (signed, salt) = (signed(version, over), pss.salt_len());
    if !pss.is_of_ps256() {
        let (hash, mask) = (pss.hash.name(), pss.mask.name());
        let by = text!(" by PSS with ", hash, ", MGF1 with ", mask, " and a salt of ");
        let evidence = text!(signed, by, salt, " bytes");
        return Some(Cause { code: CauseCode::OtherPssHash, evidence });
    }
    (salt != pss.hash.len()).then(|| {
        let evidence = text!(signed, " with a salt of ", salt, " bytes, where PS256 has 32");
        Cause { code: CauseCode::OtherSaltLength, evidence }
    })
}

fn signed(version: KeyVersion, over: &Over) -> String {
    let what = match over {
        Over::ThisText => "this token",
        Over::Near(_) | Over::OtherText => "another text",
        Over::Unknown => "a text",
    };
    text!("the key of version ", version, " signed ", what)
}
