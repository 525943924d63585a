//! The rsa crate in WebAssembly: what a program without our own arithmetic would ship.
//!
//! Exports, by numbers alone so that no glue is measured along:
//! - `input(len) -> pointer`: room for so many bytes, which the caller writes;
//! - `key_new(len) -> key`: reads a SubjectPublicKeyInfo in DER from there; 0 where it is none;
//! - `verify(key, token_len, nonce_len) -> 1 or 0`: a compact JWS from there, followed by the
//!   nonce that it must carry, to claims that are as expected.
#![allow(unsafe_code)] // Three exports without a mangled name.

use std::cell::RefCell;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rsa010::RsaPublicKey;
use rsa010::pkcs8::DecodePublicKey;
use rsa010::pss::{Signature, VerifyingKey};
use rsa010::signature::Verifier;
use serde::Deserialize;
use sha2::Sha256;

const NOW_SECONDS: i64 = 1_795_256_400;
const PRODUCT: &str = "meterproofsample000000001";

thread_local! {
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static KEYS: RefCell<Vec<VerifyingKey<Sha256>>> = const { RefCell::new(Vec::new()) };
}

/// Room for `len` bytes of input, valid until the next call.
// SAFETY: no other symbol of this library has the name.
#[unsafe(no_mangle)]
pub extern "C" fn input(len: usize) -> *mut u8 {
    INPUT.with_borrow_mut(|input| {
        input.resize(len, 0);
        input.as_mut_ptr()
    })
}

/// The number of a key read from the input, counted from 1; 0 where it cannot be read.
// SAFETY: no other symbol of this library has the name.
#[unsafe(no_mangle)]
pub extern "C" fn key_new(len: usize) -> usize {
    let key = INPUT.with_borrow(|input| {
        RsaPublicKey::from_public_key_der(input.get(..len)?).ok().map(VerifyingKey::new)
    });
    let Some(key) = key else { return 0 };
    KEYS.with_borrow_mut(|keys| {
        keys.push(key);
        keys.len()
    })
}

/// 1 where the token in the input is signed by the key and says what is expected, the nonce
/// behind it among that.
// SAFETY: no other symbol of this library has the name.
#[unsafe(no_mangle)]
pub extern "C" fn verify(key: usize, token_len: usize, nonce_len: usize) -> u32 {
    let held = INPUT.with_borrow(|input| {
        let (token, rest) = input.split_at_checked(token_len)?;
        let nonce = rest.get(..nonce_len)?;
        KEYS.with_borrow(|keys| holds(keys.get(key.checked_sub(1)?)?, token, nonce))
    });
    u32::from(held == Some(true))
}

#[derive(Deserialize)]
struct Header<'a> {
    alg: &'a str,
    typ: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Claims<'a> {
    product_code: &'a str,
    public_key_version: u32,
    nonce: &'a str,
    #[serde(rename = "iat")]
    issued_at: i64,
}

fn holds(key: &VerifyingKey<Sha256>, token: &[u8], nonce: &[u8]) -> Option<bool> {
    let (message, signature) = std::str::from_utf8(token).ok()?.rsplit_once('.')?;
    let (header, payload) = message.split_once('.')?;
    let header = URL_SAFE_NO_PAD.decode(header).ok()?;
    let header: Header<'_> = serde_json::from_slice(&header).ok()?;
    if header.alg != "PS256" || header.typ.is_some_and(|typ| typ != "JWT") {
        return Some(false);
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let signature = Signature::try_from(&*signature).ok()?;
    key.verify(message.as_bytes(), &signature).ok()?;
    let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
    let claims: Claims<'_> = serde_json::from_slice(&payload).ok()?;
    Some(
        claims.product_code == PRODUCT
            && claims.public_key_version == 1
            && claims.nonce.as_bytes() == nonce
            && claims.issued_at <= NOW_SECONDS + 60,
    )
}
