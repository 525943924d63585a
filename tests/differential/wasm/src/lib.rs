//! The paths of the public operation for a host that has WebAssembly: it writes a modulus or a base
//! into a buffer and calls.
//!
//! # Why the unsafe attributes are sound
//! They only keep the exports' names; no name here is one that the C library or the compiler uses.
#![allow(unsafe_code)]

use std::cell::RefCell;

use meterproof::rsa::{MAX_BYTES, Modulus, Path, PublicOperation, Words};

thread_local! {
    static BUFFER: RefCell<[u8; MAX_BYTES]> = const { RefCell::new([0; MAX_BYTES]) };
    static KEY: RefCell<Option<PublicOperation>> = const { RefCell::new(None) };
}

/// Where the host writes numbers and reads them, big-endian: 512 bytes.
#[unsafe(no_mangle)]
pub extern "C" fn buffer() -> *const u8 {
    BUFFER.with_borrow(|buffer| buffer.as_ptr())
}

/// How many paths there are.
#[unsafe(no_mangle)]
pub extern "C" fn path_count() -> usize {
    Path::ALL.len()
}

/// Writes a path's name into the buffer and returns its length.
#[unsafe(no_mangle)]
pub extern "C" fn path_name(path: usize) -> usize {
    let Some(path) = Path::ALL.get(path) else { return 0 };
    let name = format!("{path:?}").to_lowercase();
    BUFFER.with_borrow_mut(|buffer| buffer[..name.len()].copy_from_slice(name.as_bytes()));
    name.len()
}

/// Takes the modulus from the buffer, in `length` bytes. 0 where the path does not take the key.
#[unsafe(no_mangle)]
pub extern "C" fn set_key(path: usize, length: usize, exponent: u64) -> u32 {
    let key = BUFFER.with_borrow(|buffer| {
        let modulus = Modulus::from_be_bytes(buffer.get(..length)?)?;
        PublicOperation::with_path(*Path::ALL.get(path)?, modulus, exponent)
    });
    let taken = key.is_some();
    KEY.set(key);
    taken.into()
}

/// Replaces the base in the buffer, of `length` bytes, by its power. 0 where it is refused.
#[unsafe(no_mangle)]
pub extern "C" fn apply(length: usize) -> u32 {
    let result = KEY.with_borrow(|key| {
        let base = BUFFER.with_borrow(|buffer| Words::from_be_bytes(buffer.get(..length)?));
        key.as_ref()?.apply(&base?)
    });
    let Some(result) = result else { return 0 };
    BUFFER.with_borrow_mut(|buffer| result.write_be_bytes(&mut buffer[..length]));
    1
}
