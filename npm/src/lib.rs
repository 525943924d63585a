//! The meterproof core as WebAssembly: glue, and nothing else.
//!
//! The module imports nothing. JavaScript writes what it passes into the input
//! ([`exports::input`]) and calls an export with numbers. The answer is a number; what more there
//! is stands in the report ([`exports::report`]), a few numbers at an address that never changes:
//! the times of a registration, say, or the place of a JSON text. So the calls that matter for
//! speed ([`exports::verify`], [`exports::check`] on a document that is right) make no JSON.
//!
//! Nothing here panics, because a WebAssembly module that has trapped cannot be used again: sizes
//! are limited before the core sees an input, and every index and length is checked.
//!
//! Without the feature `usage` it is the verifier alone.

#![cfg_attr(target_arch = "wasm32", no_std)]
#![deny(unsafe_code)]

extern crate alloc;

// Elsewhere nothing calls them.
#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]
mod exports;
mod fields;
// The verifier alone writes the descriptions of errors and of a key.
#[cfg_attr(not(feature = "usage"), allow(dead_code))]
mod json;
mod refusal;
mod state;
mod token;
#[cfg(feature = "usage")]
mod usage;

#[cfg(target_arch = "wasm32")]
mod runtime {
    //! What std would bring, without the code for messages that nobody could read: a module
    //! without imports has nowhere to print.

    /// The allocator that std has on this target.
    #[global_allocator]
    static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

    #[panic_handler]
    fn stop(_: &core::panic::PanicInfo<'_>) -> ! {
        core::arch::wasm32::unreachable()
    }
}
