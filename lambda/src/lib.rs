#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod env;
pub mod log;
pub mod resolve;
