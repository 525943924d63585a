//! ring: BoringSSL's arithmetic under a Rust interface. It has no form for a key parsed once.

use ring::signature::{RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents};

use super::VerifySignature;

pub const NAME: &str = "ring 0.17.14";

pub fn components(n: Vec<u8>, e: Vec<u8>) -> VerifySignature {
    let key = RsaPublicKeyComponents { n, e };
    Box::new(move |message, signature| {
        key.verify(&RSA_PSS_2048_8192_SHA256, message, signature).is_ok()
    })
}
