//! The crate `rsa`: what the public operation was computed with before it had paths of its own.

use rsa::hazmat::rsa_encrypt;
use rsa::{BoxedUint, RsaPublicKey};

/// One key.
pub struct PublicKey {
    key: RsaPublicKey,
    bytes: usize,
}

impl PublicKey {
    /// `modulus` in big-endian bytes. `None` where the crate refuses the key.
    pub fn new(modulus: &[u8], exponent: u64) -> Option<Self> {
        let key = RsaPublicKey::new(number(modulus, modulus.len())?, BoxedUint::from(exponent));
        Some(Self { key: key.ok()?, bytes: modulus.len() })
    }

    /// `base^e mod n`, for a base below the modulus.
    pub fn apply(&self, base: &[u8]) -> Option<Vec<u8>> {
        let result = rsa_encrypt(&self.key, &number(base, self.bytes)?).ok()?;
        let bytes = result.to_be_bytes();
        Some(bytes[bytes.len().checked_sub(self.bytes)?..].to_vec())
    }
}

fn number(bytes: &[u8], length: usize) -> Option<BoxedUint> {
    BoxedUint::from_be_slice(bytes, u32::try_from(8 * length).ok()?).ok()
}
