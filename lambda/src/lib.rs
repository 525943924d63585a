#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod aws;
pub mod close;
pub mod env;
pub mod forward;
pub mod ingest;
pub mod licenses;
pub mod log;
pub mod metrics;
pub mod policy;
pub mod queue;
pub mod resolve;
pub mod start;
mod time;
