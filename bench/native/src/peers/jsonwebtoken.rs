//! jsonwebtoken, with the faster of the two libraries that it can verify with.

use ::jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
use ::jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use meterproof_bench_harness::{Expected, Token, public_key_pem};

use super::{Fault, Verify};
use crate::jws::holds;

pub const NAME: &str = "jsonwebtoken 11.1.0 on aws-lc-rs";

/// Names the library. A second call is harmless: the first holds.
pub fn install() {
    let _ = DEFAULT_PROVIDER.install_default();
}

pub fn verifier(bits: u32, tokens: &[Token]) -> Result<Verify<'_>, Fault> {
    let key = DecodingKey::from_rsa_pem(public_key_pem(bits).as_bytes())?;
    let mut validation = Validation::new(Algorithm::PS256);
    // Tokens of RegisterUsage have no `exp` and no `aud`.
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    Ok(Box::new(move |number| {
        let token = &tokens[number];
        decode::<Expected>(&token.text, &key, &validation).is_ok_and(|decoded| {
            let claims = decoded.claims;
            holds(
                &claims.product_code,
                claims.public_key_version,
                &claims.nonce,
                claims.issued_at,
                &token.expected,
            )
        })
    }))
}
