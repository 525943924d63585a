//! The drivers behind `cargo xtask up` and `cargo xtask stack`: the whole path, from a
//! registration token to the bill, on loopback.
//!
//! | Module | Concept |
//! |---|---|
//! | [`up`] | the flow on one machine: emulator and page in this process, the agent beside it |
//! | [`stack`] | the flow on MiniStack, from template.yaml |
//! | [`ministack`] | a local AWS, and commands beside it |
//! | [`runtime_host`] | runs Lambda binaries by the Runtime API |
//! | [`child`] | programs of a flow, and their end |
//! | [`page`], [`http`] | the page's server; servers and a client on loopback |
//! | [`progress`], [`signals`], [`paths`], [`error`] | what both flows need |
#![forbid(unsafe_code)]

pub mod child;
pub mod error;
pub mod http;
pub mod ministack;
pub mod page;
pub mod paths;
pub mod progress;
pub mod runtime_host;
pub mod signals;
pub mod stack;
pub mod up;
