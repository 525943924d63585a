//! EMSA-PKCS1-v1_5 (RFC 8017 §9.2), recognised: what RS256 and its siblings sign.

use super::hash::Hash;

/// A hash in PKCS #1 v1.5 padding.
pub(super) struct Pkcs1<'e> {
    /// The hash function's name.
    pub(super) name: &'static str,
    /// The function, where it is one that can be computed here.
    pub(super) function: Option<Hash>,
    /// The hash.
    pub(super) digest: &'e [u8],
}

/// What a DigestInfo begins with (RFC 8017 §9.2 note 1): for the SHA-2 family all but two
/// numbers, the last of the algorithm's arcs and the length of the hash.
const SHA2: [u8; 13] =
    [0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x00];
const SHA1: [u8; 11] = [0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00];

/// Reads 00 01 ff … ff 00 DigestInfo. The leading zero byte is gone where the modulus has one bit
/// more than a whole number of bytes.
pub(super) fn read(encoded: &[u8]) -> Option<Pkcs1<'_>> {
    let block = encoded.strip_prefix(&[0]).unwrap_or(encoded);
    let padded = block.strip_prefix(&[1])?;
    let ones = padded.iter().take_while(|byte| **byte == 0xff).count();
    // At least eight (step 5): fewer are no structure.
    let info = padded.get(ones..)?.strip_prefix(&[0]).filter(|_| ones >= 8)?;
    // A SEQUENCE that fills the rest, whose length fits into one byte.
    let [0x30, length, info @ ..] = info else { return None };
    if usize::from(*length) != info.len() {
        return None;
    }
    if let Some([0x04, 20, digest @ ..]) = info.strip_prefix(&SHA1) {
        return Some(Pkcs1 { name: "SHA-1", function: None, digest });
    }
    let (known, rest) = info.split_at_checked(SHA2.len() - 1)?;
    let [arc, 0x05, 0x00, 0x04, length, digest @ ..] = rest else { return None };
    if known != &SHA2[..SHA2.len() - 1] || usize::from(*length) != digest.len() {
        return None;
    }
    let (name, function) = match (arc, digest.len()) {
        (1, 32) => ("SHA-256", Some(Hash::Sha256)),
        (2, 48) => ("SHA-384", Some(Hash::Sha384)),
        (3, 64) => ("SHA-512", Some(Hash::Sha512)),
        (4, 28) => ("SHA-224", None),
        _ => return None,
    };
    Some(Pkcs1 { name, function, digest })
}
