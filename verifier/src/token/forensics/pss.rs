//! EMSA-PSS (RFC 8017 §9.1), taken apart for any of the hash functions and any salt length.
//!
//! Unmasking needs neither message nor salt length, and turns what this key signed into a block
//! of zeros with a marker behind them. Of what another key signed it makes noise, so that zeros
//! prove whose signature it is, whatever was signed.

use alloc::string::String;
use alloc::vec::Vec;

use super::hash::Hash;
use crate::text::{Hex, text};

/// Zero bytes in a row that are no chance: one block of noise in 2^55 has as many.
const PROOF: usize = 8;
/// Last byte of every encoded message (RFC 8017 §9.1.1 step 12).
const TRAILER: u8 = 0xbc;

/// An encoded message, unmasked.
pub(super) struct Pss {
    /// The function of the message, by the length of what it left.
    pub(super) hash: Hash,
    /// The function of the mask.
    pub(super) mask: Hash,
    /// `H` of §9.1.1 step 6.
    digest: Vec<u8>,
    /// The data block `DB`, without what belongs to no one.
    block: Vec<u8>,
    /// What is wrong with it beside hash and salt.
    pub(super) fault: Option<String>,
    /// Where the salt begins.
    salt_at: usize,
}

/// An encoded message, read with these functions; `None` where it has not the structure and
/// cannot have had it.
pub(super) fn read(encoded: &[u8], bits: usize, hash: Hash, mask: Hash) -> Option<Pss> {
    let (trailer, rest) = encoded.split_last()?;
    let (masked, digest) = rest.split_at_checked(rest.len().checked_sub(hash.len())?)?;
    let mut block = masked.to_vec();
    for (counter, chunk) in (0_u32..).zip(block.chunks_mut(mask.len())) {
        // MGF1 (RFC 8017 §B.2.1).
        let bytes = mask.digest(&[digest, &counter.to_be_bytes()]);
        for (byte, mask) in chunk.iter_mut().zip(bytes) {
            *byte ^= mask;
        }
    }
    // 0 to 7 bits at the left belong to no one.
    let unused = u32::try_from((8 * encoded.len()).checked_sub(bits)?).ok()?;
    let used = 0xff_u8.checked_shr(unused)?;
    *block.first_mut()? &= used;

    let zeros = block.iter().take_while(|byte| **byte == 0).count();
    let marker = block.get(zeros).copied();
    let fault = if *trailer != TRAILER {
        Some(text!("its last byte is ", Hex(&[*trailer]), ", where PSS has bc"))
    } else if masked.first()? & !used != 0 {
        Some(String::from("a bit is set that belongs to no one"))
    } else if marker != Some(1) {
        Some(String::from("what stands before its salt is not zeros and a 1"))
    } else {
        None
    };
    let pss = Pss { hash, mask, digest: digest.to_vec(), block, fault, salt_at: zeros + 1 };
    (pss.fault.is_none() || pss.is_proof()).then_some(pss)
}

impl Pss {
    /// Whether the structure alone proves that the key made it. Where the salt leaves no room for
    /// zeros it does not.
    pub(super) fn is_proof(&self) -> bool {
        self.block.split(|byte| *byte != 0).any(|zeros| zeros.len() >= PROOF)
    }

    /// Whether message and mask are hashed as by PS256.
    pub(super) fn is_of_ps256(&self) -> bool {
        (self.hash, self.mask) == (Hash::Sha256, Hash::Sha256)
    }

    /// Length of the salt in bytes.
    pub(super) fn salt_len(&self) -> usize {
        self.salt().len()
    }

    /// Whether it was made over this message (§9.1.2 steps 12 to 14).
    pub(super) fn is_over(&self, message: &[u8]) -> bool {
        let inner = self.hash.digest(&[message]);
        self.hash.digest(&[&[0; 8], &inner, self.salt()]) == self.digest
    }

    fn salt(&self) -> &[u8] {
        self.block.get(self.salt_at..).unwrap_or_default()
    }
}
