//! What a signature that does not verify looks like instead. Evidence for a person who looks
//! for the cause; never a reason to accept.

use alloc::string::String;

use super::{KeySet, KeyVersion, PublicKey, ps256};
use crate::text::text;

/// The DigestInfo of SHA-256 without the hash (RFC 8017 §9.2 note 1), which marks an RS256
/// signature.
const DIGEST_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

/// The version, other than `named`, under whose key the signature does verify.
pub(super) fn other_version(
    keys: &KeySet,
    named: KeyVersion,
    message: &[u8],
    signature: &[u8],
) -> Option<KeyVersion> {
    keys.iter()
        .filter(|(version, _)| *version != named)
        .find(|(_, key)| ps256::verify(key, message, signature).is_ok())
        .map(|(version, _)| version)
}

/// One sentence about a signature that does not verify under this key.
pub(super) fn describe(key: &PublicKey, message: &[u8], signature: &[u8]) -> String {
    if signature.len() != key.modulus_len() {
        return text!(
            "a signature of ",
            signature.len(),
            " bytes, where this key's have ",
            key.modulus_len()
        );
    }
    let Some(encoded) = ps256::encoded_message(key, signature) else {
        return String::from("a number that is not below the key's modulus");
    };
    if is_pkcs1(encoded.as_slice()) {
        return String::from("a signature of this key by RS256 (PKCS #1 v1.5), not by PS256");
    }
    let opened = ps256::open(encoded.as_slice(), ps256::encoded_bits(key));
    match opened.as_ref().and_then(|opened| Some((opened, opened.salt()?))) {
        Some((opened, salt)) if opened.hash == ps256::salted_hash(message, salt) => text!(
            "a signature of this key over this token with a salt of ",
            salt.len(),
            " bytes, where PS256 has 32"
        ),
        Some((_, salt)) if salt.len() == 32 => {
            String::from("a PS256 signature of this key over another header or payload")
        }
        _ => String::from("no PS256 signature of this key"),
    }
}

/// EMSA-PKCS1-v1_5 (RFC 8017 §9.2): 00 01 ff … ff 00 DigestInfo hash. The leading zero byte
/// is gone where the modulus has one bit more than a whole number of bytes.
fn is_pkcs1(encoded: &[u8]) -> bool {
    let block = encoded.strip_prefix(&[0]).unwrap_or(encoded);
    let Some(padded) = block.strip_prefix(&[1]) else { return false };
    let ones = padded.iter().take_while(|byte| **byte == 0xff).count();
    padded
        .get(ones..)
        .and_then(|rest| rest.strip_prefix(&[0]))
        .is_some_and(|info| info.starts_with(&DIGEST_INFO))
}
