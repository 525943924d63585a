#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod json;
mod time;
mod token;
pub mod usage;

pub use time::{Timestamp, TimestampError};
pub use token::*;
