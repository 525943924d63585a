//! RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a 32-byte salt: the `PS256` of RFC 7518 §3.5.
//!
//! The steps are those of RFC 8017, numbered there: RSASSA-PSS-VERIFY (§8.1.2) and
//! EMSA-PSS-VERIFY (§9.1.2). Nothing is allocated, and since all inputs are public nothing here
//! needs constant time.

use core::fmt;

use sha2::{Digest, Sha256};

use super::PublicKey;
use crate::rsa::{MAX_BYTES, Words};

/// Length of SHA-256's output, `hLen`.
const HASH_LEN: usize = 32;
/// Length of the salt, `sLen`: that of the hash output (RFC 7518 §3.5).
const SALT_LEN: usize = HASH_LEN;
/// Last byte of every encoded message (RFC 8017 §9.1.1 step 12).
const TRAILER: u8 = 0xbc;

/// The signature does not verify. Which step failed is no one's business but a debugger's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidSignature;

impl fmt::Display for InvalidSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the signature does not verify under the key")
    }
}

impl core::error::Error for InvalidSignature {}

/// Verifies a PS256 signature over `message`, as received.
///
/// Refused are also: a signature whose length is not that of the modulus, one that is not
/// below the modulus (RFC 8017 §5.2.2, or each signature would have a second form), and a
/// salt of any other length than 32.
///
/// # Errors
/// [`InvalidSignature`], for any of these reasons.
pub fn verify(key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
    let encoded = encoded_message(key, signature).ok_or(InvalidSignature)?;
    let opened = open(encoded.as_slice(), encoded_bits(key)).ok_or(InvalidSignature)?;
    let salt = opened.salt().filter(|salt| salt.len() == SALT_LEN).ok_or(InvalidSignature)?;
    if opened.hash == salted_hash(message, salt) { Ok(()) } else { Err(InvalidSignature) }
}

/// `emBits`: one bit less than the modulus (RFC 8017 §8.1.2 step 2c).
pub(super) fn encoded_bits(key: &PublicKey) -> usize {
    key.bits() as usize - 1
}

/// The encoded message EM, `emLen` bytes (RFC 8017 §8.1.2 step 2c).
pub(super) struct Encoded {
    bytes: [u8; MAX_BYTES],
    length: usize,
}

impl Encoded {
    pub(super) fn as_slice(&self) -> &[u8] {
        // The length is at most the modulus's, and that at most MAX_BYTES.
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// RSASSA-PSS-VERIFY steps 1 and 2 (RFC 8017 §8.1.2). `None` where the signature cannot be one
/// of this key.
pub(super) fn encoded_message(key: &PublicKey, signature: &[u8]) -> Option<Encoded> {
    if signature.len() != key.modulus_len() {
        return None;
    }
    let message = key.operation().apply(&Words::from_be_bytes(signature)?)?;
    let length = encoded_bits(key).div_ceil(8);
    if message.bits() > 8 * length {
        return None;
    }
    let mut bytes = [0; MAX_BYTES];
    message.write_be_bytes(bytes.get_mut(..length)?);
    Some(Encoded { bytes, length })
}

/// An encoded message taken apart: the data block unmasked, the hash as found.
pub(super) struct Opened {
    block: [u8; MAX_BYTES],
    length: usize,
    pub(super) hash: [u8; HASH_LEN],
}

impl Opened {
    /// What follows the zero padding and its end marker, 01: the salt, of whatever length
    /// (RFC 8017 §9.1.2 steps 10 and 11). `None` where that structure is missing.
    pub(super) fn salt(&self) -> Option<&[u8]> {
        let block = self.block.get(..self.length)?;
        let zeros = block.iter().take_while(|byte| **byte == 0).count();
        match block.get(zeros..)? {
            [1, salt @ ..] => Some(salt),
            _ => None,
        }
    }
}

/// EMSA-PSS-VERIFY steps 3 to 9 (RFC 8017 §9.1.2), which need neither message nor salt length.
pub(super) fn open(encoded: &[u8], bits: usize) -> Option<Opened> {
    let (trailer, rest) = encoded.split_last()?;
    if *trailer != TRAILER {
        return None;
    }
    let (masked, hash) = rest.split_at_checked(rest.len().checked_sub(HASH_LEN)?)?;
    let hash: [u8; HASH_LEN] = hash.try_into().ok()?;
    // 0 to 7 bits at the left belong to no one and must be zero, in the masked block
    // (step 6); unmasking may set them, and step 9 clears them.
    let unused_bits = (8 * encoded.len()).checked_sub(bits)?;
    let used = 0xff_u8.checked_shr(u32::try_from(unused_bits).ok()?)?;
    if masked.first()? & !used != 0 {
        return None;
    }
    let mut opened = Opened { block: [0; MAX_BYTES], length: masked.len(), hash };
    let block = opened.block.get_mut(..masked.len())?;
    block.copy_from_slice(masked);
    unmask(block, &hash);
    *block.first_mut()? &= used;
    Some(opened)
}

/// `H'` of EMSA-PSS-VERIFY steps 12 and 13: eight zero bytes, the message's hash, the salt.
pub(super) fn salted_hash(message: &[u8], salt: &[u8]) -> [u8; HASH_LEN] {
    let mut hasher = Sha256::new();
    hasher.update([0; 8]);
    hasher.update(Sha256::digest(message));
    hasher.update(salt);
    hasher.finalize().into()
}

/// XORs MGF1 with SHA-256 (RFC 8017 §B.2.1) over the block. A block is at most 512 bytes, so
/// that the counter stays below 16.
fn unmask(block: &mut [u8], seed: &[u8]) {
    for (counter, chunk) in (0_u32..).zip(block.chunks_mut(HASH_LEN)) {
        let mut hasher = Sha256::new();
        hasher.update(seed);
        hasher.update(counter.to_be_bytes());
        for (byte, mask) in chunk.iter_mut().zip(hasher.finalize()) {
            *byte ^= mask;
        }
    }
}
