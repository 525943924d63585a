#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod admin;
mod app;
mod calls;
mod clock;
pub mod config;
pub mod faults;
mod keys;
mod serve;
pub mod service;
mod sigv4;
mod state;
pub mod wire;

pub use app::{ConnectionDropped, app};
pub use clock::Clock;
pub use config::{Config, ConfigError};
pub use serve::serve;
pub use state::State;
