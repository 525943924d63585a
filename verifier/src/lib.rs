#![doc = include_str!("../README.md")]
#![no_std]
#![deny(unsafe_code)]

extern crate alloc;
#[cfg(any(feature = "paths", test))]
extern crate std;

pub mod json;
#[cfg(feature = "paths")]
pub mod rsa;
#[cfg(not(feature = "paths"))]
mod rsa;
mod sort;
mod text;
mod time;
mod token;
pub mod usage;

pub use time::{Timestamp, TimestampError};
pub use token::*;
