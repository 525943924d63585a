//! The drivers behind `cargo xtask up` and `cargo xtask stack`: the whole path, from a
//! registration token to the bill, on loopback.
#![forbid(unsafe_code)]

pub mod runtime_host;
