//! jwt-simple without C: its `pure-rust` feature, which verifies by the rsa crate.

use ::jwt_simple::prelude::{
    Duration, PS256PublicKey, RSAPublicKeyLike, UnixTimeStamp, VerificationOptions,
};
use meterproof_bench_harness::{NOW_SECONDS, Token, public_key_pem};
use serde::{Deserialize, Serialize};

use super::{Fault, Verify};
use crate::jws::holds;

pub const NAME: &str = "jwt-simple 0.15.0 pure-rust";

/// The claims that jwt-simple has no name for.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Custom {
    product_code: String,
    public_key_version: u32,
}

pub fn verifier(bits: u32, tokens: &[Token]) -> Result<Verify<'_>, Fault> {
    let key = PS256PublicKey::from_pem(public_key_pem(bits)).map_err(|error| error.to_string())?;
    let now: UnixTimeStamp = Duration::from_secs(NOW_SECONDS.unsigned_abs());
    let options = VerificationOptions { artificial_time: Some(now), ..Default::default() };
    Ok(Box::new(move |number| {
        let token = &tokens[number];
        key.verify_token::<Custom>(&token.text, Some(options.clone())).is_ok_and(|claims| {
            let issued_at = claims.issued_at.map_or(i64::MAX, |time| time.as_secs() as i64);
            holds(
                &claims.custom.product_code,
                claims.custom.public_key_version,
                claims.nonce.as_deref().unwrap_or_default(),
                issued_at,
                &token.expected,
            )
        })
    }))
}
