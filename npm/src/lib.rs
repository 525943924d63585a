//! The meterproof core as WebAssembly: glue, and nothing else.
//!
//! Texts and bytes go in, one JSON text comes out. A function that fails throws a JSON text
//! too, which describes the error ([`refusal::Refusal`]); the JavaScript around it
//! (`npm/package/`) turns it into an `Error`. Nothing here panics, because a WebAssembly
//! module that has trapped cannot be used again: sizes are limited before the core sees an
//! input, and every index and length is checked.

#![forbid(unsafe_op_in_unsafe_fn)]

mod codes;
mod places;
mod planning;
mod refusal;
mod rules;
mod size;
mod validation;
mod verifier;

use wasm_bindgen::prelude::wasm_bindgen;

pub use verifier::Verifier;

use refusal::Refusal;

/// The report of a usage document; `options` are those of [`validation::Options`].
///
/// # Errors
/// A [`Refusal`] as JSON where the options are wrong or the document is too large.
#[wasm_bindgen]
pub fn validate(document: &[u8], options: &str) -> Result<String, String> {
    answer(validation::report(document, options))
}

/// The requests that a document's records would be sent in; `options` are those of
/// [`planning::Options`].
///
/// # Errors
/// A [`Refusal`] as JSON where the options are wrong or the document is too large.
#[wasm_bindgen]
pub fn plan(document: &[u8], options: &str) -> Result<String, String> {
    answer(planning::plan(document, options))
}

/// Size and fingerprint of a public key.
///
/// # Errors
/// A [`Refusal`] as JSON where the key is refused.
#[wasm_bindgen(js_name = publicKey)]
pub fn public_key(text: &str) -> Result<String, String> {
    answer(verifier::key_details(text))
}

/// The times of usage that would be accepted; `options` are those of
/// [`rules::WindowOptions`].
///
/// # Errors
/// A [`Refusal`] as JSON where the options are wrong.
#[wasm_bindgen(js_name = rulesWindow)]
pub fn rules_window(options: &str) -> Result<String, String> {
    answer(rules::window(options))
}

/// Every code, by what carries it.
///
/// # Errors
/// None; the signature is that of the other functions.
#[wasm_bindgen]
pub fn codes() -> Result<String, String> {
    answer(Ok(codes::Codes::ALL))
}

/// Both ways out, as JSON.
fn answer(outcome: Result<impl serde::Serialize, Refusal>) -> Result<String, String> {
    let written =
        outcome.and_then(|value| serde_json::to_string(&value).map_err(Refusal::internal));
    written.map_err(|refusal| refusal.to_json())
}
