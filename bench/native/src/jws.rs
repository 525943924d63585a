//! What a program does around a library that verifies signatures alone: a compact JWS taken
//! apart, its header and claims parsed and compared.
//!
//! As quick as it can reasonably be written: borrowed structs, no allocation.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use meterproof_bench_harness::{Expected, NOW_SECONDS, Token};
use serde::Deserialize;

/// The parts of the header that decide.
#[derive(Deserialize)]
struct Header<'a> {
    alg: &'a str,
    typ: Option<&'a str>,
}

/// The claims.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Claims<'a> {
    product_code: &'a str,
    public_key_version: u32,
    nonce: &'a str,
    #[serde(rename = "iat")]
    issued_at: i64,
}

/// The longest signature, that of RSA-4096.
const LONGEST_SIGNATURE: usize = 512;
/// Longer than any header or payload here.
const LONGEST_PART: usize = 1024;

/// Whether the token says what is expected, by `verify` of message and signature.
pub fn registers(token: &Token, verify: impl FnOnce(&[u8], &[u8]) -> bool) -> bool {
    claims_hold(token, verify).unwrap_or(false)
}

fn claims_hold(token: &Token, verify: impl FnOnce(&[u8], &[u8]) -> bool) -> Option<bool> {
    let (message, signature) = token.text.rsplit_once('.')?;
    let (header, payload) = message.split_once('.')?;
    let mut buffer = [0; LONGEST_PART];
    let header: Header<'_> = serde_json::from_slice(decode(header, &mut buffer)?).ok()?;
    if header.alg != "PS256" || header.typ.is_some_and(|typ| typ != "JWT") {
        return Some(false);
    }
    // base64 0.23 decodes into what may be longer than the result.
    let mut buffer = [0; LONGEST_SIGNATURE + 4];
    if !verify(message.as_bytes(), decode(signature, &mut buffer)?) {
        return Some(false);
    }
    let mut buffer = [0; LONGEST_PART];
    let claims: Claims<'_> = serde_json::from_slice(decode(payload, &mut buffer)?).ok()?;
    Some(holds(
        claims.product_code,
        claims.public_key_version,
        claims.nonce,
        claims.issued_at,
        &token.expected,
    ))
}

/// Whether claims are the expected ones, and not from the future.
pub fn holds(
    product: &str,
    version: u32,
    nonce: &str,
    issued_at: i64,
    expected: &Expected,
) -> bool {
    product == expected.product_code
        && version == expected.public_key_version
        && nonce == expected.nonce
        && issued_at <= NOW_SECONDS + 60
}

/// The signature alone, decoded, and the message it is over.
pub fn message_and_signature(token: &Token) -> Option<(Vec<u8>, Vec<u8>)> {
    let (message, signature) = token.text.rsplit_once('.')?;
    Some((message.as_bytes().to_vec(), URL_SAFE_NO_PAD.decode(signature).ok()?))
}

fn decode<'b>(text: &str, buffer: &'b mut [u8]) -> Option<&'b [u8]> {
    let length = URL_SAFE_NO_PAD.decode_slice(text, buffer).ok()?;
    buffer.get(..length)
}
