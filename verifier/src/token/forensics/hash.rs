//! The hash functions that signers of JSON Web Tokens use (FIPS 180-4).
//!
//! On the library's compression functions, with the padding here: three hashers of the library
//! would be eight times as much WebAssembly, for a diagnosis alone.

use alloc::vec::Vec;

use sha2::block_api::{compress256, compress512};

/// A hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub(super) const ALL: [Self; 3] = [Self::Sha256, Self::Sha384, Self::Sha512];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    /// `hLen`: the length of its output in bytes.
    pub(super) fn len(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The hash of the parts, one after the other.
    pub(super) fn digest(self, parts: &[&[u8]]) -> Vec<u8> {
        let mut message = parts.concat();
        // A 1, zeros, and the length in bits at the end of a block (§5.1); it stays below 2^64.
        let bits = 8 * message.len() as u64;
        let block = if self == Self::Sha256 { 64 } else { 128 };
        message.push(0x80);
        message.resize((message.len() + block / 8).next_multiple_of(block) - 8, 0);
        message.extend_from_slice(&bits.to_be_bytes());
        let mut hash: Vec<u8> = match self {
            Self::Sha256 => {
                let mut state = SHA256;
                compress256(&mut state, message.as_chunks().0);
                state.iter().flat_map(|word| word.to_be_bytes()).collect()
            }
            Self::Sha384 | Self::Sha512 => {
                let mut state = if self == Self::Sha384 { SHA384 } else { SHA512 };
                compress512(&mut state, message.as_chunks().0);
                state.iter().flat_map(|word| word.to_be_bytes()).collect()
            }
        };
        hash.truncate(self.len());
        hash
    }
}

/// §5.3.3
const SHA256: [u32; 8] = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];
/// §5.3.4
const SHA384: [u64; 8] = [
    0xcbbb9d5dc1059ed8,
    0x629a292a367cd507,
    0x9159015a3070dd17,
    0x152fecd8f70e5939,
    0x67332667ffc00b31,
    0x8eb44a8768581511,
    0xdb0c2e0d64f98fa7,
    0x47b5481dbefa4fa4,
];
/// §5.3.5
const SHA512: [u64; 8] = [
    0x6a09e667f3bcc908,
    0xbb67ae8584caa73b,
    0x3c6ef372fe94f82b,
    0xa54ff53a5f1d36f1,
    0x510e527fade682d1,
    0x9b05688c2b3e6c1f,
    0x1f83d9abfb41bd6b,
    0x5be0cd19137e2179,
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sha2::{Digest, Sha256, Sha384, Sha512};

    use super::*;

    proptest! {
        #[test]
        fn agrees_with_the_library(bytes in proptest::collection::vec(any::<u8>(), 0..400), cut: proptest::sample::Index) {
            let (first, second) = bytes.split_at(cut.index(bytes.len() + 1));
            let parts = [first, second];
            prop_assert_eq!(Hash::Sha256.digest(&parts), Sha256::digest(&bytes).to_vec());
            prop_assert_eq!(Hash::Sha384.digest(&parts), Sha384::digest(&bytes).to_vec());
            prop_assert_eq!(Hash::Sha512.digest(&parts), Sha512::digest(&bytes).to_vec());
        }
    }
}
