#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod aws;
pub mod env;
pub mod forward;
pub mod log;
pub mod resolve;
pub mod start;
