//! Tokens as RegisterUsage issues them, signed at the start of each run.

use std::error::Error;
use std::path::Path;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PSS_SHA256;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use meterproof_bench_harness::{BITS, Expected, HEADER, Token, claims_text, private_key_pem};

use crate::peers::der;

/// Signs tokens number 0 to `count` - 1 with the key of this size.
pub fn sign(bits: u32, count: u32) -> Result<Vec<Token>, Box<dyn Error>> {
    let key = KeyPair::from_pkcs8(&der(private_key_pem(bits))?)?;
    let random = SystemRandom::new();
    (0..count)
        .map(|index| {
            let message = format!(
                "{}.{}",
                URL_SAFE_NO_PAD.encode(HEADER),
                URL_SAFE_NO_PAD.encode(claims_text(index))
            );
            let mut signature = vec![0; key.public_modulus_len()];
            key.sign(&RSA_PSS_SHA256, &random, message.as_bytes(), &mut signature)?;
            let text = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
            Ok(Token { text, expected: Expected::of(index) })
        })
        .collect()
}

/// Writes 64 tokens of each size to a file, for a program that cannot sign: a JSON object from
/// the size to an array.
pub fn write(file: &Path) -> Result<(), Box<dyn Error>> {
    let mut all = serde_json::Map::new();
    for bits in BITS {
        let texts: Vec<String> = sign(bits, 64)?.into_iter().map(|token| token.text).collect();
        all.insert(bits.to_string(), texts.into());
    }
    std::fs::write(file, serde_json::to_vec(&all)?)?;
    Ok(())
}
