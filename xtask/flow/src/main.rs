//! `xtask-flow up|stack [--once]`: see `cargo xtask help`.
#![forbid(unsafe_code)]

fn main() {}
