//! The public operation s^65537 mod n in WebAssembly, on each path, without a token around it.
//!
//! Exports, by numbers alone so that no glue is measured along:
//! - `input(len) -> pointer`: one buffer, which the caller writes, and where results appear;
//! - `key_new(path, len) -> key`: a modulus from there, big-endian; `path` is 0 for the
//!   reference, 1 for 28-bit limbs, 2 for 64-bit limbs, 3 for simd128, 4 for fma; 0 where that path
//!   is not there, or the modulus is not allowed;
//! - `power(key, len) -> 1 or 0`: replaces the number there by its power; 0 where it is not
//!   below the modulus.
#![allow(unsafe_code)] // Three exports without a mangled name.

use std::cell::RefCell;

use meterproof::rsa::{Modulus, Path, PublicOperation, Words};

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static KEYS: RefCell<Vec<PublicOperation>> = const { RefCell::new(Vec::new()) };
}

/// Room for `len` bytes, valid until the next call.
// SAFETY: no other symbol of this library has the name.
#[unsafe(no_mangle)]
pub extern "C" fn input(len: usize) -> *mut u8 {
    BUFFER.with_borrow_mut(|buffer| {
        buffer.resize(len, 0);
        buffer.as_mut_ptr()
    })
}

/// The number of a key, counted from 1; 0 where there is none.
// SAFETY: no other symbol of this library has the name.
#[unsafe(no_mangle)]
pub extern "C" fn key_new(path: u32, len: usize) -> usize {
    let Some(operation) = operation(path, len) else { return 0 };
    KEYS.with_borrow_mut(|keys| {
        keys.push(operation);
        keys.len()
    })
}

/// Replaces the number in the buffer by its power.
// SAFETY: no other symbol of this library has the name.
#[unsafe(no_mangle)]
pub extern "C" fn power(key: usize, len: usize) -> u32 {
    let done = BUFFER.with_borrow_mut(|buffer| {
        let bytes = buffer.get_mut(..len)?;
        let base = Words::from_be_bytes(bytes)?;
        KEYS.with_borrow(|keys| keys.get(key.checked_sub(1)?)?.apply(&base))?.write_be_bytes(bytes);
        Some(())
    });
    u32::from(done.is_some())
}

fn operation(path: u32, len: usize) -> Option<PublicOperation> {
    let path = match path {
        0 => Path::Reference,
        1 => Path::Limbs28,
        2 => Path::Limbs64,
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        3 => Path::Simd128,
        #[cfg(all(target_arch = "wasm32", target_feature = "relaxed-simd"))]
        4 => Path::Fma,
        _ => return None,
    };
    let modulus = BUFFER.with_borrow(|buffer| Modulus::from_be_bytes(buffer.get(..len)?))?;
    PublicOperation::with_path(path, modulus, 65_537)
}
