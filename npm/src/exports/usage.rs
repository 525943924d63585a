//! The exports of the full module alone.

use alloc::string::String;

use crate::fields::Fields;
use crate::refusal::{Refusal, time};
use crate::state::{State, with};
use crate::token;
use crate::usage::{self, Checked, Offsets};

/// Makes every check of the token in the input: 1 and the diagnosis as JSON, or 0.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn diagnose(verifier: usize, length: usize, now: f64) -> u32 {
    respond(|state| {
        let diagnosis = (state.verifiers.get(verifier)?.inner).diagnose(
            state.input(length),
            &state.nonce,
            time(now)?,
        );
        Ok(token::diagnosis(&diagnosis))
    })
}

/// The diagnosis of a token of this length, which is more than any limit: 1 and JSON.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn diagnose_too_long(verifier: usize, length: usize) -> u32 {
    respond(|state| {
        let error = state.verifiers.get(verifier)?.too_long(length);
        Ok(token::diagnosis_of_too_long(&error))
    })
}

/// Takes the rules in the input for documents, until others are set: the name of the edition,
/// then the dimensions, if it is said that there are any. 1, or 0 where they are wrong.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn rules(length: usize, has_dimensions: bool) -> u32 {
    with(|state| match usage::rules(Fields::of(state.input(length)), has_dimensions) {
        Ok(rules) => {
            state.rules = rules;
            1
        }
        Err(refusal) => state.refuse(&refusal),
    })
}

/// Checks the document in the input. 1 where nothing is wrong with it: the report holds the place
/// of its kind in [`DocumentKind::ALL`](meterproof::usage::DocumentKind::ALL) and the number of
/// records. 2 with the report as JSON otherwise; 0 where the document is too large.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn check(length: usize, now: f64, utf16: bool) -> u32 {
    with(|state| {
        let checked = time(now)
            .and_then(|now| usage::check(state.input(length), &state.rules, now, offsets(utf16)));
        match checked {
            Ok(Checked::Clean { kind, record_count }) => {
                // A document has fewer records than bytes.
                #[allow(clippy::cast_precision_loss)]
                state.answer_numbers([kind as f64, record_count as f64]);
                1
            }
            Ok(Checked::Report(text)) => {
                state.answer_text(text);
                2
            }
            Err(refusal) => state.refuse(&refusal),
        }
    })
}

/// Validates the document in the input: 1 and the report as JSON, or 0.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn validate(length: usize, now: f64, utf16: bool) -> u32 {
    respond(|state| usage::validate(state.input(length), &state.rules, time(now)?, offsets(utf16)))
}

/// Takes the product code in the input for planned records that name none, until another is set: 1,
/// or 0 where it is none.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn product(length: usize) -> u32 {
    with(|state| match usage::product(state.input(length)) {
        Ok(product) => {
            state.product = Some(product);
            1
        }
        Err(refusal) => state.refuse(&refusal),
    })
}

/// From here on planned records that name no product have none.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn forget_product() {
    with(|state| state.product = None);
}

/// Plans the records of the document in the input: 1 and the plan as JSON, or 0.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn plan(length: usize, now: f64) -> u32 {
    respond(|state| {
        usage::plan(state.input(length), &state.rules, time(now)?, state.product.as_ref())
    })
}

/// The times of usage that would be accepted: 1 and JSON, or 0.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn rules_window(now: f64) -> u32 {
    respond(|state| Ok(usage::window(&state.rules, time(now)?)))
}

/// Every code, by what carries it: 1 and JSON.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
pub extern "C" fn codes() -> u32 {
    respond(|_| Ok(usage::codes()))
}

fn offsets(utf16: bool) -> Offsets {
    if utf16 { Offsets::Utf16 } else { Offsets::Bytes }
}

/// Answers the text that the work makes of the state.
fn respond(work: impl FnOnce(&State) -> Result<String, Refusal>) -> u32 {
    with(|state| {
        let outcome = work(state);
        state.answer(outcome)
    })
}
