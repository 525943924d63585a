//! The rsa crate as most programs have it, pure Rust.

use rsa09::hazmat::rsa_encrypt;
use rsa09::pkcs8::DecodePublicKey;
use rsa09::pss::{Signature, VerifyingKey};
use rsa09::sha2::Sha256;
use rsa09::signature::Verifier;
use rsa09::{BigUint, RsaPublicKey};

use super::{Fault, Raw, VerifySignature};

pub const NAME: &str = "rsa 0.9.10";

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
        let (key, base) = (key.clone(), BigUint::from_bytes_be(base));
        Box::new(move || {
            let power = rsa_encrypt(&key, &base).expect("the base is below the modulus");
            power.to_bytes_le().first().copied().unwrap_or_default()
        })
    }))
}
