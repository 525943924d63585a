//! What JavaScript calls. Arguments are numbers; `length` is how much of the input counts.
//!
//! An export that can fail answers 0 where it does: the report then holds the address and the
//! length of a JSON text that describes the error ([`Refusal`]).
//! `npm/package/src/engine.js` is the other side.

// Exporting under a plain name is what `unsafe(no_mangle)` is for here. It is sound because no two
// exports share a name, none has the name of a function of the allocator or of core, and because it
// is done in WebAssembly alone: elsewhere a plain name takes the place of the C library's function
// of that name in the whole process.
#![allow(unsafe_code)]

#[cfg(feature = "usage")]
mod usage;

use meterproof::ExpectedNonce;

use crate::fields::Fields;
use crate::refusal::{Refusal, time};
use crate::state::with;
use crate::token::{self, Verifier};

/// Room for an input of this many bytes: its address, which holds until more room is asked for.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn input(length: usize) -> *mut u8 {
    with(|state| state.reserve(length))
}

/// The address of the report: two numbers of 64-bit floating point. It never changes.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn report() -> *const f64 {
    with(|state| state.report())
}

/// Makes a verifier and answers its number plus 1. The input is the product code, then the
/// version and the text of each key; a number below 0 stands for the default.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn verifier(length: usize, leeway_seconds: i32, max_token_length: i32) -> usize {
    with(|state| {
        let configuration = Fields::of(state.input(length));
        let (leeway, limit) = (u32::try_from(leeway_seconds), u32::try_from(max_token_length));
        match Verifier::new(configuration, leeway.ok(), limit.ok()) {
            Ok(verifier) => state.verifiers.insert(verifier) + 1,
            Err(refusal) => {
                state.refuse(&refusal);
                0
            }
        }
    })
}

/// Frees a verifier.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn verifier_free(verifier: usize) {
    with(|state| state.verifiers.remove(verifier));
}

/// Takes the input as the nonce that tokens must have, until another is set; 1, or 0 where it
/// cannot be one.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn expect_nonce(length: usize) -> u32 {
    with(|state| match token::exactly(state.input(length)) {
        Ok(nonce) => {
            state.nonce = nonce;
            1
        }
        Err(refusal) => state.refuse(&refusal),
    })
}

/// From here on tokens must have no nonce.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn expect_no_nonce() {
    with(|state| state.nonce = ExpectedNonce::NotSent);
}

/// Verifies the token in the input, at `now` in milliseconds since 1970. Answers the version of
/// the key that it verified under, with the [times](token::times) of the registration in the
/// report; 0 where it is refused.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn verify(verifier: usize, length: usize, now: f64) -> u32 {
    with(|state| {
        let verified = || {
            let verifier = state.verifiers.get(verifier)?;
            (verifier.inner)
                .verify(state.input(length), &state.nonce, time(now)?)
                .map_err(|error| Refusal::of_token(&error))
        };
        match verified() {
            Ok(registration) => {
                state.answer_numbers(token::times(&registration));
                registration.public_key_version().get()
            }
            Err(refusal) => state.refuse(&refusal),
        }
    })
}

/// Refuses a token of this length, which is more than any limit: 0.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn verify_too_long(verifier: usize, length: usize) -> u32 {
    with(|state| {
        let refusal = match state.verifiers.get(verifier) {
            Ok(verifier) => Refusal::of_token(&verifier.too_long(length)),
            Err(refusal) => refusal,
        };
        state.refuse(&refusal)
    })
}

/// Reads the public key in the input: 1 and its details as JSON, or 0.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn public_key(length: usize) -> u32 {
    with(|state| {
        let details = token::key_details(state.input(length));
        state.answer(details)
    })
}
