//! The rsa crate's next version, pure Rust.

use rsa010::hazmat::rsa_encrypt;
use rsa010::pkcs8::DecodePublicKey;
use rsa010::pss::{Signature, VerifyingKey};
use rsa010::signature::Verifier;
use rsa010::traits::PublicKeyParts;
use rsa010::{BoxedUint, RsaPublicKey};
use sha2::Sha256;

use super::{Fault, Raw, VerifySignature};

pub const NAME: &str = "rsa 0.10.0-rc.20";

pub fn verifying_key(spki: &[u8]) -> Result<VerifySignature, Fault> {
    let key = VerifyingKey::<Sha256>::new(RsaPublicKey::from_public_key_der(spki)?);
    Ok(Box::new(move |message, signature| {
        Signature::try_from(signature)
            .is_ok_and(|signature| key.verify(message, &signature).is_ok())
    }))
}

pub fn raw(spki: &[u8]) -> Result<Raw, Fault> {
    let key = RsaPublicKey::from_public_key_der(spki)?;
    Ok(Box::new(move |base| {
        let key = key.clone();
        let base = BoxedUint::from_be_slice(base, key.n().bits_precision())
            .expect("the base is as long as the modulus");
        Box::new(move || {
            let power = rsa_encrypt(&key, &base).expect("the base is below the modulus");
            power.to_le_bytes().first().copied().unwrap_or_default()
        })
    }))
}

/// The key's two numbers, as big-endian bytes without leading zeros.
pub fn modulus_and_exponent(spki: &[u8]) -> Result<(Vec<u8>, Vec<u8>), Fault> {
    let key = RsaPublicKey::from_public_key_der(spki)?;
    Ok((trimmed(&key.n().to_be_bytes()), trimmed(&key.e().to_be_bytes())))
}

fn trimmed(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().skip_while(|byte| *byte == 0).collect()
}
